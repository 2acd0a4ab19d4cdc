//! Looking at a moment that was kept, and going back to it.

use super::{App, Said};
use crate::spec::LaneId;
use crate::web::dom::Result;
use crate::web::lanes::State;

impl App {
    /// Opens or closes the row with the slider of moments; closed, the present is shown.
    pub(super) fn open_history(&mut self) -> Result<()> {
        self.history.toggle()?;
        if !self.history.is_open() && self.looked_at.take().is_some() {
            self.inside.follow();
        }
        self.all_canvases = true;
        Ok(())
    }

    /// Every view goes to a place of the slider.
    pub(super) fn look(&mut self, place: usize) {
        self.looked_at = self.history.step(place);
        self.inside.follow();
        self.all_canvases = true;
    }

    /// All lanes go to the step that is looked at; what came after is forgotten. Lanes are kept at different steps, so
    /// each goes to the last moment that was kept of it and trains on from there: that ends in the same bits.
    pub(super) fn go_back(&mut self) -> Result<()> {
        let Some(step) = self.looked_at.take() else {
            return Ok(());
        };
        for id in (0..self.lanes.len()).map(LaneId) {
            let end = self.store.lane(id).end();
            if end.is_some_and(|(end, _)| *end <= step) {
                continue; // It was over by then, and is.
            }
            match self.keeper.at(id, Some(step)).cloned() {
                Some(moment) => {
                    let epoch = self.spec.epoch_at(moment.step);
                    if self.lanes[id.0].state == State::Failed {
                        self.lanes[id.0].end_worker();
                    }
                    self.stand_at(id, moment.clone(), epoch)?;
                    let series = self.store.lane(id);
                    let checkpoint = Some(&moment.checkpoint);
                    self.keeper
                        .store(&moment.link, id, moment.step, checkpoint, series)?;
                }
                None => self.reset_lane(id)?,
            }
            if self.lanes[id.0].step < step {
                self.run_lane(id, Some(step))?;
            }
        }
        self.go_to(step);
        self.said = Said::Resumed;
        self.data_arrived()
    }

    /// Brings the slider up to date.
    pub(super) fn show_history(&mut self) {
        if self.history.is_open() {
            let epoch = self.looked_at.map_or(0.0, |step| self.spec.epoch_at(step));
            let steps = self.keeper.steps();
            // A moment that was thinned out is not there any more.
            if self.looked_at.is_some_and(|step| !steps.contains(&step)) {
                let before = steps.partition_point(|&other| Some(other) <= self.looked_at);
                self.looked_at = before.checked_sub(1).and_then(|at| steps.get(at).copied());
            }
            self.history.show(steps, self.looked_at, epoch, self.texts);
        }
    }
}
