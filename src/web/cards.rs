//! A lane's card: its net with the feedback wires of its rule, its angles, its numbers.

use web_sys::{Element, HtmlCanvasElement, HtmlElement, HtmlSelectElement};

use super::canvas::CanvasBackend;
use super::dom::{Listener, Result, all, from_template, set_attribute, set_text, within};
use super::events::{Event, LaneControl, push};
use super::lanes::{Lane, State};
use super::receipts::Check;
use super::texts::Texts;
use crate::core::{Rule, fingerprint};
use crate::plot::Theme;
use crate::plot::axis::number;
use crate::plot::wires::Wires;
use crate::spec::{Receipt, Verdict};
use crate::store::{LaneSeries, LayerQuantity, Quantity};

pub struct Card {
    pub element: HtmlElement,
    canvas: HtmlCanvasElement,
    state: Element,
    says: Element,
    error: Element,
    at: Element,
    speed: Element,
    fingerprint: Element,
    receipt: Element,
    toggle: Element,
    _listeners: Vec<Listener>,
}

impl Card {
    /// A new card for a rule, not yet in the page.
    pub fn new(rule: Rule, texts: &Texts) -> Result<Card> {
        let element: HtmlElement = from_template("lane-template")?;
        set_attribute(&element, "data-rule", rule.key());
        set_attribute(&element, "aria-label", texts.rule(rule));
        set_text(&within(&element, ".letter")?, &rule.letter().to_string());
        let title: Element = within(&element, "h3")?;
        set_text(&title, texts.short(rule));
        set_attribute(&title, "title", texts.rule(rule));
        let mut listeners = Vec::new();
        for button in all::<Element>(&element, "button[data-lane]")? {
            let (control, name) = match button.get_attribute("data-lane").as_deref() {
                Some("toggle") => (LaneControl::Toggle, "Run or pause"),
                Some("step") => (LaneControl::Step, "One step of"),
                Some("epoch") => (LaneControl::Epoch, "One epoch of"),
                _ => (LaneControl::Reset, "Reset"),
            };
            let name = format!("{name} {} alone", texts.short(rule));
            set_attribute(&button, "aria-label", &name);
            set_attribute(&button, "title", &name);
            let press = move |_| push(Event::Lane(rule, control));
            listeners.push(Listener::new(&button, "click", press)?);
        }
        let promise: Element = within(&element, "[data-promise]")?;
        let ask = |_| push(Event::Promise);
        listeners.push(Listener::new(&promise, "click", ask)?);
        let pace: HtmlSelectElement = within(&element, "select")?;
        set_attribute(
            &pace,
            "aria-label",
            &format!("Pace of {}", texts.short(rule)),
        );
        let chosen = pace.clone();
        let choose = move |_| {
            let pace = LaneControl::Pace(chosen.value().parse().ok());
            push(Event::Lane(rule, pace));
        };
        listeners.push(Listener::new(&pace, "change", choose)?);
        Ok(Card {
            canvas: within(&element, "canvas")?,
            state: within(&element, ".state")?,
            says: within(&element, ".says")?,
            error: within(&element, ".error")?,
            at: within(&element, ".at")?,
            speed: within(&element, ".speed")?,
            fingerprint: within(&element, ".fingerprint")?,
            receipt: within(&element, ".receipt span")?,
            toggle: within(&element, "[data-lane=toggle]")?,
            element,
            _listeners: listeners,
        })
    }
}

/// Brings a lane's card up to date.
pub fn render(
    lane: &Lane,
    series: &LaneSeries,
    hidden: usize,
    receipt: Option<&Receipt>,
    texts: &Texts,
    theme: Theme,
) -> Result<()> {
    let card = &lane.card;
    let state = match lane.state {
        State::Idle => texts.idle,
        State::Running => texts.running,
        State::Paused => texts.paused,
        State::Finished => lane.note.as_str(),
        State::Diverged => texts.diverged,
        State::Failed => texts.failed,
    };
    set_text(&card.state, state);
    set_attribute(&card.element, "data-state", lane.state.key());
    set_attribute(&card.element, "data-step", &lane.step.to_string());
    let error = series
        .series(Quantity::TestError)
        .last()
        .and_then(|point| point.value);
    match error {
        Some(error) => {
            set_attribute(&card.element, "data-test-error", &error.to_string());
            set_text(&card.error, &format!("{error:.2} %"));
        }
        None => {
            card.element.remove_attribute("data-test-error")?;
            set_text(&card.error, "–");
        }
    }
    set_text(
        &card.at,
        &format!("{} ({:.2})", number(lane.step as f64), lane.epoch),
    );
    let speed = lane.samples_per_second;
    let speed = if speed > 0.0 {
        number((speed / 10.0).round() * 10.0)
    } else {
        "–".to_owned()
    };
    set_text(&card.speed, &speed);
    match lane.fingerprint {
        Some(print) => {
            let hex = fingerprint::hex(print);
            set_attribute(&card.element, "data-fingerprint", &hex);
            set_text(&card.fingerprint, &hex);
        }
        None => {
            card.element.remove_attribute("data-fingerprint")?;
            set_text(&card.fingerprint, "–");
        }
    }
    let check = Check::of(receipt, lane);
    set_attribute(&card.element, "data-receipt", check.key());
    set_text(&card.receipt, check.word(texts));
    let pressed = lane.state == State::Running;
    set_attribute(
        &card.toggle,
        "data-running",
        if pressed { "true" } else { "false" },
    );

    let angles: Vec<Option<f64>> = (0..hidden)
        .map(|i| {
            let of = series.series(Quantity::Layer(i, LayerQuantity::AngleUpdate));
            of.last().and_then(|point| point.value)
        })
        .collect();
    let measured = series.latest().is_some();
    let says = match (&lane.note, measured) {
        _ if let Check::Done(Verdict::Differs { expected }) = check => {
            texts.differs_from(&fingerprint::hex(expected))
        }
        (note, _) if lane.state != State::Finished && !note.is_empty() => note.clone(),
        (_, false) => texts.rule(lane.rule).to_owned(),
        _ => texts.layers(lane.rule, &angles),
    };
    set_text(&card.says, &says);
    let label = format!("{}: {says}", texts.rule(lane.rule));
    set_attribute(&card.canvas, "aria-label", &label);
    if let Some(mut backend) = CanvasBackend::open(&card.canvas)? {
        let wires = Wires {
            size: backend.size(),
            theme,
            rule: lane.rule,
            angles: &angles,
        };
        wires.draw(&mut backend).ok();
    }
    Ok(())
}
