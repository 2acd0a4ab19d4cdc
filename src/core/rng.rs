//! Seeded streams: one a purpose, so that no feature shifts another's numbers.
//!
//! A stream is ChaCha8 under a key made of seed, purpose and two indices. Uniform, normal and shuffle are ours, ten
//! lines each, because a library's may change its bits from version to version.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::scalar;

/// What a stream is for. The numbers are part of [`NUMERICS`](super::NUMERICS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Weights and bias of layer `index`.
    Weights = 1,
    /// Feedback that reaches hidden layer `index`.
    Feedback = 2,
    /// Which images are trained on.
    Subset = 3,
    /// Their order in epoch `index`.
    Order = 4,
    /// Dropout mask of layer `sub` in step `index`.
    Dropout = 5,
    /// Where the search for the principal components of a t-SNE's start begins, for layer `index` (0: the inputs).
    Embedding = 6,
}

/// A stream of random numbers.
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of `seed` for `purpose`, `index` and `sub`: always the same numbers.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, index: u64, sub: u64) -> Stream {
        let mut key = [0; 32];
        key[0..8].copy_from_slice(&seed.to_le_bytes());
        key[8..12].copy_from_slice(&(purpose as u32).to_le_bytes());
        key[16..24].copy_from_slice(&index.to_le_bytes());
        key[24..32].copy_from_slice(&sub.to_le_bytes());
        Stream(ChaCha8Rng::from_seed(key))
    }

    /// Uniform in (-1, 1): one of 2²⁴ odd multiples of 2⁻²⁴, so it is exact, symmetric and never 0.
    pub fn symmetric(&mut self) -> f32 {
        let k = (self.0.next_u32() >> 8) as i32;
        (2 * k + 1 - (1 << 24)) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in (0, 1), a multiple of 2⁻⁵³.
    fn open_unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Standard normal (Box and Muller 1958; the second of each pair is not used).
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * scalar::ln_f64(self.open_unit())).sqrt();
        let angle = 2.0 * std::f64::consts::PI * self.open_unit();
        (radius * scalar::cos_f64(angle)) as f32
    }

    /// Uniform in 0..bound without bias (Lemire 2019).
    ///
    /// # Panics
    /// `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "an empty range has no element");
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// Fisher and Yates' shuffle, as far as the first `len` elements: those are a uniform draw without repetition.
    pub fn shuffle_prefix(&mut self, items: &mut [u32], len: usize) {
        for i in 0..len.min(items.len()) {
            let j = i + self.below((items.len() - i) as u32) as usize;
            items.swap(i, j);
        }
    }
}
