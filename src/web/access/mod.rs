//! Ways to the lab without a mouse and without seeing it: keys, figures that are spoken, as tables, and by ear.

mod keys;
mod sound;
mod table;

use web_sys::Element;

use self::keys::Keys;
use self::sound::Sound;
use self::table::Table;
use super::dom::{Output, Result, by_id};
use super::events::Plot;
use super::figures::{Figures, Sources};
use crate::lang::fill;
use crate::plot::track::Track;

/// Milliseconds without another key until a point is spoken, so that nobody hears all that a held key passes.
const SPEAK_MS: f64 = 300.0;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Another series of a figure is read: so many after the present one.
    Series(Plot, i32),
    /// The table of a figure is opened or closed.
    Table(Plot),
    /// The sound of a figure is switched on or off.
    Sound(Plot),
    /// Whether sound stays on for the next time.
    KeepSound,
}

pub struct Access {
    tables: [Table; 2],
    sound: Sound,
    spoken: [Output; 2],
    /// The figure that was last read by keyboard and when, until it is spoken.
    to_speak: Option<(Plot, f64)>,
    _keys: Keys,
}

impl Access {
    pub fn new() -> Result<Access> {
        let spoken = |name: &str| by_id::<Element>(&format!("{name}-spoken")).map(Output::text);
        Ok(Access {
            tables: [
                Table::new(Plot::Error, "error")?,
                Table::new(Plot::Angle, "angle")?,
            ],
            sound: Sound::new()?,
            spoken: [spoken("error")?, spoken("angle")?],
            to_speak: None,
            _keys: Keys::new()?,
        })
    }

    pub fn toggle_table(&mut self, plot: Plot) {
        self.tables[plot as usize].toggle();
    }

    pub fn toggle_sound(&mut self, plot: Plot) {
        self.sound.toggle(plot);
    }

    pub fn keep_sound(&self) {
        self.sound.keep();
    }

    /// Another point or series of a figure is asked for by keyboard, or it is read no longer.
    pub fn read(&mut self, plot: Plot, asked: bool, figures: &Figures, sources: Sources, now: f64) {
        match figures.reading(plot, sources) {
            None if asked => self.to_speak = Some((plot, now)),
            None => {
                self.to_speak = None;
                self.spoken[plot as usize].set("");
            }
            Some((_, None)) => self.to_speak = Some((plot, now)),
            Some((step, Some(track))) => {
                self.to_speak = Some((plot, now));
                if self.sound.plot() == Some(plot) {
                    self.sound.read(&[track], sources.store, step, now);
                }
            }
        }
    }

    /// Brings tables, sound and what is spoken up to date. Whether something waits for its time.
    pub fn follow(
        &mut self,
        figures: &Figures,
        sources: Sources,
        running: bool,
        now: f64,
    ) -> Result<bool> {
        let mut waits = false;
        for plot in Plot::ALL {
            if !self.tables[plot as usize].is_open() {
                continue;
            }
            let tracks = figures.table_tracks(plot, sources);
            let title = figures.heading(plot, sources.texts);
            waits |= self.tables[plot as usize].refresh(sources, tracks, title, running, now)?;
        }
        let heard = self.sound.plot();
        let heard = heard.map_or_else(Vec::new, |plot| figures.heard_tracks(plot, sources));
        waits |= self.sound.follow(sources, &heard, running, now);
        if let Some((plot, at)) = self.to_speak {
            if now - at < SPEAK_MS {
                return Ok(true);
            }
            self.to_speak = None;
            let words = match figures.reading(plot, sources) {
                Some((step, Some(track))) => speak(step, track, sources),
                _ => sources.texts.access.nothing_yet.to_owned(),
            };
            self.spoken[plot as usize].set(&words);
        }
        Ok(waits)
    }
}

/// What is said of a point that is read.
fn speak(step: u64, track: Track, sources: Sources) -> String {
    let access = &sources.texts.access;
    let (lane, _) = sources.owner(track);
    let reading = track.words(&lane, sources.store, step, sources.texts);
    let epoch = step as f64 / sources.spec.steps_per_epoch() as f64;
    let moment = sources.texts.readout(step, epoch);
    fill(access.spoken, &[("reading", &reading), ("moment", &moment)])
}
