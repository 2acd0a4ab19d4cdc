//! `falab table NAME`: our figures for one of the tables, run by run, and the table that they make.

pub mod file;
pub mod work;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::speech::{about, say, whole, words};
use super::{BadFlag, cores};
use crate::core::Rule;
use crate::paper::{PLANS, Plan, Row, Run, Table, markdown};
use crate::spec::LinkError;

/// Where the project keeps runs, from its root; a table goes beside its runs for the page, and to the documents.
const RUNS: &str = "assets/paper";
const DOCUMENTS: &str = "docs";

#[derive(clap::Args)]
#[command(after_help = words().table_after)]
pub struct Arguments {
    #[arg(value_parser = plan)]
    name: Plan,
    #[arg(long, value_delimiter = ',')]
    rows: Vec<String>,
    #[arg(long, value_delimiter = ',')]
    rules: Vec<String>,
    #[arg(long, default_value_t = 1, value_parser = |text: &str| whole::<u64>(text, 1, 1000))]
    seeds: u64,
    #[arg(long, value_parser = |text: &str| whole::<u32>(text, 1, 10_000))]
    epochs: Option<u32>,
    #[arg(long)]
    out: Option<PathBuf>,
    #[arg(long, value_parser = |text: &str| whole::<u16>(text, 1, 1024))]
    jobs: Option<u16>,
    #[arg(long)]
    render: bool,
}

fn plan(word: &str) -> Result<Plan, String> {
    let keys = PLANS.map(|plan| plan.key).join(", ");
    Plan::of_key(word).ok_or_else(|| say(words().allowed_are, &[("words", &keys)]))
}

/// Ends as clap does where a word of a list is none that this table knows: which it knows depends on its name.
///
/// # Errors
/// The first such word, with its flag and what is allowed.
fn known(flag: &str, asked: &[String], keys: &[&str]) -> Result<()> {
    match asked.iter().find(|word| !keys.contains(&word.as_str())) {
        None => Ok(()),
        Some(word) => {
            let why = say(words().allowed_are, &[("words", &keys.join(", "))]);
            let values = [("argument", flag), ("value", word), ("why", &why)];
            Err(BadFlag(say(words().bad_value_why, &values)).into())
        }
    }
}

/// Runs what is missing, then writes and prints the table.
///
/// # Errors
/// The file of runs cannot be read, written or is being written by another; a lane cannot run.
pub fn table(arguments: &Arguments) -> Result<()> {
    let plan = &arguments.name;
    let keys: Vec<&str> = plan.keys().collect();
    known("--rows <ROWS>", &arguments.rows, &keys)?;
    let keys: Vec<&str> = plan.rules.iter().map(|rule| rule.key()).collect();
    known("--rules <RULES>", &arguments.rules, &keys)?;
    let rows = plan.rows().map_err(|errors| bad(&errors))?;
    let usual = Path::new(RUNS).join(format!("{}.jsonl", plan.key));
    let out = arguments.out.as_ref().unwrap_or(&usual);
    let mut runs = file::Runs::open(out)?;
    if !arguments.render {
        let wanted: Vec<Row> = rows
            .iter()
            .filter(|row| arguments.rows.is_empty() || arguments.rows.contains(&row.key))
            .cloned()
            .collect();
        let is_wanted = |rule: &&Rule| {
            arguments.rules.is_empty() || arguments.rules.iter().any(|key| key == rule.key())
        };
        let rules: Vec<Rule> = plan.rules.iter().filter(is_wanted).copied().collect();
        let jobs = jobs(
            &wanted,
            &rules,
            arguments.seeds,
            arguments.epochs,
            runs.all(),
        )?;
        let all = wanted.len() * rules.len() * arguments.seeds as usize;
        let values = [
            ("done", &*(all - jobs.len()).to_string()),
            ("all", &all.to_string()),
            ("name", &out.display().to_string()),
            ("left", &jobs.len().to_string()),
        ];
        eprintln!("{}", say(words().runs_stand, &values));
        let at_once = arguments.jobs.map_or_else(cores, usize::from);
        work::through(jobs, at_once, |run| runs.add(run))?;
    }
    let counted = |run: &&Run| {
        let in_a_cell = |row: &Row| plan.rules.iter().any(|&rule| run.is_of(row, rule));
        rows.iter().any(in_a_cell)
    };
    let left_out = runs.all().len() - runs.all().iter().filter(counted).count();
    if left_out > 0 {
        let name = out.display().to_string();
        let values = [("count", &*left_out.to_string()), ("name", &name)];
        eprintln!("{}", say(words().runs_left_out, &values));
    }
    let documents = Path::new(DOCUMENTS).join(format!("{}.md", plan.key));
    let document = if *out == usual {
        documents
    } else {
        out.with_extension("md")
    };
    let table = Table::new(plan, &rows, runs.all())?;
    let text = markdown(plan, &table);
    write(
        &out.with_extension("json"),
        serde_json::to_string_pretty(&table)? + "\n",
    )?;
    write(&document, text.clone())?;
    print!("{text}");
    Ok(())
}

/// One run to do.
pub struct Job {
    pub row: Row,
    pub rule: Rule,
    pub seed: u64,
    pub epochs: u32,
}

/// What is not in `done`, each for the epochs of its row or for those given, the longest first, so that the last ones to
/// begin are short.
///
/// # Errors
/// A row's experiment is none.
pub fn jobs(
    rows: &[Row],
    rules: &[Rule],
    seeds: u64,
    epochs: Option<u32>,
    done: &[Run],
) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    // Seed after seed: an interruption leaves whole rows of few seeds, not few rows of many.
    for seed in 1..=seeds {
        for row in rows {
            let epochs = epochs.unwrap_or(row.spec.epochs());
            for &rule in rules {
                let is_done =
                    |run: &Run| run.seed == seed && run.is_of(row, rule) && run.covers(epochs);
                if !done.iter().any(is_done) {
                    row.experiment(&[rule], Some((seed, epochs)))?;
                    jobs.push(Job {
                        row: row.clone(),
                        rule,
                        seed,
                        epochs,
                    });
                }
            }
        }
    }
    jobs.sort_by_key(|job| (job.seed, u64::MAX - job.row.spec.parameters()));
    Ok(jobs)
}

fn bad(errors: &[LinkError]) -> anyhow::Error {
    anyhow!(super::links::bad(errors))
}

/// Writes a file, and the folder that it lies in.
fn write(file: &Path, content: String) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| about(words().making, folder.display()))?;
    }
    fs::write(file, content).with_context(|| about(words().writing, file.display()))
}
