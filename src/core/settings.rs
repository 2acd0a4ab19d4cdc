//! What a [`Trainer`](super::trainer::Trainer) must know beside its data: the network, its start, its optimiser.

use serde::{Deserialize, Serialize};

use super::rule::Rule;

/// Which layers learn, counted from 1 at the input side; layer K + 1 is the output. Ascending, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Learning {
    #[default]
    All,
    /// All but these.
    Frozen(Vec<u32>),
    /// These alone.
    Only(Vec<u32>),
}

impl Learning {
    /// Whether layer `i` (0-based) learns.
    #[must_use]
    pub fn includes(&self, i: usize) -> bool {
        let listed = |layers: &[u32]| layers.iter().any(|&layer| layer as usize == i + 1);
        match self {
            Learning::All => true,
            Learning::Frozen(layers) => !listed(layers),
            Learning::Only(layers) => listed(layers),
        }
    }
}

/// What happens to the fixed random feedback when a phase begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewFeedback {
    /// It stays; a rule that comes anew gets the matrices that it would have started with.
    #[default]
    Kept,
    /// Drawn anew, each time other numbers.
    Redrawn,
    /// Against the present weights: F_{i+1} = -W_{i+1}ᵀ under FA, B_i = -(W_{i+1} · … · W_L)ᵀ under DFA and IFA.
    Opposed,
}

/// A part of a lane's training: its rule, what learns, what begins anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    pub rule: Rule,
    pub learning: Learning,
    pub feedback: NewFeedback,
    /// The optimiser forgets its state.
    pub fresh: bool,
}

impl Phase {
    /// A rule as it is: every layer learns, nothing begins anew.
    #[must_use]
    pub fn plain(rule: Rule) -> Phase {
        Phase {
            rule,
            learning: Learning::All,
            feedback: NewFeedback::Kept,
            fresh: false,
        }
    }
}

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

/// A square window that moves over maps: a kernel or a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its side.
    pub size: u32,
    /// Steps from one place to the next.
    pub stride: u32,
    /// Zeros around each map; 0 for a pool.
    pub padding: u32,
}

/// A convolution, and the max-pool behind it if there is one: a block. The error that a rule sends reaches the block
/// behind its pool, and goes back through pool and activation exactly.
///
/// # References
/// Paper, section 4; the author's published Torch code adds its feedback behind each pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Maps that it drives, each with kernels and a bias of its own.
    pub maps: u32,
    pub kernel: Window,
    pub pool: Option<Window>,
}

/// A hidden layer that learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenLayer {
    /// So many units, each of which reads all units below.
    Dense(u32),
    Convolution(Convolution),
}

impl HiddenLayer {
    /// Whether a max-pool is its upper end.
    #[must_use]
    pub fn has_pool(&self) -> bool {
        matches!(self, HiddenLayer::Convolution(convolution) if convolution.pool.is_some())
    }

    /// Dense layers of these widths, from the input side.
    #[must_use]
    pub fn dense(widths: &[u32]) -> Vec<HiddenLayer> {
        widths.iter().copied().map(HiddenLayer::Dense).collect()
    }
}

/// Everything that decides a training run, but for the data, the rule and the batch order.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The hidden layers, from the input side.
    pub hidden: Vec<HiddenLayer>,
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
            hidden: HiddenLayer::dense(&[128, 128]),
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
