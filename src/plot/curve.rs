//! A series as it is drawn: cut at gaps, thinned to the pixels there are.

use super::surface::{Place, Stroke};
use crate::core::Rule;
use crate::store::{LaneSeries, Point};

/// What stands at the end of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Open,
    Finished,
    Diverged,
}

/// The points of a series under each of a lane's phases, with the phase's rule. The last point of a phase is the first of
/// the next, so that the curve does not break. A lane of which nothing is known is one piece under `rule`.
pub(super) fn by_phase<'a>(
    lane: &LaneSeries,
    points: &'a [Point],
    rule: Rule,
) -> Vec<(Rule, &'a [Point])> {
    let starts = lane.phases();
    if starts.is_empty() {
        return vec![(rule, points)];
    }
    let mut pieces: Vec<(Rule, &[Point])> = Vec::with_capacity(starts.len());
    for (i, start) in starts.iter().enumerate() {
        let from = match i {
            0 => 0,
            // Some series have no point at the very step.
            _ => points
                .partition_point(|point| point.step <= start.step)
                .saturating_sub(1),
        };
        let to = starts.get(i + 1).map_or(points.len(), |next| {
            points.partition_point(|point| point.step <= next.step)
        });
        pieces.push((start.rule, &points[from.min(to)..to]));
    }
    pieces
}

/// What lies around a curve, at the same steps.
#[derive(Clone, Copy, Debug)]
pub enum Band<'a> {
    Bare,
    /// So much to either side.
    Around(&'a [Point]),
    /// From the values of one series to those of another.
    Between(&'a [Point], &'a [Point]),
}

impl Band<'_> {
    /// Its lower and upper end at a point of the curve.
    pub(super) fn at(&self, step: u64, value: f64) -> Option<(f64, f64)> {
        let of = |points: &[Point]| {
            let at = points.binary_search_by_key(&step, |point| point.step);
            points[at.ok()?].value
        };
        match self {
            Band::Bare => None,
            Band::Around(spread) => of(spread).map(|spread| (value - spread, value + spread)),
            Band::Between(low, high) => Some((of(low)?, of(high)?)),
        }
    }
}

/// A series with its look.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    pub points: &'a [Point],
    pub band: Band<'a>,
    pub stroke: Stroke,
    /// Stands at its right end; empty for none.
    pub label: String,
    pub end: End,
    /// Steps of the figure for one step of the series: another one than 1 where a run of other epochs is compared.
    pub stretch: f64,
    /// Stands along it: the curve of another run.
    pub marker: Option<Marker>,
}

impl Curve<'_> {
    /// The height that each of its points reaches, with what lies around it.
    pub(super) fn heights(&self) -> impl Iterator<Item = f64> {
        self.points.iter().filter_map(|point| {
            let value = point.value?;
            let band = match self.band {
                Band::Between(..) => self.band.at(point.step, value),
                // A deviation may lead out of what an angle can be.
                _ => None,
            };
            Some(band.map_or(value, |(_, high)| high))
        })
    }
}

/// A hollow mark along the curves of a ghost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    Circle,
    Square,
    Triangle,
}

impl Marker {
    /// That of the ghost in this place.
    #[must_use]
    pub fn of(place: usize) -> Marker {
        [Marker::Circle, Marker::Square, Marker::Triangle][place.min(2)]
    }
}

/// The runs of defined points, as places, thinned to columns of `column` CSS pixels.
#[must_use]
pub fn runs(points: &[Point], column: f64, place: impl Fn(u64, f64) -> Place) -> Vec<Vec<Place>> {
    points
        .split(|point| point.value.is_none())
        .filter(|run| !run.is_empty())
        .map(|run| {
            let places = run
                .iter()
                .filter_map(|point| Some(place(point.step, point.value?)));
            thinned(&places.collect::<Vec<Place>>(), column)
        })
        .collect()
}

/// Of all places in one column, `column` CSS pixels wide, the first, the highest, the lowest and the last; never a mean.
#[must_use]
pub fn thinned(places: &[Place], column: f64) -> Vec<Place> {
    let column = |place: &Place| (place.0 / column).floor() as i64;
    let mut kept = Vec::with_capacity(places.len());
    for group in places.chunk_by(|a, b| column(a) == column(b)) {
        if group.len() <= 4 {
            kept.extend_from_slice(group);
            continue;
        }
        let by_height = |a: &(usize, &Place), b: &(usize, &Place)| a.1.1.total_cmp(&b.1.1);
        let highest = group
            .iter()
            .enumerate()
            .min_by(by_height)
            .map_or(0, |(i, _)| i);
        let lowest = group
            .iter()
            .enumerate()
            .max_by(by_height)
            .map_or(0, |(i, _)| i);
        let mut ends = [0, highest.min(lowest), highest.max(lowest), group.len() - 1];
        ends.sort_unstable();
        let mut last = None;
        for i in ends {
            if last != Some(i) {
                kept.push(group[i]);
                last = Some(i);
            }
        }
    }
    kept
}

/// Heights at least `distance` apart, in the order of the wanted ones and by least squares as near to them as can be, within
/// `low..=high`.
#[must_use]
pub fn apart(wanted: &[f64], distance: f64, low: f64, high: f64) -> Vec<f64> {
    // Each is put in its place among those before it: for some dozens, a sort would be more code to load.
    let mut order: Vec<usize> = Vec::with_capacity(wanted.len());
    for i in 0..wanted.len() {
        let at = order.partition_point(|&j| wanted[j].total_cmp(&wanted[i]).is_le());
        order.insert(at, i);
    }
    // Less what those below them take, heights have only to rise: neighbours that would not share their mean.
    let mut groups: Vec<(f64, usize)> = Vec::with_capacity(order.len());
    for (k, &i) in order.iter().enumerate() {
        let mut group = (wanted[i] - k as f64 * distance, 1);
        while let Some(&before) = groups.last()
            && before.0 >= group.0
        {
            let count = before.1 + group.1;
            let sum = before.0 * before.1 as f64 + group.0 * group.1 as f64;
            group = (sum / count as f64, count);
            groups.pop();
        }
        groups.push(group);
    }
    let room = high - (order.len().saturating_sub(1)) as f64 * distance;
    let shared = groups
        .into_iter()
        .flat_map(|(height, count)| std::iter::repeat_n(height, count));
    let mut placed = wanted.to_vec();
    for ((k, &i), height) in order.iter().enumerate().zip(shared) {
        placed[i] = height.max(low).min(room) + k as f64 * distance;
    }
    placed
}
