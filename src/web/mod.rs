//! The page and its workers: the only code that names web-sys.
//!
//! One wasm file serves both. [`start`] looks at the global object to know where it is.

mod access;
mod alerts;
mod app;
mod canvas;
mod cards;
mod change;
mod class;
mod clock;
mod compare;
mod data;
mod dom;
mod events;
mod export;
mod figures;
mod form;
mod ground;
mod history;
mod host;
mod idle;
mod inside;
mod inspector;
mod keep;
mod lane_worker;
mod lanes;
mod language;
mod lesson;
mod link;
mod linked;
mod meter;
mod own;
mod paper;
mod performance;
mod readout;
mod receipts;
mod restrict;
mod runs;
mod seeds;
mod share;
mod sheet;
mod sight;
mod tabs;
mod texts;
mod view;
mod welcome;
mod whitener;
mod whitening;
mod worker;

use wasm_bindgen::JsCast as _;

/// Starts the page in a window, a lane, the inspector or the whitener in a worker, as its name says.
pub fn start() {
    console_error_panic_hook::set_once();
    let global = js_sys::global();
    let started = if global.is_instance_of::<web_sys::Window>() {
        app::start()
    } else {
        match global
            .unchecked_ref::<web_sys::DedicatedWorkerGlobalScope>()
            .name()
        {
            name if name == inspector::NAME => inspector::start(),
            name if name == whitener::NAME => whitener::start(),
            _ => worker::start(),
        }
    };
    if let Err(error) = started {
        wasm_bindgen::throw_val(error);
    }
}
