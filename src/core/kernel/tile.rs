//! The inner loop of dense products, and the panels that it reads.
//!
//! ```text
//! A in quads  [m/4][k][4]     four rows side by side, missing rows as zeros
//! B in panels [n/w][k][w]     w = 2 vectors; the last panel 1 or 2 vectors, missing columns as zeros
//! tile: sums[4][2 vectors] += a[p][r] · b[p][c] for ascending p, in registers over all of k
//! ```
//! Four rows by two vectors need 8 + 4 + 2 + 1 registers where all loads of a turn stand first, as V8 schedules them:
//! the largest shape that wasm's fifteen hold. 5x2, 6x2, 3x3 and 4x3 spill there and reach two thirds of its rate;
//! unrolling over k spills too. Natively 4x2 is as fast as larger ones within the noise.

use ndarray::{ArrayView2, s};

use super::vector::Vector;

/// Rows of a tile.
pub(super) const ROWS: usize = 4;
/// Vectors of a full panel.
pub(super) const VECTORS: usize = 2;

/// sums += A-quad · B-panel.
///
/// # Safety
/// `a` must be valid for reads of `k` · 4 floats, `b` of `k` · `NV` vectors.
#[inline(always)]
pub(super) unsafe fn tile<V: Vector, const NV: usize>(
    k: usize,
    a: *const f32,
    b: *const f32,
    mut sums: [[V; NV]; ROWS],
) -> [[V; NV]; ROWS] {
    // SAFETY: both pointers stay within the k rows that the caller vouches for.
    unsafe {
        let (mut a, mut b) = (a, b);
        let end = b.add(k * NV * V::LANES);
        while b != end {
            let mut columns = [V::splat(0.0); NV];
            for (v, column) in columns.iter_mut().enumerate() {
                *column = V::load(b.add(v * V::LANES));
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let row = V::splat(*a.add(r));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = sum.add(row.mul(column));
                }
            }
            a = a.add(ROWS);
            b = b.add(NV * V::LANES);
        }
    }
    sums
}

/// [`tile`] with A's four rows as they lie, each k floats from its pointer on.
///
/// # Safety
/// Each of `rows` must be valid for reads of `k` floats, `b` of `k` · `NV` vectors.
#[inline(always)]
pub(super) unsafe fn tile_of_rows<V: Vector, const NV: usize>(
    k: usize,
    rows: [*const f32; ROWS],
    b: *const f32,
    mut sums: [[V; NV]; ROWS],
) -> [[V; NV]; ROWS] {
    // SAFETY: all pointers stay within the k columns that the caller vouches for.
    unsafe {
        let mut b = b;
        for p in 0..k {
            let mut columns = [V::splat(0.0); NV];
            for (v, column) in columns.iter_mut().enumerate() {
                *column = V::load(b.add(v * V::LANES));
            }
            for (row, sums) in rows.iter().zip(&mut sums) {
                let row = V::splat(*row.add(p));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = sum.add(row.mul(column));
                }
            }
            b = b.add(NV * V::LANES);
        }
    }
    sums
}

/// Rows `first..first + 4` of A [m, k] as a quad [k][4], rows beyond m as zeros.
///
/// # Panics
/// `quad` does not hold k · 4 floats.
#[inline(always)]
pub(super) fn pack_quad(a: ArrayView2<f32>, first: usize, quad: &mut [f32]) {
    let (m, k) = a.dim();
    assert_eq!(quad.len(), k * ROWS, "a quad of {k} columns");
    let rows = if m - first < ROWS { m - first } else { ROWS };
    let (quad, _) = quad.as_chunks_mut::<ROWS>();
    if rows == ROWS {
        if a.strides()[0] == 1 {
            for (packed, column) in quad.iter_mut().zip(a.columns()) {
                if let Some(column) = column.as_slice() {
                    packed.copy_from_slice(&column[first..first + ROWS]);
                }
            }
            return;
        }
        let row = |r: usize| a.row(first + r);
        let (r0, r1, r2, r3) = (row(0), row(1), row(2), row(3));
        if let (Some(r0), Some(r1), Some(r2), Some(r3)) =
            (r0.as_slice(), r1.as_slice(), r2.as_slice(), r3.as_slice())
        {
            interleave(quad, [r0, r1, r2, r3]);
            return;
        }
    }
    for (p, packed) in quad.iter_mut().enumerate() {
        *packed = std::array::from_fn(|r| if r < rows { a[[first + r, p]] } else { 0.0 });
    }
}

/// packed[p] = [rows[0][p], …, rows[3][p]].
#[inline(always)]
fn interleave(packed: &mut [[f32; ROWS]], rows: [&[f32]; ROWS]) {
    let [r0, r1, r2, r3] = rows;
    let rows = r0.iter().zip(r1).zip(r2.iter().zip(r3));
    for (packed, ((a, b), (c, d))) in packed.iter_mut().zip(rows) {
        *packed = [*a, *b, *c, *d];
    }
}

/// Columns from `first` on of B [k, n] as a panel [k][NV vectors], columns beyond n as zeros.
///
/// # Panics
/// `panel` does not hold k · NV vectors.
#[inline(always)]
pub(super) fn pack_panel<V: Vector, const NV: usize>(
    b: ArrayView2<f32>,
    first: usize,
    panel: &mut [f32],
) {
    let (k, n) = b.dim();
    let width = NV * V::LANES;
    assert_eq!(panel.len(), k * width, "a panel of {k} rows");
    let columns = if n - first < width { n - first } else { width };
    if b.strides()[1] == 1 {
        for (packed, row) in panel.chunks_exact_mut(width).zip(b.rows()) {
            let Some(row) = row.to_slice().map(|row| &row[first..]) else {
                return; // Rows whose elements follow each other are slices.
            };
            if columns == width {
                let row = &row[..width];
                for v in 0..NV {
                    // SAFETY: both hold NV vectors.
                    unsafe {
                        let vector = V::load(row.as_ptr().add(v * V::LANES));
                        vector.store(packed.as_mut_ptr().add(v * V::LANES));
                    }
                }
            } else {
                for (c, packed) in packed.iter_mut().enumerate() {
                    *packed = if c < columns { row[c] } else { 0.0 };
                }
            }
        }
        return;
    }
    // Columns lie in a row each: four at a time, so that their values are read in order.
    for quad in (0..width).step_by(ROWS) {
        let there = columns.saturating_sub(quad).min(ROWS);
        if there == ROWS {
            let column = |c: usize| b.slice_move(s![.., first + quad + c]);
            let (c0, c1, c2, c3) = (column(0), column(1), column(2), column(3));
            if let (Some(c0), Some(c1), Some(c2), Some(c3)) =
                (c0.to_slice(), c1.to_slice(), c2.to_slice(), c3.to_slice())
            {
                let values = c0.iter().zip(c1).zip(c2.iter().zip(c3));
                for (packed, ((a, b), (c, d))) in panel.chunks_exact_mut(width).zip(values) {
                    packed[quad..quad + ROWS].copy_from_slice(&[*a, *b, *c, *d]);
                }
                continue;
            }
        }
        for (p, packed) in panel.chunks_exact_mut(width).enumerate() {
            for c in 0..ROWS {
                packed[quad + c] = if c < there {
                    b[[p, first + quad + c]]
                } else {
                    0.0
                };
            }
        }
    }
}

/// Widths of the panels of a matrix with `n` columns, in floats: two vectors each, the last one as few as it takes.
pub(super) fn panels<V: Vector>(n: usize) -> impl Iterator<Item = (usize, usize)> {
    let full = VECTORS * V::LANES;
    (0..n).step_by(full).map(move |first| {
        let rest = n - first;
        let width = if rest > V::LANES { full } else { V::LANES };
        (first, width)
    })
}

/// Floats that all panels of a matrix [k, n] take.
pub(super) fn panels_len<V: Vector>(k: usize, n: usize) -> usize {
    k * n.div_ceil(V::LANES) * V::LANES
}
