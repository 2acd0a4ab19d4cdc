//! The language of the command line: which one, and help and complaints of clap in it.

use std::env;
use std::ffi::OsString;
use std::sync::OnceLock;

use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::lang::{self, ENGLISH, Texts, fill};

static SPOKEN: OnceLock<&'static Texts> = OnceLock::new();

/// The texts of the language that is spoken; English before [`choose`].
pub fn texts() -> &'static Texts {
    SPOKEN.get().copied().unwrap_or(ENGLISH)
}

/// The command line's own texts in the language that is spoken.
pub fn words() -> &'static lang::Command {
    &texts().command
}

/// A text of [`words`] with its values.
pub fn say(text: &str, values: &[(&str, &str)]) -> String {
    fill(text, values)
}

/// A text about one file or folder.
pub fn about(text: &str, name: impl ToString) -> String {
    fill(text, &[("name", &name.to_string())])
}

/// A whole number within bounds, for clap.
///
/// # Errors
/// The text is none, in words.
pub fn whole<T: TryFrom<u64>>(text: &str, low: u64, high: u64) -> Result<T, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (low..=high).contains(number));
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| {
            let (low, high) = (low.to_string(), high.to_string());
            say(words().allowed_whole, &[("low", &low), ("high", &high)])
        })
}

/// Chooses the language once, before anything is said: `--lang`, else that of the environment.
pub fn choose(arguments: &[OsString]) {
    let asked = asked(arguments);
    let texts = asked.unwrap_or_else(|| of_environment(|name| env::var(name).ok()));
    SPOKEN.set(texts).ok();
}

/// The language of the last `--lang CODE` or `--lang=CODE`; what is no code is left for clap to complain about.
fn asked(arguments: &[OsString]) -> Option<&'static Texts> {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let words = words.split(|word| *word == "--").next()?;
    let after = words.windows(2).filter(|pair| pair[0] == "--lang");
    let within = words.iter().filter_map(|word| word.strip_prefix("--lang="));
    let codes = after.map(|pair| pair[1]).chain(within);
    codes.rev().find_map(lang::of_code)
}

/// The language of the first of the locale's variables that is set, as the C library reads them.
fn of_environment(get: impl Fn(&str) -> Option<String>) -> &'static Texts {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let locale = variables.filter_map(get).find(|locale| !locale.is_empty());
    locale
        .and_then(|locale| lang::of_tag(&locale))
        .unwrap_or(ENGLISH)
}

/// Says a command, its flags and its commands in a language. The text of the flag `--every` of `run` is `run_every`.
pub fn spoken(command: Command, texts: &'static Texts) -> Command {
    let words = &texts.command;
    let lang = Arg::new("lang")
        .long("lang")
        .value_name("LANG")
        .global(true)
        .value_parser(lang::LANGUAGES.map(|texts| texts.code))
        .help(words.lang)
        .help_heading(words.heading_options)
        .hide_possible_values(true);
    of_command(command, "", texts)
        .arg(lang)
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(words.version)
                .help_heading(words.heading_options),
        )
        .about(words.about)
}

fn of_command(command: Command, prefix: &str, texts: &'static Texts) -> Command {
    let words = &texts.command;
    let find = |key: &str| words.get(key).unwrap_or_default();
    let arguments: Vec<_> = command
        .get_arguments()
        .map(|arg| arg.get_id().clone())
        .collect();
    let commands: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let mut command = command
        .help_template(format!(
            "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            words.usage
        ))
        .subcommand_help_heading(words.heading_commands)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .styles(Styles::plain());
    for id in arguments {
        let help = find(&format!("{prefix}{id}")).to_owned();
        command = command.mut_arg(id, |arg| {
            let defaults: Vec<&str> = arg
                .get_default_values()
                .iter()
                .filter_map(|value| value.to_str())
                .collect();
            let default = match defaults.is_empty() {
                true => String::new(),
                false => format!(
                    " {}",
                    fill(words.default, &[("value", &defaults.join(","))])
                ),
            };
            let heading = if arg.is_positional() {
                words.heading_arguments
            } else {
                words.heading_options
            };
            // A switch has no values to hide.
            let has_value = arg.get_action().takes_values();
            arg.help(help + &default)
                .help_heading(heading)
                .hide_default_value(has_value)
                .hide_possible_values(has_value)
        });
    }
    for name in commands {
        let key = name.replace('-', "_");
        command = command.mut_subcommand(name, |sub| {
            let sub = sub.about(find(&key));
            of_command(sub, &format!("{key}_"), texts)
        });
    }
    // Last, because headings stand in the order of their first flags.
    command.arg(
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(words.help)
            .help_heading(words.heading_options),
    )
}

/// A complaint of clap in the language that is spoken; `None` where it is no complaint, or one that has no words here.
pub fn complaint(error: &clap::Error) -> Option<String> {
    let words = words();
    let context = |kind| {
        error.get(kind).map(|value| match value {
            ContextValue::Strings(strings) => strings.join(", "),
            other => other.to_string(),
        })
    };
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let values = [("argument", argument.as_str()), ("value", &value)];
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => fill(words.missing_value, &values),
        ErrorKind::InvalidValue => {
            let valid = context(ContextKind::ValidValue).unwrap_or_default();
            let why = fill(words.allowed_are, &[("words", &valid)]);
            let [argument, value] = values;
            fill(words.bad_value_why, &[argument, value, ("why", &why)])
        }
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            None => fill(words.bad_value, &values),
            Some(why) => {
                let [argument, value] = values;
                fill(
                    words.bad_value_why,
                    &[argument, value, ("why", &why.to_string())],
                )
            }
        },
        ErrorKind::UnknownArgument => {
            let meant = context(ContextKind::SuggestedArg);
            let meant = meant.map(|meant| fill(words.meant, &[("meant", &meant)]));
            let unknown = fill(words.unknown_argument, &values);
            [Some(unknown), meant]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("\n  ")
        }
        ErrorKind::InvalidSubcommand => {
            let name = context(ContextKind::InvalidSubcommand).unwrap_or_default();
            fill(words.unknown_command, &[("argument", &name)])
        }
        ErrorKind::MissingRequiredArgument => {
            fill(words.missing_arguments, &[("arguments", &argument)])
        }
        ErrorKind::ArgumentConflict
            if context(ContextKind::PriorArg).as_deref() == Some(&argument) =>
        {
            fill(words.given_twice, &values)
        }
        _ => return None,
    };
    let usage = match context(ContextKind::Usage) {
        // clap's own heading is in English.
        Some(usage) => format!(
            "\n\n{} {}",
            words.usage,
            usage.trim_start_matches("Usage:").trim_start()
        ),
        None => String::new(),
    };
    let more = fill(words.more_help, &[("help", "--help")]);
    Some(format!(
        "{}{usage}\n\n{more}",
        fill(words.error, &[("what", &what)])
    ))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{asked, of_environment};
    use crate::cli::Arguments;
    use crate::lang::LANGUAGES;

    fn code(variables: &[(&str, &str)]) -> &'static str {
        let get = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        of_environment(get).code
    }

    #[test]
    fn the_first_variable_that_is_set_counts() {
        assert_eq!(code(&[]), "en");
        assert_eq!(code(&[("LANG", "ja_JP.UTF-8")]), "ja");
        assert_eq!(code(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")]), "en");
        assert_eq!(
            code(&[("LC_ALL", ""), ("LC_MESSAGES", "ja"), ("LANG", "de_DE")]),
            "ja"
        );
        assert_eq!(code(&[("LANG", "jam_JM.UTF-8")]), "en");
    }

    #[test]
    fn the_flag_is_read_before_clap_reads_it() {
        let code = |line: &str| {
            let words: Vec<_> = line.split(' ').map(Into::into).collect();
            asked(&words).map(|texts| texts.code)
        };
        assert_eq!(code("falab run v=1 --lang ja"), Some("ja"));
        assert_eq!(code("falab --lang=ja run v=1"), Some("ja"));
        assert_eq!(code("falab --lang xx run v=1"), None);
        assert_eq!(code("falab run -- --lang ja"), None);
    }

    #[test]
    fn every_command_and_flag_has_a_text_in_every_language() {
        for texts in LANGUAGES {
            for command in Arguments::command().get_subcommands() {
                let name = command.get_name().replace('-', "_");
                let flags = command
                    .get_arguments()
                    .map(|arg| format!("{name}_{}", arg.get_id()));
                for key in flags.chain([name.clone()]) {
                    assert!(texts.command.get(&key).is_some(), "{}: {key}", texts.code);
                }
            }
        }
    }
}
