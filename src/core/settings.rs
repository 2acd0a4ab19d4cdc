//! What a [`Trainer`](super::trainer::Trainer) must know beside its data: the network, its start, its optimiser.

/// The function f of the hidden layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Tanh,
    Logistic,
    /// max(0, a), with derivative 0 at 0.
    Relu,
}

/// Where weights and biases start. Every random start is uniform in ±h, weights and biases alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Zero for FA and DFA, `Uniform` for BP, IFA and shallow; `Uniform` for every rule with ReLU.
    Paper,
    /// h = 1/√fan_in.
    Uniform,
    /// h = 0.
    Zero,
    /// h = √(3/fan_in): keeps the variance of the signal through a linear layer.
    Scaled,
    /// A chosen h.
    Small(f64),
}

/// The distribution of the fixed random feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedbackLaw {
    /// Uniform in ±scale.
    Uniform,
    /// Normal with standard deviation scale.
    Gauss,
    /// ±scale, each with probability one half.
    Sign,
}

/// How the fixed random feedback is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feedback {
    pub law: FeedbackLaw,
    /// Half-width, standard deviation or magnitude; `None` is 1/√n of the n units that the feedback reaches.
    pub scale: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptimizerKind {
    /// m ← ρ m + (1-ρ) g²; w ← w - lr · g / (√m + ε)
    RmsProp,
    /// w ← w - lr · g
    Sgd,
    /// v ← μ v + g; w ← w - lr · v
    Momentum,
    /// Kingma and Ba 2015, with β₁ = momentum, β₂ = rho and bias correction.
    Adam,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optimizer {
    pub kind: OptimizerKind,
    /// Learning rate.
    pub lr: f64,
    /// ρ of RMSprop, β₂ of Adam.
    pub rho: f64,
    /// ε, added outside the root.
    pub eps: f64,
    /// μ of momentum, β₁ of Adam.
    pub momentum: f64,
}

/// Probabilities with which a unit is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    pub input: f64,
    pub hidden: f64,
}

/// Everything that decides a training run, but for the data, the rule and the batch order.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Widths of the hidden layers, from the input side.
    pub hidden: Vec<u32>,
    pub activation: Activation,
    pub start: Start,
    pub feedback: Feedback,
    pub optimizer: Optimizer,
    pub dropout: Option<Dropout>,
    /// ε of fast-sign adversarial training; 0 is off.
    pub adversarial: f64,
    pub seed: u64,
}

impl Default for Settings {
    /// The first look: 2x128 tanh, RMSprop at 1e-3, the paper's start.
    fn default() -> Self {
        Settings {
            hidden: vec![128, 128],
            activation: Activation::Tanh,
            start: Start::Paper,
            feedback: Feedback {
                law: FeedbackLaw::Uniform,
                scale: None,
            },
            optimizer: Optimizer {
                kind: OptimizerKind::RmsProp,
                lr: 1e-3,
                rho: 0.99,
                eps: 1e-8,
                momentum: 0.9,
            },
            dropout: None,
            adversarial: 0.0,
            seed: 1,
        }
    }
}
