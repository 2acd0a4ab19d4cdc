//! The same bits on any number of cores: products, steps and measurements that are large enough to be dealt out.

use falab::core::diagnostics::Block;
use falab::core::kernel::{NonZeros, Start, naive, product, sparse_product, team};
use falab::core::loss::Tally;
use falab::core::shape::Volume;
use falab::core::trainer::Trainer;
use falab::core::{
    Activation, Convolution, Dropout, HiddenLayer, LayerMetrics, Optimizer, OptimizerKind, Rule,
    Settings, Start as Begin, Window,
};
use falab::data::Images;
use ndarray::{Array2, ArrayView2};

/// Teams of these sizes are held against one thread alone.
const TEAMS: [usize; 3] = [2, 3, 7];

fn matrix(rows: usize, columns: usize, seed: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(r, c)| {
        let i = (r * 7919 + c * 104_729 + seed * 1_299_709) % 9973;
        let size = [0.0, 1e-3, 37.0][i % 3];
        (i as f32 / 4986.0 - 1.0) * size
    })
}

fn bits(matrix: &Array2<f32>) -> Vec<u32> {
    matrix.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn products_are_their_naive_twins_on_any_number_of_cores() {
    // Wider than high and the other way round; ends within and at the end of tiles.
    for (m, k, n) in [
        (64, 300, 330),
        (66, 64, 336),
        (65, 301, 127),
        (331, 64, 300),
        (500, 77, 65),
        (7, 400, 900),
        (2000, 40, 9),
        (1, 2000, 500),
    ] {
        let (a, b) = (matrix(m, k, 1), matrix(k, n, 2));
        let stored = |matrix: &Array2<f32>| matrix.t().as_standard_layout().into_owned();
        let (a_stored, b_stored) = (stored(&a), stored(&b));
        let mut sparse = NonZeros::new(k);
        for row in a.rows() {
            sparse.push_row(row.iter().copied());
        }
        for start in [Start::Zero, Start::Present] {
            let mut slow = matrix(m, n, 3);
            naive::product(a.view(), b.view(), slow.view_mut(), start);
            let made = |a: ArrayView2<f32>, b: ArrayView2<f32>| {
                let mut c = matrix(m, n, 3);
                product(a, b, c.view_mut(), start);
                bits(&c)
            };
            for threads in TEAMS {
                team::on(threads, || {
                    let shape = (m, k, n, threads);
                    assert_eq!(made(a.view(), b.view()), bits(&slow), "{shape:?}");
                    assert_eq!(made(a_stored.t(), b.view()), bits(&slow), "{shape:?}");
                    assert_eq!(made(a.view(), b_stored.t()), bits(&slow), "{shape:?}");
                    let mut c = matrix(m, n, 3);
                    sparse_product(&sparse, b.view(), c.view_mut(), start);
                    assert_eq!(bits(&c), bits(&slow), "{shape:?}");
                });
            }
        }
    }
}

/// Images of 18 x 18: two thirds of the pixels are off, a tenth always, and some are on in the first batch alone.
fn images() -> Images {
    let pixel = |i: usize| {
        let (image, pixel) = (i / 324, i % 324);
        let is_on = match pixel {
            40..72 => false,
            100..160 => image < 31,
            _ => (image + pixel).is_multiple_of(3),
        };
        if is_on { (i * 37 % 255 + 1) as u8 } else { 0 }
    };
    let pixels: Vec<u8> = (0..200 * 324).map(pixel).collect();
    let labels: Vec<u8> = (0..200).map(|i| (i % 10) as u8).collect();
    Images::new(&pixels, &labels, 324).unwrap()
}

const IMAGE: Volume = Volume {
    channels: 1,
    height: 18,
    width: 18,
};

fn settings() -> Vec<Settings> {
    let plain = Settings {
        hidden: HiddenLayer::dense(&[210, 333, 97]),
        start: Begin::Uniform,
        ..Settings::default()
    };
    let optimizer = |kind, activation| Settings {
        activation,
        optimizer: Optimizer {
            kind,
            ..plain.optimizer
        },
        ..plain.clone()
    };
    let window = |size, stride, padding| Window {
        size,
        stride,
        padding,
    };
    let convolution = |maps, pool: Option<u32>| {
        HiddenLayer::Convolution(Convolution {
            maps,
            kernel: window(5, 1, 2),
            pool: pool.map(|size| window(size, 2, 0)),
        })
    };
    vec![
        optimizer(OptimizerKind::RmsProp, Activation::Tanh),
        optimizer(OptimizerKind::Sgd, Activation::Relu),
        optimizer(OptimizerKind::Momentum, Activation::Logistic),
        Settings {
            adversarial: 0.08,
            dropout: Some(Dropout {
                input: 0.1,
                hidden: 0.5,
            }),
            ..optimizer(OptimizerKind::Adam, Activation::Tanh)
        },
        Settings {
            hidden: vec![
                convolution(9, Some(3)),
                convolution(5, None),
                HiddenLayer::Dense(150),
            ],
            ..plain
        },
    ]
}

/// Some steps, and what is measured after them.
fn trained(
    settings: &Settings,
    rule: Rule,
    images: &Images,
) -> (Vec<u64>, Tally, Vec<LayerMetrics>) {
    let mut trainer = Trainer::new(settings, rule, IMAGE, 10, 64);
    let mut batch = Block::default();
    for step in 0..4 {
        let at: Vec<u32> = (0..64).map(|i| (step * 31 + i) % 200).collect();
        images.write_batch(&at, &mut batch);
        let (inputs, labels) = &batch;
        trainer.step(inputs, labels, true).unwrap();
    }
    let probe = images.blocks(&(0..200).collect::<Vec<u32>>());
    let (tally, layers) = trainer.measure(&probe);
    (trainer.fingerprint_parts(), tally, layers)
}

#[test]
fn training_and_measuring_end_in_the_same_bits_on_any_number_of_cores() {
    let images = images();
    for settings in settings() {
        for rule in [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa] {
            let alone = trained(&settings, rule, &images);
            for threads in TEAMS {
                let together = team::on(threads, || trained(&settings, rule, &images));
                assert_eq!(together, alone, "{rule:?} on {threads}, {settings:?}");
            }
        }
    }
}
