//! The threads of a team.
//!
//! Between two products of a step lie some ten microseconds, and to wake a thread takes about fifty, so helpers look for
//! work for a while before they sleep. rayon's threads sleep sooner: with its `join` in this place two cores made a step
//! of 3x400 1.1 times as fast as one and of 2x128 slower, where this makes them 1.3 to 1.5 and 1.2 times as fast.

use std::cell::{Cell, RefCell};
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::{self, null_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use super::MOST;

/// Looks at an empty slot before a helper sleeps: a third of a millisecond or so.
const PATIENCE: u32 = 10_000;

/// Looks at a slot that is not ready yet before the core is offered to others.
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
struct Slot {
    /// The job that it is to help with, null when it is done; [`Slot::quit`] ends it.
    job: AtomicPtr<Job<'static>>,
    asleep: AtomicBool,
}

impl Slot {
    /// Not a job: its helper is to end.
    fn quit() -> *mut Job<'static> {
        ptr::dangling_mut()
    }

    /// What a helper does.
    fn help(&self) {
        loop {
            let job = self.wait();
            if job == Slot::quit() {
                return;
            }
            // SAFETY: `each` puts a job here that lives until it sees this slot empty again, which is below.
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

/// A helper of a team: where it looks for work, and the thread.
struct Helper {
    slot: Arc<Slot>,
    thread: JoinHandle<()>,
}

impl Helper {
    /// `None` where the system gives no more threads.
    fn new() -> Option<Helper> {
        let slot = Arc::new(Slot {
            job: AtomicPtr::new(null_mut()),
            asleep: AtomicBool::new(false),
        });
        let its = slot.clone();
        let thread = thread::Builder::new().spawn(move || its.help()).ok()?;
        Some(Helper { slot, thread })
    }

    fn give(&self, job: *mut Job<'static>) {
        self.slot.job.store(job, Ordering::SeqCst);
        if self.slot.asleep.load(Ordering::SeqCst) {
            self.thread.thread().unpark();
        }
    }
}

/// Threads that help one; they begin when they are first needed.
struct Team {
    /// Threads of all teams that share them, or of this one.
    all: usize,
    /// Its bit in [`SHARING`], where it shares.
    bit: Option<u64>,
    helpers: Vec<Helper>,
}

impl Team {
    /// Threads that it is now, the one that it helps among them: an equal share, and one of those that are left over.
    fn threads(&self) -> usize {
        let Some(bit) = self.bit else {
            return self.all.clamp(1, MOST);
        };
        let sharing = SHARING.load(Ordering::Relaxed);
        let (teams, before) = (
            sharing.count_ones() as usize,
            (sharing & (bit - 1)).count_ones() as usize,
        );
        let left_over = usize::from(before < self.all % teams.max(1));
        (self.all / teams.max(1) + left_over).clamp(1, MOST)
    }

    /// So many helpers, or as many as the system gives.
    fn helpers(&mut self, count: usize) -> &[Helper] {
        while self.helpers.len() < count {
            match Helper::new() {
                Some(helper) => self.helpers.push(helper),
                None => break,
            }
        }
        &self.helpers[..count.min(self.helpers.len())]
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        if let Some(bit) = self.bit {
            SHARING.fetch_and(!bit, Ordering::Relaxed);
        }
        for helper in &self.helpers {
            helper.give(Slot::quit());
        }
        for helper in self.helpers.drain(..) {
            helper.thread.join().ok();
        }
    }
}

thread_local! {
    /// Stands by the thread that a lane's steps are made on, and by no other one.
    static TEAM: RefCell<Option<Team>> = const { RefCell::new(None) };
    /// Whether this thread makes parts now, which are not cut again.
    static IS_DEALING: Cell<bool> = const { Cell::new(false) };
}

/// A bit for each team that shares its threads with others.
static SHARING: AtomicU64 = AtomicU64::new(0);

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
    match (threads() - 1).min(count.saturating_sub(1)) {
        0 => dealing(|| (0..count).for_each(work)),
        helpers => TEAM.with_borrow_mut(|team| match team {
            Some(team) => together(team.helpers(helpers), count, work),
            None => dealing(|| (0..count).for_each(work)),
        }),
    }
}

/// Does what is not to be cut again.
fn dealing<R>(work: impl FnOnce() -> R) -> R {
    let was = IS_DEALING.replace(true);
    let done = work();
    IS_DEALING.set(was);
    done
}

fn together(helpers: &[Helper], count: usize, work: &(dyn Fn(usize) + Sync)) {
    let job = Job {
        next: AtomicUsize::new(0),
        count,
        work,
        failed: AtomicBool::new(false),
    };
    let at = ptr::from_ref(&job).cast_mut().cast::<Job<'static>>();
    for helper in helpers {
        helper.give(at);
    }
    let done = dealing(|| catch_unwind(AssertUnwindSafe(|| job.run())));
    // The job stays here until nobody looks at it any more, whatever happened.
    for helper in helpers {
        let mut looks = 0;
        while !helper.slot.job.load(Ordering::Acquire).is_null() {
            looks += 1;
            match looks < HASTE {
                true => spin_loop(),
                false => thread::yield_now(),
            }
        }
    }
    if let Err(panic) = done {
        resume_unwind(panic);
    }
    assert!(!job.failed.load(Ordering::Relaxed), "a helper panicked");
}

/// Does `lane` with so many threads.
pub fn on<R>(threads: usize, lane: impl FnOnce() -> R) -> R {
    with(threads, None, lane)
}

/// Does `lane` with its share of so many threads, which all that are at work in this way use together: at least one, and
/// more as others end.
pub fn shared<R>(threads: usize, lane: impl FnOnce() -> R) -> R {
    let (mut sharing, order) = (SHARING.load(Ordering::Relaxed), Ordering::Relaxed);
    loop {
        let bit = !sharing & sharing.wrapping_add(1);
        if bit == 0 {
            return with(1, None, lane); // As many are at work as there are bits.
        }
        match SHARING.compare_exchange_weak(sharing, sharing | bit, order, order) {
            Ok(_) => return with(threads, Some(bit), lane),
            Err(now) => sharing = now,
        }
    }
}

fn with<R>(all: usize, bit: Option<u64>, lane: impl FnOnce() -> R) -> R {
    struct StandsBy;
    impl Drop for StandsBy {
        fn drop(&mut self) {
            // Out of its place first: what ends threads must not hold it.
            let team = TEAM.take();
            drop(team);
        }
    }
    TEAM.set(Some(Team {
        all,
        bit,
        helpers: Vec::new(),
    }));
    let _stands_by = StandsBy;
    lane()
}
