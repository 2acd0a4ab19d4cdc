//! The first minute: a large Run, and three callouts when what they tell of is seen. Never again once they were read.

use web_sys::{Element, HtmlElement};

use super::dom::{self, Listener, Output, Result, by_id, show};
use super::events::{Control, Event, push};
use crate::lang::Texts;
use crate::lesson::{Condition, Moment, Quantity};
use crate::spec::Spec;

/// Where it is kept that the callouts were read.
const KEPT: &str = "falab-welcomed";

/// Callouts, in their order: where each stands.
const PLACES: [&str; 3] = ["error", "angle", "error"];

pub struct Welcome {
    callout: HtmlElement,
    text: Output,
    place: Output,
    run: HtmlElement,
    /// The callout that comes next, while some are left.
    next: Option<usize>,
    /// The one that is shown.
    shown: Option<usize>,
    _listeners: Vec<Listener>,
}

impl Welcome {
    /// Callouts for whoever opens the bare address and has not read them.
    pub fn new(is_bare: bool) -> Result<Welcome> {
        let callout: HtmlElement = by_id("callout")?;
        let run: HtmlElement = by_id("big-run")?;
        let (done, never): (Element, Element) = (by_id("callout-done")?, by_id("callout-never")?);
        let read = dom::kept(KEPT);
        Ok(Welcome {
            text: Output::text(by_id("callout-text")?),
            place: Output::attribute(&callout, "data-at"),
            _listeners: vec![
                Listener::new(&run, "click", |_| push(Event::Control(Control::Run)))?,
                Listener::new(&done, "click", |_| push(Event::Callout(false)))?,
                Listener::new(&never, "click", |_| push(Event::Callout(true)))?,
            ],
            callout,
            run,
            next: (is_bare && read.is_none()).then_some(0),
            shown: None,
        })
    }

    /// The callout that is shown was read; `never`: the others are not wanted.
    pub fn dismiss(&mut self, never: bool) -> Result<()> {
        self.shown = None;
        if never {
            self.end();
        }
        by_id::<HtmlElement>("pause")?.focus()
    }

    /// None comes any more, in this page and in later ones.
    fn end(&mut self) {
        self.next = None;
        dom::keep(KEPT, "1");
    }

    /// Shows what is due. `waits`: images are there and no lane has begun.
    pub fn show(&mut self, now: &Moment, waits: bool, aside: bool, texts: &Texts) {
        let is_first_look = !aside && *now.spec == Spec::default();
        let begins = self.next == Some(0) && waits && is_first_look;
        show(&self.run, begins);
        // One at a time: at full speed the next moment comes before this one is read.
        if let Some(at) = self.next.filter(|_| is_first_look && self.shown.is_none())
            && due(at, now)
        {
            self.shown = Some(at);
            self.next = Some(at + 1);
            if at + 1 == PLACES.len() {
                self.end();
            }
        }
        let shown = self.shown.filter(|_| is_first_look);
        if let Some(at) = shown {
            let lab = &texts.lab;
            self.place.set(PLACES[at]);
            let words = [lab.callout_curves, lab.callout_angles, lab.callout_useful];
            self.text.set(words[at]);
        }
        show(&self.callout, shown.is_some());
    }
}

/// Whether a callout's moment has come.
fn due(at: usize, now: &Moment) -> bool {
    let holds = |lane: &str, quantity, value, after| {
        let condition = Condition::Is {
            lane: lane.to_owned(),
            quantity,
            below: true,
            value,
            after,
        };
        condition.holds(now)
    };
    match at {
        0 => ["bp", "fa", "dfa", "ifa"]
            .iter()
            .all(|lane| holds(lane, Quantity::Error, 50.0, 0)),
        1 => ["fa", "dfa", "ifa"]
            .iter()
            .all(|lane| (1..=2).all(|layer| holds(lane, Quantity::Angle(layer), 60.0, 100))),
        _ => ["fa", "dfa", "ifa"]
            .iter()
            .all(|lane| holds(lane, Quantity::Error, 10.0, 0)),
    }
}
