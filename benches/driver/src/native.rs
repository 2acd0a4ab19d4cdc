//! Natively: our step in this process, PyTorch in one of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use bench_ours::BATCH;
use bench_ours::limit::{self, CHAINS};
use bench_ours::products::{Kind, Products};
use bench_ours::step::Net;
use falab::core::kernel::team;
use falab::data::mnist;

use crate::contest::{Contest, Contestant, Place, Runner, Task};
use crate::shape::{Rule, Shape};
use crate::summary::Notes;

/// Lanes that are measured together: the four rules of the first look.
pub const LANES: usize = 4;

/// The first training chunk, decompressed and checked.
pub fn chunk() -> Result<Vec<u8>> {
    let chunk = mnist::train_chunks().next().context("a training chunk")?;
    let path = xtask::process::root().join("assets/mnist").join(chunk.file);
    let packed = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes)?;
    chunk.check(&bytes)?;
    Ok(bytes)
}

/// Something of ours.
pub enum Local {
    Nets(Vec<Net>),
    /// On so many threads.
    Team(Box<Net>, usize),
    Products(Box<Products>, Kind),
    Limit(usize),
}

/// Repeats `work`, which gives the work done, for about `slice`; work a second.
fn rate(slice: Duration, mut work: impl FnMut(u32) -> Result<f64>) -> Result<f64> {
    // Work between two looks at the clock, as in the page.
    const GRAIN: Duration = Duration::from_millis(5);
    let (mut amount, mut grain) = (0.0, 1);
    let begin = Instant::now();
    while begin.elapsed() < slice {
        let last = Instant::now();
        amount += work(grain)?;
        if last.elapsed() < GRAIN {
            grain *= 2;
        }
    }
    Ok(amount / begin.elapsed().as_secs_f64())
}

fn train(net: &mut Net, slice: Duration) -> Result<f64> {
    rate(slice, |steps| {
        net.run(steps).map_err(|error| anyhow!(error))?;
        Ok(f64::from(steps) * BATCH as f64)
    })
}

impl Local {
    /// Work a second; of several nets together, each on a thread.
    pub fn slice(&mut self, slice: Duration) -> Result<f64> {
        match self {
            Local::Nets(nets) => match nets.as_mut_slice() {
                [net] => train(net, slice),
                nets => std::thread::scope(|scope| {
                    let threads: Vec<_> = nets
                        .iter_mut()
                        .map(|net| scope.spawn(move || train(net, slice)))
                        .collect();
                    let rates = threads.into_iter().map(|thread| {
                        let joined = thread.join();
                        joined.map_err(|_| anyhow!("a lane panicked"))?
                    });
                    rates.sum()
                }),
            },
            Local::Team(net, threads) => team::on(*threads, || train(net, slice)),
            Local::Products(products, kind) => {
                let kind = *kind;
                rate(slice, |repeats| Ok(products.run(kind, repeats)))
            }
            Local::Limit(chains) => {
                rate(slice, |thousands| Ok(limit::run(*chains, thousands * 1000)))
            }
        }
    }

    pub fn loss(&mut self) -> Result<f64> {
        match self {
            Local::Nets(nets) => nets.first_mut().map(Net::loss).context("a net"),
            _ => anyhow::bail!("no net, no loss"),
        }
    }
}

/// PyTorch in a process that answers a line a request (`benches/peers/pytorch.py`).
pub struct Torch {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Torch {
    /// Starts it; also gives the version of PyTorch.
    fn start(python: &str, shape: &Shape, chunk: &[u8], foreach: bool) -> Result<(Torch, String)> {
        let script = xtask::process::root().join("benches/peers/pytorch.py");
        let widths = shape.widths();
        let mut process = Command::new(python)
            .arg(script)
            .args([widths.as_str(), if foreach { "foreach" } else { "single" }])
            .env("OMP_NUM_THREADS", "1")
            .env("MKL_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {python}"))?;
        let mut requests = process.stdin.take().context("its input")?;
        let mut answers = BufReader::new(process.stdout.take().context("its output")?);
        requests.write_all(&(chunk.len() as u64).to_le_bytes())?;
        requests.write_all(chunk)?;
        requests.flush()?;
        let mut version = String::new();
        answers.read_line(&mut version)?;
        ensure!(!version.is_empty(), "PyTorch does not start");
        let torch = Torch {
            process,
            requests,
            answers,
        };
        Ok((torch, version.trim().to_owned()))
    }

    fn ask(&mut self, request: &str) -> Result<Vec<f64>> {
        writeln!(self.requests, "{request}")?;
        self.requests.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let numbers = line.split_whitespace().map(str::parse);
        numbers
            .collect::<Result<Vec<f64>, _>>()
            .with_context(|| format!("answer {line:?}"))
    }

    pub fn slice(&mut self, slice: Duration) -> Result<f64> {
        let answer = self.ask(&format!("slice {}", slice.as_secs_f64()))?;
        let &[samples, seconds] = answer.as_slice() else {
            anyhow::bail!("answer {answer:?}");
        };
        Ok(samples / seconds)
    }

    pub fn loss(&mut self) -> Result<f64> {
        self.ask("loss")?.first().copied().context("a loss")
    }
}

impl Drop for Torch {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Everybody who runs natively.
pub fn contest(shape: &Shape, chunk: &[u8], notes: &mut Notes) -> Result<Contest> {
    let net =
        |rule: Rule| Net::new(&shape.hidden(), rule.key(), chunk).map_err(|error| anyhow!(error));
    let mut contestants = Vec::new();
    for rule in [Rule::Bp, Rule::Dfa] {
        let runner = Runner::Local(Local::Nets(vec![net(rule)?]));
        contestants.push(Contestant::new("falab", Task::Train(rule), runner));
    }
    match std::env::var("FALAB_TORCH") {
        Ok(python) => {
            for (foreach, way) in [(false, ""), (true, ", foreach")] {
                let (torch, version) = Torch::start(&python, shape, chunk, foreach)?;
                notes.torch = Ok(version);
                contestants.push(Contestant::new(
                    &format!("PyTorch, 1 thread{way}"),
                    Task::Train(Rule::Bp),
                    Runner::Torch(torch),
                ));
            }
        }
        Err(_) => {
            let reason = std::env::var("FALAB_TORCH_MISSING");
            notes.torch = Err(reason.unwrap_or_else(|_| "FALAB_TORCH is not set".to_owned()));
        }
    }
    let nets = (0..LANES).map(|_| net(Rule::Bp)).collect::<Result<_>>()?;
    contestants.push(Contestant::new(
        &format!("falab, {LANES} lanes"),
        Task::Lanes(LANES),
        Runner::Local(Local::Nets(nets)),
    ));
    let cores = crate::machine::cores();
    if cores > 1 {
        contestants.push(Contestant::new(
            &format!("falab, one lane on {cores} cores"),
            Task::Cores,
            Runner::Local(Local::Team(Box::new(net(Rule::Bp)?), cores)),
        ));
    }
    for kind in Kind::ALL {
        let products = Box::new(Products::new(&shape.hidden()));
        contestants.push(Contestant::new(
            &format!("products {}", kind.key()),
            Task::Products(kind.key()),
            Runner::Local(Local::Products(products, kind)),
        ));
    }
    for chains in CHAINS {
        contestants.push(Contestant::new(
            &format!("limit {chains}"),
            Task::Limit(chains),
            Runner::Local(Local::Limit(chains)),
        ));
    }
    Ok(Contest {
        place: Place::Native,
        shape: *shape,
        contestants,
    })
}
