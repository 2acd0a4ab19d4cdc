//! Ghosts in the figures: under the present curves, in the rule's colour and dash, thinner, lighter and with hollow marks.

use super::curve::{Band, Curve, End, Marker, by_phase};
use super::error::end;
use super::look::{self, Theme};
use super::surface::Stroke;
use crate::store::Quantity;
use crate::store::ghost::{Ghost, Time};

/// What a figure draws of each lane of a ghost.
pub(super) struct Drawn {
    pub quantity: Quantity,
    /// Behind the letters of the lane and the mark of the ghost; `None` for no label at all.
    pub label: Option<String>,
}

/// The curves of all ghosts that are shown.
pub(super) fn curves<'a>(
    ghosts: &'a [Ghost],
    time: Time,
    theme: Theme,
    all: &[Drawn],
) -> Vec<Curve<'a>> {
    let mut curves = Vec::new();
    for ghost in shown(ghosts) {
        let (stretch, marker) = (ghost.stretch(time), Marker::of(ghost.place));
        let named = look::named(ghost.spec.lanes());
        for (lane, named) in ghost.lanes.iter().zip(named).filter(|(lane, _)| lane.seen) {
            for drawn in all {
                let points = lane.series.series(drawn.quantity);
                let pieces = by_phase(&lane.series, points, named.rule);
                let last = pieces.len() - 1;
                for (i, (rule, points)) in pieces.into_iter().enumerate() {
                    let label = drawn.label.as_ref().filter(|_| i == last);
                    let label = label.map(|more| format!("{}{}{more}", named.mark, ghost.mark()));
                    curves.push(Curve {
                        points,
                        band: Band::Bare,
                        stroke: Stroke {
                            colour: theme.colour(rule),
                            opacity: 0.6,
                            width: 0.6 * look::width(rule),
                            dash: look::dash(rule),
                        },
                        label: label.unwrap_or_default(),
                        end: match i == last {
                            true => end(&lane.series),
                            false => End::Open,
                        },
                        stretch,
                        marker: Some(marker),
                    });
                }
            }
        }
    }
    curves
}

/// Those that the reader wants to see.
fn shown(ghosts: &[Ghost]) -> impl Iterator<Item = &Ghost> {
    ghosts.iter().filter(|ghost| ghost.shown)
}

/// Lanes of ghosts that are drawn.
pub(super) fn count(ghosts: &[Ghost]) -> usize {
    let lanes = shown(ghosts).flat_map(|ghost| &ghost.lanes);
    lanes.filter(|lane| lane.seen).count()
}

/// The last step of the figure that a ghost reaches; 0 without one.
pub(super) fn last_step(ghosts: &[Ghost], time: Time) -> f64 {
    let last = |ghost: &Ghost| ghost.last_step().unwrap_or(0) as f64 * ghost.stretch(time);
    shown(ghosts).map(last).fold(0.0, f64::max)
}
