//! Our training step on real MNIST: the only file here that names `Trainer` and `Images`.

use falab::core::diagnostics::Block;
use falab::core::trainer::Trainer;
use falab::core::{HiddenLayer, Optimizer, Rule, Settings};
use falab::data::{Images, mnist};

use crate::BATCH;

/// Batches that every contestant goes through in turn: the first images of `train-0.bin`, in the order of the file.
pub const BATCHES: usize = 32;
/// The loss is measured on this many first images.
pub const PROBE: u32 = 256;

/// A net in training under one rule, with RMSprop (ρ 0.99, ε 1e-8, lr 1e-4).
pub struct Net {
    trainer: Trainer,
    images: Images,
    /// The images of each batch.
    batches: Vec<Vec<u32>>,
    next: usize,
    batch: Block,
}

impl Net {
    /// A net of hidden widths `hidden` at its start under the rule with the key `rule`; `chunk` is `train-0.bin`
    /// decompressed.
    ///
    /// # Errors
    /// There is no such rule, or the bytes are not images.
    pub fn new(hidden: &[u32], rule: &str, chunk: &[u8]) -> Result<Net, String> {
        let rule =
            Rule::from_key(rule).ok_or_else(|| format!("rule {rule}; allowed: bp, dfa, …"))?;
        let mut images = Images::default();
        mnist::unpack(chunk, &mut images).map_err(|error| error.to_string())?;
        let settings = Settings {
            hidden: HiddenLayer::dense(hidden),
            optimizer: Optimizer {
                lr: 1e-4,
                ..Settings::default().optimizer
            },
            ..Settings::default()
        };
        let trainer = Trainer::new(&settings, rule, mnist::INPUTS, mnist::CLASSES, BATCH);
        let batch = |i: usize| (i * BATCH..(i + 1) * BATCH).map(|at| at as u32).collect();
        Ok(Net {
            trainer,
            images,
            batches: (0..BATCHES).map(batch).collect(),
            next: 0,
            batch: Block::default(),
        })
    }

    /// Makes `steps` steps, each from the kept images (their non-zero bytes) to the new weights.
    ///
    /// # Errors
    /// Training diverged.
    pub fn run(&mut self, steps: u32) -> Result<(), String> {
        for _ in 0..steps {
            self.images
                .write_batch(&self.batches[self.next], &mut self.batch);
            self.next = (self.next + 1) % self.batches.len();
            let (inputs, labels) = &self.batch;
            let done = self.trainer.step(inputs, labels, false);
            done.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Mean loss an image over the first [`PROBE`] images, nats, summed over the outputs.
    #[must_use]
    pub fn loss(&mut self) -> f64 {
        let probe: Vec<u32> = (0..PROBE).collect();
        let blocks = self.images.blocks(&probe);
        let losses = blocks
            .iter()
            .map(|(inputs, labels)| self.trainer.evaluate(inputs, labels).loss);
        losses.sum::<f64>() / f64::from(PROBE)
    }

    /// Share of the pixels of all batches that are not zero.
    #[must_use]
    pub fn density(&self) -> f64 {
        let images = self.batches.iter().flatten();
        let lit: usize = images
            .map(|&image| self.images.lit(image as usize).0.len())
            .sum();
        lit as f64 / (self.batches.len() * BATCH * mnist::INPUTS) as f64
    }
}
