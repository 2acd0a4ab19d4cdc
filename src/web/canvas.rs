//! plotters' drawing backend over a 2D canvas, sharp at any device pixel ratio.
//!
//! The figures speak in units of an eighth of a CSS pixel; one transform of the canvas turns them into device pixels.
//! plotters-canvas was looked at and rejected: whole pixels, and no pixel ratio.

use std::cell::Cell;
use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::dom::Result;
use crate::plot::surface::{Backend, Place, Style, UNIT, units};

/// A canvas that is being drawn on.
pub struct CanvasBackend {
    context: CanvasRenderingContext2d,
    /// CSS pixels.
    size: (f64, f64),
    /// What the context was last told, so that it is not told again for every piece.
    stroke: Cell<Option<(Ink, u32)>>,
    fill: Cell<Option<Ink>>,
}

impl CanvasBackend {
    /// Fits the canvas to its size in the page, CSS pixels, at `ratio` device pixels each, and clears it.
    pub fn open(canvas: &HtmlCanvasElement, size: (f64, f64), ratio: f64) -> Result<CanvasBackend> {
        let device = |length: f64| (length * ratio).round() as u32;
        if (canvas.width(), canvas.height()) != (device(size.0), device(size.1)) {
            canvas.set_width(device(size.0));
            canvas.set_height(device(size.1));
        }
        let context = canvas.get_context("2d")?;
        let context = context.ok_or_else(|| JsValue::from_str("the browser draws no canvas"))?;
        let context: CanvasRenderingContext2d = context.unchecked_into();
        context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)?;
        context.clear_rect(
            0.0,
            0.0,
            f64::from(canvas.width()),
            f64::from(canvas.height()),
        );
        let scale = ratio / UNIT;
        context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0)?;
        context.set_line_join("round");
        Ok(CanvasBackend {
            context,
            size,
            stroke: Cell::default(),
            fill: Cell::default(),
        })
    }

    fn path(&self, points: impl IntoIterator<Item = BackendCoord>) {
        self.context.begin_path();
        for (i, (x, y)) in points.into_iter().enumerate() {
            let (x, y) = (f64::from(x), f64::from(y));
            if i == 0 {
                self.context.move_to(x, y);
            } else {
                self.context.line_to(x, y);
            }
        }
    }

    fn stroke(&self, style: &impl BackendStyle) {
        let (colour, width) = (style.color(), style.stroke_width());
        let wanted = Some((ink(colour), width));
        if self.stroke.replace(wanted) != wanted {
            self.context.set_stroke_style_str(&css(colour));
            self.context.set_line_width(f64::from(width));
        }
        self.context.stroke();
    }

    fn fill(&self, style: &impl BackendStyle) {
        self.set_fill(style.color());
        self.context.fill();
    }

    fn set_fill(&self, colour: BackendColor) {
        let wanted = Some(ink(colour));
        if self.fill.replace(wanted) != wanted {
            self.context.set_fill_style_str(&css(colour));
        }
    }
}

/// The page's own type, as www/style.css has it: the system's, then those with Japanese characters.
const FONTS: &str = "system-ui, 'Hiragino Sans', 'Noto Sans CJK JP', 'Noto Sans JP', 'Yu Gothic UI', Meiryo, sans-serif";

/// A colour that can be compared: red, green, blue, the bits of its opacity.
type Ink = ((u8, u8, u8), u64);

fn ink(colour: BackendColor) -> Ink {
    (colour.rgb, colour.alpha.to_bits())
}

fn css(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    format!("rgba({red},{green},{blue},{})", colour.alpha)
}

type Drawn = std::result::Result<(), DrawingErrorKind<Infallible>>;

impl Backend for CanvasBackend {
    /// By the canvas itself: a curve that rises and falls in every column has thousands of dashes.
    fn draw_dashed(
        &mut self,
        points: &[Place],
        origin: Place,
        dash: &[f64],
        style: &Style,
    ) -> Drawn {
        let lengths: js_sys::Array = dash.iter().map(|part| JsValue::from(part * UNIT)).collect();
        self.context.set_line_dash(&lengths).ok();
        let drawn = self.draw_path(points.iter().map(|&place| units(place, origin)), style);
        self.context.set_line_dash(&js_sys::Array::new()).ok();
        drawn
    }
}

impl DrawingBackend for CanvasBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.size.0 * UNIT) as u32, (self.size.1 * UNIT) as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Drawn {
        self.set_fill(colour);
        self.context
            .fill_rect(f64::from(point.0), f64::from(point.1), 1.0, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.path([from, to]);
        self.stroke(style);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.path(path);
        self.stroke(style);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.context.begin_path();
        let (x, y) = (f64::from(centre.0), f64::from(centre.1));
        self.context
            .arc(x, y, f64::from(radius), 0.0, std::f64::consts::TAU)
            .ok();
        if fill {
            self.fill(style);
        } else {
            self.stroke(style);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Drawn {
        self.path(points);
        self.context.close_path();
        self.fill(style);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        place: BackendCoord,
    ) -> Drawn {
        let weight = match style.style() {
            FontStyle::Bold => "600",
            _ => "400",
        };
        let context = &self.context;
        context.set_font(&format!("{weight} {}px {FONTS}", style.size()));
        self.set_fill(style.color());
        let anchor = style.anchor();
        context.set_text_align(match anchor.h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        });
        context.set_text_baseline(match anchor.v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        context.save();
        context
            .translate(f64::from(place.0), f64::from(place.1))
            .ok();
        if matches!(style.transform(), FontTransform::Rotate270) {
            context.rotate(-std::f64::consts::FRAC_PI_2).ok();
        }
        context.fill_text(text, 0.0, 0.0).ok();
        context.restore();
        Ok(())
    }
}
