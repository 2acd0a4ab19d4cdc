//! One finished run of a cell: a line of the file of runs.

use serde::{Deserialize, Serialize};

use super::Row;
use crate::core::{NUMERICS, Rule};

/// A lane that ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Key of the row.
    pub row: String,
    /// Key of the rule.
    pub rule: String,
    pub seed: u64,
    /// Epochs at the most.
    pub epochs_asked: u32,
    /// Epochs that were run.
    pub epochs: u32,
    /// Why it ended: `epochs`, `error` (the training error reached its threshold) or `diverged`.
    pub reason: String,
    /// Error rate on all 10,000 test images after the last epoch, percent; undefined where none was completed.
    pub test_error: Option<f64>,
    /// The lowest one of `test_errors`, and after which epoch, from 1, it was first reached.
    pub best_test_error: Option<f64>,
    pub best_epoch: Option<u32>,
    /// Error rate on the probe, the first 1,000 training images, at the end, percent.
    pub train_error: Option<f64>,
    /// Error rate of all batches of the last epoch, each before its update, percent.
    pub running_error: Option<f64>,
    /// Test error after each epoch, percent.
    pub test_errors: Vec<f64>,
    /// The experiment, with its rule, seed and epochs.
    pub link: String,
    pub fingerprint: String,
    pub numerics: u32,
    /// Wall-clock time of training and measuring, seconds; on how many threads depends on what else ran.
    pub seconds: f64,
    /// The day on which it ended, UTC.
    pub date: String,
}

impl Run {
    /// Whether it is a run of this cell, with the present numerics.
    #[must_use]
    pub fn is_of(&self, row: &Row, rule: Rule) -> bool {
        self.row == row.key
            && self.rule == rule.key()
            && self.numerics == NUMERICS
            && row.is_experiment(&self.link, rule, self.seed)
    }

    /// Whether more epochs would change nothing: it ended by itself.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.reason != "epochs"
    }

    /// Whether a run of at most `epochs` epochs has nothing to add to it.
    #[must_use]
    pub fn covers(&self, epochs: u32) -> bool {
        self.is_over() || self.epochs >= epochs
    }
}
