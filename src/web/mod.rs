//! The page and its workers: the only code that names web-sys.
//!
//! One wasm file serves both. [`start`] looks at the global object to know where it is.

mod alerts;
mod app;
mod canvas;
mod cards;
mod data;
mod dom;
mod events;
mod figures;
mod form;
mod lanes;
mod link;
mod meter;
mod paper;
mod performance;
mod readout;
mod receipts;
mod share;
mod sight;
mod texts;
mod view;
mod worker;

use wasm_bindgen::JsCast as _;

/// Starts the page in a window, a lane in a worker.
pub fn start() {
    console_error_panic_hook::set_once();
    let global = js_sys::global();
    let started = if global.is_instance_of::<web_sys::Window>() {
        app::start()
    } else {
        worker::start()
    };
    if let Err(error) = started {
        wasm_bindgen::throw_val(error);
    }
}
