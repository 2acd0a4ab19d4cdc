//! A chart: two axes, curves with letters at their ends, a cursor. The error and the angle figure are charts.

use super::axis::Axis;
use super::curve::{Curve, End, Marker, apart, runs};
use super::look::Theme;
use super::mark;
use super::surface::{Anchor, Backend, Drawn, Place, Stroke, Surface, Type};
use crate::lang::columns;
use crate::store::Point;

/// Everything that a chart shows.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// Width and height, CSS pixels.
    pub size: Place,
    pub theme: Theme,
    pub x: Axis,
    pub y: Axis,
    pub curves: Vec<Curve<'a>>,
    /// A named value of y, such as 90°.
    pub mark: Option<(f64, String)>,
    /// Steps after which a later phase of some lane begins, each with its name.
    pub phases: Vec<(u64, String)>,
    /// A step that is being read.
    pub cursor: Option<u64>,
    /// The point of the one series that is read there: its step and value.
    pub ring: Option<(u64, f64)>,
    /// Stands in the middle while no curve has a value.
    pub empty: String,
}

/// Where the steps of a chart stand, without the chart.
#[derive(Clone, Debug)]
pub struct StepPlaces {
    /// Of the plot between its axes, CSS pixels.
    width: f64,
    x: Axis,
}

impl StepPlaces {
    /// The step at a distance from the chart's left edge, CSS pixels; `None` beside the plot.
    #[must_use]
    pub fn step_at(&self, x: f64) -> Option<f64> {
        let share = (x - LEFT) / self.width;
        (-0.02..=1.02)
            .contains(&share)
            .then(|| self.x.value(share.clamp(0.0, 1.0)))
    }

    /// Where a step stands, 0 at the left end of the plot and 1 at its right end.
    #[must_use]
    pub fn share(&self, step: u64) -> f64 {
        self.x.share(step as f64)
    }
}

/// Points of all curves that are drawn at the most, about.
const POINTS: f64 = 20_000.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
const TEXT: f64 = 11.5;
/// Height of a letter at the end of a curve, and how far it may stand from another end in its column.
const LETTER: f64 = 13.0;
const TIE: f64 = 28.0;
/// From the end of a curve to its letter: so far that ties to letters that were moved apart can be told apart.
const BESIDE: f64 = 24.0;
/// From one mark along a curve to the next, and half the width of one.
const MARKS: f64 = 56.0;
const MARK: f64 = 3.0;

/// How many letters find room above each other in a chart of this size.
#[must_use]
pub fn letters(size: Place) -> usize {
    ((size.1 - TOP - BOTTOM) / LETTER).max(0.0) as usize
}

impl Chart<'_> {
    /// Room for the letters at the ends of the curves.
    fn right(&self) -> f64 {
        let longest = self
            .curves
            .iter()
            .map(|curve| curve.label.chars().count())
            .max();
        BESIDE + 2.0 + 7.5 * longest.unwrap_or(1) as f64
    }

    fn place(&self, step: f64, value: f64) -> Place {
        let (width, height) = (
            self.size.0 - LEFT - self.right(),
            self.size.1 - TOP - BOTTOM,
        );
        (
            LEFT + width * self.x.share(step),
            TOP + height * (1.0 - self.y.share(value)),
        )
    }

    /// Width of the columns that curves are thinned to, CSS pixels: one, unless there are so many curves (one a layer
    /// and rule) that a frame could not draw them; those cover each other anyway.
    fn column(&self) -> f64 {
        let curves = self.curves.len().max(1) as f64;
        (4.0 * curves * self.size.0 / POINTS).max(1.0)
    }

    /// How to find a step in the plot, for later.
    #[must_use]
    pub fn step_places(&self) -> StepPlaces {
        StepPlaces {
            width: self.size.0 - LEFT - self.right(),
            x: self.x.clone(),
        }
    }

    /// Draws everything.
    pub fn draw<B: Backend>(&self, backend: &mut B) -> Drawn<B> {
        self.draw_on(&mut Surface::new(backend))
    }

    /// Draws everything on a part of something larger.
    pub fn draw_on<B: Backend>(&self, surface: &mut Surface<B>) -> Drawn<B> {
        self.grid(surface)?;
        let of_curve = |curve: &Curve| {
            let place = |step, value| self.place(step as f64 * curve.stretch, value);
            runs(curve.points, self.column(), place)
        };
        let drawn: Vec<Vec<Vec<Place>>> = self.curves.iter().map(of_curve).collect();
        // The name of a level may lie where curves leave it no room: what was measured is drawn over it.
        let name = self.mark_place(&drawn);
        if let Some((place, width, _)) = name {
            self.ground(surface, (place.0 - width, place.1), width, 0.8)?;
        }
        for curve in &self.curves {
            self.band(surface, curve)?;
        }
        self.mark_line(surface)?;
        if let Some((place, _, text)) = name {
            let kind = Type::new(TEXT, self.theme.quiet);
            surface.text(text, place, Anchor::Right, &kind)?;
        }
        for (curve, runs) in self.curves.iter().zip(&drawn) {
            for run in runs {
                match run.as_slice() {
                    [only] => surface.disc(*only, curve.stroke.width * 0.9, curve.stroke.colour)?,
                    run => surface.line(run, &curve.stroke)?,
                }
                self.markers(surface, curve, run)?;
            }
        }
        self.phase_starts(surface)?;
        self.ends(surface)?;
        self.reading(surface)?;
        let mut points = self.curves.iter().flat_map(|curve| curve.points);
        if !points.any(|point| point.value.is_some()) {
            let middle = (
                LEFT + (self.size.0 - LEFT - self.right()) / 2.0,
                TOP + (self.size.1 - TOP - BOTTOM) / 2.0,
            );
            // On a ground of its own, because grid lines pass behind it.
            let half = 3.9 * columns(&self.empty) as f64;
            self.ground(surface, (middle.0 - half, middle.1), 2.0 * half, 1.0)?;
            surface.text(
                &self.empty,
                middle,
                Anchor::Centre,
                &Type::new(13.0, self.theme.quiet),
            )?;
        }
        Ok(())
    }

    fn grid<B: Backend>(&self, surface: &mut Surface<B>) -> Drawn<B> {
        let hairline = Stroke::solid(self.theme.hairline, 1.0);
        let label = Type::new(TEXT, self.theme.quiet);
        let (right, bottom) = (self.size.0 - self.right(), self.size.1 - BOTTOM);
        // Half a pixel, so that a hairline fills one row of pixels and does not shade two.
        let crisp = |x: f64| x.floor() + 0.5;
        for (value, text) in &self.y.ticks {
            let y = crisp(self.place(0.0, *value).1);
            surface.line(&[(LEFT, y), (right, y)], &hairline)?;
            surface.text(text, (LEFT - 8.0, y), Anchor::Right, &label)?;
        }
        let axis = Stroke::solid(self.theme.quiet, 1.0);
        let bottom_line = crisp(bottom);
        surface.line(&[(LEFT, bottom_line), (right, bottom_line)], &axis)?;
        let mut free_from = f64::NEG_INFINITY;
        for (value, text) in &self.x.ticks {
            let x = self.place(*value, self.y.low).0;
            let half = 3.6 * text.chars().count() as f64;
            surface.line(
                &[(crisp(x), bottom_line), (crisp(x), bottom_line + 4.0)],
                &axis,
            )?;
            // A label that would touch its neighbour is left out; its tick stays.
            if x - half > free_from && x + half < self.size.0 {
                surface.text(text, (x, bottom + 13.0), Anchor::Centre, &label)?;
                free_from = x + half + 6.0;
            }
        }
        let middle = (LEFT + (right - LEFT) / 2.0, self.size.1 - 9.0);
        surface.text(&self.x.label, middle, Anchor::Centre, &label)?;
        let middle = (11.0, TOP + (bottom - TOP) / 2.0);
        let upright = Type {
            upright: true,
            ..label
        };
        surface.text(&self.y.label, middle, Anchor::Centre, &upright)
    }

    /// An upright line where a phase begins, its name at the top.
    fn phase_starts<B: Backend>(&self, surface: &mut Surface<B>) -> Drawn<B> {
        let line = Stroke {
            dash: &[2.0, 3.0],
            ..Stroke::solid(self.theme.quiet, 1.0)
        };
        let kind = Type::new(TEXT, self.theme.quiet);
        let mut free_from = f64::NEG_INFINITY;
        for (step, name) in &self.phases {
            let x = self.place(*step as f64, self.y.low).0.floor() + 0.5;
            surface.line(&[(x, TOP), (x, self.size.1 - BOTTOM)], &line)?;
            let width = 6.0 * name.chars().count() as f64;
            if x + 4.0 > free_from && x + 4.0 + width < self.size.0 {
                self.ground(surface, (x + 2.0, TOP + 5.0), width + 4.0, 0.8)?;
                surface.text(name, (x + 4.0, TOP + 5.0), Anchor::Left, &kind)?;
                free_from = x + 4.0 + width + 4.0;
            }
        }
        Ok(())
    }

    /// A level with a name: its line lies under the curves.
    fn mark_line<B: Backend>(&self, surface: &mut Surface<B>) -> Drawn<B> {
        let Some((value, _)) = &self.mark else {
            return Ok(());
        };
        let y = self.mark_height(*value);
        let right = self.size.0 - self.right();
        let line = Stroke::solid(self.theme.quiet, 1.0);
        surface.line(&[(LEFT, y), (right, y)], &line)
    }

    /// The right end and the middle height of the level's name, how wide it is, and its words.
    fn mark_place(&self, drawn: &[Vec<Vec<Place>>]) -> Option<(Place, f64, &str)> {
        let (value, name) = self.mark.as_ref()?;
        let (y, right) = (self.mark_height(*value), self.size.0 - self.right());
        let width = 5.7 * columns(name) as f64 + 4.0;
        let runs = drawn.iter().flatten().map(Vec::as_slice);
        let place = mark::room(y, width, (LEFT + 4.0, right - 4.0), runs);
        Some((place, width, name))
    }

    /// Where the level stands, so that its line fills one row of pixels.
    fn mark_height(&self, value: f64) -> f64 {
        self.place(0.0, value).1.floor() + 0.5
    }

    /// A ground for words that curves may pass behind, from its left end and middle height.
    fn ground<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        (left, middle): Place,
        width: f64,
        opacity: f64,
    ) -> Drawn<B> {
        let (right, top, bottom) = (left + width, middle - 7.5, middle + 7.5);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        surface.area(&corners, self.theme.ground, opacity)
    }

    fn band<B: Backend>(&self, surface: &mut Surface<B>, curve: &Curve) -> Drawn<B> {
        // Where the curve has a gap, so has its band.
        for run in curve.points.split(|point| point.value.is_none()) {
            let (mut upper, mut lower) = (Vec::new(), Vec::new());
            for point in run {
                let value = point.value;
                let ends = value.and_then(|value| curve.band.at(point.step, value));
                if let Some((low, high)) = ends {
                    let place = |value: f64| {
                        self.place(point.step as f64, value.clamp(self.y.low, self.y.high))
                    };
                    upper.push(place(high));
                    lower.push(place(low));
                }
            }
            if upper.len() > 1 {
                upper.extend(lower.into_iter().rev());
                surface.area(&upper, curve.stroke.colour, 0.13)?;
            }
        }
        Ok(())
    }

    /// Hollow marks along a piece of a ghost's curve, at points of its own.
    fn markers<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        curve: &Curve,
        run: &[Place],
    ) -> Drawn<B> {
        let Some(marker) = curve.marker else {
            return Ok(());
        };
        let mut free_from = f64::NEG_INFINITY;
        for &(x, y) in run.iter().filter(|_| curve.stroke.opacity > 0.0) {
            if x < free_from {
                continue;
            }
            free_from = x + MARKS;
            for (size, colour) in [(MARK, curve.stroke.colour), (MARK - 1.1, self.theme.ground)] {
                let around = |places: &[(f64, f64)]| -> Vec<Place> {
                    let at = places.iter().map(|(dx, dy)| (x + dx * size, y + dy * size));
                    at.collect()
                };
                let corners = match marker {
                    Marker::Circle => {
                        surface.disc((x, y), size, colour)?;
                        continue;
                    }
                    Marker::Square => around(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
                    Marker::Triangle => around(&[(0.0, -1.3), (1.2, 0.9), (-1.2, 0.9)]),
                };
                surface.area(&corners, colour, 1.0)?;
            }
        }
        Ok(())
    }

    /// Letters beside the ends of the curves, moved apart, each tied to its end; a dot where a lane finished, a cross
    /// where it diverged.
    fn ends<B: Backend>(&self, surface: &mut Surface<B>) -> Drawn<B> {
        let ends: Vec<(&Curve, Place)> = self
            .curves
            .iter()
            .filter_map(|curve| {
                let last = curve.points.iter().rfind(|point| point.value.is_some())?;
                let step = last.step as f64 * curve.stretch;
                Some((curve, self.place(step, last.value?)))
            })
            .collect();
        for (curve, end) in &ends {
            let mark = Stroke::solid(curve.stroke.colour, 2.0);
            match curve.end {
                // The lane went on without a value.
                End::Finished if curve.points.last().is_none_or(|p| p.value.is_none()) => {}
                End::Open => {}
                End::Finished => surface.disc(*end, 2.6, curve.stroke.colour)?,
                End::Diverged => {
                    for side in [-4.0, 4.0] {
                        let (from, to) = ((end.0 - 4.0, end.1 - side), (end.0 + 4.0, end.1 + side));
                        surface.line(&[from, to], &mark)?;
                    }
                }
            }
        }
        let labelled = |at: &&(&Curve, Place)| !at.0.label.is_empty();
        let mut places: Vec<f64> = ends.iter().filter(labelled).map(|at| at.1.0).collect();
        places.sort_by(f64::total_cmp);
        // Ends near each other share a column of letters; a longer tie would look like a curve going on.
        for column in places.chunk_by(|a, b| b - a < TIE) {
            let within = |at: &&(&Curve, Place)| column.contains(&at.1.0);
            let column: Vec<_> = ends.iter().filter(labelled).filter(within).collect();
            self.letters(surface, &column)?;
        }
        Ok(())
    }

    /// A column of letters beside the ends of curves.
    fn letters<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        column: &[&(&Curve, Place)],
    ) -> Drawn<B> {
        // Where there is no room for all, other runs go without: their marks tell them apart.
        let mut column = column.to_vec();
        column.sort_by_key(|(curve, _)| curve.marker.is_some());
        column.truncate(letters(self.size));
        let wanted: Vec<f64> = column.iter().map(|(_, end)| end.1).collect();
        let heights = apart(&wanted, LETTER, TOP + 2.0, self.size.1 - BOTTOM - 4.0);
        let furthest = column.iter().fold(0.0, |x: f64, (_, end)| x.max(end.0));
        let right = self.size.0 - self.right();
        let x = (furthest + BESIDE).min(right + BESIDE - 2.0);
        for ((curve, end), y) in column.iter().zip(heights) {
            let tie = Stroke {
                opacity: 0.45,
                ..Stroke::solid(curve.stroke.colour, 1.0)
            };
            surface.line(&[(end.0 + 4.0, end.1), (x - 6.0, y), (x - 3.0, y)], &tie)?;
            if x < right {
                let width = 7.5 * curve.label.chars().count() as f64;
                self.ground(surface, (x - 1.0, y), width + 2.0, 0.8)?;
            }
            let kind = Type {
                bold: true,
                ..Type::new(12.0, curve.stroke.colour)
            };
            surface.text(&curve.label, (x, y), Anchor::Left, &kind)?;
        }
        Ok(())
    }

    fn reading<B: Backend>(&self, surface: &mut Surface<B>) -> Drawn<B> {
        let Some(step) = self.cursor else {
            return Ok(());
        };
        let x = self.place(step as f64, self.y.low).0.floor() + 0.5;
        let line = Stroke::solid(self.theme.ink, 1.0);
        surface.line(&[(x, TOP), (x, self.size.1 - BOTTOM)], &line)?;
        for curve in &self.curves {
            let of_figure = |point: &&Point| point.step as f64 * curve.stretch;
            let reached = |point: &&Point| of_figure(point) <= step as f64;
            let at = curve.points.iter().rfind(reached);
            // A ghost is compared where it has the point, and nowhere else.
            let at = at.filter(|p| curve.marker.is_none() || of_figure(p) == step as f64);
            if let Some(point) = at
                && let Some(value) = point.value
            {
                let place = self.place(of_figure(&point), value);
                surface.disc(place, 4.5, self.theme.ground)?;
                surface.disc(place, 3.0, curve.stroke.colour)?;
            }
        }
        if let Some((step, value)) = self.ring {
            let (x, y) = self.place(step as f64, value);
            let corner = |k: u32| {
                let turn = f64::from(k) / 24.0 * std::f64::consts::TAU;
                (x + 7.0 * turn.cos(), y + 7.0 * turn.sin())
            };
            let circle: Vec<Place> = (0..=24).map(corner).collect();
            surface.line(&circle, &Stroke::solid(self.theme.ink, 1.5))?;
        }
        Ok(())
    }
}
