//! What a net says of one image.

use super::features::passes;
use crate::core::network::Network;
use crate::core::scalar::{ByExp, Logistic};
use crate::data::Images;

/// Outputs and activations for one image, in the plain net (no dropout).
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// ŷ of each class, 0 to 1. Each is a yes or no of its own: they need not sum to 1.
    pub outputs: Vec<f32>,
    /// h_i of each hidden layer, from the input side: `[n_i]`.
    pub hidden: Vec<Vec<f32>>,
}

impl Answer {
    /// Of image `at` of `images`.
    #[must_use]
    pub fn new(network: &Network, images: &Images, at: u32) -> Answer {
        let mut answer = Answer {
            outputs: Vec::new(),
            hidden: Vec::new(),
        };
        passes(network, images, &[at], |_, _, pass| {
            let outputs = pass.output();
            answer.outputs = outputs.iter().map(|&a| Logistic::at(a)).collect();
            answer.hidden = (0..network.hidden())
                .map(|i| pass.hidden(i).iter().copied().collect())
                .collect();
        });
        answer
    }

    /// The class with the largest output, of equals the first; `None` where an output is undefined.
    #[must_use]
    pub fn class(&self) -> Option<usize> {
        if self.outputs.iter().any(|output| output.is_nan()) {
            return None;
        }
        let best = |best: Option<usize>, class: usize| match best {
            Some(best) if self.outputs[class] <= self.outputs[best] => Some(best),
            _ => Some(class),
        };
        (0..self.outputs.len()).fold(None, best)
    }
}
