//! Ghosts: other runs that are laid under the present one, to compare with it.
//!
//! Nothing of a ghost is interpolated: two runs are compared where both were measured at the very same place of the time
//! axis, and nowhere else.

use super::{LaneSeries, Quantity, Store};
use crate::core::Metrics;
use crate::lane::Reason;
use crate::spec::{LaneId, Schedule, Spec};

/// Ghosts at the most.
pub const GHOSTS: usize = 3;

/// What a figure counts time in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Epochs, else steps.
    pub epochs: bool,
    /// Of the present experiment.
    pub steps_per_epoch: u64,
}

/// One lane of a ghost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GhostLane {
    pub series: LaneSeries,
    /// The lane of the present experiment that it is compared with.
    pub pair: Option<LaneId>,
    /// It is drawn.
    pub seen: bool,
}

/// Another run under the present one.
#[derive(Clone, Debug, PartialEq)]
pub struct Ghost {
    /// 0 to [`GHOSTS`] - 1; it keeps its place while others go.
    pub place: usize,
    /// What its run is called; anybody may have written it.
    pub name: String,
    pub spec: Spec,
    /// Version of the arithmetic that it was made with.
    pub numerics: u32,
    /// Those of `spec`, in its order.
    pub lanes: Vec<GhostLane>,
    /// The reader wants to see it.
    pub shown: bool,
}

impl Ghost {
    /// Its letter: A, B or C.
    #[must_use]
    pub fn letter(&self) -> &'static str {
        ["A", "B", "C"][self.place.min(GHOSTS - 1)]
    }

    /// Behind the letter of a rule: ′, ″ or ‴.
    #[must_use]
    pub fn mark(&self) -> &'static str {
        ["′", "″", "‴"][self.place.min(GHOSTS - 1)]
    }

    /// Steps of the figure for one step of this run: 1, or what makes epochs agree.
    #[must_use]
    pub fn stretch(&self, time: Time) -> f64 {
        match time.epochs {
            true => time.steps_per_epoch as f64 / self.spec.steps_per_epoch() as f64,
            false => 1.0,
        }
    }

    /// Its step at a step of the present run: the same, or that of the same epoch, if there is one.
    #[must_use]
    pub fn step_at(&self, step: u64, time: Time) -> Option<u64> {
        exchanged(
            step,
            time,
            time.steps_per_epoch,
            self.spec.steps_per_epoch(),
        )
    }

    /// The step of the present run at one of its own; the inverse of [`Ghost::step_at`].
    #[must_use]
    pub fn step_of(&self, own: u64, time: Time) -> Option<u64> {
        exchanged(own, time, self.spec.steps_per_epoch(), time.steps_per_epoch)
    }

    /// What it measured in one of its lanes at a step of the present run, if it measured there; undefined is `None` too.
    #[must_use]
    pub fn value(&self, lane: usize, quantity: Quantity, step: u64, time: Time) -> Option<f64> {
        let step = self.step_at(step, time)?;
        self.lanes.get(lane)?.series.exactly(quantity, step)
    }

    /// The lane that is compared with one of the present experiment, if it is drawn.
    #[must_use]
    pub fn paired(&self, id: LaneId) -> Option<usize> {
        let pairs = |lane: &GhostLane| lane.seen && lane.pair == Some(id);
        self.lanes.iter().position(pairs)
    }

    /// Places of the lanes that are drawn and compared with none.
    pub fn alone(&self) -> impl Iterator<Item = usize> {
        let lanes = self.lanes.iter().enumerate();
        lanes
            .filter(|(_, lane)| lane.seen && lane.pair.is_none())
            .map(|(at, _)| at)
    }

    /// The last step at which something was measured; `None` before anything was.
    #[must_use]
    pub fn last_step(&self) -> Option<u64> {
        let latest = self.lanes.iter().filter_map(|lane| lane.series.last_step());
        latest.max()
    }

    /// The steps at which it was measured, ascending, each once.
    #[must_use]
    pub fn steps(&self) -> Vec<u64> {
        distinct(self.lanes.iter().map(|lane| &lane.series))
    }
}

/// A step of a run with `from` steps an epoch as one of a run with `to`: the same, or that at the same epoch.
fn exchanged(step: u64, time: Time, from: u64, to: u64) -> Option<u64> {
    if !time.epochs || from == to {
        return Some(step);
    }
    let scaled = step.checked_mul(to)?;
    (from > 0 && scaled % from == 0).then(|| scaled / from)
}

/// The steps at which some of these lanes have an evaluation point, ascending, each once.
pub(super) fn distinct<'a>(lanes: impl Iterator<Item = &'a LaneSeries>) -> Vec<u64> {
    let points = lanes.flat_map(|lane| lane.series(Quantity::TrainError));
    let mut steps: Vec<u64> = points.map(|point| point.step).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// The place of the lane of `other` that a lane is compared with: that of its name, else the first that goes through the
/// same rules.
#[must_use]
pub fn pair(lane: &Schedule, others: &[Schedule]) -> Option<LaneId> {
    let named = others.iter().position(|other| other.name() == lane.name());
    let of_rules = || {
        others
            .iter()
            .position(|other| other.rules() == lane.rules())
    };
    named.or_else(of_rules).map(LaneId)
}

impl Store {
    #[must_use]
    pub fn ghosts(&self) -> &[Ghost] {
        &self.ghosts
    }

    /// The one at a place.
    #[must_use]
    pub fn ghost(&self, place: usize) -> Option<&Ghost> {
        self.ghosts.iter().find(|ghost| ghost.place == place)
    }

    /// Those that the reader wants to see.
    pub fn shown_ghosts(&self) -> impl Iterator<Item = &Ghost> {
        self.ghosts.iter().filter(|ghost| ghost.shown)
    }

    /// Lays a run under the present one, with what is known of the lanes of `spec`; its place, or `None` where all are
    /// taken.
    pub fn add_ghost(
        &mut self,
        name: String,
        spec: Spec,
        numerics: u32,
        series: Vec<LaneSeries>,
    ) -> Option<usize> {
        let taken = |place: &usize| self.ghosts.iter().any(|ghost| ghost.place == *place);
        let place = (0..GHOSTS).find(|place| !taken(place))?;
        let mut series = series.into_iter();
        let lanes = spec.lanes().iter().map(|_| GhostLane {
            series: series.next().unwrap_or_default(),
            pair: None,
            seen: true,
        });
        let ghost = Ghost {
            place,
            name,
            lanes: lanes.collect(),
            spec,
            numerics,
            shown: true,
        };
        self.revision += 1;
        self.ghosts.push(ghost);
        self.ghosts.sort_by_key(|ghost| ghost.place);
        Some(place)
    }

    pub fn remove_ghost(&mut self, place: usize) {
        self.revision += 1;
        self.ghosts.retain(|ghost| ghost.place != place);
    }

    fn ghost_mut(&mut self, place: usize) -> Option<&mut Ghost> {
        self.revision += 1;
        self.ghosts.iter_mut().find(|ghost| ghost.place == place)
    }

    /// Shows a ghost, or hides it.
    pub fn toggle_ghost(&mut self, place: usize) {
        if let Some(ghost) = self.ghost_mut(place) {
            ghost.shown = !ghost.shown;
        }
    }

    /// A lane of a ghost that is trained here was measured.
    pub fn push_ghost(&mut self, place: usize, lane: usize, metrics: Metrics) {
        if let Some(lane) = self.ghost_mut(place).and_then(|g| g.lanes.get_mut(lane)) {
            lane.series.push(metrics);
        }
    }

    /// It ended.
    pub fn finish_ghost(&mut self, place: usize, lane: usize, step: u64, reason: Reason) {
        if let Some(lane) = self.ghost_mut(place).and_then(|g| g.lanes.get_mut(lane)) {
            lane.series.end = Some((step, reason));
        }
    }

    /// Pairs the lanes of all ghosts with those of the present experiment; one whose partner is `unseen` is not drawn.
    pub fn pair_ghosts(&mut self, present: &[Schedule], unseen: &[LaneId]) {
        let mut changed = false;
        for ghost in &mut self.ghosts {
            for (lane, schedule) in ghost.lanes.iter_mut().zip(ghost.spec.lanes()) {
                let found = pair(schedule, present);
                let seen = found.is_none_or(|id| !unseen.contains(&id));
                changed |= (lane.pair, lane.seen) != (found, seen);
                (lane.pair, lane.seen) = (found, seen);
            }
        }
        self.revision += u64::from(changed);
    }

    /// The steps that a figure can be read at: those of the present lanes, and those of the ghosts that are shown where
    /// they are whole steps of the present experiment too; ascending, each once.
    #[must_use]
    pub fn readable(&self, time: Time) -> Vec<u64> {
        let mut steps = self.steps();
        for ghost in self.shown_ghosts() {
            let own = ghost.steps().into_iter();
            steps.extend(own.filter_map(|step| ghost.step_of(step, time)));
        }
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// How many of a ghost's evaluation points lie where the present run has one too, and how many it has.
    #[must_use]
    pub fn shared(&self, ghost: &Ghost, time: Time) -> (usize, usize) {
        let (own, present) = (ghost.steps(), self.steps());
        let is_shared = |step: &&u64| {
            let there = ghost.step_of(**step, time);
            there.is_some_and(|step| present.binary_search(&step).is_ok())
        };
        (own.iter().filter(is_shared).count(), own.len())
    }
}
