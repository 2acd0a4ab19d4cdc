//! The net of `cargo xtask bench` in candle-core, for the benchmark page.

mod net;
mod rmsprop;

use wasm_bindgen::prelude::*;

fn error(error: candle_core::Error) -> JsError {
    JsError::new(&error.to_string())
}

/// A net that trains by candle's own backward pass.
#[wasm_bindgen]
pub struct CandleNet(net::Net);

#[wasm_bindgen]
impl CandleNet {
    /// `pixels` and `labels` hold whole batches of 64 images, 0..=1 and 0..=9.
    #[wasm_bindgen(constructor)]
    pub fn new(hidden: &[u32], pixels: &[f32], labels: &[u8]) -> Result<CandleNet, JsError> {
        net::Net::new(hidden, pixels, labels)
            .map(CandleNet)
            .map_err(error)
    }

    pub fn run(&mut self, steps: u32) -> Result<(), JsError> {
        self.0.run(steps).map_err(error)
    }

    /// Mean loss an image over the first four batches, nats, summed over the outputs.
    pub fn loss(&self) -> Result<f64, JsError> {
        self.0.loss().map_err(error)
    }
}
