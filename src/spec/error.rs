//! What can be wrong with a link: always the key, its value, and what is allowed.

use std::fmt;

use super::field;
use crate::core::shape::DoesNotFit;
use crate::lang::{ENGLISH, Texts, codes, fill};

/// What a key takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// What the field of this key takes.
    Field(&'static str),
    /// These words.
    Words(&'static str),
    /// A batch of no more images than there are.
    AtMostImages(u32),
    /// No more training images than the data set has.
    AtMostOfData(u32),
    /// No more seeds than there are from the first one on.
    AtMostSeeds(u64),
    /// Images of fewer numbers than this to be whitened.
    WhiteInputs(usize),
    /// Layers from 1 to this one, the output.
    LayersTo(u32),
    /// Feedback against the weights past no pool.
    OpposedBelowPools,
    /// Kernels and pools that fit; this one does not.
    Fitting(DoesNotFit),
    /// A numerics version.
    Numerics,
    /// The code of a language.
    Language,
    /// A text of at most so many characters.
    Text(usize),
    /// Names of the page's controls.
    Controls,
    /// A step, or epochs.
    Moment,
    /// The origin of another page.
    Origin,
}

impl Allowed {
    /// In words.
    #[must_use]
    pub fn words(&self, texts: &Texts) -> String {
        match self {
            Allowed::Field(key) => {
                let field = field(key);
                field
                    .map_or("", |field| field.words(texts).allowed)
                    .to_owned()
            }
            Allowed::Words(words) => (*words).to_owned(),
            Allowed::AtMostImages(images) => fill(
                texts.errors.allowed_batch,
                &[("images", &images.to_string())],
            ),
            Allowed::AtMostOfData(images) => {
                fill(texts.own.allowed_n, &[("images", &images.to_string())])
            }
            Allowed::AtMostSeeds(most) => {
                fill(texts.spread.allowed_seeds, &[("most", &most.to_string())])
            }
            Allowed::WhiteInputs(inputs) => {
                let (inputs, most) = (inputs.to_string(), super::WHITE_INPUTS.to_string());
                let values = [("inputs", &*inputs), ("most", &most)];
                fill(texts.white.allowed_inputs, &values)
            }
            Allowed::LayersTo(output) => fill(
                texts.errors.allowed_layers,
                &[("output", &output.to_string())],
            ),
            Allowed::OpposedBelowPools => texts.errors.allowed_opposed.to_owned(),
            Allowed::Fitting(misfit) => fitting(misfit, texts),
            Allowed::Numerics => texts.errors.allowed_numerics.to_owned(),
            Allowed::Language => codes(),
            Allowed::Text(limit) => {
                fill(texts.errors.allowed_text, &[("limit", &limit.to_string())])
            }
            Allowed::Controls => {
                let names: Vec<&str> = super::controls().collect();
                fill(
                    texts.errors.allowed_controls,
                    &[("names", &names.join(", "))],
                )
            }
            Allowed::Moment => texts.errors.allowed_moment.to_owned(),
            Allowed::Origin => texts.errors.allowed_origin.to_owned(),
        }
    }
}

fn fitting(misfit: &DoesNotFit, texts: &Texts) -> String {
    let what = match misfit.what {
        "pool" => texts.errors.pool,
        _ => texts.errors.kernel,
    };
    let number = |number: &dyn ToString| number.to_string();
    let values = [
        ("what", what),
        ("layer", &*number(&misfit.layer)),
        ("size", &number(&misfit.size)),
        ("padding", &number(&misfit.padding)),
        ("height", &number(&misfit.height)),
        ("width", &number(&misfit.width)),
    ];
    fill(texts.errors.allowed_fitting, &values)
}

/// One thing that is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    Value {
        key: String,
        value: String,
        allowed: Allowed,
    },
    UnknownKey {
        key: String,
        value: String,
        /// The one that may be meant.
        near: Option<&'static str>,
    },
    Twice {
        key: String,
        value: String,
    },
    NoValue {
        part: String,
    },
    Version {
        value: String,
    },
    Numerics {
        value: u32,
        present: u32,
    },
    ReceiptNumerics {
        value: u32,
        present: u32,
    },
    Receipt {
        part: String,
    },
    TooLong {
        bytes: usize,
        limit: usize,
    },
    More {
        count: usize,
    },
    NotRun {
        lane: String,
        print: String,
        lanes: String,
    },
    Beside,
    TooLarge {
        hidden: String,
        megabytes: u64,
        limit_megabytes: u64,
    },
}

/// In English, for whoever reads a program's log; the page and the command line have [`LinkError::words`].
impl fmt::Display for LinkError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.words(ENGLISH))
    }
}

impl std::error::Error for LinkError {}

/// Characters that a foreign text is shown with, escapes written out.
const SHOWN: usize = 40;

/// A foreign text made safe to show: control and direction characters escaped, shortened.
#[must_use]
pub fn shown(text: &str) -> String {
    shown_to(text, SHOWN)
}

/// The same with at most so many characters.
#[must_use]
pub fn shown_to(text: &str, most: usize) -> String {
    let (mut short, mut length) = (String::new(), 0);
    for c in text.chars() {
        let escaped = c.escape_debug();
        length += escaped.len();
        if length > most {
            short.push('…');
            break;
        }
        short.extend(escaped);
    }
    short
}

impl LinkError {
    pub(super) fn value(key: &str, value: &str, allowed: Allowed) -> LinkError {
        LinkError::Value {
            key: key.to_owned(),
            value: shown(value),
            allowed,
        }
    }

    /// The key that it is about, where it is about a known one; never a foreign text.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        let key: Option<&str> = match self {
            LinkError::Value { key, .. } | LinkError::Twice { key, .. } => Some(key),
            LinkError::TooLarge { .. } => Some("hidden"),
            LinkError::Version { .. } => Some("v"),
            LinkError::Beside => Some("phases"),
            LinkError::Numerics { .. } | LinkError::ReceiptNumerics { .. } => Some("num"),
            LinkError::Receipt { .. } | LinkError::NotRun { .. } => Some("receipt"),
            LinkError::UnknownKey { .. }
            | LinkError::NoValue { .. }
            | LinkError::TooLong { .. }
            | LinkError::More { .. } => None,
        };
        key.filter(|key| super::link::is_known(key))
    }

    /// The same as [`LinkError::words`] for whoever wrote into a field that is called `label`.
    #[must_use]
    pub fn words_of_field(&self, label: &str, texts: &Texts) -> String {
        let LinkError::Value { value, allowed, .. } = self else {
            return self.words(texts);
        };
        let allowed = allowed.words(texts);
        let values = [("label", label), ("value", value), ("allowed", &*allowed)];
        fill(texts.errors.of_field, &values)
    }

    /// What is wrong, in a sentence: the key, its value, and what is allowed.
    #[must_use]
    pub fn words(&self, texts: &Texts) -> String {
        let errors = &texts.errors;
        match self {
            LinkError::Value {
                key,
                value,
                allowed,
            } => {
                let allowed = allowed.words(texts);
                let values = [
                    ("key", key.as_str()),
                    ("value", value),
                    ("allowed", &allowed),
                ];
                fill(errors.value, &values)
            }
            LinkError::UnknownKey { key, value, near } => {
                let hint = match near {
                    Some(known) => fill(errors.hint_meant, &[("known", known)]),
                    None => fill(
                        errors.hint_keys,
                        &[("keys", &super::link::keys().join(", "))],
                    ),
                };
                let values = [("key", key.as_str()), ("value", value), ("hint", &hint)];
                fill(errors.unknown_key, &values)
            }
            LinkError::Twice { key, value } => {
                fill(errors.twice, &[("key", key), ("value", value)])
            }
            LinkError::NoValue { part } => fill(errors.no_value, &[("part", part)]),
            LinkError::Version { value } => fill(errors.version, &[("value", value)]),
            LinkError::Numerics { value, present } => {
                let (value, present) = (value.to_string(), present.to_string());
                fill(errors.numerics, &[("value", &value), ("present", &present)])
            }
            LinkError::ReceiptNumerics { value, present } => {
                let (value, present) = (value.to_string(), present.to_string());
                fill(
                    errors.receipt_numerics,
                    &[("value", &value), ("present", &present)],
                )
            }
            LinkError::Receipt { part } => {
                let values = [("part", part.as_str()), ("allowed", errors.allowed_receipt)];
                fill(errors.receipt, &values)
            }
            LinkError::TooLong { bytes, limit } => {
                let (bytes, limit) = (bytes.to_string(), limit.to_string());
                fill(errors.too_long, &[("bytes", &bytes), ("limit", &limit)])
            }
            LinkError::More { count } => fill(errors.more, &[("count", &count.to_string())]),
            LinkError::Beside => errors.beside.to_owned(),
            LinkError::NotRun { lane, print, lanes } => fill(
                errors.not_run,
                &[("lane", lane), ("print", print), ("lanes", lanes)],
            ),
            LinkError::TooLarge {
                hidden,
                megabytes,
                limit_megabytes,
            } => {
                let (megabytes, limit) = (megabytes.to_string(), limit_megabytes.to_string());
                let values = [
                    ("hidden", hidden.as_str()),
                    ("megabytes", &megabytes),
                    ("limit", &limit),
                ];
                fill(errors.too_large, &values)
            }
        }
    }
}
