//! The whitening of the present experiment as the page sees it: worked out once by a worker of its own, then given to
//! every lane.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlProgressElement};

use super::dom::{Listener, Output, Result, by_id, show};
use super::events::{Event, push};
use super::lanes::Source;
use super::linked::{Linked, parted};
use super::texts::Fault;
use super::whitener::NAME;
use crate::data::whitening::{Progress, Stage};
use crate::lang::{Texts, fill};
use crate::protocol::whiten::{Begin, FromWhitener};
use crate::protocol::{decode, encode};
use crate::spec::{CHUNK, Spec};

/// What can happen to it.
#[derive(Debug)]
pub enum Act {
    /// Bytes from a worker of this generation, and the whitening beside the last of them.
    Told(u32, Uint8Array, Option<Uint8Array>),
    Died(u32, Fault),
    Stop,
}

/// How it is with the worker after one of its messages.
pub enum Turn {
    /// It goes on.
    On,
    /// It is done: lanes can have the whitening.
    Done,
    /// It is over, for this reason.
    Over(Fault),
}

/// A worker that works out the whitening of this name.
struct Work {
    linked: Linked,
    named: String,
    link: String,
    ready: bool,
    sent: usize,
    begun: bool,
    progress: Progress,
}

pub struct Whitenings {
    work: Option<Work>,
    generation: u32,
    /// The last whitening, and its name.
    held: Option<(String, Uint8Array)>,
    row: HtmlElement,
    bar: HtmlProgressElement,
    text: Output,
    _stop: Listener,
}

impl Whitenings {
    pub fn new() -> Result<Whitenings> {
        let stop: Element = by_id("white-stop")?;
        Ok(Whitenings {
            work: None,
            generation: 0,
            held: None,
            row: by_id("white")?,
            bar: by_id("white-bar")?,
            text: Output::text(by_id("white-text")?),
            _stop: Listener::new(&stop, "click", |_| push(Event::White(Act::Stop)))?,
        })
    }

    /// A copy of the whitening of this name, to be given away.
    pub fn copy(&self, named: &str) -> Option<Uint8Array> {
        let held = self.held.as_ref().filter(|(known, _)| known == named);
        held.map(|(_, bytes)| bytes.slice(0, bytes.length()))
    }

    pub fn is_at_work(&self) -> bool {
        self.work.is_some()
    }

    /// Whether an experiment has to wait for its whitening.
    pub fn lacks(&self, spec: &Spec) -> bool {
        let held = self.held.as_ref().map(|(named, _)| named);
        spec.whitening().is_some_and(|named| held != Some(&named))
    }

    /// Ends work that is for another experiment than this one.
    pub fn keep_for(&mut self, spec: &Spec) {
        let named = spec.whitening();
        self.work
            .take_if(|work| named.as_ref() != Some(&work.named));
    }

    /// Begins with the whitening of an experiment, unless it is there or on its way.
    pub fn begin(&mut self, spec: &Spec) -> Result<()> {
        self.keep_for(spec);
        let Some(named) = spec
            .whitening()
            .filter(|_| self.lacks(spec) && self.work.is_none())
        else {
            return Ok(());
        };
        self.generation += 1;
        let generation = self.generation;
        let told = move |data| {
            let (bytes, beside) = parted(data);
            push(Event::White(Act::Told(
                generation,
                bytes.unchecked_into(),
                beside,
            )));
        };
        let died = move |fault| push(Event::White(Act::Died(generation, fault)));
        self.work = Some(Work {
            linked: Linked::new(NAME, told, died)?,
            named,
            link: spec.link(),
            ready: false,
            sent: 0,
            begun: false,
            progress: Progress {
                stage: Stage::Covariance,
                share: 0.0,
            },
        });
        Ok(())
    }

    /// Sends the worker the next part of the training images, and after the last its task; tells whether it sent a part.
    pub fn feed(&mut self, spec: &Spec, source: Source) -> Result<bool> {
        let Some(work) = self.work.as_mut().filter(|work| work.ready && !work.begun) else {
            return Ok(false);
        };
        if work.sent < spec.pool().div_ceil(CHUNK) as usize {
            let Some(bytes) = source.copy(true, work.sent) else {
                return Ok(false);
            };
            let inputs = spec.data().shape().units() as u32;
            let message = Array::of3(&"train".into(), &bytes, &inputs.into());
            let transfer = Array::of1(&bytes.buffer());
            work.linked
                .worker
                .post_message_with_transfer(&message, &transfer)?;
            work.sent += 1;
            return Ok(true);
        }
        let link = work.link.clone();
        let begin = Uint8Array::from(encode(&Begin { link }).as_slice());
        work.linked.worker.post_message(&begin)?;
        work.begun = true;
        Ok(false)
    }

    /// What the worker of this generation told.
    pub fn told(
        &mut self,
        generation: u32,
        bytes: &Uint8Array,
        beside: Option<Uint8Array>,
        texts: &Texts,
    ) -> Turn {
        let Some(work) = self.work.as_mut().filter(|_| self.generation == generation) else {
            return Turn::On;
        };
        match decode::<FromWhitener>(&bytes.to_vec()) {
            Ok(FromWhitener::Ready) => work.ready = true,
            Ok(FromWhitener::Progress { stage, share }) => {
                work.progress = Progress { stage, share };
            }
            Ok(FromWhitener::Done) => {
                if let (Some(work), Some(bytes)) = (self.work.take(), beside) {
                    self.held = Some((work.named.clone(), bytes));
                    return Turn::Done;
                }
                return Turn::Over(Fault::MessageUnread);
            }
            Ok(FromWhitener::NoMemory { megabytes }) => {
                let megabytes = megabytes.to_string();
                let text = fill(texts.white.no_memory, &[("megabytes", &megabytes)]);
                return self.over(Fault::Other(text));
            }
            Ok(FromWhitener::Failed { message }) => return self.over(Fault::Other(message)),
            Err(error) => return self.over(Fault::Other(error.to_string())),
        }
        Turn::On
    }

    fn over(&mut self, fault: Fault) -> Turn {
        self.work = None;
        Turn::Over(fault)
    }

    /// The worker of this generation died.
    pub fn died(&mut self, generation: u32, fault: Fault) -> Turn {
        match self.work.is_some() && self.generation == generation {
            true => self.over(fault),
            false => Turn::On,
        }
    }

    /// Ends the worker.
    pub fn stop(&mut self) {
        self.work = None;
    }

    /// Shows how far it is.
    pub fn show(&mut self, texts: &Texts) {
        show(&self.row, self.work.is_some());
        let Some(work) = &self.work else { return };
        let words = &texts.white;
        let what = match work.progress.stage {
            Stage::Covariance => words.covariance,
            Stage::Root => words.root,
        };
        let share = format!("{:.0}", 100.0 * work.progress.share);
        self.bar.set_value(work.progress.share);
        self.text
            .set(&fill(words.progress, &[("share", &share), ("what", what)]));
    }
}
