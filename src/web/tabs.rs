//! Lanes as tabs, where there is room for one card: each with its letter, its colour and its error.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event as Raised, HtmlElement, KeyboardEvent};

use super::dom::{Listener, Output, Result, by_id, from_template, set_attribute, set_text, within};
use super::events::{Event, push};
use super::lanes::{Lane, State};
use super::view::{NARROW, matches};
use crate::lang::Texts;
use crate::plot::look::Named;
use crate::spec::{LaneId, Schedule};
use crate::store::{Quantity, Store};

/// The tab that a key leads to from tab `at` of `all`, by the pattern for tabs of the ARIA practices; the key is used up.
pub fn led_to(event: &Raised, at: usize, all: usize) -> Option<usize> {
    let to = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "ArrowRight" => (at + 1) % all,
        "ArrowLeft" => (at + all - 1) % all,
        "Home" => 0,
        "End" => all - 1,
        _ => return None,
    };
    event.prevent_default();
    Some(to)
}

struct Tab {
    schedule: Schedule,
    button: HtmlElement,
    /// Whose tab it is.
    card: Element,
    selected: Output,
    reach: Output,
    state: Output,
    rule: Output,
    error: Output,
    _listeners: [Listener; 2],
}

pub struct Tabs {
    bar: Element,
    tabs: Vec<Tab>,
    /// There is room for one card; beside each other cards are no panels of tabs.
    narrow: bool,
}

impl Tabs {
    pub fn new() -> Result<Tabs> {
        Ok(Tabs {
            bar: by_id("lane-tabs")?,
            tabs: Vec::new(),
            narrow: matches(NARROW)?,
        })
    }

    /// The lanes are others.
    pub fn forget(&mut self) {
        self.tabs.clear();
        self.bar.set_text_content(None);
    }

    /// The tab of a lane and its card.
    pub fn add(
        &mut self,
        named: &Named,
        schedule: &Schedule,
        card: &Element,
        texts: &Texts,
    ) -> Result<()> {
        let button: HtmlElement = from_template("tab-template")?;
        let id = named.id;
        let (of_tab, of_card) = (format!("lane-tab-{}", id.0), format!("lane-{}", id.0));
        button.set_id(&of_tab);
        card.set_id(&of_card);
        set_attribute(&button, "aria-controls", &of_card);
        set_text(&within(&button, "b")?, &named.mark);
        let bar = self.bar.clone();
        let walk = move |event: Raised| {
            let all = bar.child_element_count() as usize;
            let Some(to) = led_to(&event, id.0, all) else {
                return;
            };
            push(Event::Tab(LaneId(to)));
            if let Ok(button) = by_id::<HtmlElement>(&format!("lane-tab-{to}")) {
                button.focus().ok();
            }
        };
        let tab = Tab {
            schedule: schedule.clone(),
            card: card.clone(),
            selected: Output::attribute(&button, "aria-selected"),
            reach: Output::attribute(&button, "tabindex"),
            state: Output::attribute(&button, "data-state"),
            rule: Output::attribute(&button, "data-rule-name"),
            error: Output::text(within(&button, ".tab-error")?),
            _listeners: [
                Listener::new(&button, "click", move |_| push(Event::Tab(id)))?,
                Listener::new(&button, "keydown", walk)?,
            ],
            button,
        };
        tab.speak(texts)?;
        self.bar.append_child(&tab.button)?;
        tab.place(self.narrow)?;
        self.tabs.push(tab);
        Ok(())
    }

    /// Names the lanes in another language.
    pub fn speak(&self, texts: &Texts) -> Result<()> {
        self.tabs.iter().try_for_each(|tab| tab.speak(texts))
    }

    /// The window may have another width.
    pub fn resized(&mut self) -> Result<()> {
        self.narrow = matches(NARROW)?;
        self.tabs.iter().try_for_each(|tab| tab.place(self.narrow))
    }

    /// Brings the tabs up to date: which one is chosen, and the last test error of each lane, at `at` if a moment is
    /// looked at.
    pub fn show(
        &mut self,
        chosen: LaneId,
        lanes: &[Lane],
        store: &Store,
        at: Option<u64>,
        texts: &Texts,
    ) {
        if !self.narrow {
            return; // Nobody sees them.
        }
        for (tab, lane) in self.tabs.iter_mut().zip(lanes) {
            let is_chosen = lane.id == chosen;
            tab.selected.set(if is_chosen { "true" } else { "false" });
            tab.reach.set(if is_chosen { "0" } else { "-1" });
            tab.state.set(lane.state.key());
            let series = store.lane(lane.id);
            tab.rule.set(lane.seen(series, at).0.key());
            let error = series.at(Quantity::TestError, at.unwrap_or(u64::MAX));
            match (error.and_then(|point| point.value), lane.state) {
                (_, State::Failed | State::Diverged) => {
                    tab.error.set(lane.state.word(texts).unwrap_or_default());
                }
                (Some(error), _) => tab.error.set(&format!("{error:.2} %")),
                (None, _) => tab.error.set("–"),
            }
        }
    }
}

impl Tab {
    fn speak(&self, texts: &Texts) -> Result<()> {
        set_text(&within(&self.button, ".name")?, &texts.lane(&self.schedule));
        set_attribute(&self.button, "title", &texts.full_name(&self.schedule));
        let error: Element = within(&self.button, ".tab-error")?;
        set_attribute(&error, "title", texts.page.test_error_title);
        Ok(())
    }

    /// Makes the card a panel of its tab, or a card beside others.
    fn place(&self, narrow: bool) -> Result<()> {
        if narrow {
            self.card.set_attribute("role", "tabpanel")
        } else {
            self.card.remove_attribute("role")
        }
    }
}
