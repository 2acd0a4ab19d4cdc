//! Figure 1 of the paper, live: the net of one lane with the wires of its rule and a dial a hidden layer.

use super::look::{self, Theme};
use super::surface::{Anchor, Backend, Drawn, Place, Stroke, Surface, Type};
use crate::core::{HiddenLayer, Learning, Rule};

/// What the figure shows.
#[derive(Clone, Debug)]
pub struct Wires<'a> {
    /// Width and height, CSS pixels.
    pub size: Place,
    pub theme: Theme,
    pub rule: Rule,
    /// What learns in the present phase.
    pub learning: &'a Learning,
    /// The hidden layers; one that is missing counts as dense.
    pub layers: &'a [HiddenLayer],
    /// The present angle of each hidden layer's update, degrees; `None` is undefined.
    pub angles: &'a [Option<f64>],
    /// What is made strong, because something else on the page is about it.
    pub strong: Option<Strong>,
}

/// A part of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strong {
    /// The wires through which activations go forward.
    Forward,
    /// The wires of the rule.
    Feedback,
    /// The units.
    Layers,
}

/// A column of the drawing.
#[derive(Clone, Copy, PartialEq)]
enum Column {
    Input,
    Hidden(usize),
    /// Hidden layers that are not drawn.
    Dots,
    Output,
}

/// Hidden layers that are drawn; of deeper nets the lowest and the highest.
const SHOWN: usize = 5;
/// Half the side of a map of a convolution, and how far each sheet of the stack stands behind the other.
const SHEET: (f64, f64) = (9.0, 3.0);

impl Wires<'_> {
    fn columns(&self) -> Vec<Column> {
        let hidden = self.angles.len();
        let mut columns = vec![Column::Input];
        if hidden <= SHOWN {
            columns.extend((0..hidden).map(Column::Hidden));
        } else {
            columns.extend([Column::Hidden(0), Column::Hidden(1), Column::Dots]);
            columns.extend([Column::Hidden(hidden - 2), Column::Hidden(hidden - 1)]);
        }
        columns.push(Column::Output);
        columns
    }

    /// Maps of a column that is a convolution.
    fn maps(&self, column: Column) -> Option<u32> {
        let Column::Hidden(layer) = column else {
            return None;
        };
        match self.layers.get(layer)? {
            HiddenLayer::Convolution(convolution) => Some(convolution.maps),
            HiddenLayer::Dense(_) => None,
        }
    }

    /// Draws everything.
    pub fn draw<B: Backend>(&self, backend: &mut B) -> Drawn<B> {
        let mut surface = Surface::new(backend);
        let columns = self.columns();
        let (width, height) = self.size;
        let margin = 16.0;
        let pitch = (width - 2.0 * margin) / (columns.len() - 1) as f64;
        let x = |i: usize| margin + pitch * i as f64;
        let dial = (pitch * 0.36).min(height * 0.17).min(22.0);
        let middle = (height - dial - 20.0) * 0.54;
        let reach = (middle - 16.0).clamp(6.0, 22.0);
        self.forward(&mut surface, &columns, x, middle, reach)?;
        self.feedback(&mut surface, &columns, x, middle, reach)?;
        for (i, column) in columns.iter().enumerate() {
            match self.maps(*column) {
                Some(maps) => self.sheets(&mut surface, maps, (x(i), middle))?,
                None => self.units(&mut surface, *column, (x(i), middle), reach)?,
            }
            if let Column::Hidden(layer) = column {
                let centre = (x(i), height - 17.0);
                self.dial(&mut surface, centre, dial, self.angles[*layer], pitch)?;
            }
        }
        Ok(())
    }

    fn ink(&self, opacity: f64) -> Stroke {
        Stroke {
            opacity,
            ..Stroke::solid(self.theme.quiet, 1.0)
        }
    }

    fn own(&self) -> Stroke {
        let by = match self.strong {
            Some(Strong::Feedback) => 1.9,
            _ => 0.85,
        };
        Stroke {
            dash: look::dash(self.rule),
            ..Stroke::solid(self.theme.colour(self.rule), look::width(self.rule) * by)
        }
    }

    /// Offsets from its middle at which wires meet a column: its units, or places along its sheets.
    fn offsets(&self, column: Column, reach: f64) -> [f64; 3] {
        let reach = match self.maps(column) {
            Some(_) => SHEET.0 - 2.0,
            None => reach,
        };
        [-reach, 0.0, reach]
    }

    /// How far above and below its middle arcs meet a column.
    fn rim(&self, column: Column, reach: f64) -> f64 {
        match self.maps(column) {
            Some(_) => SHEET.0 + SHEET.1 + 3.0,
            None => reach + 5.0,
        }
    }

    /// The forward wires, quiet.
    fn forward<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        columns: &[Column],
        x: impl Fn(usize) -> f64,
        middle: f64,
        reach: f64,
    ) -> Drawn<B> {
        let ink = match self.strong {
            Some(Strong::Forward) => Stroke::solid(self.theme.ink, 1.4),
            _ => self.ink(0.35),
        };
        for i in 1..columns.len() {
            if columns[i] == Column::Dots || columns[i - 1] == Column::Dots {
                continue;
            }
            for from in self.offsets(columns[i - 1], reach) {
                for to in self.offsets(columns[i], reach) {
                    let line = [(x(i - 1), middle + from), (x(i), middle + to)];
                    surface.line(&line, &ink)?;
                }
            }
        }
        Ok(())
    }

    fn units<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        column: Column,
        (x, middle): Place,
        reach: f64,
    ) -> Drawn<B> {
        let by = match self.strong {
            Some(Strong::Layers) => 1.7,
            _ => 1.0,
        };
        for offset in self.offsets(column, reach) {
            let at = (x, middle + offset);
            if column == Column::Dots {
                surface.disc((x + offset * 0.4, middle), 1.5, self.theme.quiet)?;
                continue;
            }
            surface.disc(at, 4.6 * by, self.theme.ground)?;
            // A layer that does not learn is hollow.
            let frozen = match column {
                Column::Hidden(i) => self.rule == Rule::Shallow || !self.learning.includes(i),
                _ => false,
            };
            match column {
                Column::Hidden(_) if !frozen => {
                    surface.disc(at, 3.6 * by, self.theme.colour(self.rule))?;
                }
                _ => surface.ring(at, 3.6 * by, &Stroke::solid(self.theme.quiet, 1.2))?,
            }
        }
        Ok(())
    }

    /// A convolution: three sheets, and how many maps there are on the first.
    fn sheets<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        maps: u32,
        (x, middle): Place,
    ) -> Drawn<B> {
        let (half, behind) = SHEET;
        let rim = match self.rule {
            Rule::Shallow => Stroke::solid(self.theme.quiet, 1.2),
            rule => Stroke::solid(self.theme.colour(rule), 1.5),
        };
        for sheet in [1.0, 0.0, -1.0] {
            let (x, y) = (x + sheet * behind, middle - sheet * behind);
            let corners = [
                (x - half, y - half),
                (x + half, y - half),
                (x + half, y + half),
                (x - half, y + half),
                (x - half, y - half),
            ];
            surface.area(&corners, self.theme.ground, 1.0)?;
            surface.line(&corners, &rim)?;
        }
        let kind = Type::new(9.5, self.theme.ink);
        let front = (x - behind, middle + behind);
        surface.text(&maps.to_string(), front, Anchor::Centre, &kind)
    }

    /// The wires of the rule. Arcs above the net come straight from the output, arcs below go from layer to layer.
    fn feedback<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        columns: &[Column],
        x: impl Fn(usize) -> f64,
        middle: f64,
        reach: f64,
    ) -> Drawn<B> {
        let output = columns.len() - 1;
        let hidden = |i: usize| matches!(columns[i], Column::Hidden(_));
        let above = |i: usize| (x(i), middle - self.rim(columns[i], reach));
        let below = |i: usize| (x(i), middle + self.rim(columns[i], reach));
        // Arcs over wider nets swing further, and not out of the picture.
        let rise = |over: usize| -(6.0 + 4.0 * over as f64).min(above(output).1 - 4.0);
        match self.rule {
            Rule::Shallow => Ok(()),
            Rule::Bp => {
                // Back through the forward wires themselves.
                for i in 1..output {
                    let from = self.offsets(columns[i + 1], reach);
                    for (from, to) in from.into_iter().zip(self.offsets(columns[i], reach)) {
                        let beside = |i: usize, gap| match self.maps(columns[i]) {
                            Some(_) => SHEET.0 + SHEET.1 + 2.0,
                            None if hidden(i) || i == output => gap,
                            None => 13.0,
                        };
                        let (start, end) = (x(i + 1) - beside(i + 1, 5.0), x(i) + beside(i, 6.0));
                        let line = [(start, middle + from), (end, middle + to)];
                        surface.line(&line, &self.own())?;
                        self.arrow(surface, line[1], (-1.0, 0.0))?;
                    }
                }
                Ok(())
            }
            Rule::Fa => {
                for i in 1..output {
                    self.arc(surface, below(i + 1), below(i), 13.0)?;
                }
                Ok(())
            }
            Rule::Dfa => {
                for i in (1..output).filter(|&i| hidden(i)) {
                    self.arc(surface, above(output), above(i), rise(output - i))?;
                }
                Ok(())
            }
            Rule::Ifa => {
                self.arc(surface, above(output), above(1), rise(output - 1))?;
                for i in 2..output {
                    self.arc(surface, below(i - 1), below(i), 13.0)?;
                }
                Ok(())
            }
        }
    }

    /// A curved wire with an arrow at its end; `rise` is how far it swings down (up if negative).
    fn arc<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        from: Place,
        to: Place,
        rise: f64,
    ) -> Drawn<B> {
        let toward = (to.0 - from.0).signum();
        let (start, end) = (from.0 + 1.5 * toward, to.0 - 1.5 * toward);
        let points: Vec<Place> = (0..=24)
            .map(|k| {
                // More points at its ends, where it turns.
                let t = (1.0 - (f64::from(k) / 24.0 * std::f64::consts::PI).cos()) / 2.0;
                let swing = (t * std::f64::consts::PI).sin().powf(0.55);
                let straight = from.1 + (to.1 - from.1) * t;
                (start + (end - start) * t, straight + rise * swing)
            })
            .collect();
        surface.line(&points, &self.own())?;
        self.arrow(surface, (end, to.1), (0.0, -rise.signum()))
    }

    /// An arrowhead at `tip` that points along `direction` (a unit vector).
    fn arrow<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        tip: Place,
        direction: Place,
    ) -> Drawn<B> {
        let (dx, dy) = direction;
        let back = |side: f64| {
            (
                tip.0 - 6.0 * dx - 3.2 * dy * side,
                tip.1 - 6.0 * dy + 3.2 * dx * side,
            )
        };
        surface.area(
            &[tip, back(1.0), back(-1.0)],
            self.theme.colour(self.rule),
            1.0,
        )
    }

    /// A half circle from 0° (left) over 90° (up) to 180° (right), its needle at the angle, its number below.
    fn dial<B: Backend>(
        &self,
        surface: &mut Surface<B>,
        centre: Place,
        radius: f64,
        angle: Option<f64>,
        pitch: f64,
    ) -> Drawn<B> {
        let at = |degrees: f64, radius: f64| {
            let radians = (180.0 - degrees).to_radians();
            (
                centre.0 + radius * radians.cos(),
                centre.1 - radius * radians.sin(),
            )
        };
        let rim: Vec<Place> = (0..=24).map(|k| at(f64::from(k) * 7.5, radius)).collect();
        surface.line(&rim, &self.ink(1.0))?;
        surface.line(&[at(90.0, radius - 4.0), at(90.0, radius)], &self.ink(1.0))?;
        let text = match angle {
            Some(angle) => {
                let needle = Stroke::solid(self.theme.colour(self.rule), 2.0);
                surface.line(&[centre, at(angle, radius - 1.5)], &needle)?;
                surface.disc(centre, 2.2, self.theme.colour(self.rule))?;
                format!("{angle:.0}°")
            }
            None => "–".to_owned(),
        };
        let size = if pitch < 34.0 { 10.0 } else { 11.5 };
        let kind = Type::new(size, self.theme.ink);
        surface.text(&text, (centre.0, centre.1 + 10.0), Anchor::Centre, &kind)
    }
}
