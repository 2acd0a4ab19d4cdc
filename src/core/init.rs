//! Draws of weights and of the fixed random feedback.

use ndarray::{Array1, Array2};

use super::rng::{Purpose, Stream};
use super::rule::Rule;
use super::settings::{Activation, Feedback, FeedbackLaw, Settings, Start};

/// Half-width h of the uniform start of a layer with `fan_in` inputs.
///
/// # References
/// Paper, section 4: zero for FA and DFA, uniform in ±1/√fan_in for BP and for every rule with ReLU. IFA and the
/// shallow control need random weights to carry a signal.
#[must_use]
pub fn start_half_width(start: Start, rule: Rule, activation: Activation, fan_in: usize) -> f32 {
    let fan_in = fan_in as f64;
    let uniform = 1.0 / fan_in.sqrt();
    let h = match start {
        Start::Zero => 0.0,
        Start::Uniform => uniform,
        Start::Scaled => (3.0 / fan_in).sqrt(),
        Start::Small(h) => h,
        Start::Paper => match (rule, activation) {
            (Rule::Fa | Rule::Dfa, Activation::Tanh | Activation::Logistic) => 0.0,
            _ => uniform,
        },
    };
    h as f32
}

/// Weights [n_in, n_out] and bias `[n_out]` of layer `index` (0-based), uniform in ±`half_width`.
///
/// The numbers before scaling depend on seed, layer and shape alone: lanes that start at random start from one draw.
#[must_use]
pub fn weights(
    seed: u64,
    index: usize,
    n_in: usize,
    n_out: usize,
    half_width: f32,
) -> (Array2<f32>, Array1<f32>) {
    if half_width == 0.0 {
        return (Array2::zeros((n_in, n_out)), Array1::zeros(n_out));
    }
    let mut stream = Stream::new(seed, Purpose::Weights, index as u64, 0);
    let weights = Array2::from_shape_simple_fn((n_in, n_out), || stream.symmetric() * half_width);
    let bias = Array1::from_shape_simple_fn(n_out, || stream.symmetric() * half_width);
    (weights, bias)
}

/// Feedback [rows, reached] to hidden layer `hidden` (0-based).
///
/// One stream a hidden layer, whatever the rule: with one hidden layer FA's F_2 and DFA's B_1 are the same matrix.
///
/// # References
/// Uniform in ±1/√n_i with n_i the number of units reached: the author's published Torch code.
#[must_use]
pub fn feedback(
    settings: &Feedback,
    seed: u64,
    hidden: usize,
    rows: usize,
    reached: usize,
) -> Array2<f32> {
    let scale = settings.scale.unwrap_or(1.0 / (reached as f64).sqrt()) as f32;
    let mut stream = Stream::new(seed, Purpose::Feedback, hidden as u64, 0);
    Array2::from_shape_simple_fn((rows, reached), || match settings.law {
        FeedbackLaw::Uniform => stream.symmetric() * scale,
        FeedbackLaw::Gauss => stream.normal() * scale,
        FeedbackLaw::Sign => scale.copysign(stream.symmetric()),
    })
}

/// The fixed random matrices of `rule` for the hidden layers of `settings`: F_{i+1} [n_{i+1}, n_i] under FA, B_i
/// [outputs, n_i] under DFA, B_1 alone under IFA, none else.
#[must_use]
pub fn feedback_matrices(settings: &Settings, rule: Rule, outputs: usize) -> Vec<Array2<f32>> {
    let widths: Vec<usize> = settings.hidden.iter().map(|&n| n as usize).collect();
    let draw = |hidden: usize, rows: usize| {
        feedback(
            &settings.feedback,
            settings.seed,
            hidden,
            rows,
            widths[hidden],
        )
    };
    match rule {
        Rule::Bp | Rule::Shallow => Vec::new(),
        Rule::Fa => (0..widths.len())
            .map(|i| draw(i, widths.get(i + 1).copied().unwrap_or(outputs)))
            .collect(),
        Rule::Dfa => (0..widths.len()).map(|i| draw(i, outputs)).collect(),
        Rule::Ifa => vec![draw(0, outputs)],
    }
}
