//! Indirect feedback alignment: δh_1 = e B_1; above it the direction is carried forward, δh_i = δ_{i-1} W_i.

use ndarray::{ArrayView2, ArrayViewMut2};

use crate::core::layer::Layer;

/// δh_i = δ_{i-1} W_i for i > 1, with `own` the layer of W_i and `picks` those of its pool. (For i = 1 see
/// [`super::dfa::signal`].)
///
/// # Shapes
/// `delta` [batch, n_{i-1}], `out` [batch, n_i].
///
/// # References
/// Paper, equation 6 and figure 1 d.
pub(super) fn signal(own: &Layer, delta: ArrayView2<f32>, picks: &[u32], out: ArrayViewMut2<f32>) {
    own.carry_up(delta, picks, out);
}
