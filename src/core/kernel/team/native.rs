//! The threads of a team.
//!
//! Between two products of a step lie some ten microseconds, and to wake a thread takes fifty (measured with rayon's
//! pool, which this replaces): so helpers look for work for a while before they sleep.

use std::cell::{Cell, RefCell};
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

/// Looks at an empty place before a helper sleeps: a third of a millisecond or so.
const PATIENCE: u32 = 10_000;

/// Looks at a place that is not ready yet before the core is offered to others.
const HASTE: u32 = 2_000;

/// Work that several threads take numbers of.
struct Job<'a> {
    next: AtomicUsize,
    count: usize,
    work: &'a (dyn Fn(usize) + Sync),
    failed: AtomicBool,
}

impl Job<'_> {
    /// Does what nobody else has begun.
    fn run(&self) {
        loop {
            let i = self.next.fetch_add(1, Ordering::Relaxed);
            if i >= self.count {
                return;
            }
            (self.work)(i);
        }
    }
}

/// Where a helper finds its work.
struct Place {
    /// The job that it is to help with, null when it is done; [`Place::quit`] ends it.
    job: AtomicPtr<Job<'static>>,
    asleep: AtomicBool,
}

impl Place {
    /// Not a job: its helper is to end.
    fn quit() -> *mut Job<'static> {
        ptr::dangling_mut()
    }

    /// What a helper does.
    fn help(&self) {
        loop {
            let job = self.wait();
            if job == Place::quit() {
                return;
            }
            // SAFETY: `each` puts a job here that lives until it sees this place empty again, which is below.
            let job = unsafe { &*job };
            if catch_unwind(AssertUnwindSafe(|| job.run())).is_err() {
                job.failed.store(true, Ordering::Relaxed);
            }
            self.job.store(null_mut(), Ordering::Release);
        }
    }

    fn wait(&self) -> *mut Job<'static> {
        loop {
            for _ in 0..PATIENCE {
                let job = self.job.load(Ordering::Acquire);
                if !job.is_null() {
                    return job;
                }
                spin_loop();
            }
            // Whoever puts a job here sees that this one sleeps, or this one sees the job: one order for both.
            self.asleep.store(true, Ordering::SeqCst);
            while self.job.load(Ordering::SeqCst).is_null() {
                thread::park();
            }
            self.asleep.store(false, Ordering::SeqCst);
        }
    }
}

/// Threads that help one.
struct Team {
    helpers: Vec<(Arc<Place>, JoinHandle<()>)>,
    /// Whether other lanes need threads too.
    is_shared: bool,
}

impl Team {
    fn new(helpers: usize, is_shared: bool) -> Team {
        let helper = |_| {
            let place = Arc::new(Place {
                job: AtomicPtr::new(null_mut()),
                asleep: AtomicBool::new(false),
            });
            let its = place.clone();
            let thread = thread::Builder::new().spawn(move || its.help());
            thread.ok().map(|thread| (place, thread))
        };
        Team {
            // As many as the system gives.
            helpers: (0..helpers).map_while(helper).collect(),
            is_shared,
        }
    }

    /// Threads that it is now, the one that it helps among them.
    fn threads(&self) -> usize {
        let all = self.helpers.len() + 1;
        match self.is_shared {
            true => (all / LANES.load(Ordering::Relaxed).max(1)).max(1),
            false => all,
        }
    }

    fn give(&self, helper: usize, job: *mut Job<'static>) {
        let (place, thread) = &self.helpers[helper];
        place.job.store(job, Ordering::SeqCst);
        if place.asleep.load(Ordering::SeqCst) {
            thread.thread().unpark();
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        for helper in 0..self.helpers.len() {
            self.give(helper, Place::quit());
        }
        for (_, thread) in self.helpers.drain(..) {
            thread.join().ok();
        }
    }
}

thread_local! {
    /// Stands by the thread that a lane's steps are made on, and by no other one.
    static TEAM: RefCell<Option<Team>> = const { RefCell::new(None) };
    /// Whether this thread makes parts now, which are not cut again.
    static IS_DEALING: Cell<bool> = const { Cell::new(false) };
}

/// Lanes at work among others.
static LANES: AtomicUsize = AtomicUsize::new(0);

/// Threads that can make parts now, this one among them.
#[must_use]
pub fn threads() -> usize {
    if IS_DEALING.get() {
        return 1;
    }
    TEAM.with_borrow(|team| team.as_ref().map_or(1, Team::threads))
}

/// Calls `work` with every number below `count`, once, on all threads that stand by.
pub(super) fn each(count: usize, work: &(dyn Fn(usize) + Sync)) {
    let helpers = (threads() - 1).min(count.saturating_sub(1));
    if helpers == 0 {
        return (0..count).for_each(work);
    }
    let job = Job {
        next: AtomicUsize::new(0),
        count,
        work,
        failed: AtomicBool::new(false),
    };
    TEAM.with_borrow(|team| {
        let Some(team) = team else { return };
        let at = ptr::from_ref(&job).cast_mut().cast::<Job<'static>>();
        for helper in 0..helpers {
            team.give(helper, at);
        }
        IS_DEALING.set(true);
        let done = catch_unwind(AssertUnwindSafe(|| job.run()));
        IS_DEALING.set(false);
        // The job stays here until nobody looks at it any more, whatever happened.
        for (place, _) in &team.helpers[..helpers] {
            let mut looks = 0;
            while !place.job.load(Ordering::Acquire).is_null() {
                looks += 1;
                match looks < HASTE {
                    true => spin_loop(),
                    false => thread::yield_now(),
                }
            }
        }
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
        assert!(!job.failed.load(Ordering::Relaxed), "a helper panicked");
    });
}

/// Does a lane's work on so many threads.
pub fn on<R>(threads: usize, lane: impl FnOnce() -> R) -> R {
    with(Team::new(threads.saturating_sub(1), false), lane)
}

/// Does a lane's work on what the other lanes at work leave of so many threads: with as many lanes as threads on one,
/// and on more as lanes end.
pub fn among_lanes<R>(threads: usize, lane: impl FnOnce() -> R) -> R {
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            LANES.fetch_sub(1, Ordering::Relaxed);
        }
    }
    LANES.fetch_add(1, Ordering::Relaxed);
    let _counted = Counted;
    with(Team::new(threads.saturating_sub(1), true), lane)
}

fn with<R>(team: Team, lane: impl FnOnce() -> R) -> R {
    struct StoodBy;
    impl Drop for StoodBy {
        fn drop(&mut self) {
            // Out of its place first: what ends threads must not hold it.
            let team = TEAM.with_borrow_mut(Option::take);
            drop(team);
        }
    }
    TEAM.set(Some(team));
    let _stood_by = StoodBy;
    lane()
}
