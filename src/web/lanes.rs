//! A lane as the page sees it: its worker, its state, its card.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::cards::Card;
use super::data::Chunks;
use super::dom::{Listener, Result};
use super::events::{Event, push};
use super::keep::Moment;
use super::own::OwnSet;
use super::texts::{Fault, Note};
use super::whitening::Whitenings;
use crate::core::Rule;
use crate::data::mnist;
use crate::protocol::{ToLane, Until, encode};
use crate::spec::{CHUNK, LaneId, Schedule, Spec, Stage};
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

    /// Whether it can train on.
    pub fn is_waiting(self) -> bool {
        matches!(self, State::Idle | State::Paused)
    }
}

/// A worker with its listeners.
struct Running {
    worker: Worker,
    _listeners: [Listener; 3],
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
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
    pub generation: u32,
    /// Its own place of the speed scale; `None` is that of all lanes.
    pub pace: Option<usize>,
    running: Option<Running>,
    /// The worker listens.
    ready: bool,
    /// It has the images that it needs to begin.
    fed: bool,
    started: bool,
    /// Where it goes on when it is started next, in place of step 0.
    from: Option<Moment>,
    /// Messages that wait for the worker to listen and to have its images.
    waiting: Vec<ToLane>,
    sent_train: usize,
    sent_test: usize,
    /// The name of the whitening that its worker has.
    white: Option<String>,
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
            generation: 0,
            pace: None,
            running: None,
            ready: false,
            fed: false,
            started: false,
            from: None,
            waiting: Vec::new(),
            sent_train: 0,
            sent_test: 0,
            white: None,
        }
    }

    /// Makes its worker, if it has none.
    pub fn ensure_worker(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        self.generation += 1;
        let (id, generation) = (self.id, self.generation);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(self.schedule.name());
        let worker = Worker::new_with_options("./www/worker.js", &options)?;
        let listeners = [
            Listener::new(&worker, "message", move |event| {
                let event: MessageEvent = event.unchecked_into();
                let data = event.data();
                // A checkpoint comes beside its message.
                let (bytes, beside) = match data.dyn_ref::<Array>() {
                    Some(pair) => (pair.get(0), pair.get(1).dyn_into().ok()),
                    None => (data, None),
                };
                push(Event::Message(
                    id,
                    generation,
                    bytes.unchecked_into(),
                    beside,
                ));
            })?,
            Listener::new(&worker, "error", move |event| {
                event.prevent_default();
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                let message = message.filter(|message| !message.is_empty());
                let fault = message.map_or(Fault::WorkerEnded, Fault::Other);
                push(Event::Died(id, generation, fault));
            })?,
            Listener::new(&worker, "messageerror", move |_| {
                push(Event::Died(id, generation, Fault::MessageUnread));
            })?,
        ];
        worker.post_message(&wasm_bindgen::module())?;
        self.running = Some(Running {
            worker,
            _listeners: listeners,
        });
        Ok(())
    }

    /// Takes over the worker of a lane that stood in the same place, with the images that it has.
    pub fn adopt(&mut self, mut old: Lane) {
        self.run = old.run;
        self.generation = old.generation;
        self.pace = old.pace;
        self.running = old.running.take();
        self.ready = old.ready;
        self.memory_bytes = old.memory_bytes;
        (self.sent_train, self.sent_test) = (old.sent_train, old.sent_test);
        self.white = old.white.take();
    }

    /// Ends its worker; what it had is lost.
    pub fn end_worker(&mut self) {
        self.running = None;
        self.ready = false;
        self.fed = false;
        self.started = false;
        self.memory_bytes = 0;
        self.waiting.clear();
        self.sent_train = 0;
        self.sent_test = 0;
        self.white = None;
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
        self.waiting.clear();
        // Another experiment may need more images.
        self.fed = false;
        self.post(&ToLane::Pause)
    }

    /// The worker listens.
    pub fn became_ready(&mut self) {
        self.ready = true;
    }

    /// Whether it waits for images without which it cannot begin.
    pub fn is_hungry(&self) -> bool {
        self.ready && !self.fed
    }

    /// Sends the next part of the images that it needs and has not got, one part a call, because copying it takes a few
    /// milliseconds; what waited for the images, and for what makes them white, follows the last that is needed. Tells
    /// whether it sent a part.
    pub fn feed(&mut self, spec: &Spec, source: Source, white: &Whitenings) -> Result<bool> {
        let Some(running) = self.running.as_ref().filter(|_| self.ready) else {
            return Ok(false);
        };
        let train = spec.pool().div_ceil(CHUNK) as usize;
        let test = source.test_chunks();
        // The test probe first, because it is small; the other test images are needed last. A pair is whether it is a
        // training chunk, and which.
        let needed = |train_sent: usize, test_sent: usize| {
            if test_sent == 0 {
                Some((false, 0))
            } else {
                (train_sent < train).then_some((true, train_sent))
            }
        };
        if let Some(named) = spec
            .whitening()
            .filter(|named| self.white.as_ref() != Some(named))
            && let Some(bytes) = white.copy(&named)
        {
            let transfer = Array::of1(&bytes.buffer());
            let inputs = spec.data().shape().units() as u32;
            let message = Array::of3(&"white".into(), &bytes, &inputs.into());
            let worker = &running.worker;
            worker.post_message_with_transfer(&message, &transfer)?;
            self.white = Some(named);
        }
        let next = needed(self.sent_train, self.sent_test);
        let next = next.or((self.sent_test < test).then_some((false, self.sent_test)));
        let sent = match next.and_then(|(train, at)| Some((train, source.copy(train, at)?))) {
            None => false,
            Some((is_train, bytes)) => {
                let part = if is_train { "train" } else { "test" };
                let transfer = Array::of1(&bytes.buffer());
                let inputs = spec.data().shape().units() as u32;
                let message = Array::of3(&part.into(), &bytes, &inputs.into());
                running
                    .worker
                    .post_message_with_transfer(&message, &transfer)?;
                if is_train {
                    self.sent_train += 1;
                } else {
                    self.sent_test += 1;
                }
                true
            }
        };
        let named = spec.whitening();
        let is_plain = named.is_none() || named == self.white;
        if !self.fed && is_plain && needed(self.sent_train, self.sent_test).is_none() {
            self.fed = true;
            for message in std::mem::take(&mut self.waiting) {
                self.post(&message)?;
            }
        }
        Ok(sent)
    }

    /// Sends a message, or keeps it until the worker listens and has its images.
    pub fn send(&mut self, message: ToLane) -> Result<()> {
        if self.fed {
            return self.post(&message);
        }
        self.waiting.push(message);
        Ok(())
    }

    /// Sends a message at once, if the worker listens; the checkpoint before the start that goes on from it.
    fn post(&self, message: &ToLane) -> Result<()> {
        let goes_on = matches!(message, ToLane::Start { from: true, .. });
        if let (Some(from), Some(running), true) =
            (&self.from, &self.running, self.ready && goes_on)
        {
            let pair = Array::of2(&"checkpoint".into(), &from.checkpoint);
            running.worker.post_message(&pair)?;
        }
        match self.running.as_ref().filter(|_| self.ready) {
            Some(running) => running
                .worker
                .post_message(&Uint8Array::from(encode(message).as_slice())),
            None => Ok(()),
        }
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
        self.from = Some(moment);
        Ok(())
    }

    /// Stands where it stood before it was told to go, if that waits for its images.
    pub fn stand_back(&mut self) {
        if self.state != State::Running || self.fed {
            return;
        }
        self.state = match self.from {
            Some(_) => State::Paused,
            None => State::Idle,
        };
        self.started = false;
        self.pausing = false;
        self.target = None;
        self.waiting.clear();
    }

    /// Asks for a checkpoint.
    pub fn ask_to_keep(&self) -> Result<()> {
        match self.started {
            true => self.post(&ToLane::Keep),
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
