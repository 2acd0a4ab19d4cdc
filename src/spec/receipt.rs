//! What a link says that its lanes end in, so that whoever runs it can see whether the bits are the same.
//!
//! A receipt is no part of the experiment: a link with it and without it are the same [`Spec`](super::Spec). It stands
//! behind everything else, `num=1&receipt=bp:0123456789abcdef-dfa:…`, together with the numerics version that it was
//! made with, because a fingerprint says nothing about another version's arithmetic.

use super::error::{LinkError, shown};
use crate::core::{NUMERICS, Rule, fingerprint};

/// What a receipt takes, in words.
pub(super) const ALLOWED: &str =
    "rule:16 hex digits, such as bp:0123456789abcdef, each rule at most once, joined by -";

/// Fingerprints of lanes that ran to their end, by rule; there is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    numerics: u32,
    /// In the order of the rules, each at most once.
    prints: Vec<(Rule, u64)>,
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
    /// The receipt of lanes that ended here; `None` without any. Of a rule that is given twice the first counts.
    #[must_use]
    pub fn new(prints: impl IntoIterator<Item = (Rule, u64)>) -> Option<Receipt> {
        Receipt::made_with(NUMERICS, prints)
    }

    /// A receipt of lanes that ended under this numerics version.
    #[must_use]
    pub fn made_with(
        numerics: u32,
        prints: impl IntoIterator<Item = (Rule, u64)>,
    ) -> Option<Receipt> {
        let given: Vec<(Rule, u64)> = prints.into_iter().collect();
        let first = |rule: Rule| given.iter().find(|&&(other, _)| other == rule);
        let prints: Vec<(Rule, u64)> = Rule::ALL.into_iter().filter_map(first).copied().collect();
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

    /// The rules that it speaks about, in their order.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = Rule> + '_ {
        self.prints.iter().map(|&(rule, _)| rule)
    }

    /// The fingerprint that a lane should end in, if the receipt speaks about it.
    #[must_use]
    pub fn expected(&self, rule: Rule) -> Option<u64> {
        let found = self.prints.iter().find(|&&(of, _)| of == rule);
        found.map(|&(_, print)| print)
    }

    /// What it says to a lane that ended in `found`; `None` if it does not speak about that rule.
    #[must_use]
    pub fn verdict(&self, rule: Rule, found: u64) -> Option<Verdict> {
        let expected = self.expected(rule)?;
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

    /// Its text form without the key: `bp:0123456789abcdef-dfa:…`.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = self.prints.iter();
        let texts =
            texts.map(|&(rule, print)| format!("{}:{}", rule.key(), fingerprint::hex(print)));
        texts.collect::<Vec<String>>().join("-")
    }

    /// The receipt without the rules that an experiment does not run, and an error for each of those.
    pub(super) fn of_rules(self, rules: &[Rule]) -> (Option<Receipt>, Vec<LinkError>) {
        let (run, other): (Vec<_>, Vec<_>) = self
            .prints
            .into_iter()
            .partition(|(rule, _)| rules.contains(rule));
        let errors = other.into_iter().map(|(rule, print)| LinkError::NotRun {
            rule: rule.key(),
            print: fingerprint::hex(print),
            rules: super::text::rules(rules),
        });
        (Receipt::made_with(self.numerics, run), errors.collect())
    }
}

/// The fingerprints of a receipt's text, in any order.
pub(super) fn parse(text: &str) -> Result<Vec<(Rule, u64)>, LinkError> {
    let mut prints: Vec<(Rule, u64)> = Vec::new();
    for part in text.split('-') {
        let print = part.split_once(':').and_then(|(word, hex)| {
            let rule = Rule::from_key(word)?;
            let digits = hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
            let print = digits.then(|| u64::from_str_radix(hex, 16).ok())??;
            let again = prints.iter().any(|&(of, _)| of == rule);
            (!again).then_some((rule, print))
        });
        // The part is named, because the whole of it is too long to find the fault in.
        prints.push(print.ok_or_else(|| LinkError::Receipt { part: shown(part) })?);
    }
    Ok(prints)
}
