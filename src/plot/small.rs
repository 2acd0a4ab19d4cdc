//! The test errors of a kept run as a small figure without axes: log rate upward, steps to the right.

use super::look::{self, Named, Theme};
use super::surface::{Backend, Drawn, Place, Stroke, Surface};

/// Draws the curves of lanes, each as its steps with test errors in percent.
pub fn draw<B: Backend>(
    backend: &mut B,
    size: Place,
    theme: Theme,
    lanes: &[(&Named, &[(u64, f64)])],
) -> Drawn<B> {
    let mut surface = Surface::new(backend);
    let points = || lanes.iter().flat_map(|(_, points)| points.iter());
    let last = points().map(|point| point.0).max().unwrap_or(1).max(1) as f64;
    let lowest = points().map(|point| point.1).fold(50.0, f64::min).max(0.01);
    let (top, bottom) = (100f64.ln(), lowest.ln());
    let (width, height) = (size.0 - 4.0, size.1 - 4.0);
    let place = |&(step, value): &(u64, f64)| {
        let up = (value.max(lowest).ln() - bottom) / (top - bottom);
        (2.0 + width * step as f64 / last, 2.0 + height * (1.0 - up))
    };
    let axis = Stroke::solid(theme.hairline, 1.0);
    surface.line(
        &[(0.5, 0.0), (0.5, size.1 - 0.5), (size.0, size.1 - 0.5)],
        &axis,
    )?;
    for (named, points) in lanes {
        let stroke = Stroke {
            dash: look::dash(named.rule),
            ..Stroke::solid(theme.colour(named.rule), 0.8 * look::width(named.rule))
        };
        let places: Vec<Place> = points.iter().map(place).collect();
        match places.as_slice() {
            [only] => surface.disc(*only, 1.5, stroke.colour)?,
            places => surface.line(places, &stroke)?,
        }
    }
    Ok(())
}
