//! A clock that never goes back: what waits for a time would wait as long as the clock was set back.

use std::cell::Cell;

thread_local! {
    /// The last reading, and how far the browser's clock has gone back in all; milliseconds.
    static LAST: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
}

/// A reading of the browser's clock, moved on by as much as it ever went back. Milliseconds.
pub fn steady(reading: f64) -> f64 {
    let (last, back) = LAST.get();
    let mut now = reading + back;
    let back = if now < last {
        let missing = last - now;
        now = last;
        back + missing
    } else {
        back
    };
    LAST.set((now, back));
    now
}
