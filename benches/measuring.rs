//! What measuring costs beside training, `cargo bench --bench measuring`.
//!
//! A lane trains and measures in turn, so both are timed in one run: a clock that wanders shifts both, and processor
//! time of the thread leaves out what else the machine does. `-- LINK…` takes other experiments.

#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock; the rules on determinism are for the mathematics"
)]

use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use falab::cli::dataset;
use falab::core::kernel::aligned::Aligned;
use falab::data::{Images, mnist};
use falab::lane::{Advance, Lane};
use falab::spec::{Schedule, Spec};

#[global_allocator]
static MEMORY: Aligned = Aligned;

/// The first look, and nets on all images, at the default density and with points at the ends of epochs alone.
const LINKS: [&str; 6] = [
    "v=1&rules=bp-dfa&epochs=10",
    "v=1&rules=bp-dfa&epochs=10&evals=auto",
    "v=1&n=60000&rules=bp-dfa&epochs=10",
    "v=1&n=60000&rules=bp-dfa&epochs=10&evals=auto",
    "v=1&n=60000&rules=bp-dfa&hidden=3x50&epochs=10",
    "v=1&n=60000&rules=bp-dfa&hidden=3x400&epochs=3",
];

/// Processor time of some calls of a lane.
#[derive(Clone, Copy, Default)]
struct Times {
    train: Duration,
    /// Errors, angles and criterion on the probe.
    probe: Duration,
    /// Errors on test images.
    test: Duration,
}

impl Times {
    fn sum(times: &[Times]) -> Times {
        Times {
            train: times.iter().map(|times| times.train).sum(),
            probe: times.iter().map(|times| times.probe).sum(),
            test: times.iter().map(|times| times.test).sum(),
        }
    }

    /// The two parts of measuring, and both, in percent of training.
    fn shares(self) -> [f64; 3] {
        let of = |part: Duration| 100.0 * part.as_secs_f64() / self.train.as_secs_f64();
        [of(self.probe), of(self.test), of(self.probe + self.test)]
    }
}

/// Trains a lane to its end; the times of each epoch, that of step 0 with the first.
fn run(spec: &Spec, lane: &Schedule, train: &Arc<Images>, test: &Arc<Images>) -> Vec<Times> {
    let mut lane = Lane::new(spec, lane, train.clone(), test.clone()).expect("images of MNIST");
    let mut epochs = vec![Times::default()];
    let mut measuring = false;
    loop {
        let (step, trains) = (lane.step(), lane.is_before_step());
        if trains && step > 0 && step.is_multiple_of(lane.steps_per_epoch()) {
            epochs.push(Times::default());
        }
        let begin = ThreadTime::now();
        let done = lane.advance();
        let took = begin.elapsed();
        let Some(times) = epochs.last_mut() else {
            continue;
        };
        match done {
            Advance::Finished { .. } => return epochs,
            Advance::Stepped => times.train += took,
            _ if measuring => times.test += took,
            _ => times.probe += took,
        }
        measuring = done == Advance::Measuring;
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts this too, without the flag.
    let quick = !arguments.iter().any(|word| word == "--bench");
    let given: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| word.contains('='))
        .collect();
    let links = match given.as_slice() {
        [] if quick => &["v=1&n=640&epochs=2"],
        [] => LINKS.as_slice(),
        given => given,
    };
    let (train, test) = dataset::load(mnist::TRAIN).expect("the images of this binary");
    let (train, test) = (Arc::new(train), Arc::new(test));
    println!(
        "Measuring in percent of the training beside it, processor time: the probe + test images.\n"
    );
    println!(
        "{:<48} {:>4} {:>15} {:>14} {:>7} {:>11}",
        "experiment", "lane", "first epoch", "later, mean", "all", "training"
    );
    let parts = |times: &[Times]| {
        let [probe, test, _] = Times::sum(times).shares();
        format!("{probe:.1} + {test:.1}")
    };
    for link in links {
        let spec = Spec::parse(link).expect("a link");
        for lane in spec.lanes() {
            let epochs = run(&spec, lane, &train, &test);
            let (first, later) = epochs.split_at(1);
            let all = Times::sum(&epochs);
            println!(
                "{link:<48} {:>4} {:>15} {:>14} {:>5.1} % {:>8.0} ms",
                lane.name(),
                parts(first),
                parts(later),
                all.shares()[2],
                all.train.as_secs_f64() * 1e3
            );
        }
    }
}
