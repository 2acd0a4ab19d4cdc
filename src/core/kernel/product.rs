//! Dense products C ← A · B, for operands in any layout: a transposed view costs nothing but its packing.
//!
//! ```text
//! pack B into panels [n/NR][k][NR], padded with zeros
//! for each MR rows of A: pack them into [k][MR]
//!     for each panel of B: acc[MR][NR] += a[p][r] · b[p][c] for ascending p
//! ```
//! The tile's sums stay in registers over all of k, so each element of C is read and written once. Packing costs
//! O(mk + kn) copies beside O(mkn) products and makes the inner loop free of bounds checks and strides.

use std::cell::RefCell;

use ndarray::{ArrayView2, ArrayViewMut2};

/// What the sums start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// +0.0: C is overwritten.
    Zero,
    /// The value in C: a product split along k into several calls gives the bits of one call.
    Present,
}

/// Rows of a tile.
const MR: usize = 4;
/// Columns of a tile: two vectors of four lanes, or one of eight.
const NR: usize = 8;

thread_local! {
    /// Panels of A and B, kept so that a step does not allocate.
    static PANELS: RefCell<(Vec<f32>, Vec<f32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// C ← A · B, or C ← C + A · B, bit for bit as [`naive::product`](super::naive::product).
///
/// Choose the operand with fewer columns as B where the transposed form Cᵀ = Bᵀ · Aᵀ is open too: B is packed whole.
///
/// # Shapes
/// A [m, k], B [k, n], C [m, n], each in any layout.
///
/// # Panics
/// The shapes do not fit.
pub fn product(a: ArrayView2<f32>, b: ArrayView2<f32>, c: ArrayViewMut2<f32>, start: Start) {
    assert_eq!(a.ncols(), b.nrows(), "columns of A against rows of B");
    assert_eq!(a.nrows(), c.nrows(), "rows of A against rows of C");
    assert_eq!(b.ncols(), c.ncols(), "columns of B against columns of C");
    PANELS.with_borrow_mut(|(a_panel, b_panels)| tiles(a, b, c, start, a_panel, b_panels));
}

super::widest! {
    tiles(
        a: ArrayView2<f32>,
        b: ArrayView2<f32>,
        c: ArrayViewMut2<f32>,
        start: Start,
        a_panel: &mut Vec<f32>,
        b_panels: &mut Vec<f32>
    ) {
        let mut c = c;
        let (m, k, n) = (a.nrows(), a.ncols(), b.ncols());
        if k == 0 {
            if start == Start::Zero {
                c.fill(0.0);
            }
            return;
        }
        pack_columns(b, b_panels);
        for i in (0..m).step_by(MR) {
            let rows = if m - i < MR { m - i } else { MR };
            pack_rows(a, i, rows, a_panel);
            for (panel, j) in b_panels.chunks_exact(k * NR).zip((0..n).step_by(NR)) {
                let columns = if n - j < NR { n - j } else { NR };
                let mut sums = [[0.0; NR]; MR];
                if start == Start::Present {
                    for r in 0..rows {
                        for s in 0..columns {
                            sums[r][s] = c[[i + r, j + s]];
                        }
                    }
                }
                let sums = tile(sums, a_panel, panel);
                if columns == NR && c.strides()[1] == 1 {
                    for (r, sums) in sums.iter().enumerate().take(rows) {
                        let mut row = c.row_mut(i + r);
                        if let Some(row) = row.as_slice_mut() {
                            row[j..j + NR].copy_from_slice(sums);
                        }
                    }
                } else {
                    for (r, sums) in sums.iter().enumerate().take(rows) {
                        for (s, &sum) in sums.iter().enumerate().take(columns) {
                            c[[i + r, j + s]] = sum;
                        }
                    }
                }
            }
        }
    }
}

/// The inner loop: MR x NR sums over all of k.
#[inline(always)]
fn tile(mut sums: [[f32; NR]; MR], a_panel: &[f32], b_panel: &[f32]) -> [[f32; NR]; MR] {
    let (a_panel, _) = a_panel.as_chunks::<MR>();
    let (b_panel, _) = b_panel.as_chunks::<NR>();
    for (a, b) in a_panel.iter().zip(b_panel) {
        for r in 0..MR {
            for s in 0..NR {
                sums[r][s] += a[r] * b[s];
            }
        }
    }
    sums
}

/// B [k, n] as panels [n/NR][k][NR], the last one padded with zeros.
#[inline(always)]
fn pack_columns(b: ArrayView2<f32>, panels: &mut Vec<f32>) {
    let (k, n) = b.dim();
    panels.clear();
    panels.resize(n.div_ceil(NR) * k * NR, 0.0);
    for (panel, j) in panels.chunks_exact_mut(k * NR).zip((0..n).step_by(NR)) {
        let columns = if n - j < NR { n - j } else { NR };
        if b.strides()[1] == 1 {
            for (packed, row) in panel.as_chunks_mut::<NR>().0.iter_mut().zip(b.rows()) {
                if let Some(row) = row.as_slice() {
                    packed[..columns].copy_from_slice(&row[j..j + columns]);
                }
            }
        } else {
            for s in 0..columns {
                for (p, &value) in b.column(j + s).iter().enumerate() {
                    panel[p * NR + s] = value;
                }
            }
        }
    }
}

/// Rows i..i+rows of A as [k][MR], missing rows as zeros.
#[inline(always)]
fn pack_rows(a: ArrayView2<f32>, i: usize, rows: usize, panel: &mut Vec<f32>) {
    let k = a.ncols();
    panel.clear();
    panel.resize(k * MR, 0.0);
    if a.strides()[0] == 1 {
        for (packed, column) in panel.as_chunks_mut::<MR>().0.iter_mut().zip(a.columns()) {
            if let Some(column) = column.as_slice() {
                packed[..rows].copy_from_slice(&column[i..i + rows]);
            }
        }
        return;
    }
    for r in 0..rows {
        let row = a.row(i + r);
        for (p, &value) in row.iter().enumerate() {
            panel[p * MR + r] = value;
        }
    }
}
