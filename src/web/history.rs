//! Time travel: a slider over the moments that were kept, which every view follows.

use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::dom::{Listener, Output, Result, by_id, set_attribute, show};
use super::events::{Event, push};
use crate::lang::Texts;

pub struct History {
    row: HtmlElement,
    open: HtmlElement,
    slider: HtmlInputElement,
    text: Output,
    back: HtmlElement,
    /// Where the slider's places stand; the place behind the last is the present.
    steps: Vec<u64>,
    _listeners: [Listener; 5],
}

impl History {
    pub fn new() -> Result<History> {
        let (open, now): (HtmlElement, HtmlElement) =
            (by_id("open-history")?, by_id("history-now")?);
        let (slider, back): (HtmlInputElement, HtmlElement) =
            (by_id("history-slider")?, by_id("history-back")?);
        let row: HtmlElement = by_id("history")?;
        let moved = slider.clone();
        let listeners = [
            Listener::new(&open, "click", |_| push(Event::OpenHistory))?,
            Listener::new(&now, "click", |_| push(Event::Look(usize::MAX)))?,
            Listener::new(&back, "click", |_| push(Event::GoBack))?,
            Listener::new(&row, "keydown", |event| {
                let key: &KeyboardEvent = event.unchecked_ref();
                if key.key() == "Escape" {
                    event.prevent_default();
                    push(Event::OpenHistory);
                }
            })?,
            Listener::new(&slider, "input", move |_| {
                push(Event::Look(moved.value_as_number() as usize));
            })?,
        ];
        Ok(History {
            row,
            open,
            slider,
            text: Output::text(by_id("history-text")?),
            back,
            steps: Vec::new(),
            _listeners: listeners,
        })
    }

    pub fn is_open(&self) -> bool {
        !self.row.hidden()
    }

    /// Opens or closes the row, and takes the focus into it or back.
    pub fn toggle(&self) -> Result<()> {
        let open = !self.is_open();
        show(&self.row, open);
        set_attribute(
            &self.open,
            "aria-expanded",
            if open { "true" } else { "false" },
        );
        let focus: &HtmlElement = if open { &self.slider } else { &self.open };
        focus.focus()
    }

    /// The step of a place of the slider; `None` is the present.
    pub fn step(&self, place: usize) -> Option<u64> {
        self.steps.get(place).copied()
    }

    /// Shows the moments there are and the one that is looked at.
    pub fn show(&mut self, steps: Vec<u64>, looked_at: Option<u64>, epoch: f64, texts: &Texts) {
        if !self.is_open() {
            return;
        }
        self.steps = steps;
        let last = self.steps.len();
        let place = looked_at.map_or(last, |step| {
            self.steps.partition_point(|&other| other < step)
        });
        self.slider.set_max(&last.to_string());
        if self.slider.value_as_number() as usize != place {
            self.slider.set_value(&place.to_string());
        }
        let text = match looked_at {
            None => texts.moments(last),
            Some(step) => texts.readout(step, epoch),
        };
        set_attribute(&self.slider, "aria-valuetext", &text);
        self.text.set(&text);
        let disabled = looked_at.is_none();
        set_attribute(
            &self.back,
            "aria-disabled",
            if disabled { "true" } else { "false" },
        );
    }
}
