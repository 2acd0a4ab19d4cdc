//! Draws of weights and of the fixed random feedback.

use ndarray::{Array1, Array2};

use super::network::Network;
use super::rng::{Purpose, Stream};
use super::rule::Rule;
use super::settings::{Activation, Feedback, FeedbackLaw, Settings, Start};
use super::shape::LayerShape;

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
/// `draw` counts how often it was drawn anew.
///
/// # References
/// Uniform in ±1/√n_i with n_i the number of units reached: the author's published Torch code.
#[must_use]
pub fn feedback(
    settings: &Feedback,
    seed: u64,
    draw: u64,
    hidden: usize,
    rows: usize,
    reached: usize,
) -> Array2<f32> {
    let scale = settings.scale.unwrap_or(1.0 / (reached as f64).sqrt()) as f32;
    let mut stream = Stream::new(seed, Purpose::Feedback, hidden as u64, draw);
    Array2::from_shape_simple_fn((rows, reached), || match settings.law {
        FeedbackLaw::Uniform => stream.symmetric() * scale,
        FeedbackLaw::Gauss => stream.normal() * scale,
        FeedbackLaw::Sign => scale.copysign(stream.symmetric()),
    })
}

/// The fixed random matrices of `rule` for the hidden layers of `layers`, as
/// [`Settings::shapes`] gives them: F_{i+1} of the shape of W_{i+1}ᵀ under FA (kernels, where layer i+1 is
/// a convolution: [maps, channels · size²]), B_i [outputs, n_i] under DFA with n_i the units of block i behind its pool,
/// B_1 alone under IFA, none else; as they are when drawn anew for the `draw`th time.
///
/// Where its scale is not given, it is 1/√n of the n units that a row reaches; for a kernel those are the units below
/// it, channels · size².
#[must_use]
pub fn feedback_matrices(
    settings: &Settings,
    rule: Rule,
    layers: &[LayerShape],
    draw: u64,
) -> Vec<Array2<f32>> {
    let drawn = |hidden: usize, (rows, reached): (usize, usize)| {
        let (law, seed) = (&settings.feedback, settings.seed);
        feedback(law, seed, draw, hidden, rows, reached)
    };
    let hidden = settings.hidden.len();
    let outputs = layers.last().map_or(0, LayerShape::n_out);
    let direct = |i: usize| drawn(i, (outputs, layers[i].n_out()));
    match rule {
        Rule::Bp | Rule::Shallow => Vec::new(),
        Rule::Fa => (0..hidden)
            .map(|i| {
                let (reached, rows) = layers[i + 1].weights();
                drawn(i, (rows, reached))
            })
            .collect(),
        Rule::Dfa => (0..hidden).map(direct).collect(),
        Rule::Ifa => vec![direct(0)],
    }
}

/// Feedback against the present weights ([`NewFeedback::Opposed`](super::settings::NewFeedback::Opposed)), in the
/// shapes of [`feedback_matrices`]. Under DFA and IFA there is none past a pool: what it picks is another thing for
/// each sample.
#[must_use]
pub fn opposed_feedback(rule: Rule, network: &Network) -> Option<Vec<Array2<f32>>> {
    let hidden = network.hidden();
    let opposed = |mut matrix: Array2<f32>| {
        matrix.mapv_inplace(|w| -w);
        matrix
    };
    let direct = |i: usize| network.path(i, hidden).map(opposed);
    match rule {
        Rule::Bp | Rule::Shallow => Some(Vec::new()),
        Rule::Fa => Some(
            (0..hidden)
                .map(|i| {
                    let weights = network.layers[i + 1].weights();
                    opposed(weights.t().as_standard_layout().into_owned())
                })
                .collect(),
        ),
        Rule::Dfa => (0..hidden).map(direct).collect(),
        Rule::Ifa => Some(vec![direct(0)?]),
    }
}
