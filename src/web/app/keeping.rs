//! Nothing that was computed is lost: lanes are kept while they train, and go on where they stood.

use web_sys::HtmlElement;

use js_sys::Uint8Array;

use super::{App, Said};
use crate::lane::Reason;
use crate::spec::LaneId;
use crate::store::LaneSeries;
use crate::web::alerts::Alert;
use crate::web::dom::{Result, by_id, set_text, show};
use crate::web::inside;
use crate::web::keep::{self, Kept, Moment};
use crate::web::lanes::State;
use crate::web::meter::now;
use crate::web::texts::Note;

impl App {
    /// Asks running lanes for checkpoints, each when it is due.
    pub(super) fn keep_due(&mut self) -> Result<()> {
        let now = now();
        let every = if self.inside.is_open() {
            inside::EVERY_MS
        } else {
            keep::EVERY_MS
        };
        for lane in &self.lanes {
            if lane.state == State::Running && self.keeper.is_due(lane.id, now, every) {
                lane.ask_to_keep()?;
            }
        }
        Ok(())
    }

    /// A checkpoint came: into memory and into the browser's storage, with the series up to it.
    pub(super) fn kept(
        &mut self,
        id: LaneId,
        step: u64,
        link: String,
        checkpoint: Option<Uint8Array>,
    ) -> Result<()> {
        if step == 0 {
            return Ok(()); // Nothing has happened that could be lost.
        }
        let at_rest = self
            .lane(id)
            .is_some_and(|lane| lane.state != State::Running);
        if self.keeper.is_to_be_stored(id, now(), at_rest) {
            let series = self.store.lane(id);
            self.keeper
                .store(&link, id, step, checkpoint.as_ref(), series)?;
        }
        if let Some(checkpoint) = checkpoint {
            let moment = Moment {
                step,
                link,
                checkpoint,
            };
            self.keeper.hold(id, moment);
        }
        Ok(())
    }

    /// The browser holds lanes of an experiment.
    pub(super) fn found(&mut self, link: &str, kept: Vec<Kept>) -> Result<()> {
        let idle = self.lanes.iter().all(|lane| lane.state == State::Idle);
        let of_lanes = |kept: &Kept| kept.lane.0 < self.lanes.len();
        let kept: Vec<Kept> = kept.into_iter().filter(of_lanes).collect();
        if link != self.spec.first_seed().link() || !idle || kept.is_empty() {
            return Ok(());
        }
        let steps = kept.iter().map(|kept| kept.step);
        let saved = kept.iter().map(|kept| kept.saved).max();
        let ago = (js_sys::Date::now() as u64).saturating_sub(saved.unwrap_or(0)) / 60_000;
        let (first, last) = (steps.clone().min(), steps.max());
        let text = self
            .texts
            .was_kept(first.unwrap_or(0), last.unwrap_or(0), ago);
        set_text(&by_id("resume-text")?, &text);
        show(&by_id("resume")?, true);
        self.found = kept;
        Ok(())
    }

    /// What was found is of no use any more.
    pub(super) fn forget_found(&mut self) -> Result<()> {
        self.found.clear();
        show(&by_id("resume")?, false);
        Ok(())
    }

    /// Goes to where the lanes stood, or forgets it.
    pub(super) fn resume(&mut self, wanted: bool) -> Result<()> {
        let found = std::mem::take(&mut self.found);
        self.forget_found()?;
        // The question is gone, and with it where the focus was.
        by_id::<HtmlElement>("run")?.focus()?;
        if !wanted {
            keep::forget(&self.spec.first_seed().link(), None);
            return Ok(());
        }
        let (hidden, link) = (
            self.spec.settings().hidden.len(),
            self.spec.first_seed().link(),
        );
        for kept in found {
            let id = kept.lane;
            let Some(series) = LaneSeries::from_bytes(&kept.series, hidden) else {
                self.alerts.add(Alert::KeptIsDamaged, self.texts)?;
                continue;
            };
            let end = series.end().cloned();
            let epoch = series.latest().map_or(0.0, |latest| latest.epoch);
            self.store.restore(id, series);
            match (kept.checkpoint, end) {
                (Some(checkpoint), end) => {
                    let moment = Moment {
                        step: kept.step,
                        link: link.clone(),
                        checkpoint,
                    };
                    self.stand_at(id, moment, epoch)?;
                    if end.is_some() {
                        // It says itself how it ended.
                        self.store.reopen(id);
                        self.run_lane(id, None)?;
                    }
                }
                (None, Some((step, reason @ Reason::Diverged { .. }))) => {
                    if let Some(lane) = self.lane(id) {
                        (lane.step, lane.epoch) = (step, epoch);
                        lane.state = State::Diverged;
                        lane.note = Note::Ended(reason);
                    }
                }
                _ => self.store.clear(id),
            }
            self.seeds.follow(id, &self.store);
        }
        self.said = Said::Resumed;
        self.data_arrived()?;
        self.grant()
    }

    /// A lane stands at a moment that was kept, with what was measured until then.
    pub(super) fn stand_at(&mut self, id: LaneId, moment: Moment, epoch: f64) -> Result<()> {
        self.store.cut_after(id, moment.step);
        self.seeds.follow(id, &self.store);
        let start = self.store.lane(id).phases().last().copied();
        self.keeper.hold(id, moment.clone());
        let Some(lane) = self.lane(id) else {
            return Ok(());
        };
        lane.go_on_from(moment, epoch)?;
        if let Some(start) = start {
            lane.rule = start.rule;
            lane.phase = (start.phase as usize - 1, start.step);
        }
        Ok(())
    }

    /// A lane whose worker died stands where it was kept last, if it was.
    pub(super) fn revive(&mut self, id: LaneId) -> Result<bool> {
        let Some(moment) = self.keeper.at(id, None).cloned() else {
            return Ok(false);
        };
        let epoch = self.spec.epoch_at(moment.step);
        self.stand_at(id, moment, epoch)?;
        self.data_arrived()?;
        Ok(true)
    }

    /// The storage cannot be used: said once, and the run goes on.
    pub(super) fn not_kept(&mut self, reason: String) -> Result<()> {
        if self.keeper.fails() {
            self.said = Said::NotKept(reason);
        }
        Ok(())
    }
}
