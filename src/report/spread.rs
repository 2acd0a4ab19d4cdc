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
    comparison: &Comparison,
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
    let (seeds, all) = (comparison.seeds.len(), comparison.all());
    let text = match pair.apart {
        true if seeds < all => words.apart_so_far,
        true => words.apart,
        false => words.within,
    };
    let values = [
        ("medians", &*medians),
        ("seeds", &seeds.to_string()),
        ("all", &all.to_string()),
    ];
    fill(text, &values)
}

/// What has to be known of the seeds of a comparison, a sentence each: which are not there yet, which diverged, which
/// ended first.
#[must_use]
pub fn notes(
    comparison: &Comparison,
    spec: &Spec,
    name: impl Fn(LaneId) -> String,
    texts: &Texts,
) -> Vec<String> {
    let words = &texts.spread;
    let number = |seed: usize| (spec.settings().seed + seed as u64).to_string();
    let mut notes = Vec::new();
    let others = (0..comparison.all()).filter(|seed| !comparison.seeds.contains(seed));
    let others: Vec<String> = others.map(number).collect();
    if !others.is_empty() {
        notes.push(fill(words.not_there, &[("seeds", &others.join(", "))]));
    }
    for (diverged, text) in [(true, words.did_diverge), (false, words.ended_first)] {
        let early = comparison.early.iter();
        let early = early.filter(|early| early.diverged == diverged);
        let lanes: Vec<String> = early
            .map(|early| {
                let values = [
                    ("seed", &*number(early.seed)),
                    ("lane", &name(early.lane)),
                    ("step", &early.step.to_string()),
                ];
                fill(words.early, &values)
            })
            .collect();
        if !lanes.is_empty() {
            notes.push(fill(text, &[("lanes", &lanes.join(texts.lab.part_join))]));
        }
    }
    notes
}

/// On how many test images the errors of a comparison are.
#[must_use]
pub fn images(comparison: &Comparison, spec: &Spec) -> u32 {
    match comparison.on_all {
        true => spec.data().test(),
        false => spec.test_probe(),
    }
}

/// A difference that is there is never shown as none.
fn difference(points: f64) -> String {
    let shown = percent(points);
    match shown.as_str() {
        "0.00" => format!("{points:.4}"),
        _ => shown,
    }
}

/// All that the seeds of an experiment say, a line each: when, what has to be known of the seeds, every lane, every pair.
/// `None` before there is anything to compare.
#[must_use]
pub fn summary(
    spec: &Spec,
    seeds: &Seeds,
    name: impl Fn(LaneId) -> String + Copy,
    texts: &Texts,
) -> Option<Vec<String>> {
    let comparison = seeds.compare()?;
    let first = spec.settings().seed;
    let last = first + u64::from(spec.seeds()) - 1;
    let values = [
        ("images", &*images(&comparison, spec).to_string()),
        ("seeds", &comparison.seeds.len().to_string()),
        ("first", &first.to_string()),
        ("last", &last.to_string()),
        ("step", &comparison.step.to_string()),
    ];
    let mut lines = vec![fill(texts.spread.summary, &values)];
    lines.extend(notes(&comparison, spec, name, texts));
    for lane in &comparison.lanes {
        let values = [
            ("lane", &*name(lane.lane)),
            ("median", &percent(lane.range.median)),
            ("low", &percent(lane.range.low)),
            ("high", &percent(lane.range.high)),
        ];
        lines.push(fill(texts.spread.summary_lane, &values));
    }
    let pairs = comparison.pairs.iter();
    lines.extend(pairs.map(|pair| sentence(pair, &comparison, name, texts)));
    Some(lines)
}
