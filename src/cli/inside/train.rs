//! The lanes of a link, trained to their ends on threads, and kept as nets.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::cli::keep::{Folder, Keeper};
use crate::cli::own::Source;
use crate::cli::{Threads, on_threads};
use crate::core::Rule;
use crate::core::kernel::team;
use crate::data::Images;
use crate::lane::{Advance, Lane, Reason};
use crate::spec::{Schedule, Spec};

/// Time between two writes of a lane that is kept.
const EVERY: Duration = Duration::from_secs(10);

/// A lane that has ended.
pub struct Ended {
    pub name: String,
    /// Of its last phase.
    pub rule: Rule,
    pub lane: Lane,
    pub reason: Reason,
    pub fingerprint: u64,
}

/// Ended lanes and the images that they saw and did not see.
pub struct Lanes {
    pub ended: Vec<Ended>,
    pub train: Arc<Images>,
    pub test: Arc<Images>,
}

/// Trains these lanes of an experiment, a thread a lane.
///
/// # Errors
/// The data cannot be read, or a lane cannot be kept or goes not on.
pub fn train(
    spec: &Spec,
    schedules: &[Schedule],
    folder: Option<&Path>,
    source: &mut Source,
    threads: Threads,
) -> Result<Lanes> {
    let all = threads.count();
    let (train, test) = source.of(spec, all)?;
    let at_once = threads.lanes(schedules.len());
    let ended = on_threads(at_once, schedules, |schedule| {
        let lane = Lane::new(spec, schedule, train.clone(), test.clone())?;
        team::shared(all, || work(spec, schedule.name(), lane, folder))
    });
    let ended = ended.into_iter().collect::<Result<Vec<Ended>>>()?;
    Ok(Lanes { ended, train, test })
}

fn work(spec: &Spec, name: &str, mut lane: Lane, folder: Option<&Path>) -> Result<Ended> {
    let folder = folder.map(|path| Folder { path, every: EVERY });
    let opened = folder.map(|folder| Keeper::open(folder, spec, name));
    let (mut keeper, kept) = opened.transpose()?.unzip();
    // Of a lane that `falab run` saw end only its measurements are kept: it is trained anew.
    let kept = kept.filter(|kept| kept.end.is_none()).unwrap_or_default();
    lane = kept.restore(lane)?;
    let mut measured = kept.metrics;
    loop {
        match lane.advance() {
            Advance::Stepped => {
                if let Some(keeper) = &mut keeper {
                    keeper.keep(&lane, &measured)?;
                }
            }
            Advance::Measuring => {}
            Advance::Measured(metrics) => {
                if keeper.is_some() {
                    measured.push(*metrics);
                }
            }
            Advance::NeedsTest => bail!("a lane waits for test images that are all there"),
            Advance::Finished {
                reason,
                fingerprint,
            } => {
                return Ok(Ended {
                    name: name.to_owned(),
                    rule: lane.trainer().phase().rule,
                    lane,
                    reason,
                    fingerprint,
                });
            }
        }
    }
}
