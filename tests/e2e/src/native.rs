//! The command line beside the page.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Rule and fingerprint.
pub type Print = (String, String);

/// How `falab run` ends with a link.
///
/// # Errors
/// There is no release binary.
pub fn run(link: &str) -> Result<ExitStatus> {
    let falab = falab();
    let output = Command::new(&falab).args(["run", link]).output();
    Ok(output
        .with_context(|| format!("{}; run: cargo build --release", falab.display()))?
        .status)
}

fn falab() -> PathBuf {
    xtask::process::root().join("target/release/falab")
}

/// The fingerprints of every lane of each link, as `falab run` prints them.
///
/// # Errors
/// There is no release binary, or a link is bad.
pub fn fingerprints(links: &[String]) -> Result<Vec<Vec<Print>>> {
    let falab = falab();
    let mut child = Command::new(&falab)
        .args(["run", "-", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{}; run: cargo build --release", falab.display()))?;
    let mut input = child.stdin.take().context("its input")?;
    input.write_all(links.join("\n").as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "falab run: {}", output.status);
    let mut of_links: Vec<Vec<Print>> = Vec::new();
    if links.len() == 1 {
        of_links.push(Vec::new());
    }
    for line in String::from_utf8(output.stdout)?.lines() {
        let record: Value = serde_json::from_str(line)?;
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        match (word("type").as_str(), of_links.last_mut()) {
            ("experiment", _) => of_links.push(Vec::new()),
            ("finished", Some(prints)) => prints.push((word("rule"), word("fingerprint"))),
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
