//! The page around the plots and cards: buttons, speed, loading, legend. What is unchanged is not touched.

use web_sys::{Element, HtmlButtonElement, HtmlElement, HtmlProgressElement};

use super::data::Chunks;
use super::dom::{
    Listener, Output, Result, all, by_id, document, from_template, set_attribute, set_text, show,
    window, within,
};
use super::events::{Event, push};
use crate::data::mnist::Chunk;
use crate::lang::Texts;
use crate::plot::look::Named;
use crate::plot::{Theme, look};
use crate::spec::{LaneId, Schedule};

/// What every canvas depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screen {
    pub theme: Theme,
    /// Device pixels a CSS pixel.
    pub ratio: f64,
}

impl Screen {
    /// Colours that the system forces, else the theme that the reader chose, else the system's.
    pub fn now() -> Result<Screen> {
        let root = document()?.document_element();
        let chosen = root.and_then(|root| root.get_attribute("data-theme"));
        let dark = match chosen.as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => matches(SCHEME)?,
        };
        let ours = if dark { Theme::DARK } else { Theme::LIGHT };
        let forced = if matches(FORCED)? { forced()? } else { None };
        Ok(Screen {
            theme: forced.unwrap_or(ours),
            ratio: window()?.device_pixel_ratio(),
        })
    }
}

/// Media queries that figures and tabs depend on; the style sheets have the same.
pub const SCHEME: &str = "(prefers-color-scheme: dark)";
pub const FORCED: &str = "(forced-colors: active)";
pub const NARROW: &str = "(max-width: 719px)";

/// Whether a media query fits now.
pub fn matches(query: &str) -> Result<bool> {
    let query = window()?.match_media(query)?;
    Ok(query.is_some_and(|query| query.matches()))
}

/// The colours that the system forces, as www/device.css gives them to canvases.
fn forced() -> Result<Option<Theme>> {
    let canvas: Element = by_id("error-canvas")?;
    let Some(style) = window()?.get_computed_style(&canvas)? else {
        return Ok(None);
    };
    let colour =
        |name: &str| -> Result<_> { Ok(look::colour_of(&style.get_property_value(name)?)) };
    let both = colour("background-color")?.zip(colour("color")?);
    Ok(both.map(|(ground, ink)| Theme::of(ground, ink)))
}

/// What the buttons and `main` show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Controls {
    /// The word in `data-state`.
    pub state: &'static str,
    pub busy: bool,
    /// Some lane can train on.
    pub waiting: bool,
    pub running: bool,
    pub begun: bool,
}

/// A button of the legend.
struct LaneButton {
    id: LaneId,
    schedule: Schedule,
    element: Element,
    pressed: Output,
    _press: Listener,
}

impl LaneButton {
    fn speak(&self, texts: &Texts) -> Result<()> {
        let name: Element = within(&self.element, "span")?;
        set_text(&name, &texts.lane(&self.schedule));
        set_attribute(&self.element, "title", &texts.legend(&self.schedule));
        Ok(())
    }
}

/// The text of an element that stands in index.html for a start; from now on it is ours to say.
fn taken_over(id: &str) -> Result<Output> {
    let element: Element = by_id(id)?;
    element.remove_attribute("data-text")?;
    Ok(Output::text(element))
}

pub struct View {
    state: Output,
    busy: Output,
    buttons: [HtmlButtonElement; 6],
    /// Their `aria-disabled`.
    off: [Output; 6],
    speed: Output,
    loading: HtmlElement,
    loading_bar: HtmlProgressElement,
    loading_text: Output,
    retry: HtmlElement,
    receipts: Output,
    note: Output,
    controls: Option<Controls>,
    lane_buttons: Vec<LaneButton>,
}

impl View {
    pub fn new() -> Result<View> {
        let body: Element = document()?.body().ok_or("no page")?.into();
        let main: Element = within(&body, "main")?;
        let buttons: [HtmlButtonElement; 6] = [
            by_id("run")?,
            by_id("step")?,
            by_id("epoch")?,
            by_id("pause")?,
            by_id("reset")?,
            by_id("share")?,
        ];
        Ok(View {
            state: Output::attribute(&main, "data-state"),
            busy: Output::attribute(&main, "aria-busy"),
            off: buttons
                .each_ref()
                .map(|button| Output::attribute(button, "aria-disabled")),
            buttons,
            speed: taken_over("speed-text")?,
            loading: by_id("loading")?,
            loading_bar: by_id("loading-bar")?,
            loading_text: taken_over("loading-text")?,
            retry: by_id("retry")?,
            receipts: Output::text(by_id("receipts")?),
            note: Output::text(by_id("note")?),
            controls: None,
            lane_buttons: Vec::new(),
        })
    }

    pub fn show_controls(&mut self, controls: Controls) {
        if self.controls == Some(controls) {
            return;
        }
        self.controls = Some(controls);
        self.state.set(controls.state);
        self.busy.set(if controls.busy { "true" } else { "false" });
        let waiting = controls.waiting;
        let enabled = [
            waiting,
            waiting,
            waiting,
            controls.running,
            controls.begun,
            true,
        ];
        for ((button, off), enabled) in self.buttons.iter().zip(&mut self.off).zip(enabled) {
            // `disabled` takes the focus: only while images load, not from whoever steps by keyboard.
            if button.disabled() != (controls.busy && !enabled) {
                button.set_disabled(!button.disabled());
            }
            off.set(if enabled { "false" } else { "true" });
        }
    }

    pub fn show_speed(&mut self, steps_per_second: Option<f64>, texts: &Texts) {
        match steps_per_second {
            None => self.speed.set(texts.page.full),
            Some(rate) => self.speed.set(&texts.steps_a_second(rate)),
        }
    }

    /// What the receipts say, in one sentence.
    pub fn show_receipts(&mut self, sentence: &str) {
        self.receipts.set(sentence);
    }

    /// A quiet sentence or two above the plots: what has just happened, else what to watch.
    pub fn show_note(&mut self, note: &str) {
        self.note.set(note);
    }

    /// How far the images are that an experiment needs.
    pub fn show_loading(&mut self, chunks: &Chunks, needed: &[Chunk], texts: &Texts) {
        let failure = chunks.failure();
        let ready = chunks.hold_all(needed);
        show(&self.loading, !ready || failure.is_some());
        show(&self.retry, failure.is_some());
        show(&self.loading_bar, failure.is_none());
        if let Some((file, fault)) = failure {
            self.loading_text.set(&texts.load_failed(file, fault));
        } else if ready {
            self.loading_text.set(texts.lab.ready);
        } else {
            let (file, done, all) = chunks.loading(needed);
            self.loading_bar.set_value(done as f64 / all as f64);
            self.loading_text.set(&texts.loading(file, done, all));
        }
    }

    /// Empties the legend.
    pub fn forget_lanes(&mut self) -> Result<()> {
        self.lane_buttons.clear();
        by_id::<Element>("legend")?.set_text_content(None);
        Ok(())
    }

    /// Adds a lane's button to the legend.
    pub fn add_lane(&mut self, named: &Named, schedule: &Schedule, texts: &Texts) -> Result<()> {
        let button: Element = from_template("legend-template")?;
        // A lane of several rules looks like the last.
        let rule = schedule.rules().last().copied().unwrap_or(named.rule);
        let id = named.id;
        set_attribute(&button, "data-rule-name", rule.key());
        set_text(&within::<Element>(&button, "b")?, &named.mark);
        for line in all::<Element>(&button, "line")? {
            let dash: Vec<String> = look::dash(rule).iter().map(ToString::to_string).collect();
            set_attribute(&line, "stroke-dasharray", &dash.join(" "));
            set_attribute(&line, "stroke-width", &look::width(rule).to_string());
        }
        by_id::<Element>("legend")?.append_child(&button)?;
        let button = LaneButton {
            id,
            schedule: schedule.clone(),
            pressed: Output::attribute(&button, "aria-pressed"),
            _press: Listener::new(&button, "click", move |_| push(Event::Legend(id)))?,
            element: button,
        };
        button.speak(texts)?;
        self.lane_buttons.push(button);
        Ok(())
    }

    /// Names the lanes in another language.
    pub fn speak(&self, texts: &Texts) -> Result<()> {
        self.lane_buttons
            .iter()
            .try_for_each(|button| button.speak(texts))
    }

    /// Presses the buttons of the lanes in the figures.
    pub fn show_lanes(&mut self, seen: &[Named]) {
        for button in &mut self.lane_buttons {
            let pressed = seen.iter().any(|named| named.id == button.id);
            button.pressed.set(if pressed { "true" } else { "false" });
        }
    }
}
