//! The text form of an experiment: `#v=1&hidden=3x50&lr=1e-4&seed=7`.

use super::error::{LinkError, shown};
use super::fields::{FIELDS, field};
use super::number;
use super::receipt::{self, Receipt};
use super::{Draft, Spec};
use crate::core::NUMERICS;

/// Keys that are no field: version of the link, version of the numerics, start at once, fingerprints of its lanes.
const OTHER_KEYS: [&str; 4] = ["v", "num", "run", "receipt"];

/// Longest link that is read, in bytes; a canonical one has a few hundred.
const LONGEST: usize = 10_000;

/// What a link says.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub spec: Spec,
    /// `run=1`: start at once.
    pub run: bool,
    /// `receipt=`: what its lanes ended in for whoever made the link.
    pub receipt: Option<Receipt>,
    /// What could not be used; everything else is in `spec`.
    pub errors: Vec<LinkError>,
}

impl Link {
    /// Reads a whole URL, its fragment with `#`, or the bare fragment. Nothing stops it: what is wrong becomes an
    /// error, the rest applies.
    #[must_use]
    pub fn read(text: &str) -> Link {
        let mut draft = Draft::default();
        let mut errors = Vec::new();
        let mut run = false;
        let mut made_with = NUMERICS;
        let mut prints = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let text = text.trim();
        if text.len() > LONGEST {
            errors.push(LinkError::NoValue { part: shown(text) });
        }
        let readable = if text.len() > LONGEST {
            ""
        } else {
            fragment(text)
        };
        for part in readable.split('&').filter(|part| !part.is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                errors.push(LinkError::NoValue {
                    part: shown(&decode(part)),
                });
                continue;
            };
            let (key, value) = (decode(key), decode(value));
            if seen.contains(&key) {
                errors.push(LinkError::Twice {
                    key: shown(&key),
                    value: shown(&value),
                });
                continue;
            }
            let done = match key.as_str() {
                "run" => flag(&value).map(|flag| run = flag),
                "v" => version(&value),
                "num" => numerics(&value).map(|version| made_with = version),
                "receipt" => receipt::parse(&value).map(|found| prints = found),
                _ => match field(&key) {
                    Some(field) => field.set(&mut draft, &value),
                    None => Err(unknown(&key, &value)),
                },
            };
            errors.extend(done.err());
            seen.push(key);
        }
        let spec = finish(draft, &mut errors);
        let receipt = Receipt::made_with(made_with, prints);
        let (receipt, not_run) =
            receipt.map_or((None, Vec::new()), |receipt| receipt.of_rules(spec.rules()));
        errors.extend(not_run);
        if made_with != NUMERICS {
            let (value, present) = (made_with, NUMERICS);
            errors.push(match receipt {
                None => LinkError::Numerics { value, present },
                Some(_) => LinkError::ReceiptNumerics { value, present },
            });
        }
        Link {
            spec,
            run,
            receipt,
            errors,
        }
    }

    /// A link without any error, as the command line wants it.
    ///
    /// # Errors
    /// Everything that is wrong with the link.
    pub fn parse(text: &str) -> Result<Link, Vec<LinkError>> {
        let link = Link::read(text);
        if link.errors.is_empty() {
            Ok(link)
        } else {
            Err(link.errors)
        }
    }

    /// Its canonical text: that of its experiment, then its receipt, if it has one. `run` is left out, because a link
    /// that is passed on should not start by itself.
    #[must_use]
    pub fn text(&self) -> String {
        self.spec.link_with(self.receipt.as_ref())
    }
}

/// The experiment of a draft; where its numbers do not go together the smaller evil is taken and said.
fn finish(draft: Draft, errors: &mut Vec<LinkError>) -> Spec {
    match draft.clone().finish() {
        Ok(spec) => spec,
        Err(error) => {
            let key = error.key().and_then(field);
            errors.push(error);
            let mut smaller = draft;
            // The offending field falls back to its default; if that is not enough, all do.
            let reset = key.map(|field| field.set(&mut smaller, &field.default_text()));
            match reset {
                Some(Ok(())) => smaller.finish().unwrap_or_default(),
                _ => Spec::default(),
            }
        }
    }
}

fn flag(value: &str) -> Result<bool, LinkError> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(LinkError::value("run", value, "0, 1")),
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
        .ok_or_else(|| LinkError::value("num", value, "a version, a whole number"))
}

fn unknown(key: &str, value: &str) -> LinkError {
    let keys: Vec<&str> = OTHER_KEYS
        .into_iter()
        .chain(FIELDS.iter().map(|field| field.key))
        .collect();
    let nearest = keys
        .iter()
        .map(|known| (distance(key, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 2 && *distance < known.len());
    let hint = match nearest {
        Some((_, known)) => format!("is {known} meant?"),
        None => format!("allowed: {}", keys.join(", ")),
    };
    LinkError::UnknownKey {
        key: shown(key),
        value: shown(value),
        hint,
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
        None if text.contains("://") => "",
        None => text,
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
