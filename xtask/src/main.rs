//! `cargo xtask serve | build | test | fuzz | deny | soak | startup | bench`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use xtask::{bench, deny, fuzz, page, server, size, soak, startup, test};

const USAGE: &str = "\
cargo xtask <command>

  serve [--open] [--port N] [--offline]
                              build the page and serve it on http://127.0.0.1:8080 (or the next free port); --offline:
                              it keeps itself in the browser as on a host, so that old builds may be seen
  build                       build the page into dist/, for any static host
  test [--quick] [--browser chromium|firefox|webkit|all]
                              everything that CI runs, in all three browsers; --quick leaves out wasm and browsers
  size [--announce]           build the page and hold its code, gzip'ed, to benches/size.txt; --announce writes it anew
  fuzz [--target T] [--executions N] [--seed S]
                              what comes from outside, mutated (tests/fuzz); 10,000,000 executions a target
  deny                        licences, sources and vulnerabilities of all packages, by cargo-deny and deny.toml
  soak [--minutes 30]         four lanes at full speed in Chromium; writes benches/results/soak.{json,md,svg}
  startup                     from the address to the first curve, in Chromium; writes benches/results/startup.md
  bench [--quick] [--rounds N] [--shape NAME] [--growth]
                              our step beside other libraries in a browser and natively; --growth draws docs/growth.svg";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    let mut command = None;
    let mut open = false;
    let mut offline = false;
    let mut port = 8080;
    let mut quick = false;
    let mut announce = false;
    let mut browser = "all".to_owned();
    let mut target = None;
    let mut executions = 10_000_000;
    let mut seed = 1;
    let mut minutes = 30.0;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("open") => open = true,
            Long("offline") => offline = true,
            Long("port") => port = arguments.value()?.parse()?,
            Long("quick") => quick = true,
            Long("announce") => announce = true,
            Long("browser") => browser = arguments.value()?.string()?,
            Long("target") => target = Some(arguments.value()?.string()?),
            Long("executions") => executions = arguments.value()?.parse()?,
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("minutes") => minutes = arguments.value()?.parse()?,
            Short('h') | Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            // What follows is for the driver.
            Value(word) if command.is_none() && word == "bench" => {
                let rest: Vec<_> = arguments.raw_args()?.collect();
                return bench::run_driver(&rest);
            }
            Value(word) if command.is_none() => command = Some(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    match command.as_deref() {
        Some("serve") => {
            let dist = page::build()?;
            server::serve_until_ended(&dist, port, open, offline)
        }
        Some("build") => page::build().map(|dist| {
            println!("The page is in {}", dist.display());
        }),
        Some("size") if announce => size::announce(&page::build()?),
        Some("size") => size::check(&page::build()?),
        Some("fuzz") => fuzz::fuzz(target.as_deref(), executions, seed),
        Some("deny") => deny::deny(),
        Some("soak") => soak::soak(minutes),
        Some("startup") => startup::startup(),
        Some("test") => test::run(quick, &browser),
        Some(other) => bail!("{other} is no command\n{USAGE}"),
        None => bail!("a command is missing\n{USAGE}"),
    }
}
