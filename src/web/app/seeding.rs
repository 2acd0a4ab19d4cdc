//! The seeds beside the first one: when they run, and what is shown of them.

use super::{App, Dirty};
use crate::spec::Spec;
use crate::web::dom::{Result, window};
use crate::web::events::Plot;
use crate::web::lanes::State;
use crate::web::seeds::Act;

impl App {
    pub(super) fn seeding(&mut self, act: Act) -> Result<()> {
        let is_news = match act {
            Act::Open => return self.seeds_view.open(),
            Act::Told(generation, bytes) => self.seeds.told(generation, &bytes),
            Act::Died(generation, fault) => self.seeds.died(generation, fault),
        };
        if is_news {
            self.dirty = self.dirty.max(Dirty::Points);
        }
        self.tend_seeds()
    }

    /// Gives work to workers that are free, and images to those that have none.
    pub(super) fn tend_seeds(&mut self) -> Result<()> {
        if !self.seeds.is_running() {
            return Ok(());
        }
        let cores = window()?.navigator().hardware_concurrency() as usize;
        let lanes = self.lanes.iter();
        let lanes = lanes.filter(|lane| lane.state == State::Running);
        self.seeds.hand_out(&self.spec, cores, lanes.count())?;
        self.feed()
    }

    /// The same experiment with more seeds or fewer: what has run goes on.
    pub(super) fn set_seeds(&mut self, spec: Spec) -> Result<()> {
        let is_running = self.controls().running;
        self.spec = spec;
        self.seeds.resize(&self.spec, &self.store)?;
        if !is_running {
            // New seeds wait for Run.
            self.seeds.pause()?;
        }
        self.form.show(&self.spec)?;
        // Receipts speak about the first seed, which has not changed.
        self.all_canvases = true;
        self.tend_seeds()
    }

    /// The steps that a plot can be read at.
    pub(super) fn steps(&self, plot: Plot) -> Vec<u64> {
        let mut steps = self.store.readable(self.figures.time(plot, &self.spec));
        if let Some(seeds) = &self.seeds.data {
            steps.extend(seeds.steps());
            steps.sort_unstable();
            steps.dedup();
        }
        steps
    }

    pub(super) fn show_seeds(&mut self) -> Result<()> {
        let (runs, spec, texts) = (&self.seeds, &self.spec, self.texts);
        self.seeds_view.show(runs, spec, &self.lanes, texts)
    }
}
