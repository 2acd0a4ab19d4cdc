//! Figures as SVG files.

use plotters::prelude::{DrawingBackend as _, SVGBackend};

use super::chart::Chart;
use super::look::{Colour, Theme};
use super::points::Points;
use super::surface::{Backend, Drawn, Place, UNIT};

impl Backend for SVGBackend<'_> {}

fn hex((red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The SVG text of a chart, with a title for whoever cannot see it.
///
/// # Errors
/// The backend's, as text.
pub fn svg(chart: &Chart, title: &str) -> Result<String, String> {
    whole(chart.size, chart.theme, title, |backend| {
        chart.draw(backend)
    })
}

/// The SVG text of panels of points, as [`svg`].
///
/// # Errors
/// The backend's, as text.
pub fn points(figure: &Points, title: &str) -> Result<String, String> {
    whole(figure.size(), figure.theme, title, |backend| {
        figure.draw(backend)
    })
}

fn whole<'a>(
    size: Place,
    theme: Theme,
    title: &str,
    draw: impl FnOnce(&mut SVGBackend<'_>) -> Drawn<SVGBackend<'a>>,
) -> Result<String, String> {
    drawn(size, theme, title, |backend| {
        draw(backend).map_err(|error| error.to_string())
    })
}

/// What `draw` draws, as a file of `size` CSS pixels, with a title for whoever cannot see it.
///
/// # Errors
/// Those of `draw` and of the backend, as text.
pub fn drawn(
    size: Place,
    theme: Theme,
    title: &str,
    draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), String>,
) -> Result<String, String> {
    let units = |pixels: f64| (pixels * UNIT).round() as u32;
    let (width, height) = size;
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (units(width), units(height)));
        draw(&mut backend)?;
        backend.present().map_err(|error| error.to_string())?;
    }
    // The view box stays in units; the figure's size is in pixels.
    let in_units = format!("width=\"{}\" height=\"{}\"", units(width), units(height));
    let in_pixels = format!("width=\"{width}\" height=\"{height}\"");
    let escaped = title.replace('&', "&amp;").replace('<', "&lt;");
    let ground = hex(theme.ground);
    let head = format!(
        "<title>{escaped}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"{ground}\"/>\n"
    );
    let text = text.replacen(&in_units, &in_pixels, 1);
    match text.find('>').filter(|_| text.starts_with("<svg")) {
        Some(end) => Ok(format!("{}\n{head}{}", &text[..=end], &text[end + 1..])),
        None => Err("the backend wrote no <svg>".to_owned()),
    }
}
