//! A lane's work on several cores, natively.
//!
//! Only rows or columns of a result are dealt out, never the sum of one of its elements, so no bit depends on how many
//! threads there are (`tests/cores.rs`). A lane makes its steps on one thread, which a team stands by: what is large
//! enough is cut there into parts, and whichever thread is free makes the next one. Parts are not cut again. Without a
//! team, and in WebAssembly, all of this is one thread.

#[cfg(not(target_arch = "wasm32"))]
mod native;

use std::sync::{Mutex, PoisonError};

#[cfg(not(target_arch = "wasm32"))]
pub use native::{among_lanes, on, threads};

/// Most parts that work is cut into.
const MOST: usize = 64;

/// Multiplications with their additions that are worth a part: some 5 µs.
const WORTH: usize = 1 << 17;

/// Into how many parts to cut work of so many multiplications with their additions.
#[inline]
pub(crate) fn parts(work: usize) -> usize {
    match work / WORTH {
        0 | 1 => 1,
        most => wanted().min(most),
    }
}

/// Parts for the threads that this one has beside it now: some more than threads, because they are not equally fast.
#[cfg(not(target_arch = "wasm32"))]
fn wanted() -> usize {
    match native::threads() {
        1 => 1,
        threads => (2 * threads).min(MOST),
    }
}

#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn wanted() -> usize {
    1
}

/// `whole`, which has `len` rows or columns, in up to so many parts: each but the last a multiple of `step`, and as
/// equal as can be. `cut` splits one in two.
pub(crate) fn split<T>(
    whole: T,
    len: usize,
    parts: usize,
    step: usize,
    mut cut: impl FnMut(T, usize) -> (T, T),
) -> impl Iterator<Item = T> {
    let units = len.div_ceil(step);
    let parts = parts.clamp(1, units.max(1));
    let mut rest = Some(whole);
    (1..=parts).map_while(move |part| {
        let whole = rest.take()?;
        if part == parts {
            return Some(whole);
        }
        let units_of_part = units * part / parts - units * (part - 1) / parts;
        let (first, behind) = cut(whole, units_of_part * step);
        rest = Some(behind);
        Some(first)
    })
}

/// Does `work` with every part, on all threads that stand by.
pub(crate) fn deal<T: Send>(mut parts: impl Iterator<Item = T>, work: impl Fn(T) + Sync) {
    let slots: [Mutex<Option<T>>; MOST] = std::array::from_fn(|_| Mutex::new(parts.next()));
    let take = |i: usize| {
        let slot = slots.get(i)?;
        slot.lock().unwrap_or_else(PoisonError::into_inner).take()
    };
    let count = slots
        .iter()
        .filter(|slot| slot.lock().is_ok_and(|part| part.is_some()))
        .count();
    each(count, &|i| {
        if let Some(part) = take(i) {
            work(part);
        }
    });
    // More parts than there are places.
    parts.for_each(work);
}

/// Calls `work` with every number below `count`, once.
fn each(count: usize, work: &(dyn Fn(usize) + Sync)) {
    #[cfg(not(target_arch = "wasm32"))]
    native::each(count, work);
    #[cfg(target_arch = "wasm32")]
    (0..count).for_each(work);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::{MOST, among_lanes, deal, on, split, threads};

    #[test]
    fn parts_are_made_at_the_same_time_and_each_once() {
        for team in [2, 3, 5] {
            // Nobody passes the barrier before as many threads are there.
            let barrier = Barrier::new(team);
            let made: Vec<AtomicUsize> = (0..team).map(|_| AtomicUsize::new(0)).collect();
            on(team, || {
                for _ in 0..20 {
                    deal(0..team, |part| {
                        barrier.wait();
                        made[part].fetch_add(1, Ordering::Relaxed);
                    });
                }
            });
            assert!(made.iter().all(|made| made.load(Ordering::Relaxed) == 20));
        }
    }

    #[test]
    fn helpers_that_have_fallen_asleep_wake() {
        let barrier = Barrier::new(2);
        on(2, || {
            for _ in 0..3 {
                thread::sleep(std::time::Duration::from_millis(30));
                deal(0..2, |_| {
                    barrier.wait();
                });
            }
        });
    }

    #[test]
    fn more_parts_than_places_are_made_too() {
        let sum = AtomicUsize::new(0);
        let add = |part| {
            sum.fetch_add(part, Ordering::Relaxed);
        };
        on(2, || deal(0..2 * MOST, add));
        deal(0..2 * MOST, add);
        assert_eq!(sum.into_inner(), 2 * MOST * (2 * MOST - 1));
    }

    #[test]
    fn a_part_is_not_cut_again_and_a_team_ends_with_its_work() {
        assert_eq!(threads(), 1);
        on(3, || {
            assert_eq!(threads(), 3);
            deal(0..6, |_| assert_eq!(threads(), 1));
            assert_eq!(threads(), 3);
        });
        assert_eq!(threads(), 1);
    }

    #[test]
    #[should_panic(expected = "panicked")]
    fn a_panic_of_a_part_comes_through() {
        let barrier = Barrier::new(2);
        on(2, || {
            deal(0..2, |part| {
                barrier.wait();
                assert_ne!(part, usize::MAX);
                // Whichever thread is a helper.
                let is_helper = thread::current().name().is_none();
                assert!(!is_helper, "a part");
            });
        });
    }

    #[test]
    fn lanes_share_threads_and_get_those_of_lanes_that_end() {
        let (both, one_left) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                among_lanes(4, || {
                    both.wait();
                    assert_eq!(threads(), 2);
                    one_left.wait();
                });
                both.wait();
            });
            among_lanes(4, || {
                both.wait();
                assert_eq!(threads(), 2);
                one_left.wait();
                both.wait();
                assert_eq!(threads(), 4);
            });
        });
    }

    #[test]
    fn what_is_split_is_whole_and_even() {
        let lengths = |len: usize, parts, step| -> Vec<usize> {
            let cut = |range: std::ops::Range<usize>, at| {
                let middle = range.start + at;
                (range.start..middle, middle..range.end)
            };
            split(0..len, len, parts, step, cut)
                .map(|range| range.len())
                .collect()
        };
        assert_eq!(lengths(10, 1, 1), [10]);
        assert_eq!(lengths(10, 4, 1), [2, 3, 2, 3]);
        assert_eq!(lengths(400, 2, 32), [192, 208]);
        assert_eq!(lengths(50, 8, 32), [32, 18]);
        assert_eq!(lengths(0, 3, 8), [0]);
    }
}
