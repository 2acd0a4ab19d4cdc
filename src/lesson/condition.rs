//! What a lesson may wait for and ask, and when the lanes have answered.

use crate::spec::{LaneId, Spec};
use crate::store::{LayerQuantity, Quantity as Series, Store};

/// What can be compared with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Test error rate, percent.
    Error,
    /// Error rate on the probe, percent.
    Train,
    /// Angle between the update and the true gradient in a hidden layer (counted from 1), degrees.
    Angle(usize),
}

impl Quantity {
    fn series(self) -> Series {
        match self {
            Quantity::Error => Series::TestError,
            Quantity::Train => Series::TrainError,
            Quantity::Angle(layer) => Series::Layer(layer - 1, LayerQuantity::AngleUpdate),
        }
    }
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A quantity of a lane is on one side of a value at some evaluation point after step `after`.
    Is {
        lane: String,
        quantity: Quantity,
        below: bool,
        value: f64,
        after: u64,
    },
    /// Every lane has made more steps.
    Step(u64),
    /// Every lane has ended.
    Finished,
    /// Lanes have begun and none of them runs.
    Paused,
}

/// What the lanes do just now.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub spec: &'a Spec,
    pub store: &'a Store,
    pub paused: bool,
}

impl Moment<'_> {
    fn has_ended(&self, id: LaneId) -> bool {
        self.store.lane(id).end().is_some()
    }

    fn ids(&self) -> impl Iterator<Item = LaneId> + '_ {
        (0..self.spec.lanes().len()).map(LaneId)
    }

    fn all_ended(&self) -> bool {
        self.ids().all(|id| self.has_ended(id))
    }

    /// The last step of which something is known.
    fn step(&self, id: LaneId) -> u64 {
        let lane = self.store.lane(id);
        let end = lane.end().map(|(step, _)| *step);
        end.or_else(|| lane.latest().map(|latest| latest.step))
            .unwrap_or(0)
    }

    /// The first step after `after` at which a quantity is on one side of a value.
    fn first(
        &self,
        id: LaneId,
        quantity: Quantity,
        below: bool,
        value: f64,
        after: u64,
    ) -> Option<u64> {
        let points = self.store.lane(id).series(quantity.series()).iter();
        let fits = |found: f64| if below { found < value } else { found > value };
        let mut found = points.filter(|point| point.step > after && point.value.is_some_and(fits));
        found.next().map(|point| point.step)
    }

    /// The last value of a quantity that is defined.
    fn last(&self, id: LaneId, quantity: Quantity) -> Option<f64> {
        let points = self.store.lane(id).series(quantity.series()).iter();
        points.rev().find_map(|point| point.value)
    }
}

impl Condition {
    /// Whether it holds, or has held at an evaluation point of the present run.
    #[must_use]
    pub fn holds(&self, now: &Moment) -> bool {
        match self {
            Condition::Is {
                lane,
                quantity,
                below,
                value,
                after,
            } => now
                .spec
                .lane(lane)
                .is_some_and(|id| now.first(id, *quantity, *below, *value, *after).is_some()),
            Condition::Step(step) => now.ids().all(|id| now.step(id) > *step),
            Condition::Finished => now.all_ended(),
            Condition::Paused => now.paused,
        }
    }
}

/// What decides a prediction.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The lane that is the first, by its steps, on one side of a value.
    First {
        quantity: Quantity,
        below: bool,
        value: f64,
    },
    /// The lane whose quantity is the lowest, or the highest, once all have ended.
    Extreme { quantity: Quantity, lowest: bool },
    /// `yes` once the condition holds, `no` if all lanes end without it.
    Holds(Condition),
}

/// What came of a prediction.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Open,
    /// The keys of the answers that are right, several where lanes are even, and the step or the value that decided.
    Known {
        keys: Vec<String>,
        step: Option<u64>,
        value: Option<f64>,
    },
}

impl Question {
    /// What is known by now.
    #[must_use]
    pub fn verdict(&self, now: &Moment) -> Verdict {
        let known = |keys, step, value| Verdict::Known { keys, step, value };
        match self {
            Question::First {
                quantity,
                below,
                value,
            } => first(now, *quantity, *below, *value),
            Question::Extreme { quantity, lowest } => {
                if !now.all_ended() {
                    return Verdict::Open;
                }
                let sign = if *lowest { 1.0 } else { -1.0 };
                let values: Vec<(LaneId, f64)> = now
                    .ids()
                    .filter_map(|id| Some((id, now.last(id, *quantity)?)))
                    .collect();
                let best = values
                    .iter()
                    .map(|(_, value)| sign * value)
                    .min_by(f64::total_cmp);
                let Some(best) = best else {
                    return known(vec!["none".to_owned()], None, None);
                };
                let even = values.iter().filter(|(_, value)| sign * value <= best);
                let keys = even.map(|(id, _)| name(now, *id)).collect();
                known(keys, None, Some(sign * best))
            }
            Question::Holds(condition) => {
                let is_over = now.all_ended();
                match condition.holds(now) {
                    true => known(vec!["yes".to_owned()], None, None),
                    false if is_over => known(vec!["no".to_owned()], None, None),
                    false => Verdict::Open,
                }
            }
        }
    }
}

fn name(now: &Moment, id: LaneId) -> String {
    let lane = now.spec.lanes().get(id.0);
    lane.map(|lane| lane.name().to_owned()).unwrap_or_default()
}

fn first(now: &Moment, quantity: Quantity, below: bool, value: f64) -> Verdict {
    let reached: Vec<(LaneId, Option<u64>)> = now
        .ids()
        .map(|id| (id, now.first(id, quantity, below, value, 0)))
        .collect();
    let Some(step) = reached.iter().filter_map(|(_, step)| *step).min() else {
        let keys = vec!["none".to_owned()];
        return match now.all_ended() {
            true => Verdict::Known {
                keys,
                step: None,
                value: None,
            },
            false => Verdict::Open,
        };
    };
    // A lane that is behind may still come in at an earlier step.
    if now
        .ids()
        .any(|id| !now.has_ended(id) && now.step(id) < step)
    {
        return Verdict::Open;
    }
    let even = reached.iter().filter(|(_, at)| *at == Some(step));
    Verdict::Known {
        keys: even.map(|(id, _)| name(now, *id)).collect(),
        step: Some(step),
        value: None,
    }
}
