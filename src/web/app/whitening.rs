//! Whitening: begun when a lane goes, waited for by all lanes, stopped with them.

use super::App;
use crate::web::alerts::Alert;
use crate::web::dom::Result;
use crate::web::whitening::{Act, Turn};

impl App {
    pub(super) fn white(&mut self, act: Act) -> Result<()> {
        let turn = match act {
            Act::Told(generation, bytes, beside) => {
                self.white.told(generation, &bytes, beside, self.texts)
            }
            Act::Died(generation, fault) => self.white.died(generation, fault),
            Act::Stop => return self.stop_whitening(),
        };
        match turn {
            Turn::On | Turn::Done => self.feed(),
            Turn::Over(fault) => {
                self.stop_whitening()?;
                let words = fault.words(self.texts);
                self.alerts.add(Alert::Other(words), self.texts)
            }
        }
    }

    /// Ends the whitening; lanes that waited for it stand where they stood.
    pub(super) fn stop_whitening(&mut self) -> Result<()> {
        self.white.stop();
        if self.white.lacks(&self.spec) {
            for lane in &mut self.lanes {
                lane.stand_back();
            }
        }
        Ok(())
    }
}
