//! The page: one state, one `update`, one `render` a frame.

mod drawing;
mod running;

use std::cell::RefCell;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::alerts::Alerts;
use super::cards::Card;
use super::data::{Chunks, train_needed};
use super::dom::{
    Listener, Result, Turn, by_id, document, from_template, set_attribute, set_text, window, within,
};
use super::events::{Control, Event, push};
use super::figures::Figures;
use super::form::Form;
use super::lanes::{Lane, State};
use super::link;
use super::meter::{Meter, now};
use super::paper::Paper;
use super::performance::Performance;
use super::share::Share;
use super::texts::{ENGLISH, Texts};
use super::view::{Screen, View};
use crate::core::{NUMERICS, Rule};
use crate::data::mnist::{self, Chunk};
use crate::spec::{EXPERIMENTS, Link, Receipt, Spec, field};
use crate::store::Store;

/// Steps a second for each place of the speed slider; the last place is full speed.
const SPEEDS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// Milliseconds until numbers that run on are looked at again.
const LATER_MS: i32 = 50;

/// What a frame is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dirty {
    Nothing,
    /// Numbers that run on.
    Numbers,
    /// Anything else: at once.
    Page,
}

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
    view: View,
    screen: Screen,
    meter: Meter,
    performance: Performance,
    /// What has just happened, in a sentence; empty when nothing has.
    said: String,
    /// What to watch, if the experiment is one of the menu.
    watch: Option<&'static str>,
    paper: Paper,
    /// Asks for the next part of the images to be sent to a lane.
    feeding: Turn,
    speed: usize,
    in_step: bool,
    start_when_ready: bool,
    hidden_since: Option<(f64, u64)>,
    /// Steps a second of all lanes before the tab was hidden.
    pace: f64,
    dirty: Dirty,
    /// All canvases are stale for the reader (size, colours): none waits for its turn.
    all_canvases: bool,
    /// The canvas or card that was drawn last.
    last_drawn: usize,
    frame: Closure<dyn FnMut()>,
    frame_asked: bool,
    later: Closure<dyn FnMut()>,
    later_asked: bool,
    _listeners: Vec<Listener>,
}

thread_local! {
    static APP: RefCell<Option<App>> = const { RefCell::new(None) };
}

/// Answers an event.
pub fn update(event: Event) {
    APP.with_borrow_mut(|app| {
        let Some(app) = app else { return };
        if matches!(event, Event::Painted) {
            return app.meter.painted();
        }
        let (began, is_frame) = (now(), matches!(event, Event::Frame));
        if let Err(error) = app.update(event) {
            let message = error.as_string().unwrap_or_else(|| format!("{error:?}"));
            app.alerts.add(message).ok();
        }
        app.ask_for_frame().ok();
        if is_frame {
            app.meter.drew(began);
        } else {
            app.meter.answered(began);
        }
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
        view: View::new()?,
        screen: Screen::now()?,
        meter: Meter::new()?,
        performance: Performance::new()?,
        said: String::new(),
        watch: None,
        paper: Paper::new()?,
        feeding: Turn::new(|_| push(Event::Feed))?,
        speed: SPEEDS.len(),
        in_step: true,
        start_when_ready: false,
        hidden_since: None,
        pace: 0.0,
        dirty: Dirty::Page,
        all_canvases: true,
        last_drawn: 0,
        frame: Closure::new(|| push(Event::Frame)),
        frame_asked: false,
        later: Closure::new(|| push(Event::NumbersDue)),
        later_asked: false,
        _listeners: listeners()?,
    };
    list_experiments(&mut app)?;
    let numerics: Element = by_id("promise-numerics")?;
    set_text(&numerics, &NUMERICS.to_string());
    app.apply_stored_theme()?;
    app.screen = Screen::now()?;
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
        self.dirty = match event {
            // What is measured or over marks the page itself; the panel's numbers are no part of it.
            Event::Message(..) => self.dirty.max(Dirty::Numbers),
            Event::Tick | Event::Feed | Event::Frame => self.dirty,
            _ => Dirty::Page,
        };
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
                        self.open(&link)
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
            Event::Paper => {
                by_id::<HtmlElement>("experiments")?.hide_popover().ok();
                self.paper.open(self.texts)
            }
            Event::PaperLoaded(loaded) => {
                self.paper.loaded(loaded, self.texts);
                Ok(())
            }
            Event::PaperExperiment(link) => {
                self.paper.close();
                let link = Link::read(&link);
                link::write(&link.text(), true)?;
                self.open(&link)
            }
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
            Event::View => {
                self.figures.read_options();
                Ok(())
            }
            Event::Resized => {
                self.screen = Screen::now()?;
                self.all_canvases = true;
                Ok(())
            }
            Event::Sight => {
                self.all_canvases = true;
                Ok(())
            }
            Event::NumbersDue => {
                self.later_asked = false;
                Ok(())
            }
            Event::Painted => Ok(()),
            Event::Feed => self.feed(),
            Event::Performance(open) => self.performance.open(open),
            Event::MeasureAnew => {
                self.meter.start_over();
                self.performance.forget();
                Ok(())
            }
            Event::Tick => {
                let (store, meter) = (&self.store, &self.meter);
                self.performance.read(&self.lanes, store, meter, self.texts)
            }
            Event::Pointer(plot, x) => {
                self.figures.point(plot, x, &self.store);
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
        self.said.clear();
        let named = |link: &str| Link::read(link).spec == self.spec;
        let experiment = EXPERIMENTS.iter().find(|e| named(e.link));
        self.watch = experiment.map(|experiment| experiment.watch);
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
        let cards: Element = by_id("lanes")?;
        cards.set_text_content(None);
        self.view.forget_lanes()?;
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
            for tab in [false, true] {
                self.view.add_lane(rule, tab, self.texts)?;
            }
        }
        Ok(())
    }

    /// The images without which the lanes cannot begin.
    fn needed(&self) -> Vec<Chunk> {
        let mut needed = train_needed(self.spec.images());
        needed.extend(mnist::test_chunks().take(1));
        needed
    }

    /// Whether enough is there for the lanes to begin.
    fn has_data(&self) -> bool {
        self.chunks.hold_all(&self.needed())
    }

    /// Workers start while images load and the reader still reads; what is there is sent to them.
    fn data_arrived(&mut self) -> Result<()> {
        for lane in &mut self.lanes {
            if lane.state != State::Failed {
                lane.ensure_worker()?;
            }
        }
        self.feed()?;
        if self.start_when_ready && self.has_data() {
            self.start_when_ready = false;
            self.control(Control::Run)?;
        }
        Ok(())
    }

    /// Sends one part of the images to one lane, those first that wait for it; the next part follows in a later task, so
    /// that frames are drawn in between.
    fn feed(&mut self) -> Result<()> {
        for hungry in [true, false] {
            for lane in &mut self.lanes {
                if lane.is_hungry() == hungry && lane.feed(&self.spec, &self.chunks)? {
                    self.feeding.ask();
                    return Ok(());
                }
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
                    self.said = self.texts.changed.to_owned();
                }
                self.data_arrived()
            }
            Err(error) => {
                self.alerts.set(vec![error.to_string()])?;
                self.form.mark_wrong(key)
            }
        }
    }

    fn toggle_theme(&mut self) -> Result<()> {
        let dark = self.screen.theme.dark;
        let next = if dark { "light" } else { "dark" };
        if let Some(root) = document()?.document_element() {
            set_attribute(&root, "data-theme", next);
        }
        // Storage may be forbidden; the choice then lasts as long as the page.
        if let Ok(Some(storage)) = window()?.local_storage() {
            storage.set_item("falab-theme", next).ok();
        }
        self.screen = Screen::now()?;
        self.all_canvases = true;
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
        let now = now();
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
        self.meter.came_back();
        if let Some((since, before)) = self.hidden_since.take() {
            let seconds = (now - since) / 1e3;
            let pace = steps.saturating_sub(before) as f64 / seconds;
            if running.count() > 0 && seconds > 3.0 && pace < 0.25 * self.pace {
                self.said = self.texts.slowed.to_owned();
            }
        }
        Ok(())
    }
}
