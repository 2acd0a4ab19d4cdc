//! `falab verify`: a list of links with receipts, run and compared.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::{BadLink, Differs, lanes, links};
use crate::core::Rule;
use crate::core::fingerprint::hex;
use crate::report::Record;
use crate::spec::{Link, Receipt, Verdict};

fn after_help() -> String {
    format!(
        "{}\n\nOnly lanes with a receipt are trained. Every line is checked before that: a link that cannot be read, \
         that has no receipt, or whose receipt is of another numerics version is a bad line, because nothing could \
         be said about it.\n\n\
         Exit status: 0 all lanes are reproduced, 1 failure, 2 a bad line or no link at all, 3 a lane differs.",
        links::LINES
    )
}

#[derive(clap::Args)]
#[command(after_help = after_help())]
pub struct Arguments {
    /// A file with one link a line, each with a receipt, as the page shares it; `-` is standard input.
    file: PathBuf,
}

/// Runs the links of a file one after the other and prints a line for each, then the sum.
///
/// # Errors
/// Bad lines, before anything is trained; lanes that differ, after all have run.
pub fn verify(arguments: &Arguments) -> Result<()> {
    let links = read(arguments)?;
    let mut out = io::stdout().lock();
    let mut differ = 0;
    for (number, link, receipt) in &links {
        let lanes = outcome(link, receipt)?;
        let (same, words) = verdict(link, &lanes);
        differ += usize::from(!same);
        writeln!(out, "line {number}: {words}: {}", link.spec.link())?;
    }
    let reproduced = links.len() - differ;
    let of = if links.len() == 1 { "link" } else { "links" };
    writeln!(
        out,
        "{} {of}: {reproduced} reproduced, bit for bit; {differ} differ",
        links.len()
    )?;
    if differ > 0 {
        let name = links::name(&arguments.file);
        return Err(anyhow!(Differs(format!(
            "{differ} of {} {of} in {name} differ from their receipts",
            links.len()
        ))));
    }
    Ok(())
}

/// Every link of the file with its line and its receipt.
fn read(arguments: &Arguments) -> Result<Vec<(usize, Link, Receipt)>> {
    let name = links::name(&arguments.file);
    let mut good = Vec::new();
    let mut bad: Vec<String> = Vec::new();
    for (number, line) in links::lines(&arguments.file)? {
        let read = links::parse(&line).and_then(|link| match link.receipt.clone() {
            Some(receipt) => Ok((number, link, receipt)),
            None => Err(BadLink(format!(
                "no receipt in {}; allowed: links with receipt=, as Share gives them after a run",
                link.spec.link()
            ))),
        });
        match read {
            Ok(link) => good.push(link),
            Err(error) => bad.push(error.at(&format!("line {number} of {name}")).to_string()),
        }
    }
    if good.is_empty() && bad.is_empty() {
        bad.push(format!("{name} holds no link"));
    }
    if bad.is_empty() {
        Ok(good)
    } else {
        Err(anyhow!(BadLink(bad.join("\n"))))
    }
}

/// A rule with the fingerprint that its lane ended in, and what the receipt says to it.
type Outcome = ((Rule, u64), Verdict);

/// Trains the lanes that a receipt speaks about.
fn outcome(link: &Link, receipt: &Receipt) -> Result<Vec<Outcome>> {
    let rules: Vec<Rule> = receipt.rules().collect();
    let mut lanes = Vec::new();
    lanes::train(link, &rules, None, |record| {
        if let Record::Finished {
            rule,
            fingerprint,
            verdict: Some(verdict),
            ..
        } = record
        {
            lanes.push(((rule, fingerprint), verdict));
        }
        Ok(())
    })?;
    Ok(lanes)
}

/// Whether all of a link's lanes are reproduced, and a word about each.
fn verdict(link: &Link, lanes: &[Outcome]) -> (bool, String) {
    let keys = |rules: &[Rule]| -> String {
        let keys: Vec<&str> = rules.iter().map(|rule| rule.key()).collect();
        keys.join(", ")
    };
    let mut reproduced = Vec::new();
    let mut parts = Vec::new();
    for &((rule, found), verdict) in lanes {
        if let Verdict::Differs { expected } = verdict {
            let (expected, found) = (hex(expected), hex(found));
            parts.push(format!("{} expected {expected}, found {found}", rule.key()));
        } else {
            reproduced.push(rule);
        }
    }
    let same = parts.is_empty();
    if same {
        parts.push(keys(&reproduced));
    } else if !reproduced.is_empty() {
        parts.push(format!("{} reproduced", keys(&reproduced)));
    }
    let all = link.spec.rules().iter().copied();
    let silent: Vec<Rule> = all
        .filter(|rule| lanes.iter().all(|((of, _), _)| of != rule))
        .collect();
    if !silent.is_empty() {
        parts.push(format!("no receipt of {}", keys(&silent)));
    }
    let word = if same { "reproduced" } else { "differs" };
    (same, format!("{word} ({})", parts.join("; ")))
}
