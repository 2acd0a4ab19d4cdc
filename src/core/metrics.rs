//! What is measured at an evaluation point. `None` is "undefined" (or "not measured here"), never zero.

use serde::{Deserialize, Serialize};

use super::rule::Rule;

/// One hidden layer at one evaluation point, on the probe (fixed training images).
///
/// "True" is the gradient that backpropagation gives for the present weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerMetrics {
    /// Angle between the rule's dW_i and the true one, degrees.
    pub angle_update_deg: Option<f64>,
    /// Angle between the rule's δ_i and the true one, degrees: mean over the samples where it is defined.
    pub angle_delta_deg: Option<f64>,
    /// Standard deviation of that angle over the samples, degrees.
    pub angle_delta_spread_deg: Option<f64>,
    /// Criterion L_i of Theorem 1: mean over samples of (δh_i · c_i) / |δh_i|.
    pub criterion: Option<f64>,
    /// Its cosine: mean over samples of (δh_i · c_i) / (|δh_i| |c_i|).
    pub criterion_cos: Option<f64>,
    /// Frobenius norm of W_i.
    pub weight_norm: f64,
    /// Frobenius norm of W_i minus its start.
    pub weight_change: f64,
    /// Frobenius norm of the last step's change of W_i; undefined before the first step.
    pub update_norm: Option<f64>,
    /// Share of saturated activations, 0 to 1: |h| > 0.99 (tanh), outside 0.01..0.99 (logistic), 0 (ReLU).
    pub saturated: f64,
    /// FA: angle between W_{i+1}ᵀ and F_{i+1}; DFA: between (W_{i+1} · … · W_L)ᵀ and B_i; degrees.
    pub feedback_angle_deg: Option<f64>,
}

/// One lane at one evaluation point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Under which it made its last step; at step 0 its first.
    pub rule: Rule,
    /// Its phase, counted from 1.
    pub phase: u32,
    /// The step after which the phase began.
    pub phase_start: u64,
    /// Minibatch updates made so far.
    pub step: u64,
    /// Examples seen divided by the number of training images.
    pub epoch: f64,
    /// Error rate on the probe (up to 1,000 fixed training images), percent.
    pub train_error: f64,
    /// Loss on the probe: mean over images of the summed cross-entropy, nats.
    pub train_loss: f64,
    /// Error rate of the running epoch: each batch before its update, percent.
    pub running_error: Option<f64>,
    /// Loss of the running epoch, nats.
    pub running_loss: Option<f64>,
    /// Error rate on `test_images` test images, percent; not measured between the ends of later epochs.
    pub test_error: Option<f64>,
    pub test_loss: Option<f64>,
    /// 10,000 at the end of an epoch and of the run, the first 1,000 of them earlier, 0 where not measured.
    pub test_images: u32,
    /// Hidden layers, from the input side.
    pub layers: Vec<LayerMetrics>,
}
