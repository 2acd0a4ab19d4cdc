//! What can be wrong with a link: always the key, its value, and what is allowed.

/// One thing that is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("{key}={value} is not possible; allowed: {allowed}")]
    Value {
        key: String,
        value: String,
        allowed: String,
    },
    #[error("{key}={value}: there is no key {key}; {hint}")]
    UnknownKey {
        key: String,
        value: String,
        hint: String,
    },
    #[error("{key} is given twice; {key}={value} was left out; allowed: each key once")]
    Twice { key: String, value: String },
    #[error("“{part}” has no “=”; allowed: key=value, joined by &")]
    NoValue { part: String },
    #[error("v={value} is a link of another version; allowed: v=1")]
    Version { value: String },
    #[error(
        "num={value}: this link was made with numerics version {value}, here is {present}; \
         the experiment is the same, the bits may differ"
    )]
    Numerics { value: u32, present: u32 },
    #[error(
        "num={value}: this link and its receipt were made with numerics version {value}, here is {present}; \
         the experiment is the same, the receipt cannot be checked"
    )]
    ReceiptNumerics { value: u32, present: u32 },
    #[error(
        "receipt: “{part}” is not possible; allowed: {}",
        super::receipt::ALLOWED
    )]
    Receipt { part: String },
    #[error(
        "receipt: {rule}:{print} is for a rule that this link does not run; allowed: its rules, {rules}"
    )]
    NotRun {
        rule: &'static str,
        print: String,
        rules: String,
    },
    #[error(
        "hidden={hidden} needs {megabytes} MB a lane; allowed: up to {limit_megabytes} MB, \
         so fewer or narrower layers"
    )]
    TooLarge {
        hidden: String,
        megabytes: u64,
        limit_megabytes: u64,
    },
}

/// Characters of a foreign text that are shown.
const SHOWN: usize = 40;

/// A foreign text made safe to show: control characters escaped, shortened.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

impl LinkError {
    pub(super) fn value(key: &str, value: &str, allowed: &str) -> LinkError {
        LinkError::Value {
            key: key.to_owned(),
            value: shown(value),
            allowed: allowed.to_owned(),
        }
    }

    /// The key that it is about, where it is about a known one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            LinkError::Value { key, .. } | LinkError::Twice { key, .. } => Some(key),
            LinkError::TooLarge { .. } => Some("hidden"),
            LinkError::Version { .. } => Some("v"),
            LinkError::Numerics { .. } | LinkError::ReceiptNumerics { .. } => Some("num"),
            LinkError::Receipt { .. } | LinkError::NotRun { .. } => Some("receipt"),
            LinkError::UnknownKey { .. } | LinkError::NoValue { .. } => None,
        }
    }
}
