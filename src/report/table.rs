//! A table for eyes: errors and the angle of each layer's update.

use super::spread::summary;
use super::{Format, Record};
use crate::core::fingerprint;
use crate::lane::Reason;
use crate::lang::{Texts, columns, fill};
use crate::spec::{LaneId, Schedule, Spec, Verdict};
use crate::spread::Seeds;

/// Columns of fixed width; "–" is undefined or not measured. It is for eyes and speaks their language, as no other
/// format does.
pub struct Table {
    pub texts: &'static Texts,
}

/// A heading at the right end of its column.
fn heading(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Width of the column of seeds, where there are several.
const SEED: usize = 10;
/// Layers that fit beside the errors.
const LAYERS: usize = 8;

fn cell(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

impl Format for Table {
    /// Of several experiments each begins with its link.
    fn header(&self, spec: &Spec, many: bool) -> Option<String> {
        let hidden = spec.settings().hidden.len();
        let words = &self.texts.command;
        let lane = words.column_lane;
        let mut header = format!(
            "{lane}{}",
            " ".repeat(8_usize.saturating_sub(columns(lane)))
        );
        for (text, width) in [
            (words.column_step, 9),
            (words.column_epoch, 9),
            (words.column_train, 10),
            (words.column_test, 10),
            (words.column_images, 8),
        ] {
            header += &heading(text, width);
        }
        for layer in 1..=hidden.min(LAYERS) {
            let text = fill(words.column_angle, &[("layer", &layer.to_string())]);
            header += &heading(&text, 9);
        }
        if hidden > LAYERS {
            header += "  …";
        }
        if spec.seeds() > 1 {
            let seed = self.texts.page.seed;
            header = format!(
                "{seed}{}{header}",
                " ".repeat(SEED.saturating_sub(columns(seed)).max(1))
            );
        }
        if many {
            header = format!("{}\n{header}", spec.link());
        }
        Some(header)
    }

    fn line(&self, record: &Record, seed: Option<u64>) -> Option<String> {
        let line = self.plain(record);
        Some(match seed {
            Some(seed) => format!("{seed:<SEED$}{line}"),
            None => line,
        })
    }

    fn footer(&self, spec: &Spec, seeds: &Seeds, lanes: &[Schedule]) -> Option<String> {
        let names = |id: LaneId| lanes.get(id.0).map_or("", Schedule::name).to_owned();
        Some(summary(spec, seeds, names, self.texts)?.join("\n"))
    }
}

impl Table {
    fn plain(&self, record: &Record) -> String {
        match record {
            Record::Metrics { lane, metrics } => {
                let mut line = format!(
                    "{:<8}{:>9}{:>9.3}{:>10.2}{:>10}{:>8}",
                    lane,
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
                lane,
                rule: _,
                step,
                reason,
                fingerprint,
                verdict,
                parts: _,
            } => {
                let words = &self.texts.command;
                let reason = match reason {
                    Reason::Epochs => words.end_epochs.to_owned(),
                    Reason::Steps => words.end_steps.to_owned(),
                    Reason::Error => words.end_error.to_owned(),
                    Reason::Diverged { step, quantity } => {
                        let values = [("step", &*step.to_string()), ("quantity", quantity)];
                        fill(words.diverged, &values)
                    }
                };
                let fingerprint = fingerprint::hex(*fingerprint);
                let verdict = verdict.map(|verdict| match verdict {
                    Verdict::Differs { expected } => {
                        let expected = fingerprint::hex(expected);
                        fill(words.lane_differs, &[("expected", &expected)])
                    }
                    Verdict::Reproduced => words.reproduced.to_owned(),
                    Verdict::Unchecked { .. } => words.unchecked.to_owned(),
                });
                let values = [("reason", reason.as_str()), ("fingerprint", &fingerprint)];
                let mut end = fill(words.lane_end, &values);
                if let Some(verdict) = verdict {
                    end = fill(
                        words.lane_end_verdict,
                        &[("end", &end), ("verdict", &verdict)],
                    );
                }
                format!("{lane:<8}{step:>9}  {end}")
            }
        }
    }
}
