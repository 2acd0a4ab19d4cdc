//! Records and files that leave the program: one file a format. Every record of an evaluation point is written, none is
//! merged; only figures are drawn from the store's thinned series.

pub mod csv;
pub mod history;
pub(crate) mod json;
#[cfg(feature = "cli")]
pub mod jsonl;
pub mod line;
pub mod run;
pub mod spread;
#[cfg(feature = "cli")]
pub mod table;

use crate::core::{Metrics, Rule};
use crate::lane::Reason;
use crate::spec::{Schedule, Spec, Verdict};
use crate::spread::Seeds;

/// What happened in a lane, in the order in which it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    Metrics {
        lane: String,
        metrics: Box<Metrics>,
    },
    Finished {
        lane: String,
        /// Of the phase that it ended in.
        rule: Rule,
        step: u64,
        reason: Reason,
        fingerprint: u64,
        /// Of each layer's weights and bias alone ([`parts`](crate::core::fingerprint::parts)).
        parts: Vec<u64>,
        /// What the link's receipt says to it, if it says anything about this lane.
        verdict: Option<Verdict>,
    },
}

/// A text form of records, a line at a time.
pub trait Format {
    /// What comes before all records of an experiment; `many` if it is one of several.
    fn header(&self, spec: &Spec, many: bool) -> Option<String>;

    /// The line of a record, and of which seed it is where the experiment has several; `None` where this format leaves it
    /// out.
    fn line(&self, record: &Record, seed: Option<u64>) -> Option<String>;

    /// What comes behind all records of an experiment of several seeds.
    fn footer(&self, _spec: &Spec, _seeds: &Seeds, _lanes: &[Schedule]) -> Option<String> {
        None
    }
}
