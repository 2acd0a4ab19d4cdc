//! What a link asks of the page beside its experiment: how it is shown, to whom, and from which step on.
//!
//! None of it is part of the experiment: the bits, the records and the fingerprints know nothing of it.

use super::error::{Allowed, LinkError};
use super::fields::{FIELDS, field};
use super::number;

/// Characters of a title, and of a note.
pub const LONGEST_TITLE: usize = 80;
pub const LONGEST_NOTE: usize = 500;

/// Controls of the page that are no field of the form, by the name that links give them.
pub const PARTS: [&str; 18] = [
    "controls",
    "pace",
    "history",
    "experiments",
    "share",
    "export",
    "language",
    "theme",
    "settings",
    "legend",
    "inside",
    "digit",
    "compare",
    "runs",
    "options",
    "angle",
    "cards",
    "footer",
];

/// Keys of a link that are about it, in the order of its canonical text.
pub(super) const KEYS: [&str; 7] = ["at", "title", "note", "hide", "lock", "embed", "origin"];

/// Where the lanes stand when the reader may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Step(u64),
    Epochs(u64),
}

impl At {
    /// The step, where an epoch has `per_epoch`.
    #[must_use]
    pub fn step(self, per_epoch: u64) -> u64 {
        match self {
            At::Step(step) => step,
            At::Epochs(epochs) => epochs * per_epoch,
        }
    }

    /// Its text in a link: `1570`, or `5e`.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            At::Step(step) => step.to_string(),
            At::Epochs(epochs) => format!("{epochs}e"),
        }
    }

    /// # Errors
    /// It is no number of steps or epochs that an experiment can have.
    pub fn parse(value: &str) -> Result<At, LinkError> {
        let at = match value.strip_suffix('e') {
            Some(epochs) => number::parse_whole(epochs, 1, 10_000).map(At::Epochs),
            None => number::parse_whole(value, 1, 1_000_000_000).map(At::Step),
        };
        at.ok_or_else(|| LinkError::value("at", value, Allowed::Moment))
    }
}

/// How a link wants its experiment shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// `at=`: trained so far before the reader begins.
    pub at: Option<At>,
    /// `title=` and `note=`: words of whoever made the link, shown as text and never as anything else.
    pub title: Option<String>,
    pub note: Option<String>,
    /// `hide=`: controls that are not there, in the order of the page.
    pub hide: Vec<&'static str>,
    /// `lock=`: controls that are shown and cannot be used.
    pub lock: Vec<&'static str>,
    /// `embed=1`: plots and run controls alone, for a frame in another page.
    pub embed: bool,
    /// `origin=`: the origin of the page that may command an embedded one.
    pub origin: Option<String>,
}

/// Every control that a link may hide or lock: the parts of the page, then the fields of the form.
pub fn controls() -> impl Iterator<Item = &'static str> {
    PARTS
        .into_iter()
        .chain(FIELDS.iter().map(|field| field.key))
}

impl Presentation {
    /// Takes a key of a link; `None` if it is not about the presentation.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Option<Result<(), LinkError>> {
        Some(match key {
            "at" => At::parse(value).map(|at| self.at = Some(at)),
            "title" => words(key, value, LONGEST_TITLE, false).map(|title| self.title = title),
            "note" => words(key, value, LONGEST_NOTE, true).map(|note| self.note = note),
            "hide" => names(key, value).map(|names| self.hide = names),
            "lock" => names(key, value).map(|names| self.lock = names),
            "embed" => super::link::flag(key, value).map(|embed| self.embed = embed),
            "origin" => origin(value).map(|origin| self.origin = Some(origin)),
            _ => return None,
        })
    }

    /// Its part of a link, each key behind an `&`; empty where there is nothing to say.
    #[must_use]
    pub fn text(&self) -> String {
        let join = |names: &[&str]| (!names.is_empty()).then(|| names.join("."));
        let values = [
            self.at.map(At::text),
            self.title.as_deref().map(encode),
            self.note.as_deref().map(encode),
            join(&self.hide),
            join(&self.lock),
            self.embed.then(|| "1".to_owned()),
            self.origin.clone(),
        ];
        let keys = KEYS.iter().zip(values);
        keys.filter_map(|(key, value)| Some(format!("&{key}={}", value?)))
            .collect()
    }

    /// Whether a field of the form, by its key, may not be changed by the reader.
    #[must_use]
    pub fn keeps(&self, key: &str) -> bool {
        let named = |names: &[&str]| names.contains(&key) || names.contains(&"settings");
        field(key).is_some() && (named(&self.hide) || named(&self.lock))
    }
}

/// A text of whoever made the link. No character of it may change what stands around it; a note may have lines.
fn words(key: &str, value: &str, most: usize, lines: bool) -> Result<Option<String>, LinkError> {
    let value = value.trim();
    let is_odd = |c: char| {
        c.is_control() && !(lines && c == '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffd}')
    };
    if value.chars().count() > most || value.contains(is_odd) {
        return Err(LinkError::value(key, value, Allowed::Text(most)));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

fn names(key: &str, value: &str) -> Result<Vec<&'static str>, LinkError> {
    let given: Vec<&str> = value.split(['.', '-']).collect();
    if let Some(unknown) = given
        .iter()
        .find(|name| !controls().any(|known| known == **name))
    {
        return Err(LinkError::value(key, unknown, Allowed::Controls));
    }
    Ok(controls().filter(|known| given.contains(known)).collect())
}

/// Scheme, host and perhaps port, as a browser writes them.
fn origin(value: &str) -> Result<String, LinkError> {
    let lower = value.to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let host = host.filter(|host| !host.is_empty() && host.len() <= 260 && host.chars().all(good));
    match host {
        Some(_) => Ok(lower),
        None => Err(LinkError::value("origin", value, Allowed::Origin)),
    }
}

/// Percent-encodes all but letters, digits, `-`, `.`, `_` and `~`, which nothing on a link's way changes.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded += &format!("%{byte:02X}");
        }
    }
    encoded
}
