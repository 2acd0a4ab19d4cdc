//! A lane that works through one experiment: batches, phases, evaluation points, stops. The worker and the command line
//! run this same code, step by step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::checkpoint::{CheckpointError, Reader, Writer};
use crate::core::diagnostics::{BLOCK, Block};
use crate::core::loss::Tally;
use crate::core::metrics::LayerMetrics;
use crate::core::trainer::{Diverged, Trainer};
use crate::core::{Metrics, Phase};
use crate::data::batches::Batches;
use crate::data::{Images, images::SizeMismatch};
use crate::spec::{Length, Schedule, Spec, Stage};

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

/// A lane was told to go on by what contradicts what it has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the experiment differs from this lane's in what it has already done")]
pub struct EditError;

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

/// A lane at work on an experiment.
pub struct Lane {
    spec: Spec,
    schedule: Schedule,
    /// Its phase, counted from 0, and the step after which it began.
    phase: usize,
    phase_start: u64,
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
    /// A lane at step 0. `train` holds at least the first [`Spec::pool`] images of the training set, `test` at least the
    /// test probe.
    ///
    /// # Errors
    /// Fewer images than that, or they are not white where the experiment has white ones.
    pub fn new(
        spec: &Spec,
        schedule: &Schedule,
        train: Arc<Images>,
        test: Arc<Images>,
    ) -> Result<Lane, SizeMismatch> {
        for (set, images, needed) in [
            ("training", &train, spec.pool()),
            ("test", &test, spec.test_probe()),
        ] {
            let (found, needed) = (images.len(), needed as usize);
            if found < needed {
                return Err(SizeMismatch::TooFew { set, found, needed });
            }
        }
        if (train.is_white(), test.is_white()) != (spec.zca().is_some(), spec.zca().is_some()) {
            return Err(SizeMismatch::White);
        }
        let seed = spec.settings().seed;
        let batches = Batches::of_pool(seed, spec.images(), spec.batch(), spec.pool());
        let subset = batches.subset();
        let probe = train.blocks(&subset[..subset.len().min(TRAIN_PROBE)]);
        let mut trainer = Trainer::new(
            spec.settings(),
            schedule.first_rule(),
            spec.data().shape(),
            spec.data().classes(),
            spec.batch() as usize,
        );
        if let Some(stage) = schedule.stages().first() {
            trainer.begin(stage.phase.clone());
        }
        Ok(Lane {
            trainer,
            // Whoever runs one seed runs the same one, however many others run.
            spec: spec.first_seed(),
            schedule: schedule.clone(),
            phase: 0,
            phase_start: 0,
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
        self.spec.epoch_at(self.step())
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

    /// Everything that decides how it goes on, as bytes; `None` after it diverged. In the middle of a measurement it is
    /// that before it.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Vec<u8>> {
        if matches!(self.end, Some(Reason::Diverged { .. })) {
            return None;
        }
        let mut writer = Writer::new(&self.name());
        writer.u32(self.phase as u32);
        writer.u64(self.phase_start);
        self.trainer.save(&mut writer);
        writer.u32(self.running.wrong);
        writer.u32(self.running.images);
        writer.f64(self.running.loss);
        writer.option(self.smoothed_error);
        writer.u32(u32::from(self.is_measured()));
        Some(writer.finish())
    }

    /// A lane that goes on from a checkpoint of the same lane of the same experiment, and ends in the same bits.
    ///
    /// # Errors
    /// The bytes are damaged or of another run; the lane is lost then.
    pub fn restored(mut self, bytes: &[u8]) -> Result<Lane, CheckpointError> {
        let mut reader = Reader::new(bytes, &self.name())?;
        let what = "the phase";
        self.phase = reader.u32(what)? as usize;
        self.phase_start = reader.u64("the start of the phase")?;
        let stage = self.schedule.stages().get(self.phase);
        let phase = stage.map(|stage| stage.phase.clone());
        let phase = phase.ok_or(CheckpointError::TooMuch {
            what,
            found: self.phase as u64,
            most: self.schedule.stages().len() as u64 - 1,
        })?;
        self.trainer.load(phase, &mut reader)?;
        let (step, most) = (self.step(), self.spec.last_step(&self.schedule));
        for (what, found, most) in [
            ("the step", step, most),
            ("the start of the phase", self.phase_start, step),
        ] {
            if found > most {
                return Err(CheckpointError::TooMuch { what, found, most });
            }
        }
        let what = "the wrong ones of the running epoch";
        let (wrong, images) = (
            reader.u32(what)?,
            reader.u32("the images of the running epoch")?,
        );
        let expected = self.images_of_epoch(step);
        if u64::from(images) != expected {
            return Err(CheckpointError::Value {
                what: "the images of the running epoch",
                found: images.into(),
                expected,
            });
        }
        if wrong > images {
            let (found, most) = (wrong.into(), expected);
            return Err(CheckpointError::TooMuch { what, found, most });
        }
        self.running = Tally {
            wrong,
            images,
            loss: reader.f64("the running loss")?,
        };
        self.smoothed_error = reader.option("the smoothed error")?;
        let is_measured = reader.flag("whether the step was measured")?;
        self.measured = is_measured.then(|| self.step());
        reader.finish()?;
        Ok(self)
    }

    /// Images that the running epoch has trained on once `step` steps are made; of an epoch that has just ended all.
    fn images_of_epoch(&self, step: u64) -> u64 {
        let images = u64::from(self.spec.images());
        match step % self.steps_per_epoch() {
            0 if step == 0 => 0,
            0 => images,
            steps => steps * u64::from(self.spec.batch()),
        }
    }

    /// What names this run, in its checkpoints: the lane and the link.
    fn name(&self) -> String {
        format!("{} {}", self.schedule.name(), self.spec.link())
    }

    /// Its phase, counted from 0, and the step after which it began.
    #[must_use]
    pub fn phase(&self) -> (usize, u64) {
        (self.phase, self.phase_start)
    }

    /// Its phases and its name.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// What it works through.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Goes on by another schedule of another experiment that agree with its own on everything that it has done so far.
    ///
    /// # Errors
    /// They do not; nothing has changed then.
    pub fn edit(&mut self, spec: &Spec, schedule: &Schedule) -> Result<(), EditError> {
        let done = |schedule: &Schedule| -> Vec<Stage> {
            schedule.stages().iter().take(self.phase).cloned().collect()
        };
        let present = |schedule: &Schedule| {
            let stage = schedule.stages().get(self.phase);
            stage.map(|stage| stage.phase.clone())
        };
        let same_lane =
            done(schedule) == done(&self.schedule) && present(schedule) == present(&self.schedule);
        let same_rest = spec.settings() == self.spec.settings()
            && (spec.images(), spec.batch()) == (self.spec.images(), self.spec.batch())
            && spec.data() == self.spec.data()
            && spec.zca() == self.spec.zca();
        if !same_lane || !same_rest {
            return Err(EditError);
        }
        self.spec = spec.first_seed();
        self.schedule = schedule.clone();
        if !matches!(self.end, Some(Reason::Diverged { .. })) {
            self.end = None;
        }
        Ok(())
    }

    /// The trainer, for whoever wants to look deeper.
    #[must_use]
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// The training images on which errors and angles are measured.
    #[must_use]
    pub fn probe(&self) -> &[Block] {
        &self.probe
    }

    /// What a measurement would say of the hidden layers at the present step; it is no measurement of the lane and
    /// changes no bit.
    pub fn look(&mut self) -> Vec<LayerMetrics> {
        self.trainer.measure(&self.probe).1
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

    /// The step at which the present phase ends, where that is known before; `None` where it is not, or not to end.
    fn phase_end(&self) -> Option<u64> {
        match self.schedule.stages().get(self.phase)?.length? {
            Length::Epochs(epochs) => {
                Some(self.phase_start + u64::from(epochs) * self.steps_per_epoch())
            }
            Length::Steps(steps) => Some(self.phase_start + steps),
            Length::Error(_) => None,
        }
    }

    /// Whether the present phase is over at a step.
    fn phase_is_over(&self, step: u64) -> bool {
        let stage = self.schedule.stages().get(self.phase);
        match stage.and_then(|stage| stage.length) {
            Some(Length::Error(percent)) => {
                step > self.phase_start
                    && step.is_multiple_of(self.steps_per_epoch())
                    && self.smoothed_error.is_some_and(|error| error <= percent)
            }
            _ => self.phase_end().is_some_and(|end| step >= end),
        }
    }

    fn is_in_last_phase(&self) -> bool {
        self.phase + 1 == self.schedule.stages().len()
    }

    /// Goes over to the next phase where the present one is over.
    fn begin_due_phase(&mut self, step: u64) {
        if self.is_in_last_phase() || !self.phase_is_over(step) {
            return;
        }
        let next = self.schedule.stages().get(self.phase + 1);
        if let Some(phase) = next.map(|stage| stage.phase.clone()) {
            self.begin_phase(phase, step);
        }
    }

    fn begin_phase(&mut self, phase: Phase, step: u64) {
        self.phase += 1;
        self.phase_start = step;
        self.trainer.begin(phase);
    }

    fn train_step(&mut self) -> Advance {
        let step = self.step();
        self.begin_due_phase(step);
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
        let last = self.is_in_last_phase();
        let length = self.schedule.stages().last().and_then(|stage| stage.length);
        if last
            && length.is_none()
            && step.is_multiple_of(per_epoch)
            && let Some(error) = self.smoothed_error
            && error <= self.spec.stop_percent()
        {
            Some(Reason::Error)
        } else if self.spec.steps().is_some_and(|steps| step >= steps) {
            Some(Reason::Steps)
        } else if last && self.phase_is_over(step) {
            Some(match length {
                Some(Length::Steps(_)) => Reason::Steps,
                Some(Length::Error(_)) => Reason::Error,
                _ => Reason::Epochs,
            })
        } else if length.is_some_and(|length| !matches!(length, Length::Error(_))) {
            None // It ends with its last phase.
        } else if step >= u64::from(self.spec.epochs()) * per_epoch {
            Some(Reason::Epochs)
        } else {
            None
        }
    }

    /// Steps 0, 1, 2, 5, 10, 20, 50, …, the end of each epoch, and the last step. With a number of points an epoch, those
    /// lie evenly in every epoch after the first. Behind the begin of a later phase, where much happens in few steps, 1,
    /// 2, 3, 5, 7, 10, then every 10 up to 100, 150, 200, 300, 500.
    fn is_evaluation_point(&self, step: u64) -> bool {
        let per_epoch = self.steps_per_epoch();
        if step.is_multiple_of(per_epoch) || self.end_at(step).is_some() {
            return true;
        }
        // The step at which a phase ends is the last of the old one, whose successor begins with the next step.
        if self.phase_end() == Some(step) {
            return true;
        }
        let behind = step.saturating_sub(self.phase_start);
        if self.phase > 0
            && ([1, 2, 3, 5, 7, 150, 200, 300, 500].contains(&behind)
                || (behind <= 100 && behind.is_multiple_of(10)))
        {
            return true;
        }
        match self.spec.evals() {
            Some(evals) if step > per_epoch => {
                // Point j of an epoch is the step at which j/evals of it are done, rounded down.
                let (evals, within) = (u64::from(evals), step % per_epoch);
                (within * evals).div_ceil(per_epoch) * per_epoch / evals == within
            }
            _ => {
                let mut decade = 1;
                while decade * 10 <= step {
                    decade *= 10;
                }
                [1, 2, 5].iter().any(|digit| digit * decade == step)
            }
        }
    }

    fn begin_measurement(&mut self) -> Advance {
        let step = self.step();
        let per_epoch = self.steps_per_epoch();
        let whole = step.is_multiple_of(per_epoch) && step > 0 || self.end_at(step).is_some();
        let test_images = if whole {
            self.spec.data().test()
        } else if step < per_epoch {
            self.spec.test_probe()
        } else {
            0
        };
        if self.test.len() < test_images as usize {
            return Advance::NeedsTest;
        }
        let (tally, layers) = self.trainer.measure(&self.probe);
        let metrics = Metrics {
            rule: self.trainer.phase().rule,
            phase: self.phase as u32 + 1,
            phase_start: self.phase_start,
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
        };
        let measurement = Measurement {
            metrics: Box::new(metrics),
            tally: Tally::default(),
            next: 0,
            end: test_images as usize,
        };
        if test_images == 0 {
            return self.count_test_images(measurement);
        }
        self.measurement = Some(measurement);
        Advance::Measuring
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
