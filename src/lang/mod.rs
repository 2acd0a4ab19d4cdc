//! What the program says, in every language that it speaks: one table a language, filled in completely or not compiled.
//!
//! The room knows no other one. Rooms above it hold errors, senses and reasons as data and look their words up here,
//! so a language is texts alone. A text may name what it is about: `{step}` in it stands for a value that [`fill`] puts
//! there, in whatever order the language wants.
//!
//! A language more is a folder like `en`, and its line in [`LANGUAGES`].

macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($key:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $(pub $key: &'static str),*
        }

        impl $name {
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];

            /// Its texts, in the order of its keys.
            fn texts(&self) -> Vec<&'static str> {
                vec![$(self.$key),*]
            }

            /// The text of a key.
            #[must_use]
            pub fn get(&self, key: &str) -> Option<&'static str> {
                let at = Self::KEYS.iter().position(|known| *known == key)?;
                self.texts().get(at).copied()
            }

            pub(super) fn each(&self) -> Vec<(String, &'static str)> {
                let keys = Self::KEYS.iter().map(ToString::to_string);
                keys.zip(self.texts()).collect()
            }
        }
    };
}

/// A table of tables, such as one a rule.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $inner:ident { $($key:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $(pub $key: $inner),*
        }

        impl $name {
            pub(super) fn each(&self) -> Vec<(String, &'static str)> {
                let mut all = Vec::new();
                $(all.extend(super::within(stringify!($key), self.$key.each()));)*
                all
            }
        }
    };
}

mod en;
mod ja;
mod keys;

#[cfg(feature = "cli")]
pub use keys::Command;
pub use keys::{
    Access, Errors, Experiment, Experiments, Export, Figures, Ghosts, Inside, Knob, Knobs, Lab,
    Own, Page, Rule, Rules, Spread, White,
};

/// Everything that is said in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    /// Its code, as links, `<html lang>` and the environment name it.
    pub code: &'static str,
    /// Its own name for itself.
    pub name: &'static str,
    pub page: Page,
    pub lab: Lab,
    pub inside: Inside,
    pub figures: Figures,
    pub rules: Rules,
    pub experiments: Experiments,
    pub knobs: Knobs,
    pub errors: Errors,
    pub access: Access,
    pub own: Own,
    pub ghosts: Ghosts,
    pub white: White,
    pub export: Export,
    pub spread: Spread,
    #[cfg(feature = "cli")]
    pub command: Command,
}

/// Every language; the first one is spoken where none is asked for.
pub static LANGUAGES: [&Texts; 2] = [&en::TEXTS, &ja::TEXTS];

/// The language that is spoken where none is asked for, and in messages of errors for programmers.
pub static ENGLISH: &Texts = &en::TEXTS;

/// The language of a code.
#[must_use]
pub fn of_code(code: &str) -> Option<&'static Texts> {
    LANGUAGES.into_iter().find(|texts| texts.code == code)
}

/// The language of a tag such as `ja-JP` or a locale such as `ja_JP.UTF-8`, by its first part, in any case.
#[must_use]
pub fn of_tag(tag: &str) -> Option<&'static Texts> {
    let end = tag.find(['-', '_', '.', '@']).unwrap_or(tag.len());
    of_code(&tag[..end].to_ascii_lowercase())
}

/// The codes of all languages, joined by ", ".
#[must_use]
pub fn codes() -> String {
    LANGUAGES.map(|texts| texts.code).join(", ")
}

/// Puts values into a text: `{key}` becomes the value of `key`. What has no value stays as it is.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    // In one pass, so that a value that holds braces is not filled again.
    while let Some((before, after)) = rest.split_once('{') {
        filled += before;
        let named = after.split_once('}').and_then(|(key, after)| {
            let found = values.iter().find(|(known, _)| *known == key)?;
            Some((found.1, after))
        });
        match named {
            Some((value, after)) => {
                filled += value;
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// Width of a text in columns of half its height: Chinese and Japanese characters take two, all others one.
#[must_use]
pub fn columns(text: &str) -> usize {
    let of = |c: char| if is_wide(c) { 2 } else { 1 };
    text.chars().map(of).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}')
}

fn within(group: &str, texts: Vec<(String, &'static str)>) -> Vec<(String, &'static str)> {
    let named = |(key, text)| (format!("{group}.{key}"), text);
    texts.into_iter().map(named).collect()
}

impl Texts {
    /// The language after this one; after the last comes the first.
    #[must_use]
    pub fn next(&self) -> &'static Texts {
        let at = LANGUAGES.iter().position(|texts| texts.code == self.code);
        LANGUAGES[(at.unwrap_or(0) + 1) % LANGUAGES.len()]
    }

    /// Every text with its key, such as `page.run`.
    #[must_use]
    pub fn each(&self) -> Vec<(String, &'static str)> {
        let mut all = within("page", self.page.each());
        all.extend(within("lab", self.lab.each()));
        all.extend(within("inside", self.inside.each()));
        all.extend(within("figures", self.figures.each()));
        all.extend(within("rules", self.rules.each()));
        all.extend(within("experiments", self.experiments.each()));
        all.extend(within("knobs", self.knobs.each()));
        all.extend(within("errors", self.errors.each()));
        all.extend(within("access", self.access.each()));
        all.extend(within("own", self.own.each()));
        all.extend(within("ghosts", self.ghosts.each()));
        all.extend(within("white", self.white.each()));
        all.extend(within("export", self.export.each()));
        all.extend(within("spread", self.spread.each()));
        #[cfg(feature = "cli")]
        all.extend(within("command", self.command.each()));
        all
    }
}
