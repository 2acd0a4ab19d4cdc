//! Products with a matrix that is mostly zeros: four fifths of MNIST's pixels are.
//!
//! A product with a zero adds ±0 to a sum that is never -0 (it starts from +0), so leaving it out changes no bit as
//! long as the other factor is finite; where weights are not finite the lane stops as diverged.

use std::cell::RefCell;
use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2};

use super::Start;
use super::team;
use super::vector::{Vector, begin};

/// The non-zero entries of a matrix, row by row, in ascending column order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NonZeros {
    columns: usize,
    /// Row r holds entries `ends[r - 1]..ends[r]`.
    ends: Vec<u32>,
    entries: Vec<Entry>,
}

/// An entry of a row. Column and value lie side by side: whoever reads or deals out entries goes to one place for both.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) column: u32,
    pub(super) value: f32,
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
        self.entries.clear();
    }

    /// Adds a row, of which `values` gives every column.
    ///
    /// # Panics
    /// It gives more or fewer.
    pub fn push_row(&mut self, values: impl Iterator<Item = f32>) {
        let mut columns = 0;
        for (column, value) in values.enumerate() {
            // Before it is kept: products read B by it without a look.
            assert!(column < self.columns, "column {column} of {}", self.columns);
            if value != 0.0 {
                let column = column as u32;
                self.entries.push(Entry { column, value });
            }
            columns += 1;
        }
        assert_eq!(columns, self.columns, "values of a row against columns");
        self.ends.push(self.entries.len() as u32);
    }

    /// Adds a row by its entries, columns ascending; zeros among them are left out.
    ///
    /// # Panics
    /// A column is not one of this matrix.
    pub fn push_entries(&mut self, entries: impl Iterator<Item = (usize, f32)>) {
        for (column, value) in entries {
            assert!(column < self.columns, "column {column} of {}", self.columns);
            if value != 0.0 {
                let column = column as u32;
                self.entries.push(Entry { column, value });
            }
        }
        self.ends.push(self.entries.len() as u32);
    }

    /// Adds a row by the places and the bytes of its entries, columns ascending and no byte zero; `values` is what each
    /// byte stands for.
    ///
    /// # Panics
    /// A column is not one of this matrix, or there are more or fewer bytes than columns.
    pub fn push_bytes(&mut self, columns: &[u16], bytes: &[u8], values: &[f32; 256]) {
        assert_eq!(columns.len(), bytes.len(), "places against bytes");
        // A maximum that compilers make of vectors, in place of a check an entry.
        let mut largest = 0;
        for &column in columns {
            largest = if column > largest { column } else { largest };
        }
        let fits = columns.is_empty() || usize::from(largest) < self.columns;
        assert!(fits, "column {largest} of {}", self.columns);
        let entries = columns.iter().zip(bytes);
        self.entries.extend(entries.map(|(&column, &byte)| Entry {
            column: u32::from(column),
            value: values[usize::from(byte)],
        }));
        self.ends.push(self.entries.len() as u32);
    }

    #[must_use]
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Entries of all rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Entries of these rows.
    fn len_of(&self, rows: Range<usize>) -> usize {
        self.begin(rows.end) - self.begin(rows.start)
    }

    /// The first entry of row `r`.
    fn begin(&self, r: usize) -> usize {
        if r == 0 { 0 } else { self.ends[r - 1] as usize }
    }

    /// Whether no row has an entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether row `r` has no entry.
    #[must_use]
    pub fn is_row_empty(&self, r: usize) -> bool {
        self.begin(r) == self.ends[r] as usize
    }

    /// The entries of row `r`.
    pub(super) fn entries(&self, r: usize) -> &[Entry] {
        &self.entries[self.begin(r)..self.ends[r] as usize]
    }

    /// Column and value of every entry of row `r`.
    pub fn row(&self, r: usize) -> impl Iterator<Item = (usize, f32)> {
        let entries = self.entries(r).iter();
        entries.map(|entry| (entry.column as usize, entry.value))
    }

    /// The transposed matrix, into `out`; entries of a row stay in ascending order.
    pub fn transpose_into(&self, out: &mut NonZeros) {
        out.columns = self.rows();
        out.ends.clear();
        // Count the entries of each column, turn counts into starts, then deal the entries out.
        out.ends.resize(self.columns, 0);
        for entry in &self.entries {
            out.ends[entry.column as usize] += 1;
        }
        let mut start = 0;
        for end in &mut out.ends {
            let count = *end;
            *end = start;
            start += count;
        }
        // Every place is dealt an entry.
        out.entries.resize(self.entries.len(), Entry::default());
        let (ends, entries) = (out.ends.as_mut_slice(), out.entries.as_mut_slice());
        for r in 0..self.rows() {
            let column = r as u32;
            for entry in self.entries(r) {
                let (at, value) = (&mut ends[entry.column as usize], entry.value);
                entries[*at as usize] = Entry { column, value };
                *at += 1;
            }
        }
    }
}

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
    let make = |first, c: &mut [f32]| {
        GATHERED.with_borrow_mut(|gathered| widest_rows(a, first, b, c, n, start, gathered));
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
        gathered: &mut Vec<f32>
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

thread_local! {
    /// A block of columns of B, kept so that a step does not allocate.
    static GATHERED: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
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
    gathered: &mut Vec<f32>,
) {
    // What a block reads of B lies in pieces, which take up more cache lines than they need, and in a wide B a page of
    // memory each, of which a core knows the places of some 64. Next to each other they are read faster. Copying them
    // costs about as much as an entry in each row of B, so there should be some.
    let k = a.columns();
    let is_in_pieces = n > VECTORS * V::LANES;
    let is_to_gather = is_in_pieces && a.len_of(first..first + c.len() / n) >= 4 * k;
    if is_in_pieces && gathered.len() < k * VECTORS * V::LANES {
        gathered.resize(k * VECTORS * V::LANES, 0.0);
    }
    // A block of columns after the other, so that its part of B is in a near cache for all rows.
    for (column, vectors) in blocks::<V>(n) {
        if is_to_gather {
            // Where there are several blocks none has fewer vectors.
            with_vectors!(
                vectors,
                [7 8 9 10 11 12 13],
                gathered_block::<V>(a, first, b, c, n, column, start, gathered)
            );
        } else {
            for (r, row) in (first..).zip(c.chunks_exact_mut(n)) {
                add_block::<V>(a, r, b, row, column, vectors, start, 1.0);
            }
        }
    }
}

/// A block of NV vectors of columns, of [`rows`], with B's columns gathered in `gathered`, which holds a block. One number
/// of vectors for all rows and for the copy: a choice a row and a loop cost V8 more than the gain.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a place in three matrices")]
fn gathered_block<V: Vector, const NV: usize>(
    a: &NonZeros,
    first: usize,
    b: &[f32],
    c: &mut [f32],
    n: usize,
    column: usize,
    start: Start,
    gathered: &mut [f32],
) {
    let end = column + NV * V::LANES;
    let end = if end < n { end } else { n };
    let width = end - column;
    // As in [`add_vectors`], the last vector reaches back where the columns end within it.
    assert!((NV - 1) * V::LANES < width);
    let last = width - V::LANES;
    let gathered = &mut gathered[..a.columns() * width];
    for (to, from) in gathered.chunks_exact_mut(width).zip(b.chunks_exact(n)) {
        let from = &from[column..end];
        for v in 0..NV {
            let at = begin::<V, NV>(v, last);
            // SAFETY: both have `width` floats, and every vector begins at `last` or before, as was asserted.
            unsafe { V::load(from.as_ptr().add(at)).store(to.as_mut_ptr().add(at)) };
        }
    }
    for (r, row) in (first..).zip(c.chunks_exact_mut(n)) {
        add_vectors::<V, NV>(a, r, gathered, &mut row[column..end], 0, start, 1.0);
    }
}

/// c ← (0 or c) + row `r` of A · B, times `scale`; n is the length of c.
#[inline(always)]
pub(super) fn sparse_row<V: Vector>(
    a: &NonZeros,
    r: usize,
    b: &[f32],
    c: &mut [f32],
    start: Start,
    scale: f32,
) {
    for (column, vectors) in blocks::<V>(c.len()) {
        add_block::<V>(a, r, b, c, column, vectors, start, scale);
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

#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a place in three matrices")]
fn add_block<V: Vector>(
    a: &NonZeros,
    r: usize,
    b: &[f32],
    c: &mut [f32],
    column: usize,
    vectors: usize,
    start: Start,
    scale: f32,
) {
    match vectors {
        0 => add_scalars(a, r, b, c, start, scale),
        _ => with_vectors!(
            vectors,
            [1 2 3 4 5 6 7 8 9 10 11 12 13],
            add_vectors::<V>(a, r, b, c, column, start, scale)
        ),
    }
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

/// NV vectors of row r of C, from `column` on.
#[inline(always)]
fn add_vectors<V: Vector, const NV: usize>(
    a: &NonZeros,
    r: usize,
    b: &[f32],
    c: &mut [f32],
    column: usize,
    start: Start,
    scale: f32,
) {
    let n = c.len();
    // Where the row ends within the last vector, that one reaches back: its first columns are computed twice, to the
    // same bits. It reaches back within its own block, which has seven vectors or more unless it is the only one, so
    // what stood in C is read before any of it is written.
    let last = n - V::LANES;
    let first_of = |v: usize| {
        let at = column + v * V::LANES;
        if at < last { at } else { last }
    };
    let apart = first_of(NV - 1) - column;
    assert!(V::LANES <= n && column <= last && column + (NV - 1) * V::LANES < n);
    assert!(a.columns() * n <= b.len(), "columns of A against rows of B");
    // SAFETY: every vector begins at `last` or before, so it ends within its row of n floats; an entry's column lies
    // below `a.columns()`, as all that add entries see to, so its row of B is there.
    unsafe {
        let mut sums = [V::splat(0.0); NV];
        if start == Start::Present {
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = V::load(c.as_ptr().add(first_of(v)));
            }
        }
        for &Entry { column: k, value } in a.entries(r) {
            let row = b.as_ptr().add(k as usize * n + column);
            let value = V::splat(value);
            for (v, sum) in sums.iter_mut().enumerate() {
                let at = begin::<V, NV>(v, apart);
                *sum = sum.add(value.mul(V::load(row.add(at))));
            }
        }
        let scale = V::splat(scale);
        for (v, sum) in sums.into_iter().enumerate() {
            sum.mul(scale).store(c.as_mut_ptr().add(first_of(v)));
        }
    }
}
