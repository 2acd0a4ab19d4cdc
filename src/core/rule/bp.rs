//! Backpropagation: δh_i = δ_{i+1} W_{i+1}ᵀ.

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::core::layer::Layer;

/// δh_i = δ_{i+1} W_{i+1}ᵀ, with `above` the layer of W_{i+1} and `picks` those of its pool.
///
/// # Shapes
/// `delta` [batch, n_{i+1}], `out` [batch, n_i].
///
/// # References
/// Paper, equation 3 (Rumelhart, Hinton and Williams 1986).
pub(super) fn signal(
    above: &Layer,
    delta: ArrayView2<f32>,
    picks: &[u32],
    out: ArrayViewMut2<f32>,
) {
    above.carry_back(delta, picks, out);
}
