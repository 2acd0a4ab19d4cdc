//! Ten independent logistic outputs with binary cross-entropy, computed from the pre-activations a_L.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::scalar;

/// Sums over a batch; divide by the number of images for a mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Images whose largest output is not their class (the lowest class wins a tie).
    pub wrong: u32,
    pub images: u32,
    /// Sum over images and outputs of the cross-entropy, nats.
    pub loss: f64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.wrong += other.wrong;
        self.images += other.images;
        self.loss += other.loss;
    }

    /// Error rate in percent; undefined without images.
    #[must_use]
    pub fn error_percent(self) -> Option<f64> {
        (self.images > 0).then(|| 100.0 * f64::from(self.wrong) / f64::from(self.images))
    }

    /// Mean loss an image; undefined without images.
    #[must_use]
    pub fn mean_loss(self) -> Option<f64> {
        (self.images > 0).then(|| self.loss / f64::from(self.images))
    }
}

/// Counts errors and adds the loss -Σ y ln ŷ + (1-y) ln(1-ŷ) = Σ max(a, 0) - a y + ln(1 + e^-|a|), which never
/// overflows. Class `labels[s]` has target 1, the others 0.
///
/// # Shapes
/// `pre` [batch, classes], `labels` `[batch]`.
#[must_use]
pub fn tally(pre: ArrayView2<f32>, labels: &[u8]) -> Tally {
    let mut tally = Tally::default();
    for (row, &label) in pre.rows().into_iter().zip(labels) {
        let mut best = 0;
        for (class, &a) in row.iter().enumerate() {
            if a > row[best] {
                best = class;
            }
            let positive = if a > 0.0 { a } else { 0.0 };
            let target = if class == usize::from(label) { a } else { 0.0 };
            tally.loss += f64::from(positive - target + scalar::ln_1p(scalar::exp_exact(-a.abs())));
        }
        tally.wrong += u32::from(best != usize::from(label));
        tally.images += 1;
    }
    tally
}

/// The output error e = ŷ - y with ŷ = logistic(a_L): the output layer's delta under every rule.
///
/// # Shapes
/// `pre` and `error` [batch, classes], `labels` `[batch]`.
pub fn output_error(pre: ArrayView2<f32>, labels: &[u8], mut error: ArrayViewMut2<f32>) {
    for ((row, mut out), &label) in pre.rows().into_iter().zip(error.rows_mut()).zip(labels) {
        for (class, (&a, e)) in row.iter().zip(&mut out).enumerate() {
            let target = if class == usize::from(label) {
                1.0
            } else {
                0.0
            };
            *e = scalar::logistic(a) - target;
        }
    }
}
