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
            running: $app
                .lanes
                .iter()
                .any(|lane| lane.state == crate::web::lanes::State::Running),
        }
    };
}

mod accessing;
mod answering;
mod changing;
mod comparing;
mod drawing;
mod exporting;
mod hosting;
mod inspecting;
mod keeping;
mod listening;
mod looking;
mod opening;
mod owning;
mod presenting;
mod printing;
mod remembering;
mod running;
mod seeding;
mod speaking;
mod teaching;
mod whitening;

use super::access::Access;
use super::alerts::{Alert, Alerts};
use super::change::Change;
use super::class::Class;
use super::compare::Compare;
use super::data::Chunks;
use super::dom::{Listener, Result, Turn, by_id, set_text, window};
use super::events::{Event, push};
use super::export::Files;
use super::figures::Figures;
use super::form::Form;
use super::history::History;
use super::host::Host;
use super::idle::Idle;
use super::inside::Inside;
use super::keep::{Keeper, Kept};
use super::lanes::Lane;
use super::lesson::Lessons;
use super::meter::{Meter, now};
use super::own::OwnSet;
use super::paper::Paper;
use super::performance::Performance;
use super::runs::Runs;
use super::seeds::{SeedRuns, View as SeedsView};
use super::share::Share;
use super::sheet::Sheet;
use super::tabs::Tabs;
use super::view::{Screen, View};
use super::welcome::Welcome;
use super::whitening::Whitenings;
use super::{keep, language, link};
use crate::core::NUMERICS;
use crate::lang::Texts;
use crate::plot::look::Named;
use crate::spec::{Experiment, LaneId, Presentation, Receipt, Spec};
use crate::store::Store;
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::Element;

/// Steps a second for each place of the speed slider; the last place is full speed.
const SPEEDS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// Milliseconds until numbers that run on are looked at again.
const LATER_MS: f64 = 50.0;
/// After a frame that shows what was measured the next such one waits for so many times its main-thread time, so that
/// drawing takes a quarter of a core at the most and training has the rest; milliseconds at the most.
const REST: f64 = 3.0;
const LONGEST_REST_MS: f64 = 200.0;
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
    /// The lanes are on their way to the step at which the reader begins, or to which the reader went back.
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
        _listeners: listening::listeners()?,
    };
    listening::list_experiments(&mut app)?;
    app.form.speak(texts)?;
    let numerics: Element = by_id("promise-numerics")?;
    set_text(&numerics, &NUMERICS.to_string());
    app.show_link(&link)?;
    app.follow_lesson(&link)?;
    app.ask_for_frame()?;
    APP.set(Some(app));
    Ok(())
}
