//! What figures draw of several seeds: for each curve its median, and the band from the lowest to the highest.

use super::curve::Band;
use super::look::Named;
use crate::spec::LaneId;
use crate::spread::{Range, Seeds};
use crate::store::{Point, Quantity};

/// A quantity of a lane over all seeds: three series with the same steps.
#[derive(Clone, Debug, Default)]
pub struct Banded {
    pub median: Vec<Point>,
    pub low: Vec<Point>,
    pub high: Vec<Point>,
    /// Seeds that each point is about.
    pub seeds: Vec<u32>,
}

impl Banded {
    pub(super) fn band(&self) -> Band<'_> {
        Band::Between(&self.low, &self.high)
    }

    /// The last point at or before a step: its step, the seeds that it is about, and their range.
    #[must_use]
    pub fn at(&self, step: u64) -> Option<(u64, u32, Option<Range>)> {
        let at = self.median.partition_point(|point| point.step <= step);
        let at = at.checked_sub(1)?;
        let of = |points: &[Point]| points.get(at)?.value;
        let (median, low, high) = (of(&self.median), of(&self.low), of(&self.high));
        let range = match (median, low, high) {
            (Some(median), Some(low), Some(high)) => Some(Range { median, low, high }),
            _ => None,
        };
        Some((self.median.get(at)?.step, *self.seeds.get(at)?, range))
    }
}

/// Everything that one figure draws.
#[derive(Clone, Debug, Default)]
pub struct Bands {
    all: Vec<(LaneId, Quantity, Banded)>,
}

impl Bands {
    /// The bands of these quantities of these lanes.
    #[must_use]
    pub fn new(seeds: &Seeds, lanes: &[Named], quantities: &[Quantity]) -> Bands {
        let mut all = Vec::with_capacity(lanes.len() * quantities.len());
        for named in lanes {
            for &quantity in quantities {
                let mut banded = Banded::default();
                for spread in seeds.spreads(named.id, quantity) {
                    let step = spread.step;
                    let point = |value| Point { step, value };
                    banded.median.push(point(spread.of.map(|of| of.median)));
                    banded.low.push(point(spread.of.map(|of| of.low)));
                    banded.high.push(point(spread.of.map(|of| of.high)));
                    banded.seeds.push(spread.seeds);
                }
                all.push((named.id, quantity, banded));
            }
        }
        Bands { all }
    }

    /// What is drawn of a quantity of a lane.
    #[must_use]
    pub fn of(&self, id: LaneId, quantity: Quantity) -> Option<&Banded> {
        let mut all = self.all.iter();
        let found = all.find(|(lane, other, _)| *lane == id && *other == quantity);
        found.map(|(_, _, banded)| banded)
    }

    /// The last step of all curves.
    pub(super) fn last_step(&self) -> u64 {
        let last = self
            .all
            .iter()
            .filter_map(|(_, _, banded)| banded.median.last());
        last.map(|point| point.step).max().unwrap_or(0)
    }
}
