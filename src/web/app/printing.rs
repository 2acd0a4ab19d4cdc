//! The experiment on paper, and lanes that pause because nobody is there.

use super::{App, Dirty, Said};
use crate::core::fingerprint;
use crate::lang::fill;
use crate::plot::Theme;
use crate::plot::axis::{StepUnit, number};
use crate::web::dom::Result;
use crate::web::events::{Control, Plot};
use crate::web::figures::Sources;
use crate::web::lanes::State;
use crate::web::link;
use crate::web::readout::errors_at;
use crate::web::receipts::Check;
use crate::web::sheet::{self, Sheet};
use crate::web::view::Screen;

impl App {
    /// Fills the sheet just before the browser prints it, and empties it afterwards.
    pub(super) fn print(&self, begins: bool) -> Result<()> {
        if !begins {
            return self.sheet.clear();
        }
        let texts = self.texts;
        let seen = self.seen();
        let sources = Sources {
            screen: Screen {
                theme: Theme::LIGHT,
                ratio: sheet::RATIO,
            },
            looked_at: None,
            ..sources!(self, &seen)
        };
        for plot in Plot::ALL {
            let canvas = Sheet::canvas(plot)?;
            self.figures.print(plot, sources, &canvas, sheet::SIZE)?;
        }
        // Errors at the last step of each lane, with the step of those that were measured before.
        let time = StepUnit::Step.time(self.spec.steps_per_epoch());
        let results = self.lanes.iter().map(|lane| {
            let named = seen.iter().find(|named| named.id == lane.id)?;
            let alone = Sources {
                lanes: std::slice::from_ref(named),
                ..sources
            };
            let (_, rows) = errors_at(alone, None, time, lane.step);
            let (_, errors) = rows.into_iter().next()?;
            let ended = lane.note.words(&lane.schedule, texts);
            let state = lane.state.word(texts).unwrap_or(&ended).to_owned();
            let at = format!("{} ({:.2})", number(lane.step as f64), lane.epoch);
            let mut print = lane.fingerprint.map_or("–".to_owned(), fingerprint::hex);
            let check = Check::of(self.receipt.as_ref(), lane);
            if check != Check::None {
                print = format!("{print} {}", check.word(texts));
            }
            let name = format!("{} {}", named.mark, texts.full_name(&lane.schedule));
            let mut cells = vec![name, state, at];
            cells.extend(errors);
            cells.push(print);
            Some(cells)
        });
        let results: Vec<Vec<String>> = results.flatten().collect();
        let presentation = &self.presentation;
        let named = self.experiment.map(|named| named.words(texts).title);
        let title = presentation.title.as_deref().or(named);
        let mut notes: Vec<String> = presentation.note.iter().cloned().collect();
        if self.spec.seeds() > 1 {
            let seed = self.spec.settings().seed.to_string();
            let words = &texts.spread;
            let results = fill(words.results_are, &[("seed", &seed)]);
            notes.push(format!("{} {results}", words.line_is));
        }
        let (angle, about) = self.figures.about_layers(texts);
        let ghosts = self.store.shown_ghosts().map(|ghost| {
            let values = [
                ("mark", ghost.mark()),
                ("name", &ghost.name),
                ("link", &ghost.spec.link()),
            ];
            fill(texts.ghosts.on_paper, &values)
        });
        let ghosts: Vec<String> = ghosts.collect();
        self.sheet.fill(
            (
                title.unwrap_or(texts.page.document_title),
                &notes.join("\n"),
            ),
            (&angle, about),
            &results,
            &self.spec,
            (&link::whole(&self.link())?, &ghosts.join("\n")),
        )
    }

    /// Pauses lanes that train while nobody has touched the page for as long as the reader chose; in another page's frame
    /// that page decides.
    pub(super) fn pause_if_idle(&mut self) -> Result<()> {
        let trains = self.lanes.iter().any(|lane| lane.state == State::Running);
        let Some(minutes) = self.idle.is_over(trains) else {
            return Ok(());
        };
        if self.presentation.embed || matches!(self.said, Said::Idle(_)) {
            return Ok(());
        }
        self.leave_arrival(Control::Pause);
        self.control(Control::Pause)?;
        self.said = Said::Idle(minutes);
        self.dirty = Dirty::Page;
        Ok(())
    }

    /// The reader does something with the lanes again.
    pub(super) fn came_back(&mut self) {
        if matches!(self.said, Said::Idle(_)) {
            self.said = Said::Nothing;
        }
    }
}
