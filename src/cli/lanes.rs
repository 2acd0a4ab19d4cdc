//! Lanes on threads: their records come back lane after lane.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, bail, ensure};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Threads;
use super::keep::{End, Folder, Keeper, Kept};
use super::own::{Sets, Source};
use super::speech::words;
use crate::core::Metrics;
use crate::core::kernel::team;
use crate::inside::weights::{Weights, parts};
use crate::lane::{Advance, Lane, Reason};
use crate::report::Record;
use crate::spec::{Link, Schedule, Spec};

/// What lanes are trained with.
#[derive(Clone, Copy)]
pub(super) struct Resources<'a> {
    pub threads: Threads,
    /// Where they are kept.
    pub folder: Option<Folder<'a>>,
}

/// Trains these lanes under every seed of an experiment, each of `links` with one seed, and hands every record to `each`
/// with the place of its seed: those of the first lane as they come, those of the others in their turn, seed by seed.
///
/// As many are trained at a time as [`Threads::lanes`] says; where fewer are left than there are threads, these share
/// their products.
///
/// With `given`, each lane of the first seed that ends in finite numbers gives its weights there.
/// With a folder, lanes are kept there and go on from what it holds of their experiment.
///
/// # Errors
/// The data cannot be read, a lane cannot be kept or goes not on, or one of `each`.
pub(super) fn train(
    links: &[Link],
    schedules: &[Schedule],
    resources: Resources,
    source: &mut Source,
    mut given: Option<&mut Vec<Given>>,
    mut each: impl FnMut(usize, Record) -> Result<()>,
) -> Result<()> {
    let threads = resources.threads.count();
    let mut images = Images {
        source,
        threads,
        last: None,
    };
    if let Some(link) = links.first() {
        images.of(&link.spec)?;
    }
    let images = Mutex::new(images);
    let bars = MultiProgress::with_draw_target(if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    let jobs: Vec<(usize, &Link, &Schedule)> = links
        .iter()
        .enumerate()
        .flat_map(|(seed, link)| schedules.iter().map(move |lane| (seed, link, lane)))
        .collect();
    let (senders, receivers): (Vec<_>, Vec<_>) = jobs.iter().map(|_| mpsc::channel()).unzip();
    let at_once = resources.threads.lanes(schedules.len()).min(jobs.len());
    let queue = Mutex::new(jobs.iter().zip(senders));
    let (queue, images, bars) = (&queue, &images, &bars);
    let gives = given.is_some();
    let is_over = &AtomicBool::new(false);
    thread::scope(|scope| -> Result<()> {
        for _ in 0..at_once {
            scope.spawn(move || {
                // Not in the loop's head, which would hold the queue while the lane trains.
                let next = || queue.lock().ok().and_then(|mut queue| queue.next());
                while let Some((&(seed, link, lane), sender)) = next() {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let bar = bars.add(bar(&link.spec, lane, links.len() > 1));
                    let place = Place::open(&link.spec, lane, resources.folder, images);
                    let worked = place.and_then(|mut place| {
                        place.gives = gives && seed == 0;
                        team::shared(threads, || place.work(link, &sender, &bar))
                    });
                    if let Err(error) = worked {
                        sender.send(Err(error)).ok();
                    }
                    bar.finish_and_clear();
                }
            });
        }
        let hand_on = || {
            for ((seed, ..), lane) in jobs.iter().zip(receivers) {
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
                    each(*seed, record)?;
                }
                ensure!(finished, words().lane_cut);
            }
            Ok(())
        };
        let done = hand_on();
        is_over.store(true, Ordering::Relaxed);
        done
    })
}

/// Where lanes get their images; those of the seed before serve the next one too where they are the same.
struct Images<'a> {
    source: &'a mut Source,
    threads: usize,
    last: Option<(Option<String>, Sets)>,
}

impl Images<'_> {
    fn of(&mut self, spec: &Spec) -> Result<Sets> {
        let named = spec.whitening();
        if let Some((_, sets)) = self.last.as_ref().filter(|(last, _)| *last == named) {
            return Ok(sets.clone());
        }
        let sets = self.source.of(spec, self.threads)?;
        self.last = Some((named, sets.clone()));
        Ok(sets)
    }
}

fn bar(spec: &Spec, schedule: &Schedule, many: bool) -> ProgressBar {
    let template = format!("{{prefix:>8}} {{bar:40}} {}", words().bar);
    let style = ProgressStyle::with_template(&template);
    let bar = ProgressBar::new(spec.last_step(schedule));
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let (name, seed) = (schedule.name(), spec.settings().seed);
    bar.set_prefix(match many {
        true => format!("{name} {seed}"),
        false => name.to_owned(),
    });
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
    /// A lane at its beginning, or where it was kept.
    fn open(
        spec: &Spec,
        schedule: &Schedule,
        folder: Option<Folder>,
        images: &Mutex<Images>,
    ) -> Result<Place> {
        let place = folder.map(|folder| Keeper::open(folder, spec, schedule.name()));
        let (keeper, kept) = place.transpose()?.unzip();
        let kept = kept.unwrap_or_default();
        let (train, test) = {
            let images = images.lock();
            images.unwrap_or_else(PoisonError::into_inner).of(spec)?
        };
        let lane = kept.restore(Lane::new(spec, schedule, train, test)?)?;
        Ok(Place {
            schedule: schedule.clone(),
            lane,
            keeper,
            kept,
            gives: false,
        })
    }

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
