//! Work on several cores, natively.
//!
//! Only rows or columns of a result are dealt out, never the sum of one of its elements, so no bit depends on how many
//! threads there are (`tests/cores.rs`). A lane makes its steps on one thread, which a team stands by: what is large
//! enough is cut there into parts, and whichever thread is free makes the next one. A part is not cut again, so who
//! deals may hold a buffer that no part needs. Without a team, and in WebAssembly, all of this is one thread.

#[cfg(not(target_arch = "wasm32"))]
mod native;

use std::sync::{Mutex, PoisonError};

#[cfg(not(target_arch = "wasm32"))]
pub use native::{on, shared, threads};

/// Most parts that work is cut into.
const MOST: usize = 64;

/// Multiplications with their additions that are worth a part: some 5 µs.
#[cfg(not(target_arch = "wasm32"))]
const WORTH: u64 = 1 << 17;

/// Into how many parts to cut work of so many multiplications with their additions: more than there are threads,
/// because they are not equally fast.
#[cfg(not(target_arch = "wasm32"))]
#[inline]
pub(crate) fn parts(work: u64) -> usize {
    match (work / WORTH, threads()) {
        (0 | 1, _) | (_, 1) => 1,
        (most, threads) => (2 * threads).min(MOST).min(most as usize),
    }
}

/// One: known to the compiler, so that nothing of what deals is in the page.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub(crate) fn parts(_work: u64) -> usize {
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
    let parts = parts.clamp(1, units.clamp(1, MOST));
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
///
/// # Panics
/// There are more than [`MOST`] parts.
pub(crate) fn deal<T: Send>(mut parts: impl Iterator<Item = T>, work: impl Fn(T) + Sync) {
    let mut count = 0;
    let places: [Mutex<Option<T>>; MOST] = std::array::from_fn(|_| {
        let part = parts.next();
        count += usize::from(part.is_some());
        Mutex::new(part)
    });
    assert!(parts.next().is_none(), "more than {MOST} parts");
    each(count, &|i| {
        let mut place = places[i].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = place.take() {
            drop(place);
            work(part);
        }
    });
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
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Barrier, Mutex};
    use std::thread;
    use std::time::Duration;

    use super::{MOST, WORTH, deal, on, parts, shared, split, threads};

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
                thread::sleep(Duration::from_millis(30));
                deal(0..2, |_| {
                    barrier.wait();
                });
            }
        });
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
    fn what_is_large_enough_is_cut_where_a_team_stands_by() {
        assert_eq!(parts(u64::MAX), 1);
        on(3, || {
            assert_eq!(parts(2 * WORTH - 1), 1);
            assert_eq!(parts(2 * WORTH), 2);
            assert_eq!(parts(u64::MAX), 6);
        });
        on(1024, || assert_eq!(parts(u64::MAX), MOST));
    }

    /// Runs a part on the thread that deals and one on its helper, and lets the one of them fail, then asks the team
    /// for more work.
    fn fails(is_helper_to_fail: bool) -> bool {
        let (dealer, barrier) = (thread::current().id(), Barrier::new(2));
        on(2, || {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                deal(0..2, |_| {
                    barrier.wait();
                    let is_helper = thread::current().id() != dealer;
                    if is_helper == is_helper_to_fail {
                        resume_unwind(Box::new("a part"));
                    }
                    // The other one is still at work while the panic goes up.
                    thread::sleep(Duration::from_millis(20));
                });
            }));
            deal(0..2, |_| {
                barrier.wait();
            });
            panicked.is_err()
        })
    }

    #[test]
    fn a_panic_of_a_part_comes_through_and_the_team_goes_on() {
        assert!(fails(true));
        assert!(fails(false));
    }

    #[test]
    fn teams_share_threads_and_get_those_of_teams_that_end() {
        // Two of five: three threads for the first, two for the other, then five.
        let (both, one_left) = (Barrier::new(2), Barrier::new(2));
        let counts = Mutex::new(Vec::new());
        let count = || counts.lock().unwrap().push(threads());
        thread::scope(|scope| {
            scope.spawn(|| {
                shared(5, || {
                    both.wait();
                    count();
                    one_left.wait();
                });
                both.wait();
            });
            shared(5, || {
                both.wait();
                count();
                one_left.wait();
                both.wait();
                counts.lock().unwrap().sort_unstable();
                count();
            });
        });
        assert_eq!(counts.into_inner().unwrap(), [2, 3, 5]);
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
