//! What a figure draws, one series after the other: to be read point by point, as a table, and by ear.

use super::angle::Measure;
use super::look::Named;
use crate::core::Rule;
use crate::lang::{Texts, fill};
use crate::spec::LaneId;
use crate::store::ghost::{Ghost, GhostLane, Time};
use crate::store::{Point, Quantity, Store};

/// Frequency of the lowest tone, Hz.
const LOWEST_HZ: f64 = 220.0;
/// Octaves from the lowest tone to the highest.
const OCTAVES: f64 = 3.0;

/// What a series is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Error rate on the probe, percent.
    Train,
    /// Error rate on test images, percent.
    Test,
    /// A measure of a hidden layer, 0-based.
    Layer(usize, Measure),
}

/// The ghost that a series is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfGhost {
    /// Its place among the ghosts.
    pub place: usize,
    /// What the figure counts time in: it says which steps of the two runs are the same moment.
    pub time: Time,
}

/// A series of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Track {
    /// Of the present run, or of the ghost.
    pub lane: LaneId,
    pub ghost: Option<OfGhost>,
    pub kind: Kind,
}

/// The series of the lanes of the present run, those of a lane beside each other.
#[must_use]
pub fn of_lanes(lanes: &[Named], kinds: &[Kind]) -> Vec<Track> {
    let of_lane = |named: &Named| {
        let lane = named.id;
        kinds.iter().map(move |&kind| Track {
            lane,
            ghost: None,
            kind,
        })
    };
    lanes.iter().flat_map(of_lane).collect()
}

/// The series of the ghosts that are drawn under a figure which shows `kinds` of its own lanes.
#[must_use]
pub fn of_ghosts(store: &Store, kinds: &[Kind], time: Time) -> Vec<Track> {
    let of_lane = |ghost: &Ghost, lane: usize| {
        let place = ghost.place;
        let layers = ghost.spec.settings().hidden.len();
        let has = move |kind: &Kind| !matches!(kind, Kind::Layer(layer, _) if *layer >= layers);
        let kinds = kinds.iter().copied().filter(has);
        let track = move |kind| Track {
            lane: LaneId(lane),
            ghost: Some(OfGhost { place, time }),
            kind,
        };
        kinds.map(track).collect::<Vec<_>>()
    };
    let of_ghost = |ghost: &Ghost| {
        let seen = (0..ghost.lanes.len()).filter(|&lane| ghost.lanes[lane].seen);
        seen.flat_map(|lane| of_lane(ghost, lane))
            .collect::<Vec<_>>()
    };
    store.shown_ghosts().flat_map(of_ghost).collect()
}

/// The kinds of series of the error figure.
#[must_use]
pub fn error_kinds(train: bool, test: bool) -> Vec<Kind> {
    let kinds = [(Kind::Train, train), (Kind::Test, test)];
    let kinds = kinds.into_iter().filter(|(_, shown)| *shown);
    kinds.map(|(kind, _)| kind).collect()
}

/// What it draws of each lane of a ghost: the test error, which counts, unless it is not looked at.
#[must_use]
pub fn ghost_error_kinds(train: bool, test: bool) -> Vec<Kind> {
    error_kinds(train && !test, test)
}

/// The kinds of series of the figure of layers; `layers` are 0-based.
#[must_use]
pub fn layer_kinds(layers: &[usize], measure: Measure) -> Vec<Kind> {
    let kinds = layers.iter().map(|&layer| Kind::Layer(layer, measure));
    kinds.collect()
}

impl Kind {
    /// What the store calls it.
    #[must_use]
    pub fn quantity(self) -> Quantity {
        match self {
            Kind::Train => Quantity::TrainError,
            Kind::Test => Quantity::TestError,
            Kind::Layer(layer, measure) => Quantity::Layer(layer, measure.quantity()),
        }
    }

    /// A value with its unit.
    #[must_use]
    pub fn text(self, value: f64) -> String {
        match self {
            Kind::Train | Kind::Test => format!("{value:.2} %"),
            Kind::Layer(_, measure) => measure.text(value),
        }
    }

    /// What tells it from the other series of its lane.
    #[must_use]
    pub fn name(self, texts: &Texts) -> String {
        match self {
            Kind::Train => texts.access.training.to_owned(),
            Kind::Test => texts.access.test.to_owned(),
            Kind::Layer(layer, _) => {
                fill(texts.access.layer, &[("layer", &(layer + 1).to_string())])
            }
        }
    }

    /// Why it has no value at a point where it was measured.
    #[must_use]
    pub fn why_undefined(self, texts: &Texts) -> &'static str {
        match self {
            Kind::Layer(_, Measure::Update | Measure::Delta) => texts.access.zero_direction,
            Kind::Layer(_, Measure::Feedback) => texts.access.no_feedback,
            Kind::Layer(_, Measure::Cosine) => texts.access.zero_signal,
            _ => texts.access.not_finite,
        }
    }

    /// The frequency of the tone that stands for a value, Hz, from 220 to 1760: an octave for each tenfold from 0.1 %
    /// to 100 % of an error rate, for each 60° of an angle, for a third of the range of a cosine or a share, for each
    /// tenfold from 0.1 to 100 of a norm or a distance. What lies outside sounds like the end of the range.
    #[must_use]
    pub fn frequency(self, value: f64) -> f64 {
        let tenfolds = |value: f64| (value.max(0.1) / 0.1).log10();
        let octaves = match self {
            Kind::Train | Kind::Test => tenfolds(value),
            Kind::Layer(_, measure) if measure.is_angle() => value / 60.0,
            Kind::Layer(_, Measure::Cosine) => (value + 1.0) / 2.0 * OCTAVES,
            Kind::Layer(_, Measure::Saturated) => value * OCTAVES,
            Kind::Layer(..) => tenfolds(value),
        };
        LOWEST_HZ * octaves.clamp(0.0, OCTAVES).exp2()
    }
}

/// Where the tones of a rule are heard, from -1, left, to 1, right.
#[must_use]
pub fn pan(rule: Rule) -> f64 {
    match rule {
        Rule::Bp => -1.0,
        Rule::Fa => -0.5,
        Rule::Dfa => 0.0,
        Rule::Ifa => 0.5,
        Rule::Shallow => 1.0,
    }
}

impl Track {
    /// The ghost that it is of, and its lane there.
    fn under(self, store: &Store, of: OfGhost) -> Option<(&Ghost, &GhostLane)> {
        let ghost = store.ghost(of.place)?;
        Some((ghost, ghost.lanes.get(self.lane.0)?))
    }

    /// Its last point at or before a step; of a ghost only one at the very same moment.
    #[must_use]
    pub fn at(self, store: &Store, step: u64) -> Option<Point> {
        let quantity = self.kind.quantity();
        let Some(of) = self.ghost else {
            return store.lane(self.lane).at(quantity, step);
        };
        let (ghost, lane) = self.under(store, of)?;
        let own = ghost.step_at(step, of.time)?;
        let point = lane.series.at(quantity, own)?;
        (point.step == own).then_some(Point { step, ..point })
    }

    /// The steps at which it has a point, ascending; of a ghost those that are steps of the present run too.
    fn steps(self, store: &Store) -> Vec<u64> {
        let quantity = self.kind.quantity();
        let Some(of) = self.ghost else {
            let points = store.lane(self.lane).series(quantity);
            return points.iter().map(|point| point.step).collect();
        };
        let Some((ghost, lane)) = self.under(store, of) else {
            return Vec::new();
        };
        let points = lane.series.series(quantity).iter();
        points
            .filter_map(|point| ghost.step_of(point.step, of.time))
            .collect()
    }

    /// Its point at that very step.
    #[must_use]
    pub fn exactly(self, store: &Store, step: u64) -> Option<Point> {
        self.at(store, step).filter(|point| point.step == step)
    }

    /// The tone of its value at a step, in Hz and from left to right; none where it has no value.
    #[must_use]
    pub fn tone(self, store: &Store, step: u64) -> Option<(f64, f64)> {
        let value = self.at(store, step)?.value?;
        let rule = match self.ghost {
            None => store.lane(self.lane).phase_at(step)?.rule,
            Some(of) => {
                let (ghost, lane) = self.under(store, of)?;
                let begun = lane.series.phase_at(ghost.step_at(step, of.time)?);
                let planned = ghost.spec.lanes().get(self.lane.0)?.first_rule();
                begun.map_or(planned, |start| start.rule)
            }
        };
        Some((self.kind.frequency(value), pan(rule)))
    }

    /// Its name and its value at a step in words; `lane` is the name of its lane.
    #[must_use]
    pub fn words(self, lane: &str, store: &Store, step: u64, texts: &Texts) -> String {
        let access = &texts.access;
        let name = self.kind.name(texts);
        let named = |text: &str, value: &str, at: u64| {
            let at = super::axis::number(at as f64);
            let values = [("lane", lane), ("series", &name), ("value", value)];
            let [a, b, c] = values;
            fill(text, &[a, b, c, ("step", &at)])
        };
        let value = |value: Option<f64>| match value {
            Some(value) => self.kind.text(value),
            None => fill(access.undefined, &[("why", self.kind.why_undefined(texts))]),
        };
        match self.at(store, step) {
            None if self.ghost.is_some() => named(access.reading, access.unmeasured_here, step),
            None => named(access.reading, access.unmeasured, step),
            Some(point) if point.step == step => named(access.reading, &value(point.value), step),
            Some(point) => named(access.reading_before, &value(point.value), point.step),
        }
    }
}

/// The steps at which one of these series has a point, `most` of them at the most, and how many there are. Where there
/// are more, each stretch of neighbours gives the one at which most series have a point; the first and the last stay.
#[must_use]
pub fn rows(store: &Store, tracks: &[Track], most: usize) -> (Vec<u64>, usize) {
    let of_track = |track: &Track| {
        let own = track.ghost.is_none();
        track.steps(store).into_iter().map(move |step| (step, own))
    };
    let mut steps: Vec<(u64, bool)> = tracks.iter().flat_map(of_track).collect();
    steps.sort_unstable();
    // How many series have a point there, those of the present run first.
    let found: Vec<(u64, (usize, usize))> = steps
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let own = same.iter().filter(|(_, own)| *own).count();
            (same[0].0, (own, same.len()))
        })
        .collect();
    let all = found.len();
    if all <= most.max(2) {
        return (found.into_iter().map(|(step, _)| step).collect(), all);
    }
    let (first, last) = (found[0].0, found[all - 1].0);
    let between = &found[1..all - 1];
    let inner = most.max(2) - 2;
    let richest = |i: usize| {
        let stretch = &between[i * between.len() / inner..(i + 1) * between.len() / inner];
        type Found = (u64, (usize, usize));
        let by_points = |a: &&Found, b: &&Found| a.1.cmp(&b.1).then(b.0.cmp(&a.0));
        stretch.iter().max_by(by_points).map(|(step, _)| *step)
    };
    let kept = (0..inner).filter_map(richest);
    let kept = std::iter::once(first).chain(kept);
    (kept.chain(std::iter::once(last)).collect(), all)
}
