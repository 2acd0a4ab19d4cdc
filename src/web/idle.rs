//! How long nobody has touched the page while lanes trained: after a time of the reader's choice they pause.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::HtmlSelectElement;

use super::dom::{self, Listener, Result, by_id, window};
use super::events::{Event, push};
use super::meter::now;

/// Where the choice is kept: minutes.
const KEPT: &str = "falab-idle";

/// What counts as input.
const INPUT: [&str; 5] = [
    "pointerdown",
    "pointermove",
    "keydown",
    "wheel",
    "touchmove",
];

const MINUTE_MS: f64 = 60_000.0;

pub struct Idle {
    choice: HtmlSelectElement,
    /// 0 is never.
    minutes: u32,
    /// When the last input was, or lanes last stood still; milliseconds since the page was opened.
    last: Rc<Cell<f64>>,
    _listeners: Vec<Listener>,
}

impl Idle {
    pub fn new() -> Result<Idle> {
        let choice: HtmlSelectElement = by_id("idle")?;
        // The select takes no value that it does not offer.
        choice.set_value(&dom::kept(KEPT).unwrap_or_default());
        if choice.value().is_empty() {
            choice.set_value("0");
        }
        let last = Rc::new(Cell::new(now()));
        let window = window()?;
        let mut listeners = vec![Listener::new(&choice, "change", |_| {
            push(Event::IdleChoice);
        })?];
        for name in INPUT {
            // No event of the page: a moving pointer asks for no frame.
            let last = last.clone();
            listeners.push(Listener::new(&window, name, move |_| last.set(now()))?);
        }
        let mut idle = Idle {
            choice,
            minutes: 0,
            last,
            _listeners: listeners,
        };
        idle.read();
        Ok(idle)
    }

    fn read(&mut self) {
        self.minutes = self.choice.value().parse().unwrap_or(0);
    }

    /// The reader chose.
    pub fn choose(&mut self) {
        self.read();
        self.last.set(now());
        dom::keep(KEPT, &self.minutes.to_string());
    }

    /// The minutes that have passed without input while lanes trained, once that is as long as was chosen.
    pub fn is_over(&self, trains: bool) -> Option<u32> {
        let now = now();
        if !trains {
            self.last.set(now);
        }
        let limit = f64::from(self.minutes) * MINUTE_MS;
        (self.minutes > 0 && now - self.last.get() >= limit).then_some(self.minutes)
    }
}
