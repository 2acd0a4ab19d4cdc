//! Changes of a lane on the way: another phase behind what it has done, in the link too.

use web_sys::Element;

use super::{App, Said};
use crate::core::Phase;
use crate::plot::look;
use crate::spec::LaneId;
use crate::web::cards::{Card, Stale};
use crate::web::dom::{Result, by_id};
use crate::web::lanes::State;
use crate::web::link;

/// A change that waits for its lane to pause.
pub struct Waiting {
    lane: LaneId,
    phase: Phase,
    /// It shall go on then, to here.
    target: Option<u64>,
}

impl App {
    pub(super) fn open_change(&mut self, id: LaneId) -> Result<()> {
        let hidden = self.spec.settings().hidden.len();
        let texts = self.texts;
        let Some(lane) = self.lane(id).filter(|lane| lane.can_change()) else {
            return Ok(());
        };
        let (name, rule) = (texts.lane(&lane.schedule), lane.rule);
        self.change.open(id, &name, rule, hidden, texts)
    }

    /// The reader chose; a lane that trains pauses first, so that the change has its step.
    pub(super) fn change(&mut self) -> Result<()> {
        let Some((id, phase)) = self.change.chosen(self.texts) else {
            return Ok(());
        };
        let Some(lane) = self.lane(id) else {
            return Ok(());
        };
        if lane.state == State::Running {
            let target = lane.target;
            lane.pause()?;
            self.waiting = Some(Waiting {
                lane: id,
                phase,
                target,
            });
            self.change.close();
            return Ok(());
        }
        if self.apply_change(id, phase)? {
            self.change.close();
        }
        Ok(())
    }

    /// A lane ended before it paused: there is nothing left to change.
    pub(super) fn forget_waiting(&mut self, id: LaneId) {
        self.waiting.take_if(|waiting| waiting.lane == id);
    }

    /// A lane has paused: what waited for that is done.
    pub(super) fn change_waiting(&mut self, id: LaneId) -> Result<()> {
        let Some(waiting) = self.waiting.take_if(|waiting| waiting.lane == id) else {
            return Ok(());
        };
        if self.apply_change(id, waiting.phase)? {
            self.run_lane(id, waiting.target)?;
            return self.grant();
        }
        Ok(())
    }

    /// Puts a phase behind what a lane that stands still has done. Tells whether that was possible; says why not.
    fn apply_change(&mut self, id: LaneId, phase: Phase) -> Result<bool> {
        let Some(lane) = self.lanes.get(id.0) else {
            return Ok(false);
        };
        let (at, start) = lane.phase;
        let (step, begun) = (lane.step, lane.step - start);
        let Some(schedule) = lane.schedule.edited(at, begun, phase) else {
            self.change.refuse(self.texts.lab.too_many_phases);
            return Ok(false);
        };
        let spec = match self.spec.with_lane(id, schedule) {
            Ok(spec) => spec,
            Err(error) => {
                self.change.refuse(&error.words(self.texts));
                return Ok(false);
            }
        };
        self.spec = spec;
        // The other seeds of this lane have done it the other way.
        self.seeds.restart(id)?;
        self.tend_seeds()?;
        // Receipts speak about the experiment as it was.
        self.receipt = None;
        self.experiment = None;
        for lane in &mut self.lanes {
            lane.edit(&self.spec)?;
        }
        if step == 0 {
            // Another first phase may be another start.
            self.reset_lane(id)?;
        }
        self.name_lanes()?;
        self.form.show(&self.spec)?;
        self.said = Said::ChangedLane;
        link::write(&self.link(), true)?;
        Ok(true)
    }

    /// New cards and legend entries for lanes that go on; a card is never seen before it says how its lane stands.
    fn name_lanes(&mut self) -> Result<()> {
        let cards: Element = by_id("lanes")?;
        cards.set_text_content(None);
        self.view.forget_lanes()?;
        self.tabs.forget();
        self.named = look::named(self.spec.lanes());
        for (lane, named) in self.lanes.iter_mut().zip(&self.named) {
            lane.card = Card::new(named, &lane.schedule, self.texts)?;
            cards.append_child(&lane.card.element)?;
            let (card, schedule) = (&lane.card.element, &lane.schedule);
            self.tabs.add(named, schedule, card, self.texts)?;
            self.view.add_lane(named, schedule, self.texts)?;
        }
        for i in 0..self.lanes.len() {
            self.show_card(i, Stale::AtOnce);
        }
        self.all_canvases = true;
        Ok(())
    }
}
