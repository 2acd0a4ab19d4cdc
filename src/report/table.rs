//! A table for eyes: errors and the angle of each layer's update.

use super::{Format, Record};
use crate::core::fingerprint;
use crate::lane::Reason;
use crate::spec::{Spec, Verdict};

/// Columns of fixed width; "–" is undefined or not measured.
pub struct Table;

/// Layers that fit beside the errors.
const LAYERS: usize = 8;

fn cell(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

impl Format for Table {
    fn header(&self, spec: &Spec, _many: bool) -> Option<String> {
        let hidden = spec.settings().hidden.len();
        let mut header = format!(
            "{:<8}{:>9}{:>9}{:>10}{:>10}{:>8}",
            "rule", "step", "epoch", "train %", "test %", "images"
        );
        for layer in 1..=hidden.min(LAYERS) {
            header += &format!("{:>9}", format!("angle {layer}"));
        }
        if hidden > LAYERS {
            header += "  …";
        }
        Some(header)
    }

    fn line(&self, record: &Record) -> Option<String> {
        Some(match record {
            Record::Metrics { rule, metrics } => {
                let mut line = format!(
                    "{:<8}{:>9}{:>9.3}{:>10.2}{:>10}{:>8}",
                    rule.key(),
                    metrics.step,
                    metrics.epoch,
                    metrics.train_error,
                    cell(metrics.test_error, 2),
                    metrics.test_images,
                );
                for layer in metrics.layers.iter().take(LAYERS) {
                    line += &format!("{:>9}", cell(layer.angle_update_deg, 1));
                }
                line
            }
            Record::Finished {
                rule,
                step,
                reason,
                fingerprint,
                verdict,
                parts: _,
            } => {
                let reason = match reason {
                    Reason::Diverged { step, quantity } => {
                        format!("diverged in step {step}: {quantity}")
                    }
                    _ => format!("end by {}", reason.key()),
                };
                let fingerprint = fingerprint::hex(*fingerprint);
                let verdict = match verdict {
                    None => String::new(),
                    Some(Verdict::Differs { expected }) => {
                        format!(", differs: expected {}", fingerprint::hex(*expected))
                    }
                    Some(verdict) => format!(", {}", verdict.key()),
                };
                format!(
                    "{:<8}{step:>9}  {reason}, fingerprint {fingerprint}{verdict}",
                    rule.key()
                )
            }
        })
    }
}
