//! Whitening on several threads, with a bar on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::speech::texts;
use crate::data::whitening::Stage;
use crate::data::{Images, Whitening};
use crate::spec::Spec;

/// Parts of the bar.
const PARTS: f64 = 1000.0;

/// The whitening of an experiment that asks for one; how many threads make it changes no bit.
pub fn whitening(spec: &Spec, train: &Images, threads: usize) -> Option<Whitening> {
    let words = &texts().white;
    // Hidden by itself where standard error is no terminal.
    let bar = ProgressBar::with_draw_target(Some(PARTS as u64), ProgressDrawTarget::stderr());
    if let Ok(style) =
        ProgressStyle::with_template(&format!("{:>8} {{bar:40}} {}", "zca", words.bar))
    {
        bar.set_style(style);
    }
    let whitening = Whitening::of(spec, train, threads, |progress| {
        bar.set_message(match progress.stage {
            Stage::Covariance => words.covariance,
            Stage::Root => words.root,
        });
        bar.set_position((progress.share * PARTS) as u64);
    });
    bar.finish_and_clear();
    whitening
}
