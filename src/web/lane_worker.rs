//! A worker that trains lanes, as the page sees it: its messages, and the images that it has.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;

use super::dom::Result;
use super::events::{Event, push};
use super::lanes::Source;
use super::linked::{Linked, parted};
use super::texts::Fault;
use super::whitening::Whitenings;
use crate::protocol::{ToLane, encode};
use crate::spec::{CHUNK, Spec};

#[derive(Default)]
pub struct LaneWorker {
    /// Tells its messages from those of one that was ended.
    pub generation: u32,
    /// Goes before a start that goes on from it.
    pub checkpoint: Option<Uint8Array>,
    running: Option<Linked>,
    /// It listens.
    ready: bool,
    /// It has the images that it needs to begin.
    fed: bool,
    /// Messages that wait for it to listen and to have its images.
    waiting: Vec<ToLane>,
    sent_train: usize,
    sent_test: usize,
    /// The name of the whitening that it has.
    white: Option<String>,
}

impl LaneWorker {
    /// None yet, and the next one is of the generation behind this one.
    pub fn after(generation: u32) -> LaneWorker {
        LaneWorker {
            generation,
            ..LaneWorker::default()
        }
    }

    /// Makes the worker, if there is none, of the next generation; its messages and its end become events.
    pub fn ensure(
        &mut self,
        name: &str,
        told: impl Fn(u32, Uint8Array, Option<Uint8Array>) -> Event + 'static,
        died: impl Fn(u32, Fault) -> Event + Copy + 'static,
    ) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        self.generation += 1;
        let generation = self.generation;
        // A checkpoint comes beside its message.
        let told = move |data| {
            let (bytes, beside) = parted(data);
            push(told(generation, bytes.unchecked_into(), beside));
        };
        let died = move |fault| push(died(generation, fault));
        self.running = Some(Linked::new(name, told, died)?);
        Ok(())
    }

    /// Ends it; what it had is lost.
    pub fn end(&mut self) {
        *self = LaneWorker {
            checkpoint: self.checkpoint.take(),
            ..LaneWorker::after(self.generation)
        };
    }

    /// Another experiment may need more images than it has; what waited for those of the one before is gone.
    pub fn expect_images(&mut self) {
        self.waiting.clear();
        self.fed = false;
    }

    /// It listens.
    pub fn became_ready(&mut self) {
        self.ready = true;
    }

    /// Whether it waits for images without which it cannot begin.
    pub fn is_hungry(&self) -> bool {
        self.ready && !self.fed
    }

    /// Whether it has the images that it needs to begin.
    pub fn is_fed(&self) -> bool {
        self.fed
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

    /// Forgets the messages that wait.
    pub fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Sends a message at once, if the worker listens; the checkpoint before the start that goes on from it.
    pub fn post(&self, message: &ToLane) -> Result<()> {
        let Some(running) = self.running.as_ref().filter(|_| self.ready) else {
            return Ok(());
        };
        let goes_on = matches!(message, ToLane::Start { from: true, .. });
        if let Some(checkpoint) = self.checkpoint.as_ref().filter(|_| goes_on) {
            let pair = Array::of2(&"checkpoint".into(), checkpoint);
            running.worker.post_message(&pair)?;
        }
        let bytes = Uint8Array::from(encode(message).as_slice());
        running.worker.post_message(&bytes)
    }
}
