//! JSON lines: every number that was measured, `null` where it is undefined.

use super::line::Line;
use super::{Format, Record};
use crate::core::NUMERICS;
use crate::spec::Spec;

/// One JSON object a line.
pub struct Jsonl;

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

    fn line(&self, record: &Record, seed: Option<u64>) -> Option<String> {
        serde_json::to_string(&Line::of(record, seed)).ok()
    }
}
