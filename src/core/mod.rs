//! The mathematics: networks, rules, measurements. Knows no page, clock, file or link.
//!
//! Notation as in the paper: one sample a row; layers 1..=L, layer L is the output, K = L - 1 hidden layers.

pub mod activation;
pub mod checkpoint;
pub mod convolution;
pub mod diagnostics;
pub mod fingerprint;
pub mod init;
pub mod inputs;
pub mod kernel;
pub mod layer;
pub mod loss;
pub mod metrics;
pub mod network;
pub mod optimizer;
pub mod regularise;
pub mod rng;
pub mod rule;
pub mod scalar;
pub mod settings;
pub mod shape;
pub mod trainer;

pub use metrics::{LayerMetrics, Metrics};
pub use rule::Rule;
pub use settings::{
    Activation, Convolution, Dropout, Feedback, FeedbackLaw, HiddenLayer, Learning, NewFeedback,
    Optimizer, OptimizerKind, Phase, Settings, Start, Window,
};

/// Version of the arithmetic: it stands in links and fingerprints and changes whenever a bit of any result changes.
pub const NUMERICS: u32 = 1;
