//! Everything that can happen to the page. Listeners push events; [`App`](super::app::App) alone answers them.

use std::cell::RefCell;
use std::collections::VecDeque;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::access;
use super::app;
use super::class;
use super::compare;
use super::export;
use super::inside::Act;
use super::keep::Kept;
use super::own;
use super::runs;
use super::seeds;
use super::texts::Fault;
use super::whitening;
use crate::lesson::Part;
use crate::protocol::host::{Order, Refusal};
use crate::spec::{LaneId, OwnData};

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
    /// Another phase from here on is asked for.
    Change,
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
    Lane(LaneId, LaneControl),
    /// A field of the form has this text now.
    Field(String, String),
    /// The address has another fragment.
    Link,
    Experiment(usize),
    Share,
    /// The link to share is wanted with receipts, or without.
    ShareChoice,
    /// The phase that was asked for is chosen.
    Change,
    /// The link to share is wanted with the language, or without.
    ShareLanguage,
    /// The next language is asked for.
    Language,
    /// What the promise covers is asked for.
    Promise,
    /// The tables are asked for.
    Paper,
    /// Another of them is chosen.
    PaperTable,
    /// The file of the table of this name came, or what went wrong.
    PaperLoaded(String, Result<JsValue, Fault>),
    /// The experiment of a cell, as a link.
    PaperExperiment(String),
    /// The callout was read; true: no more of them.
    Callout(bool),
    /// The list of lessons is asked for.
    Lessons,
    /// The file of the lessons of a language came, or what went wrong.
    LessonsLoaded(&'static str, Result<String, Fault>),
    /// A lesson is asked for by its number.
    Lesson(u32),
    /// Forward or back in it.
    LessonWalk(bool),
    LessonClose,
    /// A prediction: the block of the step, and the key of the answer.
    LessonAnswer(usize, String),
    /// An experiment of the lesson; without a link that of its step.
    LessonExperiment(Option<String>),
    /// A definition is looked at, with the part of the nets that it is about; `None` is no more.
    LessonMeaning(Option<(String, Option<Part>)>),
    /// Something about the seeds beside the first.
    Seeds(seeds::Act),
    /// Something about the view that looks inside.
    Inside(Act),
    /// A message of the page around the lab, from this origin.
    Host(String, std::result::Result<Order, Refusal>),
    /// Something in the dialog that makes links for a class.
    Class(class::Act),
    /// The browser is about to print (true), or has printed.
    Print(bool),
    /// Something about the runs that are compared.
    Compare(compare::Act),
    /// Something about the runs that are kept.
    Runs(runs::Act),
    /// Something was done in the dialog of files.
    Export(export::Act),
    OpenForm(bool),
    Speed(usize),
    InStep(bool),
    /// A lane of the legend was pressed.
    Legend(LaneId),
    Tab(LaneId),
    /// The time without input after which lanes pause was chosen.
    IdleChoice,
    /// A choice of a plot changed.
    View,
    /// The pointer is at this distance from a plot's left edge, or left it.
    Pointer(Plot, Option<f64>),
    /// Arrow keys: by so many evaluation points; `None` leaves the reading.
    Walk(Plot, Option<i32>),
    /// Figures by keyboard, as tables, by ear.
    Access(access::Act),
    /// Bytes from a worker of this generation, and a checkpoint that came beside them.
    Message(LaneId, u32, Uint8Array, Option<Uint8Array>),
    /// Checkpoints may be due.
    KeepDue,
    /// What the browser holds of the experiment of a link.
    Found(String, Vec<Kept>),
    /// Storage failed, in these words.
    NotKept(String),
    /// What was found is wanted, or not.
    Resume(bool),
    /// The slider of moments is asked for, or no longer.
    OpenHistory,
    /// A place of that slider; one behind its last is the present.
    Look(usize),
    /// Back to the moment that is looked at.
    GoBack,
    Died(LaneId, u32, Fault),
    /// Bytes of a chunk's file that arrived so far.
    Loaded(&'static str, u64),
    Chunk(&'static str, Uint8Array),
    LoadFailed(&'static str, Fault),
    Retry,
    /// The dialog for images of the reader's own is asked for.
    Own,
    /// Files of them were chosen or dropped.
    OwnFiles(web_sys::FileList),
    OwnRead(own::Read),
    /// What the storage holds of a data set.
    OwnFound(OwnData, own::Kept),
    /// The data set is kept, or why not.
    OwnKept(Option<Fault>),
    /// Back to MNIST.
    OwnMnist,
    /// Something about the whitening of images.
    White(whitening::Act),
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
