//! The seeds of an experiment beside its first: whole lanes, each trained to its end in a worker that is free, in the
//! order of their seeds.
//!
//! The first seed trains in the lanes of the page. The others have no card, no pace and no checkpoint: a worker that dies
//! loses one lane of one seed, which can be run again.

mod view;

pub use view::View;

use js_sys::Uint8Array;

use super::dom::Result;
use super::events::Event;
use super::lane_worker::LaneWorker;
use super::lanes::Source;
use super::texts::Fault;
use super::whitening::Whitenings;
use crate::lane::Reason;
use crate::protocol::{FromLane, ToLane, Until, decode};
use crate::spec::{LaneId, Spec};
use crate::spread::Seeds;
use crate::store::Store;

/// Workers at the most, however many cores there are: each has the images and a net.
const WORKERS: usize = 16;
/// Bytes that they may take together, estimated; one there is always.
const MEMORY: u64 = 1 << 30;

/// What can happen to a worker of this generation.
#[derive(Debug)]
pub enum Act {
    Told(u32, Uint8Array),
    Died(u32, Fault),
    /// The table of seeds is asked for.
    Open,
}

/// How far a lane of a seed is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    Waiting,
    /// Some worker has it.
    Begun,
    Ended(Reason, u64),
    Failed(Fault),
}

/// One lane of one seed.
pub struct Job {
    /// Counted from 0, the first; so 1 at least.
    pub seed: usize,
    pub lane: LaneId,
    pub stand: Stand,
    pub step: u64,
}

/// A worker and what it works on.
struct Slot {
    worker: LaneWorker,
    /// Tells messages about its present job from earlier ones.
    run: u32,
    job: Option<(usize, LaneId)>,
}

#[derive(Default)]
pub struct SeedRuns {
    /// What all seeds have measured, the first among them; `None` of an experiment with one seed.
    pub data: Option<Seeds>,
    pub jobs: Vec<Job>,
    slots: Vec<Slot>,
    /// Of the worker that was made last.
    generation: u32,
    /// They were told to run, and not to pause since.
    going: bool,
}

impl SeedRuns {
    /// Another experiment: nothing of it is there yet. Workers keep their images unless these are others.
    pub fn begin(&mut self, spec: &Spec, same_images: bool) -> Result<()> {
        self.reset()?;
        if !same_images {
            self.slots.clear();
        }
        self.jobs.clear();
        self.resize(spec, &Store::default())
    }

    /// The same experiment with more seeds or fewer: what was measured of those that stay, stays.
    pub fn resize(&mut self, spec: &Spec, first: &Store) -> Result<()> {
        let seeds = match SeedRuns::is_possible(spec) {
            true => spec.seeds() as usize,
            false => 1,
        };
        let lanes = spec.lanes().len();
        self.jobs.retain(|job| job.seed < seeds);
        for slot in &mut self.slots {
            if slot.job.is_some_and(|(seed, _)| seed >= seeds) {
                slot.leave()?;
            }
        }
        let from = self.jobs.last().map_or(1, |job| job.seed + 1);
        for seed in from..seeds {
            self.jobs.extend((0..lanes).map(|at| Job {
                seed,
                lane: LaneId(at),
                stand: Stand::Waiting,
                step: 0,
            }));
        }
        if seeds == 1 {
            self.slots.clear();
            self.data = None;
            return Ok(());
        }
        match &mut self.data {
            Some(data) => data.resize(seeds),
            data => *data = Some(Seeds::new(spec, lanes)),
        }
        for at in 0..lanes {
            self.follow(LaneId(at), first);
        }
        Ok(())
    }

    /// A lane of the first seed stands elsewhere than its last point says.
    pub fn follow(&mut self, id: LaneId, store: &Store) {
        if let Some(data) = &mut self.data {
            data.restore(0, id, store.lane(id));
        }
    }

    /// A lane has another schedule: what its seeds have done is of another experiment.
    pub fn restart(&mut self, id: LaneId) -> Result<()> {
        for slot in &mut self.slots {
            if slot.job.is_some_and(|(_, lane)| lane == id) {
                slot.leave()?;
            }
        }
        for job in self.jobs.iter_mut().filter(|job| job.lane == id) {
            (job.stand, job.step) = (Stand::Waiting, 0);
            if let Some(data) = &mut self.data {
                data.clear(job.seed, id);
            }
        }
        Ok(())
    }

    /// Whether the page can train the other seeds: each needs the images as the first one has them.
    pub fn is_possible(spec: &Spec) -> bool {
        spec.of_seed(1).whitening() == spec.whitening()
    }

    fn any(&self, stand: impl Fn(&Stand) -> bool) -> bool {
        self.jobs.iter().any(|job| stand(&job.stand))
    }

    fn is_open(&self) -> bool {
        self.any(|stand| matches!(stand, Stand::Waiting | Stand::Begun))
    }

    /// Whether they train.
    pub fn is_running(&self) -> bool {
        self.going && self.is_open()
    }

    /// Whether there is something to train that Run would begin or go on with.
    pub fn is_waiting(&self) -> bool {
        !self.going && self.is_open() || self.any(|stand| matches!(stand, Stand::Failed(_)))
    }

    /// Whether some have yet to come to their ends, and do not train.
    pub fn is_paused(&self) -> bool {
        !self.going && self.is_open()
    }

    /// Whether anything was done for them.
    pub fn has_begun(&self) -> bool {
        self.any(|stand| *stand != Stand::Waiting)
    }

    /// All go, or go on, those that failed from their beginning.
    pub fn run(&mut self) -> Result<()> {
        self.going = true;
        for job in &mut self.jobs {
            if matches!(job.stand, Stand::Failed(_)) {
                (job.stand, job.step) = (Stand::Waiting, 0);
            }
        }
        self.slots.iter_mut().try_for_each(Slot::go)
    }

    pub fn pause(&mut self) -> Result<()> {
        self.going = false;
        let at_work = self.slots.iter_mut().filter(|slot| slot.job.is_some());
        for slot in at_work {
            slot.worker.send(ToLane::Pause)?;
        }
        Ok(())
    }

    /// All seeds but the first are back at step 0.
    pub fn reset(&mut self) -> Result<()> {
        self.going = false;
        for slot in &mut self.slots {
            slot.leave()?;
            slot.worker.expect_images();
        }
        for job in &mut self.jobs {
            (job.stand, job.step) = (Stand::Waiting, 0);
            if let Some(data) = &mut self.data {
                data.clear(job.seed, job.lane);
            }
        }
        Ok(())
    }

    /// Hands lanes that wait to workers that are free; there may be so many at a time.
    pub fn hand_out(&mut self, spec: &Spec, cores: usize, lanes: usize) -> Result<()> {
        if !self.going {
            return Ok(());
        }
        let fit = (MEMORY / spec.memory_bytes_per_lane()) as usize;
        let most = cores.saturating_sub(lanes).min(fit).clamp(1, WORKERS);
        // Where lanes of the first seed began again, workers that are free make room.
        while self.slots.len() > most {
            let Some(free) = self.slots.iter().position(|slot| slot.job.is_none()) else {
                break;
            };
            self.slots.swap_remove(free);
        }
        let waiting = |job: &&mut Job| job.stand == Stand::Waiting;
        for job in self.jobs.iter_mut().filter(waiting) {
            let free = self.slots.iter().position(|slot| slot.job.is_none());
            let at = match free {
                Some(at) => at,
                None if self.slots.len() < most => {
                    self.generation += 1;
                    self.slots.push(Slot::new(self.generation)?);
                    self.slots.len() - 1
                }
                None => return Ok(()),
            };
            job.stand = Stand::Begun;
            self.slots[at].begin(spec, job.seed, job.lane)?;
        }
        // Nothing waits any more: who is free is not needed.
        self.slots.retain(|slot| slot.job.is_some());
        Ok(())
    }

    /// Sends one part of the images to one of the workers; tells whether it did.
    pub fn feed(&mut self, spec: &Spec, source: Source, white: &Whitenings) -> Result<bool> {
        for hungry in [true, false] {
            for slot in &mut self.slots {
                let worker = &mut slot.worker;
                if worker.is_hungry() == hungry && worker.feed(spec, source, white)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn job(&mut self, (seed, lane): (usize, LaneId)) -> Option<&mut Job> {
        let mut jobs = self.jobs.iter_mut();
        jobs.find(|job| (job.seed, job.lane) == (seed, lane))
    }

    /// A worker's message. Tells whether something was measured or ended.
    pub fn told(&mut self, generation: u32, bytes: &Uint8Array) -> bool {
        let has_it = |slot: &&mut Slot| slot.worker.generation == generation;
        let Some(slot) = self.slots.iter_mut().find(has_it) else {
            return false;
        };
        let message = match decode::<FromLane>(&bytes.to_vec()) {
            Ok(message) => message,
            Err(error) => return self.died(generation, Fault::Other(error.to_string())),
        };
        if message == FromLane::Ready {
            slot.worker.became_ready();
            return false;
        }
        let (present, Some(at)) = (slot.run, slot.job) else {
            return false;
        };
        match message {
            FromLane::Progress {
                run, step, metrics, ..
            } if run == present => {
                if let Some(job) = self.job(at) {
                    job.step = step;
                }
                if let Some(data) = &mut self.data {
                    for point in &metrics {
                        data.push(at.0, at.1, point);
                    }
                }
                !metrics.is_empty()
            }
            FromLane::Finished {
                run,
                step,
                reason,
                fingerprint,
                ..
            } if run == present => {
                slot.job = None;
                if let Some(data) = &mut self.data {
                    data.finish(at.0, at.1, step, &reason);
                }
                if let Some(job) = self.job(at) {
                    (job.stand, job.step) = (Stand::Ended(reason, fingerprint), step);
                }
                true
            }
            FromLane::Failed { run, message } if run == present => {
                self.died(generation, Fault::Other(message))
            }
            // Of a run that is over, or what nobody asked for.
            _ => false,
        }
    }

    /// A worker ended; its lane is lost, the others go on.
    pub fn died(&mut self, generation: u32, fault: Fault) -> bool {
        let found = |slot: &Slot| slot.worker.generation == generation;
        let Some(at) = self.slots.iter().position(found) else {
            return false;
        };
        let slot = self.slots.swap_remove(at);
        if let Some(at) = slot.job {
            if let Some(data) = &mut self.data {
                data.clear(at.0, at.1);
            }
            if let Some(job) = self.job(at) {
                job.stand = Stand::Failed(fault);
            }
        }
        true
    }

    /// What a lane of a seed beside the first ended in.
    pub fn fingerprint(&self, seed: usize, lane: LaneId) -> Option<u64> {
        let job = self
            .jobs
            .iter()
            .find(|job| (job.seed, job.lane) == (seed, lane));
        match job?.stand {
            Stand::Ended(_, fingerprint) => Some(fingerprint),
            _ => None,
        }
    }
}

impl Slot {
    fn new(generation: u32) -> Result<Slot> {
        // `ensure` counts on.
        let mut worker = LaneWorker::after(generation - 1);
        let told = |generation, bytes, _| Event::Seeds(Act::Told(generation, bytes));
        let died = |generation, fault| Event::Seeds(Act::Died(generation, fault));
        worker.ensure("seed", told, died)?;
        Ok(Slot {
            worker,
            run: 0,
            job: None,
        })
    }

    fn begin(&mut self, spec: &Spec, seed: usize, lane: LaneId) -> Result<()> {
        self.run += 1;
        self.job = Some((seed, lane));
        self.worker.send(ToLane::Start {
            run: self.run,
            lane: lane.0 as u32,
            link: spec.of_seed(seed as u32).link(),
            from: false,
        })?;
        self.go()
    }

    fn go(&mut self) -> Result<()> {
        if self.job.is_none() {
            return Ok(());
        }
        self.worker.send(ToLane::Go {
            until: Until::End,
            steps_per_second: None,
        })
    }

    /// Leaves its job.
    fn leave(&mut self) -> Result<()> {
        self.run += 1;
        self.job = None;
        self.worker.forget_waiting();
        self.worker.post(&ToLane::Pause)
    }
}
