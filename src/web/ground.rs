//! What figures are drawn on: a canvas, or the text of an SVG file. One type, so that the code of the figures, which is
//! compiled for each kind of ground, is in the page once.

use plotters::prelude::SVGBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::canvas::CanvasBackend;
use crate::plot::surface::{Backend, Place, Style};

pub enum Ground<'a, 'b> {
    Canvas(CanvasBackend),
    Svg(&'a mut SVGBackend<'b>),
}

/// Neither of them fails: the one draws, the other writes into memory.
fn done<E: std::error::Error + Send + Sync>(drawn: Result<(), DrawingErrorKind<E>>) -> Drawn {
    drawn.map_err(|error| DrawingErrorKind::DrawingError(std::io::Error::other(error.to_string())))
}

type Drawn = Result<(), DrawingErrorKind<std::io::Error>>;

impl Backend for Ground<'_, '_> {
    fn draw_dashed(
        &mut self,
        points: &[Place],
        origin: Place,
        dash: &[f64],
        style: &Style,
    ) -> Drawn {
        match self {
            Ground::Canvas(canvas) => done(canvas.draw_dashed(points, origin, dash, style)),
            Ground::Svg(svg) => svg.draw_dashed(points, origin, dash, style),
        }
    }
}

impl DrawingBackend for Ground<'_, '_> {
    type ErrorType = std::io::Error;

    fn get_size(&self) -> (u32, u32) {
        match self {
            Ground::Canvas(canvas) => canvas.get_size(),
            Ground::Svg(svg) => svg.get_size(),
        }
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Drawn {
        match self {
            Ground::Canvas(canvas) => done(canvas.draw_pixel(point, colour)),
            Ground::Svg(svg) => svg.draw_pixel(point, colour),
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        match self {
            Ground::Canvas(canvas) => done(canvas.draw_path(path, style)),
            Ground::Svg(svg) => svg.draw_path(path, style),
        }
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        match self {
            Ground::Canvas(canvas) => done(canvas.draw_circle(centre, radius, style, fill)),
            Ground::Svg(svg) => svg.draw_circle(centre, radius, style, fill),
        }
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Drawn {
        match self {
            Ground::Canvas(canvas) => done(canvas.fill_polygon(points, style)),
            Ground::Svg(svg) => svg.fill_polygon(points, style),
        }
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        place: BackendCoord,
    ) -> Drawn {
        match self {
            Ground::Canvas(canvas) => done(canvas.draw_text(text, style, place)),
            Ground::Svg(svg) => svg.draw_text(text, style, place),
        }
    }
}
