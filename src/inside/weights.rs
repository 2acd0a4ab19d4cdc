//! A lane's matrices, to be taken along.

use serde::{Deserialize, Serialize};

use crate::core::Rule;
use crate::core::layer::Layer;
use crate::core::trainer::Trainer;

/// The name and the shape of a matrix.
pub type Tensor = (String, Vec<u32>);

/// What a lane gives along: where it stands, and its matrices, whose numbers ([`parts`]) travel beside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    pub lane: String,
    pub rule: Rule,
    pub step: u64,
    pub fingerprint: u64,
    /// Weights and bias of every layer, counted from 1, then the feedback of the rule, counted from 1 by the hidden
    /// layer that it reaches.
    pub tensors: Vec<Tensor>,
}

impl Weights {
    /// Of a lane as it stands.
    #[must_use]
    pub fn of(lane: &str, trainer: &Trainer) -> Weights {
        let mut tensors = Vec::new();
        for (i, shape) in (1..).zip(trainer.network().shapes()) {
            let (rows, columns) = shape.weights();
            let (rows, columns) = (rows as u32, columns as u32);
            tensors.push((format!("{lane}.layers.{i}.weight"), vec![rows, columns]));
            tensors.push((format!("{lane}.layers.{i}.bias"), vec![columns]));
        }
        for (i, matrix) in (1..).zip(trainer.feedback()) {
            let shape = vec![matrix.nrows() as u32, matrix.ncols() as u32];
            tensors.push((format!("{lane}.feedback.{i}"), shape));
        }
        Weights {
            lane: lane.to_owned(),
            rule: trainer.phase().rule,
            step: trainer.steps(),
            fingerprint: trainer.fingerprint(),
            tensors,
        }
    }

    /// Bytes of all its numbers.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tensors.iter().map(bytes).sum()
    }
}

/// Bytes of a matrix in f32.
#[must_use]
pub fn bytes((_, shape): &Tensor) -> u64 {
    4 * shape.iter().map(|&n| u64::from(n)).product::<u64>()
}

/// The numbers of the matrices of [`Weights::of`], in their order, each row by row.
#[must_use]
pub fn parts(trainer: &Trainer) -> Vec<&[f32]> {
    let layers = trainer.network().layers.iter();
    let feedback = trainer.feedback().iter();
    let feedback = feedback.map(|matrix| matrix.as_slice().unwrap_or_default());
    layers.flat_map(Layer::parameters).chain(feedback).collect()
}
