//! English.

mod access;
#[cfg(feature = "cli")]
mod command;
mod export;
mod ghosts;
mod inside;
mod lab;
mod own;
mod page;
mod spec;
mod spread;
mod white;

use super::Texts;

pub static TEXTS: Texts = Texts {
    code: "en",
    name: "English",
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
    ghosts: ghosts::GHOSTS,
    white: white::WHITE,
    export: export::EXPORT,
    spread: spread::SPREAD,
    #[cfg(feature = "cli")]
    command: command::COMMAND,
};
