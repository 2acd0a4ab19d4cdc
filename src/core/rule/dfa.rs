//! Direct feedback alignment: δh_i = e B_i, the output error straight to every hidden layer.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::core::kernel::{Start, product};

/// δh_i = e B_i. Also the first step of indirect feedback alignment.
///
/// # Shapes
/// `feedback` [classes, n_i], `error` [batch, classes], `out` [batch, n_i].
///
/// # References
/// Paper, equation 5.
pub(super) fn signal(feedback: &Array2<f32>, error: ArrayView2<f32>, out: ArrayViewMut2<f32>) {
    product(error, feedback.view(), out, Start::Zero);
}
