//! What convolution and max-pooling need beside products: maps unfolded into columns and folded back, the largest unit
//! of each window and the way back to it. One sample at a time; the sums are in a fixed order.

use std::cell::RefCell;

use crate::core::shape::Sweep;

/// The places across whose unit at offset `k` of the window lies in the map, not in the padding.
fn inside(sweep: &Sweep, k: usize, length: usize, windows: usize) -> std::ops::Range<usize> {
    let Sweep {
        stride, padding, ..
    } = *sweep;
    let first = padding.saturating_sub(k).div_ceil(stride);
    let behind = (length + padding).saturating_sub(k).div_ceil(stride);
    let behind = behind.min(windows);
    first.min(behind)..behind
}

/// For every row of columns (channel c, offset down, offset across, in this order) and every line of windows: the line
/// of the input below it, `None` where it is padding, and the windows whose unit is in the map.
fn lines(
    sweep: &Sweep,
    mut visit: impl FnMut(usize, Option<usize>, std::ops::Range<usize>, usize),
) {
    let Sweep {
        input,
        size,
        stride,
        padding,
        height,
        width,
    } = *sweep;
    let mut at = 0;
    for channel in 0..input.channels {
        for down in 0..size {
            let rows = inside(sweep, down, input.height, height);
            for across in 0..size {
                let columns = inside(sweep, across, input.width, width);
                for row in 0..height {
                    let line = rows.contains(&row).then(|| {
                        let y = row * stride + down - padding;
                        (channel * input.height + y) * input.width
                    });
                    visit(at, line, columns.clone(), across);
                    at += width;
                }
            }
        }
    }
}

/// The units below every window as columns: row (c, down, across) holds, window by window, the unit of channel c at
/// that offset, 0 in the padding.
///
/// # Shapes
/// `maps` [channels, height, width], `columns` [channels · size², windows].
///
/// # Panics
/// The lengths do not fit.
pub fn unfold(sweep: &Sweep, maps: &[f32], columns: &mut [f32]) {
    assert_eq!(maps.len(), sweep.input.units(), "units of the maps");
    assert_eq!(columns.len(), sweep.fan_in() * sweep.places(), "columns");
    let (stride, padding, width) = (sweep.stride, sweep.padding, sweep.width);
    lines(sweep, |at, line, inside, across| {
        let out = &mut columns[at..at + width];
        let Some(line) = line.filter(|_| !inside.is_empty()) else {
            return out.fill(0.0);
        };
        out[..inside.start].fill(0.0);
        out[inside.end..].fill(0.0);
        let first = line + inside.start * stride + across - padding;
        let out = &mut out[inside];
        if stride == 1 {
            out.copy_from_slice(&maps[first..first + out.len()]);
        } else {
            for (out, unit) in out.iter_mut().zip(maps[first..].iter().step_by(stride)) {
                *out = *unit;
            }
        }
    });
}

/// The transposed of [`unfold`]: every unit is the sum of what stands for it in `columns`, from +0 in ascending order
/// of (down, across).
///
/// # Shapes
/// `columns` [channels · size², windows], `maps` [channels, height, width].
///
/// # Panics
/// The lengths do not fit.
pub fn fold(sweep: &Sweep, columns: &[f32], maps: &mut [f32]) {
    assert_eq!(maps.len(), sweep.input.units(), "units of the maps");
    assert_eq!(columns.len(), sweep.fan_in() * sweep.places(), "columns");
    let (stride, padding, width) = (sweep.stride, sweep.padding, sweep.width);
    maps.fill(0.0);
    lines(sweep, |at, line, inside, across| {
        let Some(line) = line.filter(|_| !inside.is_empty()) else {
            return;
        };
        let first = line + inside.start * stride + across - padding;
        let values = &columns[at..at + width][inside];
        if stride == 1 {
            let units = &mut maps[first..first + values.len()];
            for (unit, value) in units.iter_mut().zip(values) {
                *unit += value;
            }
        } else {
            let units = maps[first..].iter_mut().step_by(stride);
            for (unit, value) in units.zip(values) {
                *unit += value;
            }
        }
    });
}

/// The largest unit of every window of each map, and where it stands in `maps`; of equal ones the first counts, and
/// what is not a number is larger than all, so that it is never hidden.
///
/// # Shapes
/// `maps` [channels, height, width]; `largest` and `picks` [channels, windows]. The pool has no padding.
///
/// # Panics
/// The lengths do not fit.
pub fn max_pool(pool: &Sweep, maps: &[f32], largest: &mut [f32], picks: &mut [u32]) {
    let Sweep {
        input,
        size,
        stride,
        height,
        width,
        ..
    } = *pool;
    assert_eq!(maps.len(), input.units(), "units of the maps");
    assert_eq!(pool.padding, 0, "a pool has no padding");
    let windows = input.channels * pool.places();
    assert_eq!((largest.len(), picks.len()), (windows, windows), "windows");
    let lines = largest
        .chunks_exact_mut(width)
        .zip(picks.chunks_exact_mut(width));
    LINE.with_borrow_mut(|(tallest, at)| {
        tallest.resize(input.width, 0.0);
        at.resize(input.width, 0);
        for (line, (largest, picks)) in lines.enumerate() {
            let (channel, row) = (line / height, line % height);
            let top = (channel * input.height + row * stride) * input.width;
            // Down first, a whole line of the map at once, then across.
            for (column, (tallest, at)) in tallest.iter_mut().zip(&mut *at).enumerate() {
                *tallest = maps[top + column];
                *at = (top + column) as u32;
            }
            for down in 1..size {
                let first = top + down * input.width;
                taller(&maps[first..first + input.width], first as u32, tallest, at);
            }
            for (column, (largest, pick)) in largest.iter_mut().zip(picks).enumerate() {
                let first = column * stride;
                let window = tallest[first..first + size].iter().zip(&at[first..]);
                (*largest, *pick) = (tallest[first], at[first]);
                for (&unit, &at) in window.skip(1) {
                    // Of equal units the one in the upper line was seen first.
                    let take =
                        (unit > *largest) | ((unit == *largest) & (at < *pick)) | unit.is_nan();
                    *largest = if take { unit } else { *largest };
                    *pick = if take { at } else { *pick };
                }
            }
        }
    });
}

thread_local! {
    /// The largest of each column of a line of windows and where it stands, kept so that a step does not allocate.
    static LINE: RefCell<(Vec<f32>, Vec<u32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

super::widest! {
    // The larger of each column's largest so far and its next unit; without a branch, which nobody could foresee.
    taller(units: &[f32], first: u32, largest: &mut [f32], picks: &mut [u32]) {
        for (at, ((&unit, largest), pick)) in (first..).zip(units.iter().zip(largest).zip(picks)) {
            let take = (unit > *largest) | unit.is_nan();
            *largest = if take { unit } else { *largest };
            *pick = if take { at } else { *pick };
        }
    }
}

/// The way back through [`max_pool`]: every picked unit is the sum of what its windows send, in their order, the others
/// are 0.
///
/// # Shapes
/// `windows` and `picks` [channels, windows], `maps` [channels, height, width].
pub fn spread(windows: &[f32], picks: &[u32], maps: &mut [f32]) {
    maps.fill(0.0);
    for (value, &pick) in windows.iter().zip(picks) {
        maps[pick as usize] += value;
    }
}

/// A signal on the maps as it passes a pool whose picks are given: the values of the picked units.
///
/// # Shapes
/// `maps` [channels, height, width], `picks` and `windows` [channels, windows].
pub fn gather(maps: &[f32], picks: &[u32], windows: &mut [f32]) {
    for (value, &pick) in windows.iter_mut().zip(picks) {
        *value = maps[pick as usize];
    }
}
