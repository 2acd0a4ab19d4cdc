//! A lane's card: its net with the feedback wires of its rule, its angles, its numbers.

use web_sys::{Element, HtmlElement, HtmlSelectElement};

use super::canvas::CanvasBackend;
use super::dom::{Listener, Output, Result, all, from_template, set_attribute, set_text, within};
use super::events::{Event, LaneControl, push};
use super::lanes::{Lane, State};
use super::receipts::Check;
use super::sight::Sight;
use super::texts::Note;
use super::view::Screen;
use crate::core::{HiddenLayer, Learning, Rule, fingerprint};
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::plot::look::Named;
use crate::plot::wires::{Strong, Wires};
use crate::spec::{Receipt, Schedule, Verdict};
use crate::store::{LaneSeries, LayerQuantity, Quantity};

/// Milliseconds between two changes of numbers that run on, such as the step: nobody reads them faster.
const NUMBERS_MS: f64 = 200.0;

pub struct Card {
    pub element: HtmlElement,
    wires: Sight,
    /// What of the wires is made strong.
    pub strong: Option<Strong>,
    state: Output,
    says: Output,
    error: Output,
    at: Output,
    speed: Output,
    fingerprint: Output,
    class: Output,
    data_rule: Output,
    data_state: Output,
    data_step: Output,
    data_test_error: Output,
    data_fingerprint: Output,
    data_parts: Output,
    receipt: Output,
    data_receipt: Output,
    running: Output,
    wires_label: Output,
    layers: Output,
    state_title: Output,
    says_kind: Output,
    buttons: Vec<(LaneControl, Output)>,
    /// The angles that the texts speak of, which the wires show.
    angles: Vec<Option<f64>>,
    /// What the texts were last made from, and when.
    shown: Option<(Shown, f64)>,
    /// What the wires were last drawn from.
    drawn: Option<Drawn>,
    _listeners: Vec<Listener>,
}

/// Everything that the picture of the net depends on.
#[derive(PartialEq)]
struct Drawn {
    rule: Rule,
    learning: Learning,
    layers: Vec<HiddenLayer>,
    angles: Vec<Option<f64>>,
    screen: Screen,
    size: (f64, f64),
    strong: Option<Strong>,
}

impl Card {
    /// A new card for a lane, not yet in the page.
    pub fn new(named: &Named, schedule: &Schedule, texts: &Texts) -> Result<Card> {
        let id = named.id;
        let element: HtmlElement = from_template("lane-template")?;
        set_attribute(&element, "data-name", schedule.name());
        set_text(&within(&element, ".letter")?, &named.mark);
        let (mut listeners, mut buttons) = (Vec::new(), Vec::new());
        for button in all::<Element>(&element, "button[data-lane]")? {
            let control = match button.get_attribute("data-lane").as_deref() {
                Some("toggle") => LaneControl::Toggle,
                Some("step") => LaneControl::Step,
                Some("epoch") => LaneControl::Epoch,
                Some("change") => LaneControl::Change,
                _ => LaneControl::Reset,
            };
            let press = move |_| push(Event::Lane(id, control));
            listeners.push(Listener::new(&button, "click", press)?);
            // Not `disabled`, which would take the focus from whoever steps by keyboard.
            buttons.push((control, Output::attribute(&button, "aria-disabled")));
        }
        let promise: Element = within(&element, "[data-promise]")?;
        let ask = |_| push(Event::Promise);
        listeners.push(Listener::new(&promise, "click", ask)?);
        let pace: HtmlSelectElement = within(&element, "select")?;
        let chosen = pace.clone();
        let choose = move |_| {
            let pace = LaneControl::Pace(chosen.value().parse().ok());
            push(Event::Lane(id, pace));
        };
        listeners.push(Listener::new(&pace, "change", choose)?);
        let text = |selector: &str| within(&element, selector).map(Output::text);
        let toggle: Element = within(&element, "[data-lane=toggle]")?;
        let wires = Sight::new(within(&element, "canvas")?)?;
        let mut card = Card {
            strong: None,
            state: text(".state")?,
            says: text(".says")?,
            error: text(".error")?,
            at: text(".at")?,
            speed: text(".speed")?,
            fingerprint: text(".fingerprint")?,
            class: Output::attribute(&element, "class"),
            data_rule: Output::attribute(&element, "data-rule"),
            data_state: Output::attribute(&element, "data-state"),
            data_step: Output::attribute(&element, "data-step"),
            data_test_error: Output::attribute(&element, "data-test-error"),
            data_fingerprint: Output::attribute(&element, "data-fingerprint"),
            data_parts: Output::attribute(&element, "data-parts"),
            receipt: text(".receipt span")?,
            data_receipt: Output::attribute(&element, "data-receipt"),
            running: Output::attribute(&toggle, "data-running"),
            wires_label: Output::attribute(&wires.canvas, "aria-label"),
            layers: text(".layers")?,
            state_title: Output::attribute(&within(&element, ".state")?, "title"),
            says_kind: Output::attribute(&within(&element, ".says")?, "data-lines"),
            buttons,
            wires,
            angles: Vec::new(),
            shown: None,
            drawn: None,
            element,
            _listeners: listeners,
        };
        card.speak(schedule, texts)?;
        Ok(card)
    }

    /// Names everything in a language; what was shown in another one is stale.
    pub fn speak(&mut self, schedule: &Schedule, texts: &Texts) -> Result<()> {
        set_attribute(&self.element, "aria-label", &texts.full_name(schedule));
        let title: Element = within(&self.element, "h3")?;
        set_text(&title, &texts.lane(schedule));
        set_attribute(&title, "title", &texts.about_lane(schedule));
        for button in all::<Element>(&self.element, "button[data-lane]")? {
            let text = match button.get_attribute("data-lane").as_deref() {
                Some("toggle") => texts.lab.lane_toggle,
                Some("step") => texts.lab.lane_step,
                Some("epoch") => texts.lab.lane_epoch,
                Some("change") => texts.lab.lane_change,
                _ => texts.lab.lane_reset,
            };
            let name = texts.of_lane(text, schedule);
            set_attribute(&button, "aria-label", &name);
            set_attribute(&button, "title", &name);
        }
        let pace: Element = within(&self.element, "select")?;
        set_attribute(
            &pace,
            "aria-label",
            &texts.of_lane(texts.lab.lane_pace, schedule),
        );
        self.shown = None;
        Ok(())
    }
}

/// Everything that the texts of a card depend on.
#[derive(Clone, PartialEq)]
pub struct Shown {
    rule: Rule,
    phase: usize,
    state: State,
    /// It was told to pause and is at a piece of work that it does to its end.
    pausing: bool,
    note: Note,
    fingerprint: Option<u64>,
    check: Check,
    chosen: bool,
    looked_at: Option<u64>,
    /// A moment is looked at that is not where the lane stands, so that what belongs there says nothing about it.
    elsewhere: bool,
    hidden: usize,
    run: u32,
    step: u64,
    epoch: f64,
    samples_per_second: f64,
    measured: Option<u64>,
}

impl Shown {
    /// The same but for the numbers that run on.
    fn at_rest(&self) -> Shown {
        Shown {
            step: 0,
            epoch: 0.0,
            samples_per_second: 0.0,
            measured: None,
            ..self.clone()
        }
    }
}

/// Whether something is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stale {
    /// It shows the present.
    No,
    /// Numbers run on that were shown a moment ago.
    Later,
    Now,
    /// The lane does something else than is shown: it is told with all else of the frame.
    AtOnce,
}

/// How stale a card's texts are at `now`, milliseconds.
pub fn staleness(
    lane: &Lane,
    series: &LaneSeries,
    hidden: usize,
    receipt: Option<&Receipt>,
    chosen: bool,
    looked_at: Option<u64>,
    now: f64,
) -> (Stale, Shown) {
    let (rule, phase) = lane.seen(series, looked_at);
    let rests = !matches!(lane.state, State::Running | State::Failed);
    let shown = Shown {
        elsewhere: rests && looked_at.is_some_and(|step| step < lane.step),
        rule,
        phase,
        state: lane.state,
        pausing: lane.pausing && lane.state == State::Running,
        note: lane.note.clone(),
        fingerprint: lane.fingerprint,
        check: Check::of(receipt, lane),
        chosen,
        looked_at,
        hidden,
        run: lane.run,
        step: lane.step,
        epoch: lane.epoch,
        samples_per_second: lane.samples_per_second,
        measured: series.latest().map(|metrics| metrics.step),
    };
    let stale = match &lane.card.shown {
        None => Stale::AtOnce,
        Some((last, _)) if *last == shown => Stale::No,
        Some((last, _)) if last.at_rest() != shown.at_rest() => Stale::AtOnce,
        // The first measurement is awaited, later ones run on.
        Some((last, _)) if last.measured.is_none() && shown.measured.is_some() => Stale::Now,
        Some((_, at)) if now - at < NUMBERS_MS => Stale::Later,
        Some(_) => Stale::Now,
    };
    (stale, shown)
}

/// Brings the texts of a lane's card up to `shown`, as [`staleness`] gives it; what is unchanged is not touched.
pub fn render(
    lane: &mut Lane,
    series: &LaneSeries,
    shown: Shown,
    forms: &[HiddenLayer],
    epoch_at: impl Fn(u64) -> f64,
    texts: &Texts,
    now: f64,
) {
    let (rule, at, all) = (shown.rule, shown.phase, lane.stages());
    let stage = lane.stage(at).map(|stage| texts.stage(at, stage, all));
    let can_change = lane.can_change();
    let can_go_on = lane.state.is_waiting() || lane.state == State::Failed;
    let card = &mut lane.card;
    let (hidden, chosen, check) = (shown.hidden, shown.chosen, shown.check);
    let (looked_at, elsewhere) = (shown.looked_at, shown.elsewhere);
    let pausing = shown.pausing;
    card.shown = Some((shown, now));
    card.class.set(if chosen { "lane chosen" } else { "lane" });
    let note = lane.note.words(&lane.schedule, texts);
    let state = match pausing {
        true => texts.lab.pausing,
        false => lane.state.word(texts).unwrap_or(&note),
    };
    card.state.set(match elsewhere {
        true => texts.lab.earlier,
        false => state,
    });
    card.state_title.set(&match elsewhere {
        true => fill(texts.lab.earlier_than, &[("state", state)]),
        false => state.to_owned(),
    });
    for (control, disabled) in &mut card.buttons {
        let enabled = match control {
            LaneControl::Toggle => lane.state == State::Running || can_go_on,
            LaneControl::Reset => lane.state != State::Idle,
            LaneControl::Change => can_change,
            _ => lane.state.is_waiting(),
        };
        disabled.set(if enabled { "false" } else { "true" });
    }
    card.data_rule.set(rule.key());
    card.data_state.set(lane.state.key());
    card.data_step.set(&lane.step.to_string());
    let error = series.at(Quantity::TestError, looked_at.unwrap_or(u64::MAX));
    match error.and_then(|point| point.value) {
        Some(error) => {
            card.data_test_error.set(&error.to_string());
            card.error.set(&format!("{error:.2} %"));
        }
        None => {
            card.data_test_error.remove();
            card.error.set("–");
        }
    }
    let (step, epoch) = match looked_at.and_then(|step| series.at(Quantity::TrainError, step)) {
        Some(point) => (point.step, epoch_at(point.step)),
        None => (lane.step, lane.epoch),
    };
    card.at
        .set(&format!("{} ({epoch:.2})", number(step as f64)));
    card.speed.set(&match elsewhere {
        true => "–".to_owned(),
        false => speed(lane.samples_per_second),
    });
    match lane.fingerprint.filter(|_| !elsewhere) {
        Some(print) => {
            let hex = fingerprint::hex(print);
            card.data_fingerprint.set(&hex);
            let parts: Vec<String> = lane.parts.iter().copied().map(fingerprint::hex).collect();
            card.data_parts.set(&parts.join(" "));
            card.fingerprint.set(&hex);
        }
        None => {
            card.data_fingerprint.remove();
            card.data_parts.remove();
            card.fingerprint.set("–");
        }
    }
    // Only an end can be compared.
    let check = match check {
        Check::Done(_) if elsewhere => Check::AtTheEnd,
        check => check,
    };
    card.data_receipt.set(check.key());
    card.receipt.set(check.word(texts));
    let pressed = lane.state == State::Running;
    card.running.set(if pressed { "true" } else { "false" });

    let angles = angles(series, hidden, looked_at);
    let measured = series.latest().is_some();
    let says = match (note, measured) {
        _ if let Check::Done(Verdict::Differs { expected }) = check => {
            texts.differs_from(&fingerprint::hex(expected))
        }
        (note, _) if !elsewhere && lane.state != State::Finished && !note.is_empty() => note,
        (_, false) => texts.brief(rule),
        _ => texts.layers(rule, &angles),
    };
    let says = match stage {
        Some(stage) => format!("{stage}\n{says}"),
        None => says,
    };
    let lines = says.contains('\n');
    card.says_kind.set(if lines { "each" } else { "one" });
    card.says.set(&says);
    let layers = if measured {
        texts.each_layer(&angles, forms)
    } else {
        texts.about(rule)
    };
    card.layers.set(&layers);
    let label = match measured {
        true => texts.measured(rule, &layers),
        false => layers,
    };
    card.wires_label.set(&label);
    card.angles = angles;
}

/// The angle of each hidden layer's update at a step; `None` is the present.
fn angles(series: &LaneSeries, hidden: usize, at: Option<u64>) -> Vec<Option<f64>> {
    let of = |i| Quantity::Layer(i, LayerQuantity::AngleUpdate);
    let last = |i| series.at(of(i), at.unwrap_or(u64::MAX))?.value;
    (0..hidden).map(last).collect()
}

/// Images a second, rounded to what is steady enough to read.
pub fn speed(samples_per_second: f64) -> String {
    if samples_per_second > 0.0 {
        number((samples_per_second / 10.0).round() * 10.0)
    } else {
        "–".to_owned()
    }
}

impl Card {
    /// Whether the picture of the net is stale; draws it then, if it may.
    pub fn draw_wires(
        &mut self,
        (rule, learning): (Rule, Learning),
        layers: &[HiddenLayer],
        screen: Screen,
        draw: bool,
    ) -> Result<bool> {
        let Some(size) = self.wires.size() else {
            return Ok(false);
        };
        let drawn = Drawn {
            rule,
            learning,
            layers: layers.to_vec(),
            angles: self.angles.clone(),
            screen,
            size,
            strong: self.strong,
        };
        if self.drawn.as_ref() == Some(&drawn) {
            return Ok(false);
        }
        if !draw {
            return Ok(true);
        }
        let mut backend = CanvasBackend::open(&self.wires.canvas, size, screen.ratio)?;
        let wires = Wires {
            size,
            theme: screen.theme,
            rule,
            learning: &drawn.learning,
            layers: &drawn.layers,
            angles: &drawn.angles,
            strong: drawn.strong,
        };
        wires.draw(&mut backend).ok();
        self.drawn = Some(drawn);
        Ok(true)
    }
}
