//! The angle figure: each rule's direction against the true gradient, layer by layer.

use super::axis::{Axis, Scale, StepUnit};
use super::chart::{Chart, letters};
use super::curve::Curve;
use super::error::{Labels, empty, end, step_axis, ticked};
use super::look::{self, Theme};
use super::surface::{Place, Stroke};
use crate::core::Rule;
use crate::store::{LayerQuantity, Quantity, Store};

/// Which angle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Of the weight update dW_i.
    Update,
    /// Of δ_i, mean over the probe's images, with its standard deviation.
    Delta,
}

/// What the reader chose to see.
#[derive(Clone, Debug)]
pub struct AngleView<'a> {
    pub rules: &'a [Rule],
    /// 0-based hidden layers that are shown.
    pub layers: &'a [usize],
    pub direction: Direction,
    pub log_x: bool,
    pub unit: StepUnit,
    pub steps_per_epoch: u64,
    pub cursor: Option<u64>,
}

/// The chart of angles.
#[must_use]
pub fn chart<'a>(
    store: &'a Store,
    view: &AngleView,
    labels: &Labels,
    theme: Theme,
    size: Place,
) -> Chart<'a> {
    let mut curves = Vec::new();
    let many = view.layers.len() > 1;
    // Where there are too many letters, only the lowest and the highest layer have theirs.
    let crowded = view.rules.len() * view.layers.len() > letters(size);
    for &rule in view.rules {
        let lane = store.lane(rule);
        for (rank, &layer) in view.layers.iter().enumerate() {
            let of = |quantity| lane.series(Quantity::Layer(layer, quantity));
            // Upper layers stand out, lower ones recede.
            let share = (rank + 1) as f64 / view.layers.len() as f64;
            let (points, spread) = match view.direction {
                Direction::Update => (of(LayerQuantity::AngleUpdate), &[][..]),
                Direction::Delta if many => (of(LayerQuantity::AngleDelta), &[][..]),
                Direction::Delta => (
                    of(LayerQuantity::AngleDelta),
                    of(LayerQuantity::AngleDeltaSpread),
                ),
            };
            curves.push(Curve {
                points,
                spread,
                stroke: Stroke {
                    colour: theme.colour(rule),
                    opacity: 0.4 + 0.6 * share,
                    width: look::width(rule) * (0.7 + 0.3 * share),
                    dash: look::dash(rule),
                },
                label: if crowded && rank > 0 && rank + 1 < view.layers.len() {
                    String::new()
                } else if many {
                    format!("{}{}", rule.letter(), layer + 1)
                } else {
                    rule.letter().to_string()
                },
                end: end(lane),
            });
        }
    }
    let highest = curves
        .iter()
        .flat_map(|curve| curve.points)
        .filter_map(|point| point.value)
        .fold(0.0, f64::max);
    let high = if highest > 150.0 {
        180.0
    } else if highest > 120.0 {
        150.0
    } else {
        120.0
    };
    let ticks = (0..=6)
        .map(|k| f64::from(k) * 30.0)
        .filter(|tick| *tick <= high)
        .collect();
    let empty = empty(store, &curves, labels);
    Chart {
        size,
        theme,
        x: step_axis(
            store,
            view.rules,
            size,
            view.log_x,
            view.unit,
            view.steps_per_epoch,
            labels,
        ),
        y: Axis {
            label: labels.angle.to_owned(),
            ..ticked(Scale::Linear, 0.0, high, ticks)
        },
        curves,
        mark: Some((90.0, labels.chance.to_owned())),
        cursor: view.cursor,
        empty,
    }
}
