//! Runs on all cores: a job a thread, the next one to whoever is free; where no job is left, those that go on are helped.

use std::collections::VecDeque;
use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use time::OffsetDateTime;

use super::Job;
use crate::cli::dataset;
use crate::cli::speech::{say, words};
use crate::core::fingerprint::hex;
use crate::core::kernel::team;
use crate::core::{Metrics, NUMERICS};
use crate::data::{Images, mnist};
use crate::lane::{Advance, Lane};
use crate::paper::Run;
use crate::spec::Schedule;

/// Works through the jobs, `at_once` at the same time, and hands every finished run to `each`.
///
/// # Errors
/// The data cannot be read, a lane cannot run, or one of `each`; jobs that have not begun are dropped then.
pub fn through(
    jobs: Vec<Job>,
    at_once: usize,
    mut each: impl FnMut(Run) -> Result<()>,
) -> Result<()> {
    let Some(images) = jobs.iter().map(|job| job.row.spec.images()).max() else {
        return Ok(());
    };
    let (train, test) = dataset::load(images)?;
    let (train, test) = (Arc::new(train), Arc::new(test));
    let bars = MultiProgress::with_draw_target(if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    let count = jobs.len();
    let queue = Mutex::new(VecDeque::from(jobs));
    let next = || {
        queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    thread::scope(|scope| {
        let (sender, finished) = mpsc::channel();
        for _ in 0..at_once.min(count) {
            let (sender, train, test) = (sender.clone(), &train, &test);
            let (bars, next) = (&bars, &next);
            scope.spawn(move || {
                while let Some(job) = next() {
                    let done =
                        team::shared(at_once, || run(&job, train.clone(), test.clone(), bars));
                    if sender.send(done).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for done in finished {
            let told = done.and_then(|run| {
                bars.suspend(|| eprintln!("{}", line(&run)));
                each(run)
            });
            if told.is_err() {
                queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
                return told;
            }
        }
        Ok(())
    })
}

/// What a run tells on the terminal.
fn line(run: &Run) -> String {
    let words = words();
    let error = run.test_error.map_or_else(
        || words.undefined.to_owned(),
        |error| format!("{error:.2} %"),
    );
    let reason = format!("end_{}", run.reason);
    let values = [
        ("row", run.row.as_str()),
        ("rule", &run.rule),
        ("seed", &run.seed.to_string()),
        ("error", &error),
        ("epochs", &run.epochs.to_string()),
        ("reason", words.get(&reason).unwrap_or(&run.reason)),
        ("seconds", &format!("{:.0}", run.seconds)),
    ];
    say(words.run_done, &values)
}

/// Trains one job to its end.
///
/// # Errors
/// Its experiment is none, or the images do not fit it.
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is how long the run took, and the day is written down; no result depends on it"
)]
pub fn run(job: &Job, train: Arc<Images>, test: Arc<Images>, bars: &MultiProgress) -> Result<Run> {
    let spec = job
        .row
        .experiment(&[job.rule], Some((job.seed, job.epochs)))?;
    let begin = Instant::now();
    let mut lane = Lane::new(&spec, &Schedule::plain(job.rule), train, test)?;
    let bar = bars.add(bar(job, spec.steps_per_epoch() * u64::from(spec.epochs())));
    let mut test_errors = Vec::new();
    let mut last: Option<Box<Metrics>> = None;
    let (reason, fingerprint) = loop {
        match lane.advance() {
            Advance::Stepped => bar.set_position(lane.step()),
            Advance::Measuring => {}
            Advance::NeedsTest => return Err(anyhow!("the lane has too few test images")),
            Advance::Measured(metrics) => {
                if metrics.test_images == mnist::TEST {
                    test_errors.extend(metrics.test_error);
                }
                last = Some(metrics);
            }
            Advance::Finished {
                reason,
                fingerprint,
            } => break (reason, fingerprint),
        }
    };
    bar.finish_and_clear();
    let mut best: Option<(f64, u32)> = None;
    for (error, epoch) in test_errors.iter().copied().zip(1..) {
        if best.is_none_or(|(lowest, _)| error < lowest) {
            best = Some((error, epoch));
        }
    }
    let epochs = lane.step() / lane.steps_per_epoch();
    Ok(Run {
        row: job.row.key.clone(),
        rule: job.rule.key().to_owned(),
        seed: job.seed,
        epochs_asked: job.epochs,
        epochs: u32::try_from(epochs).context("epochs of the run")?,
        reason: reason.key().to_owned(),
        test_error: test_errors.last().copied(),
        best_test_error: best.map(|(error, _)| error),
        best_epoch: best.map(|(_, epoch)| epoch),
        train_error: last.as_ref().map(|metrics| metrics.train_error),
        running_error: last.as_ref().and_then(|metrics| metrics.running_error),
        test_errors,
        link: spec.link(),
        fingerprint: hex(fingerprint),
        numerics: NUMERICS,
        seconds: (begin.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        date: OffsetDateTime::now_utc().date().to_string(),
    })
}

fn bar(job: &Job, steps: u64) -> ProgressBar {
    let template = format!("{{prefix:>24}} {{bar:40}} {}", words().bar);
    let style = ProgressStyle::with_template(&template);
    let bar = ProgressBar::new(steps);
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(format!("{} {} {}", job.row.key, job.rule.key(), job.seed));
    bar
}
