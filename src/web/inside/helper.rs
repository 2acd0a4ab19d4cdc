//! A worker beside the lanes as the page sees it: the inspector, or one that trains a run to compare with. It is made when
//! it is needed and ended when it is not.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::protocol::encode;
use crate::spec::{CHUNK, Spec};
use crate::web::dom::Result;
use crate::web::events::{Event, push};
use crate::web::lanes::Source;
use crate::web::linked::Linked;
use crate::web::texts::Fault;
use crate::web::whitening::Whitenings;

pub struct Helper {
    linked: Linked,
    /// Tells its messages from those of one that was ended.
    pub generation: u32,
    pub ready: bool,
    sent_train: usize,
    sent_test: usize,
    /// The name of the whitening that it has.
    white: Option<String>,
}

/// Chunks of training images that an experiment needs.
fn chunks(spec: &Spec) -> usize {
    spec.pool().div_ceil(CHUNK) as usize
}

impl Helper {
    /// Starts a worker of this name; what it tells, and that it died, become events.
    pub fn new(
        generation: u32,
        name: &str,
        told: fn(u32, JsValue) -> Event,
        died: fn(u32, Fault) -> Event,
    ) -> Result<Helper> {
        let told = move |data| push(told(generation, data));
        let died = move |fault| push(died(generation, fault));
        Ok(Helper {
            linked: Linked::new(name, told, died)?,
            generation,
            ready: false,
            sent_train: 0,
            sent_test: 0,
            white: None,
        })
    }

    /// Whether it has the images of this experiment, and what makes them white.
    pub fn is_fed(&self, spec: &Spec, source: Source) -> bool {
        let named = spec.whitening();
        self.sent_train >= chunks(spec)
            && self.sent_test >= source.test_chunks()
            && (named.is_none() || named == self.white)
    }

    /// Sends the next part that it needs and has not got; tells whether it sent one.
    pub fn feed(&mut self, spec: &Spec, source: Source, white: &Whitenings) -> Result<bool> {
        if !self.ready {
            return Ok(false);
        }
        let named = spec
            .whitening()
            .filter(|named| self.white.as_ref() != Some(named));
        let matrix = named.and_then(|named| Some((white.copy(&named)?, named)));
        let (part, bytes) = match matrix {
            Some((bytes, named)) => {
                self.white = Some(named);
                ("white", Some(bytes))
            }
            None if self.sent_train < chunks(spec) => ("train", source.copy(true, self.sent_train)),
            None => ("test", source.copy(false, self.sent_test)),
        };
        let Some(bytes) = bytes else {
            return Ok(false);
        };
        let inputs = spec.data().shape().units() as u32;
        let message = Array::of3(&part.into(), &bytes, &inputs.into());
        self.linked
            .worker
            .post_message_with_transfer(&message, &Array::of1(&bytes.buffer()))?;
        match part {
            "train" => self.sent_train += 1,
            "test" => self.sent_test += 1,
            _ => {}
        }
        Ok(true)
    }

    /// Sends a message, and before it the checkpoint that it is about.
    pub fn send(&self, message: &impl Serialize, checkpoint: Option<&Uint8Array>) -> Result<()> {
        if let Some(checkpoint) = checkpoint {
            let pair = Array::of2(&"checkpoint".into(), checkpoint);
            self.linked.worker.post_message(&pair)?;
        }
        let bytes = Uint8Array::from(encode(message).as_slice());
        self.linked.worker.post_message(&bytes)
    }
}
