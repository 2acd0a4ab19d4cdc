//! Comma-separated values: a row an evaluation point, the columns of every hidden layer behind each other.

use super::{Format, Record};
use crate::spec::Spec;
use crate::store::LayerQuantity;

/// RFC 4180 without quotes: no field holds a comma. An undefined number is an empty field.
pub struct Csv;

fn field(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

impl Format for Csv {
    fn header(&self, spec: &Spec, _many: bool) -> Option<String> {
        let hidden = spec.settings().hidden.len();
        let mut columns: Vec<String> = [
            "lane",
            "rule",
            "phase",
            "phase_start",
            "step",
            "epoch",
            "train_error",
            "train_loss",
            "running_error",
            "running_loss",
            "test_error",
            "test_loss",
            "test_images",
        ]
        .map(String::from)
        .to_vec();
        for layer in 1..=hidden {
            columns.extend(LayerQuantity::ALL.map(|of| format!("{}_{layer}", of.key())));
        }
        Some(columns.join(","))
    }

    fn line(&self, record: &Record) -> Option<String> {
        let Record::Metrics { lane, metrics } = record else {
            return None;
        };
        let mut fields = vec![
            lane.clone(),
            metrics.rule.key().to_owned(),
            metrics.phase.to_string(),
            metrics.phase_start.to_string(),
            metrics.step.to_string(),
            metrics.epoch.to_string(),
            metrics.train_error.to_string(),
            metrics.train_loss.to_string(),
            field(metrics.running_error),
            field(metrics.running_loss),
            field(metrics.test_error),
            field(metrics.test_loss),
            metrics.test_images.to_string(),
        ];
        for layer in &metrics.layers {
            fields.extend(LayerQuantity::ALL.map(|of| field(of.of(layer))));
        }
        Some(fields.join(","))
    }
}
