//! Experiments worth starting with.

use crate::lang::{self, Texts};

/// A named link with what to watch.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name, for programs.
    pub key: &'static str,
    pub link: &'static str,
    words: fn(&Texts) -> &lang::Experiment,
}

impl Experiment {
    /// Its title, and what to watch in it.
    #[must_use]
    pub fn words<'a>(&self, texts: &'a Texts) -> &'a lang::Experiment {
        (self.words)(texts)
    }
}

pub const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        key: "first",
        link: "v=1",
        words: |texts| &texts.experiments.first,
    },
    Experiment {
        key: "deep",
        link: "v=1&hidden=20x64&epochs=10",
        words: |texts| &texts.experiments.deep,
    },
    Experiment {
        key: "small-steps",
        link: "v=1&hidden=3x50&lr=1e-4&epochs=32",
        words: |texts| &texts.experiments.small_steps,
    },
    Experiment {
        key: "zero",
        link: "v=1&init=zero&epochs=5",
        words: |texts| &texts.experiments.zero,
    },
    Experiment {
        key: "shallow",
        link: "v=1&rules=bp-dfa-shallow&hidden=3x50&epochs=10",
        words: |texts| &texts.experiments.shallow,
    },
    Experiment {
        key: "unfrozen",
        link: "v=1&n=60000&phases=bp@40e-freeze1;bp@40e-fresh,bp@40e-freeze1;dfa@40e-fresh,\
               bp@40e-freeze1;dfa@40e-only1-fresh&hidden=3x50&init=uniform&lr=3e-4&evals=1",
        words: |texts| &texts.experiments.unfrozen,
    },
    Experiment {
        key: "curves",
        link: "v=1&n=60000&rules=bp-fa-dfa&hidden=2x800&lr=1e-4&epochs=50&evals=2",
        words: |texts| &texts.experiments.curves,
    },
    Experiment {
        key: "features",
        link: "v=1&rules=bp-dfa&hidden=3x400&epochs=10",
        words: |texts| &texts.experiments.features,
    },
    Experiment {
        key: "redrawn",
        link: "v=1&phases=fa@6e;fa-redraw,dfa@6e;dfa-redraw&epochs=12",
        words: |texts| &texts.experiments.redrawn,
    },
    Experiment {
        key: "against",
        link: "v=1&phases=bp,fa-anti,dfa-anti&init=uniform&epochs=10",
        words: |texts| &texts.experiments.against,
    },
    Experiment {
        key: "convolutional",
        link: "v=1&hidden=conv5x8-pool3s2-conv5x16-pool3s2-64&epochs=10",
        words: |texts| &texts.experiments.convolution,
    },
];
