//! The same bits whatever vectors a machine has: everything that kernels compute, with four, eight and sixteen lanes.
//!
//! Lanes are settled once a process, so each width is a process of its own: this test starts itself.

use std::process::Command;

use falab::core::kernel::{
    Batch, NonZeros, Rows, Start, lanes, naive, outer, product, sparse_product,
};
use falab::core::trainer::Trainer;
use falab::core::{Activation, HiddenLayer, Optimizer, OptimizerKind, Rule, Settings};
use falab::data::Images;
use ndarray::Array2;

/// Tells a process which lanes to hold to.
const VARIABLE: &str = "FALAB_TEST_LANES";

/// Values of very different sizes, a third of them zero.
fn matrix(rows: usize, columns: usize, seed: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(r, c)| {
        let i = (r * 7919 + c * 104_729 + seed * 1_299_709) % 9973;
        let size = [0.0, 1e-3, 37.0][i % 3];
        (i as f32 / 4986.0 - 1.0) * size
    })
}

fn add(sum: &mut u64, values: &[f32]) {
    for value in values {
        // FNV-1a over words.
        *sum = (*sum ^ u64::from(value.to_bits())).wrapping_mul(0x100_0000_01b3);
    }
}

fn same_bits(a: &Array2<f32>, b: &Array2<f32>) -> bool {
    a.iter()
        .map(|x| x.to_bits())
        .eq(b.iter().map(|x| x.to_bits()))
}

/// Every product, dense ones held to their naive twins, at shapes that end within and at the end of vectors of any width.
fn products(sum: &mut u64) {
    for (m, k, n) in [
        (1, 1, 1),
        (3, 5, 7),
        (5, 9, 10),
        (9, 13, 15),
        (17, 11, 16),
        (64, 20, 33),
        (33, 40, 50),
        (50, 3, 129),
        (70, 64, 100),
        (24, 9, 200),
        (24, 9, 257),
        (24, 9, 330),
        (24, 9, 415),
        (24, 9, 416),
        (2, 30, 415),
        (1, 7, 65),
        (7, 5, 3),
        (49, 6, 3),
        (52, 50, 12),
        (9, 250, 52),
        (9, 130, 230),
    ] {
        let (a, b) = (matrix(m, k, 1), matrix(k, n, 2));
        let bt = b.t().as_standard_layout().into_owned();
        let at = a.t().as_standard_layout().into_owned();
        let mut sparse = NonZeros::new(k);
        for row in a.rows() {
            sparse.push_row(row.iter().copied());
        }
        for start in [Start::Zero, Start::Present] {
            let mut c = matrix(m, n, 3);
            for (a, b) in [(a.view(), b.view()), (at.t(), b.view()), (a.view(), bt.t())] {
                let mut slow = c.clone();
                product(a, b, c.view_mut(), start);
                naive::product(a, b, slow.view_mut(), start);
                assert!(same_bits(&c, &slow), "{m} by {k} by {n}, {start:?}");
                add(sum, c.as_slice().unwrap());
            }
            sparse_product(&sparse, b.view(), c.view_mut(), start);
            add(sum, c.as_slice().unwrap());
        }
        let mut by_input = NonZeros::default();
        sparse.transpose_into(&mut by_input);
        let delta = matrix(m, n, 4);
        for batch in [Batch::Dense(a.view()), Batch::ByInput(&by_input)] {
            outer(batch, delta.view(), 1.0 / m as f32, |_, rows| {
                if let Rows::Values(values) = rows {
                    add(sum, values);
                }
            });
        }
    }
}

/// Some steps under every rule, activation and optimiser; widths below, at and beyond those of vectors.
fn training(sum: &mut u64) {
    let pixels: Vec<u8> = (0..40 * 49).map(|i| (i * 37 % 256) as u8 & 0xf0).collect();
    let labels: Vec<u8> = (0..40).map(|i| i % 10).collect();
    let images = Images::new(&pixels, &labels, 49).unwrap();
    let batch: Vec<u32> = (0..40).collect();
    let (inputs, labels) = images.batch(&batch);
    let kinds = [
        OptimizerKind::RmsProp,
        OptimizerKind::Adam,
        OptimizerKind::Momentum,
        OptimizerKind::Sgd,
    ];
    let activations = [Activation::Tanh, Activation::Logistic, Activation::Relu];
    for rule in [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa] {
        for (hidden, (kind, activation)) in [&[9, 15, 33][..], &[16, 7], &[40, 50], &[3]]
            .into_iter()
            .zip(kinds.into_iter().zip(activations.into_iter().cycle()))
        {
            let settings = Settings {
                hidden: HiddenLayer::dense(hidden),
                activation,
                optimizer: Optimizer {
                    kind,
                    ..Settings::default().optimizer
                },
                ..Settings::default()
            };
            let mut trainer = Trainer::new(&settings, rule, 49, 10, 40);
            for _ in 0..5 {
                trainer.step(&inputs, &labels, false).unwrap();
            }
            let (tally, layers) = trainer.measure(&[(inputs.clone(), labels.clone())]);
            add(sum, &[tally.loss as f32]);
            for layer in layers {
                add(sum, &[layer.angle_update_deg.unwrap_or(-1.0) as f32]);
            }
            let print = trainer.fingerprint();
            add(
                sum,
                &[
                    f32::from_bits(print as u32),
                    f32::from_bits((print >> 32) as u32),
                ],
            );
        }
    }
}

#[test]
#[ignore = "started by the_lanes_of_vectors_change_no_bit, once for each width"]
fn bits_of_these_lanes() {
    let Ok(held) = std::env::var(VARIABLE) else {
        return;
    };
    let used = lanes::hold(held.parse().unwrap());
    let mut sum = 0xcbf2_9ce4_8422_2325;
    products(&mut sum);
    training(&mut sum);
    println!("\nlanes {used} bits {sum:016x}");
}

#[test]
fn the_lanes_of_vectors_change_no_bit() {
    let run = |lanes: usize| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "bits_of_these_lanes", "--ignored", "--nocapture"])
            .env(VARIABLE, lanes.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("lanes "));
        let (used, bits) = line
            .unwrap_or_else(|| panic!("{text}"))
            .split_once(" bits ")
            .unwrap();
        (used.parse::<usize>().unwrap(), bits.to_owned())
    };
    let (four, expected) = run(4);
    assert_eq!(four, 4);
    for held in [8, 16] {
        let (used, bits) = run(held);
        // A machine without such vectors uses narrower ones.
        assert_eq!(used, lanes::most().min(held));
        assert_eq!(bits, expected, "{used} lanes against four");
    }
}
