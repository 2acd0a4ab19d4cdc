//! A network under one rule: steps and measurements.

use ndarray::Array2;

use super::diagnostics::{BLOCK, Block, Diagnostics};
use super::fingerprint;
use super::init;
use super::inputs::Inputs;
use super::layer::Layer;
use super::loss::{self, Tally};
use super::metrics::LayerMetrics;
use super::network::{Network, Pass};
use super::optimizer::OptimizerState;
use super::regularise::{self, Masks};
use super::rule::{Deltas, Rescale, Rule, propagate};
use super::settings::Settings;

/// A number left the finite range; training cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("diverged in step {step}: {quantity} left the finite numbers")]
pub struct Diverged {
    /// The step in which it was seen, counted from 1.
    pub step: u64,
    /// The first quantity, in the order of the computation, that is not finite.
    pub quantity: String,
}

/// A network that learns under one rule, with all its state.
///
/// Nothing of it depends on time, threads or other lanes: the same settings, rule and batches give the same bits.
pub struct Trainer {
    settings: Settings,
    rule: Rule,
    network: Network,
    /// The network as it started, for the distance from the start.
    start: Network,
    feedback: Vec<Array2<f32>>,
    optimizer: OptimizerState,
    pass: Pass,
    deltas: Deltas,
    diagnostics: Diagnostics,
    evaluation: Pass,
    step: u64,
    /// Norm of the last watched step's change of each hidden layer's weights.
    update_norms: Option<Vec<f64>>,
}

impl Trainer {
    /// The network of `settings` at its start under `rule`, for batches of up to `batch` samples.
    #[must_use]
    pub fn new(
        settings: &Settings,
        rule: Rule,
        inputs: usize,
        outputs: usize,
        batch: usize,
    ) -> Trainer {
        let network = Network::new(settings, rule, inputs, outputs);
        let feedback = init::feedback_matrices(settings, rule, outputs);
        Trainer::from_parts(settings, rule, network, feedback, batch)
    }

    /// A trainer of a given network and given feedback matrices (shapes as of
    /// [`init::feedback_matrices`]).
    #[must_use]
    pub fn from_parts(
        settings: &Settings,
        rule: Rule,
        network: Network,
        feedback: Vec<Array2<f32>>,
        batch: usize,
    ) -> Trainer {
        Trainer {
            optimizer: OptimizerState::new(settings.optimizer, &network),
            pass: Pass::new(&network, batch),
            deltas: Deltas::new(&network, batch, Rescale::Off),
            diagnostics: Diagnostics::new(&network),
            evaluation: Pass::new(&network, BLOCK),
            start: network.clone(),
            settings: settings.clone(),
            rule,
            network,
            feedback,
            step: 0,
            update_norms: None,
        }
    }

    /// Minibatch updates made so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.step
    }

    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// [`fingerprint::fingerprint`] of the present parameters and step.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        fingerprint::fingerprint(&self.network, self.step)
    }

    /// One minibatch update: forward, output error, the rule's deltas, gradients, optimiser; under dropout with the
    /// masks of this step.
    ///
    /// `watch` also measures how far each hidden layer's weights moved (at the cost of a copy of them). Returns errors
    /// and loss of the batch before the update (of the perturbed batch under adversarial training).
    ///
    /// # Shapes
    /// `inputs` [batch, n_0], `labels` `[batch]`.
    ///
    /// # Errors
    /// [`Diverged`] if an output is not finite.
    pub fn step(&mut self, inputs: Inputs, labels: &[u8], watch: bool) -> Result<Tally, Diverged> {
        let masks = self.settings.dropout.map(|dropout| {
            let hidden = &self.network.layers[..self.network.hidden()];
            let widths: Vec<usize> = hidden.iter().map(Layer::n_out).collect();
            let (rows, columns) = (inputs.rows(), inputs.columns());
            regularise::masks(
                dropout,
                self.settings.seed,
                self.step,
                rows,
                columns,
                &widths,
            )
        });
        self.step_masked(inputs, labels, masks.as_ref(), watch)
    }

    /// [`Trainer::step`] with given dropout masks.
    ///
    /// # Errors
    /// [`Diverged`] if an output is not finite.
    pub fn step_masked(
        &mut self,
        inputs: Inputs,
        labels: &[u8],
        masks: Option<&Masks>,
        watch: bool,
    ) -> Result<Tally, Diverged> {
        let inputs = if self.settings.adversarial == 0.0 {
            inputs
        } else {
            Inputs::Dense(self.perturbed(&inputs, labels, masks))
        };
        let inputs = mask_inputs(inputs, masks);
        self.network
            .forward(&inputs, hidden_masks(masks), &mut self.pass);
        let tally = loss::tally(self.pass.output(), labels);
        self.check_output(tally)?;
        let error = self.deltas.begin(labels.len());
        loss::output_error(self.pass.output(), labels, error);
        propagate(
            self.rule,
            &self.network,
            &self.feedback,
            &self.pass,
            &mut self.deltas,
        );
        let before = watch.then(|| self.network.clone());
        self.update(&inputs);
        self.step += 1;
        self.update_norms = before.map(|before| {
            (0..self.network.hidden())
                .map(|i| self.network.weight_distance(&before, i))
                .collect()
        });
        Ok(tally)
    }

    /// The adversarial inputs x' = x + ε sign(∂J/∂x) of the settings' ε, before the mask of the inputs.
    ///
    /// # Shapes
    /// `inputs` and the result [batch, n_0], `labels` `[batch]`.
    #[must_use]
    pub fn perturbed(
        &mut self,
        inputs: &Inputs,
        labels: &[u8],
        masks: Option<&Masks>,
    ) -> Array2<f32> {
        let clean = mask_inputs(inputs.clone(), masks);
        self.network
            .forward(&clean, hidden_masks(masks), &mut self.pass);
        let mut gradient = self.input_gradient(labels);
        if let Some(masks) = masks {
            gradient *= &masks.input;
        }
        let mut perturbed = inputs.to_dense();
        let epsilon = self.settings.adversarial as f32;
        regularise::perturb(&mut perturbed, gradient.view(), epsilon);
        perturbed
    }

    /// ∂J/∂h_0 times the batch size, for the forward pass that was just made: δ_1 W_1ᵀ of backpropagation.
    fn input_gradient(&mut self, labels: &[u8]) -> Array2<f32> {
        let error = self.deltas.begin(labels.len());
        loss::output_error(self.pass.output(), labels, error);
        propagate(Rule::Bp, &self.network, &[], &self.pass, &mut self.deltas);
        let first = &self.network.layers[0];
        let mut gradient = Array2::zeros((labels.len(), first.n_in()));
        first.carry_back(self.deltas.delta(0), gradient.view_mut());
        gradient
    }

    fn update(&mut self, inputs: &Inputs) {
        self.optimizer.begin();
        let hidden = self.network.hidden();
        for (i, layer) in self.network.layers.iter_mut().enumerate() {
            // The shallow control leaves hidden layers as they start.
            if self.rule == Rule::Shallow && i < hidden {
                continue;
            }
            let below = self.pass.below(i, inputs);
            self.optimizer.update(i, layer, below, self.deltas.delta(i));
        }
    }

    fn check_output(&self, tally: Tally) -> Result<(), Diverged> {
        if tally.loss.is_finite() && self.pass.output().iter().all(|a| a.is_finite()) {
            return Ok(());
        }
        Err(Diverged {
            step: self.step + 1,
            quantity: self.first_non_finite(),
        })
    }

    /// The first quantity of the last forward pass that is not finite, in the order of its computation.
    fn first_non_finite(&self) -> String {
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        for (i, layer) in self.network.layers.iter().enumerate() {
            let [weights, bias] = layer.parameters();
            if !finite(weights) {
                return format!("a weight of layer {}", i + 1);
            }
            if !finite(bias) {
                return format!("a bias of layer {}", i + 1);
            }
            if !self.pass.hidden(i).iter().all(|value| value.is_finite()) {
                return format!("a unit of layer {}", i + 1);
            }
        }
        "the loss".to_owned()
    }

    /// Whether all parameters are finite.
    ///
    /// # Errors
    /// [`Diverged`] with the first layer that has one that is not.
    pub fn check_parameters(&self) -> Result<(), Diverged> {
        for (i, layer) in self.network.layers.iter().enumerate() {
            for (name, values) in ["weight", "bias"].into_iter().zip(layer.parameters()) {
                if !values.iter().all(|value| value.is_finite()) {
                    return Err(Diverged {
                        step: self.step,
                        quantity: format!("a {name} of layer {}", i + 1),
                    });
                }
            }
        }
        Ok(())
    }

    /// Errors and loss of the plain net (no dropout, no perturbation) on images.
    ///
    /// # Shapes
    /// `inputs` [up to [`BLOCK`], n_0], `labels` likewise.
    #[must_use]
    pub fn evaluate(&mut self, inputs: &Inputs, labels: &[u8]) -> Tally {
        self.network.forward(inputs, &[], &mut self.evaluation);
        loss::tally(self.evaluation.output(), labels)
    }

    /// Everything that is measured on the probe, and the state of the weights.
    #[must_use]
    pub fn measure(&mut self, probe: &[Block]) -> (Tally, Vec<LayerMetrics>) {
        let (tally, mut layers) =
            self.diagnostics
                .measure(self.rule, &self.network, &self.feedback, &[], probe);
        for (i, layer) in layers.iter_mut().enumerate() {
            layer.weight_norm = frobenius(self.network.layers[i].weights());
            layer.weight_change = self.network.weight_distance(&self.start, i);
            layer.update_norm = self.update_norms.as_ref().map(|norms| norms[i]);
        }
        (tally, layers)
    }
}

fn hidden_masks(masks: Option<&Masks>) -> &[Array2<f32>] {
    masks.map_or(&[], |masks| &masks.hidden)
}

fn mask_inputs(inputs: Inputs, masks: Option<&Masks>) -> Inputs {
    match masks {
        Some(masks) => inputs.masked(masks.input.view()),
        None => inputs,
    }
}

/// √(Σ w²), f64.
fn frobenius(weights: ndarray::ArrayView2<f32>) -> f64 {
    weights
        .iter()
        .map(|&w| f64::from(w) * f64::from(w))
        .sum::<f64>()
        .sqrt()
}
