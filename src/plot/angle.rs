//! The figure of layers: each rule's direction against the true gradient, or what its weights have become.

use super::axis::{self, Axis, Scale, StepUnit, decimals};
use super::bands::Bands;
use super::chart::{Chart, letters};
use super::curve::{Band, Curve, End, by_phase};
use super::error::{empty, end, last_step, phase_starts, step_axis, ticked};
use super::ghosts::{self, Drawn};
use super::look::{self, Named, Theme};
use super::surface::{Place, Stroke};
use crate::lang::{Figures, Texts};
use crate::store::ghost::Ghost;
use crate::store::{LayerQuantity, Quantity, Store};

/// What is drawn of each hidden layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Angle of the weight update dW_i to the true one.
    #[default]
    Update,
    /// Angle of δ_i to the true one, mean over the probe's images, with its standard deviation.
    Delta,
    /// Angle of the forward weights to the feedback.
    Feedback,
    /// Criterion L_i of Theorem 1 as a cosine.
    Cosine,
    /// Norm of W_i.
    Norm,
    /// Distance of W_i from its start.
    Change,
    /// Share of saturated activations.
    Saturated,
}

impl Measure {
    pub const ALL: [Measure; 7] = [
        Measure::Update,
        Measure::Delta,
        Measure::Feedback,
        Measure::Cosine,
        Measure::Norm,
        Measure::Change,
        Measure::Saturated,
    ];

    /// Its word in the page.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Measure::Update => "update",
            Measure::Delta => "delta",
            Measure::Feedback => "feedback",
            Measure::Cosine => "cosine",
            Measure::Norm => "norm",
            Measure::Change => "change",
            Measure::Saturated => "saturated",
        }
    }

    /// The measure of a word, the first one of any other.
    #[must_use]
    pub fn from_key(key: &str) -> Measure {
        let found = Measure::ALL
            .into_iter()
            .find(|measure| measure.key() == key);
        found.unwrap_or(Measure::Update)
    }

    /// What the store calls it.
    #[must_use]
    pub fn quantity(self) -> LayerQuantity {
        match self {
            Measure::Update => LayerQuantity::AngleUpdate,
            Measure::Delta => LayerQuantity::AngleDelta,
            Measure::Feedback => LayerQuantity::FeedbackAngle,
            Measure::Cosine => LayerQuantity::CriterionCos,
            Measure::Norm => LayerQuantity::WeightNorm,
            Measure::Change => LayerQuantity::WeightChange,
            Measure::Saturated => LayerQuantity::Saturated,
        }
    }

    /// Whether it is an angle, in degrees.
    #[must_use]
    pub fn is_angle(self) -> bool {
        matches!(self, Measure::Update | Measure::Delta | Measure::Feedback)
    }

    /// A value as people read it.
    #[must_use]
    pub fn text(self, value: f64) -> String {
        match self {
            _ if self.is_angle() => format!("{value:.1}°"),
            Measure::Saturated => format!("{:.1} %", 100.0 * value),
            _ => decimals(value, 3),
        }
    }

    /// What stands above the figure.
    #[must_use]
    pub fn title(self, texts: &Texts) -> &'static str {
        match self {
            Measure::Update | Measure::Delta => texts.page.angle,
            _ => self.label(&texts.figures),
        }
    }

    fn label(self, labels: &Figures) -> &'static str {
        match self {
            Measure::Update | Measure::Delta => labels.angle,
            Measure::Feedback => labels.feedback_angle,
            Measure::Cosine => labels.cosine,
            Measure::Norm => labels.norm,
            Measure::Change => labels.change,
            Measure::Saturated => labels.saturated,
        }
    }
}

/// What the reader chose to see.
#[derive(Clone, Debug)]
pub struct AngleView<'a, 'v> {
    pub lanes: &'v [Named],
    /// 0-based hidden layers that are shown.
    pub layers: &'v [usize],
    pub measure: Measure,
    pub log_x: bool,
    pub unit: StepUnit,
    pub steps_per_epoch: u64,
    pub cursor: Option<u64>,
    /// Over several seeds; `None` is the one seed of the store.
    pub bands: Option<&'a Bands>,
    /// Runs that lie under the lanes.
    pub ghosts: &'a [Ghost],
}

/// The chart of angles.
#[must_use]
pub fn chart<'a>(
    store: &'a Store,
    view: &AngleView<'a, '_>,
    labels: &Figures,
    theme: Theme,
    size: Place,
) -> Chart<'a> {
    let many = view.layers.len() > 1;
    // Where there are too many letters, only the lowest and the highest layer have theirs, of a ghost the highest.
    let lanes = view.lanes.len() + ghosts::count(view.ghosts);
    let crowded = lanes * view.layers.len() > letters(size);
    let of_ghosts = view.layers.iter().enumerate().map(|(rank, &layer)| Drawn {
        quantity: Quantity::Layer(layer, view.measure.quantity()),
        label: match many {
            true if crowded && rank + 1 < view.layers.len() => None,
            true => Some(format!("{}", layer + 1)),
            false => Some(String::new()),
        },
    });
    let of_ghosts: Vec<Drawn> = of_ghosts.collect();
    let time = view.unit.time(view.steps_per_epoch);
    let mut curves = ghosts::curves(view.ghosts, time, theme, &of_ghosts);
    for named in view.lanes {
        let lane = store.lane(named.id);
        for (rank, &layer) in view.layers.iter().enumerate() {
            let of = |quantity| lane.series(Quantity::Layer(layer, quantity));
            // Upper layers stand out, lower ones recede.
            let share = (rank + 1) as f64 / view.layers.len() as f64;
            let quantity = view.measure.quantity();
            let banded = Quantity::Layer(layer, quantity);
            let banded = view.bands.and_then(|bands| bands.of(named.id, banded));
            let points = banded.map_or(of(quantity), |of| &of.median);
            let band = match (banded, view.measure) {
                (Some(banded), _) => banded.band(),
                (None, Measure::Delta) if !many => {
                    Band::Around(of(LayerQuantity::AngleDeltaSpread))
                }
                _ => Band::Bare,
            };
            let pieces = by_phase(lane, points, named.rule);
            let last = pieces.len() - 1;
            for (i, (rule, points)) in pieces.into_iter().enumerate() {
                let is_between = crowded && rank > 0 && rank + 1 < view.layers.len();
                curves.push(Curve {
                    points,
                    band,
                    stroke: Stroke {
                        colour: theme.colour(rule),
                        opacity: 0.4 + 0.6 * share,
                        width: look::width(rule) * (0.7 + 0.3 * share),
                        dash: look::dash(rule),
                    },
                    label: if i < last || is_between {
                        String::new()
                    } else if many && named.mark.ends_with(|c: char| c.is_ascii_digit()) {
                        format!("{}·{}", named.mark, layer + 1)
                    } else if many {
                        format!("{}{}", named.mark, layer + 1)
                    } else {
                        named.mark.clone()
                    },
                    end: match i == last && banded.is_none() {
                        true => end(lane),
                        false => End::Open,
                    },
                    stretch: 1.0,
                    marker: None,
                });
            }
        }
    }
    let values = curves.iter().flat_map(Curve::heights);
    let y = axis_of(view.measure, values.fold(0.0, f64::max), size);
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
            label: view.measure.label(labels).to_owned(),
            ..y
        },
        curves,
        mark: match view.measure {
            Measure::Update | Measure::Delta => Some((90.0, labels.chance.to_owned())),
            Measure::Cosine => Some((0.0, labels.no_gain.to_owned())),
            _ => None,
        },
        phases: phase_starts(store, view.lanes, labels),
        cursor: view.cursor,
        ring: None,
        empty,
    }
}

/// The upright axis of a measure whose largest value is `highest`.
fn axis_of(measure: Measure, highest: f64, size: Place) -> Axis {
    let count = (size.1 / 50.0) as usize;
    if measure.is_angle() {
        let highs = [120.0, 150.0, 180.0].into_iter();
        let high = highs.into_iter().find(|&high| highest <= high);
        let high = high.unwrap_or(180.0);
        let ticks = (0..=6).map(|k| f64::from(k) * 30.0);
        let ticks = ticks.filter(|tick| *tick <= high).collect();
        return ticked(Scale::Linear, 0.0, high, ticks);
    }
    let (low, high) = match measure {
        Measure::Cosine => (-1.0, 1.0),
        _ => (0.0, axis::nice_above(highest)),
    };
    let ticks = axis::linear_ticks(low, high, count);
    ticked(Scale::Linear, low, high, ticks)
}
