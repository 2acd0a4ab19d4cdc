//! Exact values at a step, for the tables beside the plots.

use super::figures::Sources;
use crate::core::Rule;
use crate::plot::angle::Direction;
use crate::store::{LayerQuantity, Quantity};

/// A row of a readout: a rule's letter and its values.
pub type Row = (Rule, Vec<String>);

/// The error rates of every lane at a step: heads and rows.
pub fn errors_at(sources: Sources, step: u64) -> (Vec<String>, Vec<Row>) {
    let heads = ["training %", "test %"].map(String::from).to_vec();
    let of = |rule: Rule, quantity| {
        let point = sources.store.lane(rule).at(quantity, step);
        let value = point.and_then(|point| point.value);
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
    };
    let row = |&rule: &Rule| {
        let both = [Quantity::TrainError, Quantity::TestError];
        (rule, both.map(|quantity| of(rule, quantity)).to_vec())
    };
    (heads, sources.rules.iter().map(row).collect())
}

/// The angles of every lane at a step: heads and rows.
pub fn angles_at(
    sources: Sources,
    layers: &[usize],
    direction: Direction,
    step: u64,
) -> (Vec<String>, Vec<Row>) {
    // More layers than a small table holds are not read all at once.
    let layers = &layers[..layers.len().min(6)];
    let heads = layers.iter().map(|i| format!("layer {}", i + 1)).collect();
    let of = |rule: Rule, layer: usize| {
        let at = |quantity| {
            let lane = sources.store.lane(rule);
            let point = lane.at(Quantity::Layer(layer, quantity), step);
            point.and_then(|point| point.value)
        };
        let (angle, spread) = match direction {
            Direction::Update => (at(LayerQuantity::AngleUpdate), None),
            Direction::Delta => (
                at(LayerQuantity::AngleDelta),
                at(LayerQuantity::AngleDeltaSpread),
            ),
        };
        match (angle, spread) {
            (None, _) => "–".to_owned(),
            (Some(angle), None) => format!("{angle:.1}°"),
            (Some(angle), Some(spread)) => format!("{angle:.1}° ± {spread:.1}°"),
        }
    };
    let row = |&rule: &Rule| (rule, layers.iter().map(|&i| of(rule, i)).collect());
    (heads, sources.rules.iter().map(row).collect())
}
