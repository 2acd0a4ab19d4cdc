//! The two plots: what the reader chose to see, and the exact values at a step.

use wasm_bindgen::JsCast as _;
use web_sys::{
    Element, HtmlCanvasElement, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent,
    PointerEvent,
};

use super::canvas::CanvasBackend;
use super::dom::{Listener, Result, all, by_id, document, from_template, set_text, show, within};
use super::events::{Event, Plot, push};
use super::texts::Texts;
use crate::core::Rule;
use crate::plot::angle::{self, AngleView, Direction};
use crate::plot::axis::StepUnit;
use crate::plot::error::{self, ErrorView};
use crate::plot::{Chart, Theme};
use crate::spec::Spec;
use crate::store::{LayerQuantity, Quantity, Store};

/// One plot with its canvas and its table of values.
struct Panel {
    canvas: HtmlCanvasElement,
    readout: HtmlElement,
    /// The step that is being read.
    cursor: Option<u64>,
    _listeners: Vec<Listener>,
}

pub struct Figures {
    error: Panel,
    angle: Panel,
    layer: HtmlSelectElement,
    direction: HtmlSelectElement,
    _listeners: Vec<Listener>,
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
            Listener::new(&canvas, "pointerleave", move |_| {
                push(Event::Pointer(plot, None));
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
            canvas,
            readout,
            cursor: None,
            _listeners: listeners,
        })
    }

    fn draw(&self, chart: &Chart) -> Result<()> {
        if let Some(mut backend) = CanvasBackend::open(&self.canvas)? {
            chart.draw(&mut backend).ok();
        }
        Ok(())
    }

    fn size(&self) -> (f64, f64) {
        (
            f64::from(self.canvas.client_width()),
            f64::from(self.canvas.client_height()),
        )
    }
}

/// A row of a readout: a rule's letter and its values.
type Row = (Rule, Vec<String>);

fn checked(view: &str) -> bool {
    let find = || -> Result<bool> {
        let body = document()?.document_element();
        let body = body.ok_or_else(|| wasm_bindgen::JsValue::from_str("no page"))?;
        let input: HtmlInputElement = within(&body, &format!("[data-view={view}]"))?;
        Ok(input.checked())
    };
    find().unwrap_or(false)
}

fn unit(view: &str) -> StepUnit {
    if checked(view) {
        StepUnit::Epoch
    } else {
        StepUnit::Step
    }
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
            _listeners: listeners,
        })
    }

    /// Offers the layers of a net; up to four are shown together at first, else the middle one.
    pub fn offer_layers(&self, hidden: usize, texts: &Texts) -> Result<()> {
        if self.layer.length() as usize == hidden + 1 {
            return Ok(());
        }
        self.layer.set_text_content(None);
        for i in 0..=hidden {
            let option: Element = from_template("option-template")?;
            let text = if i == 0 {
                texts.all_layers.to_owned()
            } else {
                i.to_string()
            };
            option.set_text_content(Some(&text));
            option.set_attribute("value", &i.to_string())?;
            self.layer.append_child(&option)?;
        }
        let first = if hidden <= 4 { 0 } else { hidden.div_ceil(2) };
        self.layer.set_value(&first.to_string());
        Ok(())
    }

    /// 0-based layers that are shown.
    fn layers(&self, hidden: usize) -> Vec<usize> {
        match self.layer.value().parse::<usize>() {
            Ok(layer @ 1..) => vec![layer - 1],
            _ => (0..hidden).collect(),
        }
    }

    fn error_view<'a>(&self, spec: &Spec, rules: &'a [Rule]) -> ErrorView<'a> {
        ErrorView {
            rules,
            train: checked("train"),
            test: checked("test"),
            log_x: checked("error-log-x"),
            log_y: checked("error-log-y"),
            unit: unit("error-epochs"),
            steps_per_epoch: spec.steps_per_epoch(),
            cursor: self.error.cursor,
        }
    }

    fn angle_view<'a>(&self, spec: &Spec, rules: &'a [Rule], layers: &'a [usize]) -> AngleView<'a> {
        AngleView {
            rules,
            layers,
            direction: self.direction(),
            log_x: checked("angle-log-x"),
            unit: unit("angle-epochs"),
            steps_per_epoch: spec.steps_per_epoch(),
            cursor: self.angle.cursor,
        }
    }

    fn direction(&self) -> Direction {
        if self.direction.value() == "delta" {
            Direction::Delta
        } else {
            Direction::Update
        }
    }

    /// The step under the pointer, as the nearest evaluation point.
    pub fn point(
        &mut self,
        plot: Plot,
        x: Option<f64>,
        spec: &Spec,
        store: &Store,
        rules: &[Rule],
        texts: &Texts,
    ) {
        let steps = store.steps();
        let layers = self.layers(spec.settings().hidden.len());
        let step = x.and_then(|x| match plot {
            Plot::Error => {
                let view = self.error_view(spec, rules);
                let size = self.error.size();
                error::chart(store, &view, &texts.figures, Theme::LIGHT, size).step_at(x)
            }
            Plot::Angle => {
                let view = self.angle_view(spec, rules, &layers);
                let size = self.angle.size();
                angle::chart(store, &view, &texts.figures, Theme::LIGHT, size).step_at(x)
            }
        });
        let nearest = step.and_then(|step| {
            let away = |candidate: &u64| (*candidate as f64 - step).abs();
            steps.into_iter().min_by(|a, b| away(a).total_cmp(&away(b)))
        });
        self.panel(plot).cursor = nearest;
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

    pub fn draw(
        &self,
        spec: &Spec,
        store: &Store,
        rules: &[Rule],
        texts: &Texts,
        theme: Theme,
    ) -> Result<()> {
        let view = self.error_view(spec, rules);
        let size = self.error.size();
        self.error
            .draw(&error::chart(store, &view, &texts.figures, theme, size))?;
        let layers = self.layers(spec.settings().hidden.len());
        let view = self.angle_view(spec, rules, &layers);
        let size = self.angle.size();
        self.angle
            .draw(&angle::chart(store, &view, &texts.figures, theme, size))?;
        self.read_error(spec, store, rules, texts)?;
        self.read_angle(spec, store, rules, &layers, texts)
    }

    fn read_error(&self, spec: &Spec, store: &Store, rules: &[Rule], texts: &Texts) -> Result<()> {
        let heads = ["training %", "test %"].map(String::from);
        let rows = |step: u64| -> Vec<Row> {
            let of = |rule: Rule, quantity| {
                let point = store.lane(rule).at(quantity, step);
                let value = point.and_then(|point| point.value);
                value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
            };
            let row = |&rule: &Rule| {
                (
                    rule,
                    vec![
                        of(rule, Quantity::TrainError),
                        of(rule, Quantity::TestError),
                    ],
                )
            };
            rules.iter().map(row).collect()
        };
        self.error.read(spec, &heads, rows, texts)
    }

    fn read_angle(
        &self,
        spec: &Spec,
        store: &Store,
        rules: &[Rule],
        layers: &[usize],
        texts: &Texts,
    ) -> Result<()> {
        // More layers than a small table holds are not read all at once.
        let layers = &layers[..layers.len().min(6)];
        let heads: Vec<String> = layers.iter().map(|i| format!("layer {}", i + 1)).collect();
        let direction = self.direction();
        let rows = |step: u64| -> Vec<Row> {
            let of = |rule: Rule, layer: usize| {
                let at = |quantity| {
                    let point = store.lane(rule).at(Quantity::Layer(layer, quantity), step);
                    point.and_then(|point| point.value)
                };
                let (angle, spread) = match direction {
                    Direction::Update => (at(LayerQuantity::AngleUpdate), None),
                    Direction::Delta => (
                        at(LayerQuantity::AngleDelta),
                        at(LayerQuantity::AngleDeltaSpread),
                    ),
                };
                match (angle, spread) {
                    (None, _) => "–".to_owned(),
                    (Some(angle), None) => format!("{angle:.1}°"),
                    (Some(angle), Some(spread)) => format!("{angle:.1}° ± {spread:.1}°"),
                }
            };
            let row = |&rule: &Rule| (rule, layers.iter().map(|&i| of(rule, i)).collect());
            rules.iter().map(row).collect()
        };
        self.angle.read(spec, &heads, rows, texts)
    }
}

impl Panel {
    /// Fills the table of exact values at the cursor, or hides it.
    fn read(
        &self,
        spec: &Spec,
        heads: &[String],
        rows: impl Fn(u64) -> Vec<Row>,
        texts: &Texts,
    ) -> Result<()> {
        show(&self.readout, self.cursor.is_some());
        let Some(step) = self.cursor else {
            return Ok(());
        };
        let epoch = step as f64 / spec.steps_per_epoch() as f64;
        set_text(
            &within::<Element>(&self.readout, "p")?,
            &texts.readout(step, epoch),
        );
        let head: Element = within(&self.readout, "thead")?;
        head.set_text_content(None);
        let line: Element = from_template("row-template")?;
        for text in heads {
            let cell: Element = from_template("head-template")?;
            cell.set_text_content(Some(text));
            line.append_child(&cell)?;
        }
        head.append_child(&line)?;
        let body: Element = within(&self.readout, "tbody")?;
        body.set_text_content(None);
        for (rule, values) in rows(step) {
            let line: Element = from_template("row-template")?;
            line.set_attribute("data-rule-name", rule.key())?;
            set_text(&within::<Element>(&line, "th")?, texts.short(rule));
            for value in values {
                let cell: Element = from_template("cell-template")?;
                cell.set_text_content(Some(&value));
                line.append_child(&cell)?;
            }
            body.append_child(&line)?;
        }
        Ok(())
    }
}
