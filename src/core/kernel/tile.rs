//! The inner loop of dense products, and the operands that it reads.
//!
//! ```text
//! A in strips [k][R]     R rows side by side, 3 each, the last ones 2 or 1; or R rows as they lie, [R][k]
//! B in panels [k][NV]    NV vectors of columns side by side, cut alike; the last one reaches back where n ends in it
//! tile: sums[R][NV] += a[r][p] · b[p][v] for ascending p, in registers over all of k
//! ```
//! Three rows by three vectors need 9 + 3 + 2 of wasm's fifteen registers, and six loads for nine products: in V8 it is
//! 8 % faster than 4x2, which has as many loads for eight, and than 5x2. 4x3 and 6x2 spill and reach not three
//! fifths of its rate, and so do larger shapes unrolled over k. Natively it is as fast as 4x2 within the noise.

use ndarray::ArrayView2;

use super::Start;
use super::vector::{Vector, begin};

/// Rows of the largest tile.
pub(super) const ROWS: usize = 3;
/// Vectors of the largest tile.
pub(super) const VECTORS: usize = 3;

/// Cuts so many rows or vectors into those of tiles: (first, how many). Threes, and two twos rather than a three and a
/// one, which has more than a load a product.
pub(super) fn cut(count: usize) -> impl Iterator<Item = (usize, usize)> {
    let threes = match count % 3 {
        1 => (count / 3).saturating_sub(1),
        _ => count / 3,
    };
    let first_two = threes * 3;
    let mut next = 0;
    std::iter::from_fn(move || {
        let first = next;
        next += match count - first {
            0 => return None,
            _ if first < first_two => 3,
            1 => 1,
            _ => 2,
        };
        Some((first, next - first))
    })
}

/// The panels of a matrix with `n` columns: (first column, vectors).
pub(super) fn panels<V: Vector>(n: usize) -> impl Iterator<Item = (usize, usize)> {
    cut(n.div_ceil(V::LANES)).map(|(first, vectors)| (first * V::LANES, vectors))
}

/// Floats that all panels of a matrix [k, n] take.
pub(super) fn panels_len<V: Vector>(k: usize, n: usize) -> usize {
    k * n.div_ceil(V::LANES) * V::LANES
}

/// Where a tile goes, and how.
pub(super) struct Place<'a> {
    /// C from the tile's first element on.
    pub(super) c: &'a mut [f32],
    /// Floats from a row of C to the next.
    pub(super) pitch: usize,
    /// Columns of C from the tile's first on.
    pub(super) columns: usize,
    pub(super) start: Start,
    /// What the sums are multiplied by in the end.
    pub(super) scale: f32,
    /// Memory for a tile of a C that is narrower than a vector.
    pub(super) rim: &'a mut Vec<f32>,
}

/// C ← ((0 or C) + A · B) · scale for `rows` rows of A, as a strip or, if not `PACKED`, as they lie, and a panel of
/// `vectors` vectors.
///
/// # Panics
/// The operands are not of this size, or rows of the tile lie beyond C.
#[inline(always)]
pub(super) fn tile<V: Vector, const PACKED: bool>(
    rows: usize,
    vectors: usize,
    k: usize,
    a: &[f32],
    panel: &[f32],
    place: Place,
) {
    let width = vectors * V::LANES;
    assert!(a.len() == rows * k && panel.len() == k * width && rows > 0);
    let Place {
        c,
        pitch,
        columns,
        start,
        scale,
        rim,
    } = place;
    let columns = if columns < width { columns } else { width };
    assert!((vectors - 1) * V::LANES < columns && (rows - 1) * pitch + columns <= c.len());
    let fits = columns >= V::LANES;
    let (at, step, last) = if fits {
        (c.as_mut_ptr(), pitch, columns - V::LANES)
    } else {
        // Then there is only one vector.
        rim.resize(rows * V::LANES, 0.0);
        if start == Start::Present {
            for r in 0..rows {
                rim[r * width..][..columns].copy_from_slice(&c[r * pitch..][..columns]);
            }
        }
        (rim.as_mut_ptr(), width, 0)
    };
    let (a, b) = (a.as_ptr(), panel.as_ptr());
    // SAFETY: the operands hold what was asserted. `at` has `rows` rows, `step` apart, of `last` and a vector: in C, as
    // was asserted, or in `rim`, which was made that long; the vectors before the last one begin before `last`.
    unsafe {
        match (rows, vectors) {
            (3, 3) => tile_of::<V, 3, 3, PACKED>(k, a, b, at, step, last, start, scale),
            (3, 2) => tile_of::<V, 3, 2, PACKED>(k, a, b, at, step, last, start, scale),
            (3, 1) => tile_of::<V, 3, 1, PACKED>(k, a, b, at, step, last, start, scale),
            (2, 3) => tile_of::<V, 2, 3, PACKED>(k, a, b, at, step, last, start, scale),
            (2, 2) => tile_of::<V, 2, 2, PACKED>(k, a, b, at, step, last, start, scale),
            (2, 1) => tile_of::<V, 2, 1, PACKED>(k, a, b, at, step, last, start, scale),
            (1, 3) => tile_of::<V, 1, 3, PACKED>(k, a, b, at, step, last, start, scale),
            (1, 2) => tile_of::<V, 1, 2, PACKED>(k, a, b, at, step, last, start, scale),
            (1, 1) => tile_of::<V, 1, 1, PACKED>(k, a, b, at, step, last, start, scale),
            _ => unreachable!("a tile of {rows} rows and {vectors} vectors"),
        }
    }
    if !fits {
        for r in 0..rows {
            c[r * pitch..][..columns].copy_from_slice(&rim[r * width..][..columns]);
        }
    }
}

/// [`tile`] of one size.
///
/// # Safety
/// `a` must be valid for reads of `R` · `k` floats, `b` of `k` · `NV` vectors, and `c` for reads and writes of `R` rows,
/// `pitch` floats apart, with `NV` vectors next to each other but for the last one, which begins at `last`.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a place in three matrices")]
unsafe fn tile_of<V: Vector, const R: usize, const NV: usize, const PACKED: bool>(
    k: usize,
    a: *const f32,
    b: *const f32,
    c: *mut f32,
    pitch: usize,
    last: usize,
    start: Start,
    scale: f32,
) {
    let mut sums = [[V::splat(0.0); NV]; R];
    // SAFETY: all pointers stay within what the caller vouches for.
    unsafe {
        if start == Start::Present {
            for (r, sums) in sums.iter_mut().enumerate() {
                for (v, sum) in sums.iter_mut().enumerate() {
                    let at = begin::<V, NV>(v, last);
                    *sum = V::load(c.add(r * pitch + at));
                }
            }
        }
        let step = if PACKED { 1 } else { k };
        let (mut strip, mut panel) = (a, b);
        let end = b.add(k * NV * V::LANES);
        while panel != end {
            let mut columns = [V::splat(0.0); NV];
            for (v, column) in columns.iter_mut().enumerate() {
                *column = V::load(panel.add(v * V::LANES));
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let value = V::splat(*strip.add(r * step));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = sum.add(value.mul(column));
                }
            }
            strip = strip.add(if PACKED { R } else { 1 });
            panel = panel.add(NV * V::LANES);
        }
        let scale = V::splat(scale);
        for (r, sums) in sums.iter().enumerate() {
            for (v, sum) in sums.iter().enumerate() {
                let at = begin::<V, NV>(v, last);
                sum.mul(scale).store(c.add(r * pitch + at));
            }
        }
    }
}

/// A [m, k], in any layout, as strips [k][R] one after the other.
///
/// # Panics
/// `strips` does not hold m · k floats.
#[inline(always)]
pub(super) fn pack_strips(a: ArrayView2<f32>, strips: &mut [f32]) {
    let (m, k) = a.dim();
    assert_eq!(strips.len(), m * k, "strips of {m} rows");
    for (first, rows) in cut(m) {
        let strip = &mut strips[first * k..][..rows * k];
        match rows {
            3 => interleave::<3>(a, first, strip),
            2 => interleave::<2>(a, first, strip),
            _ => interleave::<1>(a, first, strip),
        }
    }
}

/// `R` rows from `first` on as a strip.
#[inline(always)]
fn interleave<const R: usize>(a: ArrayView2<f32>, first: usize, strip: &mut [f32]) {
    let (m, k) = a.dim();
    assert!(
        first + R <= m && strip.len() == R * k,
        "a strip of {k} columns"
    );
    let (down, on) = (a.strides()[0], a.strides()[1]);
    let mut column = a.as_ptr().wrapping_offset(first as isize * down);
    let (strip, _) = strip.as_chunks_mut::<R>();
    for packed in strip {
        for (r, packed) in packed.iter_mut().enumerate() {
            // SAFETY: an element of A, which has these strides: its row is one of m, as was asserted, and its column one
            // of k, of which `strip` holds as many.
            *packed = unsafe { *column.offset(r as isize * down) };
        }
        column = column.wrapping_offset(on);
    }
}

/// Columns from `first` on of B [k, n] as a panel [k][`vectors` vectors], as [`tile`] reads it: where n ends within the
/// last vector, that one holds B's last columns; columns beyond those of a B narrower than a vector are zeros.
///
/// # Panics
/// `panel` does not hold k · `vectors` vectors, or B has no such column.
#[inline(always)]
pub(super) fn pack_panel<V: Vector>(
    b: ArrayView2<f32>,
    first: usize,
    vectors: usize,
    panel: &mut [f32],
) {
    match vectors {
        3 => pack::<V, 3>(b, first, panel),
        2 => pack::<V, 2>(b, first, panel),
        _ => pack::<V, 1>(b, first, panel),
    }
}

#[inline(always)]
fn pack<V: Vector, const NV: usize>(b: ArrayView2<f32>, first: usize, panel: &mut [f32]) {
    let (k, n) = b.dim();
    let width = NV * V::LANES;
    assert!(panel.len() == k * width && first < n, "a panel of {k} rows");
    let columns = if n - first < width { n - first } else { width };
    if columns < V::LANES {
        for (packed, row) in panel.chunks_exact_mut(width).zip(b.rows()) {
            for (c, packed) in packed.iter_mut().enumerate() {
                *packed = if c < columns { row[first + c] } else { 0.0 };
            }
        }
        return;
    }
    let last = columns - V::LANES;
    assert!((NV - 1) * V::LANES < columns);
    let (down, on) = (b.strides()[0], b.strides()[1]);
    let mut row = b.as_ptr().wrapping_offset(first as isize * on);
    if on == 1 {
        for packed in panel.chunks_exact_mut(width) {
            for v in 0..NV {
                let at = begin::<V, NV>(v, last);
                // SAFETY: a row of B, whose elements follow each other, has a vector from `first` + `at` on, and
                // `packed` holds NV of them.
                unsafe {
                    V::load(row.add(at)).store(packed.as_mut_ptr().add(v * V::LANES));
                }
            }
            row = row.wrapping_offset(down);
        }
        return;
    }
    // Columns lie in a row each: some at a time, so that their values are read in order.
    const TOGETHER: usize = 4;
    for some in (0..width).step_by(TOGETHER) {
        let at = begin::<V, NV>(some / V::LANES, last) + some % V::LANES;
        let mut column = row.wrapping_offset(at as isize * on);
        for packed in panel.chunks_exact_mut(width) {
            let packed = &mut packed[some..some + TOGETHER];
            for (c, packed) in packed.iter_mut().enumerate() {
                // SAFETY: an element of B, which has these strides: lanes are a multiple of four, so that four columns
                // from `first` + `at` on lie in a vector, and the panel has as many rows as B.
                *packed = unsafe { *column.offset(c as isize * on) };
            }
            column = column.wrapping_offset(down);
        }
    }
}
