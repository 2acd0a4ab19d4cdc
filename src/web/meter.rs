//! What the page costs, measured by itself while it works: main-thread time of its frames, long tasks, messages.
//!
//! Measuring is two readings of the clock an event and one message a frame, so it always runs; showing it is the
//! business of [`Performance`](super::performance::Performance).

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    PerformanceEntry, PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit,
};

use super::clock::steady;
use super::dom::{Result, Turn, window};
use super::events::{Event, push};
use crate::spec::{LANES, LaneId};

/// Frames that the figures are about: ten seconds where a screen shows sixty a second.
const FRAMES: usize = 600;

/// Messages, and their bytes without images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traffic {
    pub messages: u64,
    pub bytes: u64,
}

impl Traffic {
    pub fn add(&mut self, bytes: u32) {
        self.messages += 1;
        self.bytes += u64::from(bytes);
    }
}

/// Main-thread milliseconds of the last frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameTimes {
    pub count: usize,
    pub median: f64,
    /// 95 % of the frames took no longer.
    pub p95: f64,
    pub longest: f64,
}

/// Tasks of more than 50 ms, as the browser tells them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LongTasks {
    pub count: u32,
    /// Milliseconds; 0 if there was none.
    pub longest: f64,
}

/// The browser's observer of long tasks; it ends when it is dropped.
struct Observer {
    observer: PerformanceObserver,
    _told: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

pub struct Meter {
    frames: VecDeque<f64>,
    /// Answers to events since the last frame, milliseconds.
    answers: f64,
    /// When the frame began that the browser is painting.
    frame_began: Option<f64>,
    painted: Turn,
    received: [Traffic; LANES],
    long_tasks: Rc<Cell<LongTasks>>,
    /// Long tasks that began earlier do not count.
    since: Rc<Cell<f64>>,
    observer: Option<Observer>,
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    let clock = window().ok().and_then(|window| window.performance());
    steady(clock.map_or(0.0, |clock| clock.now()))
}

impl Meter {
    pub fn new() -> Result<Meter> {
        let mut meter = Meter {
            frames: VecDeque::with_capacity(FRAMES),
            answers: 0.0,
            frame_began: None,
            painted: Turn::new(|_| push(Event::Painted))?,
            received: Default::default(),
            long_tasks: Rc::default(),
            since: Rc::new(Cell::new(f64::INFINITY)),
            observer: None,
        };
        meter.observer = meter.observe_long_tasks().ok().flatten();
        Ok(meter)
    }

    /// Counts from now on.
    pub fn start_over(&mut self) {
        self.frames.clear();
        self.long_tasks.take();
        self.since.set(now());
    }

    /// The page is ready: long tasks count from here on.
    pub fn ready(&mut self) {
        if self.since.get().is_infinite() {
            self.start_over();
        }
    }

    /// The tab was in the background, where no frames are drawn.
    pub fn came_back(&mut self) {
        self.answers = 0.0;
        self.frame_began = None;
    }

    /// An answer to an event took from `began` until now.
    pub fn answered(&mut self, began: f64) {
        // What is answered before a frame is painted lies within the frame.
        if self.frame_began.is_none() {
            self.answers += now() - began;
        }
    }

    /// A frame that began then was drawn; the browser still has to lay out and paint.
    pub fn drew(&mut self, began: f64) {
        self.frame_began = Some(began);
        self.painted.ask();
    }

    /// The browser painted the last frame. Its main-thread milliseconds, with the answers to events before it.
    pub fn painted(&mut self) -> Option<f64> {
        let began = self.frame_began.take()?;
        if self.frames.len() == FRAMES {
            self.frames.pop_front();
        }
        let took = std::mem::take(&mut self.answers) + now() - began;
        self.frames.push_back(took);
        Some(took)
    }

    /// A message of a lane arrived.
    pub fn received(&mut self, id: LaneId, bytes: u32) {
        if let Some(traffic) = self.received.get_mut(id.0) {
            traffic.add(bytes);
        }
    }

    /// All messages of a lane so far.
    pub fn traffic(&self, id: LaneId) -> Traffic {
        self.received.get(id.0).copied().unwrap_or_default()
    }

    /// `None` before the first frame.
    pub fn frame_times(&self) -> Option<FrameTimes> {
        let mut sorted: Vec<f64> = self.frames.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        // The smallest time that so many of the frames did not exceed.
        let quantile = |share: f64| {
            let rank = (share * count as f64).ceil() as usize;
            sorted.get(rank.max(1) - 1).copied()
        };
        Some(FrameTimes {
            count,
            median: quantile(0.5)?,
            p95: quantile(0.95)?,
            longest: sorted.last().copied()?,
        })
    }

    /// `None` in a browser that does not tell them.
    pub fn long_tasks(&self) -> Option<LongTasks> {
        self.observer.as_ref().map(|_| self.long_tasks.get())
    }

    fn observe_long_tasks(&self) -> Result<Option<Observer>> {
        let class = Reflect::get(&js_sys::global(), &"PerformanceObserver".into())?;
        let known: Array = Reflect::get(&class, &"supportedEntryTypes".into())?.dyn_into()?;
        let kind = JsValue::from_str("longtask");
        if !known.includes(&kind, 0) {
            return Ok(None);
        }
        let (tasks, since) = (self.long_tasks.clone(), self.since.clone());
        let told: Closure<dyn FnMut(JsValue)> = Closure::new(move |list: JsValue| {
            let list: PerformanceObserverEntryList = list.unchecked_into();
            for entry in list.get_entries() {
                let entry: PerformanceEntry = entry.unchecked_into();
                if entry.start_time() >= since.get() {
                    let LongTasks { count, longest } = tasks.get();
                    let duration = entry.duration();
                    tasks.set(LongTasks {
                        count: count + 1,
                        longest: if duration > longest {
                            duration
                        } else {
                            longest
                        },
                    });
                }
            }
        });
        let observer = PerformanceObserver::new(told.as_ref().unchecked_ref::<Function>())?;
        observer.observe(&PerformanceObserverInit::new(&Array::of1(&kind)));
        Ok(Some(Observer {
            observer,
            _told: told,
        }))
    }
}
