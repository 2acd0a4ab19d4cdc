//! A lane as the page sees it: its worker, its state, its card.

use js_sys::Uint8Array;

use super::cards::Card;
use super::data::Chunks;
use super::dom::Result;
use super::events::Event;
use super::keep::Moment;
use super::lane_worker::LaneWorker;
use super::own::OwnSet;
use super::texts::Note;
use super::whitening::Whitenings;
use crate::core::Rule;
use crate::data::mnist;
use crate::lang::Texts;
use crate::protocol::{ToLane, Until};
use crate::spec::{LaneId, Schedule, Spec, Stage};
use crate::store::LaneSeries;

/// What a lane is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Idle,
    Running,
    Paused,
    Finished,
    Diverged,
    Failed,
}

impl State {
    /// Its word in `data-state`.
    pub fn key(self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::Running => "running",
            State::Paused => "paused",
            State::Finished => "finished",
            State::Diverged => "diverged",
            State::Failed => "failed",
        }
    }

    /// What it is called; of a lane that finished, its reason says it.
    pub fn word(self, texts: &Texts) -> Option<&'static str> {
        Some(match self {
            State::Idle => texts.lab.idle,
            State::Running => texts.lab.running,
            State::Paused => texts.lab.paused,
            State::Finished => return None,
            State::Diverged => texts.lab.diverged,
            State::Failed => texts.lab.failed,
        })
    }

    /// Whether it can train on.
    pub fn is_waiting(self) -> bool {
        matches!(self, State::Idle | State::Paused)
    }
}

/// Where lanes get their images from, chunk by chunk.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    Mnist(&'a Chunks),
    Own(&'a OwnSet),
    /// Images of the reader's own that are not there.
    Missing,
}

impl<'a> Source<'a> {
    /// Where the images of an experiment are.
    pub fn of(spec: &Spec, chunks: &'a Chunks, own: Option<&'a OwnSet>) -> Source<'a> {
        let Some(wanted) = spec.data().own() else {
            return Source::Mnist(chunks);
        };
        let own = own.filter(|set| set.about.is_same(wanted));
        own.map_or(Source::Missing, Source::Own)
    }
}

impl Source<'_> {
    /// Class and pixels of a test image of so many inputs, channel by channel; `None` until its chunk is there.
    pub fn test_image(self, image: u32, inputs: u32) -> Option<(u8, Vec<u8>)> {
        match self {
            Source::Mnist(chunks) => chunks.test_image(image),
            Source::Own(set) => set.test_image(image, inputs),
            Source::Missing => None,
        }
    }

    pub fn test_chunks(self) -> usize {
        match self {
            Source::Mnist(_) => mnist::test_chunks().count(),
            Source::Own(set) => set.test_chunks(),
            Source::Missing => 0,
        }
    }

    /// A copy of a chunk that is there, to be given away.
    pub fn copy(self, is_train: bool, at: usize) -> Option<Uint8Array> {
        match self {
            Source::Mnist(chunks) if is_train => chunks.copy(&mnist::train_chunks().nth(at)?),
            Source::Mnist(chunks) => chunks.copy(&mnist::test_chunks().nth(at)?),
            Source::Own(set) => set.copy(is_train, at),
            Source::Missing => None,
        }
    }
}

pub struct Lane {
    pub id: LaneId,
    pub schedule: Schedule,
    /// Its present one.
    pub rule: Rule,
    /// Its phase, counted from 0, and the step after which it began.
    pub phase: (usize, u64),
    pub card: Card,
    pub state: State,
    pub run: u32,
    pub step: u64,
    pub epoch: f64,
    pub samples_per_second: f64,
    /// WebAssembly memory that its worker has taken; 0 before it is known.
    pub memory_bytes: u64,
    pub fingerprint: Option<u64>,
    /// Of each layer's weights and bias alone, at its end.
    pub parts: Vec<u64>,
    /// Why it ended.
    pub note: Note,
    /// Where it shall pause, if not at the end.
    pub target: Option<u64>,
    /// How far it may go in step with the others.
    pub granted: u64,
    /// It was told to pause and has not answered yet: nothing may send it on meanwhile.
    pub pausing: bool,
    /// Its own place of the speed scale; `None` is that of all lanes.
    pub pace: Option<usize>,
    worker: LaneWorker,
    started: bool,
    /// Where it goes on when it is started next, in place of step 0.
    from: Option<Moment>,
}

impl Lane {
    pub fn new(id: LaneId, schedule: &Schedule, card: Card) -> Lane {
        Lane {
            id,
            schedule: schedule.clone(),
            rule: schedule.first_rule(),
            phase: (0, 0),
            card,
            state: State::Idle,
            run: 0,
            step: 0,
            epoch: 0.0,
            samples_per_second: 0.0,
            memory_bytes: 0,
            fingerprint: None,
            parts: Vec::new(),
            note: Note::None,
            target: None,
            granted: 0,
            pausing: false,
            pace: None,
            worker: LaneWorker::default(),
            started: false,
            from: None,
        }
    }

    /// Makes its worker, if it has none.
    pub fn ensure_worker(&mut self) -> Result<()> {
        let id = self.id;
        let told = move |generation, bytes, beside| Event::Message(id, generation, bytes, beside);
        let died = move |generation, fault| Event::Died(id, generation, fault);
        self.worker.ensure(self.schedule.name(), told, died)
    }

    /// Which of its workers it has.
    pub fn generation(&self) -> u32 {
        self.worker.generation
    }

    /// Takes over the worker of a lane that stood in the same place, with the images that it has.
    pub fn adopt(&mut self, old: Lane) {
        self.run = old.run;
        self.pace = old.pace;
        self.memory_bytes = old.memory_bytes;
        self.worker = old.worker;
        self.worker.expect_images();
    }

    /// Ends its worker; what it had is lost.
    pub fn end_worker(&mut self) {
        self.worker.end();
        self.started = false;
        self.memory_bytes = 0;
    }

    /// Back to step 0.
    pub fn reset(&mut self) -> Result<()> {
        self.run += 1;
        self.started = false;
        self.from = None;
        self.state = State::Idle;
        self.rule = self.schedule.first_rule();
        self.phase = (0, 0);
        self.step = 0;
        self.epoch = 0.0;
        self.samples_per_second = 0.0;
        self.fingerprint = None;
        self.parts.clear();
        self.note = Note::None;
        self.target = None;
        self.granted = 0;
        self.pausing = false;
        self.worker.checkpoint = None;
        // Another experiment may need more images.
        self.worker.expect_images();
        self.worker.post(&ToLane::Pause)
    }

    /// The worker listens.
    pub fn became_ready(&mut self) {
        self.worker.became_ready();
    }

    /// Whether it waits for images without which it cannot begin.
    pub fn is_hungry(&self) -> bool {
        self.worker.is_hungry()
    }

    /// Sends the next part of the images that it needs and has not got; tells whether it sent a part.
    pub fn feed(&mut self, spec: &Spec, source: Source, white: &Whitenings) -> Result<bool> {
        self.worker.feed(spec, source, white)
    }

    /// Sends a message, or keeps it until the worker listens and has its images.
    pub fn send(&mut self, message: ToLane) -> Result<()> {
        self.worker.send(message)
    }

    /// Whether a new `Go` may reach it: it trains, and was not told to pause.
    pub fn takes_grants(&self) -> bool {
        self.state == State::Running && !self.pausing
    }

    /// Stands still at a moment that was kept, and goes on from there when it is told to.
    pub fn go_on_from(&mut self, moment: Moment, epoch: f64) -> Result<()> {
        self.reset()?;
        self.state = State::Paused;
        self.step = moment.step;
        self.epoch = epoch;
        self.worker.checkpoint = Some(moment.checkpoint.clone());
        self.from = Some(moment);
        Ok(())
    }

    /// Stands where it stood before it was told to go, if that waits for its images.
    pub fn stand_back(&mut self) {
        if self.state != State::Running || self.worker.is_fed() {
            return;
        }
        self.state = match self.from {
            Some(_) => State::Paused,
            None => State::Idle,
        };
        self.started = false;
        self.pausing = false;
        self.target = None;
        self.worker.forget_waiting();
    }

    /// Asks for a checkpoint.
    pub fn ask_to_keep(&self) -> Result<()> {
        match self.started {
            true => self.worker.post(&ToLane::Keep),
            false => Ok(()),
        }
    }

    /// Its phases.
    pub fn stages(&self) -> usize {
        self.schedule.stages().len()
    }

    /// Its rule and its phase, counted from 0, at a step; `None` is the present.
    pub fn seen(&self, series: &LaneSeries, step: Option<u64>) -> (Rule, usize) {
        match step.and_then(|step| series.phase_at(step)) {
            Some(start) => (start.rule, start.phase as usize - 1),
            None => (self.rule, self.phase.0),
        }
    }

    /// A phase of a lane that is more than one rule throughout.
    pub fn stage(&self, at: usize) -> Option<&Stage> {
        let stage = self.schedule.stages().get(at);
        stage.filter(|_| self.schedule.as_plain().is_none())
    }

    /// Whether another phase can follow what it has done.
    pub fn can_change(&self) -> bool {
        self.state == State::Running || self.state.is_waiting()
    }

    /// Goes on by another schedule of another experiment, which agrees with its own on what it has done.
    pub fn edit(&mut self, spec: &Spec) -> Result<()> {
        if let Some(schedule) = spec.lanes().get(self.id.0) {
            self.schedule = schedule.clone();
        }
        if self.started {
            self.send(ToLane::Edit { link: spec.link() })?;
        }
        Ok(())
    }

    /// Tells it to pause, if it trains.
    pub fn pause(&mut self) -> Result<()> {
        if !self.takes_grants() {
            return Ok(());
        }
        self.pausing = true;
        self.send(ToLane::Pause)
    }

    /// Asks for its weights; where it stands at a moment that was kept, its worker goes there first.
    pub fn ask_for_weights(&mut self, spec: &Spec) -> Result<()> {
        self.begin(spec)?;
        self.send(ToLane::Give)
    }

    /// Its worker stands where it stands.
    fn begin(&mut self, spec: &Spec) -> Result<()> {
        self.ensure_worker()?;
        if !self.started {
            self.started = true;
            let (run, lane) = (self.run, self.id.0 as u32);
            let link = self.from.as_ref().map(|moment| moment.link.clone());
            self.send(ToLane::Start {
                run,
                lane,
                link: link.clone().unwrap_or_else(|| spec.link()),
                from: self.from.is_some(),
            })?;
            if link.is_some_and(|link| link != spec.link()) {
                self.send(ToLane::Edit { link: spec.link() })?;
            }
        }
        Ok(())
    }

    /// Trains on, from the start if need be.
    pub fn go(&mut self, spec: &Spec, until: Until, steps_per_second: Option<f64>) -> Result<()> {
        self.begin(spec)?;
        self.state = State::Running;
        self.pausing = false;
        self.send(ToLane::Go {
            until,
            steps_per_second,
        })
    }
}
