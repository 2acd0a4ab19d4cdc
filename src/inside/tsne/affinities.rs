//! P: how near rows are to each other, from their nearest neighbours.

use ndarray::Array2;

use super::settings::Settings;
use crate::core::scalar;
use crate::inside::distances::Distances;

/// Bisections of a row's precision at the most, and how near the entropy must come, nats: as in scikit-learn.
const BISECTIONS: usize = 100;
const TOLERANCE: f64 = 1e-5;

/// The symmetric matrix P of m rows, sparse, with sum 1: row i holds entries `ends[i - 1]..ends[i]`, columns ascending.
#[derive(Clone, Debug, Default)]
pub struct Affinities {
    ends: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

impl Affinities {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Columns and values of row `i`.
    #[must_use]
    pub fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        let range = start..self.ends[i] as usize;
        (&self.columns[range.clone()], &self.values[range])
    }

    /// P = (p_{j|i} + p_{i|j}) / 2m from k conditional values a row, `k` columns ascending.
    ///
    /// # Shapes
    /// `columns` and `values` [m, k], row by row.
    #[must_use]
    pub fn symmetric(m: usize, k: usize, columns: &[u32], values: &[f64]) -> Affinities {
        // The transpose: going through the rows in order leaves each of its rows in order.
        let mut starts = vec![0_u32; m + 1];
        for &column in columns {
            starts[column as usize + 1] += 1;
        }
        for i in 0..m {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut transposed = vec![(0_u32, 0.0); columns.len()];
        for (entry, (&column, &value)) in columns.iter().zip(values).enumerate() {
            let place = &mut next[column as usize];
            transposed[*place as usize] = ((entry / k) as u32, value);
            *place += 1;
        }
        let mut p = Affinities::default();
        let scale = 1.0 / (2.0 * m as f64);
        for i in 0..m {
            let own = columns[i * k..][..k].iter().copied();
            let mut own = own.zip(values[i * k..][..k].iter().copied()).peekable();
            let others = &transposed[starts[i] as usize..starts[i + 1] as usize];
            let mut others = others.iter().copied().peekable();
            loop {
                let (column, value) = match (own.peek().copied(), others.peek().copied()) {
                    (None, None) => break,
                    (Some(a), Some(b)) if a.0 == b.0 => {
                        own.next();
                        others.next();
                        (a.0, a.1 + b.1)
                    }
                    (Some(a), b) if b.is_none_or(|b| a.0 < b.0) => {
                        own.next();
                        a
                    }
                    (_, Some(b)) => {
                        others.next();
                        b
                    }
                    (Some(a), None) => {
                        own.next();
                        a
                    }
                };
                p.columns.push(column);
                p.values.push(value * scale);
            }
            p.ends.push(p.columns.len() as u32);
        }
        p
    }
}

/// The search for the nearest neighbours, rows by rows.
pub(super) struct Neighbours {
    perplexity: f64,
    k: usize,
    distances: Distances,
    /// Of the rows done: k columns each, ascending, and p_{j|i}.
    columns: Vec<u32>,
    values: Vec<f64>,
    /// Distance and number of one row's neighbours as one key each.
    keys: Vec<u64>,
}

impl Neighbours {
    pub fn new(centred: &Array2<f32>, settings: &Settings) -> Neighbours {
        Neighbours {
            perplexity: settings.perplexity,
            k: settings.neighbours(),
            distances: Distances::new(centred.view()),
            columns: Vec::new(),
            values: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Rows done.
    pub fn rows(&self) -> usize {
        self.columns.len() / self.k
    }

    /// Works on some rows; after the last one gives P.
    pub fn advance(&mut self, centred: &Array2<f32>) -> Option<Affinities> {
        let (first, k) = (self.rows(), self.k);
        let count = self.distances.rows_a_piece();
        let block = self.distances.block(centred.view(), first, count);
        let mut nearest = vec![(0_u32, 0.0); k];
        for (i, row) in (first..).zip(block.rows()) {
            self.keys.clear();
            let others = row.iter().enumerate().filter(|&(j, _)| j != i);
            // Bits of floats that are not negative are in the order of the floats; the column decides ties.
            let key = |(j, d): (usize, &f32)| u64::from(d.to_bits()) << 32 | j as u64;
            self.keys.extend(others.map(key));
            self.keys.select_nth_unstable(k - 1);
            for (nearest, key) in nearest.iter_mut().zip(&self.keys) {
                *nearest = (*key as u32, f64::from(f32::from_bits((key >> 32) as u32)));
            }
            nearest.sort_unstable_by_key(|&(column, _)| column);
            self.columns
                .extend(nearest.iter().map(|&(column, _)| column));
            let squared: Vec<f64> = nearest.iter().map(|&(_, squared)| squared).collect();
            self.values.extend(conditional(&squared, self.perplexity));
        }
        let m = centred.nrows();
        (self.rows() == m).then(|| Affinities::symmetric(m, k, &self.columns, &self.values))
    }
}

/// p_{j|i} ∝ e^(-β d²_ij) over the neighbours j of a row, β such that the entropy is ln perplexity.
///
/// # References
/// van der Maaten and Hinton 2008, equation 1 and section 2.
fn conditional(squared: &[f64], perplexity: f64) -> Vec<f64> {
    let wanted = scalar::ln_f64(perplexity);
    // Relative to the nearest, so that not all of them underflow; p is the same.
    let mut least = f64::INFINITY;
    for &d in squared {
        if d < least {
            least = d;
        }
    }
    let mut p = vec![0.0; squared.len()];
    let (mut beta, mut low, mut high) = (1.0, 0.0, f64::INFINITY);
    for _ in 0..BISECTIONS {
        let (mut sum, mut moment) = (0.0, 0.0);
        for (p, &d) in p.iter_mut().zip(squared) {
            let d = d - least;
            *p = scalar::exp_f64(-beta * d);
            sum += *p;
            moment += d * *p;
        }
        p.iter_mut().for_each(|p| *p /= sum);
        let excess = scalar::ln_f64(sum) + beta * moment / sum - wanted;
        if excess.abs() <= TOLERANCE {
            break;
        }
        if excess > 0.0 {
            low = beta;
            beta = if high.is_finite() {
                (beta + high) / 2.0
            } else {
                beta * 2.0
            };
        } else {
            high = beta;
            beta = (beta + low) / 2.0;
        }
    }
    p
}
