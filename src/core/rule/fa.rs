//! Feedback alignment: δh_i = δ_{i+1} F_{i+1}, a fixed random matrix in the place of W_{i+1}ᵀ.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::core::kernel::{Start, product};

/// δh_i = δ_{i+1} F_{i+1}.
///
/// # Shapes
/// `feedback` [n_{i+1}, n_i], `delta` [batch, n_{i+1}], `out` [batch, n_i].
///
/// # References
/// Paper, equation 4 (Lillicrap et al. 2014).
pub(super) fn signal(feedback: &Array2<f32>, delta: ArrayView2<f32>, out: ArrayViewMut2<f32>) {
    product(delta, feedback.view(), out, Start::Zero);
}
