//! Frames: when one is asked for, and what is drawn in it.

use wasm_bindgen::JsCast as _;

use super::{App, Dirty, HIDDEN_MS, LATER_MS, Said};
use crate::lang::fill;
use crate::plot::look::Named;
use crate::web::cards::{self, Stale};
use crate::web::dom::{Result, document, window};
use crate::web::events::Plot;
use crate::web::lanes::State;
use crate::web::meter::now;
use crate::web::receipts;
use crate::web::view::Controls;

impl App {
    pub(super) fn seen(&self) -> Vec<Named> {
        let all = self.named.iter();
        let seen = all.filter(|named| !self.unseen.contains(&named.id));
        seen.cloned().collect()
    }

    pub(super) fn ask_for_frame(&mut self) -> Result<()> {
        if self.frame_asked || self.dirty == Dirty::Nothing {
            return Ok(());
        }
        let now = now();
        let wait = match self.dirty {
            Dirty::Page => 0.0,
            Dirty::Points => self.rest_until - now,
            _ => (self.rest_until - now).clamp(LATER_MS, f64::INFINITY),
        };
        if wait <= 0.0 {
            self.frame_asked = true;
            return self.request_frame(document()?.hidden());
        }
        if self.later_at.is_none_or(|at| now + wait < at) {
            self.later_at = Some(now + wait);
            let (function, wait) = (self.later.as_ref().unchecked_ref(), wait.ceil() as i32);
            window()?.set_timeout_with_callback_and_timeout_and_arguments_0(function, wait)?;
        }
        Ok(())
    }

    /// A hidden tab has no frames, and what it says of its state, to the reader of its title or to a program, should
    /// still be true.
    pub(super) fn request_frame(&self, hidden: bool) -> Result<()> {
        let function = self.frame.as_ref().unchecked_ref();
        if hidden {
            window()?.set_timeout_with_callback_and_timeout_and_arguments_0(function, HIDDEN_MS)?;
        } else {
            window()?.request_animation_frame(function)?;
        }
        Ok(())
    }

    /// Brings the page up to date. Each part of the page knows what it shows and leaves alone what has not changed.
    pub(super) fn render(&mut self) -> Result<()> {
        self.dirty = Dirty::Nothing;
        let controls = self.controls();
        if !controls.busy {
            self.meter.ready();
        }
        self.view.show_controls(controls);
        self.view.show_speed(self.steps_per_second(), self.texts);
        let needed = self.needed();
        self.view.show_loading(&self.chunks, &needed, self.texts);
        self.white.show(self.texts);
        let seen = self.seen();
        self.view.show_lanes(&seen);
        let (store, at) = (&self.store, self.looked_at);
        self.tabs.show(self.tab, &self.lanes, store, at, self.texts);
        // Cards of lanes that began, paused or ended are as far as the page's state is.
        for i in 0..self.lanes.len() {
            self.show_card(i, Stale::AtOnce);
        }
        let sentence = receipts::sentence(self.receipt.as_ref(), &self.lanes, self.texts);
        self.view.show_receipts(&sentence);
        self.show_history();
        self.show_seeds()?;
        self.show_ghosts()?;
        let note = self.note();
        self.view.show_note(&note);
        self.show_presentation()?;
        self.render_lesson(controls.state == "ready");
        self.follow_access(controls.running)?;
        self.look_inside(self.all_canvases)?;
        self.draw_next(&seen)
    }

    /// What has just happened, else what to watch in the experiment.
    fn note(&self) -> String {
        let lab = &self.texts.lab;
        let text = match &self.said {
            Said::Changed => lab.changed,
            Said::Slowed => lab.slowed,
            Said::ChangedLane => lab.changed_lane,
            Said::Resumed => lab.resumed,
            Said::NotKept(reason) => return self.texts.not_kept(reason),
            Said::Idle(minutes) => {
                return fill(lab.was_idle, &[("minutes", &minutes.to_string())]);
            }
            Said::Reading(Some(file)) => {
                return fill(self.texts.own.reading, &[("file", file)]);
            }
            Said::Reading(None) => self.texts.own.summing,
            Said::Loaded(kept) => {
                let own = &self.texts.own;
                let about = self.spec.data().own().map(|own| own.words(self.texts));
                let text = if *kept { own.loaded_kept } else { own.loaded };
                return fill(text, &[("about", &about.unwrap_or_default())]);
            }
            Said::Nothing => self
                .experiment
                .map_or("", |named| named.words(self.texts).watch),
        };
        text.to_owned()
    }

    /// How stale a card is; brings it up to date if it is `least` stale at least.
    pub(super) fn show_card(&mut self, i: usize, least: Stale) -> Stale {
        let (hidden, now) = (self.spec.settings().hidden.len(), now());
        let lane = &mut self.lanes[i];
        let (series, chosen) = (self.store.lane(lane.id), lane.id == self.tab);
        let receipt = self.receipt.as_ref();
        let (stale, shown) =
            cards::staleness(lane, series, hidden, receipt, chosen, self.looked_at, now);
        if stale >= least {
            let forms = &self.spec.settings().hidden;
            let epoch_at = |step| self.spec.epoch_at(step);
            cards::render(lane, series, shown, forms, epoch_at, self.texts, now);
        }
        stale
    }

    /// Draws one stale plot or lane a frame, in turn, so that no frame pays for all; the others follow in the next
    /// frames.
    fn draw_next(&mut self, seen: &[Named]) -> Result<()> {
        let all = std::mem::take(&mut self.all_canvases);
        let (plots, lanes) = (Plot::ALL.len(), self.lanes.len());
        let count = plots + lanes;
        let (mut draw, last) = (true, self.last_drawn);
        for i in (last + 1..=last + count).map(|i| i % count) {
            let stale = match Plot::ALL.get(i) {
                Some(&plot) => self.figures.draw(plot, sources!(self, seen), draw)?,
                None => self.draw_lane(i - plots, draw)?,
            };
            if stale && !draw {
                self.dirty = self.dirty.max(Dirty::Points);
                break;
            }
            if stale {
                self.last_drawn = i;
                draw = all;
            }
        }
        Ok(())
    }

    /// Whether a lane's card is stale, its words or its wires, which say the same; brings both up to date, if it may.
    fn draw_lane(&mut self, i: usize, draw: bool) -> Result<bool> {
        let least = if draw { Stale::Now } else { Stale::AtOnce };
        let words = self.show_card(i, least);
        if words == Stale::Later {
            self.dirty = self.dirty.max(Dirty::Numbers);
        }
        let (lane, screen) = (&mut self.lanes[i], self.screen);
        let series = self.store.lane(lane.id);
        let (rule, phase) = lane.seen(series, self.looked_at);
        let stage = lane.schedule.stages().get(phase);
        let learning = stage.map(|stage| stage.phase.learning.clone());
        let look = (rule, learning.unwrap_or_default());
        let forms = &self.spec.settings().hidden;
        let wires = lane.card.draw_wires(look, forms, screen, draw)?;
        Ok(wires || words >= Stale::Now)
    }

    pub(super) fn controls(&self) -> Controls {
        let any = |state: State| self.lanes.iter().any(|lane| lane.state == state);
        let all = |state: State| self.lanes.iter().all(|lane| lane.state == state);
        let has_data = self.has_data();
        let state = if !has_data && self.chunks.failure().is_some() || all(State::Failed) {
            "failed"
        } else if !has_data && self.spec.data().own().is_some() {
            "waiting"
        } else if !has_data {
            "loading"
        } else if any(State::Running) || self.seeds.is_running() {
            "running"
        } else if any(State::Paused) {
            "paused"
        } else if any(State::Idle) {
            "ready"
        } else if self.seeds.is_paused() {
            "paused"
        } else {
            "finished"
        };
        Controls {
            state,
            busy: !has_data,
            waiting: has_data
                && (self.lanes.iter().any(|lane| lane.state.is_waiting())
                    || self.seeds.is_waiting()),
            running: any(State::Running) || self.seeds.is_running(),
            begun: self.lanes.iter().any(|lane| lane.state != State::Idle)
                || self.seeds.has_begun(),
        }
    }
}
