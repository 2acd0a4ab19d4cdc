//! What can be wrong with the file of a run: always the place, what is found there, and what is allowed.

use std::fmt;

use crate::lang::{ENGLISH, Texts, fill};
use crate::spec::{LinkError, shown};

/// A file that is no run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunError {
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    /// No JSON: what stands at a byte of the file, and what can stand there; nothing is the file's end.
    Syntax {
        byte: usize,
        found: String,
        expected: &'static str,
    },
    /// A field that every run has.
    Missing {
        place: String,
    },
    /// A value that a run does not have at this place.
    Value {
        place: String,
        value: String,
        allowed: Allowed,
    },
    /// Its link has these errors, at least one.
    Link(Vec<LinkError>),
}

/// What is allowed in the place of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Allowed {
    /// One of these words, or this text form.
    Words(String),
    /// Whole numbers or numbers from one to the other.
    Between(f64, f64),
    Form(Form),
    /// At most so many bytes of text.
    Bytes(usize),
    /// At most so many items of a list, or levels of lists.
    Items(usize),
    /// More than the one before it.
    Ascending(u64),
    /// As many as are kept.
    Count(u64),
    /// Only once.
    Once,
}

/// What kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Object,
    List,
    Text,
    Whole,
    Number,
}

impl RunError {
    pub(crate) fn syntax(byte: usize, found: &str, expected: &'static str) -> RunError {
        RunError::Syntax {
            byte,
            found: shown(found),
            expected,
        }
    }

    pub(crate) fn missing(place: &str) -> RunError {
        RunError::Missing {
            place: place.to_owned(),
        }
    }

    /// The same, in an object under a key.
    pub(crate) fn under(self, key: &str) -> RunError {
        self.within(&shown(key), ".")
    }

    /// The same, in a list at a place counted from 0.
    pub(crate) fn at(self, index: usize) -> RunError {
        self.within(&format!("[{index}]"), ".")
    }

    fn within(mut self, outer: &str, joint: &str) -> RunError {
        if let RunError::Value { place, .. } | RunError::Missing { place } = &mut self {
            let joint = match place.is_empty() || place.starts_with('[') {
                true => "",
                false => joint,
            };
            *place = format!("{outer}{joint}{place}");
        }
        self
    }

    /// `value` may be a foreign text.
    pub(crate) fn value(place: String, value: &str, allowed: Allowed) -> RunError {
        RunError::Value {
            place,
            value: shown(value),
            allowed,
        }
    }

    /// What is wrong, in a sentence; of a link a line an error.
    #[must_use]
    pub fn words(&self, texts: &Texts) -> String {
        let export = &texts.export;
        match self {
            RunError::TooLarge { bytes, limit } => {
                let (bytes, limit) = (bytes.to_string(), (limit >> 20).to_string());
                fill(export.too_large, &[("bytes", &bytes), ("limit", &limit)])
            }
            RunError::Syntax {
                byte,
                found,
                expected,
            } => {
                fn or<'a>(text: &'a str, end: &'a str) -> &'a str {
                    if text.is_empty() { end } else { text }
                }
                let values = [
                    ("byte", &*byte.to_string()),
                    ("found", or(found, export.file_end)),
                    ("expected", or(expected, export.file_end)),
                ];
                fill(export.bad_syntax, &values)
            }
            RunError::Missing { place } => fill(export.no_value, &[("place", place)]),
            RunError::Value {
                place,
                value,
                allowed,
            } => {
                let allowed = allowed.words(texts);
                let values = [
                    ("place", place.as_str()),
                    ("value", value),
                    ("allowed", &allowed),
                ];
                fill(export.bad_value, &values)
            }
            RunError::Link(errors) => {
                let lines = errors.iter().map(|error| {
                    let what = error.words(texts);
                    fill(export.bad_link, &[("what", &what)])
                });
                lines.collect::<Vec<String>>().join("\n")
            }
        }
    }
}

impl Allowed {
    fn words(&self, texts: &Texts) -> String {
        let export = &texts.export;
        match self {
            Allowed::Words(words) => words.clone(),
            Allowed::Between(low, high) => {
                let (low, high) = (format!("{low:e}"), format!("{high:e}"));
                let plain = |text: String| text.trim_end_matches("e0").to_owned();
                let (low, high) = (plain(low), plain(high));
                fill(export.allowed_between, &[("low", &low), ("high", &high)])
            }
            Allowed::Form(form) => {
                let words = match form {
                    Form::Object => export.form_object,
                    Form::List => export.form_list,
                    Form::Text => export.form_text,
                    Form::Whole => export.form_whole,
                    Form::Number => export.form_number,
                };
                words.to_owned()
            }
            Allowed::Items(most) => fill(export.allowed_items, &[("most", &most.to_string())]),
            Allowed::Bytes(most) => fill(export.allowed_bytes, &[("most", &most.to_string())]),
            Allowed::Ascending(before) => {
                fill(export.allowed_ascending, &[("before", &before.to_string())])
            }
            Allowed::Count(count) => fill(export.allowed_count, &[("count", &count.to_string())]),
            Allowed::Once => export.allowed_once.to_owned(),
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.words(ENGLISH))
    }
}

impl std::error::Error for RunError {}
