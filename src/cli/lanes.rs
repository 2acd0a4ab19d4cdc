//! Lanes on threads: their records come back lane after lane.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::Result;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::dataset;
use crate::core::Rule;
use crate::data::Images;
use crate::lane::{Advance, Lane};
use crate::report::Record;
use crate::spec::{Link, Spec};

/// Trains these rules on the experiment of a link, a thread a lane, and hands every record to `each`: those of the
/// first lane as they come, those of the others in their turn.
///
/// # Errors
/// The data cannot be read, a lane ended before its experiment did, or one of `each`.
pub fn train(
    link: &Link,
    rules: &[Rule],
    mut each: impl FnMut(Record) -> Result<()>,
) -> Result<()> {
    let spec = &link.spec;
    let (train, test) = dataset::load(spec.images())?;
    let (train, test) = (Arc::new(train), Arc::new(test));
    let bars = MultiProgress::with_draw_target(if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    thread::scope(|scope| -> Result<()> {
        let mut lanes: Vec<Receiver<Record>> = Vec::new();
        for &rule in rules {
            let (sender, receiver) = mpsc::channel();
            let bar = bars.add(bar(spec, rule));
            let (train, test) = (train.clone(), test.clone());
            scope.spawn(move || work(link, rule, train, test, &sender, &bar));
            lanes.push(receiver);
        }
        for lane in lanes {
            let mut finished = false;
            for record in lane {
                finished = matches!(record, Record::Finished { .. });
                each(record)?;
            }
            anyhow::ensure!(finished, "a lane ended before its experiment did");
        }
        Ok(())
    })
}

fn bar(spec: &Spec, rule: Rule) -> ProgressBar {
    let per_epoch = u64::from(spec.images()).div_ceil(u64::from(spec.batch()));
    let steps = per_epoch * u64::from(spec.epochs());
    let style = ProgressStyle::with_template("{prefix:>8} {bar:40} step {pos}/{len}, {eta} left");
    let bar = ProgressBar::new(spec.steps().map_or(steps, |limit| limit.min(steps)));
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(rule.key());
    bar
}

/// Works through one lane; its records go to `records`.
fn work(
    link: &Link,
    rule: Rule,
    train: Arc<Images>,
    test: Arc<Images>,
    records: &Sender<Record>,
    bar: &ProgressBar,
) {
    let Ok(mut lane) = Lane::new(&link.spec, rule, train, test) else {
        return; // The receiver sees a lane without an end and says so.
    };
    loop {
        let record = match lane.advance() {
            Advance::Stepped => {
                bar.set_position(lane.step());
                continue;
            }
            Advance::Measuring => continue,
            Advance::NeedsTest => return,
            Advance::Measured(metrics) => Record::Metrics { rule, metrics },
            Advance::Finished {
                reason,
                fingerprint,
            } => Record::Finished {
                rule,
                step: lane.step(),
                reason,
                fingerprint,
                parts: lane.trainer().fingerprint_parts(),
                verdict: link
                    .receipt
                    .as_ref()
                    .and_then(|receipt| receipt.verdict(rule, fingerprint)),
            },
        };
        let finished = matches!(record, Record::Finished { .. });
        if records.send(record).is_err() || finished {
            bar.finish_and_clear();
            return;
        }
    }
}
