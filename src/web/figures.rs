//! The two plots: what the reader chose to see, and the exact values at a step.

use wasm_bindgen::JsCast as _;
use web_sys::{
    Element, HtmlCanvasElement, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent,
    PointerEvent,
};

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
use crate::lang::Texts;
use crate::plot::Chart;
use crate::plot::angle::{self, AngleView, Measure};
use crate::plot::axis::StepUnit;
use crate::plot::chart::StepPlaces;
use crate::plot::error::{self, ErrorView};
use crate::plot::look::Named;
use crate::spec::Spec;
use crate::store::Store;

/// One plot with its canvas and its table of values.
struct Panel {
    sight: Sight,
    readout: HtmlElement,
    /// The step that is being read.
    cursor: Option<u64>,
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
    /// Of the store.
    revision: u64,
    lanes: Vec<Named>,
    options: Options,
    cursor: Option<u64>,
    screen: Screen,
    size: (f64, f64),
    language: &'static str,
}

/// What both plots are drawn from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub spec: &'a Spec,
    pub store: &'a Store,
    /// Those that are shown.
    pub lanes: &'a [Named],
    pub texts: &'a Texts,
    pub screen: Screen,
    /// The moment that every view shows; a reading of the plot's own goes before it.
    pub looked_at: Option<u64>,
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
            Listener::new(&canvas, "blur", move |_| push(Event::Walk(plot, None)))?,
            Listener::new(&canvas, "keydown", move |event| {
                let event: KeyboardEvent = event.unchecked_into();
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
        draw: bool,
        chart: impl FnOnce(Option<u64>, (f64, f64)) -> Chart<'a>,
        table: impl FnOnce(u64) -> (Vec<Head>, Vec<Row>),
    ) -> Result<bool> {
        let Some(size) = self.sight.size() else {
            return Ok(false);
        };
        let drawn = Drawn {
            revision: sources.store.revision(),
            lanes: sources.lanes.to_vec(),
            options,
            cursor: self.cursor.or(sources.looked_at),
            screen: sources.screen,
            size,
            language: sources.texts.code,
        };
        if self.drawn.as_ref().is_some_and(|(last, _)| *last == drawn) {
            return Ok(false);
        }
        if !draw {
            return Ok(true);
        }
        let ratio = sources.screen.ratio;
        let canvas = CanvasBackend::open(&self.sight.canvas, size, ratio)?;
        let chart = chart(self.cursor.or(sources.looked_at), size);
        chart.draw(&mut Ground::Canvas(canvas)).ok();
        self.drawn = Some((drawn, chart.step_places()));
        self.read(sources, table)?;
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

    /// The step under the pointer, as the nearest evaluation point.
    pub fn point(&mut self, plot: Plot, x: Option<f64>, store: &Store) {
        let panel = self.panel(plot);
        let step = x.and_then(|x| panel.drawn.as_ref()?.1.step_at(x));
        panel.cursor = step.and_then(|step| {
            let away = |candidate: &u64| (*candidate as f64 - step).abs();
            let steps = store.steps().into_iter();
            steps.min_by(|a, b| away(a).total_cmp(&away(b)))
        });
    }

    /// Moves the reading by so many evaluation points.
    pub fn walk(&mut self, plot: Plot, by: Option<i32>, store: &Store) {
        let steps = store.steps();
        let panel = self.panel(plot);
        let Some(by) = by.filter(|_| !steps.is_empty()) else {
            panel.cursor = None;
            return;
        };
        let last = steps.len() as i64 - 1;
        let at = panel
            .cursor
            .map_or(if by > 0 { -1 } else { last + 1 }, |cursor| {
                steps.partition_point(|step| *step < cursor) as i64
            });
        let to = (at + i64::from(by)).clamp(0, last);
        panel.cursor = steps.get(to as usize).copied();
    }

    fn panel(&mut self, plot: Plot) -> &mut Panel {
        match plot {
            Plot::Error => &mut self.error,
            Plot::Angle => &mut self.angle,
        }
    }

    /// Whether a plot is stale; draws it then, if it may.
    pub fn draw(&mut self, plot: Plot, sources: Sources, draw: bool) -> Result<bool> {
        match plot {
            Plot::Error => self.draw_error(sources, draw),
            Plot::Angle => self.draw_angle(sources, draw),
        }
    }

    fn draw_error(&mut self, sources: Sources, draw: bool) -> Result<bool> {
        let options = self.options;
        let chart = |cursor, size| {
            let view = ErrorView {
                lanes: sources.lanes,
                train: options.train,
                test: options.test,
                log_x: options.error_log_x,
                log_y: options.error_log_y,
                unit: unit(options.error_epochs),
                steps_per_epoch: sources.spec.steps_per_epoch(),
                cursor,
            };
            let (labels, theme) = (&sources.texts.figures, sources.screen.theme);
            error::chart(sources.store, &view, labels, theme, size)
        };
        let table = |step| errors_at(sources, step);
        self.error.draw(sources, options, draw, chart, table)
    }

    fn draw_angle(&mut self, sources: Sources, draw: bool) -> Result<bool> {
        let options = self.options;
        let layers: Vec<usize> = match options.layer {
            0 => (0..sources.spec.settings().hidden.len()).collect(),
            layer => vec![layer - 1],
        };
        let measure = options.measure;
        self.title.set(measure.title(sources.texts));
        let chart = |cursor, size| {
            let view = AngleView {
                lanes: sources.lanes,
                layers: &layers,
                measure,
                log_x: options.angle_log_x,
                unit: unit(options.angle_epochs),
                steps_per_epoch: sources.spec.steps_per_epoch(),
                cursor,
            };
            let (labels, theme) = (&sources.texts.figures, sources.screen.theme);
            angle::chart(sources.store, &view, labels, theme, size)
        };
        let table = |step| layers_at(sources, &layers, measure, step);
        self.angle.draw(sources, options, draw, chart, table)
    }
}

impl Sources<'_> {
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
        let texts = sources.texts;
        let epoch = step as f64 / sources.spec.steps_per_epoch() as f64;
        let (heads, rows) = table(step);
        let read = Some((texts.readout(step, epoch), heads, rows));
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
