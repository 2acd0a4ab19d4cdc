//! One panel of a t-SNE: points as the digits of their classes, in the colours of their classes.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlCanvasElement, KeyboardEvent, MouseEvent};

use super::Act;
use super::picture::context;
use crate::lang::{Texts, fill};
use crate::web::dom::{Listener, Result, from_template, set_attribute, set_text, within};
use crate::web::events::{Event, push};
use crate::web::view::Screen;

/// Height of a point's digit, CSS pixels.
const DIGIT: f64 = 9.0;
/// Share of the side that stays free at each rim.
const RIM: f64 = 0.04;
/// Farthest that a pointer is from the point that it reads, CSS pixels.
const REACH: f64 = 14.0;

pub struct Panel {
    /// Which of the shown lanes, and which layer; 0 the inputs.
    pub lane: usize,
    pub layer: u32,
    pub element: Element,
    canvas: HtmlCanvasElement,
    pub points: Vec<[f32; 2]>,
    /// The point that is read.
    pub read: Option<usize>,
    progress: (u32, u32),
    neighbour_error: Option<f64>,
    pub failed: Option<String>,
    pub stopped: bool,
    began: f64,
    took: f64,
    _listeners: [Listener; 3],
}

impl Panel {
    pub fn new(index: usize, lane: usize, layer: u32) -> Result<Panel> {
        let element: Element = from_template("inside-panel-template")?;
        let canvas: HtmlCanvasElement = within(&element, "canvas")?;
        let listeners = [
            Listener::new(&canvas, "pointermove", move |event| {
                let event: MouseEvent = event.unchecked_into();
                let place = (f64::from(event.offset_x()), f64::from(event.offset_y()));
                push(Event::Inside(Act::Point(index, Some(place))));
            })?,
            Listener::new(&canvas, "pointerleave", move |_| {
                push(Event::Inside(Act::Point(index, None)));
            })?,
            Listener::new(&canvas, "keydown", move |event| {
                let by = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
                    "ArrowRight" | "ArrowDown" => 1,
                    "ArrowLeft" | "ArrowUp" => -1,
                    _ => return,
                };
                event.prevent_default();
                push(Event::Inside(Act::Walk(index, by)));
            })?,
        ];
        Ok(Panel {
            lane,
            layer,
            element,
            canvas,
            points: Vec::new(),
            read: None,
            progress: (0, 0),
            neighbour_error: None,
            failed: None,
            stopped: false,
            began: 0.0,
            took: 0.0,
            _listeners: listeners,
        })
    }

    pub fn take(
        &mut self,
        progress: (u32, u32),
        neighbour_error: Option<f64>,
        points: Vec<[f32; 2]>,
        now: f64,
    ) {
        if self.began == 0.0 {
            self.began = now;
        }
        self.took = now - self.began;
        (self.progress, self.neighbour_error, self.points) = (progress, neighbour_error, points);
    }

    /// Title, progress and the error of the nearest neighbour.
    pub fn say(&self, title: &str, texts: &Texts) {
        let words = &texts.inside;
        let error = self.neighbour_error.map(|error| format!("{error:.2}"));
        let known = error.as_deref().unwrap_or(words.undefined);
        let (done, of) = (self.progress.0.to_string(), self.progress.1.to_string());
        let values = [("error", known), ("done", &done), ("of", &of)];
        let note = match &self.failed {
            Some(reason) => fill(words.no_embedding, &[("reason", reason)]),
            None if self.progress.1 == 0 => fill(words.finds_neighbours, &values),
            None if self.progress.0 < self.progress.1 && self.stopped => {
                fill(words.stopped, &values)
            }
            None if self.progress.0 < self.progress.1 => fill(words.moving, &values),
            None => fill(words.moved, &values),
        };
        for (selector, text) in [("strong", title), ("span", &note)] {
            if let Ok(place) = within::<Element>(&self.element, selector) {
                set_text(&place, text);
            }
        }
        let state = if self.failed.is_some() {
            "failed"
        } else if self.progress.1 > 0 && self.progress.0 == self.progress.1 {
            "done"
        } else {
            "computing"
        };
        set_attribute(&self.element, "data-state", state);
        set_attribute(&self.element, "data-layer", &self.layer.to_string());
        set_attribute(
            &self.element,
            "data-neighbour-error",
            error.as_deref().unwrap_or(""),
        );
        set_attribute(
            &self.element,
            "data-seconds",
            &format!("{:.2}", self.took / 1e3),
        );
        let name = fill(words.panel_name, &[("title", title), ("note", &note)]);
        set_attribute(&self.canvas, "aria-label", &name);
    }

    /// Where points stand on a square of this side, CSS pixels: one scale for both axes, their extent in the middle.
    fn places(&self, side: f64) -> impl Iterator<Item = (f64, f64)> {
        let extent = |axis: usize| {
            let values = || self.points.iter().map(move |point| f64::from(point[axis]));
            let least = |a: f64, b: f64| if b < a { b } else { a };
            let low = values().fold(f64::INFINITY, least);
            let high = values().fold(f64::NEG_INFINITY, |a, b| -least(-a, -b));
            (f64::midpoint(low, high), high - low)
        };
        let ((x, width), (y, height)) = (extent(0), extent(1));
        let largest = if width < height { height } else { width };
        let room = side * (1.0 - 2.0 * RIM);
        let scale = if largest > 0.0 { room / largest } else { 0.0 };
        // The second coordinate grows upward.
        self.points.iter().map(move |point| {
            let (across, up) = (f64::from(point[0]) - x, f64::from(point[1]) - y);
            (side / 2.0 + across * scale, side / 2.0 - up * scale)
        })
    }

    fn side(&self) -> f64 {
        f64::from(self.canvas.client_width())
    }

    /// The point next to a place on the canvas, if one is in reach.
    pub fn nearest(&self, (x, y): (f64, f64)) -> Option<usize> {
        let distances = self
            .places(self.side())
            .map(|(px, py)| ((px - x) * (px - x) + (py - y) * (py - y)).sqrt());
        let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        nearest
            .filter(|found| found.1 <= REACH)
            .map(|found| found.0)
    }

    pub fn draw(&self, labels: &[u8], screen: Screen) -> Result<()> {
        let side = self.side();
        let device = (side * screen.ratio).round() as u32;
        if (self.canvas.width(), self.canvas.height()) != (device, device) {
            self.canvas.set_width(device);
            self.canvas.set_height(device);
        }
        let context = context(&self.canvas)?;
        context.set_transform(screen.ratio, 0.0, 0.0, screen.ratio, 0.0, 0.0)?;
        context.clear_rect(0.0, 0.0, side, side);
        context.set_font(&format!("600 {DIGIT}px system-ui, sans-serif"));
        context.set_text_align("center");
        context.set_text_baseline("middle");
        let places: Vec<(f64, f64)> = self.places(side).collect();
        for class in 0..=labels.iter().copied().max().unwrap_or_default() {
            let (red, green, blue) = screen.theme.class_colour(class);
            context.set_fill_style_str(&format!("rgb({red},{green},{blue})"));
            let text = class.to_string();
            for ((x, y), _) in places
                .iter()
                .zip(labels)
                .filter(|(_, label)| **label == class)
            {
                context.fill_text(&text, *x, *y)?;
            }
        }
        if let Some((x, y)) = self.read.and_then(|at| places.get(at)) {
            let (red, green, blue) = screen.theme.ink;
            context.set_stroke_style_str(&format!("rgb({red},{green},{blue})"));
            context.set_line_width(1.5);
            context.begin_path();
            context.arc(*x, *y, DIGIT, 0.0, std::f64::consts::TAU)?;
            context.stroke();
        }
        Ok(())
    }
}
