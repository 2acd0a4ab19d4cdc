//! The command line: the same experiments as the page, natively.

pub mod dataset;
mod keep;
mod lanes;
mod links;
mod pack;
mod run;
pub mod table1;
mod verify;

use std::io;
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
    /// Train the links of a list and compare every lane with its receipt.
    Verify(verify::Arguments),
    /// Run the cells of the paper's Table 1 and write the table.
    Table1(table1::Arguments),
    /// Make the chunks of assets/mnist from the four original MNIST files.
    PackMnist(pack::Arguments),
}

/// A link that cannot be run; it ends the program with exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadLink(String);

impl BadLink {
    /// The same, with the place where the link stands before each of its lines.
    fn at(&self, place: &str) -> BadLink {
        let lines: Vec<String> = self
            .0
            .lines()
            .map(|line| format!("{place}: {line}"))
            .collect();
        BadLink(lines.join("\n"))
    }
}

/// Lanes that ended in other bits than their receipts say; it ends the program with exit status 3.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Differs(String);

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Runs the program of the process's arguments: 0 is success, 2 a bad link or flag, 3 a lane that differs from its
/// receipt, 1 any other failure.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Table1(arguments) => table1::table1(&arguments),
        Command::PackMnist(arguments) => pack::pack(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough, as with `| head`; nothing is said, and nothing claimed to be done.
        Err(error) if is_broken_pipe(&error) => ExitCode::FAILURE,
        Err(error) => {
            for line in format!("{error:#}").lines() {
                eprintln!("falab: {line}");
            }
            ExitCode::from(if error.is::<BadLink>() {
                2
            } else if error.is::<Differs>() {
                3
            } else {
                1
            })
        }
    }
}
