//! A layer with parameters, seen by rules, trainer and diagnostics only through what it does to a batch of rows.
//!
//! The door for convolution and max-pooling: another variant of [`Layer`] with the same methods on flattened
//! rows [batch, units]. Nothing outside this file and `init` asks what kind of layer it is.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis};

use super::inputs::Inputs;
use super::kernel::{self, Batch, Rows, Start};

/// What feeds a layer: the batch of images, or the layer below.
#[derive(Clone, Copy)]
pub enum Below<'a> {
    Inputs(&'a Inputs),
    Units(ArrayView2<'a, f32>),
}

/// Some parameters of a layer with their gradient.
pub struct Piece<'a> {
    /// 0 weights, 1 bias: as in [`Layer::parameters`].
    pub part: usize,
    /// Where they begin in that part.
    pub first: usize,
    /// Parameters a row; a piece holds whole rows.
    pub row: usize,
    pub parameters: &'a mut [f32],
    pub gradient: Rows<'a>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Dense(Dense),
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

    /// Units that it reads.
    #[must_use]
    pub fn n_in(&self) -> usize {
        let Layer::Dense(dense) = self;
        dense.weights.nrows()
    }

    /// Units that it drives.
    #[must_use]
    pub fn n_out(&self) -> usize {
        let Layer::Dense(dense) = self;
        dense.weights.ncols()
    }

    /// Weights as one matrix [n_in, n_out].
    #[must_use]
    pub fn weights(&self) -> ArrayView2<'_, f32> {
        let Layer::Dense(dense) = self;
        dense.weights.view()
    }

    /// Weights, then bias, each row by row.
    pub fn parameters(&self) -> [&[f32]; 2] {
        let Layer::Dense(dense) = self;
        [
            dense.weights.as_slice().unwrap_or_default(),
            dense.bias.as_slice().unwrap_or_default(),
        ]
    }

    /// Weights, then bias, to be changed in place.
    pub fn parameters_mut(&mut self) -> [&mut [f32]; 2] {
        let Layer::Dense(dense) = self;
        [
            dense.weights.as_slice_mut().unwrap_or_default(),
            dense.bias.as_slice_mut().unwrap_or_default(),
        ]
    }

    /// Euclidean norm of the difference of the weights to `other`'s, f64.
    #[must_use]
    pub fn weight_distance(&self, other: &Layer) -> f64 {
        let mut sum = 0.0;
        let pairs = self.parameters()[0].iter().zip(other.parameters()[0]);
        for (&a, &b) in pairs {
            let difference = f64::from(a) - f64::from(b);
            sum += difference * difference;
        }
        sum.sqrt()
    }

    /// A layer of the same shape with every parameter zero: holds gradients and optimiser state.
    #[must_use]
    pub fn zeros_like(&self) -> Layer {
        let Layer::Dense(dense) = self;
        Layer::dense(
            Array2::zeros(dense.weights.dim()),
            Array1::zeros(dense.bias.dim()),
        )
    }

    /// Pre-activations a = h W + b: the products in ascending order of inputs, then the bias.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `out` [batch, n_out].
    pub fn forward(&self, below: Below, mut out: ArrayViewMut2<f32>) {
        let Layer::Dense(dense) = self;
        match below {
            Below::Inputs(Inputs::Sparse(sparse)) => {
                kernel::sparse_product(
                    &sparse.by_image,
                    dense.weights.view(),
                    out.view_mut(),
                    Start::Zero,
                );
            }
            Below::Inputs(Inputs::Dense(h)) => {
                kernel::product(h.view(), dense.weights.view(), out.view_mut(), Start::Zero);
            }
            Below::Units(h) => {
                kernel::product(h, dense.weights.view(), out.view_mut(), Start::Zero);
            }
        }
        out += &dense.bias;
    }

    /// Carries a signal upward without bias: s W. The step of IFA from layer to layer.
    ///
    /// # Shapes
    /// `signal` [batch, n_in], `out` [batch, n_out].
    pub fn carry_up(&self, signal: ArrayView2<f32>, out: ArrayViewMut2<f32>) {
        let Layer::Dense(dense) = self;
        kernel::product(signal, dense.weights.view(), out, Start::Zero);
    }

    /// Carries a delta back to the units below: δ Wᵀ. The step of backpropagation.
    ///
    /// # Shapes
    /// `delta` [batch, n_out], `out` [batch, n_in].
    pub fn carry_back(&self, delta: ArrayView2<f32>, out: ArrayViewMut2<f32>) {
        let Layer::Dense(dense) = self;
        kernel::product(delta, dense.weights.t(), out, Start::Zero);
    }

    /// Hands all parameters with their gradients dW = hᵀ δ / batch and db = column mean of δ to `step`, piece by
    /// piece, each while it is in the nearest cache.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `delta` [batch, n_out].
    pub fn descend(&mut self, below: Below, delta: ArrayView2<f32>, mut step: impl FnMut(Piece)) {
        let Layer::Dense(dense) = self;
        let n_out = dense.weights.ncols();
        let scale = 1.0 / delta.nrows() as f32;
        let [weights, bias] = self.parameters_mut();
        let batch = match below {
            Below::Inputs(Inputs::Sparse(sparse)) => Batch::ByInput(&sparse.by_pixel),
            Below::Inputs(Inputs::Dense(h)) => Batch::Dense(h.view()),
            Below::Units(h) => Batch::Dense(h),
        };
        kernel::outer(batch, delta, scale, |rows, gradient| {
            let first = rows.start * n_out;
            step(Piece {
                part: 0,
                first,
                row: n_out,
                parameters: &mut weights[first..rows.end * n_out],
                gradient,
            });
        });
        kernel::column_sums(delta, scale, |sums| {
            step(Piece {
                part: 1,
                first: 0,
                row: n_out,
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
        gradient.descend(below, delta, |piece| match piece.gradient {
            Rows::Values(values) => piece.parameters.copy_from_slice(values),
            Rows::Zero => piece.parameters.fill(0.0),
        });
    }

    /// Adds hᵀ δ and the column sums of δ to `sum`: a gradient over many blocks of a batch, not yet divided.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `delta` [batch, n_out].
    pub fn add_gradient_sum(&self, below: Below, delta: ArrayView2<f32>, sum: &mut Layer) {
        let Layer::Dense(sum) = sum;
        let weights = sum.weights.view_mut();
        match below {
            Below::Inputs(Inputs::Sparse(sparse)) => {
                kernel::sparse_product(&sparse.by_pixel, delta, weights, Start::Present);
            }
            Below::Inputs(Inputs::Dense(h)) => {
                kernel::product(h.t(), delta, weights, Start::Present);
            }
            Below::Units(h) => kernel::product(h.t(), delta, weights, Start::Present),
        }
        for row in delta.axis_iter(Axis(0)) {
            sum.bias += &row;
        }
    }
}
