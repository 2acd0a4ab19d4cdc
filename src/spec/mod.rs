//! What an experiment is: valid by construction, with a readable text form.
//!
//! [`Spec`] can only be made by [`Draft::finish`], which checks every limit, so whoever holds one need not check again.
//! [`FIELDS`] is the one table of knobs: link, form, command line and docs all walk it.

mod data_set;
mod error;
mod experiments;
mod fields;
mod layers;
mod link;
mod number;
mod presentation;
mod receipt;
mod schedule;
mod text;

pub use data_set::{DataSet, OwnData, as_name};
pub use error::{Allowed, LinkError, shown, shown_to};
pub use experiments::{EXPERIMENTS, Experiment};
pub use fields::{FIELDS, Field, Group, Kind, field};
pub use link::{LESSONS, LONGEST as LONGEST_LINK, Link, MOST_ERRORS, with_language};
pub use presentation::{At, LONGEST_NOTE, LONGEST_TITLE, PARTS, Presentation, controls};
pub use receipt::{Receipt, Verdict};
pub use schedule::{LANES, LaneId, Length, PHASES, Schedule, Stage};
pub use text::rule_words;

use crate::core::shape::{LayerShape, shapes};
use crate::core::{HiddenLayer, OptimizerKind, Settings};

/// Bytes that one lane of an experiment may need.
pub const MEMORY_LIMIT: u64 = 512 << 20;

/// The same on images of the reader's own: the paper's convolutional net on all of CIFAR takes more than
/// [`MEMORY_LIMIT`].
pub const OWN_MEMORY_LIMIT: u64 = 1 << 30;

/// Most numbers an image that can be whitened: the matrix has their square, and takes their cube of work.
pub const WHITE_INPUTS: usize = 4096;

/// Test images on which the error is measured within the first epoch: the test probe.
pub const TEST_PROBE: u32 = 1_000;

/// Images a chunk; a draw of `n` is made from the fewest whole chunks that hold n.
pub const CHUNK: u32 = 10_000;

/// Most seeds that one link runs.
pub const SEEDS: u32 = 20;

/// The largest seed, 2⁵³ - 1: every integer up to it is exact in JavaScript.
pub const SEED_LIMIT: u64 = (1 << 53) - 1;

/// The numbers of an experiment, each within its own limits but not yet checked against each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    data: DataSet,
    images: u32,
    zca: Option<f64>,
    lanes: Vec<Schedule>,
    settings: Settings,
    batch: u32,
    epochs: u32,
    steps: Option<u64>,
    stop_percent: f64,
    evals: Option<u32>,
    seeds: u32,
}

impl Default for Draft {
    /// The first look.
    fn default() -> Draft {
        Draft {
            data: DataSet::Mnist,
            images: 10_000,
            zca: None,
            lanes: text::default_lanes(),
            settings: Settings::default(),
            batch: 64,
            epochs: 20,
            steps: None,
            stop_percent: 0.01,
            evals: Some(4),
            seeds: 1,
        }
    }
}

impl Draft {
    /// The experiment of these numbers.
    ///
    /// # Errors
    /// More images than the data set has, a batch larger than their number, a phase of a layer that is not there, a kernel or pool larger than what
    /// it reads, seeds past the largest one, or a net larger than
    /// [`MEMORY_LIMIT`].
    pub fn finish(self) -> Result<Spec, LinkError> {
        if self.images > self.data.train() {
            return Err(LinkError::value(
                "n",
                &self.images.to_string(),
                Allowed::AtMostOfData(self.data.train()),
            ));
        }
        if let Some(epsilon) = self
            .zca
            .filter(|_| self.data.shape().units() > WHITE_INPUTS)
        {
            return Err(LinkError::value(
                "zca",
                &number::text(epsilon),
                Allowed::WhiteInputs(self.data.shape().units()),
            ));
        }
        if self.batch > self.images {
            return Err(LinkError::value(
                "batch",
                &self.batch.to_string(),
                Allowed::AtMostImages(self.images),
            ));
        }
        let most = SEED_LIMIT - self.settings.seed + 1;
        if u64::from(self.seeds) > most {
            return Err(LinkError::value(
                "seeds",
                &self.seeds.to_string(),
                Allowed::AtMostSeeds(most),
            ));
        }
        let layers = self.settings.hidden.len() as u32 + 1;
        let named = |lane: &Schedule| lane.highest_layer() > layers;
        if self.lanes.iter().any(named) {
            return Err(LinkError::value(
                "phases",
                &schedule::text(&self.lanes),
                Allowed::LayersTo(layers),
            ));
        }
        let (data, hidden) = (&self.data, &self.settings.hidden);
        let pools = hidden.iter().skip(1).any(HiddenLayer::has_pool);
        if pools && self.lanes.iter().any(Schedule::opposes_past_layers) {
            return Err(LinkError::value(
                "phases",
                &schedule::text(&self.lanes),
                Allowed::OpposedBelowPools,
            ));
        }
        if let Err(error) = shapes(hidden, data.shape(), data.classes()) {
            return Err(LinkError::value(
                "hidden",
                &layers::text(hidden),
                Allowed::Fitting(error),
            ));
        }
        let spec = Spec(self);
        let bytes = spec.memory_bytes_per_lane();
        let limit = match spec.0.data {
            DataSet::Mnist => MEMORY_LIMIT,
            DataSet::Own(_) => OWN_MEMORY_LIMIT,
        };
        if bytes > limit {
            return Err(LinkError::TooLarge {
                hidden: layers::text(&spec.0.settings.hidden),
                megabytes: bytes >> 20,
                limit_megabytes: limit >> 20,
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
    pub fn data(&self) -> &DataSet {
        &self.0.data
    }

    /// Training images that its own are drawn from: the fewest whole chunks that hold them, or all.
    #[must_use]
    pub fn pool(&self) -> u32 {
        let chunks = u64::from(self.images().div_ceil(CHUNK)) * u64::from(CHUNK);
        chunks.min(u64::from(self.0.data.train())) as u32
    }

    /// Test images of the test probe: 1,000, or all where there are fewer.
    #[must_use]
    pub fn test_probe(&self) -> u32 {
        self.0.data.test().min(TEST_PROBE)
    }

    /// Training images, 64 to all of the data set.
    #[must_use]
    pub fn images(&self) -> u32 {
        self.0.images
    }

    /// ε of the ZCA whitening, which is added to every eigenvalue of the covariance of pixels / 255; `None`: images are
    /// trained on as they are.
    #[must_use]
    pub fn zca(&self) -> Option<f64> {
        self.0.zca
    }

    /// What names the whitening of this experiment among others: data, ε, and the images that are drawn.
    #[must_use]
    pub fn whitening(&self) -> Option<String> {
        let (epsilon, images) = (self.0.zca?, self.images());
        let seed = match images == self.0.data.train() {
            true => 0,
            false => self.0.settings.seed,
        };
        let data = &self.0.data;
        Some(format!("{data} {images} {seed} {}", number::text(epsilon)))
    }

    /// Lanes, in the order in which they are shown.
    #[must_use]
    pub fn lanes(&self) -> &[Schedule] {
        &self.0.lanes
    }

    /// Whether some lane is more than one rule throughout.
    #[must_use]
    pub fn has_phases(&self) -> bool {
        self.0.lanes.iter().any(|lane| lane.as_plain().is_none())
    }

    /// The lane of a name.
    #[must_use]
    pub fn lane(&self, name: &str) -> Option<LaneId> {
        let found = self.0.lanes.iter().position(|lane| lane.name() == name);
        found.map(LaneId)
    }

    /// This experiment with another lane in the place of one.
    ///
    /// # Errors
    /// The lane names a layer that the net has not.
    pub fn with_lane(&self, id: LaneId, lane: Schedule) -> Result<Spec, LinkError> {
        let mut draft = self.draft();
        if let Some(place) = draft.lanes.get_mut(id.0) {
            *place = lane;
        }
        draft.finish()
    }

    /// This experiment with these lanes alone; lanes of one rule each come in the order of the link.
    ///
    /// # Errors
    /// A lane names a layer that the net has not.
    pub fn with_lanes(&self, mut lanes: Vec<Schedule>) -> Result<Spec, LinkError> {
        if lanes.iter().all(|lane| lane.as_plain().is_some()) {
            lanes.sort_by_key(Schedule::as_plain);
        }
        let draft = Draft {
            lanes,
            ..self.draft()
        };
        draft.finish()
    }

    /// Steps after which a lane ends at the latest.
    #[must_use]
    pub fn last_step(&self, lane: &Schedule) -> u64 {
        let per_epoch = self.steps_per_epoch();
        let mut planned = 0_u64;
        for stage in lane.stages() {
            planned += match stage.length {
                Some(Length::Epochs(epochs)) => u64::from(epochs) * per_epoch,
                Some(Length::Steps(steps)) => steps,
                Some(Length::Error(_)) | None => {
                    // It may last until all epochs are done.
                    planned = planned.max(u64::from(self.epochs()) * per_epoch);
                    0
                }
            };
        }
        planned.min(self.steps().unwrap_or(u64::MAX))
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

    /// Evaluation points an epoch, after the first; `None`: steps 1, 2, 5, 10, 20, 50, … and each epoch's end.
    #[must_use]
    pub fn evals(&self) -> Option<u32> {
        self.0.evals
    }

    /// Seeds that it is run with, 1 to [`SEEDS`]: its own and those that follow it.
    #[must_use]
    pub fn seeds(&self) -> u32 {
        self.0.seeds
    }

    /// This experiment with one seed alone, the `at`th from its first, counted from 0: an experiment of its own.
    #[must_use]
    pub fn of_seed(&self, at: u32) -> Spec {
        let mut draft = self.draft();
        draft.settings.seed += u64::from(at.min(self.0.seeds - 1));
        draft.seeds = 1;
        Spec(draft)
    }

    /// This experiment with its first seed alone.
    #[must_use]
    pub fn first_seed(&self) -> Spec {
        self.of_seed(0)
    }

    /// This experiment with so many seeds, the first as it is; `None` where there cannot be that many.
    #[must_use]
    pub fn with_seeds(&self, seeds: u32) -> Option<Spec> {
        let mut draft = self.draft();
        let field = field("seeds")?;
        field.set(&mut draft, &seeds.to_string()).ok()?;
        draft.finish().ok()
    }

    /// Steps an epoch.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        u64::from(self.images().div_ceil(self.batch()))
    }

    /// Examples seen after so many steps, divided by the number of training images.
    #[must_use]
    pub fn epoch_at(&self, step: u64) -> f64 {
        let per_epoch = self.steps_per_epoch();
        let (epochs, steps) = (step / per_epoch, step % per_epoch);
        let examples = steps * u64::from(self.batch());
        epochs as f64 + examples as f64 / f64::from(self.images())
    }

    /// Its numbers, to be changed and finished again.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.0.clone()
    }

    /// The layers of the net, the output layer last.
    #[must_use]
    pub fn shapes(&self) -> Vec<LayerShape> {
        let data = &self.0.data;
        self.0.settings.shapes(data.shape(), data.classes())
    }

    /// Weights and biases of the net.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let layers = self.shapes();
        layers.iter().map(LayerShape::parameters).sum()
    }

    /// What one lane needs, estimated: four bytes a parameter for weights, start, gradient, two probe gradients,
    /// feedback and each number of the optimiser's state; the images; and buffers.
    #[must_use]
    pub fn memory_bytes_per_lane(&self) -> u64 {
        let images = u64::from(self.pool()) + u64::from(self.0.data.test());
        let bytes = self.0.data.shape().units() as u64 + 1;
        let inputs = bytes - 1;
        let white = match self.0.zca {
            // The matrix, twice while it arrives, and two dense batches of a measurement.
            Some(_) => 2 * 4 * inputs * inputs + 2 * 4 * inputs * u64::from(self.batch().max(100)),
            None => 0,
        };
        self.memory_bytes_of_net() + images * bytes + white + (8 << 20)
    }

    /// The part of it that is taken once the images are there.
    #[must_use]
    pub fn memory_bytes_of_net(&self) -> u64 {
        let state = match self.0.settings.optimizer.kind {
            OptimizerKind::Sgd => 0,
            OptimizerKind::RmsProp | OptimizerKind::Momentum => 1,
            OptimizerKind::Adam => 2,
        };
        let layers = self.shapes();
        let hidden = &layers[..self.0.settings.hidden.len()];
        let rows = u64::from(self.batch());
        // Passes and deltas of a batch (3 buffers) and of a measurement of 100 images (9).
        let units: u64 = hidden.iter().map(|layer| layer.n_out() as u64).sum();
        let buffers = units * (3 * rows + 9 * 100) * 4;
        self.parameters() * (6 + state) * 4 + buffers + self.memory_bytes_of_convolutions(hidden)
    }

    /// What convolutions need beside: picks of a batch and of two passes of 100 images, feedback to units that are no
    /// parameters, and once for all the columns and maps of a sample and packed operands as large.
    fn memory_bytes_of_convolutions(&self, hidden: &[LayerShape]) -> u64 {
        let rows = u64::from(self.batch()) + 2 * 100 + self.0.data.classes() as u64;
        let mut largest = 0;
        let mut sum = 0;
        for layer in hidden {
            if let LayerShape::Convolution(geometry) = layer {
                let kernel = geometry.kernel;
                // As u64, since a net that is too large must be told so on 32-bit targets too.
                let columns = kernel.fan_in() as u64 * kernel.places() as u64;
                largest = largest.max(2 * (columns + geometry.maps.units() as u64));
                sum += layer.n_out() as u64 * rows;
            }
        }
        (largest + sum) * 4
    }
}
