//! The command line beside the page.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Lane and fingerprint.
pub type Print = (String, String);

/// How a lane ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub lane: String,
    pub fingerprint: String,
    /// Of weights and bias of each layer alone.
    pub parts: Vec<String>,
}

/// Which build of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    Debug,
    Release,
}

/// How `falab run` ends with a link.
///
/// # Errors
/// There is no release binary.
pub fn run(link: &str) -> Result<ExitStatus> {
    let falab = falab(Build::Release);
    let output = Command::new(&falab).args(["run", link]).output();
    Ok(output
        .with_context(|| format!("{}; run: cargo build --release", falab.display()))?
        .status)
}

/// The files that `falab run LINK --export FOLDER` writes, by name.
///
/// # Errors
/// There is no release binary, or the link is bad.
pub fn exported(link: &str, language: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let folder = crate::pictures().with_file_name("e2e-export");
    std::fs::remove_dir_all(&folder).ok();
    let falab = falab(Build::Release);
    let output = Command::new(&falab)
        .args(["--lang", language, "run", link, "--export"])
        .arg(&folder)
        .output()
        .with_context(|| format!("{}; run: cargo build --release", falab.display()))?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut files = BTreeMap::new();
    for file in std::fs::read_dir(&folder)? {
        let path = file?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        files.insert(name, std::fs::read(&path)?);
    }
    Ok(files)
}

fn falab(build: Build) -> PathBuf {
    xtask::process::root().join(match build {
        Build::Debug => "target/debug/falab",
        Build::Release => "target/release/falab",
    })
}

/// The JSON lines of `falab run`.
///
/// # Errors
/// There is no release binary, or the link is bad.
pub fn records(link: &str) -> Result<Vec<Value>> {
    let falab = falab(Build::Release);
    let output = Command::new(&falab)
        .args(["run", link, "--format", "jsonl"])
        .output()
        .with_context(|| format!("{}; run: cargo build --release", falab.display()))?;
    ensure!(output.status.success(), "falab run: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    text.lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect()
}

/// The fingerprints of every lane of each link, as `falab run` prints them.
///
/// # Errors
/// There is no release binary, or a link is bad.
pub fn fingerprints(links: &[String]) -> Result<Vec<Vec<Print>>> {
    let of_links = ends(Build::Release, links)?.into_iter();
    let print = |end: End| (end.lane, end.fingerprint);
    Ok(of_links
        .map(|ends| ends.into_iter().map(print).collect())
        .collect())
}

/// How every lane of each link ends in `falab run` of this build.
///
/// # Errors
/// There is no such binary, or a link is bad.
pub fn ends(build: Build, links: &[String]) -> Result<Vec<Vec<End>>> {
    let falab = falab(build);
    let mut child = Command::new(&falab)
        .args(["run", "-", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{}; cargo xtask test builds it", falab.display()))?;
    let mut input = child.stdin.take().context("its input")?;
    input.write_all(links.join("\n").as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "falab run: {}", output.status);
    let mut of_links: Vec<Vec<End>> = Vec::new();
    if links.len() == 1 {
        of_links.push(Vec::new());
    }
    for line in String::from_utf8(output.stdout)?.lines() {
        let record: Value = serde_json::from_str(line)?;
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        match (word("type").as_str(), of_links.last_mut()) {
            ("experiment", _) => of_links.push(Vec::new()),
            ("finished", Some(ends)) => ends.push(End {
                lane: word("lane"),
                fingerprint: word("fingerprint"),
                parts: serde_json::from_value(record["parts"].clone())?,
            }),
            _ => {}
        }
    }
    ensure!(
        of_links.len() == links.len(),
        "{} of {} links",
        of_links.len(),
        links.len()
    );
    Ok(of_links)
}
