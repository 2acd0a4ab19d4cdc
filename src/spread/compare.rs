//! Which rules several seeds set apart.

use super::{Range, Seeds};
use crate::spec::LaneId;

/// Test errors of a lane at the step of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    pub lane: LaneId,
    /// Of every seed, percent; `None` of one that has none at that step.
    pub errors: Vec<Option<f64>>,
    /// Of the seeds that are compared.
    pub range: Range,
}

/// Two lanes beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The lane with the larger median; where they are equal, the first of the two.
    pub above: LaneId,
    pub below: LaneId,
    /// Of the medians, percentage points, 0 or more.
    pub difference: f64,
    /// Whether the ranges do not overlap: each error of `above` is larger than each of `below`.
    pub apart: bool,
}

/// The test errors of all lanes under all seeds at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub step: u64,
    /// The seeds that have a test error under every lane at that step, counted from 0; two at least.
    pub seeds: Vec<usize>,
    pub lanes: Vec<Tested>,
    /// Every pair of lanes.
    pub pairs: Vec<Pair>,
}

impl Seeds {
    /// Compares the lanes at the last step at which two seeds at least have a test error under every lane; `None` before
    /// there is one.
    #[must_use]
    pub fn compare(&self) -> Option<Comparison> {
        let first = self.lanes.first()?;
        let seeds_at = |step: u64| -> Vec<usize> {
            let has = |seed: &usize| {
                let mut lanes = self.lanes.iter();
                lanes.all(|lane| lane.test.value(*seed, step, 0).is_some())
            };
            (0..self.seeds).filter(has).collect()
        };
        let mut steps = first.test.all_steps();
        steps.sort_unstable();
        steps.dedup();
        let found = steps.into_iter().rev().map(|step| (step, seeds_at(step)));
        let (step, seeds) = found.into_iter().find(|(_, seeds)| seeds.len() > 1)?;
        let lanes: Option<Vec<Tested>> = (0..self.lanes.len())
            .map(|at| {
                let test = &self.lanes[at].test;
                let errors = (0..self.seeds).map(|seed| test.value(seed, step, 0));
                let compared: Vec<f64> = seeds
                    .iter()
                    .filter_map(|&seed| test.value(seed, step, 0))
                    .collect();
                Some(Tested {
                    lane: LaneId(at),
                    errors: errors.collect(),
                    range: Range::of(&compared)?,
                })
            })
            .collect();
        let lanes = lanes?;
        let mut pairs = Vec::new();
        for (i, a) in lanes.iter().enumerate() {
            for b in &lanes[i + 1..] {
                let (above, below) = match b.range.median > a.range.median {
                    true => (b, a),
                    false => (a, b),
                };
                pairs.push(Pair {
                    above: above.lane,
                    below: below.lane,
                    difference: above.range.median - below.range.median,
                    apart: above.range.is_apart_from(&below.range),
                });
            }
        }
        Some(Comparison {
            step,
            seeds,
            lanes,
            pairs,
        })
    }
}
