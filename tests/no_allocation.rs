//! A step takes no memory once every buffer has its size: nothing is allocated per image, unit or step.

use falab::core::diagnostics::Block;
use falab::core::kernel::team;
use falab::core::shape::Volume;
use falab::core::trainer::Trainer;
use falab::core::{
    Convolution, Dropout, HiddenLayer, Optimizer, OptimizerKind, Rule, Settings, Start, Window,
};
use falab::data::Images;

const BATCH: usize = 32;

fn images() -> Images {
    let pixel = |i: usize| {
        if i.is_multiple_of(5) {
            (i % 251 + 1) as u8
        } else {
            0
        }
    };
    let pixels: Vec<u8> = (0..4 * BATCH * 100).map(pixel).collect();
    let labels: Vec<u8> = (0..4 * BATCH).map(|i| (i % 10) as u8).collect();
    Images::new(&pixels, &labels, 100).unwrap()
}

fn settings() -> Vec<Settings> {
    let plain = Settings {
        hidden: HiddenLayer::dense(&[21, 34, 5]),
        start: Start::Uniform,
        ..Settings::default()
    };
    let optimizer = |kind| Settings {
        optimizer: Optimizer {
            kind,
            ..plain.optimizer
        },
        ..plain.clone()
    };
    vec![
        optimizer(OptimizerKind::RmsProp),
        Settings {
            hidden: HiddenLayer::dense(&[300]),
            ..plain.clone()
        },
        optimizer(OptimizerKind::Sgd),
        optimizer(OptimizerKind::Momentum),
        optimizer(OptimizerKind::Adam),
        Settings {
            adversarial: 0.08,
            dropout: Some(Dropout {
                input: 0.1,
                hidden: 0.5,
            }),
            ..plain.clone()
        },
        Settings {
            hidden: vec![
                convolution(3, Some(3)),
                convolution(5, None),
                HiddenLayer::Dense(7),
            ],
            ..plain
        },
    ]
}

fn convolution(maps: u32, pool: Option<u32>) -> HiddenLayer {
    let window = |size, stride, padding| Window {
        size,
        stride,
        padding,
    };
    HiddenLayer::Convolution(Convolution {
        maps,
        kernel: window(5, 1, 2),
        pool: pool.map(|size| window(size, 2, 0)),
    })
}

/// An image of 100 pixels.
const IMAGE: Volume = Volume {
    channels: 1,
    height: 10,
    width: 10,
};

#[test]
fn a_step_allocates_nothing_under_any_rule_and_optimiser() {
    for settings in settings() {
        allocates_nothing(&settings, 1);
    }
}

/// Every thread has buffers of its own, and chance decides who makes a large part first: so those of the thread that
/// deals, which are looked at here, may have their size later than if it were alone, but they come to it.
#[test]
fn nor_does_a_step_whose_products_are_dealt_out() {
    let settings = Settings {
        hidden: HiddenLayer::dense(&[300, 200]),
        start: Start::Uniform,
        ..Settings::default()
    };
    team::on(2, || allocates_nothing(&settings, 20));
}

/// One of so many rounds of 32 steps takes no memory, after eight steps that give the buffers their size, and those
/// before it little.
fn allocates_nothing(settings: &Settings, rounds: usize) {
    let images = images();
    for rule in Rule::ALL {
        let mut trainer = Trainer::new(settings, rule, IMAGE, 10, BATCH);
        let mut batch = Block::default();
        let mut step = |i: usize| {
            let at: [u32; BATCH] = std::array::from_fn(|k| ((i * BATCH + k) % 128) as u32);
            images.write_batch(&at, &mut batch);
            let (inputs, labels) = &batch;
            trainer.step(inputs, labels, false).unwrap();
        };
        (0..8).for_each(&mut step);
        let mut grown = 0;
        let come_to_it = (0..rounds).any(|_| {
            let count = allocation_counter::measure(|| (8..40).for_each(&mut step)).count_total;
            grown += count;
            count == 0
        });
        assert!(
            come_to_it && grown < 32,
            "{rule:?}, {:?}, dropout {:?}, {:?}: {grown} blocks",
            settings.optimizer.kind,
            settings.dropout,
            settings.hidden
        );
    }
}
