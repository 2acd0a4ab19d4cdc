//! Checkpoints. An input of even length gets a right checksum, so that what is behind it is reached.

use std::sync::Arc;

use falab::cli::keep;
use falab::core::checkpoint::{CheckpointError, Reader, Writer};
use falab::core::metrics::LayerMetrics;
use falab::core::trainer::Trainer;
use falab::core::{HiddenLayer, Metrics, Optimizer, OptimizerKind, Phase, Rule, Settings, Start};
use falab::data::{Images, mnist};
use falab::lane::{Advance, Lane};
use falab::spec::Spec;
use sha2::{Digest as _, Sha256};

use super::engine::{Target, outcome};

/// The input with a right checksum where its length is even; as it is where not.
fn sealed(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if input.len().is_multiple_of(2) && input.len() > 32 {
        let body = input.len() - 32;
        let digest = Sha256::digest(&bytes[..body]);
        bytes[body..].copy_from_slice(&digest);
    }
    bytes
}

/// Counts at their edges, and numbers that are none.
fn edges() -> Vec<Vec<u8>> {
    let counts = [0, 1, 2, u64::from(u32::MAX), u64::MAX - 1, u64::MAX];
    let floats = [f64::NAN, f64::INFINITY, -0.0].map(f64::to_bits);
    let all = counts.into_iter().chain(floats);
    all.map(|edge| edge.to_le_bytes().to_vec()).collect()
}

/// The state of a small trainer.
pub fn trainer() -> Target {
    const OF: &str = "a small one";
    let settings = Settings {
        hidden: HiddenLayer::dense(&[3, 2]),
        start: Start::Uniform,
        optimizer: Optimizer {
            kind: OptimizerKind::Adam,
            ..Settings::default().optimizer
        },
        ..Settings::default()
    };
    let fresh = move || Trainer::new(&settings, Rule::Dfa, 4, 2, 2);
    let images = Images::new(&[0, 9, 255, 1, 3, 0, 0, 7], &[0, 1], 4).unwrap();
    let (inputs, labels) = images.batch(&[0, 1]);
    let mut seeds = Vec::new();
    let mut trainer = fresh();
    for _ in 0..3 {
        let mut writer = Writer::new(OF);
        trainer.save(&mut writer);
        seeds.push(writer.finish());
        trainer.step(&inputs, &labels, true).unwrap();
    }
    let state = std::cell::RefCell::new(trainer);
    Target {
        seeds,
        words: edges(),
        memory: (8, 20_000),
        execute: Box::new(move |input| {
            let bytes = sealed(input);
            let mut trainer = state.borrow_mut();
            let loaded = Reader::new(&bytes, OF).and_then(|mut reader| {
                trainer.load(Phase::plain(Rule::Dfa), &mut reader)?;
                reader.finish()
            });
            match loaded {
                Ok(()) => {
                    let mut writer = Writer::new(OF);
                    trainer.save(&mut writer);
                    assert!(
                        writer.finish() == bytes,
                        "what is written is not what was read"
                    );
                    let step = trainer.steps();
                    let stepped = trainer.step(&inputs, &labels, true).is_ok();
                    outcome((stepped, step.min(5)))
                }
                Err(error) => outcome(kind(&error)),
            }
        }),
    }
}

fn kind(error: &CheckpointError) -> String {
    match error {
        CheckpointError::Truncated { what } | CheckpointError::Value { what, .. } => {
            format!("{what}{}", matches!(error, CheckpointError::Value { .. }))
        }
        other => format!("{:?}", std::mem::discriminant(other)),
    }
}

/// The smallest lane, on images of which the first pixels are lit.
fn smallest() -> impl Fn() -> Lane {
    let images = |count: usize| {
        let pixels = (0..count * mnist::INPUTS).map(|i| {
            if i % mnist::INPUTS < 20 {
                (i % 251) as u8
            } else {
                0
            }
        });
        let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
        Arc::new(Images::new(&pixels.collect::<Vec<u8>>(), &labels, mnist::INPUTS).unwrap())
    };
    let (train, test) = (images(10_000), images(1_000));
    let spec =
        Spec::parse("n=64&batch=16&hidden=1&epochs=2&opt=sgd&phases=fa@3s;fa-redraw").unwrap();
    move || Lane::new(&spec, &spec.lanes()[0], train.clone(), test.clone()).unwrap()
}

/// Its checkpoints at steps 0, 1 and 3.
fn checkpoints(fresh: &impl Fn() -> Lane) -> Vec<Vec<u8>> {
    let mut lane = fresh();
    let mut all = Vec::new();
    while lane.step() < 4 {
        if lane.is_before_step() {
            all.extend(lane.checkpoint());
        }
        lane.advance();
    }
    all
}

/// Where a lane stood; what can be restored trains on.
pub fn lane() -> Target {
    let fresh = smallest();
    let count = std::cell::Cell::new(0u32);
    Target {
        seeds: checkpoints(&fresh),
        words: edges(),
        memory: (8, 2_000_000),
        execute: Box::new(move |input| {
            let bytes = sealed(input);
            match fresh().restored(&bytes) {
                Ok(mut lane) => {
                    if let Some(again) = lane.checkpoint() {
                        assert!(again == bytes, "what is written is not what was read");
                    }
                    let step = lane.step();
                    count.set(count.get() + 1);
                    let calls = if count.get().is_multiple_of(50) {
                        12
                    } else {
                        0
                    };
                    let ended =
                        (0..calls).any(|_| matches!(lane.advance(), Advance::Finished { .. }));
                    assert!(lane.epoch() <= 2.0 && lane.step() <= 8);
                    outcome((step, lane.is_measured(), ended))
                }
                Err(error) => outcome(kind(&error)),
            }
        }),
    }
}

/// A file of `falab run --checkpoint`.
pub fn kept() -> Target {
    const OF: &str = "falab run bp v=1";
    let point = Metrics {
        rule: Rule::Dfa,
        phase: 1,
        phase_start: 0,
        step: 1,
        epoch: 0.5,
        train_error: 5.0,
        train_loss: 0.2,
        running_error: None,
        running_loss: None,
        test_error: None,
        test_loss: None,
        test_images: 0,
        layers: vec![LayerMetrics::default(); 2],
    };
    let end = keep::End {
        rule: Rule::Dfa,
        step: 7,
        reason: falab::lane::Reason::Steps,
        fingerprint: 1,
        parts: vec![2, 3],
    };
    let seeds = vec![
        keep::written(OF, &[], b"a lane", None).unwrap(),
        keep::written(OF, &[point.clone(), point], &[], Some(&end)).unwrap(),
    ];
    Target {
        seeds,
        words: edges(),
        memory: (100, 3 << 20),
        execute: Box::new(|input| {
            let bytes = sealed(input);
            match keep::read(&bytes, OF) {
                Ok(kept) => {
                    let again =
                        keep::written(OF, &kept.metrics, kept.lane(), kept.end.as_ref()).unwrap();
                    let twice = keep::read(&again, OF).unwrap();
                    let twice = keep::written(OF, &twice.metrics, twice.lane(), twice.end.as_ref())
                        .unwrap();
                    assert_eq!(again, twice);
                    outcome((
                        kept.metrics.len().min(9),
                        kept.lane().len().min(9),
                        kept.end.is_some(),
                    ))
                }
                Err(error) => outcome(
                    format!("{error:#}")
                        .split(|c: char| c.is_ascii_digit())
                        .next(),
                ),
            }
        }),
    }
}
