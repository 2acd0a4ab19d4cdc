//! The nets that are measured, and the arithmetic that a training step of theirs amounts to.

use falab::data::mnist::{CLASSES, INPUTS};

/// Hidden layers of equal width between 784 inputs and 10 outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub layers: u32,
    pub width: u32,
}

pub const SHAPES: [Shape; 4] = [
    Shape::new(3, 50),
    Shape::new(3, 400),
    Shape::new(2, 800),
    Shape::new(2, 128),
];

/// The rules that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Bp,
    Dfa,
}

impl Rule {
    pub fn key(self) -> &'static str {
        match self {
            Rule::Bp => "bp",
            Rule::Dfa => "dfa",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Rule::Bp => "BP",
            Rule::Dfa => "DFA",
        }
    }
}

impl Shape {
    pub const fn new(layers: u32, width: u32) -> Shape {
        Shape { layers, width }
    }

    /// As in a link: `3x50`.
    pub fn name(&self) -> String {
        format!("{}x{}", self.layers, self.width)
    }

    /// As a row of widths: `784-50-50-50-10`.
    pub fn widths(&self) -> String {
        let widths = self.all().into_iter().map(|width| width.to_string());
        widths.collect::<Vec<_>>().join("-")
    }

    /// Widths of the hidden layers.
    pub fn hidden(&self) -> Vec<u32> {
        vec![self.width; self.layers as usize]
    }

    fn all(&self) -> Vec<usize> {
        let hidden = self.hidden().into_iter().map(|width| width as usize);
        [INPUTS]
            .into_iter()
            .chain(hidden)
            .chain([CLASSES])
            .collect()
    }

    /// Operations of the dense products that training on one sample amounts to, a product and a sum each one:
    ///
    /// - forward, h_{i-1} W_i: 2 Σ n_{i-1} n_i
    /// - gradient, h_{i-1}ᵀ δ_i: the same again
    /// - BP, δ_i W_iᵀ: the same without the first layer; DFA, e B_i: 2 · 10 Σ n_i over hidden layers
    ///
    /// Biases, activations, the loss and the optimiser are not counted. This is the effective count: it is the same
    /// for everybody, however the work is done.
    pub fn operations(&self, rule: Rule) -> f64 {
        let widths = self.all();
        let weights = |skip: usize| -> usize {
            let pairs = widths.windows(2).skip(skip);
            pairs.map(|pair| pair[0] * pair[1]).sum()
        };
        let error = match rule {
            Rule::Bp => weights(1),
            Rule::Dfa => {
                let hidden = self.hidden().into_iter().map(|width| width as usize);
                CLASSES * hidden.sum::<usize>()
            }
        };
        2.0 * (2 * weights(0) + error) as f64
    }

    /// The part of [`Shape::operations`] that is forward products; the gradient's is as large.
    pub fn forward_operations(&self) -> f64 {
        let widths = self.all();
        let weights: usize = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
        2.0 * weights as f64
    }

    /// The true count of whoever leaves out products with a zero pixel: the first layer's forward product and gradient
    /// shrink to the share `density` of pixels that are not zero.
    pub fn operations_without_zeros(&self, rule: Rule, density: f64) -> f64 {
        let first = INPUTS as f64 * f64::from(self.width);
        self.operations(rule) - 4.0 * first * (1.0 - density)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_of_a_small_net_are_those_counted_by_hand() {
        let shape = Shape::new(2, 10);
        // 784·10 + 10·10 + 10·10 weights; δ Wᵀ for the upper two layers; e B for two layers of ten units.
        let weights = 7840.0 + 100.0 + 100.0;
        assert_eq!(shape.operations(Rule::Bp), 2.0 * (2.0 * weights + 200.0));
        assert_eq!(shape.operations(Rule::Dfa), 2.0 * (2.0 * weights + 200.0));
        let halved = shape.operations_without_zeros(Rule::Bp, 0.5);
        assert_eq!(halved, 2.0 * (2.0 * weights - 7840.0 + 200.0));
    }
}
