//! Running, pausing and resetting lanes, and what their workers answer.

use js_sys::Uint8Array;

use super::{App, Dirty, SPEEDS, Said};
use crate::lane::Reason;
use crate::protocol::{FromLane, ToLane, Until, decode};
use crate::spec::LaneId;
use crate::web::dom::Result;
use crate::web::events::{Control, LaneControl};
use crate::web::keep;
use crate::web::lanes::{Lane, State};
use crate::web::texts::{Fault, Note};

/// How far lanes in step may be apart, in seconds of the slowest lane's work.
const WINDOW_SECONDS: f64 = 0.3;

impl App {
    /// Steps a second of all lanes that have no pace of their own; `None` is full speed.
    pub(super) fn steps_per_second(&self) -> Option<f64> {
        SPEEDS.get(self.speed).copied()
    }

    /// Steps a second of one lane.
    pub(super) fn rate_of(&self, lane: &Lane) -> Option<f64> {
        if self.is_arriving() {
            return None;
        }
        SPEEDS.get(lane.pace.unwrap_or(self.speed)).copied()
    }

    /// The step at which the epoch under way, or the next one, ends.
    pub(super) fn end_of_epoch(&self, step: u64) -> u64 {
        let per_epoch = self.spec.steps_per_epoch();
        (step / per_epoch + 1) * per_epoch
    }

    pub(super) fn control(&mut self, control: Control) -> Result<()> {
        if !self.has_data() && control != Control::Reset {
            return Ok(());
        }
        self.forget_found()?;
        self.came_back();
        if control == Control::Reset {
            self.remember_left();
        }
        for id in (0..self.lanes.len()).map(LaneId) {
            let failed = self
                .lane(id)
                .is_some_and(|lane| lane.state == State::Failed);
            if failed && control == Control::Run {
                self.revive(id)?;
            }
            let waiting = self.lane(id).is_some_and(|lane| lane.state.is_waiting());
            match control {
                Control::Run if waiting => self.run_lane(id, None)?,
                Control::Step | Control::Epoch if waiting => {
                    let step = self.lane(id).map_or(0, |lane| lane.step);
                    let target = match control {
                        Control::Step => step + 1,
                        _ => self.end_of_epoch(step),
                    };
                    self.run_lane(id, Some(target))?;
                }
                Control::Pause => self.pause_lane(id)?,
                Control::Reset => self.reset_lane(id)?,
                _ => {}
            }
        }
        match control {
            Control::Run => self.seeds.run()?,
            Control::Pause => self.seeds.pause()?,
            Control::Reset => self.seeds.reset()?,
            Control::Step | Control::Epoch => {}
        }
        self.tend_seeds()?;
        self.grant()
    }

    pub(super) fn control_lane(&mut self, id: LaneId, control: LaneControl) -> Result<()> {
        let Some((state, step)) = self.lane(id).map(|lane| (lane.state, lane.step)) else {
            return Ok(());
        };
        self.came_back();
        match control {
            LaneControl::Toggle if state == State::Running => self.pause_lane(id)?,
            LaneControl::Toggle if state == State::Failed => {
                if !self.revive(id)? {
                    self.reset_lane(id)?;
                }
                self.run_lane(id, None)?;
            }
            LaneControl::Toggle if state.is_waiting() && self.has_data() => {
                self.run_lane(id, None)?;
            }
            LaneControl::Step if state.is_waiting() && self.has_data() => {
                self.run_lane(id, Some(step + 1))?;
            }
            LaneControl::Epoch if state.is_waiting() && self.has_data() => {
                self.run_lane(id, Some(self.end_of_epoch(step)))?;
            }
            LaneControl::Reset => {
                self.remember_left();
                self.reset_lane(id)?;
            }
            LaneControl::Change => return self.open_change(id),
            LaneControl::Pace(pace) => {
                if let Some(lane) = self.lane(id) {
                    lane.pace = pace;
                }
                return self.send_pace();
            }
            _ => {}
        }
        self.grant()
    }

    pub(super) fn lane(&mut self, id: LaneId) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|lane| lane.id == id)
    }

    pub(super) fn run_lane(&mut self, id: LaneId, target: Option<u64>) -> Result<()> {
        // Words that ask for Run are done with.
        if matches!(self.said, Said::Changed | Said::Resumed) {
            self.said = Said::Nothing;
        }
        self.take_back_refused()?;
        let (spec, in_step) = (self.spec.first_seed(), self.in_step);
        let Some(at) = self.lanes.iter().position(|lane| lane.id == id) else {
            return Ok(());
        };
        self.white.begin(&self.spec)?;
        let rate = self.rate_of(&self.lanes[at]);
        let lane = &mut self.lanes[at];
        lane.target = target;
        lane.granted = lane.step;
        let until = match target {
            Some(step) => Until::Step(step),
            // The first steps are granted at once, the rest by `grant`.
            None if in_step => Until::Ceiling(lane.step),
            None => Until::End,
        };
        lane.go(&spec, until, rate)
    }

    pub(super) fn pause_lane(&mut self, id: LaneId) -> Result<()> {
        if self.white.is_at_work() {
            return self.stop_whitening();
        }
        self.lane(id).map_or(Ok(()), Lane::pause)
    }

    pub(super) fn reset_lane(&mut self, id: LaneId) -> Result<()> {
        self.store.clear(id);
        self.seeds.follow(id, &self.store);
        let Some(lane) = self.lanes.iter_mut().find(|lane| lane.id == id) else {
            return Ok(());
        };
        if lane.state == State::Failed {
            lane.end_worker();
        }
        lane.reset()?;
        self.said = Said::Nothing;
        self.keeper.forget(id);
        keep::forget(&self.spec.first_seed().link(), Some(id));
        self.data_arrived()
    }

    /// Tells running lanes of another speed.
    pub(super) fn send_pace(&mut self) -> Result<()> {
        let in_step = self.in_step;
        for at in 0..self.lanes.len() {
            let steps_per_second = self.rate_of(&self.lanes[at]);
            let lane = &mut self.lanes[at];
            if lane.takes_grants() {
                let until = match lane.target {
                    Some(step) => Until::Step(step),
                    None if in_step => Until::Ceiling(lane.granted),
                    None => Until::End,
                };
                lane.send(ToLane::Go {
                    until,
                    steps_per_second,
                })?;
            }
        }
        self.grant()
    }

    /// Lanes in step: all may go a little further than the slowest one is.
    pub(super) fn grant(&mut self) -> Result<()> {
        if !self.in_step {
            return Ok(());
        }
        let batch = f64::from(self.spec.batch());
        let is_running = |lane: &Lane| lane.takes_grants() && lane.target.is_none();
        let slowest = self
            .lanes
            .iter()
            .filter(|lane| is_running(lane))
            .min_by_key(|lane| lane.step);
        let Some(slowest) = slowest else {
            return Ok(());
        };
        // So much of the slowest lane's work that a lane rarely waits for its grant: what is known of the slowest is up
        // to 50 ms old, and so is what is known of a lane that is granted more once half of it is used up.
        let window = (slowest.samples_per_second / batch * WINDOW_SECONDS) as u64;
        let window = window.clamp(2, 2_000);
        let ceiling = slowest.step + window;
        for at in 0..self.lanes.len() {
            let steps_per_second = self.rate_of(&self.lanes[at]);
            let lane = &mut self.lanes[at];
            let behind = ceiling.saturating_sub(lane.granted);
            let near = lane.granted <= lane.step + window / 2;
            if is_running(lane) && behind > 0 && near {
                lane.granted = ceiling;
                let until = Until::Ceiling(ceiling);
                lane.send(ToLane::Go {
                    until,
                    steps_per_second,
                })?;
            }
        }
        Ok(())
    }

    pub(super) fn message(
        &mut self,
        id: LaneId,
        generation: u32,
        bytes: &Uint8Array,
        beside: Option<Uint8Array>,
    ) -> Result<()> {
        let Some(at) = self.lanes.iter().position(|lane| lane.id == id) else {
            return Ok(());
        };
        if self.lanes[at].generation() != generation {
            return Ok(());
        }
        self.meter.received(id, bytes.length());
        let message = match decode::<FromLane>(&bytes.to_vec()) {
            Ok(message) => message,
            Err(error) => {
                let fault = Fault::Other(error.to_string());
                return self.died(id, generation, fault);
            }
        };
        let lane = &mut self.lanes[at];
        let present = lane.run;
        match message {
            FromLane::Ready => {
                lane.became_ready();
                return self.feed();
            }
            FromLane::Progress {
                run,
                step,
                epoch,
                samples_per_second,
                memory_bytes,
                metrics,
            } if run == present => {
                lane.step = step;
                lane.epoch = epoch;
                lane.samples_per_second = samples_per_second;
                lane.memory_bytes = memory_bytes;
                if !metrics.is_empty() {
                    self.dirty = self.dirty.max(Dirty::Points);
                }
                if let Some(last) = metrics.last() {
                    lane.rule = last.rule;
                    lane.phase = (last.phase as usize - 1, last.phase_start);
                }
                self.measured(id, &metrics);
                for point in metrics {
                    if let Some(seeds) = &mut self.seeds.data {
                        seeds.push(0, id, &point);
                    }
                    self.store.push(id, point);
                }
            }
            FromLane::Paused { run, step } if run == present => {
                self.dirty = Dirty::Page;
                lane.step = step;
                lane.ask_to_keep()?;
                if lane.state == State::Running {
                    lane.state = State::Paused;
                    self.change_waiting(id)?;
                }
            }
            FromLane::Finished {
                run,
                step,
                reason,
                fingerprint,
                parts,
            } if run == present => {
                self.dirty = Dirty::Page;
                lane.step = step;
                lane.fingerprint = Some(fingerprint);
                lane.parts = parts;
                lane.note = Note::Ended(reason.clone());
                lane.state = match reason {
                    Reason::Diverged { .. } => State::Diverged,
                    _ => State::Finished,
                };
                lane.ask_to_keep()?;
                if let Some(seeds) = &mut self.seeds.data {
                    seeds.finish(0, id, step, &reason);
                }
                self.store.finish(id, step, reason);
                self.forget_waiting(id);
                // Its core is free for the other seeds.
                self.tend_seeds()?;
                self.remember_finished();
            }
            FromLane::Kept { run, step, link } if run == present => {
                return self.kept(id, step, link, beside);
            }
            FromLane::Gives { run, weights } if run == present => {
                return self.weights_came(id, weights, beside);
            }
            FromLane::Failed { run, message } if run == present => {
                self.dirty = Dirty::Page;
                return self.died(id, generation, Fault::Other(message));
            }
            _ => return Ok(()), // Of a run that is over.
        }
        self.grant()
    }

    pub(super) fn died(&mut self, id: LaneId, generation: u32, fault: Fault) -> Result<()> {
        let kept = self.keeper.at(id, None).map(|moment| moment.step);
        let Some(lane) = self.lane(id).filter(|lane| lane.generation() == generation) else {
            return Ok(());
        };
        lane.end_worker();
        lane.state = State::Failed;
        lane.note = Note::Died(fault, kept);
        self.weights_lost(id);
        self.grant()
    }
}
