//! A lane in its worker: whole pieces of work for a few milliseconds, then a yield, so that messages get through.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use super::dom::{Listener, Result, memory_bytes};
use crate::core::Metrics;
use crate::data::{Images, mnist};
use crate::lane::{Advance, Lane};
use crate::protocol::{FromLane, ToLane, Until, decode, encode};
use crate::spec::Spec;

/// Milliseconds of work between two yields.
const WORK_MS: f64 = 12.0;
/// Images of a chunk that are read together.
const PIECE: u32 = 500;
/// Milliseconds between two messages at the least: one a frame.
const MESSAGE_MS: f64 = 16.0;
/// The same while nothing was measured and only the step has changed.
const QUIET_MS: f64 = 50.0;

/// Everything that the worker holds.
struct Worker {
    scope: DedicatedWorkerGlobalScope,
    train: Arc<Images>,
    test: Arc<Images>,
    run: u32,
    lane: Option<Lane>,
    go: Option<Go>,
    pending: Vec<Metrics>,
    last_message: f64,
    /// Of the last messages: images trained on and milliseconds spent.
    images: f64,
    busy_ms: f64,
    yield_to: MessagePort,
    waiting: bool,
    _listeners: Vec<Listener>,
    wake: Closure<dyn FnMut()>,
}

/// What it was told to do.
#[derive(Clone, Copy)]
struct Go {
    until: Until,
    steps_per_second: Option<f64>,
    /// When the next step is due, milliseconds.
    next: f64,
}

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

fn with(then: impl FnOnce(&mut Worker)) {
    WORKER.with_borrow_mut(|worker| {
        if let Some(worker) = worker {
            then(worker);
        }
    });
}

/// Listens, and says so.
pub fn start() -> Result<()> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let channel = MessageChannel::new()?;
    let port = channel.port1();
    let listeners = vec![
        Listener::new(&scope, "message", |event| {
            let event: MessageEvent = event.unchecked_into();
            with(|worker| worker.receive(&event.data()));
        })?,
        Listener::new(&port, "message", |_| with(Worker::work))?,
    ];
    port.start();
    let worker = Worker {
        scope,
        train: Arc::default(),
        test: Arc::default(),
        run: 0,
        lane: None,
        go: None,
        pending: Vec::new(),
        last_message: 0.0,
        images: 0.0,
        busy_ms: 0.0,
        yield_to: channel.port2(),
        waiting: false,
        _listeners: listeners,
        wake: Closure::new(|| with(Worker::work)),
    };
    worker.post(&FromLane::Ready);
    WORKER.set(Some(worker));
    Ok(())
}

impl Worker {
    fn now(&self) -> f64 {
        self.scope.performance().map_or(0.0, |clock| clock.now())
    }

    fn post(&self, message: &FromLane) {
        let bytes = Uint8Array::from(encode(message).as_slice());
        let transfer = Array::of1(&bytes.buffer());
        self.scope
            .post_message_with_transfer(&bytes, &transfer)
            .ok();
    }

    fn fail(&mut self, message: String) {
        self.go = None;
        self.lane = None;
        self.post(&FromLane::Failed {
            run: self.run,
            message,
        });
    }

    /// A message is either bytes of the protocol, or a pair of "train" or "test" and the bytes of a chunk.
    fn receive(&mut self, data: &JsValue) {
        if let Some(pair) = data.dyn_ref::<Array>() {
            let part = pair.get(0).as_string().unwrap_or_default();
            let bytes: Uint8Array = pair.get(1).unchecked_into();
            if let Err(message) = self.add_images(&part, &bytes) {
                self.fail(message);
            }
            return;
        }
        let bytes: Uint8Array = data.clone().unchecked_into();
        match decode::<ToLane>(&bytes.to_vec()) {
            Ok(message) => self.obey(message),
            Err(error) => self.fail(error.to_string()),
        }
    }

    fn add_images(&mut self, part: &str, bytes: &Uint8Array) -> std::result::Result<(), String> {
        let all = if part == "train" {
            &mut self.train
        } else {
            &mut self.test
        };
        // A piece after the other: memory that was taken once for the whole chunk would never be given back.
        let all = Arc::make_mut(all);
        let count = bytes.length() / (1 + mnist::INPUTS as u32);
        for first in (0..count).step_by(PIECE as usize) {
            let until = count.min(first + PIECE);
            let labels = bytes.subarray(first, until).to_vec();
            let pixel = |image: u32| count + image * mnist::INPUTS as u32;
            let pixels = bytes.subarray(pixel(first), pixel(until)).to_vec();
            all.append(&pixels, &labels, mnist::INPUTS)
                .map_err(|error| error.to_string())?;
        }
        if let Some(lane) = &mut self.lane {
            lane.set_test(self.test.clone());
        }
        self.wake_up();
        Ok(())
    }

    fn obey(&mut self, message: ToLane) {
        match message {
            ToLane::Start { run, rule, link } => {
                self.run = run;
                self.go = None;
                self.pending.clear();
                let lane = Spec::parse(&link)
                    .map_err(|errors| {
                        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
                        texts.join("; ")
                    })
                    .and_then(|spec| {
                        Lane::new(&spec, rule, self.train.clone(), self.test.clone())
                            .map_err(|error| error.to_string())
                    });
                match lane {
                    Ok(lane) => self.lane = Some(lane),
                    Err(message) => self.fail(message),
                }
            }
            ToLane::Go {
                until,
                steps_per_second,
            } => {
                let next = match self.go {
                    Some(go) if go.steps_per_second == steps_per_second => go.next,
                    _ => self.now(),
                };
                self.go = Some(Go {
                    until,
                    steps_per_second,
                    next,
                });
                self.wake_up();
            }
            ToLane::Pause => self.pause(),
        }
    }

    fn pause(&mut self) {
        let Some(lane) = &mut self.lane else { return };
        // What is shown is what was measured at this very step.
        while !lane.is_measured() {
            match lane.measure_now() {
                Advance::Measured(metrics) => self.pending.push(*metrics),
                Advance::Measuring => {}
                _ => break,
            }
        }
        let step = lane.step();
        self.go = None;
        self.report();
        self.post(&FromLane::Paused {
            run: self.run,
            step,
        });
    }

    /// Comes back as soon as messages that wait have been read.
    fn wake_up(&mut self) {
        if !self.waiting {
            self.waiting = true;
            self.yield_to.post_message(&JsValue::NULL).ok();
        }
    }

    fn wake_up_in(&mut self, milliseconds: f64) {
        self.waiting = true;
        let function = self.wake.as_ref().unchecked_ref();
        let delay = milliseconds.ceil() as i32;
        self.scope
            .set_timeout_with_callback_and_timeout_and_arguments_0(function, delay)
            .ok();
    }

    fn report(&mut self) {
        let Some(lane) = &self.lane else { return };
        let samples_per_second = if self.busy_ms > 0.0 {
            self.images / self.busy_ms * 1e3
        } else {
            0.0
        };
        let message = FromLane::Progress {
            run: self.run,
            step: lane.step(),
            epoch: lane.epoch(),
            samples_per_second,
            memory_bytes: memory_bytes(),
            metrics: std::mem::take(&mut self.pending),
        };
        self.post(&message);
        self.last_message = self.now();
        // Half of the past counts, so that the figure is of the last second or so.
        if self.busy_ms > 1_000.0 {
            self.images *= 0.5;
            self.busy_ms *= 0.5;
        }
    }

    /// Works for a few milliseconds, reports what is due and yields.
    fn work(&mut self) {
        self.waiting = false;
        let begin = self.now();
        let mut now = begin;
        loop {
            let (Some(lane), Some(mut go)) = (&mut self.lane, self.go) else {
                return;
            };
            if lane.is_before_step() {
                match go.until {
                    Until::Step(step) if lane.step() >= step => return self.pause(),
                    Until::Ceiling(step) if lane.step() >= step => {
                        self.busy_ms += now - begin;
                        return self.report();
                    }
                    _ => {}
                }
                if let Some(rate) = go.steps_per_second {
                    if now < go.next {
                        let wait = go.next - now;
                        self.busy_ms += now - begin;
                        self.report();
                        return self.wake_up_in(wait);
                    }
                    // A step that is late does not hurry those after it.
                    let next = go.next + 1e3 / rate;
                    go.next = if next < now { now } else { next };
                    self.go = Some(go);
                }
            }
            let before = lane.epoch();
            match lane.advance() {
                Advance::Stepped => {
                    self.images += (lane.epoch() - before) * f64::from(lane.images());
                }
                Advance::Measuring => {}
                Advance::Measured(metrics) => self.pending.push(*metrics),
                Advance::NeedsTest => return self.report(),
                Advance::Finished {
                    reason,
                    fingerprint,
                } => {
                    let (run, step) = (self.run, lane.step());
                    let parts = lane.trainer().fingerprint_parts();
                    self.go = None;
                    self.busy_ms += self.now() - begin;
                    self.report();
                    return self.post(&FromLane::Finished {
                        run,
                        step,
                        reason,
                        fingerprint,
                        parts,
                    });
                }
            }
            now = self.now();
            if now - begin >= WORK_MS {
                break;
            }
        }
        self.busy_ms += now - begin;
        let wait = if self.pending.is_empty() {
            QUIET_MS
        } else {
            MESSAGE_MS
        };
        if now - self.last_message >= wait {
            self.report();
        }
        self.wake_up();
    }
}
