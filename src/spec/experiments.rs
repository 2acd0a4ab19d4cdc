//! Experiments worth starting with.

/// A named link with what to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// Its key in text tables.
    pub key: &'static str,
    pub link: &'static str,
    pub title: &'static str,
    /// Two sentences.
    pub watch: &'static str,
}

pub const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        key: "first",
        link: "v=1",
        title: "First look",
        watch: "Four rules learn the same 10,000 digits, and their error rates fall nearly together. \
                Watch the angles of FA, DFA and IFA sink below 90°: fixed random feedback became useful.",
    },
    Experiment {
        key: "deep",
        link: "v=1&hidden=20x64&epochs=10",
        title: "Deep: 20 layers",
        watch: "Through twenty layers only DFA learns, because its error reaches every layer directly. \
                Watch BP and FA stay above 75 % while DFA falls below 10 %.",
    },
    Experiment {
        key: "small-steps",
        link: "v=1&hidden=3x50&lr=1e-4&epochs=32",
        title: "Small steps: the angle rises, then falls",
        watch: "With a small learning rate the angle of DFA first climbs past 90°, near step 300. \
                Then the weights come to fit the feedback, and by step 5,000 it is near 40° in the lowest layer.",
    },
    Experiment {
        key: "zero",
        link: "v=1&init=zero&epochs=5",
        title: "The paper's start is not for everyone",
        watch: "Every lane starts from zero weights: FA and DFA learn, BP and IFA are dead. \
                Their signal must pass through weights that are zero and stay so.",
    },
    Experiment {
        key: "shallow",
        link: "v=1&rules=bp-dfa-shallow&hidden=3x50&epochs=10",
        title: "Only the top learns",
        watch: "In the shallow control the hidden layers stay random and only the output learns. \
                The gap to DFA is what random feedback teaches the hidden layers.",
    },
];
