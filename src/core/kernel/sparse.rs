//! Products with a matrix that is mostly zeros: four fifths of MNIST's pixels are.
//!
//! A product with a zero adds ±0 to a sum that is never -0 (it starts from +0), so leaving it out changes no bit as
//! long as the other factor is finite; where weights are not finite the lane stops as diverged.

use std::cell::RefCell;

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Start;
use super::nonzeros::{Entry, NonZeros};
use super::team;
use super::vector::{Vector, begin};

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
    if a.columns() == 0 {
        if start == Start::Zero {
            c.fill(0.0);
        }
        return;
    }
    #[expect(
        clippy::expect_used,
        reason = "stated under Panics; all matrices are made in standard layout"
    )]
    let (b, c) = (
        b.to_slice().expect("B in standard layout"),
        c.as_slice_mut().expect("C in standard layout"),
    );
    let make = |first, c: &mut [f32]| {
        BUFFERS.with_borrow_mut(|buffers| widest_rows(a, first, b, c, n, start, buffers));
    };
    if n > 0 {
        match team::parts(a.len() as u64 * n as u64) {
            1 => make(0, c),
            parts => {
                let parts = team::split((0, c), a.rows(), parts, 1, |(first, c), rows| {
                    let (c, below) = c.split_at_mut(rows * n);
                    ((first, c), (first + rows, below))
                });
                team::deal(parts, |(first, c)| make(first, c));
            }
        }
    }
}

super::on_widest! {
    widest_rows => rows(
        a: &NonZeros,
        first: usize,
        b: &[f32],
        c: &mut [f32],
        n: usize,
        start: Start,
        buffers: &mut Buffers
    ) if n >= 16
}

/// Vectors of C whose sums stay in registers together: with a value and a product they take all fifteen of wasm's. Seven
/// were 2 to 4 % of a step slower in V8.
const VECTORS: usize = 13;

const _: () = assert!(VECTORS == 13, "the lists of numbers below end with it");

/// Calls a function for blocks of a number of vectors that is known when it is compiled.
macro_rules! with_vectors {
    ($vectors:expr, [$($nv:literal)*], $f:ident::<$V:ident> $args:tt) => {
        match $vectors {
            $($nv => $f::<$V, $nv> $args,)*
            vectors => unreachable!("a block of {vectors} vectors"),
        }
    };
}

/// Floats of a block of B's columns that all rows of A use before the next ones: three quarters of a nearest cache of 32
/// KB. In V8 the product of 3x50 takes 3 % more with two thirds of it and 12 % more with a third.
const NEAR: usize = 6144;

/// What is kept so that a step does not allocate.
struct Buffers {
    /// Rows of a block of columns of B.
    gathered: Vec<f32>,
    /// Of each row of A the first entry that was not used yet.
    next: Vec<usize>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = const {
        RefCell::new(Buffers { gathered: Vec::new(), next: Vec::new() })
    };
}

/// Rows of C from the row `first` of A on, as many as `c` holds.
#[inline(always)]
fn rows<V: Vector>(
    a: &NonZeros,
    first: usize,
    b: &[f32],
    c: &mut [f32],
    n: usize,
    start: Start,
    buffers: &mut Buffers,
) {
    if n < V::LANES {
        for (r, c) in (first..).zip(c.chunks_exact_mut(n)) {
            add_scalars(a, r, b, c, start, 1.0);
        }
        return;
    }
    // With few entries hardly any of B is used twice, and copying it costs about as much as an entry in each of its rows.
    let is_used_again = a.len_of(first..first + c.len() / n) >= 4 * a.columns();
    // A block of columns after the other, so that its part of B is in a near cache for all rows.
    for (column, vectors) in blocks::<V>(n) {
        let place = (n, column, start);
        // What a block reads of B lies in pieces, which take up more cache lines than they need, and in a wide B a page of
        // memory each, of which a core knows the places of some 64. Next to each other they are read faster.
        if is_used_again && n > VECTORS * V::LANES {
            // Where there are several blocks none has fewer vectors.
            with_vectors!(
                vectors,
                [7 8 9 10 11 12 13],
                block::<V>(a, first, b, c, place, is_used_again, true, buffers)
            );
        } else {
            with_vectors!(
                vectors,
                [1 2 3 4 5 6 7 8 9 10 11 12 13],
                block::<V>(a, first, b, c, place, is_used_again, false, buffers)
            );
        }
    }
}

/// The columns of a block of NV vectors: its end, and where its last vector begins, counted from the block's begin. Where
/// the columns end within the last vector, that one reaches back: its first columns are computed twice, to the same bits.
#[inline(always)]
fn columns_of<V: Vector, const NV: usize>(n: usize, column: usize) -> (usize, usize) {
    let end = column + NV * V::LANES;
    let end = if end < n { end } else { n };
    let width = end - column;
    assert!(V::LANES <= width && (NV - 1) * V::LANES < width);
    (end, width - V::LANES)
}

/// A block of NV vectors of columns, of [`rows`]; so many floats of B at a time. `gather` is known when this is compiled.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a place in three matrices")]
fn block<V: Vector, const NV: usize>(
    a: &NonZeros,
    first: usize,
    b: &[f32],
    c: &mut [f32],
    (n, column, start): (usize, usize, Start),
    is_used_again: bool,
    gather: bool,
    Buffers { gathered, next }: &mut Buffers,
) {
    let (end, last) = columns_of::<V, NV>(n, column);
    let k = a.columns();
    assert!(k * n <= b.len(), "columns of A against rows of B");
    next.clear();
    next.extend((first..first + c.len() / n).map(|r| a.begin(r)));
    let together = if is_used_again {
        NEAR / (NV * V::LANES)
    } else {
        k
    };
    let mut from = 0;
    while from < k {
        let to = if k - from < together {
            k
        } else {
            from + together
        };
        let rows_of_b = &b[from * n..to * n];
        let (rows_of_b, pitch, last_of_b) = if gather {
            let pitch = NV * V::LANES;
            if gathered.len() < together * pitch {
                gathered.resize(together * pitch, 0.0);
            }
            let gathered = &mut gathered[..(to - from) * pitch];
            for (packed, row) in gathered
                .chunks_exact_mut(pitch)
                .zip(rows_of_b.chunks_exact(n))
            {
                let row = &row[column..end];
                for v in 0..NV {
                    let at = begin::<V, NV>(v, last);
                    // SAFETY: a row has a vector from `last` on, where the last one begins, and `packed` holds NV.
                    unsafe {
                        V::load(row.as_ptr().add(at)).store(packed.as_mut_ptr().add(v * V::LANES));
                    }
                }
            }
            (&*gathered, pitch, (NV - 1) * V::LANES)
        } else {
            (rows_of_b, n, last)
        };
        let column_of_b = if gather { 0 } else { column };
        // Where a row 0 would be, of which these are a part.
        let base = rows_of_b
            .as_ptr()
            .wrapping_add(column_of_b)
            .wrapping_sub(from * pitch);
        let greatest = to as u32 - 1;
        let is_new = from == 0 && start == Start::Zero;
        for ((r, next), c) in (first..).zip(&mut *next).zip(c.chunks_exact_mut(n)) {
            let c = c[column..end].as_mut_ptr();
            let mut sums = [V::splat(0.0); NV];
            // SAFETY: in C every vector begins at `last` or before, and a vector later the block ends. The entries that are
            // added are of columns from `from` to `to`: columns of a row ascend, as all that add entries see to, so those
            // before came before `next`. Of these rows of B `base` and `pitch` give the place, and every vector begins at
            // `last_of_b` or before, a vector before the row ends.
            unsafe {
                if !is_new {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        *sum = V::load(c.add(begin::<V, NV>(v, last)));
                    }
                }
                *next = add::<V, NV>(
                    &mut sums,
                    a.up_to(r),
                    *next,
                    greatest,
                    base,
                    pitch,
                    last_of_b,
                );
                for (v, sum) in sums.iter().enumerate() {
                    sum.store(c.add(begin::<V, NV>(v, last)));
                }
            }
        }
        from = to;
    }
}

/// Adds to `sums` the entries from `at` on, up to the column `greatest`, each times its row of B; gives the next one.
///
/// # Safety
/// For each of these columns k, NV vectors from `b` + k · `pitch` on must be valid for reads: next to each other, but for
/// the last one, which begins at `last`.
#[inline(always)]
unsafe fn add<V: Vector, const NV: usize>(
    sums: &mut [V; NV],
    entries: &[Entry],
    mut at: usize,
    greatest: u32,
    b: *const f32,
    pitch: usize,
    last: usize,
) -> usize {
    while at < entries.len() {
        let Entry { column, value } = entries[at];
        if column > greatest {
            break;
        }
        let row = b.wrapping_add(column as usize * pitch);
        let value = V::splat(value);
        for (v, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the caller's.
            let factor = unsafe { V::load(row.add(begin::<V, NV>(v, last))) };
            *sum = sum.add(value.mul(factor));
        }
        at += 1;
    }
    at
}

/// C ← A · B · `scale`, rows from the row `first` of A on, as many as `c` holds; n is not 0.
#[inline(always)]
pub(super) fn scaled_rows<V: Vector>(
    a: &NonZeros,
    first: usize,
    b: &[f32],
    c: &mut [f32],
    n: usize,
    scale: f32,
) {
    if n < V::LANES {
        for (r, c) in (first..).zip(c.chunks_exact_mut(n)) {
            add_scalars(a, r, b, c, Start::Zero, scale);
        }
        return;
    }
    for (column, vectors) in blocks::<V>(n) {
        with_vectors!(
            vectors,
            [1 2 3 4 5 6 7 8 9 10 11 12 13],
            scaled_block::<V>(a, first, b, c, n, column, scale)
        );
    }
}

/// A block of NV vectors of columns, of [`scaled_rows`].
#[inline(always)]
fn scaled_block<V: Vector, const NV: usize>(
    a: &NonZeros,
    first: usize,
    b: &[f32],
    c: &mut [f32],
    n: usize,
    column: usize,
    scale: f32,
) {
    let (end, last) = columns_of::<V, NV>(n, column);
    assert!(a.columns() * n <= b.len(), "columns of A against rows of B");
    let b = b.as_ptr().wrapping_add(column);
    let scale = V::splat(scale);
    let mut at = a.begin(first);
    for (r, c) in (first..).zip(c.chunks_exact_mut(n)) {
        let c = c[column..end].as_mut_ptr();
        let mut sums = [V::splat(0.0); NV];
        // SAFETY: in C and in the rows of B every vector begins at `last` or before, and a vector later the block ends;
        // an entry's column lies below `a.columns()`, as all that add entries see to, so its row of B is there.
        unsafe {
            at = add::<V, NV>(&mut sums, a.up_to(r), at, u32::MAX, b, n, last);
            for (v, sum) in sums.into_iter().enumerate() {
                sum.mul(scale).store(c.add(begin::<V, NV>(v, last)));
            }
        }
    }
}

/// Cuts `n` columns into blocks of up to [`VECTORS`] vectors, as even as can be: (first column, vectors). The last
/// vector reaches back over columns of the one before where n is no multiple of the lanes; rows shorter than a vector
/// give one block of no vector.
#[inline(always)]
fn blocks<V: Vector>(n: usize) -> impl Iterator<Item = (usize, usize)> {
    let vectors = if n < V::LANES {
        0
    } else {
        n.div_ceil(V::LANES)
    };
    let count = vectors.div_ceil(VECTORS).max(1);
    let (each, one_more) = (vectors / count, vectors % count);
    let mut next = 0;
    (0..count).map(move |i| {
        let (column, vectors) = (next, each + usize::from(i < one_more));
        next += vectors * V::LANES;
        (column, vectors)
    })
}

/// A row shorter than a vector.
#[inline(always)]
fn add_scalars(a: &NonZeros, r: usize, b: &[f32], c: &mut [f32], start: Start, scale: f32) {
    let n = c.len();
    for (j, out) in c.iter_mut().enumerate() {
        let mut sum = match start {
            Start::Zero => 0.0,
            Start::Present => *out,
        };
        for (k, value) in a.row(r) {
            sum += value * b[k * n + j];
        }
        *out = sum * scale;
    }
}
