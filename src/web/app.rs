//! The page: one state, one `update`, one `render` a frame.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Element, HtmlButtonElement, HtmlDialogElement, HtmlElement, HtmlInputElement,
    HtmlProgressElement,
};

use super::alerts::Alerts;
use super::cards::{self, Card};
use super::data::{Chunks, train_needed};
use super::dom::{
    Listener, Result, by_id, document, from_template, set_attribute, set_text, show, window, within,
};
use super::events::{Control, Event, LaneControl, push};
use super::figures::Figures;
use super::form::Form;
use super::lanes::{Lane, State};
use super::link;
use super::receipts;
use super::share::Share;
use super::texts::{ENGLISH, Texts};
use crate::core::{NUMERICS, Rule};
use crate::data::mnist;
use crate::lane::Reason;
use crate::plot::{Theme, look};
use crate::protocol::{FromLane, ToLane, Until, decode};
use crate::spec::{EXPERIMENTS, Link, Receipt, Spec, field};
use crate::store::Store;

/// Steps a second for each place of the speed slider; the last place is full speed.
const SPEEDS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// Everything that the page knows.
pub struct App {
    texts: &'static Texts,
    spec: Spec,
    /// What the link says that the lanes of `spec` end in.
    receipt: Option<Receipt>,
    store: Store,
    lanes: Vec<Lane>,
    /// Lanes that the legend switched off.
    unseen: Vec<Rule>,
    /// The lane that is shown where there is room for one.
    tab: Rule,
    chunks: Chunks,
    form: Form,
    alerts: Alerts,
    share: Share,
    figures: Figures,
    speed: usize,
    in_step: bool,
    start_when_ready: bool,
    hidden_since: Option<(f64, u64)>,
    /// Steps a second of all lanes before the tab was hidden.
    pace: f64,
    dirty: bool,
    frame: Closure<dyn FnMut()>,
    frame_asked: bool,
    _listeners: Vec<Listener>,
}

thread_local! {
    static APP: RefCell<Option<App>> = const { RefCell::new(None) };
}

/// Answers an event.
pub fn update(event: Event) {
    APP.with_borrow_mut(|app| {
        let Some(app) = app else { return };
        if let Err(error) = app.update(event) {
            let message = error.as_string().unwrap_or_else(|| format!("{error:?}"));
            app.alerts.add(message).ok();
        }
        app.ask_for_frame().ok();
    });
}

/// Builds the page's state and begins to load.
pub fn start() -> Result<()> {
    let mut app = App {
        texts: &ENGLISH,
        spec: Spec::default(),
        receipt: None,
        store: Store::default(),
        lanes: Vec::new(),
        unseen: Vec::new(),
        tab: Rule::Bp,
        chunks: Chunks::default(),
        form: Form::new()?,
        alerts: Alerts::new()?,
        share: Share::new()?,
        figures: Figures::new()?,
        speed: SPEEDS.len(),
        in_step: true,
        start_when_ready: false,
        hidden_since: None,
        pace: 0.0,
        dirty: true,
        frame: Closure::new(|| push(Event::Frame)),
        frame_asked: false,
        _listeners: listeners()?,
    };
    list_experiments(&mut app)?;
    let numerics: Element = by_id("promise-numerics")?;
    set_text(&numerics, &NUMERICS.to_string());
    app.apply_stored_theme()?;
    app.open(&link::read()?)?;
    app.ask_for_frame()?;
    APP.set(Some(app));
    Ok(())
}

fn listeners() -> Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    let mut on = |id: &str, name: &'static str, event: fn(web_sys::Event)| -> Result<()> {
        let element: Element = by_id(id)?;
        listeners.push(Listener::new(&element, name, event)?);
        Ok(())
    };
    on("run", "click", |_| push(Event::Control(Control::Run)))?;
    on("pause", "click", |_| push(Event::Control(Control::Pause)))?;
    on("step", "click", |_| push(Event::Control(Control::Step)))?;
    on("epoch", "click", |_| push(Event::Control(Control::Epoch)))?;
    on("reset", "click", |_| push(Event::Control(Control::Reset)))?;
    on("share", "click", |_| push(Event::Share))?;
    on("about-promise", "click", |_| push(Event::Promise))?;
    on("share-promise", "click", |_| push(Event::Promise))?;
    on("theme", "click", |_| push(Event::Theme))?;
    on("open-form", "click", |_| push(Event::OpenForm(true)))?;
    on("close-form", "click", |_| push(Event::OpenForm(false)))?;
    on("retry", "click", |_| push(Event::Retry))?;
    on("close-alerts", "click", |_| push(Event::CloseAlerts))?;
    on("speed", "input", |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        push(Event::Speed(input.map_or(SPEEDS.len(), |input| {
            input.value_as_number() as usize
        })));
    })?;
    on("in-step", "change", |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        push(Event::InStep(input.is_some_and(|input| input.checked())));
    })?;
    let window = window()?;
    listeners.push(Listener::new(&window, "hashchange", |_| push(Event::Link))?);
    listeners.push(Listener::new(&window, "popstate", |_| push(Event::Link))?);
    listeners.push(Listener::new(&window, "resize", |_| push(Event::Resized))?);
    let document = document()?;
    listeners.push(Listener::new(&document, "visibilitychange", |_| {
        push(Event::Hidden(
            super::dom::document().is_ok_and(|document| document.hidden()),
        ));
    })?);
    if let Some(query) = window.match_media("(prefers-color-scheme: dark)")? {
        listeners.push(Listener::new(&query, "change", |_| push(Event::Resized))?);
    }
    Ok(listeners)
}

fn list_experiments(app: &mut App) -> Result<()> {
    let list: Element = by_id("experiment-list")?;
    for (i, experiment) in EXPERIMENTS.iter().enumerate() {
        let item: Element = from_template("experiment-template")?;
        set_text(&within::<Element>(&item, "strong")?, experiment.title);
        set_text(&within::<Element>(&item, "span")?, experiment.watch);
        let button: Element = within(&item, "button")?;
        app._listeners
            .push(Listener::new(&button, "click", move |_| {
                push(Event::Experiment(i));
            })?);
        list.append_child(&item)?;
    }
    Ok(())
}

impl App {
    fn update(&mut self, event: Event) -> Result<()> {
        self.dirty = true;
        match event {
            Event::Control(control) => {
                self.control(control)?;
                // At once, not a frame later: who pressed Step and waits for "paused" must not see the pause before.
                self.render()
            }
            Event::Lane(rule, control) => self.control_lane(rule, control),
            Event::Field(key, text) => self.field(&key, &text),
            Event::Link => {
                let link = link::read()?;
                if link.spec != self.spec || !link.errors.is_empty() {
                    return self.open(&link);
                }
                // The same experiment: what has run stays, and is compared with the receipts that came or went.
                self.receipt = link.receipt;
                link::write(&self.link(), false)
            }
            Event::Experiment(i) => {
                by_id::<HtmlElement>("experiments")?.hide_popover().ok();
                match EXPERIMENTS.get(i) {
                    Some(experiment) => {
                        let link = Link::read(experiment.link);
                        link::write(&link.text(), true)?;
                        self.open(&link)?;
                        self.form.say(experiment.watch);
                        Ok(())
                    }
                    None => Ok(()),
                }
            }
            Event::Share => {
                let ended = self
                    .lanes
                    .iter()
                    .filter_map(|lane| Some((lane.rule, lane.fingerprint?)));
                let earned = Receipt::new(ended);
                let opened_with = self.receipt.is_some();
                self.share
                    .open(&self.spec, earned.as_ref(), opened_with, self.texts)
            }
            Event::ShareChoice => self.share.choose(self.texts),
            Event::Promise => by_id::<HtmlDialogElement>("promise")?.show_modal(),
            Event::Theme => self.toggle_theme(),
            Event::OpenForm(open) => {
                let form: Element = by_id("form")?;
                form.class_list().toggle_with_force("open", open)?;
                let button: HtmlElement = by_id("open-form")?;
                set_attribute(
                    &button,
                    "aria-expanded",
                    if open { "true" } else { "false" },
                );
                let focus: HtmlElement = by_id(if open { "close-form" } else { "open-form" })?;
                focus.focus()
            }
            Event::Speed(speed) => {
                self.speed = speed;
                self.send_pace()
            }
            Event::InStep(in_step) => {
                self.in_step = in_step;
                self.send_pace()
            }
            Event::Legend(rule) => {
                if self.unseen.contains(&rule) {
                    self.unseen.retain(|other| *other != rule);
                } else {
                    self.unseen.push(rule);
                }
                Ok(())
            }
            Event::Tab(rule) => {
                self.tab = rule;
                Ok(())
            }
            Event::View | Event::Resized => Ok(()),
            Event::Pointer(plot, x) => {
                let rules = self.seen();
                self.figures
                    .point(plot, x, &self.spec, &self.store, &rules, self.texts);
                Ok(())
            }
            Event::Walk(plot, by) => {
                self.figures.walk(plot, by, &self.store);
                Ok(())
            }
            Event::Message(rule, generation, bytes) => self.message(rule, generation, &bytes),
            Event::Died(rule, generation, message) => self.died(rule, generation, &message),
            Event::Loaded(file, bytes) => {
                self.chunks.progress(file, bytes);
                Ok(())
            }
            Event::Chunk(file, bytes) => {
                self.chunks.hold(file, bytes);
                self.data_arrived()
            }
            Event::LoadFailed(file, reason) => {
                self.chunks.fail(file, reason);
                Ok(())
            }
            Event::Retry => {
                self.chunks.retry();
                Ok(())
            }
            Event::CloseAlerts => self.alerts.set(Vec::new()),
            Event::Hidden(hidden) => self.hidden(hidden),
            Event::Frame => {
                self.frame_asked = false;
                self.render()
            }
        }
    }

    /// Shows the experiment of a link.
    fn open(&mut self, link: &Link) -> Result<()> {
        self.alerts
            .set(link.errors.iter().map(ToString::to_string).collect())?;
        self.set_spec(link.spec.clone())?;
        self.receipt.clone_from(&link.receipt);
        if link.errors.is_empty() {
            link::write(&self.link(), false)?;
        }
        for error in &link.errors {
            if let Some(key) = error.key() {
                self.form.mark_wrong(key)?;
            }
        }
        self.start_when_ready = link.run;
        self.data_arrived()
    }

    /// The canonical link of what is shown.
    fn link(&self) -> String {
        self.spec.link_with(self.receipt.as_ref())
    }

    /// Another experiment: everything goes back to step 0, and receipts of the one before say nothing about it.
    fn set_spec(&mut self, spec: Spec) -> Result<()> {
        self.spec = spec;
        self.receipt = None;
        self.form.show(&self.spec)?;
        self.form.say("");
        self.figures
            .offer_layers(self.spec.settings().hidden.len(), self.texts)?;
        let rules = self.spec.rules().to_vec();
        if self
            .lanes
            .iter()
            .map(|lane| lane.rule)
            .ne(rules.iter().copied())
        {
            self.rebuild_lanes(&rules)?;
        }
        for rule in Rule::ALL {
            self.store.clear(rule);
        }
        for lane in &mut self.lanes {
            lane.reset()?;
        }
        let mut chunks = train_needed(self.spec.images());
        let test: Vec<_> = mnist::test_chunks().collect();
        // The test probe before the training images beyond the first chunk; the other test images last.
        chunks.splice(1..1, test.iter().take(1).copied());
        chunks.extend(test.iter().skip(1));
        self.chunks.fetch(chunks);
        Ok(())
    }

    fn rebuild_lanes(&mut self, rules: &[Rule]) -> Result<()> {
        let mut old = std::mem::take(&mut self.lanes);
        let (cards, legend, tabs): (Element, Element, Element) =
            (by_id("lanes")?, by_id("legend")?, by_id("lane-tabs")?);
        for place in [&cards, &legend, &tabs] {
            place.set_text_content(None);
        }
        self.unseen.retain(|rule| rules.contains(rule));
        if !rules.contains(&self.tab) {
            self.tab = rules.first().copied().unwrap_or(Rule::Bp);
        }
        for &rule in rules {
            let kept = old
                .iter()
                .position(|lane| lane.rule == rule)
                .map(|i| old.swap_remove(i));
            let lane = match kept {
                Some(lane) => lane,
                None => Lane::new(rule, Card::new(rule, self.texts)?),
            };
            cards.append_child(&lane.card.element)?;
            self.lanes.push(lane);
            for (place, template, event) in [
                (
                    &legend,
                    "legend-template",
                    Event::Legend as fn(Rule) -> Event,
                ),
                (&tabs, "tab-template", Event::Tab),
            ] {
                let button: Element = from_template(template)?;
                set_attribute(&button, "data-rule-name", rule.key());
                set_text(
                    &within::<Element>(&button, "b")?,
                    &rule.letter().to_string(),
                );
                set_text(&within::<Element>(&button, "span")?, self.texts.short(rule));
                if let Ok(line) = within::<Element>(&button, "line") {
                    let dash: Vec<String> =
                        look::dash(rule).iter().map(ToString::to_string).collect();
                    set_attribute(&line, "stroke-dasharray", &dash.join(" "));
                    set_attribute(&line, "stroke-width", &look::width(rule).to_string());
                }
                let press = move |_| push(event(rule));
                self._listeners
                    .push(Listener::new(&button, "click", press)?);
                place.append_child(&button)?;
            }
        }
        Ok(())
    }

    /// Whether enough is there for the lanes to begin.
    fn has_data(&self) -> bool {
        let mut needed = train_needed(self.spec.images());
        needed.extend(mnist::test_chunks().take(1));
        self.chunks.hold_all(&needed)
    }

    fn data_arrived(&mut self) -> Result<()> {
        for lane in &mut self.lanes {
            lane.feed(&self.spec, &self.chunks)?;
        }
        if self.has_data() {
            // Workers start while the reader still reads.
            for lane in &mut self.lanes {
                lane.ensure_worker()?;
            }
            if std::mem::take(&mut self.start_when_ready) {
                self.control(Control::Run)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, key: &str, text: &str) -> Result<()> {
        let Some(field) = field(key) else {
            return Ok(());
        };
        let mut draft = self.spec.draft();
        let spec = field.set(&mut draft, text).and_then(|()| draft.finish());
        match spec {
            Ok(spec) if spec == self.spec => self.form.show(&self.spec),
            Ok(spec) => {
                let had_run = self.lanes.iter().any(|lane| lane.step > 0);
                self.alerts.set(Vec::new())?;
                self.set_spec(spec)?;
                link::write(&self.link(), true)?;
                if had_run {
                    self.form.say(self.texts.changed);
                }
                self.data_arrived()
            }
            Err(error) => {
                self.alerts.set(vec![error.to_string()])?;
                self.form.mark_wrong(key)
            }
        }
    }

    /// Steps a second of all lanes that have no pace of their own; `None` is full speed.
    fn steps_per_second(&self) -> Option<f64> {
        SPEEDS.get(self.speed).copied()
    }

    /// Steps a second of one lane.
    fn rate_of(&self, lane: &Lane) -> Option<f64> {
        SPEEDS.get(lane.pace.unwrap_or(self.speed)).copied()
    }

    /// The step at which the epoch under way, or the next one, ends.
    fn end_of_epoch(&self, step: u64) -> u64 {
        let per_epoch = self.spec.steps_per_epoch();
        (step / per_epoch + 1) * per_epoch
    }

    fn control(&mut self, control: Control) -> Result<()> {
        if !self.has_data() && control != Control::Reset {
            return Ok(());
        }
        for rule in self.spec.rules().to_vec() {
            let waiting = self.lane(rule).is_some_and(|lane| lane.state.is_waiting());
            match control {
                Control::Run if waiting => self.run_lane(rule, None)?,
                Control::Step | Control::Epoch if waiting => {
                    let step = self.lane(rule).map_or(0, |lane| lane.step);
                    let target = match control {
                        Control::Step => step + 1,
                        _ => self.end_of_epoch(step),
                    };
                    self.run_lane(rule, Some(target))?;
                }
                Control::Pause => self.pause_lane(rule)?,
                Control::Reset => self.reset_lane(rule)?,
                _ => {}
            }
        }
        self.grant()
    }

    fn control_lane(&mut self, rule: Rule, control: LaneControl) -> Result<()> {
        let Some((state, step)) = self.lane(rule).map(|lane| (lane.state, lane.step)) else {
            return Ok(());
        };
        match control {
            LaneControl::Toggle if state == State::Running => self.pause_lane(rule)?,
            LaneControl::Toggle if state.is_waiting() && self.has_data() => {
                self.run_lane(rule, None)?;
            }
            LaneControl::Step if state.is_waiting() && self.has_data() => {
                self.run_lane(rule, Some(step + 1))?;
            }
            LaneControl::Epoch if state.is_waiting() && self.has_data() => {
                self.run_lane(rule, Some(self.end_of_epoch(step)))?;
            }
            LaneControl::Reset => self.reset_lane(rule)?,
            LaneControl::Pace(pace) => {
                if let Some(lane) = self.lane(rule) {
                    lane.pace = pace;
                }
                return self.send_pace();
            }
            _ => {}
        }
        self.grant()
    }

    fn lane(&mut self, rule: Rule) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|lane| lane.rule == rule)
    }

    fn run_lane(&mut self, rule: Rule, target: Option<u64>) -> Result<()> {
        let (spec, in_step) = (self.spec.clone(), self.in_step);
        let Some(at) = self.lanes.iter().position(|lane| lane.rule == rule) else {
            return Ok(());
        };
        let rate = self.rate_of(&self.lanes[at]);
        let lane = &mut self.lanes[at];
        lane.target = target;
        lane.granted = lane.step;
        let until = match target {
            Some(step) => Until::Step(step),
            // The first steps are granted at once, the rest by `grant`.
            None if in_step => Until::Ceiling(lane.step),
            None => Until::End,
        };
        lane.go(&spec, until, rate)
    }

    fn pause_lane(&mut self, rule: Rule) -> Result<()> {
        self.lane(rule).map_or(Ok(()), Lane::pause)
    }

    fn reset_lane(&mut self, rule: Rule) -> Result<()> {
        self.store.clear(rule);
        let Some(lane) = self.lanes.iter_mut().find(|lane| lane.rule == rule) else {
            return Ok(());
        };
        if lane.state == State::Failed {
            lane.end_worker();
        }
        lane.reset()?;
        self.form.say("");
        self.data_arrived()
    }

    /// Tells running lanes of another speed.
    fn send_pace(&mut self) -> Result<()> {
        let in_step = self.in_step;
        for at in 0..self.lanes.len() {
            let steps_per_second = self.rate_of(&self.lanes[at]);
            let lane = &mut self.lanes[at];
            if lane.takes_grants() {
                let until = match lane.target {
                    Some(step) => Until::Step(step),
                    None if in_step => Until::Ceiling(lane.granted),
                    None => Until::End,
                };
                lane.send(ToLane::Go {
                    until,
                    steps_per_second,
                })?;
            }
        }
        self.grant()
    }

    /// Lanes in step: all may go a little further than the slowest one is.
    fn grant(&mut self) -> Result<()> {
        if !self.in_step {
            return Ok(());
        }
        let batch = f64::from(self.spec.batch());
        let running = |lane: &&Lane| lane.takes_grants() && lane.target.is_none();
        let slowest = self
            .lanes
            .iter()
            .filter(running)
            .min_by_key(|lane| lane.step);
        let Some(slowest) = slowest else {
            return Ok(());
        };
        // A sixth of a second of the slowest lane's work, so that a lane rarely waits for its grant.
        let window = (slowest.samples_per_second / batch * 0.16) as u64;
        let window = window.clamp(2, 2_000);
        let ceiling = slowest.step + window;
        for at in 0..self.lanes.len() {
            let steps_per_second = self.rate_of(&self.lanes[at]);
            let lane = &mut self.lanes[at];
            let behind = ceiling.saturating_sub(lane.granted);
            let near = lane.granted <= lane.step + window / 2;
            if lane.takes_grants() && lane.target.is_none() && behind > 0 && near {
                lane.granted = ceiling;
                let until = Until::Ceiling(ceiling);
                lane.send(ToLane::Go {
                    until,
                    steps_per_second,
                })?;
            }
        }
        Ok(())
    }

    fn message(&mut self, rule: Rule, generation: u32, bytes: &Uint8Array) -> Result<()> {
        let Some(at) = self.lanes.iter().position(|lane| lane.rule == rule) else {
            return Ok(());
        };
        if self.lanes[at].generation != generation {
            return Ok(());
        }
        let message = match decode::<FromLane>(&bytes.to_vec()) {
            Ok(message) => message,
            Err(error) => return self.died(rule, generation, &error.to_string()),
        };
        let lane = &mut self.lanes[at];
        let present = lane.run;
        match message {
            FromLane::Ready => return lane.became_ready(&self.spec, &self.chunks),
            FromLane::Progress {
                run,
                step,
                epoch,
                samples_per_second,
                metrics,
            } if run == present => {
                lane.step = step;
                lane.epoch = epoch;
                lane.samples_per_second = samples_per_second;
                for point in metrics {
                    self.store.push(rule, point);
                }
            }
            FromLane::Paused { run, step } if run == present => {
                lane.step = step;
                if lane.state == State::Running {
                    lane.state = State::Paused;
                }
            }
            FromLane::Finished {
                run,
                step,
                reason,
                fingerprint,
            } if run == present => {
                lane.step = step;
                lane.fingerprint = Some(fingerprint);
                lane.note = self.texts.reason(step, &reason);
                lane.state = match reason {
                    Reason::Diverged { .. } => State::Diverged,
                    _ => State::Finished,
                };
                self.store.finish(rule, step, reason);
            }
            FromLane::Failed { run, message } if run == present => {
                return self.died(rule, generation, &message);
            }
            _ => return Ok(()), // Of a run that is over.
        }
        self.grant()
    }

    fn died(&mut self, rule: Rule, generation: u32, message: &str) -> Result<()> {
        let texts = self.texts;
        let Some(lane) = self.lane(rule).filter(|lane| lane.generation == generation) else {
            return Ok(());
        };
        lane.end_worker();
        lane.state = State::Failed;
        lane.note = texts.lane_died(rule, message);
        self.grant()
    }

    fn theme(&self) -> Theme {
        let chosen = document().ok().and_then(|document| {
            document
                .document_element()
                .and_then(|root| root.get_attribute("data-theme"))
        });
        let system = || {
            let query = window()
                .ok()?
                .match_media("(prefers-color-scheme: dark)")
                .ok()??;
            Some(query.matches())
        };
        let dark = match chosen.as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => system().unwrap_or(false),
        };
        if dark { Theme::DARK } else { Theme::LIGHT }
    }

    fn toggle_theme(&mut self) -> Result<()> {
        let next = if self.theme().dark { "light" } else { "dark" };
        if let Some(root) = document()?.document_element() {
            set_attribute(&root, "data-theme", next);
        }
        // Storage may be forbidden; the choice then lasts as long as the page.
        if let Ok(Some(storage)) = window()?.local_storage() {
            storage.set_item("falab-theme", next).ok();
        }
        Ok(())
    }

    fn apply_stored_theme(&self) -> Result<()> {
        let stored = window()?.local_storage().ok().flatten();
        let theme = stored.and_then(|storage| storage.get_item("falab-theme").ok().flatten());
        if let (Some(theme @ ("light" | "dark")), Some(root)) =
            (theme.as_deref(), document()?.document_element())
        {
            set_attribute(&root, "data-theme", theme);
        }
        Ok(())
    }

    /// Compares the pace while the tab was hidden with the pace before.
    fn hidden(&mut self, hidden: bool) -> Result<()> {
        let now = window()?.performance().map_or(0.0, |clock| clock.now());
        let steps: u64 = self.lanes.iter().map(|lane| lane.step).sum();
        let batch = f64::from(self.spec.batch());
        let running = self
            .lanes
            .iter()
            .filter(|lane| lane.state == State::Running);
        if hidden {
            self.pace = running.map(|lane| lane.samples_per_second / batch).sum();
            self.hidden_since = Some((now, steps));
            return Ok(());
        }
        if let Some((since, before)) = self.hidden_since.take() {
            let seconds = (now - since) / 1e3;
            let pace = steps.saturating_sub(before) as f64 / seconds;
            if running.count() > 0 && seconds > 3.0 && pace < 0.25 * self.pace {
                self.form.say(self.texts.slowed);
            }
        }
        Ok(())
    }

    fn seen(&self) -> Vec<Rule> {
        let rules = self.spec.rules().iter();
        rules
            .copied()
            .filter(|rule| !self.unseen.contains(rule))
            .collect()
    }

    fn ask_for_frame(&mut self) -> Result<()> {
        if self.dirty && !self.frame_asked {
            self.frame_asked = true;
            let function = self.frame.as_ref().unchecked_ref();
            window()?.request_animation_frame(function)?;
        }
        Ok(())
    }

    /// Brings the page up to date.
    fn render(&mut self) -> Result<()> {
        self.dirty = false;
        let theme = self.theme();
        self.render_state()?;
        self.render_loading()?;
        let rules = self.seen();
        self.figures
            .draw(&self.spec, &self.store, &rules, self.texts, theme)?;
        let hidden = self.spec.settings().hidden.len();
        for lane in &self.lanes {
            let (series, receipt) = (self.store.lane(lane.rule), self.receipt.as_ref());
            cards::render(lane, series, hidden, receipt, self.texts, theme)?;
            lane.card
                .element
                .class_list()
                .toggle_with_force("chosen", lane.rule == self.tab)?;
        }
        let sentence = receipts::sentence(self.receipt.as_ref(), &self.lanes, self.texts);
        set_text(&by_id::<Element>("receipts")?, &sentence);
        for (place, pressed) in [("legend", &rules), ("lane-tabs", &vec![self.tab])] {
            let place: Element = by_id(place)?;
            for button in super::dom::all::<Element>(&place, "button")? {
                let name = button.get_attribute("data-rule-name").unwrap_or_default();
                let on = pressed.iter().any(|rule| rule.key() == name);
                set_attribute(&button, "aria-pressed", if on { "true" } else { "false" });
            }
        }
        Ok(())
    }

    fn render_state(&self) -> Result<()> {
        let any = |state: State| self.lanes.iter().any(|lane| lane.state == state);
        let all = |state: State| self.lanes.iter().all(|lane| lane.state == state);
        let has_data = self.has_data();
        let state = if !has_data && self.chunks.failure().is_some() || all(State::Failed) {
            "failed"
        } else if !has_data {
            "loading"
        } else if any(State::Running) {
            "running"
        } else if any(State::Paused) {
            "paused"
        } else if any(State::Idle) {
            "ready"
        } else {
            "finished"
        };
        let body: Element = document()?.body().ok_or(JsValue::NULL)?.into();
        let main: Element = within(&body, "main")?;
        set_attribute(&main, "data-state", state);
        set_attribute(&main, "aria-busy", if has_data { "false" } else { "true" });
        let waiting = has_data && self.lanes.iter().any(|lane| lane.state.is_waiting());
        let begun = self.lanes.iter().any(|lane| lane.state != State::Idle);
        for (id, enabled) in [
            ("run", waiting),
            ("step", waiting),
            ("epoch", waiting),
            ("pause", any(State::Running)),
            ("reset", begun),
            ("share", true),
        ] {
            let button: HtmlButtonElement = by_id(id)?;
            if button.disabled() == enabled {
                button.set_disabled(!enabled);
            }
        }
        let speed = match self.steps_per_second() {
            None => self.texts.full_speed.to_owned(),
            Some(rate) => format!("{rate} steps/s"),
        };
        set_text(&by_id::<Element>("speed-text")?, &speed);
        Ok(())
    }

    fn render_loading(&self) -> Result<()> {
        let place: HtmlElement = by_id("loading")?;
        let mut needed = train_needed(self.spec.images());
        needed.extend(mnist::test_chunks().take(1));
        let failure = self.chunks.failure();
        let ready = self.chunks.hold_all(&needed);
        show(&place, !ready || failure.is_some());
        let retry: HtmlElement = by_id("retry")?;
        show(&retry, failure.is_some());
        let bar: HtmlProgressElement = by_id("loading-bar")?;
        bar.set_hidden(failure.is_some());
        let text: Element = by_id("loading-text")?;
        if let Some((file, reason)) = failure {
            set_text(&text, &self.texts.load_failed(file, reason));
        } else if !ready {
            let (file, done, all) = self.chunks.loading(&needed);
            bar.set_value(done as f64 / all as f64);
            set_text(&text, &self.texts.loading(file, done, all));
        } else {
            set_text(&text, self.texts.ready);
        }
        Ok(())
    }
}
