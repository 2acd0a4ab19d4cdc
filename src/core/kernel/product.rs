//! Dense products C ← A · B, for operands in any layout: a transposed view costs nothing but its packing.
//!
//! ```text
//! pack A into quads
//! for each panel of B: pack it
//!     for each quad of A: C[4 rows][panel's columns] ← tile(quad, panel)
//! ```
//! The panel stays in the nearest cache while the quads pass by. Packing costs O(mk + kn) copies beside O(mkn)
//! products and makes the inner loop free of bounds checks and strides.

use std::cell::RefCell;

use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use super::team;
use super::tile::{ROWS, VECTORS, pack_panel, pack_quad, panels, tile, tile_of_rows};
use super::vector::{MOST_LANES, Vector};

/// What the sums start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// +0.0: C is overwritten.
    Zero,
    /// The value in C: a product split along k into several calls gives the bits of one call.
    Present,
}

thread_local! {
    /// Quads of A, a panel of B and a tile at the rim of C, kept so that a step does not allocate.
    static PACKED: RefCell<[Vec<f32>; 3]> = const { RefCell::new([Vec::new(), Vec::new(), Vec::new()]) };
    /// Columns of C that are a part.
    static PART: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// C ← A · B, or C ← C + A · B, bit for bit as [`naive::product`](super::naive::product); on the cores of its lane.
///
/// # Shapes
/// A [m, k], B [k, n], each in any layout; C [m, n] with rows contiguous.
///
/// # Panics
/// The shapes do not fit, or C is not in standard layout.
pub fn product(a: ArrayView2<f32>, b: ArrayView2<f32>, c: ArrayViewMut2<f32>, start: Start) {
    match team::parts(a.len() as u64 * b.ncols() as u64) {
        1 => product_alone(a, b, c, start),
        parts => dealt(a, b, c, start, parts),
    }
}

/// [`product`] on this thread alone: for what is dealt out already.
fn product_alone(a: ArrayView2<f32>, b: ArrayView2<f32>, mut c: ArrayViewMut2<f32>, start: Start) {
    assert_eq!(a.ncols(), b.nrows(), "columns of A against rows of B");
    assert_eq!(a.nrows(), c.nrows(), "rows of A against rows of C");
    assert_eq!(b.ncols(), c.ncols(), "columns of B against columns of C");
    if a.ncols() == 0 {
        if start == Start::Zero {
            c.fill(0.0);
        }
        return;
    }
    #[expect(
        clippy::expect_used,
        reason = "stated under Panics; all matrices are made in standard layout"
    )]
    let c = c.as_slice_mut().expect("C in standard layout");
    PACKED.with_borrow_mut(|[quads, panel, rim]| {
        if b.strides()[0] == 1 && a.nrows() <= b.ncols() {
            widest_across(a, b.reversed_axes(), c, start, panel);
        } else {
            widest_tiles(a, b, c, start, quads, panel, rim);
        }
    });
}

/// [`product`] in so many parts, cut along the longer side of C: what a part packs of the other operand, the others
/// pack too. Across columns that is all of A, so there are only half as many.
fn dealt(
    a: ArrayView2<f32>,
    b: ArrayView2<f32>,
    c: ArrayViewMut2<f32>,
    start: Start,
    parts: usize,
) {
    let (m, n) = c.dim();
    let axis = Axis(usize::from(m < n));
    let (operand, len, parts, step) = match axis {
        Axis(0) => (a, m, parts, ROWS),
        _ => (b, n, parts.div_ceil(2), VECTORS * MOST_LANES),
    };
    let parts = team::split((operand, c), len, parts, step, |(operand, c), at| {
        let ((operand, its_rest), (c, rest)) = (operand.split_at(axis, at), c.split_at(axis, at));
        ((operand, c), (its_rest, rest))
    });
    team::deal(parts, |(operand, c)| match axis {
        Axis(0) => product_alone(operand, b, c, start),
        _ => apart(a, operand, c, start),
    });
}

/// [`product_alone`] for columns of a wider C, whose rows do not lie next to each other: made elsewhere and put there.
fn apart(a: ArrayView2<f32>, b: ArrayView2<f32>, mut c: ArrayViewMut2<f32>, start: Start) {
    PART.with_borrow_mut(|part| {
        part.clear();
        match start {
            Start::Zero => part.resize(c.len(), 0.0),
            Start::Present => part.extend(c.iter()),
        }
        #[expect(clippy::expect_used, reason = "it was just given as many values")]
        let mut made = ArrayViewMut2::from_shape(c.dim(), part).expect("the part of C");
        product_alone(a, b, made.view_mut(), start);
        c.assign(&made);
    });
}

super::on_widest! {
    widest_tiles => tiles(
        a: ArrayView2<f32>,
        b: ArrayView2<f32>,
        c: &mut [f32],
        start: Start,
        quads: &mut Vec<f32>,
        panel: &mut Vec<f32>,
        rim: &mut Vec<f32>
    ) if b.ncols() > 8
}

#[inline(always)]
fn tiles<V: Vector>(
    a: ArrayView2<f32>,
    b: ArrayView2<f32>,
    c: &mut [f32],
    start: Start,
    quads: &mut Vec<f32>,
    panel: &mut Vec<f32>,
    rim: &mut Vec<f32>,
) {
    let (m, k, n) = (a.nrows(), a.ncols(), b.ncols());
    quads.resize(m.div_ceil(ROWS) * ROWS * k, 0.0);
    for (quad, first) in quads.chunks_exact_mut(k * ROWS).zip((0..m).step_by(ROWS)) {
        pack_quad(a, first, quad);
    }
    panel.resize(k * VECTORS * V::LANES, 0.0);
    rim.resize(ROWS * VECTORS * V::LANES, 0.0);
    for (column, width) in panels::<V>(n) {
        let panel = &mut panel[..k * width];
        if width == V::LANES {
            pack_panel::<V, 1>(b, column, panel);
        } else {
            pack_panel::<V, VECTORS>(b, column, panel);
        }
        for (quad, row) in quads.chunks_exact(k * ROWS).zip((0..m).step_by(ROWS)) {
            let c = Block {
                c: &mut c[row * n..],
                rim,
                rows: m - row,
                n,
                column,
            };
            if width == V::LANES {
                c.update::<V, 1>(k, quad, panel, start);
            } else {
                c.update::<V, VECTORS>(k, quad, panel, start);
            }
        }
    }
}

super::on_widest! {
    widest_across => across(
        a: ArrayView2<f32>,
        bt: ArrayView2<f32>,
        c: &mut [f32],
        start: Start,
        panel: &mut Vec<f32>
    ) if a.nrows() > 8
}

/// C from Bᵀ [n, k], whose rows lie as they are read: Cᵀ = Bᵀ · Aᵀ, so that only A is packed. Worth it where A is the
/// smaller one, as in δ · Wᵀ; in the gradients of convolutions it is the larger one.
#[inline(always)]
fn across<V: Vector>(
    a: ArrayView2<f32>,
    bt: ArrayView2<f32>,
    c: &mut [f32],
    start: Start,
    panel: &mut Vec<f32>,
) {
    let (m, k) = a.dim();
    panel.resize(k * VECTORS * V::LANES, 0.0);
    for (first, width) in panels::<V>(m) {
        let panel = &mut panel[..k * width];
        if width == V::LANES {
            pack_panel::<V, 1>(a.reversed_axes(), first, panel);
            columns::<V, 1>(bt, panel, c, m, first, start);
        } else {
            pack_panel::<V, VECTORS>(a.reversed_axes(), first, panel);
            columns::<V, VECTORS>(bt, panel, c, m, first, start);
        }
    }
}

/// All columns of C for the rows from `first` on that `panel` holds.
#[inline(always)]
fn columns<V: Vector, const NV: usize>(
    bt: ArrayView2<f32>,
    panel: &[f32],
    c: &mut [f32],
    m: usize,
    first: usize,
    start: Start,
) {
    let (n, k) = bt.dim();
    let width = NV * V::LANES;
    assert!(panel.len() == k * width && bt.strides()[1] == 1);
    let rows = if m - first < width { m - first } else { width };
    let c = &mut c[first * n..][..rows * n];
    let mut lanes = [[0.0; VECTORS * MOST_LANES]; ROWS];
    for column in (0..n).step_by(ROWS) {
        let there = if n - column < ROWS { n - column } else { ROWS };
        // Beyond n the first of the four rows serves again, to no end.
        let at: [*const f32; ROWS] =
            std::array::from_fn(|r| bt.row(column + if r < there { r } else { 0 }).as_ptr());
        if start == Start::Present {
            for (s, c) in c.chunks_exact(n).enumerate() {
                for r in 0..there {
                    lanes[r][s] = c[column + r];
                }
            }
        }
        // SAFETY: a row of Bᵀ has k floats next to each other and `panel` k times NV vectors, as was checked; `lanes`
        // holds as many as two of the widest vectors.
        unsafe {
            let mut sums = [[V::splat(0.0); NV]; ROWS];
            if start == Start::Present {
                for (sums, lanes) in sums.iter_mut().zip(&lanes) {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        *sum = V::load(lanes.as_ptr().add(v * V::LANES));
                    }
                }
            }
            let sums = tile_of_rows::<V, NV>(k, at, panel.as_ptr(), sums);
            for (sums, lanes) in sums.into_iter().zip(&mut lanes) {
                for (v, sum) in sums.into_iter().enumerate() {
                    sum.store(lanes.as_mut_ptr().add(v * V::LANES));
                }
            }
        }
        let [l0, l1, l2, l3] = &lanes;
        if there == ROWS {
            for (s, c) in c.chunks_exact_mut(n).enumerate() {
                c[column..column + ROWS].copy_from_slice(&[l0[s], l1[s], l2[s], l3[s]]);
            }
        } else {
            for (s, c) in c.chunks_exact_mut(n).enumerate() {
                for r in 0..there {
                    c[column + r] = lanes[r][s];
                }
            }
        }
    }
}

/// Where a tile stands in C.
struct Block<'a> {
    /// C from the tile's first row on.
    c: &'a mut [f32],
    /// A tile at the rim of C, where whole vectors do not fit. Beyond C it holds anything: no lane meets another one.
    rim: &'a mut [f32],
    /// Rows of C from there on.
    rows: usize,
    n: usize,
    column: usize,
}

impl Block<'_> {
    #[inline(always)]
    fn update<V: Vector, const NV: usize>(
        self,
        k: usize,
        quad: &[f32],
        panel: &[f32],
        start: Start,
    ) {
        assert!(quad.len() == k * ROWS && panel.len() == k * NV * V::LANES);
        let Block {
            c,
            rim,
            rows,
            n,
            column,
        } = self;
        let whole = rows >= ROWS && column + NV * V::LANES <= n;
        let rows = if rows < ROWS { rows } else { ROWS };
        let columns = if n - column < NV * V::LANES {
            n - column
        } else {
            NV * V::LANES
        };
        let rim_width = NV * V::LANES;
        assert!(rim.len() >= ROWS * rim_width);
        let (at, pitch) = if whole {
            assert!((ROWS - 1) * n + column + rim_width <= c.len());
            (c[column..].as_mut_ptr(), n)
        } else {
            if start == Start::Present {
                for r in 0..rows {
                    rim[r * rim_width..][..columns]
                        .copy_from_slice(&c[r * n + column..][..columns]);
                }
            }
            (rim.as_mut_ptr(), rim_width)
        };
        // SAFETY: lengths of quad and panel were checked; `at` holds four rows of NV vectors, `pitch` apart: in C or
        // in `rim`, as was checked.
        unsafe {
            let mut sums = [[V::splat(0.0); NV]; ROWS];
            if start == Start::Present {
                for (r, sums) in sums.iter_mut().enumerate() {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        *sum = V::load(at.add(r * pitch + v * V::LANES));
                    }
                }
            }
            let sums = tile::<V, NV>(k, quad.as_ptr(), panel.as_ptr(), sums);
            for (r, sums) in sums.into_iter().enumerate() {
                for (v, sum) in sums.into_iter().enumerate() {
                    sum.store(at.add(r * pitch + v * V::LANES));
                }
            }
        }
        if !whole {
            for r in 0..rows {
                c[r * n + column..][..columns].copy_from_slice(&rim[r * rim_width..][..columns]);
            }
        }
    }
}
