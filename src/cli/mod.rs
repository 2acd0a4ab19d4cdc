//! The command line: the same experiments as the page, natively.

pub mod dataset;
mod export;
mod folder;
mod inside;
pub mod keep;
mod lanes;
pub mod links;
pub mod own;
mod pack;
mod run;
mod speech;
pub mod table;
mod verify;
mod white;

use std::ffi::OsString;
use std::io;
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

// What help says of these stands in `lang`; `speech` puts it there.
#[derive(Parser)]
#[command(name = "falab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Arguments),
    Inside(inside::Arguments),
    Verify(verify::Arguments),
    Data(own::Arguments),
    Table(table::Arguments),
    PackMnist(pack::Arguments),
}

/// On how many threads lanes are trained, all together; how many changes no bit.
#[derive(Clone, Copy, clap::Args)]
struct Threads {
    #[arg(long, value_parser = |text: &str| speech::whole::<u16>(text, 1, 1024))]
    threads: Option<u16>,
}

impl Threads {
    /// As many as were asked for, else as the machine has cores.
    fn count(&self) -> usize {
        self.threads.map_or_else(cores, usize::from)
    }

    /// How many lanes train at a time, a thread each; where nothing was asked for at least all lanes of a seed, so that
    /// they are done together.
    fn lanes(&self, of_seed: usize) -> usize {
        match self.threads {
            Some(_) => self.count(),
            None => self.count().max(of_seed),
        }
    }
}

/// What `work` makes of each job, in the order of the jobs, on so many threads.
fn on_threads<J: Sync, R: Send>(
    threads: usize,
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let (next, (sender, results)) = (AtomicUsize::new(0), mpsc::channel());
    let (next, work) = (&next, &work);
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            let sender = sender.clone();
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { return };
                    sender.send((at, work(job))).ok();
                }
            });
        }
    });
    drop(sender);
    let mut results: Vec<(usize, R)> = results.into_iter().collect();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// A link that cannot be run; it ends the program with exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadLink(String);

impl BadLink {
    /// The same, with the place where the link stands before each of its lines.
    fn at(&self, place: &str) -> BadLink {
        let words = speech::words();
        let lines: Vec<String> = self
            .0
            .lines()
            .map(|line| speech::say(words.at, &[("place", place), ("what", line)]))
            .collect();
        BadLink(lines.join("\n"))
    }
}

/// A flag's value that is not allowed, found after clap has read it; it ends the program with exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadFlag(String);

/// Lanes that ended in other bits than their receipts say; it ends the program with exit status 3.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Differs(String);

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn read(words: &[OsString]) -> clap::error::Result<Arguments> {
    let command = speech::spoken(Arguments::command(), speech::texts());
    let matches = command.try_get_matches_from(words)?;
    Arguments::from_arg_matches(&matches)
}

/// A wrong flag ends the program with exit status 2; help and version, with 0, come this way too.
fn wrong(error: &clap::Error) -> ExitCode {
    match speech::complaint(error) {
        Some(complaint) => eprintln!("{complaint}"),
        None => drop(error.print()),
    }
    ExitCode::from(error.exit_code() as u8)
}

/// Runs the program of the process's arguments: 0 is success, 2 a bad link or flag, 3 a lane that differs from its
/// receipt, 1 any other failure.
#[must_use]
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    speech::choose(&words);
    let arguments = match read(&words) {
        Ok(arguments) => arguments,
        Err(error) => return wrong(&error),
    };
    let done = match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Inside(arguments) => inside::inside(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Data(arguments) => own::data(&arguments),
        Command::Table(arguments) => table::table(&arguments),
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
            ExitCode::from(if error.is::<BadLink>() || error.is::<BadFlag>() {
                2
            } else if error.is::<Differs>() {
                3
            } else {
                1
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Threads, cores};

    #[test]
    fn threads_that_were_asked_for_are_a_limit_and_others_none() {
        let asked = |threads| Threads { threads };
        assert_eq!(asked(Some(3)).count(), 3);
        assert_eq!(asked(Some(3)).lanes(4), 3);
        assert_eq!(asked(None).count(), cores());
        assert_eq!(asked(None).lanes(cores() + 4), cores() + 4);
        assert_eq!(asked(None).lanes(1), cores());
    }
}
