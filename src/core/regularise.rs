//! Dropout and adversarial training.

use ndarray::{Array2, ArrayView2};

use super::rng::{Purpose, Stream};
use super::settings::Dropout;

/// Masks of one step: one for the inputs and one a hidden layer.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    pub input: Array2<f32>,
    pub hidden: Vec<Array2<f32>>,
}

impl Masks {
    /// The dropout masks of step `step` in the place of what was there: 0 with probability p, else 1/(1-p). Memory is
    /// kept where the shapes stay.
    ///
    /// They depend on seed, step and layer alone, so every lane drops the same units.
    ///
    /// # Shapes
    /// Masks [batch, inputs] and [batch, n_i] of the hidden `widths`.
    ///
    /// # References
    /// Inverted dropout, 0.1 on the inputs and 0.5 on hidden layers in the paper, section 4.
    pub fn draw(
        &mut self,
        dropout: Dropout,
        seed: u64,
        step: u64,
        batch: usize,
        inputs: usize,
        widths: impl ExactSizeIterator<Item = usize>,
    ) {
        let draw = |mask: &mut Array2<f32>, layer: u64, units: usize, p: f64| {
            if mask.dim() != (batch, units) {
                *mask = Array2::zeros((batch, units));
            }
            let mut stream = Stream::new(seed, Purpose::Dropout, step, layer);
            let kept = (1.0 / (1.0 - p)) as f32;
            // A symmetric draw lies below 2p - 1 with probability p.
            let threshold = (2.0 * p - 1.0) as f32;
            for value in mask {
                *value = if stream.symmetric() < threshold {
                    0.0
                } else {
                    kept
                };
            }
        };
        draw(&mut self.input, 0, inputs, dropout.input);
        self.hidden
            .resize_with(widths.len(), || Array2::zeros((0, 0)));
        for ((mask, units), layer) in self.hidden.iter_mut().zip(widths).zip(1..) {
            draw(mask, layer, units, dropout.hidden);
        }
    }
}

/// Fast-sign perturbation x' = x + ε sign(∂J/∂x), not clipped; sign 0 is 0.
///
/// `gradient` is the true gradient under every rule; its scale does not matter.
///
/// # Shapes
/// `inputs` and `gradient` [batch, n_0].
///
/// # References
/// Goodfellow et al. 2015; ε = 0.08 in the paper, section 4.
pub fn perturb(inputs: &mut Array2<f32>, gradient: ArrayView2<f32>, epsilon: f32) {
    ndarray::Zip::from(inputs).and(gradient).for_each(|x, &g| {
        if g > 0.0 {
            *x += epsilon;
        } else if g < 0.0 {
            *x -= epsilon;
        }
    });
}
