//! Comma-separated values: a row an evaluation point, the columns of every hidden layer behind each other.

use super::{Format, Record};
use crate::core::LayerMetrics;
use crate::spec::Spec;

/// RFC 4180 without quotes: no field holds a comma. An undefined number is an empty field.
pub struct Csv;

type Column = (&'static str, fn(&LayerMetrics) -> Option<f64>);

const LAYER_COLUMNS: [Column; 10] = [
    ("angle_update_deg", |layer| layer.angle_update_deg),
    ("angle_delta_deg", |layer| layer.angle_delta_deg),
    ("angle_delta_spread_deg", |layer| {
        layer.angle_delta_spread_deg
    }),
    ("criterion", |layer| layer.criterion),
    ("criterion_cos", |layer| layer.criterion_cos),
    ("weight_norm", |layer| Some(layer.weight_norm)),
    ("weight_change", |layer| Some(layer.weight_change)),
    ("update_norm", |layer| layer.update_norm),
    ("saturated", |layer| Some(layer.saturated)),
    ("feedback_angle_deg", |layer| layer.feedback_angle_deg),
];

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
            columns.extend(LAYER_COLUMNS.map(|(name, _)| format!("{name}_{layer}")));
        }
        if spec.seeds() > 1 {
            columns.insert(0, "seed".to_owned());
        }
        Some(columns.join(","))
    }

    fn line(&self, record: &Record, seed: Option<u64>) -> Option<String> {
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
        if let Some(seed) = seed {
            fields.insert(0, seed.to_string());
        }
        for layer in &metrics.layers {
            fields.extend(LAYER_COLUMNS.map(|(_, get)| field(get(layer))));
        }
        Some(fields.join(","))
    }
}
