//! A stack of layers with one hidden activation, and its forward pass.

use ndarray::{Array2, ArrayView2, s};

use super::init;
use super::inputs::Inputs;
use super::kernel;
use super::layer::{Below, Layer};
use super::rule::Rule;
use super::settings::{Activation, Settings};

/// Layers 1..=L (0-based here: `layers[0]` reads the inputs, the last one is the output).
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub layers: Vec<Layer>,
    pub activation: Activation,
}

/// Buffers of one forward pass of up to a fixed number of samples; a pass fills the first rows.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Samples of the present pass.
    rows: usize,
    /// h_i of hidden layers, then a_L of the output layer: [capacity, n_i].
    units: Vec<Array2<f32>>,
    /// f'(a_i) of hidden layers, times the dropout mask: [capacity, n_i].
    slopes: Vec<Array2<f32>>,
}

impl Pass {
    #[must_use]
    pub fn new(network: &Network, capacity: usize) -> Pass {
        let buffer = |layer: &Layer| Array2::zeros((capacity, layer.n_out()));
        Pass {
            rows: 0,
            units: network.layers.iter().map(buffer).collect(),
            slopes: network.layers[..network.hidden()]
                .iter()
                .map(buffer)
                .collect(),
        }
    }

    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// h_i of hidden layer `i` (0-based): [batch, n_i].
    #[must_use]
    pub fn hidden(&self, i: usize) -> ArrayView2<'_, f32> {
        self.units[i].slice(s![..self.rows, ..])
    }

    /// f'(a_i) of hidden layer `i`, times its dropout mask: [batch, n_i].
    #[must_use]
    pub fn slope(&self, i: usize) -> ArrayView2<'_, f32> {
        self.slopes[i].slice(s![..self.rows, ..])
    }

    /// Pre-activations a_L of the output layer: [batch, classes].
    #[must_use]
    pub fn output(&self) -> ArrayView2<'_, f32> {
        self.hidden(self.units.len() - 1)
    }

    /// What layer `i` (0-based) read in this pass of `inputs`.
    #[must_use]
    pub fn below<'a>(&'a self, i: usize, inputs: &'a Inputs) -> Below<'a> {
        match i {
            0 => Below::Inputs(inputs),
            _ => Below::Units(self.hidden(i - 1)),
        }
    }
}

impl Network {
    /// The network of `settings` as it starts under `rule`.
    #[must_use]
    pub fn new(settings: &Settings, rule: Rule, inputs: usize, outputs: usize) -> Network {
        let mut n_in = inputs;
        let widths = settings.hidden.iter().map(|&width| width as usize);
        let layers = widths
            .chain([outputs])
            .enumerate()
            .map(|(index, n_out)| {
                let h = init::start_half_width(settings.start, rule, settings.activation, n_in);
                let (weights, bias) = init::weights(settings.seed, index, n_in, n_out, h);
                n_in = n_out;
                Layer::dense(weights, bias)
            })
            .collect();
        Network {
            layers,
            activation: settings.activation,
        }
    }

    /// K, the number of hidden layers.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.layers.len() - 1
    }

    /// Number of classes.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.layers[self.hidden()].n_out()
    }

    /// The same shapes with every parameter zero.
    #[must_use]
    pub fn zeros_like(&self) -> Vec<Layer> {
        self.layers.iter().map(Layer::zeros_like).collect()
    }

    /// h_0 = x; a_i = h_{i-1} W_i + b_i; h_i = f(a_i) ⊙ mask_i for hidden layers; a_L stays as it is.
    ///
    /// `masks` holds one dropout mask [batch, n_i] a hidden layer, already scaled by 1/(1-p), or nothing. The mask of
    /// the inputs is applied before ([`Inputs::masked`]).
    ///
    /// # Shapes
    /// `inputs` [batch, n_0] with at most the capacity of `pass`.
    pub fn forward(&self, inputs: &Inputs, masks: &[Array2<f32>], pass: &mut Pass) {
        let rows = inputs.rows();
        pass.rows = rows;
        for (i, layer) in self.layers.iter().enumerate() {
            let (lower, upper) = pass.units.split_at_mut(i);
            let below = match lower.last() {
                None => Below::Inputs(inputs),
                Some(h) => Below::Units(h.slice(s![..rows, ..])),
            };
            let mut out = upper[0].slice_mut(s![..rows, ..]);
            layer.forward(below, out.view_mut());
            if i == self.hidden() {
                return;
            }
            let mut slope = pass.slopes[i].slice_mut(s![..rows, ..]);
            let (Some(out), Some(slope)) = (out.as_slice_mut(), slope.as_slice_mut()) else {
                return; // Whole rows of a standard array are one slice.
            };
            self.activation.apply(out);
            self.activation.slopes(out, slope);
            if let Some(mask) = masks.get(i).and_then(|mask| mask.as_slice()) {
                kernel::multiply(out, mask);
                kernel::multiply(slope, mask);
            }
        }
    }
}
