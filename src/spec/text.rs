//! Text forms of the knobs that are more than a word or a number.

use super::number;
use crate::core::{Activation, Dropout, FeedbackLaw, OptimizerKind, Rule, Start};

/// Most hidden layers.
pub(super) const LAYERS: usize = 100;
/// Most units of a hidden layer.
pub(super) const WIDTH: u64 = 2_000;

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

/// `2x64-10`: runs of equal widths as KxN, joined by "-".
pub(super) fn widths(hidden: &[u32]) -> String {
    let runs = hidden.chunk_by(|a, b| a == b);
    let texts = runs.map(|run| match run {
        [width] => width.to_string(),
        _ => format!("{}x{}", run.len(), run[0]),
    });
    texts.collect::<Vec<String>>().join("-")
}

/// Widths of 1 to 100 hidden layers, each 1 to 2,000.
pub(super) fn parse_widths(text: &str) -> Option<Vec<u32>> {
    let mut hidden = Vec::new();
    for run in text.split('-') {
        let (count, width) = run.split_once('x').unwrap_or(("1", run));
        let count = number::parse_whole(count, 1, LAYERS as u64)? as usize;
        let width = number::parse_whole(width, 1, WIDTH)? as u32;
        if hidden.len() + count > LAYERS {
            return None;
        }
        hidden.extend(std::iter::repeat_n(width, count));
    }
    Some(hidden)
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

pub(super) fn rules(rules: &[Rule]) -> String {
    let keys: Vec<&str> = rules.iter().map(|rule| rule.key()).collect();
    keys.join("-")
}

/// Rules in their canonical order, each once.
pub(super) fn parse_rules(text: &str) -> Option<Vec<Rule>> {
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
    Some(in_order.collect())
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
