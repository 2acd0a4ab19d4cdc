//! What several seeds say of the rules, in words.

use crate::lang::{Texts, fill};
use crate::spec::{LaneId, Spec};
use crate::spread::{Comparison, Pair, Seeds};

/// An error rate in percent, or a difference of two, as people read it.
#[must_use]
pub fn percent(value: f64) -> String {
    format!("{value:.2}")
}

/// One pair of lanes in a sentence: which median is above, by how much, and whether the ranges overlap.
#[must_use]
pub fn sentence(
    pair: &Pair,
    seeds: usize,
    name: impl Fn(LaneId) -> String,
    texts: &Texts,
) -> String {
    let words = &texts.spread;
    let medians = match pair.difference > 0.0 {
        true => words.above,
        false => words.equal,
    };
    let values = [
        ("above", &*name(pair.above)),
        ("below", &name(pair.below)),
        ("difference", &difference(pair.difference)),
    ];
    let medians = fill(medians, &values);
    let text = match pair.apart {
        true => words.apart,
        false => words.within,
    };
    fill(
        text,
        &[("medians", &medians), ("seeds", &seeds.to_string())],
    )
}

/// A difference that is there is never shown as none.
fn difference(points: f64) -> String {
    let shown = percent(points);
    match shown.as_str() {
        "0.00" => format!("{points:.4}"),
        _ => shown,
    }
}

/// All that the seeds of an experiment say, a line each: when, every lane, every pair. `None` before there is anything to
/// compare.
#[must_use]
pub fn summary(
    spec: &Spec,
    seeds: &Seeds,
    name: impl Fn(LaneId) -> String + Copy,
    texts: &Texts,
) -> Option<Vec<String>> {
    let Comparison {
        step,
        seeds: compared,
        lanes,
        pairs,
    } = seeds.compare()?;
    let first = spec.settings().seed;
    let last = first + u64::from(spec.seeds()) - 1;
    let count = compared.len();
    let values = [
        ("seeds", &*count.to_string()),
        ("first", &first.to_string()),
        ("last", &last.to_string()),
        ("step", &step.to_string()),
    ];
    let mut lines = vec![fill(texts.spread.summary, &values)];
    for lane in &lanes {
        let values = [
            ("lane", &*name(lane.lane)),
            ("median", &percent(lane.range.median)),
            ("low", &percent(lane.range.low)),
            ("high", &percent(lane.range.high)),
        ];
        lines.push(fill(texts.spread.summary_lane, &values));
    }
    let sentences = pairs.iter().map(|pair| sentence(pair, count, name, texts));
    lines.extend(sentences);
    Some(lines)
}
