//! Gradients Xᵀ · δ of a batch, handed out in pieces of some rows while these are in a near cache, so that the
//! optimiser that uses them costs no second journey to memory.

use std::cell::RefCell;
use std::ops::Range;

use ndarray::{ArrayView2, s};

use super::Start;
use super::nonzeros::NonZeros;
use super::sparse::scaled_rows;
use super::tile::{Place, ROWS, cut, pack_panel, pack_strips, panels, panels_len, tile};
use super::vector::Vector;

/// Rows of a piece: eight strips, so that a panel of δ serves as often before the next one. In V8 a step is 2 to 7 %
/// slower with one to six rows, and as fast with 48.
const PIECE: usize = 8 * STRIP;

/// Rows that lie next to each other in a gradient and are made together: what is dealt out is cut between them.
pub const STRIP: usize = ROWS;

/// Some rows of a gradient.
#[derive(Debug)]
pub enum Rows<'a> {
    /// Their values, row by row.
    Values(&'a [f32]),
    /// All of them are zero, because these inputs were zero in the whole batch.
    Zero,
}

/// The left operand: a batch of inputs.
#[derive(Clone, Copy)]
pub enum Batch<'a> {
    /// [batch, n_in].
    Dense(ArrayView2<'a, f32>),
    /// By input: row i holds the samples in which input i is not zero.
    ByInput(&'a NonZeros),
}

/// Operands as tiles read them, and what comes of them, kept so that a step does not allocate.
struct Buffers {
    /// All panels of δ.
    panels: Vec<f32>,
    /// The strips of a piece.
    strips: Vec<f32>,
    /// A tile of a piece that is narrower than a vector.
    rim: Vec<f32>,
    piece: Vec<f32>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = const {
        RefCell::new(Buffers { panels: Vec::new(), strips: Vec::new(), rim: Vec::new(), piece: Vec::new() })
    };
}

impl Batch<'_> {
    /// n_in.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self {
            Batch::Dense(x) => x.ncols(),
            Batch::ByInput(x) => x.rows(),
        }
    }

    /// Multiplications with their additions that a gradient takes, and some more for what is done with it.
    pub(crate) fn work(&self, n_out: usize) -> u64 {
        let products = match self {
            Batch::Dense(x) => x.len(),
            Batch::ByInput(x) => x.len(),
        };
        (products + 16 * self.inputs()) as u64 * n_out as u64
    }
}

/// G = Xᵀ · δ · `scale`, row by row: `take` gets ranges of rows in ascending order, with their values. Bit for bit as
/// [`naive::outer`](super::naive::outer).
///
/// # Shapes
/// X [batch, n_in], δ [batch, n_out] with rows contiguous, G [n_in, n_out].
///
/// # Panics
/// The batches differ, or δ is not in standard layout.
pub fn outer(x: Batch, delta: ArrayView2<f32>, scale: f32, take: impl FnMut(Range<usize>, Rows)) {
    outer_rows(x, 0..x.inputs(), delta, scale, take);
}

/// The rows `wanted` of [`outer`].
///
/// # Panics
/// There are fewer rows, the batches differ, or δ is not in standard layout.
pub fn outer_rows(
    x: Batch,
    wanted: Range<usize>,
    delta: ArrayView2<f32>,
    scale: f32,
    mut take: impl FnMut(Range<usize>, Rows),
) {
    assert!(wanted.end <= x.inputs(), "rows of the gradient");
    BUFFERS.with_borrow_mut(|buffers| match x {
        Batch::Dense(x) => {
            assert_eq!(x.nrows(), delta.nrows(), "samples of X against those of δ");
            let n_out = delta.ncols();
            let Buffers {
                panels,
                strips,
                rim,
                piece,
            } = buffers;
            widest_pack(delta, panels);
            piece.resize(PIECE * n_out, 0.0);
            for first in wanted.clone().step_by(PIECE) {
                let rows = if wanted.end - first < PIECE {
                    wanted.end - first
                } else {
                    PIECE
                };
                let piece = &mut piece[..rows * n_out];
                let columns = x.slice(s![.., first..first + rows]);
                widest_dense_piece(columns, n_out, scale, panels, strips, rim, piece);
                take(first..first + rows, Rows::Values(piece));
            }
        }
        Batch::ByInput(x) => {
            assert_eq!(
                x.columns(),
                delta.nrows(),
                "samples of X against those of δ"
            );
            #[expect(
                clippy::expect_used,
                reason = "stated under Panics; all matrices are made in standard layout"
            )]
            let samples = delta.to_slice().expect("δ in standard layout");
            let n_out = delta.ncols();
            let piece = &mut buffers.piece;
            piece.resize(PIECE * n_out, 0.0);
            let mut first = wanted.start;
            while first < wanted.end {
                let zero = x.is_row_empty(first);
                // As many rows of one kind as follow each other; of those with values as many as a piece holds.
                let longest = if zero { wanted.end - first } else { PIECE };
                let rows = (first..wanted.end)
                    .take(longest)
                    .take_while(|&row| x.is_row_empty(row) == zero)
                    .count();
                let range = first..first + rows;
                first += rows;
                if zero {
                    take(range, Rows::Zero);
                } else {
                    let piece = &mut piece[..rows * n_out];
                    widest_sparse_piece(x, range.start, samples, n_out, scale, piece);
                    take(range, Rows::Values(piece));
                }
            }
        }
    });
}

/// Sums of the columns of δ over samples in ascending order, times `scale`, to `take`.
///
/// # Shapes
/// δ [batch, n_out] with rows contiguous, the sums `[n_out]`.
pub fn column_sums(delta: ArrayView2<f32>, scale: f32, take: impl FnOnce(&[f32])) {
    BUFFERS.with_borrow_mut(|Buffers { piece: sums, .. }| {
        sums.clear();
        sums.resize(delta.ncols(), 0.0);
        for row in delta.rows() {
            for (sum, &value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        for sum in sums.iter_mut() {
            *sum *= scale;
        }
        take(sums);
    });
}

super::on_widest! {
    widest_pack => pack(delta: ArrayView2<f32>, packed: &mut Vec<f32>) if delta.ncols() > 8
}

#[inline(always)]
fn pack<V: Vector>(delta: ArrayView2<f32>, packed: &mut Vec<f32>) {
    let (batch, n_out) = delta.dim();
    packed.resize(panels_len::<V>(batch, n_out), 0.0);
    for (column, vectors) in panels::<V>(n_out) {
        let panel = &mut packed[batch * column..][..batch * vectors * V::LANES];
        pack_panel::<V>(delta, column, vectors, panel);
    }
}

super::on_widest! {
    widest_dense_piece => dense_piece(
        columns: ArrayView2<f32>,
        n_out: usize,
        scale: f32,
        packed: &[f32],
        strips: &mut Vec<f32>,
        rim: &mut Vec<f32>,
        piece: &mut [f32]
    ) if n_out > 8
}

/// The rows of the gradient for the inputs in `columns` [batch, up to PIECE].
#[inline(always)]
fn dense_piece<V: Vector>(
    columns: ArrayView2<f32>,
    n_out: usize,
    scale: f32,
    packed: &[f32],
    strips: &mut Vec<f32>,
    rim: &mut Vec<f32>,
    piece: &mut [f32],
) {
    let (batch, inputs) = columns.dim();
    strips.resize(PIECE * batch, 0.0);
    let strips = &mut strips[..inputs * batch];
    pack_strips(columns.t(), strips);
    for (column, vectors) in panels::<V>(n_out) {
        let panel = &packed[batch * column..][..batch * vectors * V::LANES];
        for (first, rows) in cut(inputs) {
            let place = Place {
                c: &mut piece[first * n_out + column..],
                pitch: n_out,
                columns: n_out - column,
                start: Start::Zero,
                scale,
                rim,
            };
            let strip = &strips[first * batch..][..rows * batch];
            tile::<V, true>(rows, vectors, batch, strip, panel, place);
        }
    }
}

super::on_widest! {
    widest_sparse_piece => sparse_piece(
        x: &NonZeros,
        first: usize,
        samples: &[f32],
        n_out: usize,
        scale: f32,
        piece: &mut [f32]
    ) if n_out >= 16
}

#[inline(always)]
fn sparse_piece<V: Vector>(
    x: &NonZeros,
    first: usize,
    samples: &[f32],
    n_out: usize,
    scale: f32,
    piece: &mut [f32],
) {
    if n_out == 0 {
        return;
    }
    scaled_rows::<V>(x, first, samples, piece, n_out, scale);
}
