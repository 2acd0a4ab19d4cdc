//! Deltas of one batch, with or without the power-of-two bookkeeping that keeps directions alive in deep nets.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, s};

use crate::core::network::{Network, Pass};

/// Whether rows are rescaled between layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rescale {
    /// The plain numbers, as training uses them.
    Off,
    /// After each layer every sample's row is multiplied by the power of two that brings its largest entry to
    /// [½, 1), and the exponent is kept. Exact, so directions are those of the plain numbers, but a delta that would
    /// underflow f32 after a hundred layers keeps one.
    Rows,
}

/// δ_i [batch, n_i] of every layer, the output layer last; true value = stored row · 2^exponent.
#[derive(Clone, Debug)]
pub struct Deltas {
    rescale: Rescale,
    rows: usize,
    values: Vec<Array2<f32>>,
    /// δh_i, kept only when measuring.
    signals: Vec<Array2<f32>>,
    /// Per layer and sample; empty without rescaling.
    exponents: Vec<Vec<i32>>,
}

impl Deltas {
    #[must_use]
    pub fn new(network: &Network, capacity: usize, rescale: Rescale) -> Deltas {
        let buffers = || {
            let buffer =
                |layer: &super::super::layer::Layer| Array2::zeros((capacity, layer.n_out()));
            network.layers.iter().map(buffer).collect::<Vec<_>>()
        };
        let measuring = rescale == Rescale::Rows;
        Deltas {
            rescale,
            rows: 0,
            values: buffers(),
            signals: if measuring { buffers() } else { Vec::new() },
            exponents: if measuring {
                vec![vec![0; capacity]; network.layers.len()]
            } else {
                Vec::new()
            },
        }
    }

    /// Opens a batch of `rows` samples; write the output error e into what is returned.
    pub fn begin(&mut self, rows: usize) -> ArrayViewMut2<'_, f32> {
        self.rows = rows;
        let output = self.values.len() - 1;
        if let Some(exponents) = self.exponents.last_mut() {
            exponents.fill(0);
        }
        self.values[output].slice_mut(s![..rows, ..])
    }

    /// δ_i as stored: [batch, n_i]; the last layer's is e.
    #[must_use]
    pub fn delta(&self, i: usize) -> ArrayView2<'_, f32> {
        self.values[i].slice(s![..self.rows, ..])
    }

    /// δh_i up to a power of two a sample: only kept with [`Rescale::Rows`], for its direction.
    #[must_use]
    pub fn signal(&self, i: usize) -> ArrayView2<'_, f32> {
        self.signals[i].slice(s![..self.rows, ..])
    }

    /// The power of two that belongs to row `sample` of δ_i.
    #[must_use]
    pub fn exponent(&self, i: usize, sample: usize) -> i32 {
        self.exponents
            .get(i)
            .map_or(0, |exponents| exponents[sample])
    }

    /// Brings the rows of the output error to a common size too; their directions and exponents stay true.
    pub fn rescale_output(&mut self) {
        let output = self.values.len() - 1;
        self.rescale_rows(output);
    }

    /// Makes δ_i = signal ⊙ f'(a_i), where `signal` turns the delta of layer `source` into δh_i.
    pub(super) fn compute(
        &mut self,
        i: usize,
        source: usize,
        pass: &Pass,
        signal: impl FnOnce(ArrayView2<f32>, ArrayViewMut2<f32>),
    ) {
        let rows = self.rows;
        let [of_source, of_layer] = match self.values.get_disjoint_mut([source, i]) {
            Ok(pair) => pair,
            Err(_) => return, // A layer is never its own source.
        };
        let mut out = of_layer.slice_mut(s![..rows, ..]);
        signal(of_source.slice(s![..rows, ..]), out.view_mut());
        if self.rescale == Rescale::Rows {
            self.signals[i].slice_mut(s![..rows, ..]).assign(&out);
            let of_source = self.exponents[source].clone();
            self.exponents[i] = of_source;
        }
        out *= &pass.slope(i);
        self.rescale_rows(i);
    }

    fn rescale_rows(&mut self, i: usize) {
        if self.rescale == Rescale::Off {
            return;
        }
        let mut values = self.values[i].slice_mut(s![..self.rows, ..]);
        for (mut row, exponent) in values.rows_mut().into_iter().zip(&mut self.exponents[i]) {
            let Some(row) = row.as_slice_mut() else {
                return; // Rows of a standard array are slices.
            };
            let largest = largest_magnitude(row);
            if largest > 0.0 && largest.is_finite() {
                let (_, shift) = libm::frexpf(largest);
                // In two halves, because 2^-shift alone may overflow.
                let half = shift / 2;
                let (first, second) = (libm::ldexpf(1.0, -half), libm::ldexpf(1.0, half - shift));
                for value in row {
                    *value = *value * first * second;
                }
                *exponent += shift;
            }
        }
    }
}

/// The largest |value|; not finite where one is not.
///
/// Without their sign floats are ordered as the integers of their bits, with infinity and NaN above all, and a maximum
/// of integers is one that compilers make of vectors.
fn largest_magnitude(values: &[f32]) -> f32 {
    let mut largest = 0;
    for value in values {
        let magnitude = (value.to_bits() & 0x7fff_ffff) as i32;
        largest = if magnitude > largest {
            magnitude
        } else {
            largest
        };
    }
    f32::from_bits(largest as u32)
}
