//! What a link says that its lanes end in, so that whoever runs it can see whether the bits are the same.
//!
//! A receipt is no part of the experiment: a link with it and without it are the same [`Spec`](super::Spec). It stands
//! behind everything else, `num=1&receipt=bp:0123456789abcdef-dfa:…`, together with the numerics version that it was
//! made with, because a fingerprint says nothing about another version's arithmetic.

use super::error::{LinkError, shown};
use super::schedule::{self, Schedule};
use crate::core::{NUMERICS, fingerprint};

/// Fingerprints of lanes that ran to their end, by the lane's name; there is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    numerics: u32,
    /// Each lane at most once.
    prints: Vec<(String, u64)>,
}

/// What a lane that ran to its end says to its receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every bit of every parameter, and the step, are the same.
    Reproduced,
    /// The lane ended in other bits than the receipt says.
    Differs { expected: u64 },
    /// The receipt was made with this numerics version, which is another than the present one.
    Unchecked { numerics: u32 },
}

impl Verdict {
    /// Its word in records and attributes.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Verdict::Reproduced => "reproduced",
            Verdict::Differs { .. } => "differs",
            Verdict::Unchecked { .. } => "unchecked",
        }
    }
}

impl Receipt {
    /// The receipt of lanes that ended here; `None` without any. Of a lane that is given twice the first counts.
    #[must_use]
    pub fn new(prints: impl IntoIterator<Item = (String, u64)>) -> Option<Receipt> {
        Receipt::made_with(NUMERICS, prints)
    }

    /// A receipt of lanes that ended under this numerics version.
    #[must_use]
    pub fn made_with(
        numerics: u32,
        given: impl IntoIterator<Item = (String, u64)>,
    ) -> Option<Receipt> {
        let mut prints: Vec<(String, u64)> = Vec::new();
        for (lane, print) in given {
            if prints.iter().all(|(other, _)| *other != lane) {
                prints.push((lane, print));
            }
        }
        (!prints.is_empty()).then_some(Receipt { numerics, prints })
    }

    /// The numerics version that it was made with.
    #[must_use]
    pub fn numerics(&self) -> u32 {
        self.numerics
    }

    /// Whether the present arithmetic is the one that it was made with.
    #[must_use]
    pub fn can_be_checked(&self) -> bool {
        self.numerics == NUMERICS
    }

    /// The lanes that it speaks about.
    pub fn lanes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.prints.iter().map(|(lane, _)| lane.as_str())
    }

    /// The fingerprint that a lane should end in, if the receipt speaks about it.
    #[must_use]
    pub fn expected(&self, lane: &str) -> Option<u64> {
        let found = self.prints.iter().find(|(of, _)| of == lane);
        found.map(|&(_, print)| print)
    }

    /// What it says to a lane that ended in `found`; `None` if it does not speak about that lane.
    #[must_use]
    pub fn verdict(&self, lane: &str, found: u64) -> Option<Verdict> {
        let expected = self.expected(lane)?;
        Some(if !self.can_be_checked() {
            Verdict::Unchecked {
                numerics: self.numerics,
            }
        } else if expected == found {
            Verdict::Reproduced
        } else {
            Verdict::Differs { expected }
        })
    }

    /// What it says of the lanes that `is_run` tells, and the others that it speaks about.
    #[must_use]
    pub fn narrowed(self, is_run: impl Fn(&str) -> bool) -> (Option<Receipt>, Vec<String>) {
        let (run, other): (Vec<_>, Vec<_>) =
            self.prints.into_iter().partition(|(lane, _)| is_run(lane));
        let other = other.into_iter().map(|(lane, _)| lane).collect();
        (Receipt::made_with(self.numerics, run), other)
    }

    /// Its text form without the key: `bp:0123456789abcdef-dfa:…`.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = self.prints.iter();
        let texts = texts.map(|(lane, print)| format!("{lane}:{}", fingerprint::hex(*print)));
        texts.collect::<Vec<String>>().join("-")
    }

    /// The receipt in the order of an experiment's lanes, without those that it does not run, and an error for each of
    /// these.
    pub(super) fn of_lanes(self, lanes: &[Schedule]) -> (Option<Receipt>, Vec<LinkError>) {
        let print = |lane: &Schedule| Some((lane.name().to_owned(), self.expected(lane.name())?));
        let run: Vec<(String, u64)> = lanes.iter().filter_map(print).collect();
        let names: Vec<&str> = lanes.iter().map(Schedule::name).collect();
        let other = self.prints.iter();
        let other = other.filter(|(lane, _)| !names.contains(&lane.as_str()));
        let errors = other.map(|(lane, print)| LinkError::NotRun {
            lane: lane.clone(),
            print: fingerprint::hex(*print),
            lanes: names.join(", "),
        });
        let errors = errors.collect();
        (Receipt::made_with(self.numerics, run), errors)
    }
}

/// The fingerprints of a receipt's text, in any order.
pub(super) fn parse(text: &str) -> Result<Vec<(String, u64)>, LinkError> {
    let mut prints: Vec<(String, u64)> = Vec::new();
    for part in text.split('-') {
        let print = part.split_once(':').and_then(|(word, hex)| {
            let lane = schedule::parse_name(word)?;
            let digits = hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
            let print = digits.then(|| u64::from_str_radix(hex, 16).ok())??;
            let again = prints.iter().any(|(of, _)| *of == lane);
            (!again).then_some((lane, print))
        });
        // The part is named, because the whole of it is too long to find the fault in.
        prints.push(print.ok_or_else(|| LinkError::Receipt { part: shown(part) })?);
    }
    Ok(prints)
}
