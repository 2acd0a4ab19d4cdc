//! A network under one rule: steps and measurements.

use ndarray::{Array2, ArrayView2};

use super::checkpoint::{CheckpointError, Reader, Writer};
use super::diagnostics::{BLOCK, Block, Diagnostics};
use super::fingerprint;
use super::init;
use super::inputs::Inputs;
use super::kernel;
use super::layer::Layer;
use super::loss::{self, Tally};
use super::metrics::LayerMetrics;
use super::network::{Network, Pass};
use super::optimizer::OptimizerState;
use super::regularise::{self, Masks};
use super::rule::{Deltas, Rescale, Rule, propagate};
use super::settings::{NewFeedback, Phase, Settings};
use super::shape::Volume;

/// Most steps that a checkpoint may stand at, 2⁵³ - 1: every count up to it is exact in f64, and counting on from it
/// does not overflow.
pub const MOST_STEPS: u64 = (1 << 53) - 1;

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
    phase: Phase,
    /// How often the feedback was drawn anew.
    draws: u64,
    /// The feedback was made from weights: it cannot be drawn again.
    opposed: bool,
    network: Network,
    /// The network as it started, for the distance from the start.
    start: Network,
    feedback: Vec<Array2<f32>>,
    optimizer: OptimizerState,
    pass: Pass,
    deltas: Deltas,
    diagnostics: Diagnostics,
    evaluation: Pass,
    scratch: Scratch,
    step: u64,
    /// Norm of the last watched step's change of each hidden layer's weights.
    update_norms: Option<Vec<f64>>,
}

/// What a step makes of its inputs, kept so that it does not allocate.
#[derive(Default)]
struct Scratch {
    masks: Masks,
    /// Inputs times their mask.
    masked: Inputs,
    /// Inputs moved by fast sign.
    perturbed: Array2<f32>,
    /// ∂J/∂h_0.
    gradient: Array2<f32>,
    /// Weights of hidden layers before a watched step.
    before: Vec<Layer>,
}

impl Trainer {
    /// The network of `settings` at its start under `rule`, for batches of up to `batch` samples.
    ///
    /// # Panics
    /// A kernel or a pool of the settings does not fit on what it reads.
    #[must_use]
    pub fn new(
        settings: &Settings,
        rule: Rule,
        inputs: impl Into<Volume>,
        outputs: usize,
        batch: usize,
    ) -> Trainer {
        let shapes = settings.shapes(inputs, outputs);
        let network = Network::of_shapes(settings, rule, &shapes);
        let feedback = init::feedback_matrices(settings, rule, &shapes, 0);
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
            evaluation: Pass::forward_only(&network, BLOCK),
            scratch: Scratch::default(),
            start: network.clone(),
            settings: settings.clone(),
            phase: Phase::plain(rule),
            draws: 0,
            opposed: false,
            network,
            feedback,
            step: 0,
            update_norms: None,
        }
    }

    /// Goes on under another phase: from the next step on its rule and its layers learn.
    pub fn begin(&mut self, phase: Phase) {
        let known = self.phase.rule == phase.rule;
        let opposed = match phase.feedback {
            NewFeedback::Opposed => init::opposed_feedback(phase.rule, &self.network),
            _ => None,
        };
        match (phase.feedback, opposed) {
            (NewFeedback::Kept, _) if known => {}
            (_, Some(opposed)) => {
                self.opposed = true;
                self.feedback = opposed;
            }
            (kind, None) => {
                self.opposed = false;
                self.draws += u64::from(kind == NewFeedback::Redrawn);
                self.feedback = self.drawn_feedback(phase.rule);
            }
        }
        if phase.fresh {
            self.optimizer.forget();
        }
        self.phase = phase;
    }

    fn drawn_feedback(&self, rule: Rule) -> Vec<Array2<f32>> {
        init::feedback_matrices(&self.settings, rule, &self.network.shapes(), self.draws)
    }

    /// What it is in.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The fixed matrices of the present rule, as of [`init::feedback_matrices`].
    #[must_use]
    pub fn feedback(&self) -> &[Array2<f32>] {
        &self.feedback
    }

    /// The network as it started.
    #[must_use]
    pub fn start(&self) -> &Network {
        &self.start
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

    /// Writes everything that decides how it goes on; settings, phase and start are the reader's own.
    pub fn save(&self, writer: &mut Writer) {
        writer.u64(self.step);
        writer.u64(self.draws);
        writer.u32(u32::from(self.opposed));
        if self.opposed {
            for part in &self.feedback {
                writer.floats(part.as_slice().unwrap_or_default());
            }
        }
        for part in self.network.layers.iter().flat_map(Layer::parameters) {
            writer.floats(part);
        }
        self.optimizer.save(writer);
        let norms = self.update_norms.as_deref().unwrap_or_default();
        writer.u64(norms.len() as u64);
        for &norm in norms {
            writer.f64(norm);
        }
    }

    /// Goes to where [`Trainer::save`] was called in `phase`, in a trainer of the same settings that is in it already
    /// or has made no step.
    ///
    /// # Errors
    /// What was written is of other shapes; this trainer must not be used any more then.
    pub fn load(&mut self, phase: Phase, reader: &mut Reader) -> Result<(), CheckpointError> {
        self.step = reader.at_most(MOST_STEPS, "the step")?;
        self.draws = reader.at_most(self.step, "how often feedback was drawn")?;
        self.feedback = self.drawn_feedback(phase.rule);
        self.opposed = reader.flag("whether the feedback was made from weights")?;
        if self.opposed {
            for part in &mut self.feedback {
                reader.floats(part.as_slice_mut().unwrap_or_default(), "the feedback")?;
            }
        }
        self.phase = phase;
        let layers = self.network.layers.iter_mut();
        for part in layers.flat_map(Layer::parameters_mut) {
            reader.floats(part, "weights and biases")?;
        }
        self.optimizer.load(reader, self.step)?;
        let what = "the norms of the last update";
        self.update_norms = match reader.u64(what)? {
            0 => None,
            count if count == self.network.hidden() as u64 => Some(
                (0..count)
                    .map(|_| reader.f64(what))
                    .collect::<Result<_, _>>()?,
            ),
            found => {
                return Err(CheckpointError::Value {
                    what,
                    found,
                    expected: self.network.hidden() as u64,
                });
            }
        };
        Ok(())
    }

    /// [`fingerprint::parts`] of the present parameters.
    #[must_use]
    pub fn fingerprint_parts(&self) -> Vec<u64> {
        fingerprint::parts(&self.network)
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
    pub fn step(&mut self, inputs: &Inputs, labels: &[u8], watch: bool) -> Result<Tally, Diverged> {
        let Some(dropout) = self.settings.dropout else {
            return self.step_masked(inputs, labels, None, watch);
        };
        let mut masks = std::mem::take(&mut self.scratch.masks);
        let hidden = &self.network.layers[..self.network.hidden()];
        masks.draw(
            dropout,
            self.settings.seed,
            self.step,
            inputs.rows(),
            inputs.columns(),
            hidden.iter().map(Layer::n_out),
        );
        let done = self.step_masked(inputs, labels, Some(&masks), watch);
        self.scratch.masks = masks;
        done
    }

    /// [`Trainer::step`] with given dropout masks.
    ///
    /// # Errors
    /// [`Diverged`] if an output is not finite.
    pub fn step_masked(
        &mut self,
        inputs: &Inputs,
        labels: &[u8],
        masks: Option<&Masks>,
        watch: bool,
    ) -> Result<Tally, Diverged> {
        if self.settings.adversarial == 0.0 {
            return self.step_on(inputs, labels, masks, watch);
        }
        self.perturb(inputs, labels, masks);
        let perturbed = Inputs::Dense(std::mem::take(&mut self.scratch.perturbed));
        let done = self.step_on(&perturbed, labels, masks, watch);
        if let Inputs::Dense(perturbed) = perturbed {
            self.scratch.perturbed = perturbed;
        }
        done
    }

    /// One update on these very inputs, times their mask.
    fn step_on(
        &mut self,
        inputs: &Inputs,
        labels: &[u8],
        masks: Option<&Masks>,
        watch: bool,
    ) -> Result<Tally, Diverged> {
        let Some(masks) = masks else {
            return self.step_plain(inputs, labels, &[], watch);
        };
        let mut masked = std::mem::take(&mut self.scratch.masked);
        inputs.write_masked(masks.input.view(), &mut masked);
        let done = self.step_plain(&masked, labels, &masks.hidden, watch);
        self.scratch.masked = masked;
        done
    }

    fn step_plain(
        &mut self,
        inputs: &Inputs,
        labels: &[u8],
        masks: &[Array2<f32>],
        watch: bool,
    ) -> Result<Tally, Diverged> {
        self.network.forward(inputs, masks, &mut self.pass);
        let tally = loss::tally(self.pass.output(), labels);
        self.check_output(tally)?;
        let error = self.deltas.begin(labels.len());
        loss::output_error(self.pass.output(), labels, error);
        propagate(
            self.phase.rule,
            &self.network,
            &self.feedback,
            &self.pass,
            &mut self.deltas,
        );
        if watch {
            let hidden = &self.network.layers[..self.network.hidden()];
            self.scratch
                .before
                .resize_with(hidden.len(), || hidden[0].zeros_like());
            self.scratch.before.clone_from_slice(hidden);
        }
        self.update(inputs);
        self.step += 1;
        self.update_norms = watch.then(|| {
            let before = self.scratch.before.iter().zip(&self.network.layers);
            before
                .map(|(before, now)| now.weight_distance(before))
                .collect()
        });
        Ok(tally)
    }

    /// The adversarial inputs x' = x + ε sign(∂J/∂x) of the settings' ε, before the mask of the inputs.
    ///
    /// # Shapes
    /// `inputs` and the result [batch, n_0], `labels` `[batch]`.
    pub fn perturb(
        &mut self,
        inputs: &Inputs,
        labels: &[u8],
        masks: Option<&Masks>,
    ) -> ArrayView2<'_, f32> {
        if let Some(masks) = masks {
            let mut masked = std::mem::take(&mut self.scratch.masked);
            inputs.write_masked(masks.input.view(), &mut masked);
            self.network.forward(&masked, &masks.hidden, &mut self.pass);
            self.scratch.masked = masked;
        } else {
            self.network.forward(inputs, &[], &mut self.pass);
        }
        self.input_gradient(labels);
        if let Some(masks) = masks {
            self.scratch.gradient *= &masks.input;
        }
        inputs.write_dense(&mut self.scratch.perturbed);
        let epsilon = self.settings.adversarial as f32;
        regularise::perturb(
            &mut self.scratch.perturbed,
            self.scratch.gradient.view(),
            epsilon,
        );
        self.scratch.perturbed.view()
    }

    /// ∂J/∂h_0 times the batch size, for the forward pass that was just made: δ_1 W_1ᵀ of backpropagation.
    fn input_gradient(&mut self, labels: &[u8]) {
        let error = self.deltas.begin(labels.len());
        loss::output_error(self.pass.output(), labels, error);
        propagate(Rule::Bp, &self.network, &[], &self.pass, &mut self.deltas);
        let first = &self.network.layers[0];
        let gradient = &mut self.scratch.gradient;
        if gradient.dim() != (labels.len(), first.n_in()) {
            *gradient = Array2::zeros((labels.len(), first.n_in()));
        }
        let (delta, picks) = (self.deltas.delta(0), self.pass.picks(0));
        first.carry_back(delta, picks, gradient.view_mut());
    }

    fn update(&mut self, inputs: &Inputs) {
        self.optimizer.begin();
        let hidden = self.network.hidden();
        for (i, layer) in self.network.layers.iter_mut().enumerate() {
            // The shallow control leaves hidden layers as they start.
            let shallow = self.phase.rule == Rule::Shallow && i < hidden;
            if shallow || !self.phase.learning.includes(i) {
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

    /// Layers as people count them: hidden ones from 1, then the outputs.
    fn layer_name(&self, i: usize) -> String {
        if i < self.network.hidden() {
            format!("layer {}", i + 1)
        } else {
            "the output layer".to_owned()
        }
    }

    /// The first quantity of the last forward pass that is not finite, in the order of its computation.
    fn first_non_finite(&self) -> String {
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        for (i, layer) in self.network.layers.iter().enumerate() {
            let [weights, bias] = layer.parameters();
            if !finite(weights) {
                return format!("a weight of {}", self.layer_name(i));
            }
            if !finite(bias) {
                return format!("a bias of {}", self.layer_name(i));
            }
            if !self.pass.hidden(i).iter().all(|value| value.is_finite()) {
                return format!("a unit of {}", self.layer_name(i));
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
                        quantity: format!("a {name} of {}", self.layer_name(i)),
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
                .measure(self.phase.rule, &self.network, &self.feedback, &[], probe);
        for (i, layer) in layers.iter_mut().enumerate() {
            let [weights, _] = self.network.layers[i].parameters();
            layer.weight_norm = kernel::sums::square_norm(weights).sqrt();
            layer.weight_change = self.network.layers[i].weight_distance(&self.start.layers[i]);
            layer.update_norm = self.update_norms.as_ref().map(|norms| norms[i]);
        }
        (tally, layers)
    }
}
