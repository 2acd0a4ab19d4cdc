//! A layer with parameters, seen by rules, trainer and diagnostics only through what it does to a batch of rows.
//!
//! Rows are flattened units [batch, units]; a convolution with its pool ([`Convolution`]) reads and drives maps in them.
//! Nothing outside this file asks what kind of layer it is.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis};

use super::convolution::Convolution;
use super::inputs::Inputs;
use super::kernel::{self, Batch, Rows, STRIP, Start, team};
use super::shape::LayerShape;

/// What feeds a layer: the batch of images, or the layer below.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    Inputs(&'a Inputs),
    Units(ArrayView2<'a, f32>),
}

/// What a layer read in a forward pass, and where the units stand that its pool picked: [batch, n_out], or nothing.
#[derive(Clone, Copy)]
pub struct Below<'a> {
    pub source: Source<'a>,
    pub picks: &'a [u32],
}

/// Some rows of parameters with their gradient.
pub struct Piece<'a> {
    /// The first of them, counted in the rows that its [`Descent`] serves.
    pub first: usize,
    /// Parameters a row.
    pub width: usize,
    pub parameters: &'a mut [f32],
    pub gradient: Rows<'a>,
}

/// Who uses the gradients of some rows of parameters, piece by piece; on several cores it is cut with them.
pub trait Descent: Send + Sized {
    /// In two: for the rows before `row`, and for those from there on.
    fn split_at(self, row: usize) -> (Self, Self);
    fn take(&mut self, piece: Piece);
}

#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Dense(Dense),
    Convolution(Convolution),
}

/// a = h W + b, with W [n_in, n_out] and b `[n_out]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    pub weights: Array2<f32>,
    pub bias: Array1<f32>,
}

impl Layer {
    #[must_use]
    pub fn dense(weights: Array2<f32>, bias: Array1<f32>) -> Layer {
        Layer::Dense(Dense { weights, bias })
    }

    /// A layer of this shape; weights as [`LayerShape::weights`] says, a bias a column.
    #[must_use]
    pub fn new(shape: &LayerShape, weights: Array2<f32>, bias: Array1<f32>) -> Layer {
        match *shape {
            LayerShape::Dense { .. } => Layer::dense(weights, bias),
            LayerShape::Convolution(geometry) => Layer::Convolution(Convolution {
                geometry,
                weights,
                bias,
            }),
        }
    }

    /// What it reads and drives.
    #[must_use]
    pub fn shape(&self) -> LayerShape {
        match self {
            Layer::Dense(_) => LayerShape::Dense {
                n_in: self.n_in(),
                n_out: self.n_out(),
            },
            Layer::Convolution(convolution) => LayerShape::Convolution(convolution.geometry),
        }
    }

    /// Units that it reads.
    #[must_use]
    pub fn n_in(&self) -> usize {
        match self {
            Layer::Dense(dense) => dense.weights.nrows(),
            Layer::Convolution(convolution) => convolution.geometry.kernel.input.units(),
        }
    }

    /// Units that the layer above reads.
    #[must_use]
    pub fn n_out(&self) -> usize {
        match self {
            Layer::Dense(dense) => dense.weights.ncols(),
            Layer::Convolution(convolution) => convolution.geometry.output().units(),
        }
    }

    /// Units of a sample that its pool picks; 0 without a pool.
    #[must_use]
    pub fn n_picks(&self) -> usize {
        match self {
            Layer::Convolution(convolution) if convolution.geometry.pool.is_some() => self.n_out(),
            _ => 0,
        }
    }

    fn tables(&self) -> (&Array2<f32>, &Array1<f32>) {
        match self {
            Layer::Dense(dense) => (&dense.weights, &dense.bias),
            Layer::Convolution(convolution) => (&convolution.weights, &convolution.bias),
        }
    }

    fn tables_mut(&mut self) -> (&mut Array2<f32>, &mut Array1<f32>) {
        match self {
            Layer::Dense(dense) => (&mut dense.weights, &mut dense.bias),
            Layer::Convolution(convolution) => (&mut convolution.weights, &mut convolution.bias),
        }
    }

    /// Weights as one matrix: [n_in, n_out], or of a convolution its kernels as columns, [channels · size², maps].
    #[must_use]
    pub fn weights(&self) -> ArrayView2<'_, f32> {
        self.tables().0.view()
    }

    /// Weights, then bias, each row by row.
    pub fn parameters(&self) -> [&[f32]; 2] {
        let (weights, bias) = self.tables();
        [
            weights.as_slice().unwrap_or_default(),
            bias.as_slice().unwrap_or_default(),
        ]
    }

    /// Weights, then bias, to be changed in place.
    pub fn parameters_mut(&mut self) -> [&mut [f32]; 2] {
        let (weights, bias) = self.tables_mut();
        [
            weights.as_slice_mut().unwrap_or_default(),
            bias.as_slice_mut().unwrap_or_default(),
        ]
    }

    /// Euclidean norm of the difference of the weights to `other`'s, f64.
    #[must_use]
    pub fn weight_distance(&self, other: &Layer) -> f64 {
        kernel::sums::square_distance(self.parameters()[0], other.parameters()[0]).sqrt()
    }

    /// A layer of the same shape with every parameter zero: holds gradients and optimiser state.
    #[must_use]
    pub fn zeros_like(&self) -> Layer {
        let (weights, bias) = self.tables();
        let (weights, bias) = (Array2::zeros(weights.dim()), Array1::zeros(bias.dim()));
        match self {
            Layer::Dense(_) => Layer::dense(weights, bias),
            Layer::Convolution(convolution) => Layer::Convolution(Convolution {
                geometry: convolution.geometry,
                weights,
                bias,
            }),
        }
    }

    /// Pre-activations a = h W + b: the products in ascending order of inputs, then the bias; of a layer with a pool
    /// the largest of each window, and in `picks` where it stands.
    ///
    /// # Shapes
    /// `source` [batch, n_in], `out` [batch, n_out], `picks` [batch, n_out] or empty without a pool.
    pub fn forward(&self, source: Source, mut out: ArrayViewMut2<f32>, picks: &mut [u32]) {
        let dense = match self {
            Layer::Dense(dense) => dense,
            Layer::Convolution(convolution) => return convolution.forward(source, out, picks),
        };
        match source {
            Source::Inputs(Inputs::Sparse(sparse)) => {
                kernel::sparse_product(
                    &sparse.by_image,
                    dense.weights.view(),
                    out.view_mut(),
                    Start::Zero,
                );
            }
            Source::Inputs(Inputs::Dense(h)) => {
                kernel::product(h.view(), dense.weights.view(), out.view_mut(), Start::Zero);
            }
            Source::Units(h) => {
                kernel::product(h, dense.weights.view(), out.view_mut(), Start::Zero);
            }
        }
        out += &dense.bias;
    }

    /// Carries a signal upward without bias: s W. The step of IFA from layer to layer. Through a pool go the values of
    /// the units that it picked.
    ///
    /// # Shapes
    /// `signal` [batch, n_in], `out` [batch, n_out], `picks` as [`Layer::forward`] left them.
    pub fn carry_up(&self, signal: ArrayView2<f32>, picks: &[u32], out: ArrayViewMut2<f32>) {
        match self {
            Layer::Dense(dense) => {
                kernel::product(signal, dense.weights.view(), out, Start::Zero);
            }
            Layer::Convolution(convolution) => convolution.carry_up(signal, picks, out),
        }
    }

    /// Carries a delta back to the units below: δ Wᵀ. The step of backpropagation.
    ///
    /// # Shapes
    /// `delta` [batch, n_out], `out` [batch, n_in], `picks` as [`Layer::forward`] left them.
    pub fn carry_back(&self, delta: ArrayView2<f32>, picks: &[u32], out: ArrayViewMut2<f32>) {
        self.carry_back_through(self.weights().reversed_axes(), delta, picks, out);
    }

    /// [`Layer::carry_back`] with another matrix in the place of Wᵀ. The step of feedback alignment.
    ///
    /// # Shapes
    /// `feedback` as the transposed [`Layer::weights`].
    pub fn carry_back_through(
        &self,
        feedback: ArrayView2<f32>,
        delta: ArrayView2<f32>,
        picks: &[u32],
        out: ArrayViewMut2<f32>,
    ) {
        match self {
            Layer::Dense(_) => kernel::product(delta, feedback, out, Start::Zero),
            Layer::Convolution(convolution) => {
                convolution.carry_back_through(feedback, delta, picks, out);
            }
        }
    }

    /// Hands the weights with their gradient dW = hᵀ δ / batch to the first of `descents`, piece by piece, each while it
    /// is in a near cache, and the bias as one row with db = column mean of δ to the second.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `delta` [batch, n_out].
    pub fn descend<D: Descent>(&mut self, below: Below, delta: ArrayView2<f32>, descents: [D; 2]) {
        let scale = 1.0 / delta.nrows() as f32;
        if let Layer::Convolution(convolution) = self {
            return convolution.descend(below, delta, scale, descents);
        }
        let [weights, bias] = self.parameters_mut();
        let [of_weights, mut of_bias] = descents;
        let batch = match below.source {
            Source::Inputs(Inputs::Sparse(sparse)) => Batch::ByInput(&sparse.by_pixel),
            Source::Inputs(Inputs::Dense(h)) => Batch::Dense(h.view()),
            Source::Units(h) => Batch::Dense(h),
        };
        let gradient = Gradient {
            batch,
            delta,
            scale,
        };
        let (rows, width) = (batch.inputs(), delta.ncols());
        match team::parts(batch.work(width)) {
            1 => gradient.descend(0..rows, weights, of_weights),
            parts => {
                let whole = (0..rows, weights, of_weights);
                let parts =
                    team::split(whole, rows, parts, STRIP, |(rows, weights, descent), at| {
                        let (upper, lower) = weights.split_at_mut(at * width);
                        let (for_upper, for_lower) = descent.split_at(at);
                        let middle = rows.start + at;
                        (
                            (rows.start..middle, upper, for_upper),
                            (middle..rows.end, lower, for_lower),
                        )
                    });
                team::deal(parts, |(rows, weights, descent)| {
                    gradient.descend(rows, weights, descent);
                });
            }
        }
        kernel::column_sums(delta, scale, |sums| {
            of_bias.take(Piece {
                first: 0,
                width: sums.len(),
                parameters: bias,
                gradient: Rows::Values(sums),
            });
        });
    }

    /// The gradients of [`Layer::descend`] as a whole, into `gradient`.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `delta` [batch, n_out]; `gradient` as this layer.
    pub fn gradient(&self, below: Below, delta: ArrayView2<f32>, gradient: &mut Layer) {
        struct Overwrite;
        impl Descent for Overwrite {
            fn split_at(self, _: usize) -> (Self, Self) {
                (Overwrite, Overwrite)
            }
            fn take(&mut self, piece: Piece) {
                match piece.gradient {
                    Rows::Values(values) => piece.parameters.copy_from_slice(values),
                    Rows::Zero => piece.parameters.fill(0.0),
                }
            }
        }
        gradient.descend(below, delta, [Overwrite, Overwrite]);
    }

    /// Adds hᵀ δ and the column sums of δ to `sum`: a gradient over many blocks of a batch, not yet divided.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `delta` [batch, n_out].
    pub fn add_gradient_sum(&self, below: Below, delta: ArrayView2<f32>, sum: &mut Layer) {
        if let Layer::Convolution(convolution) = self {
            let (weights, bias) = sum.tables_mut();
            return convolution.add_gradient_sum(below, delta, weights.view_mut(), bias);
        }
        let (weights, bias) = sum.tables_mut();
        let weights = weights.view_mut();
        match below.source {
            Source::Inputs(Inputs::Sparse(sparse)) => {
                kernel::sparse_product(&sparse.by_pixel, delta, weights, Start::Present);
            }
            Source::Inputs(Inputs::Dense(h)) => {
                kernel::product(h.t(), delta, weights, Start::Present);
            }
            Source::Units(h) => kernel::product(h.t(), delta, weights, Start::Present),
        }
        for row in delta.axis_iter(Axis(0)) {
            *bias += &row;
        }
    }
}

/// hᵀ δ · scale of a dense layer.
struct Gradient<'a> {
    batch: Batch<'a>,
    delta: ArrayView2<'a, f32>,
    scale: f32,
}

impl Gradient<'_> {
    /// Hands `rows` of it to `descent`, with the weights that these rows have.
    fn descend<D: Descent>(&self, rows: Range<usize>, weights: &mut [f32], mut descent: D) {
        let (start, width) = (rows.start, self.delta.ncols());
        kernel::outer_rows(
            self.batch,
            rows,
            self.delta,
            self.scale,
            |rows, gradient| {
                let first = rows.start - start;
                descent.take(Piece {
                    first,
                    width,
                    parameters: &mut weights[first * width..(rows.end - start) * width],
                    gradient,
                });
            },
        );
    }
}
