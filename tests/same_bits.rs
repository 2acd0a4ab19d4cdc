//! Native debug, native release and wasm end in the same bits: each compares with the fingerprints below.
//!
//! A failure means either that something came in whose bits depend on the target, or that the arithmetic was changed:
//! then raise `core::NUMERICS`, copy the fingerprints that the failing test prints, and see the wasm tests pass too.

use falab::core::inputs::Inputs;
use falab::core::kernel::map_by_exp;
use falab::core::scalar::{ByExp, Logistic, Softplus, Tanh};
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

/// A first layer whose columns are worth gathering, with four lanes and with eight.
const WIDE: &str = "wide, half of the pixels";

/// Made-up images, of whose pixels one in so many is on, and labels.
fn batch(step: usize, one_in: usize) -> (Inputs, Vec<u8>) {
    let rows: Vec<Vec<u8>> = (0..BATCH)
        .map(|i| {
            let pixel = |j: usize| match (i * 31 + j * 17 + step * 7) % one_in {
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
            WIDE,
            Settings {
                hidden: HiddenLayer::dense(&[150, 9]),
                start: Start::Uniform,
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
                let (inputs, labels) = batch(step, if name == WIDE { 2 } else { 5 });
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
wide, half of the pixels: bp 6c21e2c336c47e73
wide, half of the pixels: fa 31142da9ecc90ee9
wide, half of the pixels: dfa 9929fa2e99a34f77
wide, half of the pixels: ifa 49ac931f0747a61c
wide, half of the pixels: shallow 0d4441cd11472f0e
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

/// Arguments at and around the places where the functions change their form or end.
const ARGUMENTS: [f32; 14] = [
    0.0,
    -0.0,
    1e-30,
    0.3,
    -0.624_999_94,
    0.625,
    -2.0,
    9.0,
    9.2,
    -44.0,
    87.1,
    -100.0,
    f32::INFINITY,
    -f32::INFINITY,
];

/// Argument, tanh, logistic function and softplus, as bits, one argument a line.
const FUNCTIONS: &str = "
00000000 00000000 3f000000 3f317218
80000000 80000000 3f000000 3f317218
0da24260 0da24260 3f000000 3f317218
3e99999a 3e9526ee 3f130eaa 3f5ab706
bf1fffff bf0dfa3f 3eb2819e 3edb7ea9
3f200000 3f0dfa40 3f26bf32 3f86dfaa
c0000000 bf76ca83 3df420a9 3e01f96a
41100000 3f7fffff 3f7ff7ea 41100081
41133333 3f800000 3f7ff960 4113339d
c2300000 bf800000 1fb7ba0f 1fb7ba0f
42ae3333 3f800000 3f800000 42ae3333
c2c80000 bf800000 00b33687 00b33688
7f800000 3f800000 3f800000 7f800000
ff800000 bf800000 00b33687 00b33688
";

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn functions_have_the_same_bits() {
    fn of<F: ByExp>() -> [f32; ARGUMENTS.len()] {
        let mut values = ARGUMENTS;
        map_by_exp::<F>(&mut values);
        values
    }
    let (tanh, logistic, softplus) = (of::<Tanh>(), of::<Logistic>(), of::<Softplus>());
    let lines: Vec<String> = (0..ARGUMENTS.len())
        .map(|i| [ARGUMENTS[i], tanh[i], logistic[i], softplus[i]])
        .map(|values| {
            values
                .map(|value| format!("{:08x}", value.to_bits()))
                .join(" ")
        })
        .collect();
    let found = lines.join("\n");
    assert!(found == FUNCTIONS.trim(), "found:\n{found}");
}
