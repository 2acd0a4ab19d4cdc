//! The page: one state, one `update`, one `render` a frame.

/// The sources of figures about these lanes, without borrowing more of the app than they are.
macro_rules! sources {
    ($app:ident, $seen:expr) => {
        crate::web::figures::Sources {
            spec: &$app.spec,
            store: &$app.store,
            seeds: $app.seeds.data.as_ref(),
            lanes: $seen,
            texts: $app.texts,
            screen: $app.screen,
            looked_at: $app.looked_at,
        }
    };
}

mod accessing;
mod changing;
mod comparing;
mod drawing;
mod exporting;
mod hosting;
mod inspecting;
mod keeping;
mod looking;
mod owning;
mod presenting;
mod printing;
mod remembering;
mod running;
mod seeding;
mod speaking;
mod teaching;
mod whitening;

use std::cell::RefCell;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::access::Access;
use super::alerts::{Alert, Alerts};
use super::cards::Card;
use super::change::Change;
use super::class::{Act, Class};
use super::compare::{self, Compare};
use super::data::{Chunks, train_needed};
use super::dom::{
    Listener, Result, Turn, by_id, document, from_template, set_attribute, set_text, window, within,
};
use super::events::{Control, Event, push};
use super::export::Files;
use super::figures::Figures;
use super::form::Form;
use super::history::History;
use super::host::Host;
use super::idle::Idle;
use super::inside::Inside;
use super::keep::{self, Keeper, Kept};
use super::lanes::{Lane, Source, State};
use super::language;
use super::lesson::Lessons;
use super::link;
use super::meter::{Meter, now};
use super::own::OwnSet;
use super::paper::Paper;
use super::performance::Performance;
use super::runs::{self, Runs};
use super::seeds::{SeedRuns, View as SeedsView};
use super::share::Share;
use super::sheet::Sheet;
use super::tabs::Tabs;
use super::view::{FORCED, SCHEME, Screen, View};
use super::welcome::Welcome;
use super::whitening::Whitenings;
use crate::core::NUMERICS;
use crate::data::mnist::{self, Chunk};
use crate::lang::Texts;
use crate::plot::look::{self, Named};
use crate::spec::{
    DataSet, EXPERIMENTS, Experiment, LANES, LaneId, Link, Presentation, Receipt, Spec, field,
};
use crate::store::Store;

/// Steps a second for each place of the speed slider; the last place is full speed.
const SPEEDS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// Milliseconds until numbers that run on are looked at again.
const LATER_MS: f64 = 50.0;
/// After a frame that shows what was measured the next such one waits for so many times its main-thread time, so that
/// drawing takes a quarter of a core at the most and training has the rest; milliseconds at the most.
const REST: f64 = 3.0;
const LONGEST_REST_MS: f64 = 200.0;
/// Milliseconds of a frame after which no further canvas or card is drawn in it.
const DRAWING_MS: f64 = 1.0;
/// Milliseconds between two renderings of a hidden tab.
const HIDDEN_MS: i32 = 1000;

/// What a frame is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dirty {
    Nothing,
    /// Numbers that run on.
    Numbers,
    /// Points that were measured, canvases and cards that a frame has left: when the page has rested.
    Points,
    /// Anything else: at once.
    Page,
}

/// What has just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    /// The settings changed after something had run.
    Changed,
    /// The browser slowed the lanes.
    Slowed,
    /// A lane has another phase.
    ChangedLane,
    /// Lanes stand where they were kept.
    Resumed,
    /// A file of the reader's own is being read, or all are being checked.
    Reading(Option<String>),
    /// A data set of the reader's own is there, and kept or not.
    Loaded(bool),
    /// The browser keeps nothing, for this reason.
    NotKept(String),
    /// Lanes were paused after so many minutes without input.
    Idle(u32),
}

/// Everything that the page knows.
pub struct App {
    texts: &'static Texts,
    spec: Spec,
    /// What the link says that the lanes of `spec` end in.
    receipt: Option<Receipt>,
    /// How the link wants the experiment shown.
    presentation: Presentation,
    /// The lanes are on their way to the step at which the reader begins.
    arrival: Option<presenting::Arrival>,
    /// The page around the lab.
    host: Option<Host>,
    class: Class,
    /// Other runs under the present one, and the worker that trains them.
    compare: Compare,
    trained: comparing::Trained,
    /// The runs that this browser keeps, and the last of them: its link and the steps of its lanes.
    runs: Runs,
    remembered: Option<(String, Vec<u64>)>,
    store: Store,
    lanes: Vec<Lane>,
    /// The seeds beside the first, which trains in `lanes`.
    seeds: SeedRuns,
    seeds_view: SeedsView,
    /// The lanes of `spec` as figures name them.
    named: Vec<Named>,
    /// Lanes that the legend switched off.
    unseen: Vec<LaneId>,
    /// The lane that is shown where there is room for one.
    tab: LaneId,
    chunks: Chunks,
    /// The data set of the reader's own that was given or found last.
    own: Option<OwnSet>,
    white: Whitenings,
    form: Form,
    alerts: Alerts,
    change: Change,
    /// A change that waits for its lane to pause.
    waiting: Option<changing::Waiting>,
    keeper: Keeper,
    history: History,
    /// The moment that every view shows; `None` is the present.
    looked_at: Option<u64>,
    /// What the browser held of this experiment, while it can be used.
    found: Vec<Kept>,
    share: Share,
    files: Files,
    figures: Figures,
    sheet: Sheet,
    idle: Idle,
    access: Access,
    view: View,
    tabs: Tabs,
    screen: Screen,
    meter: Meter,
    performance: Performance,
    said: Said,
    /// The experiment, if it is one of the menu.
    experiment: Option<&'static Experiment>,
    paper: Paper,
    lessons: Lessons,
    welcome: Welcome,
    /// The experiment of the lesson is to be shown once the lessons are there.
    lesson_shows: bool,
    inside: Inside,
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
    /// Asks for checkpoints.
    _keeping: Closure<dyn FnMut()>,
    /// No frame for what was measured before that time, milliseconds.
    rest_until: f64,
    later: Closure<dyn FnMut()>,
    /// When it will be called at the latest, if it will, milliseconds.
    later_at: Option<f64>,
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
            if let Some(took) = app.meter.painted() {
                app.rest_until = now() + (REST * took).clamp(0.0, LONGEST_REST_MS);
            }
            return;
        }
        let (began, is_frame) = (now(), matches!(event, Event::Frame));
        let done = app.update(event);
        if let Err(error) = done
            .and_then(|()| app.arrive())
            .and_then(|()| app.tell_host())
        {
            let message = error.as_string().unwrap_or_else(|| format!("{error:?}"));
            app.alerts.add(Alert::Other(message), app.texts).ok();
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
    let keeping = Closure::new(|| push(Event::KeepDue));
    keep::start_clock(keeping.as_ref().unchecked_ref())?;
    let link = link::read()?;
    let texts = match link.lang {
        Some(texts) => texts,
        None => language::wanted()?,
    };
    // Before anything is made from templates.
    language::translate(texts)?;
    let mut app = App {
        texts,
        spec: Spec::default(),
        receipt: None,
        presentation: Presentation::default(),
        arrival: None,
        host: None,
        class: Class::new(texts)?,
        compare: Compare::new()?,
        trained: comparing::Trained::default(),
        runs: Runs::new()?,
        remembered: None,
        store: Store::default(),
        lanes: Vec::new(),
        seeds: SeedRuns::default(),
        seeds_view: SeedsView::new()?,
        named: Vec::new(),
        unseen: Vec::new(),
        tab: LaneId(0),
        chunks: Chunks::default(),
        own: None,
        white: Whitenings::new()?,
        form: Form::new()?,
        alerts: Alerts::new()?,
        change: Change::new()?,
        waiting: None,
        keeper: Keeper::default(),
        history: History::new()?,
        looked_at: None,
        found: Vec::new(),
        share: Share::new()?,
        files: Files::new()?,
        figures: Figures::new()?,
        sheet: Sheet::new()?,
        idle: Idle::new()?,
        access: Access::new()?,
        view: View::new()?,
        tabs: Tabs::new()?,
        screen: Screen::now()?,
        meter: Meter::new()?,
        performance: Performance::new()?,
        said: Said::Nothing,
        experiment: None,
        paper: Paper::new()?,
        lessons: Lessons::new()?,
        welcome: Welcome::new(window()?.location().hash()?.is_empty())?,
        lesson_shows: false,
        inside: Inside::new()?,
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
        _keeping: keeping,
        later: Closure::new(|| push(Event::NumbersDue)),
        rest_until: 0.0,
        later_at: None,
        _listeners: listeners()?,
    };
    list_experiments(&mut app)?;
    app.form.speak(texts)?;
    let numerics: Element = by_id("promise-numerics")?;
    set_text(&numerics, &NUMERICS.to_string());
    app.show_link(&link)?;
    app.follow_lesson(&link)?;
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
    on("language", "click", |_| push(Event::Language))?;
    on("open-form", "click", |_| push(Event::OpenForm(true)))?;
    on("close-form", "click", |_| push(Event::OpenForm(false)))?;
    on("open-own", "click", |_| push(Event::Own))?;
    on("wanted-give", "click", |_| push(Event::Own))?;
    on("own-mnist", "click", |_| push(Event::OwnMnist))?;
    on("own-files", "change", |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(files) = input.and_then(|input| input.files()) {
            push(Event::OwnFiles(files));
        }
    })?;
    on("retry", "click", |_| push(Event::Retry))?;
    on("resume-yes", "click", |_| push(Event::Resume(true)))?;
    on("resume-no", "click", |_| push(Event::Resume(false)))?;
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
    // Files may be dropped anywhere.
    listeners.push(Listener::new(&window, "dragover", |event| {
        event.prevent_default();
    })?);
    listeners.push(Listener::new(&window, "drop", |event| {
        event.prevent_default();
        let event = event.dyn_into::<web_sys::DragEvent>().ok();
        let data = event.and_then(|event| event.data_transfer());
        if let Some(files) = data.and_then(|data| data.files()) {
            push(match compare::are_runs(&files) {
                true => Event::Runs(runs::Act::Dropped(files)),
                false => Event::OwnFiles(files),
            });
        }
    })?);
    let document = document()?;
    listeners.push(Listener::new(&document, "visibilitychange", |_| {
        push(Event::Hidden(
            super::dom::document().is_ok_and(|document| document.hidden()),
        ));
    })?);
    // The reader's own choice of a theme (www/theme.js), and the system's.
    listeners.push(Listener::new(&window, "theme", |_| push(Event::Resized))?);
    for query in [SCHEME, FORCED] {
        if let Some(query) = window.match_media(query)? {
            listeners.push(Listener::new(&query, "change", |_| push(Event::Resized))?);
        }
    }
    Ok(listeners)
}

fn list_experiments(app: &mut App) -> Result<()> {
    let list: Element = by_id("experiment-list")?;
    for (i, experiment) in EXPERIMENTS.iter().enumerate() {
        let item: Element = from_template("experiment-template")?;
        let words = experiment.words(app.texts);
        set_text(&within::<Element>(&item, "strong")?, words.title);
        set_text(&within::<Element>(&item, "span")?, words.watch);
        let button: Element = within(&item, "button")?;
        app._listeners
            .push(Listener::new(&button, "click", move |_| {
                push(Event::Experiment(i));
            })?);
        list.append_child(&item)?;
    }
    Ok(())
}

/// All images of an experiment on MNIST, in the order in which they are needed.
fn chunks_of(spec: &Spec) -> Vec<Chunk> {
    let mut chunks = train_needed(spec.images());
    let test: Vec<_> = mnist::test_chunks().collect();
    // The test probe before the training images beyond the first chunk; the other test images last.
    chunks.splice(1..1, test.iter().take(1).copied());
    chunks.extend(test.iter().skip(1));
    chunks
}

impl App {
    fn update(&mut self, event: Event) -> Result<()> {
        self.dirty = match event {
            // What is measured or over marks the page itself; the panel's numbers are no part of it.
            Event::Message(..) | Event::Seeds(_) => self.dirty.max(Dirty::Numbers),
            Event::Tick | Event::Feed | Event::Frame | Event::KeepDue => self.dirty,
            // A frame may have come in between, and with it another rest.
            Event::NumbersDue if self.dirty == Dirty::Nothing => Dirty::Nothing,
            Event::NumbersDue => self.dirty.max(Dirty::Points),
            _ => Dirty::Page,
        };
        match event {
            Event::Seeds(act) => self.seeding(act),
            Event::Control(control) => {
                self.leave_arrival(control);
                self.control(control)?;
                // At once, not a frame later: who pressed Step and waits for "paused" must not see the pause before.
                self.render()
            }
            Event::Lane(id, control) => self.control_lane(id, control),
            Event::Field(key, text) => self.field(&key, &text),
            Event::Link => {
                let link = link::read()?;
                if let Some(texts) = link.lang {
                    self.speak(texts)?;
                }
                let from = link.presentation.at;
                let begins = from.is_some() && from != self.presentation.at;
                if link.spec != self.spec || !link.errors.is_empty() || begins {
                    self.show_link(&link)?;
                    return self.follow_lesson(&link);
                }
                // The same experiment: what has run stays, and is compared with the receipts that came or went.
                self.receipt.clone_from(&link.receipt);
                self.present(&link)?;
                link::write(&self.link(), false)?;
                self.follow_lesson(&link)
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
                    .filter_map(|lane| Some((lane.schedule.name().to_owned(), lane.fingerprint?)));
                let earned = Receipt::new(ended);
                let opened_with = self.receipt.is_some();
                self.share
                    .open(&self.spec, earned.as_ref(), opened_with, self.texts)
            }
            Event::Change => self.change(),
            Event::ShareChoice => self.share.choose(self.texts),
            Event::ShareLanguage => self.share.copy(self.texts),
            Event::Language => {
                let texts = self.texts.next();
                language::keep(texts);
                self.speak(texts)
            }
            Event::Paper => {
                by_id::<HtmlElement>("experiments")?.hide_popover().ok();
                self.paper.open(self.texts)
            }
            Event::PaperTable => self.paper.choose(self.texts),
            Event::PaperLoaded(name, loaded) => {
                self.paper.loaded(&name, loaded, self.texts);
                Ok(())
            }
            Event::PaperExperiment(link) => {
                self.paper.close();
                let link = Link::read(&link);
                link::write(&link.text(), true)?;
                self.open(&link)
            }
            Event::Lessons => self.open_lessons(),
            Event::LessonsLoaded(code, loaded) => self.lessons_loaded(code, loaded),
            Event::Lesson(number) => self.open_lesson(number),
            Event::LessonWalk(on) => self.walk_lesson(on),
            Event::LessonClose => self.lessons.close(),
            Event::LessonAnswer(block, key) => {
                self.lessons.answer(block, key);
                Ok(())
            }
            Event::LessonExperiment(link) => self.lesson_experiment(link),
            Event::LessonMeaning(meaning) => {
                let words = meaning.as_ref().map(|(words, _)| words.as_str());
                self.lessons.say_meaning(words);
                self.make_strong(meaning.as_ref().and_then(|(_, part)| *part));
                Ok(())
            }
            Event::Callout(never) => self.welcome.dismiss(never),
            Event::Inside(act) => self.inside(act),
            Event::Promise => by_id::<HtmlDialogElement>("promise")?.show_modal(),
            Event::Host(origin, order) => self.host(&origin, order),
            Event::Class(act) => {
                match act {
                    Act::Open => self.class.open(self.spec_link(), self.texts)?,
                    Act::Choose => self.class.choose(self.texts)?,
                    Act::Copy => self.class.copy(self.texts)?,
                    Act::SaveSvg | Act::SavePng => self.class.save(act == Act::SaveSvg),
                }
                Ok(())
            }
            Event::Print(begins) => self.print(begins),
            Event::IdleChoice => {
                self.idle.choose();
                Ok(())
            }
            Event::Compare(act) => self.compare(act),
            Event::Runs(act) => self.runs(act),
            Event::Export(act) => self.export(act),
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
            Event::Legend(id) => {
                if self.unseen.contains(&id) {
                    self.unseen.retain(|other| *other != id);
                } else {
                    self.unseen.push(id);
                }
                Ok(())
            }
            Event::Tab(id) => {
                self.tab = id;
                Ok(())
            }
            Event::View => {
                self.figures.read_options();
                Ok(())
            }
            Event::Resized => {
                self.screen = Screen::now()?;
                self.tabs.resized()?;
                self.all_canvases = true;
                Ok(())
            }
            Event::Sight => {
                self.all_canvases = true;
                Ok(())
            }
            Event::NumbersDue => {
                self.later_at = None;
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
                let steps = self.steps(plot);
                self.figures.point(plot, x, &steps);
                Ok(())
            }
            Event::Walk(plot, by) => {
                self.walk(plot, by);
                Ok(())
            }
            Event::Access(act) => {
                self.access(act);
                Ok(())
            }
            Event::Message(id, generation, bytes, beside) => {
                self.message(id, generation, &bytes, beside)
            }
            Event::KeepDue => {
                self.pause_if_idle()?;
                self.keep_due()
            }
            Event::Found(link, kept) => self.found(&link, kept),
            Event::NotKept(reason) => self.not_kept(reason),
            Event::Resume(wanted) => self.resume(wanted),
            Event::OpenHistory => {
                self.open_history();
                Ok(())
            }
            Event::Look(place) => {
                self.look(place);
                Ok(())
            }
            Event::GoBack => self.go_back(),
            Event::Died(id, generation, fault) => self.died(id, generation, fault),
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
            Event::Own => self.open_own(),
            Event::OwnFiles(files) => self.own_files(&files),
            Event::OwnRead(read) => self.own_read(read),
            Event::OwnFound(wanted, kept) => self.own_found(&wanted, kept),
            Event::OwnKept(fault) => self.own_kept(fault),
            Event::OwnMnist => {
                by_id::<HtmlDialogElement>("own-dialog")?.close();
                self.choose_data(&DataSet::Mnist)
            }
            Event::White(act) => self.white(act),
            Event::CloseAlerts => self.alerts.set(Vec::new(), self.texts),
            Event::Hidden(hidden) => self.hidden(hidden),
            Event::Frame => {
                self.frame_asked = false;
                self.render()
            }
        }
    }

    /// Shows a link from outside: its experiment, as it wants it shown.
    fn show_link(&mut self, link: &Link) -> Result<()> {
        self.present(link)?;
        self.open(link)
    }

    /// Shows the experiment of a link.
    fn open(&mut self, link: &Link) -> Result<()> {
        let alerts = link.errors.iter().cloned().map(Alert::Link).collect();
        self.alerts.set(alerts, self.texts)?;
        self.set_spec(link.spec.clone())?;
        self.receipt.clone_from(&link.receipt);
        self.presentation.at = link.presentation.at;
        if link.errors.is_empty() {
            link::write(&self.link(), false)?;
        }
        for error in &link.errors {
            if let Some(key) = error.key() {
                self.form.mark_wrong(key)?;
            }
        }
        self.start_when_ready = link.run;
        self.plan_arrival(link);
        self.data_arrived()
    }

    /// The canonical link of what is shown, and of how it is shown.
    fn link(&self) -> String {
        self.spec_link() + &self.presentation.text()
    }

    /// The canonical link of the experiment with its receipts.
    fn spec_link(&self) -> String {
        self.spec.link_with(self.receipt.as_ref())
    }

    /// Another experiment: everything goes back to step 0, and receipts of the one before say nothing about it.
    fn set_spec(&mut self, spec: Spec) -> Result<()> {
        self.remember_left();
        let same_data = spec.data() == self.spec.data();
        if !same_data {
            // Lanes hold the images of the data set before.
            self.lanes.iter_mut().for_each(Lane::end_worker);
            self.inside.forget_images()?;
        }
        self.spec = spec;
        self.white.keep_for(&self.spec);
        self.receipt = None;
        self.presentation.at = None;
        self.arrival = None;
        self.waiting = None;
        self.files.forget();
        self.looked_at = None;
        self.form.show(&self.spec)?;
        self.said = Said::Nothing;
        let named = |link: &str| Link::read(link).spec == self.spec;
        self.experiment = EXPERIMENTS.iter().find(|e| named(e.link));
        self.figures
            .offer_layers(self.spec.settings().hidden.len(), self.texts)?;
        let schedules = self.spec.lanes();
        if self.lanes.iter().map(|lane| &lane.schedule).ne(schedules) {
            self.rebuild_lanes()?;
        }
        self.store.clear_all();
        self.seeds.begin(&self.spec, same_data)?;
        for id in (0..LANES).map(LaneId) {
            self.keeper.forget(id);
        }
        self.forget_found()?;
        keep::find(&self.spec.first_seed().link());
        for lane in &mut self.lanes {
            lane.reset()?;
        }
        self.show_data()?;
        if self.spec.data().own().is_some() {
            return Ok(());
        }
        self.chunks.fetch(chunks_of(&self.spec));
        Ok(())
    }

    /// New cards for the lanes of the experiment; a lane keeps the worker of the one before in its place.
    fn rebuild_lanes(&mut self) -> Result<()> {
        let mut old = std::mem::take(&mut self.lanes).into_iter();
        let cards: Element = by_id("lanes")?;
        cards.set_text_content(None);
        self.view.forget_lanes()?;
        self.tabs.forget();
        self.named = look::named(self.spec.lanes());
        self.unseen.retain(|id| id.0 < self.named.len());
        if self.tab.0 >= self.named.len() {
            self.tab = LaneId(0);
        }
        for (named, schedule) in self.named.iter().zip(self.spec.lanes()) {
            let card = Card::new(named, schedule, self.texts)?;
            let mut lane = Lane::new(named.id, schedule, card);
            if let Some(old) = old.next() {
                lane.adopt(old);
            }
            cards.append_child(&lane.card.element)?;
            self.tabs
                .add(named, schedule, &lane.card.element, self.texts)?;
            self.lanes.push(lane);
            self.view.add_lane(named, schedule, self.texts)?;
        }
        Ok(())
    }

    /// The images without which the lanes cannot begin.
    fn needed(&self) -> Vec<Chunk> {
        if self.spec.data().own().is_some() {
            return Vec::new();
        }
        let mut needed = train_needed(self.spec.images());
        needed.extend(mnist::test_chunks().take(1));
        needed
    }

    /// Whether enough is there for the lanes to begin.
    fn has_data(&self) -> bool {
        match self.spec.data() {
            DataSet::Mnist => self.chunks.hold_all(&self.needed()),
            DataSet::Own(_) => self.own_set().is_some(),
        }
    }

    /// Workers start while images load and the reader still reads; what is there is sent to them.
    fn data_arrived(&mut self) -> Result<()> {
        for lane in &mut self.lanes {
            if lane.state != State::Failed {
                lane.ensure_worker()?;
            }
        }
        self.feed()?;
        if self.has_data() {
            self.set_out()?;
        }
        if self.start_when_ready && self.has_data() {
            self.start_when_ready = false;
            self.control(Control::Run)?;
        }
        Ok(())
    }

    /// Sends one part of the images to one lane, those first that wait for it; the next part follows in a later task, so
    /// that frames are drawn in between.
    fn feed(&mut self) -> Result<()> {
        let source = Source::of(&self.spec, &self.chunks, self.own.as_ref());
        if matches!(source, Source::Missing) {
            return self.feed_ghosts();
        }
        if self.white.feed(&self.spec, source)? {
            self.feeding.ask();
            return Ok(());
        }
        for hungry in [true, false] {
            for lane in &mut self.lanes {
                if lane.is_hungry() == hungry && lane.feed(&self.spec, source, &self.white)? {
                    self.feeding.ask();
                    return Ok(());
                }
            }
        }
        if self.seeds.feed(&self.spec, source, &self.white)? {
            self.feeding.ask();
            return Ok(());
        }
        if self.inside.feed(&self.spec, source, &self.white)? {
            // What waited for the images is asked for in a frame.
            self.dirty = Dirty::Page;
            self.feeding.ask();
            return Ok(());
        }
        self.feed_ghosts()
    }

    fn field(&mut self, key: &str, text: &str) -> Result<()> {
        let Some(field) = field(key).filter(|_| !self.presentation.keeps(key)) else {
            return Ok(());
        };
        let mut draft = self.spec.draft();
        let spec = field.set(&mut draft, text).and_then(|()| draft.finish());
        match spec {
            Ok(spec) if spec == self.spec => self.form.show(&self.spec),
            Ok(spec) if key == "seeds" => {
                self.alerts.set(Vec::new(), self.texts)?;
                self.set_seeds(spec)?;
                link::write(&self.link(), true)
            }
            Ok(spec) => {
                let had_run = self.lanes.iter().any(|lane| lane.step > 0);
                self.alerts.set(Vec::new(), self.texts)?;
                self.set_spec(spec)?;
                link::write(&self.link(), true)?;
                if had_run {
                    self.said = Said::Changed;
                }
                self.data_arrived()
            }
            Err(error) => {
                self.alerts.set(vec![Alert::Link(error)], self.texts)?;
                self.form.mark_wrong(key)
            }
        }
    }

    /// Compares the pace while the tab was hidden with the pace before.
    fn hidden(&mut self, hidden: bool) -> Result<()> {
        if self.frame_asked {
            self.request_frame(hidden)?;
        }
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
                self.said = Said::Slowed;
            }
        }
        Ok(())
    }
}
