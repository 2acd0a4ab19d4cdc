//! The text form of an experiment: `#v=1&hidden=3x50&lr=1e-4&seed=7`.

use std::collections::BTreeSet;

use super::error::{Allowed, LinkError, shown};
use super::fields::{FIELDS, Field, field};
use super::number;
use super::presentation::{self, Presentation};
use super::receipt::{self, Receipt};
use super::{Draft, Spec};
use crate::core::NUMERICS;
use crate::lang::{self, Texts};

/// Keys that are no field: version of the link, version of the numerics, start at once, language of the page, lesson
/// beside it, fingerprints of its lanes.
const OTHER_KEYS: [&str; 6] = ["v", "num", "run", "lang", "lesson", "receipt"];

/// Whether links have this key.
pub(super) fn is_known(key: &str) -> bool {
    OTHER_KEYS.contains(&key) || presentation::KEYS.contains(&key) || field(key).is_some()
}

/// Lessons there are.
pub const LESSONS: u32 = 10;

/// Longest link that is read, in bytes; a canonical one has a few hundred.
pub const LONGEST: usize = 10_000;

/// Mistakes of a link that are told one by one; further ones are counted.
pub const MOST_ERRORS: usize = 12;

/// What is wrong with a link. A link of thousands of mistakes is not told thousands of them.
#[derive(Default)]
struct Errors {
    told: Vec<LinkError>,
    more: usize,
}

impl Errors {
    /// `error` is only made where there is room for it.
    fn push(&mut self, error: impl FnOnce() -> LinkError) {
        if self.told.len() < MOST_ERRORS {
            self.told.push(error());
        } else {
            self.more += 1;
        }
    }

    fn all(mut self) -> Vec<LinkError> {
        if self.more > 0 {
            let count = self.more;
            self.told.push(LinkError::More { count });
        }
        self.told
    }
}

/// What a link says.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub spec: Spec,
    /// `run=1`: start at once.
    pub run: bool,
    /// `lang=`: the language that the page opens in. As with `run`, it is no part of the experiment.
    pub lang: Option<&'static Texts>,
    /// `lesson=`: the lesson that the page opens beside it. It is no part of the experiment either.
    pub lesson: Option<u32>,
    /// `receipt=`: what its lanes ended in for whoever made the link.
    pub receipt: Option<Receipt>,
    /// How it wants to be shown; no part of the experiment.
    pub presentation: Presentation,
    /// What could not be used; everything else is in `spec`.
    pub errors: Vec<LinkError>,
}

impl Link {
    /// Reads a whole URL, its fragment with `#`, or the bare fragment. Nothing stops it: what is wrong becomes an
    /// error, the rest applies.
    #[must_use]
    pub fn read(text: &str) -> Link {
        let mut draft = Draft::default();
        let mut errors = Errors::default();
        let mut run = false;
        let mut lang = None;
        let mut lesson = None;
        let mut presentation = Presentation::default();
        let mut made_with = NUMERICS;
        let mut prints = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let text = text.trim();
        if text.len() > LONGEST {
            let (bytes, limit) = (text.len(), LONGEST);
            errors.push(|| LinkError::TooLong { bytes, limit });
        }
        let readable = if text.len() > LONGEST {
            ""
        } else {
            fragment(text)
        };
        let mut parts: Vec<&str> = readable.split('&').filter(|p| !p.is_empty()).collect();
        // What `n` may be is up to the data set, wherever it stands; the others keep their order.
        parts.sort_by_key(|part| !part.starts_with("data="));
        for part in parts {
            let Some((key, value)) = part.split_once('=') else {
                errors.push(|| LinkError::NoValue {
                    part: shown(&decode(part)),
                });
                continue;
            };
            let (key, value) = (decode(key), decode(value));
            if seen.contains(&key) {
                errors.push(|| LinkError::Twice {
                    key: shown(&key),
                    value: shown(&value),
                });
                continue;
            }
            let done = match key.as_str() {
                "run" => flag("run", &value).map(|flag| run = flag),
                "lang" => language(&value).map(|texts| lang = Some(texts)),
                "lesson" => lesson_number(&value).map(|number| lesson = Some(number)),
                "v" => version(&value),
                "num" => numerics(&value).map(|version| made_with = version),
                "receipt" => receipt::parse(&value).map(|found| prints = found),
                _ => match (presentation.set(&key, &value), field(&key)) {
                    (Some(done), _) => done,
                    (None, Some(field)) => field.set(&mut draft, &value),
                    (None, None) => {
                        errors.push(|| unknown(&key, &value));
                        Ok(())
                    }
                },
            };
            if let Err(error) = done {
                errors.push(|| error);
            }
            seen.insert(key);
        }
        if ["rules", "phases"].iter().all(|key| seen.contains(*key)) {
            errors.push(|| LinkError::Beside);
        }
        let spec = finish(draft, &mut errors);
        let receipt = Receipt::made_with(made_with, prints);
        let (receipt, not_run) =
            receipt.map_or((None, Vec::new()), |receipt| receipt.of_lanes(spec.lanes()));
        for error in not_run {
            errors.push(|| error);
        }
        if made_with != NUMERICS {
            let (value, present) = (made_with, NUMERICS);
            errors.push(|| match receipt {
                None => LinkError::Numerics { value, present },
                Some(_) => LinkError::ReceiptNumerics { value, present },
            });
        }
        Link {
            spec,
            run,
            lang,
            lesson,
            receipt,
            presentation,
            errors: errors.all(),
        }
    }

    /// A link without any error, as the command line wants it.
    ///
    /// # Errors
    /// Everything that is wrong with the link.
    pub fn parse(text: &str) -> Result<Link, Vec<LinkError>> {
        let mut link = Link::read(text);
        // The page says so itself, and lists those that there are.
        if let Some(number) = link.lesson.filter(|&number| number > LESSONS) {
            link.errors.push(no_lesson(&number.to_string()));
        }
        if link.errors.is_empty() {
            Ok(link)
        } else {
            Err(link.errors)
        }
    }

    /// The link of one of its seeds alone, counted from 0: an experiment of its own. Receipts are about the first one.
    #[must_use]
    pub fn of_seed(&self, at: u32) -> Link {
        Link {
            spec: self.spec.of_seed(at),
            receipt: self.receipt.clone().filter(|_| at == 0),
            ..self.clone()
        }
    }

    /// Its canonical text: that of its experiment, then its receipt and how it is shown, if it says so. `run` is left out, because a link
    /// that is passed on should not start by itself, and `lang` and `lesson`, because they are the reader's own.
    #[must_use]
    pub fn text(&self) -> String {
        self.spec.link_with(self.receipt.as_ref()) + &self.presentation.text()
    }
}

/// A link that opens the page in this language.
#[must_use]
pub fn with_language(link: &str, texts: &Texts) -> String {
    format!("{link}&lang={}", texts.code)
}

/// The experiment of a draft; where its numbers do not go together the smaller evil is taken and said.
fn finish(draft: Draft, errors: &mut Errors) -> Spec {
    match draft.clone().finish() {
        Ok(spec) => spec,
        Err(error) => {
            let key = error.key().and_then(field);
            errors.push(|| error);
            let mut smaller = draft;
            // The offending field falls back to its default; if that is not enough, all do.
            let most = smaller.data.train();
            let default = |field: &Field| match field.key {
                "n" => Draft::default().images.min(most).to_string(),
                _ => field.default_text(),
            };
            let reset = key.map(|field| field.set(&mut smaller, &default(field)));
            match reset {
                Some(Ok(())) => smaller.finish().unwrap_or_default(),
                _ => Spec::default(),
            }
        }
    }
}

pub(super) fn flag(key: &str, value: &str) -> Result<bool, LinkError> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(LinkError::value(key, value, Allowed::Words("0, 1"))),
    }
}

fn version(value: &str) -> Result<(), LinkError> {
    match value {
        "1" => Ok(()),
        _ => Err(LinkError::Version {
            value: shown(value),
        }),
    }
}

fn numerics(value: &str) -> Result<u32, LinkError> {
    let version = number::parse_whole(value, 0, u64::from(u32::MAX));
    version
        .and_then(|version| u32::try_from(version).ok())
        .ok_or_else(|| LinkError::value("num", value, Allowed::Numerics))
}

fn language(value: &str) -> Result<&'static Texts, LinkError> {
    lang::of_code(value).ok_or_else(|| LinkError::value("lang", value, Allowed::Language))
}

fn lesson_number(value: &str) -> Result<u32, LinkError> {
    let number = number::parse_whole(value, 1, 99).and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| no_lesson(value))
}

fn no_lesson(value: &str) -> LinkError {
    LinkError::value("lesson", value, Allowed::Words("1, 2, …, 10"))
}

/// Every key that a link may have.
pub(super) fn keys() -> Vec<&'static str> {
    let fields = FIELDS.iter().map(|field| field.key);
    let others = OTHER_KEYS.into_iter().chain(presentation::KEYS);
    others.chain(fields).collect()
}

fn unknown(key: &str, value: &str) -> LinkError {
    let nearest = keys()
        .into_iter()
        .map(|known| (distance(key, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 2 && *distance < known.len());
    LinkError::UnknownKey {
        key: shown(key),
        value: shown(value),
        near: nearest.map(|(_, known)| known),
    }
}

/// Levenshtein's edit distance; a long key is far from everything.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    if a.chars().count() > 2 * b.len() + 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

/// What stands behind the `#` of a URL; a text without one is taken whole if it is no URL.
fn fragment(text: &str) -> &str {
    match text.split_once('#') {
        Some((_, fragment)) => fragment,
        None => match text.split_once("://") {
            Some((scheme, _)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => "",
            _ => text, // An address may also be a value.
        },
    }
}

/// Undoes percent-encoding; what is not valid stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

impl Spec {
    /// The experiment of a link without any error, as the command line wants it.
    ///
    /// # Errors
    /// Everything that is wrong with the link.
    pub fn parse(text: &str) -> Result<Spec, Vec<LinkError>> {
        Link::parse(text).map(|link| link.spec)
    }

    /// Its canonical link: version first, keys in the order of [`FIELDS`], defaults left out.
    #[must_use]
    pub fn link(&self) -> String {
        let mut link = "v=1".to_owned();
        for field in FIELDS {
            let text = field.get(self);
            if text != field.default_text() {
                link += &format!("&{}={text}", field.key);
            }
        }
        link
    }

    /// Its canonical link, with the receipt of its lanes behind it and the numerics version that the receipt was made
    /// with.
    #[must_use]
    pub fn link_with(&self, receipt: Option<&Receipt>) -> String {
        let mut link = self.link();
        if let Some(receipt) = receipt {
            link += &format!("&num={}&receipt={}", receipt.numerics(), receipt.text());
        }
        link
    }
}
