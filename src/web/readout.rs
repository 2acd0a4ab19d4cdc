//! Exact values at a step, for the tables beside the plots.

use super::figures::Sources;
use crate::lang::Texts;
use crate::plot::angle::Measure;
use crate::plot::look::Named;
use crate::spec::LaneId;
use crate::store::{LayerQuantity, Point, Quantity};

/// What a row or a column of a readout is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    Lane(LaneId),
    Text(String),
}

/// A row of a readout: its head and its values.
pub type Row = (Head, Vec<String>);

/// Layers that stand beside each other; more stand below each other.
const COLUMNS: usize = 5;
/// Layers in a table at the most.
const LINES: usize = 20;

/// `count` of the layers at the most, the first and the last among them, evenly spread.
pub fn spread_out(layers: &[usize], count: usize) -> Vec<usize> {
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

/// The error rates of every lane at a step: heads (that of the lanes first) and rows.
pub fn errors_at(sources: Sources, step: u64) -> (Vec<Head>, Vec<Row>) {
    let lab = &sources.texts.lab;
    let heads = [sources.texts.page.lane, lab.train_head, lab.test_head]
        .map(|text| Head::Text(text.to_owned()))
        .to_vec();
    let of = |id: LaneId, quantity| {
        let point = sources.store.lane(id).at(quantity, step);
        let value = |value| format!("{value:.2}");
        shown(sources.texts, point, step, value)
    };
    let row = |named: &Named| {
        let both = [Quantity::TrainError, Quantity::TestError];
        (
            Head::Lane(named.id),
            both.map(|quantity| of(named.id, quantity)).to_vec(),
        )
    };
    (heads, sources.lanes.iter().map(row).collect())
}

/// What is measured of the layers of every lane at a step: heads and rows, a row a lane, or of many layers a row a layer.
pub fn layers_at(
    sources: Sources,
    layers: &[usize],
    measure: Measure,
    step: u64,
) -> (Vec<Head>, Vec<Row>) {
    let all = layers.len();
    let layers = spread_out(layers, LINES);
    let corner = Head::Text(sources.texts.layer_columns(layers.len(), all));
    let numbers = layers.iter().map(|i| Head::Text((i + 1).to_string()));
    let lanes = sources.lanes.iter().map(|named| named.id);
    let of = |id: LaneId, layer: usize| {
        let lane = sources.store.lane(id);
        let at = |quantity| lane.at(Quantity::Layer(layer, quantity), step);
        let spread = match measure {
            Measure::Delta if all <= 3 => at(LayerQuantity::AngleDeltaSpread),
            _ => None,
        };
        let spread = spread.and_then(|point| point.value);
        let value = |value| match spread {
            None => measure.text(value),
            Some(spread) => format!("{} ± {}", measure.text(value), measure.text(spread)),
        };
        shown(sources.texts, at(measure.quantity()), step, value)
    };
    if layers.len() <= COLUMNS {
        let row = |id| (Head::Lane(id), layers.iter().map(|&i| of(id, i)).collect());
        return (
            std::iter::once(corner).chain(numbers).collect(),
            lanes.map(row).collect(),
        );
    }
    let row = |&i: &usize| {
        let values = lanes.clone().map(|id| of(id, i)).collect();
        (Head::Text((i + 1).to_string()), values)
    };
    let heads = std::iter::once(corner).chain(lanes.clone().map(Head::Lane));
    (heads.collect(), layers.iter().map(row).collect())
}
