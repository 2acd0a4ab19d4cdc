//! ZCA whitening: x' = (x - mean) W with W = (C + ε I)^(-1/2) = V (Λ + ε)^(-1/2) Vᵀ of the covariance C over the images
//! that are trained on (A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009, appendix A).
//!
//! Mean and covariance are those of pixels / 255 over the drawn training images and no others: what an experiment has
//! not seen has no part in it. Where all images are drawn they are the same whatever the seed.

mod covariance;
mod root;
mod rows;

use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use serde::{Deserialize, Serialize};

use super::{Batches, Images};
use crate::core::kernel::{Start, product};
use crate::spec::Spec;

/// What makes white images of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Whitening {
    /// The mean of each input, `[n]`.
    mean: Vec<f32>,
    /// W [n, n], symmetric.
    matrix: Array2<f32>,
}

/// What is being worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Mean and covariance.
    Covariance,
    /// W.
    Root,
}

/// How far it is: the stage, and the share of all work that is done, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub stage: Stage,
    pub share: f64,
}

/// Bytes that do not hold a whitening of images of this size.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a whitening of {inputs} inputs has {expected} bytes; these are {found}")]
pub struct SizeError {
    pub inputs: usize,
    pub expected: usize,
    pub found: usize,
}

impl Whitening {
    /// The whitening of an experiment that asks for one, from its training images, of which at least the first
    /// [`Spec::pool`] are there; `None` where it asks for none.
    #[must_use]
    pub fn of(
        spec: &Spec,
        train: &Images,
        threads: usize,
        told: impl FnMut(Progress),
    ) -> Option<Whitening> {
        let epsilon = spec.zca()?;
        let seed = spec.settings().seed;
        let batches = Batches::of_pool(seed, spec.images(), spec.batch(), spec.pool());
        Some(Whitening::new(
            train,
            batches.subset(),
            epsilon,
            threads,
            told,
        ))
    }

    /// The whitening over the images `at`; `epsilon`, above 0, is added to every eigenvalue of the covariance of
    /// pixels / 255. The number of threads changes no bit.
    #[must_use]
    pub fn new(
        images: &Images,
        at: &[u32],
        epsilon: f64,
        threads: usize,
        mut told: impl FnMut(Progress),
    ) -> Whitening {
        let n = images.inputs();
        // Multiplications of f64 take twice the time; about eight iterations of three halves are expected.
        let of_covariance = at.len() as f64;
        let expected = 24.0 * 2.0 * n as f64;
        let first = of_covariance / (of_covariance + expected);
        let moments = covariance::moments(images, at, threads, |done| {
            told(Progress {
                stage: Stage::Covariance,
                share: first * done as f64 / of_covariance,
            });
        });
        let mut covariance = moments.covariance;
        for i in 0..n {
            covariance[i * n + i] += epsilon;
        }
        let products = root::products(&covariance, n, epsilon).max(1) as f64;
        let root = root::inverse_root(covariance, n, epsilon, threads, |done| {
            told(Progress {
                stage: Stage::Root,
                share: first + (1.0 - first) * done as f64 / products,
            });
        });
        Whitening {
            mean: moments.mean,
            matrix: Array2::from_shape_fn((n, n), |(i, j)| root[i * n + j] as f32),
        }
    }

    /// Inputs an image.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.mean.len()
    }

    /// W [n, n].
    #[must_use]
    pub fn matrix(&self) -> ArrayView2<'_, f32> {
        self.matrix.view()
    }

    /// White images [batch, n] of `centred` [batch, n], which are pixels / 255 and have lost their mean in it.
    pub(super) fn apply(&self, centred: &mut Array2<f32>, white: ArrayViewMut2<f32>) {
        for mut row in centred.rows_mut() {
            for (x, mean) in row.iter_mut().zip(&self.mean) {
                *x -= mean;
            }
        }
        product(centred.view(), self.matrix.view(), white, Start::Zero);
    }

    /// Its numbers: mean, then W row after row, four little-endian bytes each.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 * (self.mean.len() + self.matrix.len()));
        for value in self.mean.iter().chain(&self.matrix) {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// What [`Whitening::to_bytes`] gave, for images of so many inputs.
    ///
    /// # Errors
    /// Another number of bytes.
    pub fn from_bytes(bytes: &[u8], inputs: usize) -> Result<Whitening, SizeError> {
        let (mean, rest) = bytes
            .as_chunks::<4>()
            .0
            .split_at_checked(inputs)
            .unwrap_or_default();
        let numbers = |part: &[[u8; 4]]| part.iter().map(|&b| f32::from_le_bytes(b)).collect();
        let matrix = Array2::from_shape_vec((inputs, inputs), numbers(rest));
        let error = SizeError {
            inputs,
            expected: 4 * inputs * (inputs + 1),
            found: bytes.len(),
        };
        if bytes.len() != error.expected {
            return Err(error);
        }
        Ok(Whitening {
            mean: numbers(mean),
            matrix: matrix.map_err(|_| error)?,
        })
    }
}
