//! One rule that works through one experiment: batches, evaluation points, stops. The worker and the command line run
//! this same code, step by step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::checkpoint::{CheckpointError, Reader, Writer};
use crate::core::diagnostics::{BLOCK, Block};
use crate::core::loss::Tally;
use crate::core::trainer::{Diverged, Trainer};
use crate::core::{Metrics, Rule};
use crate::data::batches::{Batches, pool};
use crate::data::{Images, images::SizeMismatch, mnist};
use crate::spec::Spec;

/// Training images on which errors and angles are measured: the first of the drawn subset.
pub const TRAIN_PROBE: usize = 1_000;
/// Test images that one call of [`Lane::advance`] works through, so that a worker stays responsive.
const TEST_IMAGES_A_CALL: usize = 10 * BLOCK;

/// Why a lane ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// All epochs are done.
    Epochs,
    /// All steps are done.
    Steps,
    /// The training error fell to the threshold.
    Error,
    /// `quantity` was the first that left the finite numbers, in step `step`.
    Diverged { step: u64, quantity: String },
}

impl Reason {
    /// Its word in records.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Reason::Epochs => "epochs",
            Reason::Steps => "steps",
            Reason::Error => "error",
            Reason::Diverged { .. } => "diverged",
        }
    }
}

/// What one call of [`Lane::advance`] did.
#[derive(Clone, Debug, PartialEq)]
pub enum Advance {
    /// One minibatch update.
    Stepped,
    /// A part of a measurement that takes several calls.
    Measuring,
    /// An evaluation point is complete.
    Measured(Box<Metrics>),
    /// The rest of the test images is needed ([`Lane::set_test`]); nothing was done.
    NeedsTest,
    /// The experiment is over; nothing more will happen.
    Finished { reason: Reason, fingerprint: u64 },
}

/// A measurement under way: the probe is done, test images are being counted.
struct Measurement {
    metrics: Box<Metrics>,
    tally: Tally,
    next: usize,
    end: usize,
}

/// A rule at work on an experiment.
pub struct Lane {
    spec: Spec,
    rule: Rule,
    trainer: Trainer,
    train: Arc<Images>,
    test: Arc<Images>,
    batches: Batches,
    /// The present batch.
    batch: Block,
    probe: Vec<Block>,
    /// Errors of the running epoch, each batch before its update.
    running: Tally,
    /// The running error at the ends of epochs, smoothed as the paper's author does before he compares, percent.
    smoothed_error: Option<f64>,
    measurement: Option<Measurement>,
    /// The step of the last complete evaluation point.
    measured: Option<u64>,
    end: Option<Reason>,
}

impl Lane {
    /// A lane at step 0. `train` holds at least the first [`pool`] images of the training
    /// set, `test` at least the test probe.
    ///
    /// # Errors
    /// Fewer images than that.
    pub fn new(
        spec: &Spec,
        rule: Rule,
        train: Arc<Images>,
        test: Arc<Images>,
    ) -> Result<Lane, SizeMismatch> {
        for (set, images, needed) in [
            ("training", &train, pool(spec.images())),
            ("test", &test, mnist::TEST_PROBE),
        ] {
            let (found, needed) = (images.len(), needed as usize);
            if found < needed {
                return Err(SizeMismatch::TooFew { set, found, needed });
            }
        }
        let batches = Batches::new(spec.settings().seed, spec.images(), spec.batch());
        let subset = batches.subset();
        let probe = train.blocks(&subset[..subset.len().min(TRAIN_PROBE)]);
        Ok(Lane {
            trainer: Trainer::new(
                spec.settings(),
                rule,
                train.inputs(),
                mnist::CLASSES,
                spec.batch() as usize,
            ),
            spec: spec.clone(),
            rule,
            train,
            test,
            batches,
            batch: Block::default(),
            probe,
            running: Tally::default(),
            smoothed_error: None,
            measurement: None,
            measured: None,
            end: None,
        })
    }

    /// Gives it all test images, where it began with the probe alone.
    pub fn set_test(&mut self, images: Arc<Images>) {
        self.test = images;
    }

    /// Minibatch updates made so far.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.trainer.steps()
    }

    /// Examples seen divided by the number of training images.
    #[must_use]
    pub fn epoch(&self) -> f64 {
        let per_epoch = self.batches.steps_per_epoch();
        let (epochs, steps) = (self.step() / per_epoch, self.step() % per_epoch);
        let examples = steps * u64::from(self.spec.batch());
        epochs as f64 + examples as f64 / f64::from(self.spec.images())
    }

    /// Training images of an epoch.
    #[must_use]
    pub fn images(&self) -> u32 {
        self.spec.images()
    }

    /// Steps an epoch.
    #[must_use]
    pub fn steps_per_epoch(&self) -> u64 {
        self.batches.steps_per_epoch()
    }

    /// Everything that decides how it goes on, as bytes; `None` while a measurement is under way or after its end.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Vec<u8>> {
        if self.measurement.is_some() || self.end.is_some() {
            return None;
        }
        let mut writer = Writer::new(&self.name());
        self.trainer.save(&mut writer);
        writer.u32(self.running.wrong);
        writer.u32(self.running.images);
        writer.f64(self.running.loss);
        writer.option(self.smoothed_error);
        writer.u32(u32::from(self.is_measured()));
        Some(writer.finish())
    }

    /// A lane that goes on from a checkpoint of the same experiment and rule, and ends in the same bits.
    ///
    /// # Errors
    /// The bytes are damaged or of another run; the lane is lost then.
    pub fn restored(mut self, bytes: &[u8]) -> Result<Lane, CheckpointError> {
        let mut reader = Reader::new(bytes, &self.name())?;
        self.trainer.load(&mut reader)?;
        let what = "the running error";
        self.running = Tally {
            wrong: reader.u32(what)?,
            images: reader.u32(what)?,
            loss: reader.f64(what)?,
        };
        self.smoothed_error = reader.option("the smoothed error")?;
        let is_measured = reader.u32("whether the step was measured")? == 1;
        self.measured = is_measured.then(|| self.step());
        reader.finish()?;
        Ok(self)
    }

    /// What names this run, in its checkpoints: the rule and the link.
    fn name(&self) -> String {
        format!("{} {}", self.rule.key(), self.spec.link())
    }

    /// The trainer, for whoever wants to look deeper.
    #[must_use]
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// Whether the next call of [`Lane::advance`] trains; else it measures or tells the end.
    #[must_use]
    pub fn is_before_step(&self) -> bool {
        let step = self.step();
        let due = self.measured != Some(step) && self.is_evaluation_point(step);
        self.measurement.is_none() && !due && self.end.is_none() && self.end_at(step).is_none()
    }

    /// Measures at the present step, even if it is no evaluation point; changes no bit of what follows.
    pub fn measure_now(&mut self) -> Advance {
        if self.measured == Some(self.step()) || self.measurement.is_some() {
            return self.advance();
        }
        self.begin_measurement()
    }

    /// Whether the present step was measured.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.measured == Some(self.step())
    }

    /// Does the next piece of work: an update, or a piece of a measurement. How calls are grouped in time changes
    /// nothing.
    pub fn advance(&mut self) -> Advance {
        if let Some(measurement) = self.measurement.take() {
            return self.count_test_images(measurement);
        }
        let step = self.step();
        if self.measured != Some(step) && self.is_evaluation_point(step) {
            return self.begin_measurement();
        }
        if let Some(reason) = self.end.clone().or_else(|| self.end_at(step)) {
            self.end = Some(reason.clone());
            return Advance::Finished {
                reason,
                fingerprint: self.trainer.fingerprint(),
            };
        }
        self.train_step()
    }

    fn train_step(&mut self) -> Advance {
        let step = self.step();
        if step.is_multiple_of(self.steps_per_epoch()) {
            self.running = Tally::default();
        }
        let at = self.batches.at(step);
        self.train.write_batch(at, &mut self.batch);
        let watch = self.is_evaluation_point(step + 1);
        let (inputs, labels) = &self.batch;
        match self.trainer.step(inputs, labels, watch) {
            Ok(tally) => self.running.add(tally),
            Err(diverged) => return self.diverge(diverged),
        }
        if watch && let Err(diverged) = self.trainer.check_parameters() {
            return self.diverge(diverged);
        }
        if self.step().is_multiple_of(self.steps_per_epoch())
            && let Some(error) = self.running.error_percent()
        {
            self.smoothed_error = Some(match self.smoothed_error {
                None => error,
                Some(old) => 0.75 * old + 0.25 * error,
            });
        }
        Advance::Stepped
    }

    fn diverge(&mut self, diverged: Diverged) -> Advance {
        self.measured = Some(self.step());
        self.end = Some(Reason::Diverged {
            step: diverged.step,
            quantity: diverged.quantity,
        });
        self.advance()
    }

    fn end_at(&self, step: u64) -> Option<Reason> {
        let per_epoch = self.steps_per_epoch();
        if step.is_multiple_of(per_epoch)
            && let Some(error) = self.smoothed_error
            && error <= self.spec.stop_percent()
        {
            Some(Reason::Error)
        } else if self.spec.steps().is_some_and(|steps| step >= steps) {
            Some(Reason::Steps)
        } else if step >= u64::from(self.spec.epochs()) * per_epoch {
            Some(Reason::Epochs)
        } else {
            None
        }
    }

    /// Steps 0, 1, 2, 5, 10, 20, 50, … and the end of the first epoch; then evenly; and the last step.
    fn is_evaluation_point(&self, step: u64) -> bool {
        let per_epoch = self.steps_per_epoch();
        if step.is_multiple_of(per_epoch) || self.end_at(step).is_some() {
            return true;
        }
        if step < per_epoch {
            let mut decade = 1;
            while decade <= step {
                if [1, 2, 5].iter().any(|digit| digit * decade == step) {
                    return true;
                }
                decade *= 10;
            }
            return false;
        }
        // Point j of an epoch is the step at which j/evals of it are done, rounded down.
        let evals = u64::from(self.spec.evals());
        let within = step % per_epoch;
        (within * evals).div_ceil(per_epoch) * per_epoch / evals == within
    }

    fn begin_measurement(&mut self) -> Advance {
        let step = self.step();
        let per_epoch = self.steps_per_epoch();
        let whole = step.is_multiple_of(per_epoch) && step > 0 || self.end_at(step).is_some();
        let test_images = if whole {
            mnist::TEST
        } else if step < per_epoch {
            mnist::TEST_PROBE
        } else {
            0
        };
        if self.test.len() < test_images as usize {
            return Advance::NeedsTest;
        }
        let (tally, layers) = self.trainer.measure(&self.probe);
        let metrics = Box::new(Metrics {
            step,
            epoch: self.epoch(),
            train_error: tally.error_percent().unwrap_or_default(),
            train_loss: tally.mean_loss().unwrap_or_default(),
            running_error: self.running.error_percent(),
            running_loss: self.running.mean_loss(),
            test_error: None,
            test_loss: None,
            test_images,
            layers,
        });
        self.count_test_images(Measurement {
            metrics,
            tally: Tally::default(),
            next: 0,
            end: test_images as usize,
        })
    }

    /// Counts the next test images of a measurement, and completes it after the last.
    fn count_test_images(&mut self, mut measurement: Measurement) -> Advance {
        let until = measurement.end.min(measurement.next + TEST_IMAGES_A_CALL);
        while measurement.next < until {
            let end = until.min(measurement.next + BLOCK);
            let at: [u32; BLOCK] = std::array::from_fn(|i| (measurement.next + i) as u32);
            let at = &at[..end - measurement.next];
            self.test.write_forward(at, &mut self.batch);
            let (inputs, labels) = &self.batch;
            measurement.tally.add(self.trainer.evaluate(inputs, labels));
            measurement.next = end;
        }
        if measurement.next < measurement.end {
            self.measurement = Some(measurement);
            return Advance::Measuring;
        }
        let mut metrics = measurement.metrics;
        metrics.test_error = measurement.tally.error_percent();
        metrics.test_loss = measurement.tally.mean_loss();
        self.measured = Some(metrics.step);
        Advance::Measured(metrics)
    }
}
