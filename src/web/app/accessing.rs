//! Figures that are read by keyboard, as tables and by ear.

use super::{App, Dirty};
use crate::web::access::Act;
use crate::web::dom::Result;
use crate::web::events::Plot;
use crate::web::meter::now;

impl App {
    pub(super) fn access(&mut self, act: Act) {
        match act {
            Act::Series(plot, by) => {
                let seen = self.seen();
                let steps = self.steps(plot);
                self.figures
                    .change_series(plot, by, sources!(self, &seen), &steps);
                self.read(plot, true);
            }
            Act::Table(plot) => self.access.toggle_table(plot),
            Act::Sound(plot) => self.access.toggle_sound(plot),
            Act::KeepSound => self.access.keep_sound(),
        }
    }

    /// Arrow keys on a plot.
    pub(super) fn walk(&mut self, plot: Plot, by: Option<i32>) {
        let steps = self.steps(plot);
        self.figures.walk(plot, by, &steps);
        self.read(plot, by.is_some());
    }

    fn read(&mut self, plot: Plot, asked: bool) {
        let seen = self.seen();
        let sources = sources!(self, &seen);
        self.access.read(plot, asked, &self.figures, sources, now());
    }

    /// Tables, sound and what is spoken follow what is there; what waits for its time is looked at again.
    pub(super) fn follow_access(&mut self, running: bool) -> Result<()> {
        let seen = self.seen();
        let sources = sources!(self, &seen);
        if self.access.follow(&self.figures, sources, running, now())? {
            self.dirty = self.dirty.max(Dirty::Numbers);
        }
        Ok(())
    }
}
