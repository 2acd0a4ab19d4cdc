//! Japanese.

mod access;
#[cfg(feature = "cli")]
mod command;
mod inside;
mod lab;
mod own;
mod page;
mod spec;
mod white;

use super::Texts;

pub static TEXTS: Texts = Texts {
    code: "ja",
    name: "日本語",
    page: page::PAGE,
    lab: lab::LAB,
    inside: inside::INSIDE,
    figures: lab::FIGURES,
    rules: spec::RULES,
    experiments: spec::EXPERIMENTS,
    knobs: spec::KNOBS,
    errors: spec::ERRORS,
    access: access::ACCESS,
    own: own::OWN,
    white: white::WHITE,
    #[cfg(feature = "cli")]
    command: command::COMMAND,
};
