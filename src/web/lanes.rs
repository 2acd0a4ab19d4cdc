//! A lane as the page sees it: its worker, its state, its card.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::cards::Card;
use super::data::{Chunks, train_needed};
use super::dom::{Listener, Result};
use super::events::{Event, push};
use crate::core::Rule;
use crate::data::mnist;
use crate::protocol::{ToLane, Until, encode};
use crate::spec::Spec;

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

pub struct Lane {
    pub rule: Rule,
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
    pub note: String,
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
    /// Messages that wait for the worker to listen and to have its images.
    waiting: Vec<ToLane>,
    sent_train: usize,
    sent_test: usize,
}

impl Lane {
    pub fn new(rule: Rule, card: Card) -> Lane {
        Lane {
            rule,
            card,
            state: State::Idle,
            run: 0,
            step: 0,
            epoch: 0.0,
            samples_per_second: 0.0,
            memory_bytes: 0,
            fingerprint: None,
            parts: Vec::new(),
            note: String::new(),
            target: None,
            granted: 0,
            pausing: false,
            generation: 0,
            pace: None,
            running: None,
            ready: false,
            fed: false,
            started: false,
            waiting: Vec::new(),
            sent_train: 0,
            sent_test: 0,
        }
    }

    /// Makes its worker, if it has none.
    pub fn ensure_worker(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        self.generation += 1;
        let (rule, generation) = (self.rule, self.generation);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(rule.key());
        let worker = Worker::new_with_options("./www/worker.js", &options)?;
        let listeners = [
            Listener::new(&worker, "message", move |event| {
                let event: MessageEvent = event.unchecked_into();
                push(Event::Message(
                    rule,
                    generation,
                    event.data().unchecked_into(),
                ));
            })?,
            Listener::new(&worker, "error", move |event| {
                event.prevent_default();
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                let message = message.filter(|message| !message.is_empty());
                let message = message.unwrap_or_else(|| "its worker ended".to_owned());
                push(Event::Died(rule, generation, message));
            })?,
            Listener::new(&worker, "messageerror", move |_| {
                push(Event::Died(
                    rule,
                    generation,
                    "a message could not be read".to_owned(),
                ));
            })?,
        ];
        worker.post_message(&wasm_bindgen::module())?;
        self.running = Some(Running {
            worker,
            _listeners: listeners,
        });
        Ok(())
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
    }

    /// Back to step 0.
    pub fn reset(&mut self) -> Result<()> {
        self.run += 1;
        self.started = false;
        self.state = State::Idle;
        self.step = 0;
        self.epoch = 0.0;
        self.samples_per_second = 0.0;
        self.fingerprint = None;
        self.parts.clear();
        self.note.clear();
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
    /// milliseconds; what waited for the images follows the last that is needed. Tells whether it sent a part.
    pub fn feed(&mut self, spec: &Spec, chunks: &Chunks) -> Result<bool> {
        let Some(running) = self.running.as_ref().filter(|_| self.ready) else {
            return Ok(false);
        };
        let train = train_needed(spec.images());
        let test: Vec<_> = mnist::test_chunks().collect();
        // The test probe first, because it is small; the other test images are needed last.
        let needed = |train_sent: usize, test_sent: usize| {
            if test_sent == 0 {
                test.first()
            } else {
                train.get(train_sent)
            }
        };
        let next = needed(self.sent_train, self.sent_test);
        let next = next.or_else(|| test.get(self.sent_test));
        let sent = match next.and_then(|chunk| Some((chunk, chunks.copy(chunk)?))) {
            None => false,
            Some((chunk, bytes)) => {
                let is_train = train.contains(chunk);
                let part = if is_train { "train" } else { "test" };
                let transfer = Array::of1(&bytes.buffer());
                let pair = Array::of2(&part.into(), &bytes);
                running
                    .worker
                    .post_message_with_transfer(&pair, &transfer)?;
                if is_train {
                    self.sent_train += 1;
                } else {
                    self.sent_test += 1;
                }
                true
            }
        };
        if !self.fed && needed(self.sent_train, self.sent_test).is_none() {
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

    /// Sends a message at once, if the worker listens.
    fn post(&self, message: &ToLane) -> Result<()> {
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

    /// Tells it to pause, if it trains.
    pub fn pause(&mut self) -> Result<()> {
        if !self.takes_grants() {
            return Ok(());
        }
        self.pausing = true;
        self.send(ToLane::Pause)
    }

    /// Trains on, from the start if need be.
    pub fn go(&mut self, spec: &Spec, until: Until, steps_per_second: Option<f64>) -> Result<()> {
        self.ensure_worker()?;
        if !self.started {
            self.started = true;
            let (run, rule) = (self.run, self.rule);
            self.send(ToLane::Start {
                run,
                rule,
                link: spec.link(),
            })?;
        }
        self.state = State::Running;
        self.pausing = false;
        self.send(ToLane::Go {
            until,
            steps_per_second,
        })
    }
}
