//! The one table of knobs.

use super::layers;
use super::number;
use super::text::{self, Words};
use super::{Allowed, Draft, SEED_LIMIT, SEEDS, Spec, data_set};
use crate::lang::{Knob, Texts};

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
    words: fn(&Texts) -> &Knob,
    get: fn(&Draft) -> String,
    set: fn(&mut Draft, &str) -> Option<()>,
}

impl Field {
    /// What it means, with its unit, and what it takes.
    #[must_use]
    pub fn words<'a>(&self, texts: &'a Texts) -> &'a Knob {
        (self.words)(texts)
    }

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
        (self.set)(draft, text)
            .ok_or_else(|| super::LinkError::value(self.key, text, Allowed::Field(self.key)))
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
        kind: Kind::Text,
        words: |texts| &texts.knobs.data,
        get: |draft| draft.data.to_string(),
        set: |draft, text| {
            draft.data = data_set::parse(text)?;
            // So that a small data set needs no `n` beside it.
            draft.images = draft.images.min(draft.data.train());
            Some(())
        },
    },
    Field {
        key: "n",
        group: Group::Data,
        kind: Kind::Whole {
            low: 64,
            high: 60_000,
        },
        words: |texts| &texts.knobs.n,
        get: |draft| draft.images.to_string(),
        set: |draft, text| {
            // A data set may have more images than MNIST; fewer are a matter of `Draft::finish`.
            let most = draft.data.train().max(60_000);
            whole(&mut draft.images, text, data_set::FEWEST, most)
        },
    },
    Field {
        key: "zca",
        group: Group::Data,
        kind: Kind::Text,
        words: |texts| &texts.knobs.zca,
        get: |draft| draft.zca.map_or_else(|| "none".to_owned(), number::text),
        set: |draft, text| {
            let epsilon = match text {
                "none" => None,
                _ => Some(number::parse(text, 1e-6, 1.0)?),
            };
            draft.zca = epsilon;
            Some(())
        },
    },
    Field {
        key: "rules",
        group: Group::Rules,
        kind: Kind::Text,
        words: |texts| &texts.knobs.rules,
        get: |draft| text::rules(&draft.lanes),
        set: |draft, text| text::parse_rules(text).map(|lanes| draft.lanes = lanes),
    },
    Field {
        key: "phases",
        group: Group::Rules,
        kind: Kind::Text,
        words: |texts| &texts.knobs.phases,
        get: |draft| text::phases(&draft.lanes),
        set: |draft, text| text::set_phases(&mut draft.lanes, text),
    },
    Field {
        key: "hidden",
        group: Group::Network,
        kind: Kind::Text,
        words: |texts| &texts.knobs.hidden,
        get: |draft| layers::text(&draft.settings.hidden),
        set: |draft, text| layers::parse(text).map(|hidden| draft.settings.hidden = hidden),
    },
    Field {
        key: "act",
        group: Group::Network,
        kind: Kind::Choice(&["tanh", "logistic", "relu"]),
        words: |texts| &texts.knobs.act,
        get: |draft| text::word(text::ACTIVATIONS, &draft.settings.activation).to_owned(),
        set: |draft, text| choice(text::ACTIVATIONS, text, &mut draft.settings.activation),
    },
    Field {
        key: "init",
        group: Group::Start,
        kind: Kind::Text,
        words: |texts| &texts.knobs.init,
        get: |draft| text::start(&draft.settings.start),
        set: |draft, text| text::parse_start(text).map(|start| draft.settings.start = start),
    },
    Field {
        key: "fb",
        group: Group::Feedback,
        kind: Kind::Choice(&["uniform", "gauss", "sign"]),
        words: |texts| &texts.knobs.fb,
        get: |draft| text::word(text::LAWS, &draft.settings.feedback.law).to_owned(),
        set: |draft, text| choice(text::LAWS, text, &mut draft.settings.feedback.law),
    },
    Field {
        key: "fbscale",
        group: Group::Feedback,
        kind: Kind::Text,
        words: |texts| &texts.knobs.fbscale,
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
        words: |texts| &texts.knobs.opt,
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
        words: |texts| &texts.knobs.lr,
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
        words: |texts| &texts.knobs.rho,
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
        words: |texts| &texts.knobs.eps,
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
        words: |texts| &texts.knobs.momentum,
        get: |draft| number::text(draft.settings.optimizer.momentum),
        set: |draft, text| number(&mut draft.settings.optimizer.momentum, text, 0.0, 0.999_999),
    },
    Field {
        key: "batch",
        group: Group::Data,
        kind: Kind::Whole { low: 1, high: 1024 },
        words: |texts| &texts.knobs.batch,
        get: |draft| draft.batch.to_string(),
        set: |draft, text| whole(&mut draft.batch, text, 1, 1024),
    },
    Field {
        key: "dropout",
        group: Group::Regularisation,
        kind: Kind::Text,
        words: |texts| &texts.knobs.dropout,
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
        words: |texts| &texts.knobs.adv,
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
        words: |texts| &texts.knobs.epochs,
        get: |draft| draft.epochs.to_string(),
        set: |draft, text| whole(&mut draft.epochs, text, 1, 10_000),
    },
    Field {
        key: "steps",
        group: Group::Stop,
        kind: Kind::Text,
        words: |texts| &texts.knobs.steps,
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
        words: |texts| &texts.knobs.stop,
        get: |draft| number::text(draft.stop_percent),
        set: |draft, text| number(&mut draft.stop_percent, text, 0.0, 100.0),
    },
    Field {
        key: "evals",
        group: Group::Stop,
        kind: Kind::Text,
        words: |texts| &texts.knobs.evals,
        get: |draft| {
            draft
                .evals
                .map_or_else(|| "auto".to_owned(), |evals| evals.to_string())
        },
        set: |draft, text| {
            let evals = match text {
                "auto" => None,
                _ => Some(number::parse_whole(text, 1, 100)? as u32),
            };
            draft.evals = evals;
            Some(())
        },
    },
    Field {
        key: "seed",
        group: Group::Start,
        kind: Kind::Whole {
            low: 0,
            high: SEED_LIMIT,
        },
        words: |texts| &texts.knobs.seed,
        get: |draft| draft.settings.seed.to_string(),
        set: |draft, text| {
            number::parse_whole(text, 0, SEED_LIMIT).map(|seed| draft.settings.seed = seed)
        },
    },
    Field {
        key: "seeds",
        group: Group::Start,
        kind: Kind::Whole {
            low: 1,
            high: SEEDS as u64,
        },
        words: |texts| &texts.knobs.seeds,
        get: |draft| draft.seeds.to_string(),
        set: |draft, text| whole(&mut draft.seeds, text, 1, SEEDS),
    },
];
