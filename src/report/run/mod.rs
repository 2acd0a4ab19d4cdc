//! A run as one JSON object: what was run, by which version, where each lane stands, and its series as the store holds
//! them. The page and the command line write the same bytes and read them back ([`Run::read`]); `docs/export.md` says
//! what each field means.

mod error;
mod list;
mod read;
mod write;

pub use error::{Allowed, Form, RunError};
pub use list::{LONGEST_NAME, Listed, RUNS, head, read_all};
pub use read::LARGEST;

use crate::core::{NUMERICS, Rule};
use crate::lane::Reason;
use crate::spec::{LaneId, Schedule, Spec};
use crate::store::{LaneSeries, PhaseStart, Quantity, Series, Store};

/// What a file of a run says it is.
const KIND: &str = "run";
/// The version of its form.
const VERSION: u64 = 1;

/// Where a lane stands beside what the store holds of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Of its present phase.
    pub rule: Rule,
    /// Steps that it has made.
    pub step: u64,
    /// Of a lane that has ended.
    pub fingerprint: Option<u64>,
}

/// An experiment, and what its lanes have done.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Version of the program that wrote it.
    program: String,
    /// Version of the arithmetic that it was made with.
    numerics: u32,
    /// The experiment of its link.
    spec: Spec,
    lanes: Vec<RunLane>,
}

/// A lane of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunLane {
    name: String,
    rule: Rule,
    step: u64,
    /// Why it ended; `None` of a lane that has not.
    end: Option<Reason>,
    fingerprint: Option<u64>,
    phases: Vec<PhaseStart>,
    /// None is empty.
    series: Vec<(Quantity, Series)>,
}

impl Run {
    /// The run of an experiment whose lanes stand as `stands` says, each in the place of its lane.
    #[must_use]
    pub fn of(spec: &Spec, stands: &[Stand], store: &Store) -> Run {
        let lanes = spec.lanes().iter().zip(stands).enumerate();
        let lanes = lanes.map(|(i, (schedule, stand))| {
            let layers = spec.settings().hidden.len();
            RunLane::of(schedule, *stand, store.lane(LaneId(i)), layers)
        });
        Run {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            numerics: NUMERICS,
            spec: spec.clone(),
            lanes: lanes.collect(),
        }
    }

    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The version of the program that wrote it, a foreign text of at most 40 bytes.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.program
    }

    /// The version of the arithmetic that it was made with.
    #[must_use]
    pub fn numerics(&self) -> u32 {
        self.numerics
    }

    /// Its lanes, in the order of the experiment's; some may be missing.
    #[must_use]
    pub fn lanes(&self) -> &[RunLane] {
        &self.lanes
    }

    /// Its series, each lane in its place in the experiment, for figures.
    #[must_use]
    pub fn store(&self) -> Store {
        let mut store = Store::default();
        let layers = self.spec.settings().hidden.len();
        for lane in &self.lanes {
            if let Some(id) = self.spec.lane(&lane.name) {
                store.restore(id, lane.series(layers));
            }
        }
        store
    }
}

impl RunLane {
    fn of(schedule: &Schedule, stand: Stand, measured: &LaneSeries, layers: usize) -> RunLane {
        let series = Quantity::all(layers).into_iter().filter_map(|quantity| {
            let series = measured.of(quantity)?;
            Some((quantity, series.clone()))
        });
        RunLane {
            name: schedule.name().to_owned(),
            rule: stand.rule,
            step: stand.step,
            end: measured.end().map(|(_, reason)| reason.clone()),
            fingerprint: stand.fingerprint,
            phases: measured.phases().to_vec(),
            series: series.collect(),
        }
    }

    /// Its name in the experiment.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Of its last phase.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Steps that it had made.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Why it ended; `None` where it had not.
    #[must_use]
    pub fn end(&self) -> Option<&Reason> {
        self.end.as_ref()
    }

    /// Of all its parameters at its end.
    #[must_use]
    pub fn fingerprint(&self) -> Option<u64> {
        self.fingerprint
    }

    /// Its series, of a net with so many hidden layers.
    #[must_use]
    pub fn series(&self, layers: usize) -> LaneSeries {
        let end = self.end.clone().map(|reason| (self.step, reason));
        let series = self.series.iter().cloned();
        LaneSeries::of_run(layers, series, self.phases.clone(), end)
    }
}
