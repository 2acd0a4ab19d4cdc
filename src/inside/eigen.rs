//! Eigenvalues of small symmetric matrices, and the pseudo-inverse that follows from them.

use ndarray::{Array2, ArrayView2};

/// Sweeps at the most; a dozen is usual.
const SWEEPS: usize = 60;

/// Eigenvalues of a symmetric matrix, descending, and its eigenvectors, one a column, by cyclic Jacobi rotations.
///
/// Made of + - × ÷ and √ in f64 alone, so the bits are the same on every machine.
///
/// # Shapes
/// `matrix` and the eigenvectors [n, n].
///
/// # References
/// Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5.
#[must_use]
pub fn symmetric(matrix: &Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    let n = matrix.nrows();
    let mut a = matrix.clone();
    let mut vectors = Array2::eye(n);
    let size: f64 = a.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let mut off = 0.0;
        for p in 0..n {
            for q in p + 1..n {
                off += a[[p, q]] * a[[p, q]];
            }
        }
        if off <= size * 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[[j, j]].total_cmp(&a[[i, i]]));
    let values = order.iter().map(|&i| a[[i, i]]).collect();
    let sorted = Array2::from_shape_fn((n, n), |(row, column)| vectors[[row, order[column]]]);
    (values, sorted)
}

/// Turns the plane of p and q so that a_pq becomes 0.
fn rotate(a: &mut Array2<f64>, vectors: &mut Array2<f64>, p: usize, q: usize) {
    let apq = a[[p, q]];
    if apq == 0.0 {
        return;
    }
    let theta = (a[[q, q]] - a[[p, p]]) / (2.0 * apq);
    let sign = if theta < 0.0 { -1.0 } else { 1.0 };
    let t = sign / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..a.nrows() {
        let (kp, kq) = (a[[k, p]], a[[k, q]]);
        a[[k, p]] = c * kp - s * kq;
        a[[k, q]] = s * kp + c * kq;
    }
    for k in 0..a.nrows() {
        let (pk, qk) = (a[[p, k]], a[[q, k]]);
        a[[p, k]] = c * pk - s * qk;
        a[[q, k]] = s * pk + c * qk;
    }
    for k in 0..a.nrows() {
        let (kp, kq) = (vectors[[k, p]], vectors[[k, q]]);
        vectors[[k, p]] = c * kp - s * kq;
        vectors[[k, q]] = s * kp + c * kq;
    }
}

/// The Moore-Penrose pseudo-inverse A⁺ = Aᵀ (A Aᵀ)⁺ [n, m] of A [m, n]: of all solutions of A X A = A the one of least
/// norm. (A Aᵀ)⁺ comes from its eigenvalues; those below 1e-10 of the largest, which is singular values below 1e-5 of
/// the largest, count as 0. The smaller side is worked on, whichever it is.
///
/// # References
/// Penrose, "A generalized inverse for matrices", 1955.
#[must_use]
pub fn pseudo_inverse(a: ArrayView2<f32>) -> Array2<f64> {
    if a.nrows() > a.ncols() {
        return pseudo_inverse(a.t()).reversed_axes();
    }
    let (m, n) = a.dim();
    let a = a.mapv(f64::from);
    let gram = times(&a, &a.t().to_owned());
    let (values, vectors) = symmetric(&gram);
    let least = values.first().copied().unwrap_or(0.0) * 1e-10;
    // Aᵀ V, then each column divided by its eigenvalue, then Vᵀ.
    let mut scaled = times(&a.t().to_owned(), &vectors);
    for (mut column, &value) in scaled.columns_mut().into_iter().zip(&values) {
        if value > least {
            column /= value;
        } else {
            column.fill(0.0);
        }
    }
    debug_assert_eq!(scaled.dim(), (n, m));
    times(&scaled, &vectors.t().to_owned())
}

/// A · B in f64, in ascending order of the inner index.
#[must_use]
pub fn times(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    let mut out = Array2::zeros((a.nrows(), b.ncols()));
    for i in 0..a.nrows() {
        for k in 0..a.ncols() {
            let factor = a[[i, k]];
            let mut row = out.row_mut(i);
            row.zip_mut_with(&b.row(k), |sum: &mut f64, &x| *sum += factor * x);
        }
    }
    out
}
