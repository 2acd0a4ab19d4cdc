//! A stack of layers with one hidden activation, and its forward pass.

use ndarray::{Array2, ArrayView2, s};

use super::init;
use super::inputs::Inputs;
use super::kernel;
use super::layer::{Below, Layer, Source};
use super::rule::Rule;
use super::settings::{Activation, Settings};
use super::shape::{LayerShape, Volume};

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
    /// f'(a_i) of hidden layers, times the dropout mask: [capacity, n_i]; none where nothing goes back.
    slopes: Vec<Array2<f32>>,
    /// Of layers with a pool: where the unit stands that each window picked, [capacity, n_i]; of others nothing.
    picks: Vec<Vec<u32>>,
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
            picks: network
                .layers
                .iter()
                .map(|layer| vec![0; capacity * layer.n_picks()])
                .collect(),
        }
    }

    /// One that nothing goes back through: it has no slopes.
    #[must_use]
    pub fn forward_only(network: &Network, capacity: usize) -> Pass {
        Pass {
            slopes: Vec::new(),
            ..Pass::new(network, capacity)
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
    ///
    /// # Panics
    /// The pass is [`Pass::forward_only`].
    #[must_use]
    pub fn slope(&self, i: usize) -> ArrayView2<'_, f32> {
        self.slopes[i].slice(s![..self.rows, ..])
    }

    /// Pre-activations a_L of the output layer: [batch, classes].
    #[must_use]
    pub fn output(&self) -> ArrayView2<'_, f32> {
        self.hidden(self.units.len() - 1)
    }

    /// Where the units stand that the pool of layer `i` (0-based) picked: [batch, n_i], or nothing.
    #[must_use]
    pub fn picks(&self, i: usize) -> &[u32] {
        let picks = &self.picks[i];
        match picks.is_empty() {
            true => picks,
            false => &picks[..self.rows * self.units[i].ncols()],
        }
    }

    /// What layer `i` (0-based) read in this pass of `inputs`, and what its pool picked.
    #[must_use]
    pub fn below<'a>(&'a self, i: usize, inputs: &'a Inputs) -> Below<'a> {
        let source = match i {
            0 => Source::Inputs(inputs),
            _ => Source::Units(self.hidden(i - 1)),
        };
        Below {
            source,
            picks: self.picks(i),
        }
    }
}

impl Network {
    /// The network of `settings` as it starts under `rule`.
    ///
    /// # Panics
    /// A kernel or a pool of the settings does not fit on what it reads.
    #[must_use]
    pub fn new(
        settings: &Settings,
        rule: Rule,
        inputs: impl Into<Volume>,
        outputs: usize,
    ) -> Network {
        Network::of_shapes(settings, rule, &settings.shapes(inputs, outputs))
    }

    /// The network of `settings` with the layers that [`Settings::shapes`] gives.
    #[must_use]
    pub fn of_shapes(settings: &Settings, rule: Rule, layers: &[LayerShape]) -> Network {
        let layers = layers.iter().enumerate();
        let layers = layers.map(|(index, shape)| {
            let (fan_in, columns) = shape.weights();
            let h = init::start_half_width(settings.start, rule, settings.activation, fan_in);
            let (weights, bias) = init::weights(settings.seed, index, fan_in, columns, h);
            Layer::new(shape, weights, bias)
        });
        Network {
            layers: layers.collect(),
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

    /// (W_{i+2} · … · W_{upper+1})ᵀ [n of layer `upper`, n of layer `i`], layers counted from 0: how far a unit vector
    /// at each unit of layer `upper`, carried down without activations, reaches layer `i` below it. `None` past a pool,
    /// which is another map for each sample.
    #[must_use]
    pub fn path(&self, i: usize, upper: usize) -> Option<Array2<f32>> {
        let mut path = Array2::eye(self.layers[upper].n_out());
        for layer in self.layers[i + 1..=upper].iter().rev() {
            if layer.n_picks() > 0 {
                return None;
            }
            let mut longer = Array2::zeros((path.nrows(), layer.n_in()));
            layer.carry_back(path.view(), &[], longer.view_mut());
            path = longer;
        }
        Some(path)
    }

    /// What its layers read and drive.
    #[must_use]
    pub fn shapes(&self) -> Vec<LayerShape> {
        self.layers.iter().map(Layer::shape).collect()
    }

    /// h_0 = x; a_i = h_{i-1} W_i + b_i; h_i = f(a_i) ⊙ mask_i for hidden layers; a_L stays as it is. Of a layer with
    /// a pool a_i is what the pool picked: f never falls, so the largest of f is f of the largest.
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
                None => Source::Inputs(inputs),
                Some(h) => Source::Units(h.slice(s![..rows, ..])),
            };
            let mut out = upper[0].slice_mut(s![..rows, ..]);
            let picks = &mut pass.picks[i][..rows * layer.n_picks()];
            layer.forward(below, out.view_mut(), picks);
            if i == self.hidden() {
                return;
            }
            let Some(out) = out.as_slice_mut() else {
                return; // Whole rows of a standard array are one slice.
            };
            self.activation.apply(out);
            let slopes = pass.slopes.get_mut(i).and_then(|all| all.as_slice_mut());
            let mut slopes = slopes.map(|all| &mut all[..out.len()]);
            if let Some(slopes) = &mut slopes {
                self.activation.slopes(out, slopes);
            }
            if let Some(mask) = masks.get(i).and_then(|mask| mask.as_slice()) {
                kernel::multiply(out, mask);
                if let Some(slopes) = slopes {
                    kernel::multiply(slopes, mask);
                }
            }
        }
    }
}
