//! Ten independent logistic outputs with binary cross-entropy, computed from the pre-activations a_L.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::kernel;
use super::scalar::{ByExp, Logistic, Softplus};

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

/// Pre-activations that are worked on together; the result does not depend on it.
const CHUNK: usize = 256;

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
        }
        tally.wrong += u32::from(best != usize::from(label));
        tally.images += 1;
    }
    let mut buffer = [0.0; CHUNK];
    let mut filled = 0;
    for (row, &label) in pre.rows().into_iter().zip(labels) {
        for (class, &a) in row.iter().enumerate() {
            // max(a, 0) - a y + ln(1 + e^-|a|) is softplus(a) where y = 0 and softplus(-a) where y = 1.
            buffer[filled] = if class == usize::from(label) { -a } else { a };
            filled += 1;
            if filled == CHUNK {
                tally.loss = add_softplus(tally.loss, &mut buffer);
                filled = 0;
            }
        }
    }
    tally.loss = add_softplus(tally.loss, &mut buffer[..filled]);
    tally
}

/// `sum` plus the softplus of each value, added one after the other; the values are used up.
fn add_softplus(sum: f64, values: &mut [f32]) -> f64 {
    kernel::map_by_exp::<Softplus>(values);
    values.iter().fold(sum, |sum, &loss| sum + f64::from(loss))
}

/// The output error e = ŷ - y with ŷ = logistic(a_L): the output layer's delta under every rule.
///
/// # Shapes
/// `pre` and `error` [batch, classes], `labels` `[batch]`.
pub fn output_error(pre: ArrayView2<f32>, labels: &[u8], mut error: ArrayViewMut2<f32>) {
    error.assign(&pre);
    match error.as_slice_mut() {
        Some(error) => kernel::map_by_exp::<Logistic>(error),
        None => error.mapv_inplace(Logistic::at),
    }
    for (mut row, &label) in error.rows_mut().into_iter().zip(labels) {
        row[usize::from(label)] -= 1.0;
    }
}
