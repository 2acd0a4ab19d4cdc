//! The form in which records leave the program, whatever carries them.

use serde::Serialize;

use super::Record;
use crate::core::{Metrics, fingerprint};
use crate::lane::Reason;
use crate::spec::Verdict;

/// A record as other programs read it: a JSON line of the command line, a message to a page around the lab. Numbers that
/// are undefined are `null`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Line<'a> {
    Experiment {
        link: &'a str,
        numerics: u32,
    },
    Metrics {
        /// Where the experiment has several.
        #[serde(skip_serializing_if = "Option::is_none")]
        seed: Option<u64>,
        lane: &'a str,
        #[serde(flatten)]
        metrics: &'a Metrics,
    },
    Finished {
        #[serde(skip_serializing_if = "Option::is_none")]
        seed: Option<u64>,
        lane: &'a str,
        /// Of its last phase.
        rule: &'static str,
        step: u64,
        reason: &'static str,
        /// Where and by what a diverged lane ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        diverged: Option<&'a str>,
        fingerprint: String,
        /// Weights and bias of each layer alone, to see where two runs part.
        parts: Vec<String>,
        /// "reproduced" or "differs", where the link has a receipt of this lane.
        #[serde(skip_serializing_if = "Option::is_none")]
        receipt: Option<&'static str>,
        /// The receipt's fingerprint, where the lane ended in another one.
        #[serde(skip_serializing_if = "Option::is_none")]
        expected: Option<String>,
    },
}

impl<'a> Line<'a> {
    /// The line of a record, and of which seed it is where that is to be said.
    #[must_use]
    pub fn of(record: &'a Record, seed: Option<u64>) -> Line<'a> {
        match record {
            Record::Metrics { lane, metrics } => Line::Metrics {
                seed,
                lane,
                metrics,
            },
            Record::Finished {
                lane,
                rule,
                step,
                reason,
                fingerprint,
                parts,
                verdict,
            } => Line::Finished {
                seed,
                lane,
                rule: rule.key(),
                step: *step,
                reason: reason.key(),
                diverged: match reason {
                    Reason::Diverged { quantity, .. } => Some(quantity),
                    _ => None,
                },
                fingerprint: fingerprint::hex(*fingerprint),
                parts: parts.iter().copied().map(fingerprint::hex).collect(),
                receipt: verdict.map(Verdict::key),
                expected: match verdict {
                    Some(Verdict::Differs { expected }) => Some(fingerprint::hex(*expected)),
                    _ => None,
                },
            },
        }
    }
}
