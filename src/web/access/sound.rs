//! A figure by ear: which one is heard, and when.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::Act;
use super::keys::storage;
use crate::lang::fill;
use crate::plot::angle::Measure;
use crate::plot::track::{Kind, Track};
use crate::store::Store;
use crate::web::dom::{Listener, Output, Result, by_id, show};
use crate::web::events::{Event, Plot, push};
use crate::web::figures::Sources;

#[wasm_bindgen(raw_module = "./www/sound.js")]
extern "C" {
    fn has_sound() -> bool;
    fn play_tones(tones: &[f64], seconds: f64) -> bool;
}

/// Where the reader's choice is kept.
const KEPT: &str = "falab-sound";
/// Length of a tone, seconds.
const TONE: f64 = 0.11;
/// Milliseconds between two points that are heard while lanes run, at the least.
const EVERY_MS: f64 = 700.0;

pub struct Sound {
    /// The figure that is heard.
    plot: Option<Plot>,
    /// The last steps of the series, as they were heard.
    heard: Vec<u64>,
    /// When something was heard last.
    at: f64,
    keep: HtmlInputElement,
    buttons: [Output; 2],
    about: [Output; 2],
    _listeners: [Listener; 3],
}

impl Sound {
    pub fn new() -> Result<Sound> {
        let buttons: [HtmlElement; 2] = [by_id("error-listen")?, by_id("angle-listen")?];
        let keep: HtmlInputElement = by_id("sound-keep")?;
        let possible = has_sound();
        for button in &buttons {
            show(button, possible);
        }
        show(&by_id("no-sound")?, !possible);
        show(&by_id("sound-choice")?, possible);
        let press = |i: usize| {
            let plot = Plot::ALL[i];
            Listener::new(&buttons[i], "click", move |_| {
                push(Event::Access(Act::Sound(plot)));
            })
        };
        let kept = storage().and_then(|storage| storage.get_item(KEPT).ok().flatten());
        let plot = Plot::ALL.into_iter().find(|plot| {
            let name = Some(name(*plot));
            possible && kept.as_deref() == name
        });
        keep.set_checked(plot.is_some());
        Ok(Sound {
            plot,
            heard: Vec::new(),
            at: f64::MIN,
            about: [
                Output::text(by_id::<Element>("error-heard")?),
                Output::text(by_id::<Element>("angle-heard")?),
            ],
            _listeners: [
                press(0)?,
                press(1)?,
                Listener::new(&keep, "change", |_| push(Event::Access(Act::KeepSound)))?,
            ],
            buttons: buttons
                .each_ref()
                .map(|button| Output::attribute(button, "aria-pressed")),
            keep,
        })
    }

    /// Switches the sound of a figure on, or off.
    pub fn toggle(&mut self, plot: Plot) {
        self.plot = (self.plot != Some(plot)).then_some(plot);
        self.heard.clear();
        self.at = f64::MIN;
        self.keep();
    }

    /// Keeps the choice, if that is wanted.
    pub fn keep(&self) {
        if let Some(storage) = storage() {
            match self.plot.filter(|_| self.keep.checked()) {
                Some(plot) => storage.set_item(KEPT, name(plot)).ok(),
                None => storage.remove_item(KEPT).ok(),
            };
        }
    }

    /// The figure that is heard.
    pub fn plot(&self) -> Option<Plot> {
        self.plot
    }

    /// Says what is heard, and plays the newest point of each series if there are new ones. Whether one waits.
    pub fn follow(&mut self, sources: Sources, tracks: &[Track], running: bool, now: f64) -> bool {
        for (i, plot) in Plot::ALL.into_iter().enumerate() {
            let on = self.plot == Some(plot);
            self.buttons[i].set(if on { "true" } else { "false" });
            let words = match tracks.first() {
                Some(track) if on => about(track.kind, sources),
                _ => String::new(),
            };
            self.about[i].set(&words);
        }
        if self.plot.is_none() || sources.looked_at.is_some() {
            return false;
        }
        let ends: Vec<u64> = tracks
            .iter()
            .map(|track| {
                track
                    .at(sources.store, u64::MAX)
                    .map_or(0, |point| point.step)
            })
            .collect();
        // Reset, or gone back: what comes again is new, though it ends at the same step.
        if ends.iter().zip(&self.heard).any(|(now, then)| now < then) {
            self.heard.clone_from(&ends);
        }
        if ends == self.heard {
            return false;
        }
        // What had been measured before sound was switched on is no news.
        let is_news = running || self.heard.len() == ends.len();
        if is_news && now - self.at < EVERY_MS {
            return true;
        }
        self.at = now;
        if is_news && !play(tracks, sources.store, u64::MAX) {
            // The browser's output is not open yet, or waits for the reader.
            return running;
        }
        self.heard = ends;
        false
    }

    /// Plays what is read.
    pub fn read(&mut self, tracks: &[Track], store: &Store, step: u64, now: f64) {
        if self.plot.is_some() && play(tracks, store, step) {
            self.at = now;
        }
    }
}

fn name(plot: Plot) -> &'static str {
    match plot {
        Plot::Error => "error",
        Plot::Angle => "angle",
    }
}

/// Whether the tones of these series at a step were played; those without a value are silent.
fn play(tracks: &[Track], store: &Store, step: u64) -> bool {
    let tones = tracks.iter().filter_map(|track| track.tone(store, step));
    let tones: Vec<f64> = tones.flat_map(|(hertz, pan)| [hertz, pan]).collect();
    tones.is_empty() || play_tones(&tones, TONE)
}

/// What is heard.
fn about(kind: Kind, sources: Sources) -> String {
    let access = &sources.texts.access;
    let (pitch, layer) = match kind {
        Kind::Train => (access.pitch_training, 0),
        Kind::Test => (access.pitch_test, 0),
        Kind::Layer(layer, measure) => {
            let pitch = match measure {
                Measure::Cosine => access.pitch_cosine,
                Measure::Saturated => access.pitch_share,
                Measure::Norm | Measure::Change => access.pitch_size,
                _ => access.pitch_angle,
            };
            (pitch, layer + 1)
        }
    };
    let pitch = fill(pitch, &[("layer", &layer.to_string())]);
    fill(access.heard, &[("pitch", &pitch)])
}
