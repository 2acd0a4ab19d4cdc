//! How well classes are separated in a layer: the error rate of the nearest neighbour.

use ndarray::ArrayView2;

use super::distances::Distances;

/// The nearest other row of each row: Euclidean distance, ties to the lowest number; empty with fewer than two rows.
///
/// Candidates come from f32 distances with a proven bound of their error and are compared in f64, so the answer is the
/// one of f64 distances between all rows.
///
/// # Shapes
/// `features` [m, n], finite.
#[must_use]
pub fn nearest_neighbours(features: ArrayView2<f32>) -> Vec<u32> {
    let m = features.nrows();
    if m < 2 {
        return Vec::new();
    }
    let mut distances = Distances::new(features);
    let mut nearest = Vec::with_capacity(m);
    while nearest.len() < m {
        let first = nearest.len();
        let count = distances.rows_a_piece();
        let bounds: Vec<f64> = (first..m.min(first + count))
            .map(|i| distances.bound(i))
            .collect();
        let block = distances.block(features, first, count);
        for (i, (row, bound)) in (first..).zip(block.rows().into_iter().zip(bounds)) {
            nearest.push(nearest_of(features, i, row.iter().copied(), bound));
        }
    }
    nearest
}

/// The nearest row of row `i`, from its squared distances to all rows, each within `bound` of the true one.
fn nearest_of(
    features: ArrayView2<f32>,
    i: usize,
    squared: impl Iterator<Item = f32> + Clone,
    bound: f64,
) -> u32 {
    let others = || {
        let pairs = squared.clone().enumerate();
        pairs.filter(|&(j, _)| j != i)
    };
    let mut least = f32::INFINITY;
    for (_, value) in others() {
        if value < least {
            least = value;
        }
    }
    let limit = f64::from(least) + 2.0 * bound;
    let mut best = (f64::INFINITY, 0);
    for (j, value) in others() {
        if f64::from(value) <= limit {
            let distance = squared_distance(features, i, j);
            if distance < best.0 {
                best = (distance, j as u32);
            }
            if distance == 0.0 {
                break; // Nothing is nearer, and those to come have higher numbers.
            }
        }
    }
    best.1
}

/// |x_i - x_j|² in f64.
fn squared_distance(rows: ArrayView2<f32>, i: usize, j: usize) -> f64 {
    let mut sum = 0.0;
    for (&a, &b) in rows.row(i).iter().zip(rows.row(j)) {
        let difference = f64::from(a) - f64::from(b);
        sum += difference * difference;
    }
    sum
}

/// Leave-one-out error rate of the nearest neighbour, percent: how many rows have another class than their
/// [nearest other row](nearest_neighbours). Undefined with fewer than two rows, or where one is not finite.
///
/// # Shapes
/// `features` [m, n], `labels` `[m]`.
///
/// # References
/// Cover and Hart, "Nearest neighbor pattern classification", 1967.
#[must_use]
pub fn nearest_neighbour_error(features: ArrayView2<f32>, labels: &[u8]) -> Option<f64> {
    if !features.iter().all(|x| x.is_finite()) {
        return None;
    }
    let nearest = nearest_neighbours(features);
    let wrong = nearest
        .iter()
        .zip(labels)
        .filter(|&(&j, label)| labels[j as usize] != *label)
        .count();
    (!nearest.is_empty()).then(|| 100.0 * wrong as f64 / nearest.len() as f64)
}
