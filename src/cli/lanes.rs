//! Lanes on threads: their records come back lane after lane.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::{Result, bail, ensure};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::keep::{End, Folder, Keeper, Kept};
use super::own::Source;
use super::speech::words;
use crate::core::Metrics;
use crate::inside::weights::{Weights, parts};
use crate::lane::{Advance, Lane, Reason};
use crate::report::Record;
use crate::spec::{Link, Schedule, Spec};

/// Trains these lanes on the experiment of a link, a thread a lane, and hands every record to `each`: those of the
/// first lane as they come, those of the others in their turn.
///
/// With `given`, each lane that ends in finite numbers gives its weights there.
/// With a folder, lanes are kept there and go on from what it holds of this experiment.
///
/// # Errors
/// The data cannot be read, a lane cannot be kept or goes not on, or one of `each`.
pub fn train(
    link: &Link,
    schedules: &[Schedule],
    folder: Option<Folder>,
    source: &mut Source,
    mut given: Option<&mut Vec<Given>>,
    mut each: impl FnMut(Record) -> Result<()>,
) -> Result<()> {
    let spec = &link.spec;
    let (train, test) = source.of(spec)?;
    let bars = MultiProgress::with_draw_target(if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    let mut places = Vec::new();
    for schedule in schedules {
        let place = folder.map(|folder| Keeper::open(folder, spec, schedule.name()));
        let (keeper, kept) = place.transpose()?.unzip();
        let kept = kept.unwrap_or_default();
        let lane = Lane::new(spec, schedule, train.clone(), test.clone())?;
        let lane = kept.restore(lane)?;
        places.push(Place {
            schedule: schedule.clone(),
            lane,
            keeper,
            kept,
            gives: given.is_some(),
        });
    }
    thread::scope(|scope| -> Result<()> {
        let mut lanes: Vec<Receiver<Result<Sent>>> = Vec::new();
        for place in places {
            let (sender, receiver) = mpsc::channel();
            let bar = bars.add(bar(spec, &place.schedule));
            scope.spawn(move || {
                if let Err(error) = place.work(link, &sender, &bar) {
                    sender.send(Err(error)).ok();
                }
                bar.finish_and_clear();
            });
            lanes.push(receiver);
        }
        for lane in lanes {
            let mut finished = false;
            for sent in lane {
                let record = match sent? {
                    Sent::Record(record) => record,
                    Sent::Weights(weights) => {
                        if let Some(given) = &mut given {
                            given.push(*weights);
                        }
                        continue;
                    }
                };
                finished = matches!(record, Record::Finished { .. });
                each(record)?;
            }
            ensure!(finished, words().lane_cut);
        }
        Ok(())
    })
}

fn bar(spec: &Spec, schedule: &Schedule) -> ProgressBar {
    let template = format!("{{prefix:>8}} {{bar:40}} {}", words().bar);
    let style = ProgressStyle::with_template(&template);
    let bar = ProgressBar::new(spec.last_step(schedule));
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(schedule.name().to_owned());
    bar
}

/// A lane's weights at its end, and their numbers.
pub type Given = (Weights, Vec<u8>);

/// What a lane's thread hands over.
enum Sent {
    Record(Record),
    Weights(Box<Given>),
}

/// A lane at work, and where it is kept.
struct Place {
    schedule: Schedule,
    lane: Lane,
    keeper: Option<Keeper>,
    kept: Kept,
    /// Whether its weights are wanted at its end.
    gives: bool,
}

impl Place {
    /// Works through the lane; its records go to `records`, those that were kept first.
    fn work(self, link: &Link, records: &Sender<Result<Sent>>, bar: &ProgressBar) -> Result<()> {
        let Place {
            schedule,
            mut lane,
            mut keeper,
            kept,
            gives,
        } = self;
        let name = schedule.name();
        let send = |metrics: &Metrics| {
            let (lane, metrics) = (name.to_owned(), Box::new(metrics.clone()));
            let record = Record::Metrics { lane, metrics };
            records.send(Ok(Sent::Record(record))).is_ok()
        };
        let mut measured = kept.metrics;
        for metrics in &measured {
            if !send(metrics) {
                return Ok(()); // Nobody listens any more.
            }
        }
        let mut end = kept.end;
        while end.is_none() {
            match lane.advance() {
                Advance::Stepped => {
                    bar.set_position(lane.step());
                    if let Some(keeper) = &mut keeper {
                        keeper.keep(&lane, &measured)?;
                    }
                }
                Advance::Measuring => {}
                Advance::NeedsTest => bail!("a lane waits for test images that are all there"),
                Advance::Measured(metrics) => {
                    if !send(&metrics) {
                        return Ok(());
                    }
                    // Only what is kept in a file is needed again.
                    if keeper.is_some() {
                        measured.push(*metrics);
                    }
                }
                Advance::Finished {
                    reason,
                    fingerprint,
                } => {
                    let ended = End {
                        rule: lane.trainer().phase().rule,
                        step: lane.step(),
                        reason,
                        fingerprint,
                        parts: lane.trainer().fingerprint_parts(),
                    };
                    if let Some(keeper) = &mut keeper {
                        keeper.keep_end(&lane, &measured, &ended)?;
                    }
                    end = Some(ended);
                }
            }
        }
        if let Some(end) = end {
            let (step, is_finite) = (end.step, !matches!(end.reason, Reason::Diverged { .. }));
            let receipt = link.receipt.as_ref();
            let verdict = receipt.and_then(|receipt| receipt.verdict(name, end.fingerprint));
            let record = Record::Finished {
                lane: name.to_owned(),
                rule: end.rule,
                step: end.step,
                reason: end.reason,
                fingerprint: end.fingerprint,
                parts: end.parts,
                verdict,
            };
            // A lane that was kept at its end by an older version stands at its beginning.
            if gives && is_finite && lane.step() == step {
                let trainer = lane.trainer();
                let numbers = parts(trainer).into_iter().flatten();
                let data = numbers.flat_map(|number| number.to_le_bytes()).collect();
                let given = Box::new((Weights::of(name, trainer), data));
                records.send(Ok(Sent::Weights(given))).ok();
            }
            records.send(Ok(Sent::Record(record))).ok();
        }
        Ok(())
    }
}
