//! A convolution with the max-pool behind it, on rows of flattened maps [batch, channels · height · width].
//!
//! ```text
//! for each sample:
//!     columns [channels · size², windows] ← unfold(its maps)
//!     maps [maps, windows] ← Wᵀ · columns, then + bias of the map
//!     out, picks ← max_pool(maps)
//! ```
//! So the products are the dense kernel's, and the bits too: a unit adds its products in ascending order of (channel,
//! down, across), padding as products with 0, then the bias. Sample by sample, because the columns of a whole batch of
//! the paper's net would take 157 MB and those of a sample stay in a cache.
//!
//! Way back: δ is kept for the units that leave the pool; `spread` puts it on the units that were picked, where the
//! activation's slope is the one that δ already holds.

use std::cell::RefCell;

use ndarray::{Array1, Array2, ArrayBase, ArrayView2, ArrayViewMut2, Axis, Data, Ix2};

use super::inputs::Inputs;
use super::kernel::{self, Rows, Start, maps, team};
use super::layer::{Below, Descent, Piece, Source};
use super::shape::Geometry;

/// a = h ∗ W + b, then the largest of each window of its pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Convolution {
    pub geometry: Geometry,
    /// A column a map, its rows in the order (channel, down, across): [channels · size², maps].
    pub weights: Array2<f32>,
    /// One a map.
    pub bias: Array1<f32>,
}

/// What the work on one sample needs.
#[derive(Default)]
struct Buffers {
    /// A sample of sparse inputs, written out.
    image: Vec<f32>,
    columns: Vec<f32>,
    /// Maps before the pool.
    maps: Vec<f32>,
    /// Sums over the batch: of the weights, of the bias.
    gradient: [Vec<f32>; 2],
}

thread_local! {
    /// Kept so that a step does not allocate.
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// The units of sample `s`.
fn sample<'a>(source: &'a Source<'_>, s: usize, image: &'a mut Vec<f32>) -> &'a [f32] {
    match source {
        Source::Units(h) => row(h, s),
        Source::Inputs(Inputs::Dense(h)) => row(h, s),
        Source::Inputs(Inputs::Sparse(sparse)) => {
            image.clear();
            image.resize(sparse.by_image.columns(), 0.0);
            for (column, value) in sparse.by_image.row(s) {
                image[column] = value;
            }
            image
        }
    }
}

/// Row `s` of a matrix.
fn row<S: Data<Elem = f32>>(matrix: &ArrayBase<S, Ix2>, s: usize) -> &[f32] {
    #[expect(
        clippy::expect_used,
        reason = "all matrices are made in standard layout, and so are their first rows"
    )]
    let slice = matrix.as_slice().expect("rows in standard layout");
    let width = matrix.ncols();
    &slice[s * width..(s + 1) * width]
}

/// Whole rows of a matrix to be written.
fn rows_mut<'a>(matrix: &'a mut ArrayViewMut2<f32>) -> impl Iterator<Item = &'a mut [f32]> {
    let width = matrix.ncols().max(1);
    let slice = matrix.as_slice_mut().unwrap_or_default();
    slice.chunks_exact_mut(width)
}

/// `values` as a matrix.
fn matrix(values: &[f32], shape: (usize, usize)) -> ArrayView2<'_, f32> {
    #[expect(clippy::expect_used, reason = "the buffers are made for these shapes")]
    ArrayView2::from_shape(shape, values).expect("as many values as the shape has")
}

/// `values` as a matrix to be written.
fn matrix_mut(values: &mut [f32], shape: (usize, usize)) -> ArrayViewMut2<'_, f32> {
    #[expect(clippy::expect_used, reason = "the buffers are made for these shapes")]
    ArrayViewMut2::from_shape(shape, values).expect("as many values as the shape has")
}

/// The samples of a batch in so many parts: each with its first sample, its rows of `out` and its part of `picks`, which
/// has as many for every sample.
fn dealt(
    out: ArrayViewMut2<f32>,
    picks: &mut [u32],
    parts: usize,
    work: impl Fn(usize, ArrayViewMut2<f32>, &mut [u32]) + Sync,
) {
    if parts == 1 {
        return work(0, out, picks);
    }
    let samples = out.nrows();
    let picks_each = picks.len() / samples.max(1);
    let whole = (0, out, picks);
    let parts = team::split(whole, samples, parts, 1, |(first, out, picks), at| {
        let (out, below) = out.split_at(Axis(0), at);
        let (picks, picks_below) = picks.split_at_mut(at * picks_each);
        ((first, out, picks), (first + at, below, picks_below))
    });
    team::deal(parts, |(first, out, picks)| work(first, out, picks));
}

impl Convolution {
    fn maps(&self) -> usize {
        self.geometry.maps.channels
    }

    /// Shape of the columns of a sample.
    fn columns(&self) -> (usize, usize) {
        let kernel = &self.geometry.kernel;
        (kernel.fan_in(), kernel.places())
    }

    /// The picks of sample `s`; nothing without a pool.
    fn picks_of<'a>(&self, picks: &'a [u32], s: usize) -> &'a [u32] {
        match self.geometry.pool {
            Some(_) => {
                let units = self.geometry.output().units();
                &picks[s * units..(s + 1) * units]
            }
            None => &[],
        }
    }

    /// Into how many parts to cut a batch.
    fn parts(&self, samples: usize) -> usize {
        let (fan_in, places) = self.columns();
        team::parts((fan_in * places) as u64 * (samples * self.maps()) as u64)
    }

    /// [`Layer::forward`](super::layer::Layer::forward).
    pub(super) fn forward(&self, source: Source, out: ArrayViewMut2<f32>, picks: &mut [u32]) {
        let parts = self.parts(out.nrows());
        dealt(out, picks, parts, |first, out, picks| {
            self.forward_from(first, source, out, picks);
        });
    }

    /// [`Convolution::forward`] of as many samples, from `first` on, as `out` has rows.
    fn forward_from(
        &self,
        first: usize,
        source: Source,
        mut out: ArrayViewMut2<f32>,
        picks: &mut [u32],
    ) {
        let Geometry { kernel, maps, pool } = self.geometry;
        let mut picks = picks.chunks_exact_mut(self.geometry.output().units());
        BUFFERS.with_borrow_mut(|buffers| {
            buffers
                .columns
                .resize(self.columns().0 * self.columns().1, 0.0);
            buffers.maps.resize(maps.units(), 0.0);
            for (s, out) in (first..).zip(rows_mut(&mut out)) {
                let units = sample(&source, s, &mut buffers.image);
                maps::unfold(&kernel, units, &mut buffers.columns);
                let columns = &buffers.columns;
                match pool {
                    None => self.convolve(columns, out),
                    Some(pool) => {
                        self.convolve(columns, &mut buffers.maps);
                        if let Some(picks) = picks.next() {
                            maps::max_pool(&pool, &buffers.maps, out, picks);
                        }
                    }
                }
            }
        });
    }

    /// Maps with bias from columns.
    fn convolve(&self, columns: &[f32], out: &mut [f32]) {
        self.multiply(columns, out);
        let places = self.geometry.maps.places();
        for (map, &bias) in out.chunks_exact_mut(places).zip(&self.bias) {
            for unit in map {
                *unit += bias;
            }
        }
    }

    /// Maps without bias from columns: Wᵀ · columns.
    fn multiply(&self, columns: &[f32], out: &mut [f32]) {
        let columns = matrix(columns, self.columns());
        let out = matrix_mut(out, (self.maps(), self.geometry.maps.places()));
        kernel::product(self.weights.t(), columns, out, Start::Zero);
    }

    /// [`Layer::carry_up`](super::layer::Layer::carry_up).
    pub(super) fn carry_up(&self, signal: ArrayView2<f32>, picks: &[u32], out: ArrayViewMut2<f32>) {
        let parts = self.parts(out.nrows());
        dealt(out, &mut [], parts, |first, out, _| {
            self.carry_up_from(first, signal, picks, out);
        });
    }

    fn carry_up_from(
        &self,
        first: usize,
        signal: ArrayView2<f32>,
        picks: &[u32],
        mut out: ArrayViewMut2<f32>,
    ) {
        let Geometry { kernel, maps, pool } = self.geometry;
        BUFFERS.with_borrow_mut(|buffers| {
            buffers
                .columns
                .resize(self.columns().0 * self.columns().1, 0.0);
            buffers.maps.resize(maps.units(), 0.0);
            for (s, out) in (first..).zip(rows_mut(&mut out)) {
                maps::unfold(&kernel, row(&signal, s), &mut buffers.columns);
                if pool.is_none() {
                    self.multiply(&buffers.columns, out);
                } else {
                    self.multiply(&buffers.columns, &mut buffers.maps);
                    maps::gather(&buffers.maps, self.picks_of(picks, s), out);
                }
            }
        });
    }

    /// [`Layer::carry_back_through`](super::layer::Layer::carry_back_through): the products with the kernels in
    /// ascending order of maps, then the sum over the windows of a unit in ascending order of (down, across).
    pub(super) fn carry_back_through(
        &self,
        feedback: ArrayView2<f32>,
        delta: ArrayView2<f32>,
        picks: &[u32],
        out: ArrayViewMut2<f32>,
    ) {
        let parts = self.parts(out.nrows());
        dealt(out, &mut [], parts, |first, out, _| {
            self.carry_back_from(first, feedback, delta, picks, out);
        });
    }

    fn carry_back_from(
        &self,
        first: usize,
        feedback: ArrayView2<f32>,
        delta: ArrayView2<f32>,
        picks: &[u32],
        mut out: ArrayViewMut2<f32>,
    ) {
        let (rows, places) = self.columns();
        BUFFERS.with_borrow_mut(|buffers| {
            buffers.columns.resize(rows * places, 0.0);
            buffers.maps.resize(self.geometry.maps.units(), 0.0);
            for (s, out) in (first..).zip(rows_mut(&mut out)) {
                let delta = self.before_pool(row(&delta, s), picks, s, &mut buffers.maps);
                let columns = matrix_mut(&mut buffers.columns, (rows, places));
                kernel::product(feedback.t(), delta, columns, Start::Zero);
                maps::fold(&self.geometry.kernel, &buffers.columns, out);
            }
        });
    }

    /// δ of sample `s` on the maps before the pool: [maps, windows].
    fn before_pool<'a>(
        &self,
        delta: &'a [f32],
        picks: &[u32],
        s: usize,
        buffer: &'a mut [f32],
    ) -> ArrayView2<'a, f32> {
        let shape = (self.maps(), self.geometry.maps.places());
        if self.geometry.pool.is_none() {
            return matrix(delta, shape);
        }
        maps::spread(delta, self.picks_of(picks, s), buffer);
        matrix(buffer, shape)
    }

    /// Adds the gradients of a batch: of the weights the products in ascending order of (sample, window), of the bias δ
    /// in ascending order of (sample, unit behind the pool).
    fn add_sums(
        &self,
        below: Below,
        delta: ArrayView2<f32>,
        buffers: (&mut Vec<f32>, &mut Vec<f32>, &mut Vec<f32>),
        weights: &mut ArrayViewMut2<f32>,
        bias: &mut [f32],
    ) {
        let (image, columns, before_pool) = buffers;
        let (rows, places) = self.columns();
        columns.resize(rows * places, 0.0);
        before_pool.resize(self.geometry.maps.units(), 0.0);
        let units = self.geometry.output().places();
        for s in 0..delta.nrows() {
            maps::unfold(
                &self.geometry.kernel,
                sample(&below.source, s, image),
                columns,
            );
            let of_sample = row(&delta, s);
            let delta = self.before_pool(of_sample, below.picks, s, before_pool);
            let columns = matrix(columns, (rows, places));
            kernel::product(columns, delta.t(), weights.view_mut(), Start::Present);
            for (bias, map) in bias.iter_mut().zip(of_sample.chunks_exact(units)) {
                for value in map {
                    *bias += value;
                }
            }
        }
    }

    /// [`Layer::descend`](super::layer::Layer::descend).
    pub(super) fn descend<D: Descent>(
        &mut self,
        below: Below,
        delta: ArrayView2<f32>,
        scale: f32,
        descents: [D; 2],
    ) {
        BUFFERS.with_borrow_mut(|buffers| {
            let Buffers {
                image,
                columns,
                maps,
                gradient: [weights, bias],
            } = buffers;
            for (sums, len) in [
                (&mut *weights, self.weights.len()),
                (&mut *bias, self.maps()),
            ] {
                sums.clear();
                sums.resize(len, 0.0);
            }
            let mut of_weights = matrix_mut(weights, self.weights.dim());
            self.add_sums(below, delta, (image, columns, maps), &mut of_weights, bias);
            for value in weights.iter_mut().chain(bias.iter_mut()) {
                *value *= scale;
            }
            let maps = self.maps();
            let parts = [
                (self.weights.as_slice_mut(), weights),
                (self.bias.as_slice_mut(), bias),
            ];
            for ((parameters, sums), mut descent) in parts.into_iter().zip(descents) {
                descent.take(Piece {
                    first: 0,
                    width: maps,
                    parameters: parameters.unwrap_or_default(),
                    gradient: Rows::Values(sums),
                });
            }
        });
    }

    /// [`Layer::add_gradient_sum`](super::layer::Layer::add_gradient_sum).
    pub(super) fn add_gradient_sum(
        &self,
        below: Below,
        delta: ArrayView2<f32>,
        mut weights: ArrayViewMut2<f32>,
        bias: &mut Array1<f32>,
    ) {
        BUFFERS.with_borrow_mut(|buffers| {
            let Buffers {
                image,
                columns,
                maps,
                ..
            } = buffers;
            let bias = bias.as_slice_mut().unwrap_or_default();
            self.add_sums(below, delta, (image, columns, maps), &mut weights, bias);
        });
    }
}
