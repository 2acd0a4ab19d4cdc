//! A lane in its worker: whole pieces of work for a few milliseconds, then a yield, so that messages get through.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::{Array, ArrayBuffer, Float32Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use super::clock::steady;
use super::dom::{Listener, Result, memory_bytes};
use crate::core::Metrics;
use crate::data::{Images, Whitening};
use crate::inside::weights::{Weights, parts};
use crate::lane::{Advance, Lane};
use crate::protocol::{FromLane, ToLane, Until, decode, encode};
use crate::spec::{Schedule, Spec};

/// Milliseconds of work between two yields.
const WORK_MS: f64 = 12.0;
/// Images of a chunk that are read together.
const PIECE: u32 = 500;
/// Milliseconds between two messages at the least: one a frame.
const MESSAGE_MS: f64 = 16.0;
/// The same while nothing was measured and only the step has changed.
const QUIET_MS: f64 = 50.0;

/// Of its time a lane spends one part in so many on checkpoints that nobody asked for, at the most.
const KEEP_SHARE: f64 = 50.0;
/// Milliseconds between two of them at the least.
const KEEP_MS: f64 = 250.0;

/// Everything that the worker holds.
struct Worker {
    scope: DedicatedWorkerGlobalScope,
    train: Arc<Images>,
    test: Arc<Images>,
    run: u32,
    /// Which lane of its experiment it is.
    at: u32,
    /// What the next `Start` may go on from.
    checkpoint: Option<Vec<u8>>,
    /// What makes images white, for experiments that ask for it.
    white: Option<Arc<Whitening>>,
    /// When it last sent a checkpoint, and how long that took, milliseconds.
    kept: (f64, f64),
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
        at: 0,
        checkpoint: None,
        white: None,
        kept: (0.0, 0.0),
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

/// The experiment of a link and one of its lanes.
pub(super) fn read(link: &str, at: u32) -> std::result::Result<(Spec, Schedule), String> {
    let spec = Spec::parse(link).map_err(|errors| {
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        texts.join("; ")
    })?;
    let schedule = spec.lanes().get(at as usize).cloned();
    let schedule = schedule.ok_or_else(|| format!("there is no lane {at} in {link}"))?;
    Ok((spec, schedule))
}

/// Adds a chunk's images, a piece after the other: memory that was taken once for the whole chunk would never be given
/// back.
pub(super) fn append(
    all: &mut Arc<Images>,
    bytes: &Uint8Array,
    inputs: u32,
) -> std::result::Result<(), String> {
    let all = Arc::make_mut(all);
    let count = bytes.length() / (1 + inputs);
    for first in (0..count).step_by(PIECE as usize) {
        let until = count.min(first + PIECE);
        let labels = bytes.subarray(first, until).to_vec();
        let pixel = |image: u32| count + image * inputs;
        let pixels = bytes.subarray(pixel(first), pixel(until)).to_vec();
        all.append(&pixels, &labels, inputs as usize)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Whether the browser gives so much memory; it is taken and given back at once, and stays with this worker.
pub(super) fn gives_memory(bytes: u64) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let given = usize::try_from(bytes).is_ok_and(|bytes| room.try_reserve_exact(bytes).is_ok());
    // Looked at, so that the compiler cannot leave out memory that nothing is written to.
    given && std::hint::black_box(&room).capacity() as u64 >= bytes
}

/// Makes batches of images white where the experiment asks for it, and else leaves them as they are.
pub(super) fn whiten(spec: &Spec, white: Option<&Arc<Whitening>>, sets: [&mut Arc<Images>; 2]) {
    let white = white.filter(|_| spec.zca().is_some());
    for images in sets {
        if images.is_white() || white.is_some() {
            Arc::make_mut(images).set_whitening(white.cloned());
        }
    }
}

/// Nets from this size on are asked for before they are made, bytes.
const LARGE: u64 = 32 << 20;

/// Whether the browser gives a net's memory. An allocation that fails later ends the worker without a word.
pub(super) fn ensure_memory(bytes: u64) -> std::result::Result<(), String> {
    if bytes < LARGE || gives_memory(bytes) {
        Ok(())
    } else {
        Err(format!(
            "its net needs {} MB of memory, which the browser did not give; allowed: fewer or narrower layers",
            bytes >> 20
        ))
    }
}

impl Worker {
    fn now(&self) -> f64 {
        let clock = self.scope.performance();
        steady(clock.map_or(0.0, |clock| clock.now()))
    }

    fn post(&self, message: &FromLane) {
        let bytes = Uint8Array::from(encode(message).as_slice());
        let transfer = Array::of1(&bytes.buffer());
        self.scope
            .post_message_with_transfer(&bytes, &transfer)
            .ok();
    }

    /// Sends a checkpoint of the present step, and before it all that was measured until then.
    fn keep(&mut self) {
        let began = self.now();
        if !self.pending.is_empty() {
            self.report();
        }
        let Some(lane) = &self.lane else { return };
        let (run, step) = (self.run, lane.step());
        let link = lane.spec().link();
        let message = Uint8Array::from(encode(&FromLane::Kept { run, step, link }).as_slice());
        let pair = Array::of1(&message);
        let transfer = Array::of1(&message.buffer());
        if let Some(checkpoint) = lane.checkpoint() {
            let checkpoint = Uint8Array::from(checkpoint.as_slice());
            transfer.push(&checkpoint.buffer());
            pair.push(&checkpoint);
        }
        self.scope.post_message_with_transfer(&pair, &transfer).ok();
        let now = self.now();
        self.kept = (now, now - began);
    }

    /// Sends weights and feedback of the present step, and before it all that was measured until then. They are copied
    /// straight out of this worker's memory, which stays with it for ever.
    fn give(&mut self) {
        if !self.pending.is_empty() {
            self.report();
        }
        let Some(lane) = &self.lane else { return };
        let weights = Weights::of(lane.schedule().name(), lane.trainer());
        let all = ArrayBuffer::new(weights.bytes() as u32);
        let mut at = 0;
        for part in parts(lane.trainer()) {
            let length = part.len() as u32;
            Float32Array::new_with_byte_offset_and_length(&all, at, length).copy_from(part);
            at += 4 * length;
        }
        let run = self.run;
        let message = Uint8Array::from(encode(&FromLane::Gives { run, weights }).as_slice());
        let transfer = Array::of2(&message.buffer(), &all);
        let pair = Array::of2(&message, &Uint8Array::new(&all));
        self.scope.post_message_with_transfer(&pair, &transfer).ok();
    }

    /// Keeps a moment that was just measured, if that is cheap beside the training: all lanes come to the same ones.
    fn keep_measured(&mut self) {
        let (last, took) = self.kept;
        let since = self.now() - last;
        if since >= KEEP_MS && since >= KEEP_SHARE * took {
            self.keep();
        }
    }

    fn fail(&mut self, message: String) {
        self.go = None;
        self.lane = None;
        self.post(&FromLane::Failed {
            run: self.run,
            message,
        });
    }

    /// A message is either bytes of the protocol, or "train" or "test", the bytes of a chunk and the inputs an image, or
    /// "checkpoint" and its bytes, or "white", the bytes of a whitening and the inputs an image.
    fn receive(&mut self, data: &JsValue) {
        if let Some(pair) = data.dyn_ref::<Array>() {
            let part = pair.get(0).as_string().unwrap_or_default();
            let bytes: Uint8Array = pair.get(1).unchecked_into();
            if part == "checkpoint" {
                self.checkpoint = Some(bytes.to_vec());
                return;
            }
            let inputs = pair.get(2).as_f64().unwrap_or(0.0) as u32;
            if part == "white" {
                match Whitening::from_bytes(&bytes.to_vec(), inputs as usize) {
                    Ok(white) => self.white = Some(Arc::new(white)),
                    Err(error) => self.fail(error.to_string()),
                }
                return;
            }
            if let Err(message) = self.add_images(&part, &bytes, inputs) {
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

    fn add_images(
        &mut self,
        part: &str,
        bytes: &Uint8Array,
        inputs: u32,
    ) -> std::result::Result<(), String> {
        let all = if part == "train" {
            &mut self.train
        } else {
            &mut self.test
        };
        append(all, bytes, inputs)?;
        if let Some(lane) = &mut self.lane {
            lane.set_test(self.test.clone());
        }
        self.wake_up();
        Ok(())
    }

    fn obey(&mut self, message: ToLane) {
        match message {
            ToLane::Start {
                run,
                lane,
                link,
                from,
            } => {
                self.run = run;
                self.go = None;
                self.pending.clear();
                let checkpoint = self.checkpoint.take().filter(|_| from);
                match self.new_lane(lane, &link, checkpoint.as_deref()) {
                    Ok(lane) => self.lane = Some(lane),
                    Err(message) => self.fail(message),
                }
            }
            ToLane::Edit { link } => {
                let Some(at) = self.lane.as_ref().map(|_| self.at) else {
                    return;
                };
                let edited = read(&link, at).and_then(|(spec, schedule)| {
                    let lane = self.lane.as_mut().ok_or("it has not begun")?;
                    lane.edit(&spec, &schedule)
                        .map_err(|error| error.to_string())
                });
                if let Err(message) = edited {
                    self.fail(message);
                }
            }
            ToLane::Keep => self.keep(),
            ToLane::Give => self.give(),
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

    fn new_lane(
        &mut self,
        at: u32,
        link: &str,
        from: Option<&[u8]>,
    ) -> std::result::Result<Lane, String> {
        let (spec, schedule) = read(link, at)?;
        self.at = at;
        // The lane before has the images too, and would have them copied.
        self.lane = None;
        ensure_memory(spec.memory_bytes_of_net())?;
        whiten(
            &spec,
            self.white.as_ref(),
            [&mut self.train, &mut self.test],
        );
        let lane = Lane::new(&spec, &schedule, self.train.clone(), self.test.clone());
        let lane = lane.map_err(|error| error.to_string())?;
        match from {
            Some(checkpoint) => lane.restored(checkpoint).map_err(|error| error.to_string()),
            None => Ok(lane),
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
                Advance::Measured(metrics) => {
                    self.pending.push(*metrics);
                    self.keep_measured();
                }
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
