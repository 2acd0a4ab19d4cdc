//! Equalities between rules that hold to the bit.

use falab::core::init;
use falab::core::inputs::Inputs;
use falab::core::network::Network;
use falab::core::shape::Volume;
use falab::core::trainer::Trainer;
use falab::core::{Convolution, HiddenLayer, Rule, Settings, Start, Window};
use ndarray::Array2;

const BATCH: usize = 16;

/// Made-up images, mostly zeros, and labels.
fn batch(step: usize) -> (Inputs, Vec<u8>) {
    let rows: Vec<Vec<u8>> = (0..BATCH)
        .map(|i| {
            let pixel = |j: usize| match (i * 31 + j * 17 + step * 7) % 9 {
                0 => ((i + j * 13 + step) % 256) as u8,
                _ => 0,
            };
            (0..40).map(pixel).collect()
        })
        .collect();
    let labels = (0..BATCH).map(|i| ((i + step) % 10) as u8).collect();
    (
        Inputs::from_pixels(40, rows.iter().map(Vec::as_slice)),
        labels,
    )
}

fn fingerprint_after(mut trainer: Trainer, steps: usize) -> u64 {
    for step in 0..steps {
        let (inputs, labels) = batch(step);
        trainer.step(&inputs, &labels, step % 3 == 0).unwrap();
    }
    trainer.fingerprint()
}

fn settings(hidden: &[u32], start: Start) -> Settings {
    Settings {
        hidden: HiddenLayer::dense(hidden),
        start,
        ..Settings::default()
    }
}

#[test]
fn fa_with_the_transposed_weights_takes_the_first_step_of_bp() {
    let settings = settings(&[13, 6, 9], Start::Uniform);
    let network = Network::new(&settings, Rule::Bp, 40, 10);
    let transposed = network.layers[1..]
        .iter()
        .map(|layer| layer.weights().t().as_standard_layout().into_owned())
        .collect();
    let fa = Trainer::from_parts(&settings, Rule::Fa, network.clone(), transposed, BATCH);
    let bp = Trainer::from_parts(&settings, Rule::Bp, network, Vec::new(), BATCH);
    assert_eq!(fingerprint_after(fa, 1), fingerprint_after(bp, 1));
}

#[test]
fn with_one_hidden_layer_fa_dfa_and_ifa_are_one() {
    for start in [Start::Zero, Start::Uniform, Start::Small(1e-3)] {
        let settings = settings(&[23], start);
        let [fa, dfa, ifa] = [Rule::Fa, Rule::Dfa, Rule::Ifa]
            .map(|rule| fingerprint_after(Trainer::new(&settings, rule, 40, 10, BATCH), 30));
        assert_eq!(fa, dfa);
        assert_eq!(dfa, ifa);
        let bp = fingerprint_after(Trainer::new(&settings, Rule::Bp, 40, 10, BATCH), 30);
        assert_ne!(bp, dfa);
    }
}

/// Images of 40 pixels as maps.
const MAPS: Volume = Volume {
    channels: 2,
    height: 4,
    width: 5,
};

/// A convolution with a pool, one without, and a dense layer.
fn convolutional(start: Start) -> Settings {
    let window = |size, stride, padding| Window {
        size,
        stride,
        padding,
    };
    let hidden = |maps, kernel, pool| HiddenLayer::Convolution(Convolution { maps, kernel, pool });
    Settings {
        hidden: vec![
            hidden(3, window(3, 1, 1), Some(window(2, 1, 0))),
            hidden(5, window(2, 1, 0), None),
            HiddenLayer::Dense(6),
        ],
        start,
        ..Settings::default()
    }
}

#[test]
fn fa_with_the_forward_kernels_takes_the_first_step_of_bp() {
    let settings = convolutional(Start::Uniform);
    let network = Network::new(&settings, Rule::Bp, MAPS, 10);
    let transposed = network.layers[1..]
        .iter()
        .map(|layer| layer.weights().t().as_standard_layout().into_owned())
        .collect();
    let fa = Trainer::from_parts(&settings, Rule::Fa, network.clone(), transposed, BATCH);
    let bp = Trainer::from_parts(&settings, Rule::Bp, network, Vec::new(), BATCH);
    assert_eq!(fingerprint_after(fa, 1), fingerprint_after(bp, 1));
}

#[test]
fn with_one_block_fa_dfa_and_ifa_are_one() {
    for start in [Start::Zero, Start::Uniform] {
        let mut settings = convolutional(start);
        settings.hidden.truncate(1);
        let [fa, dfa, ifa, bp] = [Rule::Fa, Rule::Dfa, Rule::Ifa, Rule::Bp]
            .map(|rule| fingerprint_after(Trainer::new(&settings, rule, MAPS, 10, BATCH), 30));
        assert_eq!(fa, dfa);
        assert_eq!(dfa, ifa);
        assert_ne!(bp, dfa);
    }
}

/// A kernel as large as its maps is a dense layer: the same weights, the same steps.
#[test]
fn a_kernel_of_the_whole_image_is_a_dense_layer() {
    let image = Volume {
        channels: 1,
        height: 5,
        width: 5,
    };
    let images: Vec<Vec<u8>> = (0..BATCH)
        .map(|i| (0..25).map(|j| ((i * 37 + j * 11) % 256) as u8).collect())
        .collect();
    let inputs = Inputs::from_pixels(25, images.iter().map(Vec::as_slice));
    let labels: Vec<u8> = (0..BATCH).map(|i| (i % 10) as u8).collect();
    let kernel = Window {
        size: 5,
        stride: 1,
        padding: 0,
    };
    let convolution = HiddenLayer::Convolution(Convolution {
        maps: 7,
        kernel,
        pool: None,
    });
    for rule in Rule::ALL {
        let fingerprint = |hidden: HiddenLayer| {
            let settings = Settings {
                hidden: vec![hidden, HiddenLayer::Dense(6)],
                start: Start::Uniform,
                ..Settings::default()
            };
            let mut trainer = Trainer::new(&settings, rule, image, 10, BATCH);
            for _ in 0..20 {
                trainer.step(&inputs, &labels, false).unwrap();
            }
            trainer.fingerprint()
        };
        let dense = fingerprint(HiddenLayer::Dense(7));
        assert_eq!(fingerprint(convolution), dense, "{rule:?}");
    }
}

#[test]
fn feedback_to_a_block_is_that_of_its_shape() {
    let settings = convolutional(Start::Paper);
    let shapes = settings.shapes(MAPS, 10);
    let dims = |rule| -> Vec<(usize, usize)> {
        let matrices = init::feedback_matrices(&settings, rule, &shapes, 0);
        matrices.iter().map(Array2::dim).collect()
    };
    // Behind the pool the first block has 3 maps of 3x4, the second 5 of 2x3.
    assert_eq!(dims(Rule::Dfa), [(10, 36), (10, 30), (10, 6)]);
    assert_eq!(dims(Rule::Ifa), [(10, 36)]);
    // Kernels [maps, channels · size²], then matrices.
    assert_eq!(dims(Rule::Fa), [(5, 12), (6, 30), (10, 6)]);
    assert!(dims(Rule::Bp).is_empty());
}

#[test]
fn lanes_that_start_at_random_start_from_one_draw() {
    let settings = settings(&[7, 8], Start::Uniform);
    let networks = Rule::ALL.map(|rule| Network::new(&settings, rule, 40, 10));
    for network in &networks[1..] {
        assert_eq!(network, &networks[0]);
    }
}

#[test]
fn fa_and_dfa_start_at_zero_in_the_paper_and_the_others_at_random() {
    let settings = settings(&[7, 8], Start::Paper);
    for rule in Rule::ALL {
        let network = Network::new(&settings, rule, 40, 10);
        let zero = network
            .layers
            .iter()
            .all(|layer| layer.weights().iter().all(|&w| w == 0.0));
        assert_eq!(zero, matches!(rule, Rule::Fa | Rule::Dfa), "{rule:?}");
    }
}

#[test]
fn the_shallow_control_moves_only_its_output_layer() {
    let settings = settings(&[7, 8], Start::Paper);
    let start = Network::new(&settings, Rule::Shallow, 40, 10);
    let mut trainer = Trainer::new(&settings, Rule::Shallow, 40, 10, BATCH);
    let (inputs, labels) = batch(0);
    trainer.step(&inputs, &labels, false).unwrap();
    let trained = trainer.network();
    assert_eq!(trained.layers[..2], start.layers[..2]);
    assert_ne!(trained.layers[2], start.layers[2]);
}

#[test]
fn feedback_has_the_law_and_the_scale_that_was_asked_for() {
    use falab::core::{Feedback, FeedbackLaw};
    let draw = |law, scale| init::feedback(&Feedback { law, scale }, 3, 0, 0, 10, 400);
    let largest = |b: &Array2<f32>| {
        b.iter()
            .fold(0.0f32, |m, x| if x.abs() > m { x.abs() } else { m })
    };
    let deviation =
        |b: &Array2<f32>| (b.iter().map(|x| x * x).sum::<f32>() / b.len() as f32).sqrt();
    let uniform = draw(FeedbackLaw::Uniform, None);
    assert!(largest(&uniform) <= 0.05 && largest(&uniform) > 0.049);
    let gauss = draw(FeedbackLaw::Gauss, Some(0.2));
    assert!(
        (deviation(&gauss) - 0.2).abs() < 0.01,
        "{}",
        deviation(&gauss)
    );
    let sign = draw(FeedbackLaw::Sign, Some(0.2));
    assert!(sign.iter().all(|x| x.abs() == 0.2));
    assert!(sign.iter().any(|&x| x > 0.0) && sign.iter().any(|&x| x < 0.0));
}
