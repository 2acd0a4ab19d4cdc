//! What several seeds of one experiment measured: median and range at each evaluation point, and which rules they set
//! apart.
//!
//! Evaluation points are the same steps for all seeds, and nothing is interpolated: a spread stands at a step only if
//! every seed that has come so far has a point there. Seeds that are not yet there, or ended before, are not counted, so
//! the count may differ along a curve. A comparison leaves out none that has ended.

mod compare;
mod rows;

pub use compare::{Comparison, Early, Pair, Tested};

use rows::Rows;

use crate::core::Metrics;
use crate::lane::Reason;
use crate::spec::{LaneId, Spec};
use crate::store::{LaneSeries, LayerQuantity, Quantity};

/// Bytes that the points of all seeds may take, about.
const MEMORY: usize = 64 << 20;
/// Evaluation points of a lane that are kept at the most, and at the least, whatever they take.
const POINTS: (usize, usize) = (500, 40);

/// What is kept of a hidden layer: what figures can show.
const OF_LAYER: [LayerQuantity; 7] = [
    LayerQuantity::AngleUpdate,
    LayerQuantity::AngleDelta,
    LayerQuantity::FeedbackAngle,
    LayerQuantity::CriterionCos,
    LayerQuantity::WeightNorm,
    LayerQuantity::WeightChange,
    LayerQuantity::Saturated,
];

/// What several seeds have measured at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub step: u64,
    /// Seeds that have a value there; the others below are about these alone.
    pub seeds: u32,
    /// Median, lowest and highest value; of an even number of seeds the median is the mean of the two in the middle.
    /// `None` where no seed has a value.
    pub of: Option<Range>,
}

/// Median, lowest and highest of some values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Range {
    /// Of these values; `None` of none, or of one that is no number.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Range> {
        let mut sorted = values.to_vec();
        // Some twenty values: a sort of the library would be more code to load.
        for i in 1..sorted.len() {
            let mut j = i;
            while j > 0 && sorted[j - 1] > sorted[j] {
                sorted.swap(j - 1, j);
                j -= 1;
            }
        }
        let (&low, &high) = (sorted.first()?, sorted.last()?);
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
            _ => sorted[middle],
        };
        let is_sound = values.iter().all(|value| value.is_finite());
        is_sound.then_some(Range { median, low, high })
    }

    /// Whether no value of one is among those of the other: the lowest of one lies above the highest of the other.
    #[must_use]
    pub fn is_apart_from(&self, other: &Range) -> bool {
        self.low > other.high || other.low > self.high
    }
}

/// One lane under every seed.
#[derive(Clone, Debug)]
struct Lane {
    /// Test errors, which are measured at some evaluation points only.
    test: Rows,
    /// Training error and what is kept of the layers, at every evaluation point.
    rest: Rows,
    /// Where each seed came to its end, if it did.
    ends: Vec<Option<End>>,
}

/// The end of a lane under a seed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    /// Its last one, or the one in which it left the finite numbers.
    step: u64,
    diverged: bool,
}

/// What all seeds of an experiment have measured, bounded in memory: where there are too many evaluation points, every
/// other one goes, the same ones for all seeds.
#[derive(Clone, Debug)]
pub struct Seeds {
    lanes: Vec<Lane>,
    seeds: usize,
    hidden: usize,
    steps_per_epoch: u64,
    revision: u64,
}

impl Seeds {
    /// Room for the seeds of an experiment, with so many lanes of it.
    #[must_use]
    pub fn new(spec: &Spec, lanes: usize) -> Seeds {
        let (seeds, hidden) = (spec.seeds() as usize, spec.settings().hidden.len());
        let lane = Lane {
            test: Rows::new(seeds, POINTS.0),
            rest: Rows::new(seeds, points(hidden, seeds, lanes)),
            ends: vec![None; seeds],
        };
        Seeds {
            lanes: vec![lane; lanes],
            seeds,
            hidden,
            steps_per_epoch: spec.steps_per_epoch(),
            revision: 0,
        }
    }

    /// Room for more seeds or fewer; those that stay keep what they have.
    pub fn resize(&mut self, seeds: usize) {
        self.revision += 1;
        self.seeds = seeds;
        let points = points(self.hidden, seeds, self.lanes.len());
        for lane in &mut self.lanes {
            lane.test.resize(seeds, POINTS.0);
            lane.rest.resize(seeds, points);
            lane.ends.resize(seeds, None);
        }
    }

    /// How many seeds there are.
    #[must_use]
    pub fn seeds(&self) -> usize {
        self.seeds
    }

    /// A number that is another one after every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Adds an evaluation point of a lane under a seed, counted from 0.
    pub fn push(&mut self, seed: usize, id: LaneId, metrics: &Metrics) {
        self.revision += 1;
        let Some(lane) = self.lanes.get_mut(id.0) else {
            return;
        };
        let step = metrics.step;
        if let Some(end) = lane.ends.get_mut(seed) {
            // One that had ended may go on.
            end.take_if(|end| end.step < step);
        }
        if let Some(error) = metrics.test_error {
            lane.test.push(seed, step, vec![error]);
        }
        let of = |quantity: Quantity| quantity.of(metrics).flatten().unwrap_or(f64::NAN);
        let values = kept(self.hidden).map(of).collect();
        lane.rest.push(seed, step, values);
    }

    /// A lane has come to its end under a seed.
    pub fn finish(&mut self, seed: usize, id: LaneId, step: u64, reason: &Reason) {
        self.revision += 1;
        let ends = self.lanes.get_mut(id.0).map(|lane| &mut lane.ends);
        if let Some(end) = ends.and_then(|ends| ends.get_mut(seed)) {
            *end = Some(match *reason {
                Reason::Diverged { step, .. } => End {
                    step,
                    diverged: true,
                },
                _ => End {
                    step,
                    diverged: false,
                },
            });
        }
    }

    /// Takes over what is known of a lane under a seed, in place of what was.
    pub fn restore(&mut self, seed: usize, id: LaneId, series: &LaneSeries) {
        self.clear(seed, id);
        let Some(lane) = self.lanes.get_mut(id.0) else {
            return;
        };
        for point in series.series(Quantity::TestError) {
            let value = point.value.unwrap_or(f64::NAN);
            lane.test.push(seed, point.step, vec![value]);
        }
        for point in series.series(Quantity::TrainError) {
            let at = |quantity| {
                let there = series.at(quantity, point.step);
                let there = there.filter(|there| there.step == point.step)?;
                Some(there.value.unwrap_or(f64::NAN))
            };
            // A point that was thinned out of some series is none.
            let values: Option<Vec<f64>> = kept(self.hidden).map(at).collect();
            if let Some(values) = values {
                lane.rest.push(seed, point.step, values);
            }
        }
        if let Some((step, reason)) = series.end() {
            self.finish(seed, id, *step, reason);
        }
    }

    /// Forgets a lane under a seed.
    pub fn clear(&mut self, seed: usize, id: LaneId) {
        self.revision += 1;
        if let Some(lane) = self.lanes.get_mut(id.0) {
            lane.test.clear(seed);
            lane.rest.clear(seed);
            if let Some(end) = lane.ends.get_mut(seed) {
                *end = None;
            }
        }
    }

    /// The spread of a quantity of a lane at every step that has one, ascending.
    #[must_use]
    pub fn spreads(&self, id: LaneId, quantity: Quantity) -> Vec<Spread> {
        let Some(lane) = self.lanes.get(id.0) else {
            return Vec::new();
        };
        if quantity == Quantity::TestError {
            return lane.test.spreads(0);
        }
        let column = kept(self.hidden).position(|other| other == quantity);
        column.map_or_else(Vec::new, |column| lane.rest.spreads(column))
    }

    /// The steps at which some lane has a spread, ascending, each once.
    #[must_use]
    pub fn steps(&self) -> Vec<u64> {
        let mut steps: Vec<u64> = self
            .lanes
            .iter()
            .flat_map(|lane| lane.rest.steps())
            .collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

/// Evaluation points of a lane that there is room for.
fn points(hidden: usize, seeds: usize, lanes: usize) -> usize {
    let bytes = size_of::<f64>() * (4 + OF_LAYER.len() * hidden);
    (MEMORY / (bytes * seeds.max(1) * lanes.max(1))).clamp(POINTS.1, POINTS.0)
}

/// What is kept at every evaluation point, in the order in which it is kept.
fn kept(hidden: usize) -> impl Iterator<Item = Quantity> {
    let layers = (0..hidden).flat_map(|i| OF_LAYER.map(|of| Quantity::Layer(i, of)));
    std::iter::once(Quantity::TrainError).chain(layers)
}
