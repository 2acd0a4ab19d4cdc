//! The one table of knobs.

use super::number;
use super::text::{self, Words};
use super::{DataSet, Draft, SEED_LIMIT, Spec};

/// Where a knob stands in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Network,
    Data,
    Rules,
    Start,
    Feedback,
    Optimizer,
    Regularisation,
    Stop,
}

/// What a knob takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number within these bounds.
    Whole { low: u64, high: u64 },
    /// A number within these bounds.
    Number { low: f64, high: f64 },
    /// A text form of its own.
    Text,
}

/// One knob of an experiment.
pub struct Field {
    /// Its key in links, its name in the form.
    pub key: &'static str,
    pub group: Group,
    pub kind: Kind,
    /// What it takes, in words.
    pub allowed: &'static str,
    /// What it means, with its unit.
    pub help: &'static str,
    get: fn(&Draft) -> String,
    set: fn(&mut Draft, &str) -> Option<()>,
}

impl Field {
    /// Its canonical text in `spec`.
    #[must_use]
    pub fn get(&self, spec: &Spec) -> String {
        (self.get)(&spec.0)
    }

    /// Sets it in `draft`.
    ///
    /// # Errors
    /// The text is not what the field takes; `draft` is unchanged.
    pub fn set(&self, draft: &mut Draft, text: &str) -> Result<(), super::LinkError> {
        (self.set)(draft, text).ok_or_else(|| super::LinkError::value(self.key, text, self.allowed))
    }

    /// Its canonical text in the default experiment.
    #[must_use]
    pub fn default_text(&self) -> String {
        (self.get)(&Draft::default())
    }
}

/// The field of a key.
#[must_use]
pub fn field(key: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.key == key)
}

fn choice<T: Copy>(words: Words<T>, text: &str, slot: &mut T) -> Option<()> {
    text::thing(words, text).map(|thing| *slot = thing)
}

fn number(slot: &mut f64, text: &str, low: f64, high: f64) -> Option<()> {
    number::parse(text, low, high).map(|x| *slot = x)
}

fn whole(slot: &mut u32, text: &str, low: u32, high: u32) -> Option<()> {
    number::parse_whole(text, low.into(), high.into()).map(|x| *slot = x as u32)
}

/// The smallest positive number that a field takes: f32's smallest normal one, about.
const TINY: f64 = 1.2e-38;

/// All knobs, in the canonical order of a link.
pub const FIELDS: &[Field] = &[
    Field {
        key: "data",
        group: Group::Data,
        kind: Kind::Choice(&["mnist"]),
        allowed: "mnist",
        help: "Data set",
        get: |draft| match draft.data {
            DataSet::Mnist => "mnist".to_owned(),
        },
        set: |draft, text| choice(&[("mnist", DataSet::Mnist)], text, &mut draft.data),
    },
    Field {
        key: "n",
        group: Group::Data,
        kind: Kind::Whole {
            low: 64,
            high: 60_000,
        },
        allowed: "a whole number from 64 to 60000",
        help: "Training images, drawn by the seed",
        get: |draft| draft.images.to_string(),
        set: |draft, text| whole(&mut draft.images, text, 64, 60_000),
    },
    Field {
        key: "rules",
        group: Group::Rules,
        kind: Kind::Text,
        allowed: "one or more of bp, fa, dfa, ifa, shallow, each at most once, joined by -",
        help: "Lanes that are shown",
        get: |draft| text::rules(&draft.rules),
        set: |draft, text| text::parse_rules(text).map(|rules| draft.rules = rules),
    },
    Field {
        key: "hidden",
        group: Group::Network,
        kind: Kind::Text,
        allowed: "KxN (K layers of N units), widths such as 96-48, or both as in 2x64-10; \
                  1 to 100 layers of 1 to 2000 units",
        help: "Hidden layers: how many and how wide, in units",
        get: |draft| text::widths(&draft.settings.hidden),
        set: |draft, text| text::parse_widths(text).map(|hidden| draft.settings.hidden = hidden),
    },
    Field {
        key: "act",
        group: Group::Network,
        kind: Kind::Choice(&["tanh", "logistic", "relu"]),
        allowed: "tanh, logistic, relu",
        help: "Activation of the hidden layers",
        get: |draft| text::word(text::ACTIVATIONS, &draft.settings.activation).to_owned(),
        set: |draft, text| choice(text::ACTIVATIONS, text, &mut draft.settings.activation),
    },
    Field {
        key: "init",
        group: Group::Start,
        kind: Kind::Text,
        allowed: "paper, uniform, zero, scaled, or small:H with H above 0 and up to 1",
        help: "Start of weights and biases; paper is zero for FA and DFA and uniform for the others",
        get: |draft| text::start(&draft.settings.start),
        set: |draft, text| text::parse_start(text).map(|start| draft.settings.start = start),
    },
    Field {
        key: "fb",
        group: Group::Feedback,
        kind: Kind::Choice(&["uniform", "gauss", "sign"]),
        allowed: "uniform, gauss, sign",
        help: "Distribution of the fixed random feedback",
        get: |draft| text::word(text::LAWS, &draft.settings.feedback.law).to_owned(),
        set: |draft, text| choice(text::LAWS, text, &mut draft.settings.feedback.law),
    },
    Field {
        key: "fbscale",
        group: Group::Feedback,
        kind: Kind::Text,
        allowed: "auto, or a number above 0 and up to 1000",
        help: "Half-width, standard deviation or magnitude of the feedback; \
               auto is 1/√n of the n units that it reaches",
        get: |draft| {
            let scale = draft.settings.feedback.scale;
            scale.map_or_else(|| "auto".to_owned(), number::text)
        },
        set: |draft, text| {
            let scale = match text {
                "auto" => None,
                _ => Some(number::parse(text, TINY, 1000.0)?),
            };
            draft.settings.feedback.scale = scale;
            Some(())
        },
    },
    Field {
        key: "opt",
        group: Group::Optimizer,
        kind: Kind::Choice(&["rmsprop", "sgd", "momentum", "adam"]),
        allowed: "rmsprop, sgd, momentum, adam",
        help: "Optimiser",
        get: |draft| text::word(text::OPTIMIZERS, &draft.settings.optimizer.kind).to_owned(),
        set: |draft, text| choice(text::OPTIMIZERS, text, &mut draft.settings.optimizer.kind),
    },
    Field {
        key: "lr",
        group: Group::Optimizer,
        kind: Kind::Number {
            low: TINY,
            high: 1e6,
        },
        allowed: "a number above 0 and up to 1e6",
        help: "Learning rate",
        get: |draft| number::text(draft.settings.optimizer.lr),
        set: |draft, text| number(&mut draft.settings.optimizer.lr, text, TINY, 1e6),
    },
    Field {
        key: "rho",
        group: Group::Optimizer,
        kind: Kind::Number {
            low: 0.0,
            high: 0.999_999,
        },
        allowed: "a number from 0 to 0.999999",
        help: "ρ of RMSprop, β₂ of Adam",
        get: |draft| number::text(draft.settings.optimizer.rho),
        set: |draft, text| number(&mut draft.settings.optimizer.rho, text, 0.0, 0.999_999),
    },
    Field {
        key: "eps",
        group: Group::Optimizer,
        kind: Kind::Number {
            low: TINY,
            high: 1.0,
        },
        allowed: "a number above 0 and up to 1",
        help: "ε of RMSprop and Adam, outside the root",
        get: |draft| number::text(draft.settings.optimizer.eps),
        set: |draft, text| number(&mut draft.settings.optimizer.eps, text, TINY, 1.0),
    },
    Field {
        key: "momentum",
        group: Group::Optimizer,
        kind: Kind::Number {
            low: 0.0,
            high: 0.999_999,
        },
        allowed: "a number from 0 to 0.999999",
        help: "μ of momentum, β₁ of Adam",
        get: |draft| number::text(draft.settings.optimizer.momentum),
        set: |draft, text| number(&mut draft.settings.optimizer.momentum, text, 0.0, 0.999_999),
    },
    Field {
        key: "batch",
        group: Group::Data,
        kind: Kind::Whole { low: 1, high: 1024 },
        allowed: "a whole number from 1 to 1024, at most n",
        help: "Images a step",
        get: |draft| draft.batch.to_string(),
        set: |draft, text| whole(&mut draft.batch, text, 1, 1024),
    },
    Field {
        key: "dropout",
        group: Group::Regularisation,
        kind: Kind::Text,
        allowed: "none, or two numbers from 0 to 0.9 for input and hidden units, such as 0.1-0.5",
        help: "Probability with which an input and a hidden unit is dropped in a step",
        get: |draft| text::dropout(draft.settings.dropout),
        set: |draft, text| text::parse_dropout(text).map(|p| draft.settings.dropout = p),
    },
    Field {
        key: "adv",
        group: Group::Regularisation,
        kind: Kind::Number {
            low: 0.0,
            high: 1.0,
        },
        allowed: "a number from 0 to 1",
        help: "ε of adversarial training by fast sign, in pixel values of 0 to 1; 0 is off",
        get: |draft| number::text(draft.settings.adversarial),
        set: |draft, text| number(&mut draft.settings.adversarial, text, 0.0, 1.0),
    },
    Field {
        key: "epochs",
        group: Group::Stop,
        kind: Kind::Whole {
            low: 1,
            high: 10_000,
        },
        allowed: "a whole number from 1 to 10000",
        help: "A lane ends after this many passes through its training images",
        get: |draft| draft.epochs.to_string(),
        set: |draft, text| whole(&mut draft.epochs, text, 1, 10_000),
    },
    Field {
        key: "steps",
        group: Group::Stop,
        kind: Kind::Text,
        allowed: "none, or a whole number from 1 to 1000000000",
        help: "A lane ends after this many steps",
        get: |draft| {
            draft
                .steps
                .map_or_else(|| "none".to_owned(), |steps| steps.to_string())
        },
        set: |draft, text| {
            let steps = match text {
                "none" => None,
                _ => Some(number::parse_whole(text, 1, 1_000_000_000)?),
            };
            draft.steps = steps;
            Some(())
        },
    },
    Field {
        key: "stop",
        group: Group::Stop,
        kind: Kind::Number {
            low: 0.0,
            high: 100.0,
        },
        allowed: "a number from 0 to 100",
        help: "A lane ends when the training error of its epochs, smoothed, is at most this many percent",
        get: |draft| number::text(draft.stop_percent),
        set: |draft, text| number(&mut draft.stop_percent, text, 0.0, 100.0),
    },
    Field {
        key: "evals",
        group: Group::Stop,
        kind: Kind::Whole { low: 1, high: 100 },
        allowed: "a whole number from 1 to 100",
        help: "Evaluation points an epoch, after the first",
        get: |draft| draft.evals.to_string(),
        set: |draft, text| whole(&mut draft.evals, text, 1, 100),
    },
    Field {
        key: "seed",
        group: Group::Start,
        kind: Kind::Whole {
            low: 0,
            high: SEED_LIMIT,
        },
        allowed: "a whole number from 0 to 9007199254740991",
        help: "Seed of images, order, start, feedback and dropout",
        get: |draft| draft.settings.seed.to_string(),
        set: |draft, text| {
            number::parse_whole(text, 0, SEED_LIMIT).map(|seed| draft.settings.seed = seed)
        },
    },
];
