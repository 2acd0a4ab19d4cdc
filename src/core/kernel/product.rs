//! Dense products C ← A · B, for operands in any layout: a transposed view costs nothing but its packing.
//!
//! ```text
//! pack A into strips, or read it as it lies where B has few columns
//! for each panel of B: pack it
//!     for each strip of A: C[strip's rows][panel's columns] ← tile(strip, panel)
//! ```
//! The panel stays in the nearest cache while the strips pass by. Packing costs O(mk + kn) copies beside O(mkn)
//! products and makes the inner loop free of bounds checks and strides.

use std::cell::RefCell;

use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use super::team;
use super::tile::{Place, ROWS, VECTORS, cut, pack_panel, pack_strips, panels, tile};
use super::vector::{MOST_LANES, Vector};

/// What the sums start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// +0.0: C is overwritten.
    Zero,
    /// The value in C: a product split along k into several calls gives the bits of one call.
    Present,
}

/// Operands as tiles read them, and what comes of them, kept so that a step does not allocate.
struct Buffers {
    /// All strips of A.
    strips: Vec<f32>,
    /// A panel of B.
    panel: Vec<f32>,
    /// As many columns of Cᵀ as a panel has.
    across: Vec<f32>,
    /// A tile of a C that is narrower than a vector.
    rim: Vec<f32>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = const {
        RefCell::new(Buffers { strips: Vec::new(), panel: Vec::new(), across: Vec::new(), rim: Vec::new() })
    };
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
    BUFFERS.with_borrow_mut(|buffers| match b.reversed_axes().to_slice() {
        Some(bt) if a.nrows() <= b.ncols() => widest_across(a, bt, c, start, buffers),
        _ => widest_tiles(a, b, c, start, buffers),
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
        _ => (b, n, parts.div_ceil(2), MOST_LANES),
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
        buffers: &mut Buffers
    ) if b.ncols() > 8
}

/// Columns of C from which on A is packed: that is a pass over A, and what it saves grows with the panels that read it. In
/// V8 X · W of 3x50 is 6 % faster without, of 2x128 as fast, of 3x400 5 % slower.
const WORTH_PACKING: usize = 128;

#[inline(always)]
fn tiles<V: Vector>(
    a: ArrayView2<f32>,
    b: ArrayView2<f32>,
    c: &mut [f32],
    start: Start,
    buffers: &mut Buffers,
) {
    let (m, k, n) = (a.nrows(), a.ncols(), b.ncols());
    let Buffers {
        strips, panel, rim, ..
    } = buffers;
    let lies_as_read = if n < WORTH_PACKING {
        a.to_slice()
    } else {
        None
    };
    let rows_of_a = match lies_as_read {
        Some(a) => a,
        None => {
            strips.resize(m * k, 0.0);
            pack_strips(a, strips);
            strips
        }
    };
    panel.resize(k * VECTORS * V::LANES, 0.0);
    for (column, vectors) in panels::<V>(n) {
        let panel = &mut panel[..k * vectors * V::LANES];
        pack_panel::<V>(b, column, vectors, panel);
        for (row, rows) in cut(m) {
            let place = Place {
                c: &mut c[row * n + column..],
                pitch: n,
                columns: n - column,
                start,
                scale: 1.0,
                rim,
            };
            let rows_of_a = &rows_of_a[row * k..][..rows * k];
            if lies_as_read.is_some() {
                tile::<V, false>(rows, vectors, k, rows_of_a, panel, place);
            } else {
                tile::<V, true>(rows, vectors, k, rows_of_a, panel, place);
            }
        }
    }
}

super::on_widest! {
    widest_across => across(
        a: ArrayView2<f32>,
        bt: &[f32],
        c: &mut [f32],
        start: Start,
        buffers: &mut Buffers
    ) if a.nrows() > 8
}

/// C from Bᵀ [n, k], whose rows lie as they are read: Cᵀ = Bᵀ · Aᵀ, so that only A is packed. Worth it where A is the
/// smaller one, as in δ · Wᵀ; in the gradients of convolutions it is the larger one.
#[inline(always)]
fn across<V: Vector>(
    a: ArrayView2<f32>,
    bt: &[f32],
    c: &mut [f32],
    start: Start,
    buffers: &mut Buffers,
) {
    let (m, k) = a.dim();
    let n = bt.len() / k;
    let Buffers {
        panel, across, rim, ..
    } = buffers;
    panel.resize(k * VECTORS * V::LANES, 0.0);
    across.resize(n * VECTORS * V::LANES, 0.0);
    for (first, vectors) in panels::<V>(m) {
        let width = vectors * V::LANES;
        let panel = &mut panel[..k * width];
        pack_panel::<V>(a.reversed_axes(), first, vectors, panel);
        // The rows of C that the panel holds, and as columns.
        let rows = if m - first < width { m - first } else { width };
        let c = &mut c[first * n..][..rows * n];
        let across = &mut across[..n * rows];
        // So that tiles have one start, whatever it is here: with two, V8 fetched k from memory in every turn, which was
        // 4 % of this product.
        match start {
            Start::Zero => across.fill(0.0),
            Start::Present => {
                for (r, c) in c.chunks_exact(n).enumerate() {
                    for (across, &c) in across.chunks_exact_mut(rows).zip(c) {
                        across[r] = c;
                    }
                }
            }
        }
        for (column, columns) in cut(n) {
            let place = Place {
                c: &mut across[column * rows..],
                pitch: rows,
                columns: rows,
                start: Start::Present,
                scale: 1.0,
                rim,
            };
            let rows_of_bt = &bt[column * k..][..columns * k];
            tile::<V, false>(columns, vectors, k, rows_of_bt, panel, place);
        }
        transpose(across, rows, c, n);
    }
}

/// C [width, n] from its columns, `across` [n, width].
#[inline(always)]
fn transpose(across: &[f32], width: usize, c: &mut [f32], n: usize) {
    const TOGETHER: usize = 4;
    let whole = n - n % TOGETHER;
    for (column, four) in (0..whole)
        .step_by(TOGETHER)
        .zip(across.chunks_exact(TOGETHER * width))
    {
        let (first, second) = four.split_at(2 * width);
        let ((c0, c1), (c2, c3)) = (first.split_at(width), second.split_at(width));
        for (r, c) in c.chunks_exact_mut(n).enumerate() {
            c[column..column + TOGETHER].copy_from_slice(&[c0[r], c1[r], c2[r], c3[r]]);
        }
    }
    for column in whole..n {
        for (r, c) in c.chunks_exact_mut(n).enumerate() {
            c[column] = across[column * width + r];
        }
    }
}
