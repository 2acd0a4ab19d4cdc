//! Text forms of the knobs that are more than a word or a number.

use super::number;
use super::schedule::{self, Schedule};
use crate::core::{Activation, Dropout, FeedbackLaw, OptimizerKind, Rule, Start};
use crate::lang::Texts;

/// Words of a choice, each with what it stands for.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const ACTIVATIONS: Words<Activation> = &[
    ("tanh", Activation::Tanh),
    ("logistic", Activation::Logistic),
    ("relu", Activation::Relu),
];

pub(super) const LAWS: Words<FeedbackLaw> = &[
    ("uniform", FeedbackLaw::Uniform),
    ("gauss", FeedbackLaw::Gauss),
    ("sign", FeedbackLaw::Sign),
];

pub(super) const OPTIMIZERS: Words<OptimizerKind> = &[
    ("rmsprop", OptimizerKind::RmsProp),
    ("sgd", OptimizerKind::Sgd),
    ("momentum", OptimizerKind::Momentum),
    ("adam", OptimizerKind::Adam),
];

pub(super) const STARTS: Words<Start> = &[
    ("paper", Start::Paper),
    ("uniform", Start::Uniform),
    ("zero", Start::Zero),
    ("scaled", Start::Scaled),
];

/// The thing of a word.
pub(super) fn thing<T: Copy>(words: Words<T>, text: &str) -> Option<T> {
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|&(_, thing)| thing)
}

/// The word of a thing.
pub(super) fn word<T: PartialEq>(words: Words<T>, thing: &T) -> &'static str {
    let found = words.iter().find(|(_, of_word)| of_word == thing);
    found.map_or("", |(word, _)| word)
}

pub(super) fn start(start: &Start) -> String {
    match start {
        Start::Small(h) => format!("small:{}", number::text(*h)),
        _ => word(STARTS, start).to_owned(),
    }
}

pub(super) fn parse_start(text: &str) -> Option<Start> {
    match text.strip_prefix("small:") {
        Some(h) => number::parse(h, f64::from(f32::MIN_POSITIVE), 1.0).map(Start::Small),
        None => thing(STARTS, text),
    }
}

/// What a language says of a rule.
#[must_use]
pub fn rule_words(rule: Rule, texts: &Texts) -> &crate::lang::Rule {
    match rule {
        Rule::Bp => &texts.rules.bp,
        Rule::Fa => &texts.rules.fa,
        Rule::Dfa => &texts.rules.dfa,
        Rule::Ifa => &texts.rules.ifa,
        Rule::Shallow => &texts.rules.shallow,
    }
}

/// The lanes of the first look.
pub(super) fn default_lanes() -> Vec<Schedule> {
    [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa]
        .map(Schedule::plain)
        .to_vec()
}

/// The rules of lanes that are one rule each, in the canonical order; `None` of any others.
fn plain_rules(lanes: &[Schedule]) -> Option<Vec<Rule>> {
    let plain = |lane: &Schedule| lane.as_plain().filter(|rule| rule.key() == lane.name());
    let rules: Vec<Rule> = lanes.iter().map(plain).collect::<Option<_>>()?;
    rules.is_sorted_by(|a, b| a < b).then_some(rules)
}

/// The rules; of lanes with phases, which have a field of their own, the default.
pub(super) fn rules(lanes: &[Schedule]) -> String {
    let rules = plain_rules(lanes).or_else(|| plain_rules(&default_lanes()));
    let rules = rules.unwrap_or_default();
    let keys: Vec<&str> = rules.iter().map(|rule| rule.key()).collect();
    keys.join("-")
}

/// A lane a rule, in their canonical order, each once.
pub(super) fn parse_rules(text: &str) -> Option<Vec<Schedule>> {
    let mut rules = Vec::new();
    for word in text.split('-') {
        let rule = Rule::from_key(word)?;
        if rules.contains(&rule) {
            return None;
        }
        rules.push(rule);
    }
    // In order by being picked in order: no code of a sort for five rules.
    let in_order = Rule::ALL.into_iter().filter(|rule| rules.contains(rule));
    Some(in_order.map(Schedule::plain).collect())
}

/// Lanes with phases; `none` if every lane is one rule.
pub(super) fn phases(lanes: &[Schedule]) -> String {
    match plain_rules(lanes) {
        Some(_) => "none".to_owned(),
        None => schedule::text(lanes),
    }
}

/// Sets lanes with phases; `none` brings back lanes of one rule where there were others.
pub(super) fn set_phases(lanes: &mut Vec<Schedule>, text: &str) -> Option<()> {
    if text != "none" {
        *lanes = schedule::parse(text)?;
    } else if plain_rules(lanes).is_none() {
        *lanes = default_lanes();
    }
    Some(())
}

pub(super) fn dropout(dropout: Option<Dropout>) -> String {
    dropout.map_or_else(
        || "none".to_owned(),
        |p| format!("{}-{}", number::text(p.input), number::text(p.hidden)),
    )
}

/// `none`, or two probabilities `0.1-0.5`.
pub(super) fn parse_dropout(text: &str) -> Option<Option<Dropout>> {
    if text == "none" {
        return Some(None);
    }
    // An exponent has a "-" of its own: 1e-2-0.5.
    text.match_indices('-').find_map(|(at, _)| {
        let (input, hidden) = (&text[..at], &text[at + 1..]);
        let input = number::parse(input, 0.0, 0.9)?;
        let hidden = number::parse(hidden, 0.0, 0.9)?;
        let any = input > 0.0 || hidden > 0.0;
        Some(any.then_some(Dropout { input, hidden }))
    })
}
