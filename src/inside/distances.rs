//! Squared Euclidean distances between the rows of a matrix, a block of rows at a time, through the product kernel.

use ndarray::{Array2, ArrayView2, s};

use crate::core::kernel::{Start, product};

/// d²_ij = (|x_i|² + |x_j|²) - 2 x_i·x_j in f32, 0 where rounding would make it negative.
///
/// Products and norms are summed in ascending order of columns, so the bits are the same on every machine, d²_ij is
/// d²_ji, and equal rows are at 0 exactly. The error against the true value is within [`Distances::bound`].
pub(super) struct Distances {
    /// |x_i|².
    norms: Vec<f32>,
    largest: f32,
    columns: usize,
    /// The rows as columns: the kernel packs its right side for every block, and reads whole cache lines of this.
    transposed: Array2<f32>,
    /// Products, then distances, of the present block: [rows, m].
    block: Array2<f32>,
}

impl Distances {
    /// # Shapes
    /// `rows` [m, n].
    pub fn new(rows: ArrayView2<f32>) -> Distances {
        let mut largest = 0.0;
        let norms = rows
            .rows()
            .into_iter()
            .map(|row| {
                let mut sum = 0.0;
                for &x in &row {
                    sum += x * x;
                }
                if sum > largest {
                    largest = sum;
                }
                sum
            })
            .collect();
        Distances {
            norms,
            largest,
            columns: rows.ncols(),
            transposed: rows.t().as_standard_layout().into_owned(),
            block: Array2::zeros((0, 0)),
        }
    }

    /// Rows whose distances to all rows take a few milliseconds.
    pub fn rows_a_piece(&self) -> usize {
        // Not fewer than 64, or packing would take longer than the products.
        const PRODUCTS: usize = 100_000_000;
        let of_row = self.norms.len() * self.columns.max(1);
        (PRODUCTS / of_row.max(1)).clamp(64, 128)
    }

    /// d² of rows `first..first + count` (as far as there are any) to all rows: [count, m].
    ///
    /// `rows` is the matrix that it was made of.
    pub fn block(
        &mut self,
        rows: ArrayView2<f32>,
        first: usize,
        count: usize,
    ) -> ArrayView2<'_, f32> {
        let m = rows.nrows();
        let end = m.min(first + count);
        if self.block.dim() != (end - first, m) {
            self.block = Array2::zeros((end - first, m));
        }
        let some = rows.slice(s![first..end, ..]);
        let all = self.transposed.view();
        product(some, all, self.block.view_mut(), Start::Zero);
        for (mut row, &own) in self.block.rows_mut().into_iter().zip(&self.norms[first..]) {
            for (value, &other) in row.iter_mut().zip(&self.norms) {
                let squared = (own + other) - 2.0 * *value;
                *value = if squared > 0.0 { squared } else { 0.0 };
            }
        }
        self.block.view()
    }

    /// How far a d² of row `i` may be from the true value.
    ///
    /// A sum of n products is within γ Σ|x||y| of the true one, γ = n u / (1 - n u), u = 2⁻²⁴, so d² is within
    /// γ (|x| + |y|)² ≤ 2 γ (|x|² + |y|²), with three roundings more in n; what leaves the normal numbers is added.
    ///
    /// # References
    /// Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1.
    pub fn bound(&self, i: usize) -> f64 {
        let roundings = (self.columns + 3) as f64 / 16_777_216.0;
        let gamma = roundings / (1.0 - roundings);
        // The norms themselves are only known to within γ.
        let norms = f64::from(self.norms[i]) + f64::from(self.largest);
        2.0 * gamma * (1.0 + 2.0 * gamma) * norms
            + self.columns as f64 * f64::from(f32::MIN_POSITIVE)
    }
}
