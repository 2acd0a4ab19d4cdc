//! Products with a matrix that is mostly zeros: four fifths of MNIST's pixels are.
//!
//! A product with a zero adds ±0 to a sum that is never -0 (it starts from +0), so leaving it out changes no bit as
//! long as the other factor is finite; where weights are not finite the lane stops as diverged.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Start;

/// The non-zero entries of a matrix, row by row, in ascending column order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NonZeros {
    columns: usize,
    /// Row r holds entries `ends[r - 1]..ends[r]`.
    ends: Vec<u32>,
    index: Vec<u32>,
    value: Vec<f32>,
}

impl NonZeros {
    /// No rows yet, of `columns` columns.
    #[must_use]
    pub fn new(columns: usize) -> NonZeros {
        NonZeros {
            columns,
            ..NonZeros::default()
        }
    }

    /// Forgets all rows and keeps the memory.
    pub fn clear(&mut self, columns: usize) {
        self.columns = columns;
        self.ends.clear();
        self.index.clear();
        self.value.clear();
    }

    /// Adds a row, of which `values` gives every column.
    pub fn push_row(&mut self, values: impl Iterator<Item = f32>) {
        for (column, value) in values.enumerate() {
            if value != 0.0 {
                self.index.push(column as u32);
                self.value.push(value);
            }
        }
        self.ends.push(self.index.len() as u32);
    }

    #[must_use]
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Column and value of every entry of row `r`.
    pub fn row(&self, r: usize) -> impl Iterator<Item = (usize, f32)> {
        let start = if r == 0 { 0 } else { self.ends[r - 1] as usize };
        let entries = start..self.ends[r] as usize;
        self.index[entries.clone()]
            .iter()
            .zip(&self.value[entries])
            .map(|(&column, &value)| (column as usize, value))
    }

    /// The transposed matrix, into `out`; entries of a row stay in ascending order.
    pub fn transpose_into(&self, out: &mut NonZeros) {
        out.clear(self.rows());
        // Count the entries of each column, turn counts into starts, then deal the entries out.
        out.ends.resize(self.columns, 0);
        for &column in &self.index {
            out.ends[column as usize] += 1;
        }
        let mut start = 0;
        for end in &mut out.ends {
            let count = *end;
            *end = start;
            start += count;
        }
        out.index.resize(self.index.len(), 0);
        out.value.resize(self.value.len(), 0.0);
        for r in 0..self.rows() {
            for (column, value) in self.row(r) {
                let at = &mut out.ends[column];
                out.index[*at as usize] = r as u32;
                out.value[*at as usize] = value;
                *at += 1;
            }
        }
    }
}

/// Columns of C whose sums stay in registers together.
const BLOCK: usize = 32;

/// C ← A · B, or C ← C + A · B, with A given by its non-zero entries.
///
/// # Shapes
/// A [m, k], B [k, n] and C [m, n] with rows contiguous.
///
/// # Panics
/// The shapes do not fit, or B or C is not in standard layout.
pub fn sparse_product(a: &NonZeros, b: ArrayView2<f32>, mut c: ArrayViewMut2<f32>, start: Start) {
    let n = b.ncols();
    assert_eq!(a.columns(), b.nrows(), "columns of A against rows of B");
    assert_eq!((a.rows(), n), c.dim(), "shape of A · B against C");
    #[expect(
        clippy::expect_used,
        reason = "stated under Panics; all matrices are made in standard layout"
    )]
    let (b, c) = (
        b.to_slice().expect("B in standard layout"),
        c.as_slice_mut().expect("C in standard layout"),
    );
    rows(a, b, c, n, start);
}

super::widest! {
    rows(a: &NonZeros, b: &[f32], c: &mut [f32], n: usize, start: Start) {
        if n == 0 {
            return;
        }
        for (r, c_row) in c.chunks_exact_mut(n).enumerate() {
            let (blocks, rest) = c_row.as_chunks_mut::<BLOCK>();
            let mut j = 0;
            for block in blocks {
                add::<BLOCK>(block, start, a, r, b, j, n);
                j += BLOCK;
            }
            let (blocks, rest) = rest.as_chunks_mut::<4>();
            for block in blocks {
                add::<4>(block, start, a, r, b, j, n);
                j += 4;
            }
            for out in rest {
                add::<1>(std::array::from_mut(out), start, a, r, b, j, n);
                j += 1;
            }
        }
    }
}

/// N elements of row r of C, from column j on.
#[inline(always)]
fn add<const N: usize>(
    c: &mut [f32; N],
    start: Start,
    a: &NonZeros,
    r: usize,
    b: &[f32],
    j: usize,
    n: usize,
) {
    let mut sums = match start {
        Start::Zero => [0.0; N],
        Start::Present => *c,
    };
    for (k, value) in a.row(r) {
        let b_row = &b[k * n + j..][..N];
        for (sum, &weight) in sums.iter_mut().zip(b_row) {
            *sum += value * weight;
        }
    }
    *c = sums;
}
