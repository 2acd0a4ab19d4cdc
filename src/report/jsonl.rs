//! JSON lines: every number that was measured, `null` where it is undefined.

use serde::Serialize;

use super::{Format, Record};
use crate::core::fingerprint;
use crate::core::{Metrics, NUMERICS};
use crate::lane::Reason;
use crate::spec::{Spec, Verdict};

/// One JSON object a line.
pub struct Jsonl;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Experiment {
        link: &'a str,
        numerics: u32,
    },
    Metrics {
        rule: &'static str,
        #[serde(flatten)]
        metrics: &'a Metrics,
    },
    Finished {
        rule: &'static str,
        step: u64,
        reason: &'static str,
        /// Where and by what a diverged lane ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        diverged: Option<&'a str>,
        fingerprint: String,
        /// Weights and bias of each layer alone, to see where two runs part.
        parts: Vec<String>,
        /// "reproduced" or "differs", where the link has a receipt of this rule.
        #[serde(skip_serializing_if = "Option::is_none")]
        receipt: Option<&'static str>,
        /// The receipt's fingerprint, where the lane ended in another one.
        #[serde(skip_serializing_if = "Option::is_none")]
        expected: Option<String>,
    },
}

impl Format for Jsonl {
    /// Of several experiments each begins with its link.
    fn header(&self, spec: &Spec, many: bool) -> Option<String> {
        let link = spec.link();
        let line = Line::Experiment {
            link: &link,
            numerics: NUMERICS,
        };
        many.then(|| serde_json::to_string(&line).ok()).flatten()
    }

    fn line(&self, record: &Record) -> Option<String> {
        let line = match record {
            Record::Metrics { rule, metrics } => Line::Metrics {
                rule: rule.key(),
                metrics,
            },
            Record::Finished {
                rule,
                step,
                reason,
                fingerprint,
                parts,
                verdict,
            } => Line::Finished {
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
        };
        serde_json::to_string(&line).ok()
    }
}
