//! The error figure: training and test error rate of every lane.

use super::axis::{self, Axis, Scale, StepUnit};
use super::bands::Bands;
use super::chart::Chart;
use super::curve::{Band, Curve, End, by_phase};
use super::ghosts::{self, Drawn};
use super::look::{self, Named, Theme};
use super::surface::{Place, Stroke};
use super::track;
use crate::lane::Reason;
use crate::lang::Figures;
use crate::store::ghost::{Ghost, Time};
use crate::store::{LaneSeries, Quantity, Store};

/// What the reader chose to see.
#[derive(Clone, Debug)]
pub struct ErrorView<'a, 'v> {
    pub lanes: &'v [Named],
    pub train: bool,
    pub test: bool,
    pub log_x: bool,
    pub log_y: bool,
    pub unit: StepUnit,
    pub steps_per_epoch: u64,
    pub cursor: Option<u64>,
    /// Over several seeds; `None` is the one seed of the store.
    pub bands: Option<&'a Bands>,
    /// Runs that lie under the lanes.
    pub ghosts: &'a [Ghost],
}

/// How a lane's curve ends.
pub(super) fn end(lane: &LaneSeries) -> End {
    match lane.end() {
        None => End::Open,
        Some((_, Reason::Diverged { .. })) => End::Diverged,
        Some(_) => End::Finished,
    }
}

/// The last step that a figure reaches, in steps of the present experiment; 0 before anything was measured.
pub(super) fn last_step(
    store: &Store,
    lanes: &[Named],
    bands: Option<&Bands>,
    ghosts: &[Ghost],
    time: Time,
) -> f64 {
    let last = |lane: &Named| {
        let of_lane = store.lane(lane.id).series(Quantity::TrainError);
        of_lane.last().map_or(0, |point| point.step)
    };
    let last = lanes.iter().map(last).max().unwrap_or(0);
    let last = last.max(bands.map_or(0, Bands::last_step)) as f64;
    last.max(ghosts::last_step(ghosts, time))
}

/// The axis of steps up to the `last` one.
pub(super) fn step_axis(
    last: f64,
    size: Place,
    log: bool,
    unit: StepUnit,
    steps_per_epoch: u64,
    labels: &Figures,
) -> Axis {
    let per_epoch = steps_per_epoch.max(1) as f64;
    let last = match last > 0.0 {
        true => last.max(10.0),
        false => per_epoch,
    };
    let high = match (log, unit) {
        (true, _) => last,
        (false, StepUnit::Step) => axis::nice_above(last),
        (false, StepUnit::Epoch) => axis::nice_above(last / per_epoch) * per_epoch,
    };
    let label = match unit {
        StepUnit::Step => labels.step,
        StepUnit::Epoch => labels.epoch,
    };
    let count = (size.0 / 90.0) as usize;
    axis::steps(log, unit, high, per_epoch, count, label)
}

/// What stands in the middle of a figure without curves.
pub(super) fn empty(store: &Store, curves: &[Curve], labels: &Figures) -> String {
    let text = if store.is_empty() {
        labels.empty
    } else if curves.iter().all(|curve| curve.points.is_empty()) {
        labels.unchosen
    } else {
        labels.undefined
    };
    text.to_owned()
}

/// The chart of error rates.
#[must_use]
pub fn chart<'a>(
    store: &'a Store,
    view: &ErrorView<'a, '_>,
    labels: &Figures,
    theme: Theme,
    size: Place,
) -> Chart<'a> {
    let of_ghosts = track::ghost_error_kinds(view.train, view.test);
    let of_ghosts = of_ghosts.into_iter().map(|kind| Drawn {
        quantity: kind.quantity(),
        label: Some(String::new()),
    });
    let of_ghosts: Vec<Drawn> = of_ghosts.collect();
    let time = view.unit.time(view.steps_per_epoch);
    let mut curves = ghosts::curves(view.ghosts, time, theme, &of_ghosts);
    for named in view.lanes {
        let lane = store.lane(named.id);
        let mut add = |quantity, thin: bool, labelled: bool| {
            let banded = view.bands.and_then(|bands| bands.of(named.id, quantity));
            let points = banded.map_or(lane.series(quantity), |of| &of.median);
            let pieces = by_phase(lane, points, named.rule);
            let last = pieces.len() - 1;
            for (i, (rule, points)) in pieces.into_iter().enumerate() {
                let stroke = Stroke {
                    dash: look::dash(rule),
                    ..Stroke::solid(theme.colour(rule), look::width(rule))
                };
                let ends = labelled && i == last;
                curves.push(Curve {
                    points,
                    band: banded.map_or(Band::Bare, |of| of.band()),
                    // Thin and light: the test error is what counts.
                    stroke: if thin {
                        Stroke {
                            opacity: 0.75,
                            width: 1.0,
                            ..stroke
                        }
                    } else {
                        stroke
                    },
                    label: if ends {
                        named.mark.clone()
                    } else {
                        String::new()
                    },
                    end: match ends && banded.is_none() {
                        true => end(lane),
                        false => End::Open,
                    },
                    stretch: 1.0,
                    marker: None,
                });
            }
        };
        if view.train {
            add(Quantity::TrainError, true, !view.test);
        }
        if view.test {
            add(Quantity::TestError, false, true);
        }
    }
    let values = || {
        curves
            .iter()
            .flat_map(|curve| curve.points)
            .filter_map(|point| point.value)
    };
    let y = if view.log_y {
        let lowest = values().filter(|&value| value > 0.0).fold(10.0, f64::min);
        let lows = [5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
        let low = lows.into_iter().find(|low| *low <= lowest).unwrap_or(0.01);
        let mut axis = ticked(Scale::Log, low, 100.0, axis::log_ticks(low, 100.0));
        // No error at all has no place on this scale: it stands at the lower end, which says so.
        if let Some((value, text)) = axis.ticks.first_mut().filter(|_| values().any(|v| v < low)) {
            *text = format!("≤{}", axis::number(*value));
        }
        axis
    } else {
        let heights = curves.iter().flat_map(Curve::heights);
        let high = axis::nice_above(heights.fold(10.0, f64::max)).min(100.0);
        ticked(
            Scale::Linear,
            0.0,
            high,
            axis::linear_ticks(0.0, high, (size.1 / 50.0) as usize),
        )
    };
    let empty = empty(store, &curves, labels);
    Chart {
        size,
        theme,
        x: step_axis(
            last_step(store, view.lanes, view.bands, view.ghosts, time),
            size,
            view.log_x,
            view.unit,
            view.steps_per_epoch,
            labels,
        ),
        y: Axis {
            label: labels.error_rate.to_owned(),
            ..y
        },
        curves,
        mark: None,
        phases: phase_starts(store, view.lanes, labels),
        cursor: view.cursor,
        ring: None,
        empty,
    }
}

/// Where later phases begin, each with its name.
pub(super) fn phase_starts(store: &Store, lanes: &[Named], labels: &Figures) -> Vec<(u64, String)> {
    let mut starts: Vec<(u64, String)> = Vec::new();
    for named in lanes {
        for start in store.lane(named.id).phases().iter().skip(1) {
            if starts.iter().all(|(step, _)| *step != start.step) {
                starts.push((start.step, format!("{} {}", labels.phase, start.phase)));
            }
        }
    }
    starts
}

pub(super) fn ticked(scale: Scale, low: f64, high: f64, values: Vec<f64>) -> Axis {
    Axis {
        scale,
        low,
        high,
        ticks: values
            .into_iter()
            .map(|value| (value, axis::number(value)))
            .collect(),
        label: String::new(),
    }
}
