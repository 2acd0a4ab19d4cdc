//! The whitener in its worker: it takes training images, works out their whitening at one go and gives it away. Whoever
//! does not want it any more ends the worker.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::clock::steady;
use super::dom::{Listener, Result};
use super::worker::{append, gives_memory};
use crate::data::{Images, Whitening};
use crate::protocol::whiten::{Begin, FromWhitener};
use crate::protocol::{decode, encode};
use crate::spec::Spec;

/// What its worker is called. A lane's name holds no colon.
pub const NAME: &str = "falab:whitener";
/// Milliseconds between two messages.
const TELL_MS: f64 = 50.0;
/// Numbers of eight bytes that are held for each pair of inputs at the most: four matrices, and the one that leaves.
const MATRICES: u64 = 5;

struct Whitener {
    scope: DedicatedWorkerGlobalScope,
    train: Arc<Images>,
    _listener: Listener,
}

thread_local! {
    static WHITENER: RefCell<Option<Whitener>> = const { RefCell::new(None) };
}

/// Listens, and says so.
pub fn start() -> Result<()> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let listener = Listener::new(&scope, "message", |event| {
        let event: MessageEvent = event.unchecked_into();
        WHITENER.with_borrow_mut(|whitener| {
            if let Some(whitener) = whitener {
                whitener.receive(&event.data());
            }
        });
    })?;
    let whitener = Whitener {
        scope,
        train: Arc::default(),
        _listener: listener,
    };
    whitener.post(&FromWhitener::Ready);
    WHITENER.set(Some(whitener));
    Ok(())
}

impl Whitener {
    fn post(&self, message: &FromWhitener) {
        let bytes = Uint8Array::from(encode(message).as_slice());
        self.scope.post_message(&bytes).ok();
    }

    /// A message is bytes of the protocol, or "train", the bytes of a chunk and the inputs an image.
    fn receive(&mut self, data: &JsValue) {
        let done = match data.dyn_ref::<Array>() {
            Some(chunk) => {
                let inputs = chunk.get(2).as_f64().unwrap_or(0.0) as u32;
                append(&mut self.train, &chunk.get(1).unchecked_into(), inputs)
            }
            None => {
                let bytes: Uint8Array = data.clone().unchecked_into();
                let begin = decode::<Begin>(&bytes.to_vec());
                begin
                    .map_err(|error| error.to_string())
                    .and_then(|begin| self.work(&begin.link))
            }
        };
        if let Err(message) = done {
            self.post(&FromWhitener::Failed { message });
        }
    }

    fn work(&self, link: &str) -> std::result::Result<(), String> {
        let spec = Spec::parse(link).map_err(|errors| format!("{errors:?}"))?;
        let inputs = self.train.inputs() as u64;
        let bytes = MATRICES * 8 * inputs * inputs;
        if !gives_memory(bytes) {
            let megabytes = bytes >> 20;
            self.post(&FromWhitener::NoMemory { megabytes });
            return Ok(());
        }
        let now = || {
            let clock = self.scope.performance();
            steady(clock.map_or(0.0, |clock| clock.now()))
        };
        let mut told = now();
        let whitening = Whitening::of(&spec, &self.train, 1, |progress| {
            if now() - told >= TELL_MS {
                told = now();
                let (stage, share) = (progress.stage, progress.share);
                self.post(&FromWhitener::Progress { stage, share });
            }
        });
        let whitening = whitening.ok_or("the experiment asks for no whitening")?;
        let bytes = Uint8Array::from(whitening.to_bytes().as_slice());
        let done = Uint8Array::from(encode(&FromWhitener::Done).as_slice());
        let pair = Array::of2(&done, &bytes);
        let transfer = Array::of1(&bytes.buffer());
        let posted = self.scope.post_message_with_transfer(&pair, &transfer);
        posted.map_err(|error| format!("{error:?}"))
    }
}
