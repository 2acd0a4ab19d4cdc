//! Everything that can happen to the page. Listeners push events; [`App`](super::app::App) alone answers them.

use std::cell::RefCell;
use std::collections::VecDeque;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::app;
use crate::core::Rule;

/// A button of the run controls, for all lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    Run,
    Pause,
    Step,
    Epoch,
    Reset,
}

/// A button of one lane's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneControl {
    Toggle,
    Step,
    Epoch,
    Reset,
    /// Another place of the speed scale; `None` is that of all lanes.
    Pace(Option<usize>),
}

/// One of the two plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plot {
    Error,
    Angle,
}

impl Plot {
    pub const ALL: [Plot; 2] = [Plot::Error, Plot::Angle];
}

#[derive(Debug)]
pub enum Event {
    Control(Control),
    Lane(Rule, LaneControl),
    /// A field of the form has this text now.
    Field(String, String),
    /// The address has another fragment.
    Link,
    Experiment(usize),
    Share,
    /// The link to share is wanted with receipts, or without.
    ShareChoice,
    /// What the promise covers is asked for.
    Promise,
    /// The paper's table is asked for.
    Paper,
    /// Its file came, or what went wrong.
    PaperLoaded(Result<JsValue, JsValue>),
    /// The experiment of one of its cells, as a link.
    PaperExperiment(String),
    Theme,
    OpenForm(bool),
    Speed(usize),
    InStep(bool),
    /// A lane of the legend was pressed.
    Legend(Rule),
    Tab(Rule),
    /// A choice of a plot changed.
    View,
    /// The pointer is at this distance from a plot's left edge, or left it.
    Pointer(Plot, Option<f64>),
    /// Arrow keys: by so many evaluation points; `None` leaves the reading.
    Walk(Plot, Option<i32>),
    /// Bytes from a worker of this generation.
    Message(Rule, u32, Uint8Array),
    Died(Rule, u32, String),
    /// Bytes of a chunk's file that arrived so far.
    Loaded(&'static str, u64),
    Chunk(&'static str, Uint8Array),
    LoadFailed(&'static str, String),
    Retry,
    CloseAlerts,
    Resized,
    Hidden(bool),
    /// A canvas has another size, or came into the window.
    Sight,
    /// A lane may need images that are there.
    Feed,
    /// The performance panel was opened or closed.
    Performance(bool),
    MeasureAnew,
    /// The panel is due for a reading.
    Tick,
    /// Numbers that run on are due to be shown.
    NumbersDue,
    Frame,
    /// The browser painted the last frame.
    Painted,
}

thread_local! {
    static QUEUE: RefCell<VecDeque<Event>> = const { RefCell::new(VecDeque::new()) };
}

/// Hands an event to the app, at once or after those before it.
pub fn push(event: Event) {
    let first = QUEUE.with_borrow_mut(|queue| {
        queue.push_back(event);
        queue.len() == 1
    });
    if !first {
        return; // Whoever pushed the first one works through all.
    }
    while let Some(()) = QUEUE.with_borrow(|queue| (!queue.is_empty()).then_some(())) {
        // The event stays at the front while it is answered, so that what it causes waits.
        let event = QUEUE.with_borrow_mut(|queue| {
            queue
                .front_mut()
                .map(|front| std::mem::replace(front, Event::Resized))
        });
        if let Some(event) = event {
            app::update(event);
        }
        QUEUE.with_borrow_mut(VecDeque::pop_front);
    }
}
