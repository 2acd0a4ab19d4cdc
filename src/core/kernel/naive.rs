//! The definition of each kernel, as plain loops. Slow; what the fast forms are tested against.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Start;
use crate::core::shape::Sweep;

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

/// The unit below window (`row`, `column`) at channel and offset, 0 in the padding.
fn below(sweep: &Sweep, maps: &[f32], window: (usize, usize), at: (usize, usize, usize)) -> f32 {
    index(sweep, window, at).map_or(0.0, |unit| maps[unit])
}

/// Where that unit stands in the row of maps; `None` in the padding.
fn index(
    sweep: &Sweep,
    (row, column): (usize, usize),
    (channel, down, across): (usize, usize, usize),
) -> Option<usize> {
    let y = (row * sweep.stride + down).checked_sub(sweep.padding)?;
    let x = (column * sweep.stride + across).checked_sub(sweep.padding)?;
    let inside = y < sweep.input.height && x < sweep.input.width;
    inside.then_some((channel * sweep.input.height + y) * sweep.input.width + x)
}

/// Channel and offset of row `r` of the weights.
fn offset(sweep: &Sweep, r: usize) -> (usize, usize, usize) {
    let area = sweep.size * sweep.size;
    (r / area, r % area / sweep.size, r % sweep.size)
}

/// Maps of a sample: out_m at a window adds w_rm · unit r below the window in ascending r, padding as 0, then the bias.
///
/// # Shapes
/// `maps` [channels, height, width], `weights` [channels · size², maps], `bias` `[maps]`, `out` [maps, windows].
pub fn convolution(
    sweep: &Sweep,
    maps: &[f32],
    weights: ArrayView2<f32>,
    bias: &[f32],
    out: &mut [f32],
) {
    for (at, out) in out.iter_mut().enumerate() {
        let (m, window) = (at / sweep.places(), at % sweep.places());
        let window = (window / sweep.width, window % sweep.width);
        let mut sum = 0.0;
        for r in 0..weights.nrows() {
            sum += weights[[r, m]] * below(sweep, maps, window, offset(sweep, r));
        }
        *out = sum + bias[m];
    }
}

/// What δ on the maps sends back: a unit adds, for (down, across) in ascending order and the window that has it there,
/// the sum of w_rm δ_m in ascending m.
///
/// # Shapes
/// `weights` [channels · size², maps], `delta` [maps, windows], `out` [channels, height, width].
pub fn convolution_back(
    sweep: &Sweep,
    weights: ArrayView2<f32>,
    delta: ArrayView2<f32>,
    out: &mut [f32],
) {
    out.fill(0.0);
    for r in 0..weights.nrows() {
        for window in 0..sweep.places() {
            let place = (window / sweep.width, window % sweep.width);
            let mut sum = 0.0;
            for m in 0..weights.ncols() {
                sum += weights[[r, m]] * delta[[m, window]];
            }
            if let Some(unit) = index(sweep, place, offset(sweep, r)) {
                out[unit] += sum;
            }
        }
    }
}

/// Adds the gradient of a sample: g_rm adds unit r below a window times δ_m there in ascending order of windows.
///
/// # Shapes
/// `maps` [channels, height, width], `delta` [maps, windows], `gradient` [channels · size², maps].
pub fn convolution_gradient(
    sweep: &Sweep,
    maps: &[f32],
    delta: ArrayView2<f32>,
    mut gradient: ArrayViewMut2<f32>,
) {
    for ((r, m), sum) in gradient.indexed_iter_mut() {
        for window in 0..sweep.places() {
            let place = (window / sweep.width, window % sweep.width);
            *sum += below(sweep, maps, place, offset(sweep, r)) * delta[[m, window]];
        }
    }
}

/// The first largest unit of every window, and where it stands; finite units.
///
/// # Shapes
/// `maps` [channels, height, width], the results [channels, windows].
#[must_use]
pub fn max_pool(pool: &Sweep, maps: &[f32]) -> (Vec<f32>, Vec<u32>) {
    let mut largest = Vec::new();
    let mut picks = Vec::new();
    for channel in 0..pool.input.channels {
        for window in 0..pool.places() {
            let place = (window / pool.width, window % pool.width);
            let area = 0..pool.size * pool.size;
            let units =
                area.filter_map(|k| index(pool, place, (channel, k / pool.size, k % pool.size)));
            let best = units.reduce(|best, unit| if maps[unit] > maps[best] { unit } else { best });
            let best = best.unwrap_or_default();
            largest.push(maps[best]);
            picks.push(best as u32);
        }
    }
    (largest, picks)
}
