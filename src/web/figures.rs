//! The two plots: what the reader chose to see, and the exact values at a step.

mod walk;

use std::cell::OnceCell;

use wasm_bindgen::JsCast as _;
use web_sys::{
    Element, HtmlCanvasElement, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent,
    PointerEvent,
};

use super::access;
use super::canvas::CanvasBackend;
use super::dom::{
    Listener, Output, Result, all, by_id, document, from_template, set_attribute, set_text, show,
    within,
};
use super::events::{Event, Plot, push};
use super::ground::Ground;
use super::readout::{Head, Row, errors_at, layers_at};
use super::sight::Sight;
use super::view::Screen;
use crate::core::Rule;
use crate::lang::{Texts, fill};
use crate::plot::Chart;
use crate::plot::angle::{self, AngleView, Measure};
use crate::plot::axis::StepUnit;
use crate::plot::bands::Bands;
use crate::plot::chart::StepPlaces;
use crate::plot::error::{self, ErrorView};
use crate::plot::look::Named;
use crate::plot::track::Track;
use crate::spec::{LaneId, Schedule, Spec};
use crate::spread::Seeds;
use crate::store::ghost::{Ghost, Time};
use crate::store::{Quantity, Store};

/// One plot with its canvas and its table of values.
struct Panel {
    sight: Sight,
    readout: HtmlElement,
    /// The step that is being read.
    cursor: Option<u64>,
    /// The series that is read there by keyboard.
    track: Option<usize>,
    /// The one that was read before.
    before: Option<usize>,
    /// What it was last drawn from, and how to find a step in it.
    drawn: Option<(Drawn, StepPlaces)>,
    /// The table of values that is shown: its step, its heads, its rows.
    read: Option<(String, Vec<Head>, Vec<Row>)>,
    _listeners: Vec<Listener>,
}

pub struct Figures {
    error: Panel,
    angle: Panel,
    layer: HtmlSelectElement,
    direction: HtmlSelectElement,
    /// Over the plot of layers: what it shows.
    title: Output,
    options: Options,
    _listeners: Vec<Listener>,
}

/// What the reader chose to see, in both plots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Options {
    train: bool,
    test: bool,
    error_log_x: bool,
    error_log_y: bool,
    error_epochs: bool,
    angle_log_x: bool,
    angle_epochs: bool,
    /// 1-based hidden layer; 0 is all of them.
    layer: usize,
    measure: Measure,
}

/// Everything that a plot depends on.
#[derive(PartialEq)]
struct Drawn {
    /// Of the store, and of the seeds.
    revision: (u64, Option<u64>),
    lanes: Vec<Named>,
    options: Options,
    cursor: Option<u64>,
    track: Option<Track>,
    screen: Screen,
    size: (f64, f64),
    language: &'static str,
    waits: bool,
}

/// What both plots are drawn from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub spec: &'a Spec,
    pub store: &'a Store,
    /// All seeds, where there are several: then figures are about them.
    pub seeds: Option<&'a Seeds>,
    /// Those that are shown.
    pub lanes: &'a [Named],
    pub texts: &'a Texts,
    pub screen: Screen,
    /// The moment that every view shows; a reading of the plot's own goes before it.
    pub looked_at: Option<u64>,
    /// Some lane trains.
    pub running: bool,
}

impl Sources<'_> {
    /// Whether the first point is on its way.
    fn wait(&self) -> bool {
        self.running && self.store.is_empty()
    }

    /// A chart that says so.
    fn waiting<'a>(&self, mut chart: Chart<'a>) -> Chart<'a> {
        if self.wait() {
            self.texts.figures.waiting.clone_into(&mut chart.empty);
        }
        chart
    }
}

impl Panel {
    fn new(plot: Plot, name: &str) -> Result<Panel> {
        let canvas: HtmlCanvasElement = by_id(&format!("{name}-canvas"))?;
        let at = move |event: web_sys::Event| {
            let event: PointerEvent = event.unchecked_into();
            push(Event::Pointer(plot, Some(f64::from(event.offset_x()))));
        };
        let listeners = vec![
            Listener::new(&canvas, "pointermove", at)?,
            Listener::new(&canvas, "pointerdown", at)?,
            Listener::new(&canvas, "pointerleave", move |event| {
                let event: PointerEvent = event.unchecked_into();
                // A finger leaves with every tap: what it read stays until another element is touched.
                if event.pointer_type() != "touch" {
                    push(Event::Pointer(plot, None));
                }
            })?,
            // What began as a reading became a scroll.
            Listener::new(&canvas, "pointercancel", move |_| {
                push(Event::Pointer(plot, None));
            })?,
            Listener::new(&canvas, "blur", move |_| push(Event::Walk(plot, None)))?,
            Listener::new(&canvas, "keydown", move |event| {
                let event: KeyboardEvent = event.unchecked_into();
                if event.ctrl_key() || event.meta_key() || event.alt_key() {
                    return; // The browser's.
                }
                let series = match event.key().as_str() {
                    "ArrowDown" => 1,
                    "ArrowUp" => -1,
                    _ => 0,
                };
                if series != 0 {
                    event.prevent_default();
                    push(Event::Access(access::Act::Series(plot, series)));
                    return;
                }
                let by = match event.key().as_str() {
                    "ArrowRight" => Some(1),
                    "ArrowLeft" => Some(-1),
                    "PageDown" => Some(10),
                    "PageUp" => Some(-10),
                    "Home" => Some(i32::MIN),
                    "End" => Some(i32::MAX),
                    "Escape" => None,
                    _ => return,
                };
                event.prevent_default();
                push(Event::Walk(plot, by));
            })?,
        ];
        let readout = by_id(&format!("{name}-readout"))?;
        Ok(Panel {
            sight: Sight::new(canvas)?,
            readout,
            cursor: None,
            track: None,
            before: None,
            drawn: None,
            read: None,
            _listeners: listeners,
        })
    }

    /// Whether anything has changed that the plot depends on; draws it then and fills its table, if it may.
    fn draw<'a>(
        &mut self,
        sources: Sources<'a>,
        options: Options,
        tracks: &[Track],
        draw: bool,
        chart: impl FnOnce(Option<u64>, (f64, f64)) -> Chart<'a>,
        table: impl FnOnce(u64) -> (Vec<Head>, Vec<Row>),
    ) -> Result<bool> {
        let Some(size) = self.sight.size() else {
            return Ok(false);
        };
        let track = self.track.and_then(|at| tracks.get(at).or(tracks.first()));
        let track = track.copied();
        let drawn = Drawn {
            revision: (sources.store.revision(), sources.seeds.map(Seeds::revision)),
            lanes: sources.lanes.to_vec(),
            options,
            cursor: self.cursor.or(sources.looked_at),
            track,
            screen: sources.screen,
            size,
            language: sources.texts.code,
            waits: sources.wait(),
        };
        if self.drawn.as_ref().is_some_and(|(last, _)| *last == drawn) {
            return Ok(false);
        }
        if !draw {
            return Ok(true);
        }
        let ratio = sources.screen.ratio;
        let canvas = CanvasBackend::open(&self.sight.canvas, size, ratio)?;
        let mut chart = chart(self.cursor.or(sources.looked_at), size);
        // Of several seeds the medians are drawn, and no point of the first one lies on them.
        let point = track
            .zip(self.cursor)
            .filter(|(track, _)| sources.seeds.is_none() || track.ghost.is_some())
            .and_then(|(track, step)| track.at(sources.store, step));
        chart.ring = point.and_then(|point| Some((point.step, point.value?)));
        chart.draw(&mut Ground::Canvas(canvas)).ok();
        self.drawn = Some((drawn, chart.step_places()));
        self.read(sources, track, table)?;
        Ok(true)
    }
}

fn checked(view: &str) -> bool {
    let find = || -> Result<bool> {
        let body = document()?.document_element();
        let body = body.ok_or_else(|| wasm_bindgen::JsValue::from_str("no page"))?;
        let input: HtmlInputElement = within(&body, &format!("[data-view={view}]"))?;
        Ok(input.checked())
    };
    find().unwrap_or(false)
}

impl Figures {
    pub fn new() -> Result<Figures> {
        let layer: HtmlSelectElement = by_id("layer")?;
        let direction: HtmlSelectElement = by_id("direction")?;
        let mut listeners = Vec::new();
        let body = document()?.document_element();
        let body = body.ok_or_else(|| wasm_bindgen::JsValue::from_str("no page"))?;
        for input in all::<Element>(&body, "[data-view]")? {
            listeners.push(Listener::new(&input, "change", |_| push(Event::View))?);
        }
        listeners.push(Listener::new(&layer, "change", |_| push(Event::View))?);
        listeners.push(Listener::new(&direction, "change", |_| push(Event::View))?);
        Ok(Figures {
            error: Panel::new(Plot::Error, "error")?,
            angle: Panel::new(Plot::Angle, "angle")?,
            layer,
            direction,
            title: Output::text(by_id("angle-heading")?),
            options: Options::default(),
            _listeners: listeners,
        })
    }

    /// Takes over what the reader chose in the page.
    pub fn read_options(&mut self) {
        self.options = Options {
            train: checked("train"),
            test: checked("test"),
            error_log_x: checked("error-log-x"),
            error_log_y: checked("error-log-y"),
            error_epochs: checked("error-epochs"),
            angle_log_x: checked("angle-log-x"),
            angle_epochs: checked("angle-epochs"),
            layer: self.layer.value().parse().unwrap_or(0),
            measure: Measure::from_key(&self.direction.value()),
        };
    }

    /// Offers the layers of a net; up to four are shown together at first, else the middle one.
    pub fn offer_layers(&mut self, hidden: usize, texts: &Texts) -> Result<()> {
        if self.layer.length() as usize == hidden + 1 {
            self.read_options();
            return Ok(());
        }
        self.layer.set_text_content(None);
        for i in 0..=hidden {
            let option: Element = from_template("option-template")?;
            let text = if i == 0 {
                texts.lab.all_layers.to_owned()
            } else {
                i.to_string()
            };
            option.set_text_content(Some(&text));
            option.set_attribute("value", &i.to_string())?;
            self.layer.append_child(&option)?;
        }
        let first = if hidden <= 4 { 0 } else { hidden.div_ceil(2) };
        self.layer.set_value(&first.to_string());
        self.read_options();
        Ok(())
    }

    /// Says what Rust wrote into the options in another language.
    pub fn speak(&self, texts: &Texts) {
        if let Some(first) = self.layer.first_element_child() {
            set_text(&first, texts.lab.all_layers);
        }
    }

    /// What a plot counts time in.
    pub fn time(&self, plot: Plot, spec: &Spec) -> Time {
        let epochs = match plot {
            Plot::Error => self.options.error_epochs,
            Plot::Angle => self.options.angle_epochs,
        };
        unit(epochs).time(spec.steps_per_epoch())
    }

    /// Whether a plot is stale; draws it then, if it may.
    pub fn draw(&mut self, plot: Plot, sources: Sources, draw: bool) -> Result<bool> {
        match plot {
            Plot::Error => self.draw_error(sources, draw),
            Plot::Angle => self.draw_angle(sources, draw),
        }
    }

    fn draw_error(&mut self, sources: Sources, draw: bool) -> Result<bool> {
        let (options, ghosts) = (self.options, sources.store.ghosts());
        let bands = Lazy::new();
        let bands = || sources.bands(&bands, &ERRORS);
        let time = self.time(Plot::Error, sources.spec);
        let chart = |cursor, size| options.error_chart(sources, bands(), ghosts, cursor, size);
        let table = |step| errors_at(sources, bands(), time, step);
        let tracks = self.tracks(Plot::Error, sources);
        self.error
            .draw(sources, options, &tracks, draw, chart, table)
    }

    fn draw_angle(&mut self, sources: Sources, draw: bool) -> Result<bool> {
        let (options, ghosts) = (self.options, sources.store.ghosts());
        self.title.set(options.measure.title(sources.texts));
        let layers = options.layers(sources.spec);
        let quantities = options.layer_quantities(&layers);
        let bands = Lazy::new();
        let bands = || sources.bands(&bands, &quantities);
        let chart =
            |cursor, size| options.angle_chart(sources, &layers, bands(), ghosts, cursor, size);
        let time = self.time(Plot::Angle, sources.spec);
        let table = |step| layers_at(sources, bands(), &layers, options.measure, time, step);
        let tracks = self.tracks(Plot::Angle, sources);
        self.angle
            .draw(sources, options, &tracks, draw, chart, table)
    }

    /// Draws a plot as it was chosen, without a reading, on another canvas of `size` CSS pixels.
    pub fn print(
        &self,
        plot: Plot,
        sources: Sources,
        canvas: &HtmlCanvasElement,
        size: (f64, f64),
    ) -> Result<()> {
        let options = self.options;
        let (layers, ghosts) = (options.layers(sources.spec), sources.store.ghosts());
        let bands = Lazy::new();
        let chart = match plot {
            Plot::Error => {
                let bands = sources.bands(&bands, &ERRORS);
                options.error_chart(sources, bands, ghosts, None, size)
            }
            Plot::Angle => {
                let bands = sources.bands(&bands, &options.layer_quantities(&layers));
                options.angle_chart(sources, &layers, bands, ghosts, None, size)
            }
        };
        let canvas = CanvasBackend::open(canvas, size, sources.screen.ratio)?;
        chart.draw(&mut Ground::Canvas(canvas)).ok();
        Ok(())
    }

    /// What the plot of layers shows, and what that means.
    pub fn about_layers(&self, texts: &Texts) -> (String, &'static str) {
        let Options { measure, layer, .. } = self.options;
        let title = measure.title(texts);
        let about = match measure {
            Measure::Update | Measure::Delta => texts.page.angle_definition,
            _ => texts.page.def_measures_about,
        };
        let title = match layer {
            0 => title.to_owned(),
            layer => fill(
                texts.lab.sheet_layer,
                &[("title", title), ("layer", &layer.to_string())],
            ),
        };
        (title, about)
    }
}

impl Options {
    fn error_chart<'a>(
        self,
        sources: Sources<'a>,
        bands: Option<&'a Bands>,
        ghosts: &'a [Ghost],
        cursor: Option<u64>,
        size: (f64, f64),
    ) -> Chart<'a> {
        let view = ErrorView {
            lanes: sources.lanes,
            train: self.train,
            test: self.test,
            log_x: self.error_log_x,
            log_y: self.error_log_y,
            unit: unit(self.error_epochs),
            steps_per_epoch: sources.spec.steps_per_epoch(),
            cursor,
            bands,
            ghosts,
        };
        let (labels, theme) = (&sources.texts.figures, sources.screen.theme);
        sources.waiting(error::chart(sources.store, &view, labels, theme, size))
    }

    /// The hidden layers that are shown, counted from 0.
    fn layers(self, spec: &Spec) -> Vec<usize> {
        match self.layer {
            0 => (0..spec.settings().hidden.len()).collect(),
            layer => vec![layer - 1],
        }
    }

    /// What the plot of layers shows, and first that by whose points a lane is read.
    fn layer_quantities(self, layers: &[usize]) -> Vec<Quantity> {
        let of_layer = |&layer: &usize| Quantity::Layer(layer, self.measure.quantity());
        std::iter::once(Quantity::TrainError)
            .chain(layers.iter().map(of_layer))
            .collect()
    }

    fn angle_chart<'a>(
        self,
        sources: Sources<'a>,
        layers: &[usize],
        bands: Option<&'a Bands>,
        ghosts: &'a [Ghost],
        cursor: Option<u64>,
        size: (f64, f64),
    ) -> Chart<'a> {
        let view = AngleView {
            lanes: sources.lanes,
            layers,
            measure: self.measure,
            log_x: self.angle_log_x,
            unit: unit(self.angle_epochs),
            steps_per_epoch: sources.spec.steps_per_epoch(),
            cursor,
            bands,
            ghosts,
        };
        let (labels, theme) = (&sources.texts.figures, sources.screen.theme);
        sources.waiting(angle::chart(sources.store, &view, labels, theme, size))
    }
}

/// What the plot of errors shows.
const ERRORS: [Quantity; 2] = [Quantity::TrainError, Quantity::TestError];

/// Bands are made where a figure is drawn, not where it is only asked whether it is stale.
type Lazy = OnceCell<Bands>;

impl Sources<'_> {
    /// The bands of several seeds.
    fn bands<'a>(&self, bands: &'a Lazy, quantities: &[Quantity]) -> Option<&'a Bands> {
        let make = |seeds| bands.get_or_init(|| Bands::new(seeds, self.lanes, quantities));
        self.seeds.map(make)
    }

    /// The name of a lane; of several seeds it is the first one's that is read, told and heard.
    pub fn lane(&self, id: LaneId) -> String {
        let schedule = self.spec.lanes().get(id.0);
        let name = schedule.map_or_else(String::new, |schedule| self.texts.lane(schedule));
        match self.seeds {
            None => name,
            Some(_) => fill(self.texts.spread.first_lane, &[("lane", &name)]),
        }
    }

    /// The name of the lane that a series is of, and its first rule.
    pub fn owner(&self, track: Track) -> (String, Option<Rule>) {
        let Some(of) = track.ghost else {
            let schedule = self.spec.lanes().get(track.lane.0);
            return (self.lane(track.lane), schedule.map(Schedule::first_rule));
        };
        let ghost = self.store.ghost(of.place);
        let lane = ghost.and_then(|ghost| Some((ghost, ghost.spec.lanes().get(track.lane.0)?)));
        let Some((ghost, schedule)) = lane else {
            return (String::new(), None);
        };
        let name = self.texts.lane_of(ghost, schedule);
        (name, Some(schedule.first_rule()))
    }

    /// Says what a row or a column of a readout is about; a lane in the colour of its rule at that step.
    fn head(&self, element: &Element, head: &Head, step: u64) -> Result<()> {
        let id = match head {
            Head::Text(text) => {
                set_text(element, text);
                return Ok(());
            }
            Head::Lane(id) => *id,
        };
        if let Some(schedule) = self.spec.lanes().get(id.0) {
            let begun = self.store.lane(id).phase_at(step);
            let rule = begun.map_or(schedule.first_rule(), |start| start.rule);
            element.set_attribute("data-rule-name", rule.key())?;
            set_text(element, &self.texts.lane(schedule));
        }
        Ok(())
    }
}

fn unit(epochs: bool) -> StepUnit {
    if epochs {
        StepUnit::Epoch
    } else {
        StepUnit::Step
    }
}

impl Panel {
    /// Fills the table of exact values at the cursor, or hides it.
    fn read(
        &mut self,
        sources: Sources,
        track: Option<Track>,
        table: impl FnOnce(u64) -> (Vec<Head>, Vec<Row>),
    ) -> Result<()> {
        show(&self.readout, self.cursor.is_some());
        let Some(step) = self.cursor else {
            self.read = None;
            return Ok(());
        };
        let places = self.drawn.as_ref().map(|(_, places)| places);
        let late = places.is_some_and(|places| places.share(step) > 0.5);
        let side = if late { "left" } else { "right" };
        set_attribute(&self.readout, "data-side", side);
        let several = sources.seeds.is_some();
        set_attribute(
            &self.readout,
            "data-several",
            if several { "true" } else { "false" },
        );
        let texts = sources.texts;
        let series = track.map(|track| {
            let (lane, _) = sources.owner(track);
            track.words(&lane, sources.store, step, texts)
        });
        let reading: HtmlElement = within(&self.readout, ".reading")?;
        show(&reading, series.is_some());
        set_text(&reading, &series.unwrap_or_default());
        let epoch = step as f64 / sources.spec.steps_per_epoch() as f64;
        let (heads, rows) = table(step);
        let mut title = texts.readout(step, epoch);
        if sources.seeds.is_some() {
            title = fill(texts.spread.readout, &[("title", &title)]);
        }
        // What the numbers in brackets are, where there are any.
        if sources.store.shown_ghosts().next().is_some() {
            let brackets = match sources.seeds {
                Some(_) => texts.ghosts.brackets_of_median,
                None => texts.ghosts.brackets,
            };
            title = format!("{title}\n{brackets}");
        }
        let read = Some((title, heads, rows));
        // A reader who listens is not told the same again.
        if self.read == read {
            return Ok(());
        }
        self.read = read;
        let Some((title, heads, rows)) = &self.read else {
            return Ok(());
        };
        set_text(&within::<Element>(&self.readout, "p")?, title);
        let head: Element = within(&self.readout, "thead")?;
        head.set_text_content(None);
        let line: Element = from_template("row-template")?;
        if let Some((corner, heads)) = heads.split_first() {
            sources.head(&within(&line, "th")?, corner, step)?;
            for head in heads {
                let cell: Element = from_template("head-template")?;
                sources.head(&cell, head, step)?;
                line.append_child(&cell)?;
            }
        }
        head.append_child(&line)?;
        let body: Element = within(&self.readout, "tbody")?;
        body.set_text_content(None);
        for (head, values) in rows {
            let line: Element = from_template("row-template")?;
            sources.head(&within(&line, "th")?, head, step)?;
            for value in values {
                let cell: Element = from_template("cell-template")?;
                cell.set_text_content(Some(value));
                line.append_child(&cell)?;
            }
            body.append_child(&line)?;
        }
        Ok(())
    }
}
