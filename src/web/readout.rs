//! Exact values at a step, for the tables beside the plots.

use super::figures::Sources;
use super::texts::Texts;
use crate::core::Rule;
use crate::plot::angle::Direction;
use crate::store::{LayerQuantity, Point, Quantity};

/// A row of a readout: a rule's letter and its values.
pub type Row = (Rule, Vec<String>);

/// Layers in a table at the most.
const COLUMNS: usize = 5;

/// `count` of the layers at the most, the first and the last among them, evenly spread.
fn spread_out(layers: &[usize], count: usize) -> Vec<usize> {
    if layers.len() <= count {
        return layers.to_vec();
    }
    let place = |k: usize| k * (layers.len() - 1) / (count - 1);
    (0..count).map(|k| layers[place(k)]).collect()
}

/// The last value at `step`; one that was measured before says when.
fn shown(texts: &Texts, point: Option<Point>, step: u64, text: impl Fn(f64) -> String) -> String {
    match point.and_then(|point| Some((point.step, point.value?))) {
        None => "–".to_owned(),
        Some((at, value)) if at == step => text(value),
        Some((at, value)) => texts.measured_at(&text(value), at),
    }
}

/// The error rates of every lane at a step: heads (that of the rules first) and rows.
pub fn errors_at(sources: Sources, step: u64) -> (Vec<String>, Vec<Row>) {
    let heads = ["", "training %", "test %"].map(String::from).to_vec();
    let of = |rule: Rule, quantity| {
        let point = sources.store.lane(rule).at(quantity, step);
        let value = |value| format!("{value:.2}");
        shown(sources.texts, point, step, value)
    };
    let row = |&rule: &Rule| {
        let both = [Quantity::TrainError, Quantity::TestError];
        (rule, both.map(|quantity| of(rule, quantity)).to_vec())
    };
    (heads, sources.rules.iter().map(row).collect())
}

/// The angles of every lane at a step: heads (that of the rules first) and rows.
pub fn angles_at(
    sources: Sources,
    layers: &[usize],
    direction: Direction,
    step: u64,
) -> (Vec<String>, Vec<Row>) {
    // More layers than a small table holds are not read all at once.
    let all = layers.len();
    let layers = spread_out(layers, COLUMNS);
    let mut heads = vec![sources.texts.layer_columns(layers.len(), all)];
    heads.extend(layers.iter().map(|i| (i + 1).to_string()));
    let of = |rule: Rule, layer: usize| {
        let lane = sources.store.lane(rule);
        let at = |quantity| lane.at(Quantity::Layer(layer, quantity), step);
        let (angle, spread) = match direction {
            Direction::Update => (at(LayerQuantity::AngleUpdate), None),
            Direction::Delta if all > 3 => (at(LayerQuantity::AngleDelta), None),
            Direction::Delta => (
                at(LayerQuantity::AngleDelta),
                at(LayerQuantity::AngleDeltaSpread),
            ),
        };
        let spread = spread.and_then(|point| point.value);
        let value = |angle| match spread {
            None => format!("{angle:.1}°"),
            Some(spread) => format!("{angle:.1}° ± {spread:.1}°"),
        };
        shown(sources.texts, angle, step, value)
    };
    let row = |&rule: &Rule| (rule, layers.iter().map(|&i| of(rule, i)).collect());
    (heads, sources.rules.iter().map(row).collect())
}
