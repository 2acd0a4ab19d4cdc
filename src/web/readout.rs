//! Exact values at a step, for the tables beside the plots.

use super::figures::Sources;
use crate::lang::{Texts, fill};
use crate::plot::angle::Measure;
use crate::plot::bands::Bands;
use crate::plot::look::Named;
use crate::spec::LaneId;
use crate::store::ghost::{Ghost, Time};
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
/// The same where each cell also says what another run measured.
const COMPARED: usize = 3;
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

/// The seeds that have come to a step in a lane.
fn seeds_at(bands: &Bands, id: LaneId, step: u64) -> u32 {
    let all = bands.of(id, Quantity::TrainError);
    all.and_then(|all| all.at(step)).map_or(0, |at| at.1)
}

/// Median and range over seeds at a step; of other seeds than all that have come so far it says how many they are.
fn spread(
    texts: &Texts,
    bands: &Bands,
    (id, quantity): (LaneId, Quantity),
    step: u64,
    text: impl Fn(f64) -> String,
) -> String {
    let words = &texts.spread;
    let at = bands.of(id, quantity).and_then(|banded| banded.at(step));
    let Some((at, seeds, Some(range))) = at else {
        return words.no_point.to_owned();
    };
    let values = [
        ("median", &*text(range.median)),
        ("low", &text(range.low)),
        ("high", &text(range.high)),
    ];
    let mut value = fill(words.range, &values);
    if seeds != seeds_at(bands, id, step) {
        let values = [("value", &*value), ("seeds", &seeds.to_string())];
        value = fill(words.counted, &values);
    }
    match at == step {
        true => value,
        false => texts.measured_at(&value, at),
    }
}

/// What another run measured, and the present one minus it in brackets, where both have the point.
fn against(
    texts: &Texts,
    present: Option<f64>,
    other: Option<f64>,
    text: impl Fn(f64) -> String,
) -> String {
    let Some(value) = other else {
        return "–".to_owned();
    };
    let difference = present.map_or("–".to_owned(), |present| {
        let difference = present - value;
        let size = text(difference.abs());
        let sign = match difference {
            _ if size == text(0.0) => "",
            ..0.0 => "−",
            _ => "+",
        };
        format!("{sign}{size}")
    });
    let values = [("value", &*text(value)), ("difference", &difference)];
    fill(texts.ghosts.against, &values)
}

/// What stands under the number of seeds for a run of one.
fn one_seed(bands: Option<&Bands>) -> Option<String> {
    bands.map(|_| "1".to_owned())
}

/// The rows of the runs that are compared with a lane.
fn ghost_rows(
    sources: Sources,
    bands: Option<&Bands>,
    time: Time,
    step: u64,
    id: LaneId,
    quantities: &[Quantity],
    text: impl Fn(f64) -> String + Copy,
) -> Vec<Row> {
    let texts = sources.texts;
    let present = sources.store.lane(id);
    let row = |ghost: &Ghost| {
        let lane = ghost.paired(id)?;
        let cell = |&quantity: &Quantity| {
            let other = ghost.value(lane, quantity, step, time);
            // Of several seeds it is the median that the figure shows.
            let present = match bands {
                None => present.exactly(quantity, step),
                Some(bands) => {
                    let at = bands.of(id, quantity).and_then(|banded| banded.at(step));
                    at.filter(|at| at.0 == step)
                        .and_then(|at| Some(at.2?.median))
                }
            };
            against(texts, present, other, text)
        };
        let head = fill(texts.ghosts.against_run, &[("run", ghost.letter())]);
        let values = quantities.iter().map(cell).chain(one_seed(bands));
        Some((Head::Text(head), values.collect()))
    };
    sources.store.shown_ghosts().filter_map(row).collect()
}

/// The rows of lanes of other runs that are compared with no present one.
fn lone_rows(
    sources: Sources,
    bands: Option<&Bands>,
    time: Time,
    step: u64,
    quantities: &[Quantity],
    text: impl Fn(f64) -> String + Copy,
) -> Vec<Row> {
    let texts = sources.texts;
    let rows = sources.store.shown_ghosts().flat_map(|ghost| {
        ghost.alone().filter_map(move |lane| {
            let head = texts.lane_of(ghost, ghost.spec.lanes().get(lane)?);
            let cell = |&quantity: &Quantity| {
                let value = ghost.value(lane, quantity, step, time);
                value.map_or("–".to_owned(), text)
            };
            let values = quantities.iter().map(cell).chain(one_seed(bands));
            Some((Head::Text(head), values.collect()))
        })
    });
    rows.collect()
}

/// The error rates of every lane at a step: heads (that of the lanes first) and rows; with several seeds how many they
/// are, too.
pub fn errors_at(
    sources: Sources,
    bands: Option<&Bands>,
    time: Time,
    step: u64,
) -> (Vec<Head>, Vec<Row>) {
    let lab = &sources.texts.lab;
    let mut heads = [sources.texts.page.lane, lab.train_head, lab.test_head]
        .map(|text| Head::Text(text.to_owned()))
        .to_vec();
    if bands.is_some() {
        heads.push(Head::Text(sources.texts.spread.seeds_head.to_owned()));
    }
    let of = |id: LaneId, quantity| {
        let point = sources.store.lane(id).at(quantity, step);
        let value = |value| format!("{value:.2}");
        if let Some(bands) = bands {
            return spread(sources.texts, bands, (id, quantity), step, value);
        }
        shown(sources.texts, point, step, value)
    };
    let both = [Quantity::TrainError, Quantity::TestError];
    let text = |value: f64| format!("{value:.2}");
    let rows = |named: &Named| {
        let mut own = both.map(|quantity| of(named.id, quantity)).to_vec();
        own.extend(bands.map(|bands| seeds_at(bands, named.id, step).to_string()));
        let mut rows = vec![(Head::Lane(named.id), own)];
        rows.extend(ghost_rows(
            sources, bands, time, step, named.id, &both, text,
        ));
        rows
    };
    let mut all: Vec<Row> = sources.lanes.iter().flat_map(rows).collect();
    all.extend(lone_rows(sources, bands, time, step, &both, text));
    (heads, all)
}

/// What is measured of the layers of every lane at a step: heads and rows, a row a lane, or of many layers a row a layer.
pub fn layers_at(
    sources: Sources,
    bands: Option<&Bands>,
    layers: &[usize],
    measure: Measure,
    time: Time,
    step: u64,
) -> (Vec<Head>, Vec<Row>) {
    let all = layers.len();
    // A row a lane of another run leaves room for few layers beside each other.
    let compared = sources.store.shown_ghosts().next().is_some();
    let layers = spread_out(layers, if compared { COMPARED } else { LINES });
    let corner = Head::Text(sources.texts.layer_columns(layers.len(), all));
    let numbers = layers.iter().map(|i| Head::Text((i + 1).to_string()));
    let lanes = sources.lanes.iter().map(|named| named.id);
    let of = |id: LaneId, layer: usize| {
        if let Some(bands) = bands {
            let quantity = Quantity::Layer(layer, measure.quantity());
            let value = |value| measure.text(value);
            return spread(sources.texts, bands, (id, quantity), step, value);
        }
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
    let seeds = |id| bands.map(|bands| seeds_at(bands, id, step).to_string());
    let seeds_head = sources.texts.spread.seeds_head.to_owned();
    let seeds_head = bands.map(|_| Head::Text(seeds_head));
    if layers.len() <= COLUMNS {
        let quantity = |&layer: &usize| Quantity::Layer(layer, measure.quantity());
        let quantities: Vec<Quantity> = layers.iter().map(quantity).collect();
        let text = |value| measure.text(value);
        let rows = |id| {
            let own = layers.iter().map(|&i| of(id, i)).chain(seeds(id)).collect();
            let mut rows = vec![(Head::Lane(id), own)];
            rows.extend(ghost_rows(
                sources,
                bands,
                time,
                step,
                id,
                &quantities,
                text,
            ));
            rows
        };
        let mut rows: Vec<Row> = lanes.flat_map(rows).collect();
        rows.extend(lone_rows(sources, bands, time, step, &quantities, text));
        let heads = std::iter::once(corner).chain(numbers).chain(seeds_head);
        return (heads.collect(), rows);
    }
    let row = |&i: &usize| {
        let values = lanes.clone().map(|id| of(id, i)).collect();
        (Head::Text((i + 1).to_string()), values)
    };
    let heads = std::iter::once(corner).chain(lanes.clone().map(Head::Lane));
    let counts = seeds_head.map(|head| (head, lanes.clone().filter_map(seeds).collect()));
    (
        heads.collect(),
        layers.iter().map(row).chain(counts).collect(),
    )
}
