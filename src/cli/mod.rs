//! The command line: the same experiments as the page, natively.

pub mod dataset;
mod pack;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Feedback alignment lab: train the experiment of a link, print what the page would draw.
#[derive(Parser)]
#[command(name = "falab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train the experiment of a link and print its measurements.
    Run(run::Arguments),
    /// Make the chunks of assets/mnist from the four original MNIST files.
    PackMnist(pack::Arguments),
}

/// A link that cannot be run; it ends the program with exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadLink(String);

/// Runs the program of the process's arguments: 0 is success, 2 a bad link or flag, 1 any other failure.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::PackMnist(arguments) => pack::pack(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("falab: {error:#}");
            ExitCode::from(if error.is::<BadLink>() { 2 } else { 1 })
        }
    }
}
