//! Runs that are laid under the present one: taken from a link, from a file or from the lanes, and those of links trained
//! by a worker of their own, one lane after the other.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::HtmlInputElement;

use super::{App, Dirty};
use crate::core::NUMERICS;
use crate::lang::fill;
use crate::protocol::{FromLane, ToLane, Until, decode};
use crate::report::run::{Run, read_all};
use crate::spec::{LaneId, Spec};
use crate::store::LaneSeries;
use crate::store::ghost::Ghost;
use crate::web::compare::{self, Act};
use crate::web::dom::{Result, by_id};
use crate::web::events::Event;
use crate::web::inside::helper::Helper;
use crate::web::lanes::Source;
use crate::web::texts::Fault;

/// What the worker is called. A lane's name holds no colon.
const NAME: &str = "falab:compared";

/// The worker that trains runs of pasted links, and what it is at.
#[derive(Default)]
pub(super) struct Trained {
    helper: Option<Helper>,
    generation: u32,
    /// Places of ghosts that are to be trained, in the order in which they were asked for.
    queue: Vec<usize>,
    /// The lane that is trained, and under which number.
    at: Option<(usize, usize)>,
    run: u32,
    /// Places of ghosts that go no further, and why.
    failed: Vec<(usize, Fault)>,
}

impl Trained {
    /// The lane of a ghost that is being trained.
    fn lane_of(&self, place: usize) -> Option<usize> {
        let at = self.at.filter(|(ghost, _)| *ghost == place);
        at.map(|(_, lane)| lane)
    }
}

impl App {
    pub(super) fn compare(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Open => self.compare.open(),
            Act::Run => self.compare_link(),
            Act::Present => self.compare_present(),
            Act::Files(files) => {
                compare::read(&files, |name, text| Event::Compare(Act::Read(name, text)));
                // The same files may be chosen again.
                by_id::<HtmlInputElement>("compare-file")?.set_value("");
                Ok(())
            }
            Act::Read(name, text) => self.compare_file(&name, text),
            Act::Remove(place) => {
                self.store.remove_ghost(place);
                self.trained.failed.retain(|(failed, _)| *failed != place);
                self.trained.queue.retain(|queued| *queued != place);
                if self.trained.lane_of(place).is_some() {
                    // Another number would do, but what it computes is of no use any more.
                    (self.trained.helper, self.trained.at) = (None, None);
                }
                self.train_ghosts()
            }
            Act::Toggle(place) => {
                self.store.toggle_ghost(place);
                Ok(())
            }
            Act::Told(generation, data) => self.ghost_told(generation, &data),
            Act::Died(generation, fault) => self.ghost_died(generation, fault),
        }
    }

    /// Lays a run under the present one, and shows that in the dialog; its place, if there was room.
    pub(super) fn lay(
        &mut self,
        name: String,
        spec: Spec,
        numerics: u32,
        series: Vec<LaneSeries>,
    ) -> Option<usize> {
        let place = self.store.add_ghost(name, spec, numerics, series);
        self.compare.say_problem(match place {
            Some(_) => "",
            None => self.texts.ghosts.full,
        });
        place
    }

    fn compare_link(&mut self) -> Result<()> {
        let link = self.compare.link();
        let spec = match Spec::parse(&link) {
            _ if link.is_empty() => {
                self.compare.say_problem(self.texts.ghosts.no_link);
                return Ok(());
            }
            Err(errors) => {
                let words: Vec<String> =
                    errors.iter().map(|error| error.words(self.texts)).collect();
                self.compare.say_problem(&words.join("\n"));
                return Ok(());
            }
            Ok(spec) => spec,
        };
        if let Some(problem) = self.cannot_train(&spec) {
            self.compare.say_problem(&problem);
            return Ok(());
        }
        let name = self.texts.run_name(&spec);
        if let Some(place) = self.lay(name, spec, NUMERICS, Vec::new()) {
            self.compare.forget_link();
            self.trained.queue.push(place);
            self.train_ghosts()?;
        }
        Ok(())
    }

    /// A file came that may hold runs: as many as find room are laid on.
    fn compare_file(&mut self, name: &str, text: std::result::Result<String, Fault>) -> Result<()> {
        self.compare.open()?;
        let read = match text {
            Err(fault) => Err(fault.words(self.texts)),
            Ok(text) => read_all(text.as_bytes()).map_err(|error| error.words(self.texts)),
        };
        match read {
            Ok(runs) => {
                for listed in runs {
                    if self.lay_run(listed.name, &listed.run).is_none() {
                        break;
                    }
                }
            }
            Err(reason) => {
                let values = [("file", name), ("reason", &reason)];
                self.compare
                    .say_problem(&fill(self.texts.ghosts.not_read, &values));
            }
        }
        Ok(())
    }

    /// Lays a run that was read under the present one.
    pub(super) fn lay_run(&mut self, name: Option<String>, run: &Run) -> Option<usize> {
        let (spec, known) = (run.spec(), run.store());
        let name = name.unwrap_or_else(|| self.texts.run_name(spec));
        let series = (0..spec.lanes().len()).map(|i| known.lane(LaneId(i)).clone());
        self.lay(name, spec.clone(), run.numerics(), series.collect())
    }

    /// Why an experiment cannot be trained beside the present one.
    fn cannot_train(&self, spec: &Spec) -> Option<String> {
        let source = Source::of(spec, &self.chunks, self.own.as_ref());
        if let (Source::Missing, Some(wanted)) = (source, spec.data().own()) {
            let about = wanted.words(self.texts);
            return Some(fill(self.texts.own.wanted, &[("about", &about)]));
        }
        let zca = spec.zca().filter(|_| self.white.lacks(spec))?;
        let zca = zca.to_string();
        Some(fill(self.texts.ghosts.not_white, &[("value", &zca)]))
    }

    /// What is measured now stays, whatever the lanes do next.
    fn compare_present(&mut self) -> Result<()> {
        if self.store.is_empty() {
            self.compare.say_problem(self.texts.ghosts.nothing_yet);
            return Ok(());
        }
        let series = (0..self.spec.lanes().len()).map(|i| self.store.lane(LaneId(i)).clone());
        let (name, series) = (
            self.texts.run_name(&self.spec.first_seed()),
            series.collect(),
        );
        self.lay(name, self.spec.first_seed(), NUMERICS, series);
        Ok(())
    }

    /// Goes on with the run that is to be trained next.
    pub(super) fn train_ghosts(&mut self) -> Result<()> {
        let Some(&place) = self.trained.queue.first() else {
            (self.trained.helper, self.trained.at) = (None, None);
            return Ok(());
        };
        let Some(ghost) = self
            .store
            .ghosts()
            .iter()
            .find(|ghost| ghost.place == place)
        else {
            return Ok(());
        };
        let spec = ghost.spec.clone();
        let is_open = |lane: &crate::store::ghost::GhostLane| lane.series.end().is_none();
        if !ghost.lanes.iter().any(is_open) {
            self.trained.queue.remove(0);
            // Another run may be on other images.
            (self.trained.helper, self.trained.at) = (None, None);
            return self.train_ghosts();
        }
        if self.trained.helper.is_none() {
            self.trained.generation += 1;
            self.trained.helper = Some(Helper::new(
                self.trained.generation,
                NAME,
                |generation, data| Event::Compare(Act::Told(generation, data)),
                |generation, fault| Event::Compare(Act::Died(generation, fault)),
            )?);
            if spec.data().own().is_none() {
                self.chunks.fetch(super::opening::chunks_of(&spec));
            }
        }
        self.feed_ghosts()
    }

    /// Sends the worker the next part of its images, or, once it has them, the lane that is next.
    pub(super) fn feed_ghosts(&mut self) -> Result<()> {
        let Some(&place) = self.trained.queue.first() else {
            return Ok(());
        };
        let found = self
            .store
            .ghosts()
            .iter()
            .find(|ghost| ghost.place == place);
        let (Some(ghost), Some(helper)) = (found, self.trained.helper.as_mut()) else {
            return Ok(());
        };
        let source = Source::of(&ghost.spec, &self.chunks, self.own.as_ref());
        if helper.feed(&ghost.spec, source, &self.white)? {
            self.feeding.ask();
            return Ok(());
        }
        if self.trained.at.is_some() || !helper.ready || !helper.is_fed(&ghost.spec, source) {
            return Ok(());
        }
        let open = ghost
            .lanes
            .iter()
            .position(|lane| lane.series.end().is_none());
        let Some(lane) = open else {
            return Ok(());
        };
        self.trained.run += 1;
        self.trained.at = Some((place, lane));
        let start = ToLane::Start {
            run: self.trained.run,
            lane: lane as u32,
            link: ghost.spec.link(),
            from: false,
        };
        helper.send(&start, None)?;
        let go = ToLane::Go {
            until: Until::End,
            steps_per_second: None,
        };
        helper.send(&go, None)
    }

    fn ghost_told(&mut self, generation: u32, data: &JsValue) -> Result<()> {
        let of = |helper: &&mut Helper| helper.generation == generation;
        let Some(helper) = self.trained.helper.as_mut().filter(of) else {
            return Ok(());
        };
        // Checkpoints come beside their messages; nobody needs them here.
        let Some(bytes) = data.dyn_ref::<Uint8Array>() else {
            return Ok(());
        };
        let message = match decode::<FromLane>(&bytes.to_vec()) {
            Ok(message) => message,
            Err(error) => return self.ghost_died(generation, Fault::Other(error.to_string())),
        };
        if let FromLane::Ready = message {
            helper.ready = true;
            return self.feed_ghosts();
        }
        let Some((place, lane)) = self.trained.at else {
            return Ok(());
        };
        let present = self.trained.run;
        self.dirty = Dirty::Page;
        match message {
            FromLane::Progress { run, metrics, .. } if run == present => {
                for point in metrics {
                    self.store.push_ghost(place, lane, point);
                }
                Ok(())
            }
            FromLane::Finished {
                run, step, reason, ..
            } if run == present => {
                self.store.finish_ghost(place, lane, step, reason);
                self.trained.at = None;
                self.train_ghosts()
            }
            FromLane::Failed { run, message } if run == present => {
                self.ghost_died(generation, Fault::Other(message))
            }
            _ => Ok(()),
        }
    }

    /// The run that is being trained goes no further; the next one does.
    fn ghost_died(&mut self, generation: u32, fault: Fault) -> Result<()> {
        let helper = self.trained.helper.as_ref();
        if helper.is_none_or(|helper| helper.generation != generation) {
            return Ok(());
        }
        (self.trained.helper, self.trained.at) = (None, None);
        if !self.trained.queue.is_empty() {
            let place = self.trained.queue.remove(0);
            self.trained.failed.push((place, fault));
        }
        self.train_ghosts()
    }

    /// Brings lines, legend and figures up to date.
    pub(super) fn show_ghosts(&mut self) -> Result<()> {
        self.store.pair_ghosts(self.spec.lanes(), &self.unseen);
        let (store, spec, texts, trained) = (&self.store, &self.spec, self.texts, &self.trained);
        let about = |ghost: &Ghost| {
            let about = texts.ghost(ghost, store, spec, trained.lane_of(ghost.place));
            let failed = trained
                .failed
                .iter()
                .find(|(place, _)| *place == ghost.place);
            match failed {
                Some((_, fault)) => {
                    let values = [("reason", &*fault.words(texts)), ("about", &about)];
                    fill(texts.ghosts.failed, &values)
                }
                None => about,
            }
        };
        self.compare.show(store, about, texts)
    }
}
