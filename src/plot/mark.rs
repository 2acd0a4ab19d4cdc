//! Where the name of a level, such as that of 90°, stands: where curves leave it room.

use super::surface::Place;

/// Places from the right end of the level to its left end.
const PLACES: u8 = 5;
/// From the level to the middle of its name, and half the height of the name, CSS pixels.
const AWAY: f64 = 9.5;
const HALF: f64 = 8.0;

/// Right end and middle height of a name, `width` wide, above or below a level at height `level` that goes from `left`
/// to `right`: of all places the one that fewest of `runs` pass, the first from above on the right of those.
#[must_use]
pub fn room<'a>(
    level: f64,
    width: f64,
    (left, right): (f64, f64),
    runs: impl Iterator<Item = &'a [Place]> + Clone,
) -> Place {
    let free = right - left - width;
    let free = if free > 0.0 { free } else { 0.0 };
    let places = (0..PLACES).flat_map(|k| {
        let x = right - free * f64::from(k) / f64::from(PLACES - 1);
        [(x, level - AWAY), (x, level + AWAY)]
    });
    let passed = |&(x, y): &Place| {
        let (low, high) = ((x - width, y - HALF), (x, y + HALF));
        let passes = |run: &&[Place]| run.windows(2).any(|ends| crosses(ends, low, high));
        runs.clone().filter(passes).count()
    };
    places.min_by_key(passed).unwrap_or((right, level - AWAY))
}

/// Whether the line between two places has a point within a box.
fn crosses(ends: &[Place], low: Place, high: Place) -> bool {
    let (from, to) = (ends[0], ends[1]);
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
