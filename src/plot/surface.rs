//! Drawing in CSS pixels on any backend: dashed lines, areas, text.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, FontTransform};
use plotters_backend::{BackendColor, BackendStyle, DrawingBackend, DrawingErrorKind, FontFamily};

use super::look::Colour;

/// Backend units a CSS pixel.
pub const UNIT: f64 = 8.0;

/// A place in CSS pixels from the upper left corner.
pub type Place = (f64, f64);

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    pub colour: Colour,
    pub opacity: f64,
    /// CSS pixels.
    pub width: f64,
    /// Dashes and gaps in turn, CSS pixels; empty is solid.
    pub dash: &'static [f64],
}

impl Stroke {
    /// A solid line.
    #[must_use]
    pub fn solid(colour: Colour, width: f64) -> Stroke {
        Stroke {
            colour,
            opacity: 1.0,
            width,
            dash: &[],
        }
    }
}

/// Where a text stands about its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Left,
    Centre,
    Right,
}

/// A text's size and colour.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// CSS pixels.
    pub size: f64,
    pub colour: Colour,
    pub bold: bool,
    /// Reads upward.
    pub upright: bool,
}

impl Type {
    #[must_use]
    pub fn new(size: f64, colour: Colour) -> Type {
        Type {
            size,
            colour,
            bold: false,
            upright: false,
        }
    }
}

/// What a backend answers.
pub type Drawn<B> = Result<(), DrawingErrorKind<<B as DrawingBackend>::ErrorType>>;

/// What figures are drawn on. plotters knows no dashes; a backend may know them better than we do.
pub trait Backend: DrawingBackend + Sized {
    /// A line through `points`, CSS pixels from `origin`, with dashes and gaps in turn that run on over its corners.
    fn draw_dashed(
        &mut self,
        points: &[Place],
        origin: Place,
        dash: &[f64],
        style: &Style,
    ) -> Drawn<Self> {
        for piece in dashes(points, dash) {
            if piece.len() > 1 {
                self.draw_path(piece.into_iter().map(|place| units(place, origin)), style)?;
            }
        }
        Ok(())
    }
}

/// A backend seen in CSS pixels.
pub struct Surface<'a, B: Backend> {
    backend: &'a mut B,
    /// Where its upper left corner lies on the backend.
    origin: Place,
}

/// Colour and width of a line, in units of the backend.
pub struct Style {
    colour: BackendColor,
    width: u32,
}

impl BackendStyle for Style {
    fn color(&self) -> BackendColor {
        self.colour
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// A place in units of a backend.
pub fn units(place: Place, origin: Place) -> (i32, i32) {
    (
        ((place.0 + origin.0) * UNIT).round() as i32,
        ((place.1 + origin.1) * UNIT).round() as i32,
    )
}

fn style(colour: Colour, opacity: f64, width: f64) -> Style {
    Style {
        colour: BackendColor {
            alpha: opacity,
            rgb: colour,
        },
        width: (width * UNIT).round() as u32,
    }
}

impl<'a, B: Backend> Surface<'a, B> {
    pub fn new(backend: &'a mut B) -> Surface<'a, B> {
        Surface::at(backend, (0.0, 0.0))
    }

    /// A part of a backend, from `origin` on.
    pub fn at(backend: &'a mut B, origin: Place) -> Surface<'a, B> {
        Surface { backend, origin }
    }

    /// A line through `points`, dashes running on over its corners.
    pub fn line(&mut self, points: &[Place], stroke: &Stroke) -> Drawn<B> {
        let style = style(stroke.colour, stroke.opacity, stroke.width);
        let origin = self.origin;
        if !stroke.dash.is_empty() {
            return self
                .backend
                .draw_dashed(points, origin, stroke.dash, &style);
        }
        if points.len() < 2 {
            return Ok(());
        }
        let points = points.iter().map(|&place| units(place, origin));
        self.backend.draw_path(points, &style)
    }

    /// A filled area.
    pub fn area(&mut self, points: &[Place], colour: Colour, opacity: f64) -> Drawn<B> {
        if points.len() < 3 {
            return Ok(());
        }
        let origin = self.origin;
        self.backend.fill_polygon(
            points.iter().map(|&place| units(place, origin)),
            &style(colour, opacity, 1.0),
        )
    }

    pub fn disc(&mut self, centre: Place, radius: f64, colour: Colour) -> Drawn<B> {
        let radius = (radius * UNIT).round() as u32;
        self.backend.draw_circle(
            units(centre, self.origin),
            radius,
            &style(colour, 1.0, 1.0),
            true,
        )
    }

    pub fn ring(&mut self, centre: Place, radius: f64, stroke: &Stroke) -> Drawn<B> {
        let points: Vec<Place> = (0..=32)
            .map(|k| {
                let angle = f64::from(k) / 32.0 * std::f64::consts::TAU;
                (
                    centre.0 + radius * angle.cos(),
                    centre.1 + radius * angle.sin(),
                )
            })
            .collect();
        self.line(&points, stroke)
    }

    /// A text, vertically centred on its place.
    pub fn text(&mut self, text: &str, place: Place, anchor: Anchor, kind: &Type) -> Drawn<B> {
        let (h_pos, v_pos) = match (anchor, kind.upright) {
            (Anchor::Left, _) => (HPos::Left, VPos::Center),
            (Anchor::Centre, _) => (HPos::Center, VPos::Center),
            (Anchor::Right, _) => (HPos::Right, VPos::Center),
        };
        let text_style = plotters::style::TextStyle {
            font: plotters::style::FontDesc::new(
                FontFamily::SansSerif,
                kind.size * UNIT,
                if kind.bold {
                    FontStyle::Bold
                } else {
                    FontStyle::Normal
                },
            )
            .transform(if kind.upright {
                FontTransform::Rotate270
            } else {
                FontTransform::None
            }),
            color: BackendColor {
                alpha: 1.0,
                rgb: kind.colour,
            },
            pos: Pos::new(h_pos, v_pos),
        };
        self.backend
            .draw_text(text, &text_style, units(place, self.origin))
    }
}

/// Cuts a line into its dashes.
fn dashes(points: &[Place], pattern: &[f64]) -> Vec<Vec<Place>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Place> = points.first().copied().into_iter().collect();
    let (mut part, mut left, mut drawing) = (0, pattern[0], true);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let share = done / length;
            let place = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            if drawing {
                piece.push(place);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece.push(place);
            }
            drawing = !drawing;
            part = (part + 1) % pattern.len();
            left = pattern[part];
        }
        left -= length - done;
        if drawing {
            piece.push(to);
        }
    }
    pieces.push(piece);
    pieces
}
