//! How a link wants its experiment shown: what is hidden and locked, and the way to the step at which the reader begins.

use web_sys::{Element, HtmlAnchorElement, HtmlElement, HtmlProgressElement};

use super::App;
use crate::lang::fill;
use crate::spec::{LaneId, Link};
use crate::web::dom::{Result, by_id, set_text, show};
use crate::web::events::Control;
use crate::web::lanes::State;
use crate::web::restrict;

/// The way to a step: that of `at=`, or one that was gone back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    target: u64,
    /// Whether the lanes go on from there by themselves.
    run: bool,
    begun: bool,
}

impl App {
    /// Takes over how a link that was opened wants to be shown.
    pub(super) fn present(&mut self, link: &Link) -> Result<()> {
        self.presentation = link.presentation.clone();
        restrict::apply(&self.presentation)?;
        self.embed()
    }

    /// The lanes shall stand at the step of `at=` before the reader begins.
    pub(super) fn plan_arrival(&mut self, link: &Link) {
        let at = link.presentation.at;
        // No lane goes further than its end.
        let lanes = self.spec.lanes().iter();
        let last = lanes.map(|lane| self.spec.last_step(lane)).max();
        self.arrival = at.map(|at| Arrival {
            target: at
                .step(self.spec.steps_per_epoch())
                .min(last.unwrap_or(u64::MAX)),
            run: std::mem::take(&mut self.start_when_ready),
            begun: false,
        });
    }

    /// Lanes are on their way to a step, at which they shall stand still.
    pub(super) fn go_to(&mut self, target: u64) {
        self.arrival = Some(Arrival {
            target,
            run: false,
            begun: true,
        });
    }

    /// Sets out, once there are images.
    pub(super) fn set_out(&mut self) -> Result<()> {
        let Some(arrival) = &mut self.arrival else {
            return Ok(());
        };
        if std::mem::replace(&mut arrival.begun, true) {
            return Ok(());
        }
        let target = arrival.target;
        self.forget_found()?;
        for id in (0..self.lanes.len()).map(LaneId) {
            self.run_lane(id, Some(target))?;
        }
        Ok(())
    }

    /// Whether lanes are on their way to that step: then no pace holds them back.
    pub(super) fn is_arriving(&self) -> bool {
        self.arrival.is_some_and(|arrival| arrival.begun)
    }

    /// Stops being on the way where the reader does something else. Run, while some lanes are on the way, is for all of
    /// them once they are there: whether it has to wait.
    pub(super) fn leave_arrival(&mut self, control: Control) -> bool {
        match &mut self.arrival {
            Some(arrival) if control == Control::Run => {
                arrival.run |= arrival.begun;
                arrival.begun
            }
            _ => {
                self.arrival = None;
                false
            }
        }
    }

    /// Goes on, or stands still, once every lane is there.
    pub(super) fn arrive(&mut self) -> Result<()> {
        let running = |lane: &super::Lane| lane.state == State::Running;
        if !self.is_arriving() || self.lanes.iter().any(running) {
            return Ok(());
        }
        let run = self.arrival.take().is_some_and(|arrival| arrival.run);
        if run {
            self.control(Control::Run)
        } else {
            Ok(())
        }
    }

    /// How far the lanes are on their way; locked controls stay locked.
    pub(super) fn show_presentation(&self) -> Result<()> {
        restrict::hold(&self.presentation, self.texts)?;
        if self.presentation.embed {
            let full: HtmlAnchorElement = by_id("open-full")?;
            let link = self.spec_link();
            if full.hash().strip_prefix('#') != Some(&link) {
                full.set_hash(&link);
            }
        }
        let place: HtmlElement = by_id("arrival")?;
        show(&place, self.arrival.is_some());
        if let Some(arrival) = self.arrival {
            let step = self.lanes.iter().map(|lane| lane.step).min().unwrap_or(0);
            let bar: HtmlProgressElement = by_id("arrival-bar")?;
            bar.set_value(step as f64 / arrival.target as f64);
            let number = |step: u64| crate::plot::axis::number(step as f64);
            let values = [("step", &*number(arrival.target)), ("done", &number(step))];
            let words = fill(self.texts.lab.getting_to, &values);
            set_text(&by_id::<Element>("arrival-text")?, &words);
        }
        Ok(())
    }
}
