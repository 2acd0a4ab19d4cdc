//! Figure 3 of the paper: panels of labelled points, one a layer. A point is the digit of its class in the colour of
//! its class, so that it can be read without seeing colours.

use super::look::Theme;
use super::surface::{Anchor, Backend, Drawn, Place, Stroke, Surface, Type};

/// One panel.
#[derive(Clone, Debug)]
pub struct Panel<'a> {
    pub title: String,
    /// Stands under the title; a number's definition stands in the caption.
    pub note: String,
    /// In a unit of their own; none where they are undefined, as the note then says.
    pub points: &'a [[f64; 2]],
    /// Class 0 to 9 of each point.
    pub labels: &'a [u8],
}

/// Panels in a grid, with a legend and a caption below.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    /// Side of a panel's square, CSS pixels.
    pub side: f64,
    pub theme: Theme,
    pub panels: Vec<Panel<'a>>,
    /// Before the ten digits of the legend.
    pub legend: String,
    /// A line each.
    pub caption: Vec<String>,
}

const MARGIN: f64 = 14.0;
/// Height of a panel's title and note.
const HEAD: f64 = 40.0;
const LEGEND: f64 = 34.0;
const LINE: f64 = 17.0;
const TEXT: f64 = 11.5;
/// Height of a point's digit.
const DIGIT: f64 = 7.5;
/// Share of a panel's side that stays free at each rim.
const RIM: f64 = 0.04;

impl Points<'_> {
    /// Panels beside each other: as many as below each other, or one more.
    fn columns(&self) -> usize {
        let panels = self.panels.len().max(1);
        (1..=panels)
            .find(|columns| columns * columns >= panels)
            .unwrap_or(1)
    }

    /// Width and height, CSS pixels.
    #[must_use]
    pub fn size(&self) -> Place {
        let columns = self.columns();
        let rows = self.panels.len().div_ceil(columns);
        (
            columns as f64 * (self.side + MARGIN) + MARGIN,
            self.bottom_of(rows) + LEGEND + self.caption.len() as f64 * LINE + MARGIN,
        )
    }

    /// The lower end of so many rows of panels.
    fn bottom_of(&self, rows: usize) -> f64 {
        rows as f64 * (self.side + HEAD + MARGIN)
    }

    /// Draws everything.
    pub fn draw<B: Backend>(&self, backend: &mut B) -> Drawn<B> {
        let mut surface = Surface::new(backend);
        let columns = self.columns();
        for (i, panel) in self.panels.iter().enumerate() {
            let corner = (
                MARGIN + (i % columns) as f64 * (self.side + MARGIN),
                self.bottom_of(i / columns) + HEAD,
            );
            self.panel(&mut surface, panel, corner)?;
        }
        let y = self.bottom_of(self.panels.len().div_ceil(columns)) + LEGEND / 2.0;
        let quiet = Type::new(TEXT, self.theme.quiet);
        surface.text(&self.legend, (MARGIN, y), Anchor::Left, &quiet)?;
        // Digits begin where the legend's words end, at about half a height a letter.
        let begin = MARGIN + 14.0 + TEXT * 0.56 * self.legend.chars().count() as f64;
        let labels = self.panels.iter().flat_map(|panel| panel.labels);
        // Ten at least, as MNIST has; classes past these have no colour of their own.
        let last = labels.copied().max().unwrap_or_default().clamp(9, 19);
        for class in 0..=last {
            let kind = Type {
                bold: true,
                ..Type::new(13.0, self.theme.class_colour(class))
            };
            let place = (begin + 18.0 * f64::from(class), y);
            surface.text(&class.to_string(), place, Anchor::Centre, &kind)?;
        }
        for (i, line) in self.caption.iter().enumerate() {
            let place = (MARGIN, y + LEGEND / 2.0 + LINE * (i as f64 + 0.5));
            surface.text(line, place, Anchor::Left, &quiet)?;
        }
        Ok(())
    }

    /// A panel with the upper left corner of its square at `corner`.
    fn panel<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        panel: &Panel,
        corner: Place,
    ) -> Drawn<B> {
        let (x, y) = corner;
        let title = Type {
            bold: true,
            ..Type::new(13.0, self.theme.ink)
        };
        surface.text(&panel.title, (x, y - 27.0), Anchor::Left, &title)?;
        let note = Type::new(TEXT, self.theme.quiet);
        surface.text(&panel.note, (x, y - 11.0), Anchor::Left, &note)?;
        let (right, bottom) = (x + self.side, y + self.side);
        let frame = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)];
        surface.line(&frame, &Stroke::solid(self.theme.hairline, 1.0))?;
        let place = self.places(panel.points);
        for (point, &label) in panel.points.iter().zip(panel.labels) {
            let (across, down) = place(*point);
            let kind = Type::new(DIGIT, self.theme.class_colour(label));
            let at = (x + across, y + down);
            surface.text(&label.to_string(), at, Anchor::Centre, &kind)?;
        }
        Ok(())
    }

    /// Where points stand in a square: one scale for both axes, the middle of their extent in the middle.
    fn places(&self, points: &[[f64; 2]]) -> impl Fn([f64; 2]) -> Place + use<> {
        let extent = |axis: usize| {
            let values = || points.iter().map(|point| point[axis]);
            let low = values().fold(f64::INFINITY, f64::min);
            let high = values().fold(f64::NEG_INFINITY, f64::max);
            ((low + high) / 2.0, high - low)
        };
        let ((x, width), (y, height)) = (extent(0), extent(1));
        let largest = width.max(height);
        let room = self.side * (1.0 - 2.0 * RIM);
        let scale = if largest > 0.0 { room / largest } else { 0.0 };
        let middle = self.side / 2.0;
        // The second coordinate grows upward.
        move |point| {
            (
                middle + (point[0] - x) * scale,
                middle - (point[1] - y) * scale,
            )
        }
    }
}
