//! A worker as the page holds it: made from the page's own module, heard, and ended when it is let go.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::dom::{Listener, Result};
use super::texts::Fault;

/// A worker with its listeners.
pub struct Linked {
    pub worker: Worker,
    _listeners: [Listener; 3],
}

impl Drop for Linked {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Linked {
    /// Makes a worker of this name; `told` gets the data of its messages, `died` why it ended.
    pub fn new(
        name: &str,
        told: impl Fn(JsValue) + 'static,
        died: impl Fn(Fault) + Copy + 'static,
    ) -> Result<Linked> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let worker = Worker::new_with_options("./www/worker.js", &options)?;
        let listeners = [
            Listener::new(&worker, "message", move |event| {
                let event: MessageEvent = event.unchecked_into();
                told(event.data());
            })?,
            Listener::new(&worker, "error", move |event| {
                event.prevent_default();
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                let message = message.filter(|message| !message.is_empty());
                died(message.map_or(Fault::WorkerEnded, Fault::Other));
            })?,
            Listener::new(&worker, "messageerror", move |_| died(Fault::MessageUnread))?,
        ];
        worker.post_message(&wasm_bindgen::module())?;
        Ok(Linked {
            worker,
            _listeners: listeners,
        })
    }
}

/// A message, and what came beside it in a buffer of its own.
pub fn parted<T: wasm_bindgen::JsCast>(data: JsValue) -> (JsValue, Option<T>) {
    match data.dyn_ref::<js_sys::Array>() {
        Some(pair) => (pair.get(0), pair.get(1).dyn_into().ok()),
        None => (data, None),
    }
}
