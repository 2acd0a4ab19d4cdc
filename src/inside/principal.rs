//! The first two principal components, from which t-SNE starts.

use ndarray::{Array2, Axis};

use super::eigen;
use crate::core::kernel::{Start, product};
use crate::core::rng::{Purpose, Stream};

/// Directions that are followed together; two are wanted, the others make those two come soon.
const WIDTH: usize = 8;
/// Multiplications with Xᵀ X.
pub(super) const TURNS: u32 = 16;

/// A search for the first principal components of centred rows, one turn at a time.
///
/// Subspace iteration: V ← orthonormal(Xᵀ X V), then the eigenvectors of Vᵀ Xᵀ X V turn V to the components.
///
/// # References
/// Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011, algorithm 4.4.
pub(super) struct Search {
    /// V: [n, width].
    basis: Array2<f32>,
    /// X V: [m, width].
    scores: Array2<f32>,
}

impl Search {
    /// Starts from normal numbers of `seed` and `index` for rows [m, n].
    pub fn new(m: usize, n: usize, seed: u64, index: u64) -> Search {
        let width = if n < WIDTH { n } else { WIDTH };
        let mut stream = Stream::new(seed, Purpose::Embedding, index, 0);
        Search {
            basis: Array2::from_shape_simple_fn((n, width), || stream.normal()),
            scores: Array2::zeros((m, width)),
        }
    }

    /// V ← orthonormal(Xᵀ X V).
    pub fn turn(&mut self, centred: &Array2<f32>) {
        let scores = self.scores.view_mut();
        product(centred.view(), self.basis.view(), scores, Start::Zero);
        let basis = self.basis.view_mut();
        product(centred.t(), self.scores.view(), basis, Start::Zero);
        orthonormalise(&mut self.basis);
    }

    /// Scores of the first two components, `[m]` each, and their variances; a component that is not there is 0. Of
    /// each, the entry of largest magnitude is positive.
    pub fn finish(&mut self, centred: &Array2<f32>) -> [(Vec<f64>, f64); 2] {
        let scores = self.scores.view_mut();
        product(centred.view(), self.basis.view(), scores, Start::Zero);
        let scores = self.scores.mapv(f64::from);
        let (values, vectors) = eigen::symmetric(&eigen::times(&scores.t().to_owned(), &scores));
        let turned = eigen::times(&scores, &vectors);
        let m = scores.nrows();
        std::array::from_fn(|i| match values.get(i) {
            None => (vec![0.0; m], 0.0),
            Some(&value) => {
                let mut column = turned.index_axis(Axis(1), i).to_vec();
                let mut largest = 0.0_f64;
                for &x in &column {
                    if x.abs() > largest.abs() {
                        largest = x;
                    }
                }
                if largest < 0.0 {
                    column.iter_mut().for_each(|x| *x = -*x);
                }
                (column, value / m as f64)
            }
        })
    }
}

/// Modified Gram and Schmidt in f64, twice a column; a column that the others already span becomes 0.
fn orthonormalise(basis: &mut Array2<f32>) {
    let n = basis.nrows();
    let mut done: Vec<Vec<f64>> = Vec::new();
    for mut column in basis.columns_mut() {
        let mut v: Vec<f64> = column.iter().map(|&x| f64::from(x)).collect();
        let before = dot(&v, &v).sqrt();
        for _ in 0..2 {
            for other in &done {
                let share = dot(&v, other);
                v.iter_mut().zip(other).for_each(|(x, o)| *x -= share * o);
            }
        }
        let norm = dot(&v, &v).sqrt();
        if norm > before * 1e-6 {
            v.iter_mut().for_each(|x| *x /= norm);
        } else {
            v = vec![0.0; n];
        }
        column.iter_mut().zip(&v).for_each(|(x, &v)| *x = v as f32);
        done.push(v);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}
