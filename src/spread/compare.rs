//! Which rules several seeds set apart.

use super::{End, Lane, Range, Seeds};
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

/// A lane under a seed behind whose end nothing can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Early {
    pub lane: LaneId,
    /// Counted from 0.
    pub seed: usize,
    /// Its last step, or the one in which it diverged.
    pub step: u64,
    pub diverged: bool,
}

/// The test errors of all lanes under all seeds at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub step: u64,
    /// Whether the errors are on all test images; else on the test probe.
    pub on_all: bool,
    /// The seeds that have a test error under every lane at that step, counted from 0; two at least. Every other one is
    /// still on its way there.
    pub seeds: Vec<usize>,
    /// Those that diverged, and those that ended first where others went on.
    pub early: Vec<Early>,
    pub lanes: Vec<Tested>,
    /// Every pair of lanes.
    pub pairs: Vec<Pair>,
}

impl Comparison {
    /// How many seeds there are, compared or not.
    #[must_use]
    pub fn all(&self) -> usize {
        self.lanes.first().map_or(0, |lane| lane.errors.len())
    }
}

impl Seeds {
    /// Compares the lanes at the last step that two seeds at least have under every lane and that none of the others has
    /// left behind; `None` before there is one.
    ///
    /// Only seeds that are still on their way to that step are left out. One that ended before, because it had learned
    /// enough or diverged, would be missing for what its rule did: then the others are compared where it stood too.
    #[must_use]
    pub fn compare(&self) -> Option<Comparison> {
        let lanes = self.lanes.iter();
        let mut steps: Vec<u64> = lanes.flat_map(|lane| lane.test.all_steps()).collect();
        steps.sort_unstable();
        steps.dedup();
        let found = steps.into_iter().rev().find_map(|step| {
            let seeds = self.seeds_at(step)?;
            let on_all = self.is_on_all(step, &seeds)?;
            (seeds.len() > 1).then_some((step, seeds, on_all))
        });
        let (step, seeds, on_all) = found?;
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
            on_all,
            seeds,
            early: self.early(),
            lanes,
            pairs,
        })
    }

    /// The seeds that have a test error under every lane at a step; `None` if another one has none and will not get it.
    fn seeds_at(&self, step: u64) -> Option<Vec<usize>> {
        let has = |lane: &Lane, seed| lane.test.value(seed, step, 0).is_some();
        // Behind it, or at its end.
        let is_past = |lane: &Lane, seed| {
            let went_on = lane.test.last_step(seed).is_some_and(|last| last > step);
            went_on || lane.ends.get(seed).is_some_and(Option::is_some)
        };
        let mut seeds = Vec::new();
        for seed in 0..self.seeds {
            let mut missing = self.lanes.iter().filter(|lane| !has(lane, seed)).peekable();
            if missing.peek().is_none() {
                seeds.push(seed);
            } else if missing.any(|lane| is_past(lane, seed)) {
                return None;
            }
        }
        Some(seeds)
    }

    /// Whether the test errors of a step are on all test images; `None` if they are on all under some lanes alone, which
    /// ended there within the first epoch.
    fn is_on_all(&self, step: u64, seeds: &[usize]) -> Option<bool> {
        if step > 0 && step.is_multiple_of(self.steps_per_epoch) {
            return Some(true);
        }
        let ends_here = |end: &Option<End>| end.is_some_and(|end| end.step == step);
        let lanes = self.lanes.iter();
        let ends = lanes.flat_map(|lane| seeds.iter().filter_map(|&seed| lane.ends.get(seed)));
        let mut ends = ends.map(ends_here);
        let first = ends.next()?;
        ends.all(|other| other == first).then_some(first)
    }

    fn early(&self) -> Vec<Early> {
        let places =
            (0..self.seeds).flat_map(|seed| (0..self.lanes.len()).map(move |at| (seed, at)));
        let ended = places.filter_map(|(seed, at)| {
            let End { step, diverged } = self.lanes[at].ends.get(seed).copied().flatten()?;
            Some(Early {
                lane: LaneId(at),
                seed,
                step,
                diverged,
            })
        });
        let mut ended: Vec<Early> = ended.collect();
        let first = ended.iter().map(|end| end.step).min();
        let mut lanes = self.lanes.iter();
        let went_on = lanes.any(|lane| lane.test.all_steps().into_iter().max() > first);
        ended.retain(|end| end.diverged || went_on && Some(end.step) == first);
        ended
    }
}
