//! The field that a digit is drawn in: by pointer, or by a pen that arrow keys move over a grid of 28x28.

use wasm_bindgen::JsCast as _;
use web_sys::{HtmlCanvasElement, KeyboardEvent, PointerEvent};

use super::Act;
use super::picture::context;
use crate::inside::digit::{SIDE, Stroke};
use crate::web::dom::{Listener, Result, by_id};
use crate::web::events::{Event, push};

/// Width of a line in the field, in shares of its side.
const WIDTH: f64 = 0.08;
/// Points of a drawing; what comes after them is not drawn.
const MOST: usize = 20_000;

/// What is done with the pen. Places are shares of the field.
#[derive(Clone, Copy, Debug)]
pub enum Pen {
    Down([f32; 2]),
    To([f32; 2]),
    Up,
    /// By keyboard: columns and rows of the grid.
    Walk(i32, i32),
    /// By keyboard: sets the pen, or lifts it.
    Press,
    Undo,
    Clear,
}

/// Where the pen of the keyboard is, and what became of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyPen {
    pub column: i32,
    pub row: i32,
    pub down: bool,
}

pub struct Field {
    canvas: HtmlCanvasElement,
    pub strokes: Vec<Stroke>,
    /// A pointer is down.
    drawing: bool,
    pub pen: KeyPen,
    /// The keyboard was used last: its pen is shown.
    by_keys: bool,
    _listeners: Vec<Listener>,
}

impl Field {
    pub fn new() -> Result<Field> {
        let canvas: HtmlCanvasElement = by_id("digit-field")?;
        let mut listeners = Vec::new();
        let place = {
            let canvas = canvas.clone();
            move |event: &web_sys::Event| {
                let event: &PointerEvent = event.unchecked_ref();
                let side = f64::from(canvas.client_width().max(1));
                [event.offset_x(), event.offset_y()]
                    .map(|at| (f64::from(at) / side).clamp(0.0, 1.0) as f32)
            }
        };
        let (down, to) = (place.clone(), place);
        let held = canvas.clone();
        listeners.push(Listener::new(&canvas, "pointerdown", move |event| {
            let pointer: &PointerEvent = event.unchecked_ref();
            if pointer.button() == 0 {
                // A pointer that a script made cannot be held; it draws all the same.
                held.set_pointer_capture(pointer.pointer_id()).ok();
                push(Event::Inside(Act::Draw(Pen::Down(down(&event)))));
            }
        })?);
        listeners.push(Listener::new(&canvas, "pointermove", move |event| {
            push(Event::Inside(Act::Draw(Pen::To(to(&event)))));
        })?);
        for name in ["pointerup", "pointercancel"] {
            listeners.push(Listener::new(&canvas, name, |_| {
                push(Event::Inside(Act::Draw(Pen::Up)));
            })?);
        }
        listeners.push(Listener::new(&canvas, "keydown", |event| {
            let event: &KeyboardEvent = event.unchecked_ref();
            let far = if event.shift_key() { 4 } else { 1 };
            let command = event.ctrl_key() || event.meta_key();
            let pen = match event.key().as_str() {
                "ArrowLeft" => Pen::Walk(-far, 0),
                "ArrowRight" => Pen::Walk(far, 0),
                "ArrowUp" => Pen::Walk(0, -far),
                "ArrowDown" => Pen::Walk(0, far),
                " " => Pen::Press,
                "Backspace" => Pen::Undo,
                "z" if command => Pen::Undo,
                "Delete" => Pen::Clear,
                _ => return,
            };
            event.prevent_default();
            push(Event::Inside(Act::Draw(pen)));
        })?);
        Ok(Field {
            canvas,
            strokes: Vec::new(),
            drawing: false,
            pen: KeyPen {
                column: SIDE as i32 / 2,
                row: SIDE as i32 / 2,
                down: false,
            },
            by_keys: false,
            _listeners: listeners,
        })
    }

    /// Where the keyboard's pen is, in shares of the field.
    fn key_place(&self) -> [f32; 2] {
        [self.pen.column, self.pen.row].map(|at| (at as f32 + 0.5) / SIDE as f32)
    }

    fn add(&mut self, place: [f32; 2]) {
        let points: usize = self.strokes.iter().map(Vec::len).sum();
        if points < MOST
            && let Some(stroke) = self.strokes.last_mut()
            && stroke.last() != Some(&place)
        {
            stroke.push(place);
        }
    }

    /// Does what is done with the pen; tells whether the drawing changed.
    pub fn act(&mut self, pen: Pen) -> bool {
        self.by_keys = matches!(pen, Pen::Walk(..) | Pen::Press);
        let before = (self.strokes.len(), self.strokes.last().map(Vec::len));
        match pen {
            Pen::Down(place) => {
                self.drawing = true;
                self.strokes.push(Vec::new());
                self.add(place);
            }
            Pen::To(place) if self.drawing => self.add(place),
            Pen::To(_) => {}
            Pen::Up => self.drawing = false,
            Pen::Walk(columns, rows) => {
                let held = |at: i32| at.clamp(0, SIDE as i32 - 1);
                self.pen.column = held(self.pen.column + columns);
                self.pen.row = held(self.pen.row + rows);
                if self.pen.down {
                    self.add(self.key_place());
                }
            }
            Pen::Press => {
                self.pen.down = !self.pen.down;
                if self.pen.down {
                    self.strokes.push(Vec::new());
                    self.add(self.key_place());
                }
            }
            Pen::Undo => {
                self.strokes.pop();
            }
            Pen::Clear => self.strokes.clear(),
        }
        if matches!(pen, Pen::Undo | Pen::Clear) {
            (self.drawing, self.pen.down) = (false, false);
        }
        before != (self.strokes.len(), self.strokes.last().map(Vec::len))
    }

    /// Draws the field: ink on paper in either theme, and the keyboard's pen.
    pub fn draw(&self) -> Result<()> {
        let (canvas, context) = (&self.canvas, context(&self.canvas)?);
        let side = f64::from(canvas.width());
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, side, side);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_stroke_style_str("#111");
        context.set_line_width(side * WIDTH);
        for stroke in self.strokes.iter().filter(|stroke| !stroke.is_empty()) {
            context.begin_path();
            let first = stroke[0];
            context.move_to(f64::from(first[0]) * side, f64::from(first[1]) * side);
            for &[x, y] in stroke {
                context.line_to(f64::from(x) * side, f64::from(y) * side);
            }
            context.stroke();
        }
        if self.by_keys {
            let [x, y] = self.key_place().map(|at| f64::from(at) * side);
            context.set_line_width(side * 0.008);
            context.set_stroke_style_str(if self.pen.down { "#b00020" } else { "#0a58ca" });
            context.begin_path();
            context.arc(x, y, side * 0.03, 0.0, std::f64::consts::TAU)?;
            if !self.pen.down {
                context.move_to(x - side * 0.05, y);
                context.line_to(x + side * 0.05, y);
                context.move_to(x, y - side * 0.05);
                context.line_to(x, y + side * 0.05);
            }
            context.stroke();
        }
        Ok(())
    }
}
