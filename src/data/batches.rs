//! Which images are trained on, and in which order: functions of the seed and nothing else.

use crate::core::rng::{Purpose, Stream};

pub use crate::spec::CHUNK;

/// Number of training images of MNIST that must be there before `images` of them can be drawn: the fewest whole chunks,
/// so that a small experiment need not load all.
#[must_use]
pub fn pool(images: u32) -> u32 {
    images.div_ceil(CHUNK) * CHUNK
}

/// The training images of an experiment and their order in each epoch.
#[derive(Clone, Debug)]
pub struct Batches {
    seed: u64,
    batch: usize,
    /// The drawn images, by their number in the data set.
    subset: Vec<u32>,
    /// The present epoch's order.
    order: Vec<u32>,
    epoch: Option<u64>,
}

impl Batches {
    /// Draws `images` of the first [`pool`]`(images)` training images without repetition.
    #[must_use]
    pub fn new(seed: u64, images: u32, batch: u32) -> Batches {
        Batches::of_pool(seed, images, batch, pool(images))
    }

    /// Draws `images` of the first `pool` training images without repetition.
    #[must_use]
    pub fn of_pool(seed: u64, images: u32, batch: u32, pool: u32) -> Batches {
        let mut subset: Vec<u32> = (0..pool).collect();
        let mut stream = Stream::new(seed, Purpose::Subset, 0, 0);
        stream.shuffle_prefix(&mut subset, images as usize);
        subset.truncate(images as usize);
        Batches {
            seed,
            batch: batch as usize,
            subset,
            order: Vec::new(),
            epoch: None,
        }
    }

    /// The drawn images, in the order of the draw.
    #[must_use]
    pub fn subset(&self) -> &[u32] {
        &self.subset
    }

    /// Steps an epoch; the last batch of an epoch holds what is left.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        self.subset.len().div_ceil(self.batch) as u64
    }

    /// The images of step `step` (0-based, over all epochs).
    pub fn at(&mut self, step: u64) -> &[u32] {
        let epoch = step / self.steps_per_epoch();
        if self.epoch != Some(epoch) {
            self.order.clone_from(&self.subset);
            let len = self.order.len();
            Stream::new(self.seed, Purpose::Order, epoch, 0).shuffle_prefix(&mut self.order, len);
            self.epoch = Some(epoch);
        }
        let start = (step % self.steps_per_epoch()) as usize * self.batch;
        let end = self.order.len().min(start + self.batch);
        &self.order[start..end]
    }
}
