//! Files that a reader takes along: what of the page's state goes into them.

use js_sys::Uint8Array;

use super::App;
use crate::export::{Export, WEIGHTS};
use crate::inside::weights::Weights;
use crate::lang::fill;
use crate::spec::LaneId;
use crate::web::dom::Result;
use crate::web::export::Act;
use crate::web::lanes::{Lane, State};

/// Whether a lane has weights worth taking along: of one that diverged they are no numbers.
fn has_weights(lane: &Lane) -> bool {
    lane.step > 0 && !matches!(lane.state, State::Diverged | State::Failed)
}

impl App {
    /// Answers what was done in the dialog.
    pub(super) fn export(&mut self, act: Act) -> Result<()> {
        let stands = self.stands();
        // Of several seeds the lanes are the first one's.
        let spec = self.spec.first_seed();
        let export = Export {
            spec: &spec,
            seeds: self.spec.seeds(),
            stands: &stands,
            store: &self.store,
            texts: self.texts,
        };
        match act {
            Act::Open => {
                let has_some = self.lanes.iter().any(has_weights);
                let lanes = self.whose_weights();
                self.files
                    .open(&export, self.spec.seeds(), &lanes, has_some)
            }
            Act::Save(ending) if ending == WEIGHTS => self.ask_for_weights(),
            Act::Save(ending) => self.files.save(&export, &ending),
            Act::Copy => self.files.copy(self.texts),
        }
    }

    /// Whose weights there are and after which step, in words.
    fn whose_weights(&self) -> String {
        let words = &self.texts.export;
        let of = |lane: &Lane| {
            let named = self.named_lane(lane);
            let name = named.as_str();
            if has_weights(lane) {
                let step = lane.step.to_string();
                return fill(words.weights_at, &[("lane", name), ("step", &step)]);
            }
            let why = match lane.state {
                State::Diverged => words.lane_diverged,
                State::Failed => words.lane_failed,
                _ => words.not_begun,
            };
            fill(words.weights_none, &[("lane", name), ("why", why)])
        };
        let lanes: Vec<String> = self.lanes.iter().map(of).collect();
        fill(words.weights_of, &[("lanes", &lanes.join(words.lane_join))])
    }

    /// The name of a lane; of several seeds it is the first one's.
    fn named_lane(&self, lane: &Lane) -> String {
        let name = lane.schedule.name();
        match self.spec.seeds() {
            1 => name.to_owned(),
            _ => fill(self.texts.spread.first_lane, &[("lane", name)]),
        }
    }

    fn ask_for_weights(&mut self) -> Result<()> {
        let spec = self.spec.first_seed();
        let asked = self.lanes.iter_mut().filter(|lane| has_weights(lane));
        let asked: Vec<&mut Lane> = asked.collect();
        let ids = asked.iter().map(|lane| lane.id).collect();
        self.files.wait(ids, self.texts);
        for lane in asked {
            lane.ask_for_weights(&spec)?;
        }
        Ok(())
    }

    pub(super) fn weights_came(
        &mut self,
        id: LaneId,
        weights: Weights,
        beside: Option<Uint8Array>,
    ) -> Result<()> {
        let fits = |data: &Uint8Array| u64::from(data.length()) == weights.bytes();
        match beside.filter(fits) {
            Some(data) => {
                let spec = self.spec.first_seed();
                self.files
                    .weights_came(id, weights, data, &spec, self.texts);
            }
            None => self.files.weights_lost(id, self.texts),
        }
        Ok(())
    }

    pub(super) fn weights_lost(&mut self, id: LaneId) {
        self.files.weights_lost(id, self.texts);
    }
}
