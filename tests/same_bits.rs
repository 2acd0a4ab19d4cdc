//! Native debug, native release and wasm end in the same bits: each compares with the fingerprints below.
//!
//! A failure means either that something came in whose bits depend on the target, or that the arithmetic was changed:
//! then raise `core::NUMERICS`, copy the fingerprints that the failing test prints, and see the wasm tests pass too.

use falab::core::inputs::Inputs;
use falab::core::shape::Volume;
use falab::core::trainer::Trainer;
use falab::core::{
    Activation, Convolution, Dropout, Feedback, FeedbackLaw, HiddenLayer, Optimizer, OptimizerKind,
    Rule, Settings, Start, Window, fingerprint,
};

const BATCH: usize = 16;
const INPUTS: usize = 50;
/// The same inputs as maps, for convolutions.
const MAPS: Volume = Volume {
    channels: 2,
    height: 5,
    width: 5,
};

/// Made-up images, mostly zeros, and labels.
fn batch(step: usize) -> (Inputs, Vec<u8>) {
    let rows: Vec<Vec<u8>> = (0..BATCH)
        .map(|i| {
            let pixel = |j: usize| match (i * 31 + j * 17 + step * 7) % 5 {
                0 => ((i * 3 + j * 13 + step * 5) % 256) as u8,
                _ => 0,
            };
            (0..INPUTS).map(pixel).collect()
        })
        .collect();
    let labels = (0..BATCH).map(|i| ((i * 7 + step) % 10) as u8).collect();
    let inputs = Inputs::from_pixels(INPUTS, rows.iter().map(Vec::as_slice));
    (inputs, labels)
}

/// Settings that together use every activation, optimiser, start, feedback and regularisation.
fn cases() -> Vec<(&'static str, Settings)> {
    let plain = Settings {
        hidden: HiddenLayer::dense(&[19, 1, 33]),
        ..Settings::default()
    };
    let optimizer = |kind, lr| Optimizer {
        kind,
        lr,
        ..plain.optimizer
    };
    let feedback = |law, scale| Feedback { law, scale };
    vec![
        ("plain", plain.clone()),
        (
            "logistic, sgd, scaled, gauss",
            Settings {
                activation: Activation::Logistic,
                start: Start::Scaled,
                optimizer: optimizer(OptimizerKind::Sgd, 0.5),
                feedback: feedback(FeedbackLaw::Gauss, Some(0.3)),
                ..plain.clone()
            },
        ),
        (
            "relu, adam, uniform, sign, dropout",
            Settings {
                activation: Activation::Relu,
                start: Start::Uniform,
                optimizer: optimizer(OptimizerKind::Adam, 1e-2),
                feedback: feedback(FeedbackLaw::Sign, None),
                dropout: Some(Dropout {
                    input: 0.1,
                    hidden: 0.5,
                }),
                ..plain.clone()
            },
        ),
        (
            "tanh, momentum, small, adversarial",
            Settings {
                start: Start::Small(1e-2),
                optimizer: optimizer(OptimizerKind::Momentum, 0.05),
                adversarial: 0.08,
                seed: 77,
                ..plain.clone()
            },
        ),
        (
            "convolutions, pools",
            Settings {
                hidden: vec![
                    convolution(3, [3, 1, 1], Some([3, 2])),
                    convolution(6, [2, 1, 1], Some([2, 1])),
                    HiddenLayer::Dense(9),
                ],
                ..plain.clone()
            },
        ),
        (
            "convolutions, relu, adam, uniform, dropout",
            Settings {
                hidden: vec![
                    convolution(5, [4, 1, 2], None),
                    convolution(4, [3, 2, 0], Some([2, 2])),
                ],
                activation: Activation::Relu,
                start: Start::Uniform,
                optimizer: optimizer(OptimizerKind::Adam, 1e-2),
                dropout: Some(Dropout {
                    input: 0.1,
                    hidden: 0.2,
                }),
                ..plain
            },
        ),
    ]
}

fn convolution(maps: u32, kernel: [u32; 3], pool: Option<[u32; 2]>) -> HiddenLayer {
    let window = |[size, stride, padding]: [u32; 3]| Window {
        size,
        stride,
        padding,
    };
    HiddenLayer::Convolution(Convolution {
        maps,
        kernel: window(kernel),
        pool: pool.map(|[size, stride]| window([size, stride, 0])),
    })
}

/// Case, rule and fingerprint after 40 steps, one a line.
fn found() -> Vec<String> {
    let mut lines = Vec::new();
    for (name, settings) in cases() {
        for rule in Rule::ALL {
            let mut trainer = Trainer::new(&settings, rule, MAPS, 10, BATCH);
            for step in 0..40 {
                let (inputs, labels) = batch(step);
                trainer.step(&inputs, &labels, false).expect("finite");
            }
            let print = fingerprint::hex(trainer.fingerprint());
            lines.push(format!("{name}: {} {print}", rule.key()));
        }
    }
    lines
}

const EXPECTED: &str = "
plain: bp 44872416641ea195
plain: fa 2ac060c7f12a3b61
plain: dfa 3716a5214097a437
plain: ifa f6d6c0cea261a2f7
plain: shallow e3e45aee9780e120
logistic, sgd, scaled, gauss: bp de6448967a51845b
logistic, sgd, scaled, gauss: fa 5726210c32c389f5
logistic, sgd, scaled, gauss: dfa 29100c3b7add64b9
logistic, sgd, scaled, gauss: ifa 9f99712b4cbb0122
logistic, sgd, scaled, gauss: shallow 13a6d0fcb36f4603
relu, adam, uniform, sign, dropout: bp 1a5a5710ac2c3d92
relu, adam, uniform, sign, dropout: fa 9e2ab9855f704316
relu, adam, uniform, sign, dropout: dfa c95d3d4d9379c7d6
relu, adam, uniform, sign, dropout: ifa 04aaa431b4390c80
relu, adam, uniform, sign, dropout: shallow 1e5ef5d2ed9c9b51
tanh, momentum, small, adversarial: bp b2b9c92d38ed61e7
tanh, momentum, small, adversarial: fa fe0f8d9a334b1c3b
tanh, momentum, small, adversarial: dfa 08fac049b1f26b6a
tanh, momentum, small, adversarial: ifa d22f7a32ee5e53bc
tanh, momentum, small, adversarial: shallow 4d582faf9c643538
convolutions, pools: bp 642e54f0d9f1734e
convolutions, pools: fa bf4d14852cf9b7f8
convolutions, pools: dfa a33ddc3d28e72c42
convolutions, pools: ifa dc47c25a914f5675
convolutions, pools: shallow 34621da74288d6dd
convolutions, relu, adam, uniform, dropout: bp ef56697a1b80dd6d
convolutions, relu, adam, uniform, dropout: fa ce1d4f3dc5cc5496
convolutions, relu, adam, uniform, dropout: dfa bee5ba66a96265a7
convolutions, relu, adam, uniform, dropout: ifa bfc7320fe23874dc
convolutions, relu, adam, uniform, dropout: shallow 2f23dc3eff97a347
";

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_rule_and_setting_ends_in_the_same_bits() {
    let found = found().join("\n");
    assert!(found == EXPECTED.trim(), "found:\n{found}");
}
