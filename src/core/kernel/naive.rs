//! The definition of each kernel, as plain loops. Slow; what the fast forms are tested against.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Start;

/// C ← A · B, or C ← C + A · B: c_ij adds a_ip b_pj in ascending p.
///
/// # Shapes
/// A [m, k], B [k, n], C [m, n].
pub fn product(a: ArrayView2<f32>, b: ArrayView2<f32>, mut c: ArrayViewMut2<f32>, start: Start) {
    for ((i, j), out) in c.indexed_iter_mut() {
        let mut sum = match start {
            Start::Zero => 0.0,
            Start::Present => *out,
        };
        for p in 0..a.ncols() {
            sum += a[[i, p]] * b[[p, j]];
        }
        *out = sum;
    }
}

/// G ← Xᵀ · δ · `scale`: g_ij adds x_si δ_sj over samples in ascending s, then one product with `scale`.
///
/// # Shapes
/// X [batch, n_in], δ [batch, n_out], G [n_in, n_out].
pub fn outer(x: ArrayView2<f32>, delta: ArrayView2<f32>, scale: f32, mut g: ArrayViewMut2<f32>) {
    product(x.t(), delta, g.view_mut(), Start::Zero);
    g.mapv_inplace(|value| value * scale);
}
