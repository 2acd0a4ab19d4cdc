//! Products of symmetric f64 matrices that commute, as polynomials of one matrix do: C = A · B is symmetric too, so only
//! its upper half is worked out.
//!
//! c_ij adds a_ik b_kj in ascending k, one rounding a product and one a sum, never fused, as everywhere in the kernel:
//! width of vectors, tiles and threads cannot change a bit.

use super::widest;

/// Rows of C that one call works out together.
pub const BLOCK: usize = 128;
/// Rows of a tile.
const ROWS: usize = 4;
/// Columns of a tile: what keeps its sums in registers, of which wasm has vectors of two.
const COLUMNS: usize = if cfg!(target_arch = "wasm32") { 4 } else { 8 };
/// k that are worked through together, so that what is packed stays in the nearest caches.
const DEPTH: usize = 256;

/// Packed parts of A and B.
#[derive(Default)]
pub struct Packed {
    quads: Vec<[f64; ROWS]>,
    panel: Vec<[f64; COLUMNS]>,
}

/// Rows `first` to `first` + m - 1 of C, from column `first` on; what is left of it in `c` is not touched.
///
/// # Shapes
/// A, B [n, n], symmetric; `c` [m, n]; all row after row.
///
/// # Panics
/// The shapes do not fit.
pub fn upper_rows(
    a: &[f64],
    b: &[f64],
    n: usize,
    first: usize,
    c: &mut [f64],
    packed: &mut Packed,
) {
    assert!(
        a.len() == n * n && b.len() == n * n,
        "A and B of {n} rows and columns"
    );
    let rows = c.len() / n.max(1);
    assert!(
        c.len() == rows * n && first + rows <= n,
        "rows of C within {n}"
    );
    packed
        .quads
        .resize(rows.div_ceil(ROWS) * DEPTH, [0.0; ROWS]);
    packed.panel.resize(DEPTH, [0.0; COLUMNS]);
    let Packed { quads, panel } = packed;
    fill(a, b, n, first, c, quads, panel);
}

widest! {
    fill(
        a: &[f64],
        b: &[f64],
        n: usize,
        first: usize,
        c: &mut [f64],
        quads: &mut [[f64; ROWS]],
        panel: &mut [[f64; COLUMNS]]
    ) {
        let rows = c.len() / n;
        for from in (0..n).step_by(DEPTH) {
            let depth = if n - from < DEPTH { n - from } else { DEPTH };
            for (quad, row) in quads.as_chunks_mut::<DEPTH>().0.iter_mut().zip((0..rows).step_by(ROWS)) {
                let width = if rows - row < ROWS { rows - row } else { ROWS };
                for (k, lanes) in quad[..depth].iter_mut().enumerate() {
                    // A is symmetric: its column stands in a row.
                    let source = &a[(from + k) * n + first + row..][..width];
                    lanes[..width].copy_from_slice(source);
                }
            }
            for column in (first..n).step_by(COLUMNS) {
                let width = if n - column < COLUMNS { n - column } else { COLUMNS };
                for (k, lanes) in panel[..depth].iter_mut().enumerate() {
                    lanes[..width].copy_from_slice(&b[(from + k) * n + column..][..width]);
                }
                for (quad, row) in quads.as_chunks::<DEPTH>().0.iter().zip((0..rows).step_by(ROWS)) {
                    let height = if rows - row < ROWS { rows - row } else { ROWS };
                    let mut sums = [[0.0; COLUMNS]; ROWS];
                    if from > 0 {
                        for r in 0..height {
                            let present = &c[(row + r) * n + column..][..width];
                            sums[r][..width].copy_from_slice(present);
                        }
                    }
                    tile(&quad[..depth], &panel[..depth], &mut sums);
                    for r in 0..height {
                        let out = &mut c[(row + r) * n + column..][..width];
                        out.copy_from_slice(&sums[r][..width]);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn tile(quad: &[[f64; ROWS]], panel: &[[f64; COLUMNS]], sums: &mut [[f64; COLUMNS]; ROWS]) {
    let mut present = *sums;
    for (a, b) in quad.iter().zip(panel) {
        for r in 0..ROWS {
            for column in 0..COLUMNS {
                present[r][column] += a[r] * b[column];
            }
        }
    }
    *sums = present;
}
