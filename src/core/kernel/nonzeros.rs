//! A matrix that is mostly zeros, as its other entries.

use std::ops::Range;

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
    /// A column is not one of this matrix, or does not come after the one before.
    pub fn push_entries(&mut self, entries: impl Iterator<Item = (usize, f32)>) {
        let mut least = 0;
        for (column, value) in entries {
            assert!(column < self.columns, "column {column} of {}", self.columns);
            assert!(column >= least, "column {column} after {}", least - 1);
            least = column + 1;
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
    /// A column is not one of this matrix or does not come after the one before, or there are more or fewer bytes than
    /// columns.
    pub fn push_bytes(&mut self, columns: &[u16], bytes: &[u8], values: &[f32; 256]) {
        assert_eq!(columns.len(), bytes.len(), "places against bytes");
        // All of them and only then a look, which compilers make of vectors: products read B by columns without one.
        let mut ascend = true;
        if let (Some((_, next)), Some((_, before))) = (columns.split_first(), columns.split_last())
        {
            for (before, next) in before.iter().zip(next) {
                ascend &= before < next;
            }
        }
        assert!(ascend, "columns of a row do not ascend");
        let last = columns.last().map_or(0, |&column| usize::from(column));
        assert!(
            columns.is_empty() || last < self.columns,
            "column {last} of {}",
            self.columns
        );
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
    pub(super) fn len_of(&self, rows: Range<usize>) -> usize {
        self.begin(rows.end) - self.begin(rows.start)
    }

    /// The first entry of row `r`.
    pub(super) fn begin(&self, r: usize) -> usize {
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

    /// The entries of all rows up to the end of row `r`.
    #[inline(always)]
    pub(super) fn up_to(&self, r: usize) -> &[Entry] {
        &self.entries[..self.ends[r] as usize]
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
