//! What `cargo xtask bench` measures of falab, natively and, through the shim below, in a browser. Nothing here reads a
//! clock: callers ask for an amount of work and time it.

use falab::core::kernel::aligned::Aligned;

pub mod limit;
pub mod products;
pub mod step;

#[global_allocator]
static MEMORY: Aligned = Aligned;

/// Samples a step, here and at every peer.
pub const BATCH: usize = 64;

/// The net and its data as JavaScript sees them.
#[cfg(target_arch = "wasm32")]
mod page {
    use wasm_bindgen::prelude::*;

    use crate::products::{Kind, Products};
    use crate::step::Net;

    fn error(message: String) -> JsError {
        JsError::new(&message)
    }

    /// A net that trains: [`Net`].
    #[wasm_bindgen]
    pub struct OurNet(Net);

    #[wasm_bindgen]
    impl OurNet {
        #[wasm_bindgen(constructor)]
        pub fn new(hidden: &[u32], rule: &str, chunk: &[u8]) -> Result<OurNet, JsError> {
            Net::new(hidden, rule, chunk).map(OurNet).map_err(error)
        }

        pub fn run(&mut self, steps: u32) -> Result<(), JsError> {
            self.0.run(steps).map_err(error)
        }

        pub fn loss(&mut self) -> f64 {
            self.0.loss()
        }

        pub fn density(&self) -> f64 {
            self.0.density()
        }
    }

    /// The dense products of a net: [`Products`].
    #[wasm_bindgen]
    pub struct OurProducts(Products);

    #[wasm_bindgen]
    impl OurProducts {
        #[wasm_bindgen(constructor)]
        pub fn new(hidden: &[u32]) -> OurProducts {
            OurProducts(Products::new(hidden))
        }

        /// Operations done by `repeats` repeats of the kind with this key.
        pub fn run(&mut self, kind: &str, repeats: u32) -> Result<f64, JsError> {
            let kind = Kind::from_key(kind).map_err(error)?;
            Ok(self.0.run(kind, repeats))
        }
    }

    /// [`crate::limit::run`].
    #[wasm_bindgen]
    pub fn limit(chains: usize, rounds: u32) -> f64 {
        crate::limit::run(chains, rounds)
    }

    /// The numbers of chains that [`limit`] takes.
    #[wasm_bindgen]
    pub fn limit_chains() -> Vec<usize> {
        crate::limit::CHAINS.to_vec()
    }
}
