//! Runs the rounds of `cargo xtask bench` and writes what they gave. `cargo xtask bench` builds what this needs.
//!
//! Everything that is compared is measured in one run, interleaved: in each round every contestant of a shape trains
//! for one slice of time, in an order that moves on by one a round, beside the register-only limit of the core. So a
//! clock that wanders shifts all of them, and ratios within a round hold.

#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and ranks times; the rules on determinism are for the mathematics"
)]

mod browser;
mod contest;
mod goals;
mod growth;
mod machine;
mod native;
mod report;
mod shape;
mod summary;
mod table;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lexopt::prelude::*;

use contest::Contest;
use shape::{SHAPES, Shape};

const USAGE: &str = "\
cargo xtask bench [--quick] [--rounds N] [--slice MILLISECONDS] [--shape NAME]…
cargo xtask bench --growth

  --rounds N    rounds a shape, 1 to 100 (default 5; with --quick 2)
  --slice MS    time of a contestant in a round, 50 to 20000 ms (default 1000; with --quick 250)
  --shape NAME  only this shape: 3x50, 3x400, 2x800, 2x128; may be given several times
  --quick       a look in a minute or two, printed only; too short to quote
  --growth      time per epoch against width, depth, images and lanes, natively, into docs/growth.svg";

/// What was asked for.
struct Arguments {
    rounds: usize,
    slice: Duration,
    shapes: Vec<Shape>,
    growth: bool,
    quick: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Some(arguments) = arguments()? else {
        println!("{USAGE}");
        return Ok(());
    };
    if arguments.growth {
        return growth::draw(arguments.quick);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let results = runtime.block_on(measure(&arguments))?;
    report::write(&results)
}

async fn measure(arguments: &Arguments) -> Result<summary::Results> {
    let pages = browser::Pages::open().await?;
    let mut results = summary::Results::new(
        machine::Machine::read(&pages).await?,
        machine::Versions::read()?,
        arguments.rounds,
        arguments.slice,
        arguments.quick,
    );
    let done = rounds(arguments, &pages, &mut results).await;
    pages.close().await;
    done.map(|()| results)
}

async fn rounds(
    arguments: &Arguments,
    pages: &browser::Pages,
    results: &mut summary::Results,
) -> Result<()> {
    let chunk = native::chunk()?;
    for shape in &arguments.shapes {
        println!("» {} in the browser", shape.name());
        let in_browser = browser::contest(pages, shape, &mut results.notes).await?;
        let in_browser = run_contest(in_browser, arguments).await?;
        results.add(shape, &in_browser)?;
        println!("» {} natively", shape.name());
        let natively = native::contest(shape, &chunk, &mut results.notes)?;
        let natively = run_contest(natively, arguments).await?;
        results.add(shape, &natively)?;
    }
    Ok(())
}

/// Warms up, then lets everybody have a slice a round.
async fn run_contest(mut contest: Contest, arguments: &Arguments) -> Result<Contest> {
    contest.begin(arguments.slice).await?;
    for round in 0..arguments.rounds {
        contest.round(round, arguments.slice).await?;
        println!("  round {} of {}", round + 1, arguments.rounds);
    }
    contest.end().await?;
    Ok(contest)
}

fn arguments() -> Result<Option<Arguments>> {
    let mut parser = lexopt::Parser::from_env();
    let (mut rounds, mut slice, mut shapes) = (None, None, Vec::new());
    let (mut quick, mut growth) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("quick") => quick = true,
            Long("growth") => growth = true,
            Long("rounds") => rounds = Some(parser.value()?.parse::<usize>()?),
            Long("slice") => slice = Some(parser.value()?.parse::<u64>()?),
            Long("shape") => {
                let name = parser.value()?.string()?;
                let shape = SHAPES.into_iter().find(|shape| shape.name() == name);
                shapes.push(shape.with_context(|| {
                    format!("--shape {name} is not there; allowed: 3x50, 3x400, 2x800, 2x128")
                })?);
            }
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().into()),
        }
    }
    let rounds = rounds.unwrap_or(if quick { 2 } else { 5 });
    let slice = slice.unwrap_or(if quick { 250 } else { 1000 });
    ensure!(
        (1..=100).contains(&rounds),
        "--rounds {rounds} is out of range; allowed: 1 to 100"
    );
    ensure!(
        (50..=20_000).contains(&slice),
        "--slice {slice} is out of range; allowed: 50 to 20000"
    );
    if shapes.is_empty() {
        shapes = SHAPES.to_vec();
    }
    Ok(Some(Arguments {
        rounds,
        slice: Duration::from_millis(slice),
        shapes,
        growth,
        quick,
    }))
}
