//! What an experiment is: valid by construction, with a readable text form.
//!
//! [`Spec`] can only be made by [`Draft::finish`], which checks every limit, so whoever holds one need not check again.
//! [`FIELDS`] is the one table of knobs: link, form, command line and docs all walk it.

mod error;
mod experiments;
mod fields;
mod link;
mod number;
mod receipt;
mod text;

pub use error::LinkError;
pub use experiments::{EXPERIMENTS, Experiment};
pub use fields::{FIELDS, Field, Group, Kind, field};
pub use link::Link;
pub use receipt::{Receipt, Verdict};

use crate::core::{OptimizerKind, Rule, Settings};

/// The data set of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataSet {
    Mnist,
}

/// Bytes that one lane of an experiment may need.
pub const MEMORY_LIMIT: u64 = 512 << 20;

/// The largest seed, 2⁵³ - 1: every integer up to it is exact in JavaScript.
pub const SEED_LIMIT: u64 = (1 << 53) - 1;

/// The numbers of an experiment, each within its own limits but not yet checked against each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    data: DataSet,
    images: u32,
    rules: Vec<Rule>,
    settings: Settings,
    batch: u32,
    epochs: u32,
    steps: Option<u64>,
    stop_percent: f64,
    evals: u32,
}

impl Default for Draft {
    /// The first look.
    fn default() -> Draft {
        Draft {
            data: DataSet::Mnist,
            images: 10_000,
            rules: vec![Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa],
            settings: Settings::default(),
            batch: 64,
            epochs: 20,
            steps: None,
            stop_percent: 0.01,
            evals: 4,
        }
    }
}

impl Draft {
    /// The experiment of these numbers.
    ///
    /// # Errors
    /// A batch larger than the number of images, or a net larger than [`MEMORY_LIMIT`].
    pub fn finish(self) -> Result<Spec, LinkError> {
        if self.batch > self.images {
            return Err(LinkError::value(
                "batch",
                &self.batch.to_string(),
                &format!("at most n, which is {}", self.images),
            ));
        }
        let spec = Spec(self);
        let bytes = spec.memory_bytes_per_lane();
        if bytes > MEMORY_LIMIT {
            return Err(LinkError::TooLarge {
                hidden: text::widths(&spec.0.settings.hidden),
                megabytes: bytes >> 20,
                limit_megabytes: MEMORY_LIMIT >> 20,
            });
        }
        Ok(spec)
    }
}

/// An experiment within all limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec(Draft);

impl Default for Spec {
    /// The first look.
    fn default() -> Spec {
        Spec(Draft::default())
    }
}

impl Spec {
    #[must_use]
    pub fn data(&self) -> DataSet {
        self.0.data
    }

    /// Training images, 64 to 60,000.
    #[must_use]
    pub fn images(&self) -> u32 {
        self.0.images
    }

    /// Lanes, in the order in which they are shown.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.0.rules
    }

    /// The network, its start and its optimiser.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Images a step.
    #[must_use]
    pub fn batch(&self) -> u32 {
        self.0.batch
    }

    /// Epochs at the most.
    #[must_use]
    pub fn epochs(&self) -> u32 {
        self.0.epochs
    }

    /// Steps at the most.
    #[must_use]
    pub fn steps(&self) -> Option<u64> {
        self.0.steps
    }

    /// Training error in percent at which a lane ends.
    #[must_use]
    pub fn stop_percent(&self) -> f64 {
        self.0.stop_percent
    }

    /// Evaluation points an epoch, after the first.
    #[must_use]
    pub fn evals(&self) -> u32 {
        self.0.evals
    }

    /// Steps an epoch.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        u64::from(self.images().div_ceil(self.batch()))
    }

    /// Its numbers, to be changed and finished again.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.0.clone()
    }

    /// Weights and biases of the net, with MNIST's 784 inputs and 10 classes.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let mut n_in = 784;
        let widths = self.0.settings.hidden.iter().map(|&n| u64::from(n));
        widths
            .chain([10])
            .map(|n_out| {
                let of_layer = (n_in + 1) * n_out;
                n_in = n_out;
                of_layer
            })
            .sum()
    }

    /// What one lane needs, estimated: four bytes a parameter for weights, start, gradient, two probe gradients,
    /// feedback and each number of the optimiser's state; the images; and buffers.
    #[must_use]
    pub fn memory_bytes_per_lane(&self) -> u64 {
        let state = match self.0.settings.optimizer.kind {
            OptimizerKind::Sgd => 0,
            OptimizerKind::RmsProp | OptimizerKind::Momentum => 1,
            OptimizerKind::Adam => 2,
        };
        let units: u64 = self.0.settings.hidden.iter().map(|&n| u64::from(n)).sum();
        let rows = u64::from(self.batch());
        // Passes and deltas of a batch (3 buffers) and of a measurement of 100 images (9).
        let buffers = units * (3 * rows + 9 * 100) * 4;
        let images = u64::from(self.images().div_ceil(10_000)) * 10_000 + 10_000;
        self.parameters() * (6 + state) * 4 + buffers + images * 785 + (8 << 20)
    }
}
