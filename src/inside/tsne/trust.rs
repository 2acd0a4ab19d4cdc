//! How far the neighbours in the plane are neighbours in the features.

use ndarray::ArrayView2;

use super::Point;
use crate::inside::distances::Distances;

/// Trustworthiness of points as a picture of `features`: 1 where every one of a point's `k` nearest points is among the
/// `k` nearest rows, less by how far down the list of nearest rows the others stand.
///
/// T = 1 - 2 / (m k (2m - 3k - 1)) · Σ_i Σ_{j among the k nearest points of i} max(0, rank of row j from row i - k),
/// ties to the lowest number. Undefined where k is 0 or not below m / 2.
///
/// # Shapes
/// `features` [m, n], `points` `[m]`.
///
/// # References
/// Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", 2001.
#[must_use]
pub fn trustworthiness(features: ArrayView2<f32>, points: &[Point], k: usize) -> Option<f64> {
    let m = points.len();
    if k == 0 || 2 * k >= m {
        return None;
    }
    let mut distances = Distances::new(features);
    let mut excess = 0;
    let mut first = 0;
    let (mut keys, mut ranks, mut nearest) = (Vec::new(), vec![0_u64; m], Vec::new());
    while first < m {
        let count = distances.rows_a_piece();
        let block = distances.block(features, first, count);
        for (i, row) in (first..).zip(block.rows()) {
            keys.clear();
            let others = row.iter().enumerate().filter(|&(j, _)| j != i);
            keys.extend(others.map(|(j, d)| u64::from(d.to_bits()) << 32 | j as u64));
            keys.sort_unstable();
            for (rank, &key) in (1..).zip(&keys) {
                ranks[key as u32 as usize] = rank;
            }
            nearest.clear();
            nearest.extend((0..m).filter(|&j| j != i).map(|j| {
                let (dx, dy) = (points[i][0] - points[j][0], points[i][1] - points[j][1]);
                (dx * dx + dy * dy, j)
            }));
            let by_distance =
                |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            nearest.select_nth_unstable_by(k - 1, by_distance);
            let ranks = nearest[..k].iter().map(|&(_, j)| ranks[j]);
            excess += ranks.map(|rank| rank.saturating_sub(k as u64)).sum::<u64>();
        }
        first += count;
    }
    let (m, k) = (m as f64, k as f64);
    Some(1.0 - 2.0 / (m * k * (2.0 * m - 3.0 * k - 1.0)) * excess as f64)
}
