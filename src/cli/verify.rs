//! `falab verify`: a list of links with receipts, run and compared.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::lanes::Resources;
use super::own::Source;
use super::speech::{about, say, words};
use super::{BadLink, Differs, Threads, lanes, links};
use crate::core::fingerprint::hex;
use crate::report::Record;
use crate::spec::{Link, Receipt, Schedule, Verdict};

#[derive(clap::Args)]
#[command(after_help = words().verify_after)]
pub struct Arguments {
    file: PathBuf,
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
}

/// Runs the links of a file one after the other and prints a line for each, then the sum.
///
/// # Errors
/// Bad lines, before anything is trained; lanes that differ, after all have run.
pub fn verify(arguments: &Arguments) -> Result<()> {
    let links = read(arguments)?;
    let mut out = io::stdout().lock();
    let (words, mut differ) = (words(), 0);
    let mut source = Source::new(arguments.data.as_deref());
    let resources = Resources {
        threads: arguments.threads,
        folder: None,
    };
    for (number, link, receipt) in &links {
        let lanes = outcome(link, receipt, resources, &mut source)?;
        let (same, outcome) = verdict(link, &lanes);
        differ += usize::from(!same);
        let values = [
            ("line", &*number.to_string()),
            ("words", &outcome),
            ("link", &link.spec.link()),
        ];
        writeln!(out, "{}", say(words.verified, &values))?;
    }
    let reproduced = links.len() - differ;
    let (sum, some_differ) = match links.len() {
        1 => (words.sum_one, words.some_differ_one),
        _ => (words.sum, words.some_differ),
    };
    let name = links::name(&arguments.file);
    let values = [
        ("count", &*links.len().to_string()),
        ("reproduced", &reproduced.to_string()),
        ("differ", &differ.to_string()),
        ("name", &name),
    ];
    writeln!(out, "{}", say(sum, &values))?;
    if differ > 0 {
        return Err(anyhow!(Differs(say(some_differ, &values))));
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
            None => Err(BadLink(say(
                words().no_receipt,
                &[("link", &link.spec.link())],
            ))),
        });
        match read {
            Ok(link) => good.push(link),
            Err(error) => {
                let values = [("line", &*number.to_string()), ("name", &name)];
                let place = say(words().at_line_of, &values);
                bad.push(error.at(&place).to_string());
            }
        }
    }
    if good.is_empty() && bad.is_empty() {
        bad.push(about(words().no_link, &name));
    }
    if bad.is_empty() {
        Ok(good)
    } else {
        Err(anyhow!(BadLink(bad.join("\n"))))
    }
}

/// A lane with the fingerprint that it ended in, and what the receipt says to it.
type Outcome = ((String, u64), Verdict);

/// Trains the lanes that a receipt speaks about.
fn outcome(
    link: &Link,
    receipt: &Receipt,
    resources: Resources,
    source: &mut Source,
) -> Result<Vec<Outcome>> {
    let spoken_of = link.spec.lanes().iter();
    let spoken_of = spoken_of.filter(|lane| receipt.expected(lane.name()).is_some());
    let schedules: Vec<Schedule> = spoken_of.cloned().collect();
    let mut lanes = Vec::new();
    lanes::train(
        &[link.of_seed(0)],
        &schedules,
        resources,
        source,
        None,
        |_, record| {
            if let Record::Finished {
                lane,
                fingerprint,
                verdict: Some(verdict),
                ..
            } = record
            {
                lanes.push(((lane, fingerprint), verdict));
            }
            Ok(())
        },
    )?;
    Ok(lanes)
}

/// Whether all of a link's lanes are reproduced, and a word about each.
fn verdict(link: &Link, lanes: &[Outcome]) -> (bool, String) {
    let words = words();
    let mut reproduced = Vec::new();
    let mut parts = Vec::new();
    for ((lane, found), verdict) in lanes {
        if let Verdict::Differs { expected } = verdict {
            let (expected, found) = (hex(*expected), hex(*found));
            let values = [
                ("lane", lane.as_str()),
                ("expected", &expected),
                ("found", &found),
            ];
            parts.push(say(words.expected_found, &values));
        } else {
            reproduced.push(lane.as_str());
        }
    }
    let same = parts.is_empty();
    if same {
        parts.push(reproduced.join(", "));
    } else if !reproduced.is_empty() {
        let lanes = reproduced.join(", ");
        parts.push(say(words.also_reproduced, &[("lanes", &lanes)]));
    }
    let all = link.spec.lanes().iter().map(Schedule::name);
    let silent: Vec<&str> = all
        .filter(|name| lanes.iter().all(|((of, _), _)| of != name))
        .collect();
    if !silent.is_empty() {
        let lanes = silent.join(", ");
        parts.push(say(words.receipt_missing, &[("lanes", &lanes)]));
    }
    let word = if same { words.reproduced } else { words.differ };
    let values = [("word", word), ("parts", &parts.join("; "))];
    (same, say(words.outcome, &values))
}
