//! Feedback alignment: δh_i = δ_{i+1} F_{i+1}, a fixed random matrix in the place of W_{i+1}ᵀ.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::core::layer::Layer;

/// δh_i = δ_{i+1} F_{i+1}: through layer i+1, `above`, as if W_{i+1}ᵀ were `feedback`; through its pool as the forward
/// pass picked.
///
/// # Shapes
/// `feedback` as W_{i+1}ᵀ ([n_{i+1}, n_i] of a dense layer), `delta` [batch, n_{i+1}], `out` [batch, n_i].
///
/// # References
/// Paper, equation 4 (Lillicrap et al. 2014).
pub(super) fn signal(
    above: &Layer,
    feedback: &Array2<f32>,
    delta: ArrayView2<f32>,
    picks: &[u32],
    out: ArrayViewMut2<f32>,
) {
    above.carry_back_through(feedback.view(), delta, picks, out);
}
