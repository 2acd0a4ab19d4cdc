//! The series of every lane, bounded in memory: when a series is full, neighbours are merged, keeping extremes.
//!
//! Values are never averaged. A value that is undefined is a gap; a value that was not measured at a point is no point.

pub mod ghost;

use std::iter::Sum;

use serde::{Deserialize, Serialize};

use crate::core::{LayerMetrics, Metrics, Rule};
use crate::lane::Reason;
use crate::spec::LaneId;
use ghost::Ghost;

/// Points a series holds at the most.
pub const CAPACITY: usize = 1_000;

/// More than any norm or loss of f32 numbers.
const HUGE: f64 = 1e60;

/// What is measured of a hidden layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerQuantity {
    AngleUpdate,
    AngleDelta,
    AngleDeltaSpread,
    Criterion,
    CriterionCos,
    WeightNorm,
    WeightChange,
    UpdateNorm,
    Saturated,
    FeedbackAngle,
}

/// Something measured over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    TrainError,
    TrainLoss,
    RunningError,
    RunningLoss,
    TestError,
    TestLoss,
    /// Test images that the two before it were measured on.
    TestImages,
    /// Of hidden layer `0`-based `.0`.
    Layer(usize, LayerQuantity),
}

const OF_LANE: [Quantity; 7] = [
    Quantity::TrainError,
    Quantity::TrainLoss,
    Quantity::RunningError,
    Quantity::RunningLoss,
    Quantity::TestError,
    Quantity::TestLoss,
    Quantity::TestImages,
];

impl LayerQuantity {
    /// In the order of the columns of every record.
    pub const ALL: [LayerQuantity; 10] = [
        LayerQuantity::AngleUpdate,
        LayerQuantity::AngleDelta,
        LayerQuantity::AngleDeltaSpread,
        LayerQuantity::Criterion,
        LayerQuantity::CriterionCos,
        LayerQuantity::WeightNorm,
        LayerQuantity::WeightChange,
        LayerQuantity::UpdateNorm,
        LayerQuantity::Saturated,
        LayerQuantity::FeedbackAngle,
    ];

    /// Its name in records, as in [`LayerMetrics`].
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LayerQuantity::AngleUpdate => "angle_update_deg",
            LayerQuantity::AngleDelta => "angle_delta_deg",
            LayerQuantity::AngleDeltaSpread => "angle_delta_spread_deg",
            LayerQuantity::Criterion => "criterion",
            LayerQuantity::CriterionCos => "criterion_cos",
            LayerQuantity::WeightNorm => "weight_norm",
            LayerQuantity::WeightChange => "weight_change",
            LayerQuantity::UpdateNorm => "update_norm",
            LayerQuantity::Saturated => "saturated",
            LayerQuantity::FeedbackAngle => "feedback_angle_deg",
        }
    }

    /// Its value in a layer; `None` is undefined.
    #[must_use]
    pub fn of(self, layer: &LayerMetrics) -> Option<f64> {
        match self {
            LayerQuantity::AngleUpdate => layer.angle_update_deg,
            LayerQuantity::AngleDelta => layer.angle_delta_deg,
            LayerQuantity::AngleDeltaSpread => layer.angle_delta_spread_deg,
            LayerQuantity::Criterion => layer.criterion,
            LayerQuantity::CriterionCos => layer.criterion_cos,
            LayerQuantity::WeightNorm => Some(layer.weight_norm),
            LayerQuantity::WeightChange => Some(layer.weight_change),
            LayerQuantity::UpdateNorm => layer.update_norm,
            LayerQuantity::Saturated => Some(layer.saturated),
            LayerQuantity::FeedbackAngle => layer.feedback_angle_deg,
        }
    }
}

impl Quantity {
    /// All of a net with so many hidden layers, in the order of their columns.
    #[must_use]
    pub fn all(layers: usize) -> Vec<Quantity> {
        let mut all = OF_LANE.to_vec();
        for i in 0..layers {
            all.extend(LayerQuantity::ALL.map(|of| Quantity::Layer(i, of)));
        }
        all
    }

    /// Its name in records, as in [`Metrics`]; of a layer without the layer's number.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Quantity::TrainError => "train_error",
            Quantity::TrainLoss => "train_loss",
            Quantity::RunningError => "running_error",
            Quantity::RunningLoss => "running_loss",
            Quantity::TestError => "test_error",
            Quantity::TestLoss => "test_loss",
            Quantity::TestImages => "test_images",
            Quantity::Layer(_, of) => of.key(),
        }
    }

    /// Hidden layer that it is of, counted from 1.
    #[must_use]
    pub fn layer(self) -> Option<u32> {
        match self {
            Quantity::Layer(i, _) => Some(i as u32 + 1),
            _ => None,
        }
    }

    /// The least and the greatest value that it can have.
    #[must_use]
    pub fn range(self) -> (f64, f64) {
        match self {
            Quantity::TrainError | Quantity::RunningError | Quantity::TestError => (0.0, 100.0),
            Quantity::TestImages => (0.0, f64::from(u32::MAX)),
            Quantity::Layer(_, of) => match of {
                LayerQuantity::AngleUpdate
                | LayerQuantity::AngleDelta
                | LayerQuantity::AngleDeltaSpread
                | LayerQuantity::FeedbackAngle => (0.0, 180.0),
                LayerQuantity::CriterionCos => (-1.0, 1.0),
                LayerQuantity::Saturated => (0.0, 1.0),
                LayerQuantity::Criterion => (-HUGE, HUGE),
                LayerQuantity::WeightNorm
                | LayerQuantity::WeightChange
                | LayerQuantity::UpdateNorm => (0.0, HUGE),
            },
            Quantity::TrainLoss | Quantity::RunningLoss | Quantity::TestLoss => (0.0, HUGE),
        }
    }

    /// Its value at an evaluation point: `None` where it was not measured, `Some(None)` where it is undefined.
    #[must_use]
    pub fn of(self, metrics: &Metrics) -> Option<Option<f64>> {
        match self {
            Quantity::TrainError => Some(Some(metrics.train_error)),
            Quantity::TrainLoss => Some(Some(metrics.train_loss)),
            Quantity::RunningError => metrics.running_error.map(Some),
            Quantity::RunningLoss => metrics.running_loss.map(Some),
            Quantity::TestError => metrics.test_error.map(Some),
            Quantity::TestLoss => metrics.test_loss.map(Some),
            Quantity::TestImages => {
                (metrics.test_images > 0).then(|| Some(f64::from(metrics.test_images)))
            }
            Quantity::Layer(i, quantity) => metrics.layers.get(i).map(|layer| quantity.of(layer)),
        }
    }

    fn column(self) -> usize {
        match self {
            Quantity::Layer(i, quantity) => {
                OF_LANE.len() + i * LayerQuantity::ALL.len() + quantity as usize
            }
            _ => OF_LANE.iter().position(|other| *other == self).unwrap_or(0),
        }
    }
}

/// A value at a step; `None` is undefined.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub step: u64,
    pub value: Option<f64>,
}

/// One quantity over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    points: Vec<Point>,
    pushed: u64,
}

/// How much of what was measured is still there, and what it takes.
///
/// Where `kept` equals `measured`, every point is there. Where it is less, neighbours were merged: of each group the
/// lowest, the highest and the first gap stayed, and the first and the last point of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Density {
    /// Points that the series hold.
    pub kept: u64,
    /// Points that were measured.
    pub measured: u64,
    /// Bytes set aside for the points that are kept.
    pub bytes: u64,
}

impl Density {
    /// Measured points for each one that is kept, 1 where all are; `None` before the first.
    #[must_use]
    pub fn measured_for_one(&self) -> Option<f64> {
        (self.kept > 0).then(|| self.measured as f64 / self.kept as f64)
    }
}

impl Sum for Density {
    fn sum<I: Iterator<Item = Density>>(all: I) -> Density {
        all.fold(Density::default(), |sum, one| Density {
            kept: sum.kept + one.kept,
            measured: sum.measured + one.measured,
            bytes: sum.bytes + one.bytes,
        })
    }
}

impl Series {
    /// A series that was read: points in the order of their steps, of so many that were measured.
    #[must_use]
    pub fn of_points(points: Vec<Point>, measured: u64) -> Series {
        Series {
            pushed: measured.max(points.len() as u64),
            points,
        }
    }

    /// Adds a point behind the others. What is not finite counts as undefined.
    pub fn push(&mut self, step: u64, value: Option<f64>) {
        let value = value.filter(|value| value.is_finite());
        self.pushed += 1;
        self.points.push(Point { step, value });
        if self.points.len() > CAPACITY {
            self.thin();
        }
    }

    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    #[must_use]
    pub fn density(&self) -> Density {
        Density {
            kept: self.points.len() as u64,
            measured: self.pushed,
            bytes: (self.points.capacity() * size_of::<Point>()) as u64,
        }
    }

    /// The last point at or before `step`.
    #[must_use]
    pub fn at(&self, step: u64) -> Option<Point> {
        let behind = self.points.partition_point(|point| point.step <= step);
        self.points[..behind].last().copied()
    }

    /// Of every four neighbours keeps the lowest, the highest and the first gap; the first and the last point stay.
    fn thin(&mut self) {
        let [first, between @ .., last] = self.points.as_slice() else {
            return;
        };
        // No larger than it can become again, so that a full series takes the same bytes for ever.
        let mut kept = Vec::with_capacity(CAPACITY + 1);
        kept.push(*first);
        for group in between.chunks(4) {
            kept.extend(extremes(group));
        }
        kept.push(*last);
        self.points = kept;
    }
}

/// The points of a group that must stay, in order.
fn extremes(group: &[Point]) -> impl Iterator<Item = Point> {
    let mut lowest: Option<(usize, f64)> = None;
    let mut highest: Option<(usize, f64)> = None;
    for (i, point) in group.iter().enumerate() {
        let Some(value) = point.value else { continue };
        if lowest.is_none_or(|(_, low)| value < low) {
            lowest = Some((i, value));
        }
        if highest.is_none_or(|(_, high)| value > high) {
            highest = Some((i, value));
        }
    }
    let gap = group.iter().position(|point| point.value.is_none());
    let kept = [lowest.map(|(i, _)| i), highest.map(|(i, _)| i), gap];
    let points = group.iter().enumerate();
    points
        .filter(move |(i, _)| kept.contains(&Some(*i)))
        .map(|(_, &point)| point)
}

/// Where a phase of a lane began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseStart {
    /// Counted from 1.
    pub phase: u32,
    /// The step after which it began.
    pub step: u64,
    pub rule: Rule,
}

/// Everything that is known of a lane's present run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneSeries {
    columns: Vec<Series>,
    phases: Vec<PhaseStart>,
    latest: Option<Metrics>,
    end: Option<(u64, Reason)>,
}

impl LaneSeries {
    /// What was read of a run of a net with so many hidden layers. It has no latest point.
    #[must_use]
    pub fn of_run(
        layers: usize,
        series: impl IntoIterator<Item = (Quantity, Series)>,
        phases: Vec<PhaseStart>,
        end: Option<(u64, Reason)>,
    ) -> LaneSeries {
        let mut columns =
            vec![Series::default(); OF_LANE.len() + layers * LayerQuantity::ALL.len()];
        for (quantity, series) in series {
            if let Some(place) = columns.get_mut(quantity.column()) {
                *place = series;
            }
        }
        LaneSeries {
            columns,
            phases,
            latest: None,
            end,
        }
    }

    #[must_use]
    pub fn series(&self, quantity: Quantity) -> &[Point] {
        self.columns
            .get(quantity.column())
            .map_or(&[], |series| series.points())
    }

    /// A quantity over time, with how much of it is there; `None` of one that was never measured.
    #[must_use]
    pub fn of(&self, quantity: Quantity) -> Option<&Series> {
        let series = self.columns.get(quantity.column())?;
        (!series.points.is_empty()).then_some(series)
    }

    /// The value of a quantity at the last point at or before `step`.
    #[must_use]
    pub fn at(&self, quantity: Quantity, step: u64) -> Option<Point> {
        self.columns.get(quantity.column())?.at(step)
    }

    /// The value of a quantity at this very step; `None` too where it is undefined there.
    #[must_use]
    pub fn exactly(&self, quantity: Quantity, step: u64) -> Option<f64> {
        let point = self.at(quantity, step)?;
        point.value.filter(|_| point.step == step)
    }

    /// The last step at which something was measured.
    #[must_use]
    pub fn last_step(&self) -> Option<u64> {
        self.series(Quantity::TrainError)
            .last()
            .map(|point| point.step)
    }

    /// The phase in which a step was made; `None` before anything was measured.
    #[must_use]
    pub fn phase_at(&self, step: u64) -> Option<PhaseStart> {
        let begun = |start: &&PhaseStart| start.step < step.max(1);
        self.phases.iter().rfind(begun).copied()
    }

    /// The phases that were seen, in order.
    #[must_use]
    pub fn phases(&self) -> &[PhaseStart] {
        &self.phases
    }

    /// The last evaluation point.
    #[must_use]
    pub fn latest(&self) -> Option<&Metrics> {
        self.latest.as_ref()
    }

    /// The last step of the lane and why it ended there.
    #[must_use]
    pub fn end(&self) -> Option<&(u64, Reason)> {
        self.end.as_ref()
    }

    /// How much of what was measured is still there, over all quantities.
    #[must_use]
    pub fn density(&self) -> Density {
        self.columns.iter().map(Series::density).sum()
    }

    /// All of it as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// What [`LaneSeries::to_bytes`] wrote; `None` of anything else, or of a net of another depth.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], layers: usize) -> Option<LaneSeries> {
        let series: LaneSeries = postcard::from_bytes(bytes).ok()?;
        let columns = OF_LANE.len() + layers * LayerQuantity::ALL.len();
        let fits = |series: &Series| {
            let steps = series.points.iter().map(|point| point.step);
            series.points.len() <= CAPACITY && steps.is_sorted_by(|a, b| a < b)
        };
        let sane = (series.columns.is_empty() || series.columns.len() == columns)
            && series.columns.iter().all(fits)
            && series
                .latest
                .as_ref()
                .is_none_or(|last| last.layers.len() == layers)
            && series.phases.iter().map(|start| start.step).is_sorted();
        sane.then_some(series)
    }

    /// Forgets what was measured after a step.
    pub fn cut_after(&mut self, step: u64) {
        for series in &mut self.columns {
            let is_whole = series.points.len() as u64 == series.pushed;
            series.points.retain(|point| point.step <= step);
            if is_whole {
                series.pushed = series.points.len() as u64;
            }
        }
        self.phases.retain(|start| start.step < step.max(1));
        self.latest = self.latest.take().filter(|latest| latest.step <= step);
        self.end = self.end.take().filter(|(end, _)| *end <= step);
    }

    fn push(&mut self, metrics: Metrics) {
        let layers = metrics.layers.len();
        self.columns.resize_with(
            OF_LANE.len() + layers * LayerQuantity::ALL.len(),
            Series::default,
        );
        for quantity in Quantity::all(layers) {
            if let Some(value) = quantity.of(&metrics) {
                self.columns[quantity.column()].push(metrics.step, value);
            }
        }
        let begun = PhaseStart {
            phase: metrics.phase,
            step: metrics.phase_start,
            rule: metrics.rule,
        };
        if self.phases.last() != Some(&begun) {
            self.phases.push(begun);
        }
        self.latest = Some(metrics);
    }
}

/// The present run of every lane.
#[derive(Clone, Debug, Default)]
pub struct Store {
    lanes: Vec<LaneSeries>,
    /// Stands for a lane of which nothing is known.
    unknown: LaneSeries,
    /// Other runs under it, by their place.
    ghosts: Vec<Ghost>,
    revision: u64,
}

impl Store {
    #[must_use]
    pub fn lane(&self, id: LaneId) -> &LaneSeries {
        self.lanes.get(id.0).unwrap_or(&self.unknown)
    }

    /// Whether anything of any lane was measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let of_lanes = self.lanes.iter().flat_map(|lane| &lane.columns);
        of_lanes.into_iter().all(|series| series.points.is_empty())
    }

    /// A number that is another one after every change, so that what was drawn from the store knows when it is stale.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How much of what was measured is still there, over all lanes and quantities.
    #[must_use]
    pub fn density(&self) -> Density {
        self.lanes.iter().map(LaneSeries::density).sum()
    }

    fn lane_mut(&mut self, id: LaneId) -> &mut LaneSeries {
        self.revision += 1;
        if self.lanes.len() <= id.0 {
            self.lanes.resize_with(id.0 + 1, LaneSeries::default);
        }
        &mut self.lanes[id.0]
    }

    /// Adds an evaluation point of a lane.
    pub fn push(&mut self, id: LaneId, metrics: Metrics) {
        self.lane_mut(id).push(metrics);
    }

    /// Marks the end of a lane.
    pub fn finish(&mut self, id: LaneId, step: u64, reason: Reason) {
        self.lane_mut(id).end = Some((step, reason));
    }

    /// A lane that had ended goes on.
    pub fn reopen(&mut self, id: LaneId) {
        self.lane_mut(id).end = None;
    }

    /// Takes over what is known of a lane.
    pub fn restore(&mut self, id: LaneId, series: LaneSeries) {
        *self.lane_mut(id) = series;
    }

    /// Forgets what was measured of a lane after a step.
    pub fn cut_after(&mut self, id: LaneId, step: u64) {
        self.lane_mut(id).cut_after(step);
    }

    /// Forgets a lane.
    pub fn clear(&mut self, id: LaneId) {
        *self.lane_mut(id) = LaneSeries::default();
    }

    /// Forgets all lanes; ghosts stay, to be compared with what comes.
    pub fn clear_all(&mut self) {
        self.revision += 1;
        self.lanes.clear();
    }

    /// The steps at which some lane has an evaluation point, ascending, each once.
    #[must_use]
    pub fn steps(&self) -> Vec<u64> {
        ghost::distinct(self.lanes.iter())
    }
}
