//! Where the name of a level, such as that of 90°, stands: where curves leave it room.

use super::surface::Place;

/// Places from the right end of the level to its left end.
const PLACES: u8 = 5;
/// From the level to the middle of its name, and half the height of the name, CSS pixels.
const AWAY: f64 = 9.5;
const HALF: f64 = 8.0;

/// Right end and middle height of a name, `width` wide, above or below a level at height `level` that goes from `left`
/// to `right`: the first of its places, from above on the right to below on the left, that none of `runs` passes. Where
/// all are passed it stands above on the left, so that it does not hop about between curves that do.
#[must_use]
pub fn room<'a>(
    level: f64,
    width: f64,
    (left, right): (f64, f64),
    runs: impl Iterator<Item = &'a [Place]>,
) -> Place {
    let free = right - left - width;
    let free = if free > 0.0 { free } else { 0.0 };
    let x = |k: u8| right - free * f64::from(k) / f64::from(PLACES - 1);
    // Few of the lines come so near to the level that they can pass one of the places.
    let (low, high) = (level - AWAY - HALF, level + AWAY + HALF);
    let is_near = |ends: &&[Place]| {
        !ends.iter().all(|end| end.1 < low) && !ends.iter().all(|end| end.1 > high)
    };
    let near: Vec<&[Place]> = runs
        .flat_map(|run| run.windows(2))
        .filter(is_near)
        .collect();
    let is_free = |&(x, y): &Place| {
        let (low, high) = ((x - width, y - HALF), (x, y + HALF));
        !near.iter().any(|ends| crosses(ends, low, high))
    };
    let mut places = (0..PLACES).flat_map(|k| [(x(k), level - AWAY), (x(k), level + AWAY)]);
    places
        .find(is_free)
        .unwrap_or((x(PLACES - 1), level - AWAY))
}

/// Whether the line between two places has a point within a box.
fn crosses(ends: &[Place], low: Place, high: Place) -> bool {
    let (from, to) = (ends[0], ends[1]);
    if (from.0 < low.0 && to.0 < low.0) || (from.0 > high.0 && to.0 > high.0) {
        return false;
    }
    // The part of the line, from 0 to 1, that lies between the box's sides in both directions.
    let (mut begin, mut end) = (0.0_f64, 1.0_f64);
    for (from, to, low, high) in [(from.0, to.0, low.0, high.0), (from.1, to.1, low.1, high.1)] {
        let step = to - from;
        if step == 0.0 {
            if from < low || from > high {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - from) / step, (high - from) / step);
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        begin = if a > begin { a } else { begin };
        end = if b < end { b } else { end };
    }
    begin <= end
}
