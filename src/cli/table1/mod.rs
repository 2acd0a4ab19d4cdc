//! `falab table1`: our figures for the paper's Table 1, run by run, and the table that they make.

pub mod file;
pub mod work;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use crate::core::Rule;
use crate::paper::{EPOCHS, ROWS, RULES, Row, Run, Table, markdown};
use crate::spec::LinkError;

/// Where the project keeps its runs, from its root; the table goes beside them for the page, and to the documents.
const FILE: &str = "assets/paper/table1.jsonl";
const MARKDOWN: &str = "docs/table1.md";

#[derive(clap::Args)]
#[command(
    after_help = "A run that stands in the file with the same experiment, numerics and at least as many epochs is not \
                  run again, nor one that ended by itself, at the training-error threshold or diverged. A run that is \
                  interrupted begins again from its start.\n\n\
                  Exit status: 0 done, 1 failure, 2 a bad flag."
)]
pub struct Arguments {
    /// Rows to run; all of them if none is named.
    #[arg(long, value_delimiter = ',', value_parser = row)]
    rows: Vec<&'static str>,
    /// Rules to run.
    #[arg(long, value_delimiter = ',', value_parser = rule, default_values_t = RULES.map(|rule| rule.key()))]
    rules: Vec<&'static str>,
    /// Seeds to run: 1 to this one.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// Epochs at the most.
    #[arg(long, default_value_t = EPOCHS, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    epochs: u32,
    /// The file of runs, one JSON object a line, read first and added to. With another file than this one, the table
    /// is written beside it as .json and .md.
    #[arg(long, default_value = FILE)]
    out: PathBuf,
    /// Runs at the same time, each on one thread; as many as the machine has cores if it is not given.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Run nothing, write the table alone.
    #[arg(long)]
    render: bool,
}

fn row(word: &str) -> Result<&'static str, String> {
    let keys = ROWS.map(|(key, ..)| key);
    let found = keys.into_iter().find(|key| *key == word);
    found.ok_or_else(|| format!("allowed are {}", keys.join(", ")))
}

fn rule(word: &str) -> Result<&'static str, String> {
    let keys = RULES.map(Rule::key);
    let found = keys.into_iter().find(|key| *key == word);
    found.ok_or_else(|| format!("allowed are {}", keys.join(", ")))
}

/// Runs what is missing, then writes and prints the table.
///
/// # Errors
/// The file of runs cannot be read, written or is being written by another; a lane cannot run.
pub fn table1(arguments: &Arguments) -> Result<()> {
    let rows = Row::all().map_err(|errors| bad(&errors))?;
    let mut runs = file::Runs::open(&arguments.out)?;
    if !arguments.render {
        let wanted: Vec<Row> = rows
            .iter()
            .filter(|row| arguments.rows.is_empty() || arguments.rows.contains(&row.key.as_str()))
            .cloned()
            .collect();
        let rules: Vec<Rule> = RULES
            .into_iter()
            .filter(|rule| arguments.rules.contains(&rule.key()))
            .collect();
        let jobs = jobs(
            &wanted,
            &rules,
            arguments.seeds,
            arguments.epochs,
            runs.all(),
        )?;
        let all = wanted.len() * rules.len() * arguments.seeds as usize;
        eprintln!(
            "{} of {all} runs stand in {}, {} to run",
            all - jobs.len(),
            arguments.out.display(),
            jobs.len()
        );
        let at_once = arguments.jobs.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        );
        work::through(jobs, at_once, |run| runs.add(run))?;
    }
    let counted = |run: &&Run| {
        let in_a_cell = |row: &Row| RULES.iter().any(|&rule| run.is_of(row, rule));
        rows.iter().any(in_a_cell)
    };
    let left_out = runs.all().len() - runs.all().iter().filter(counted).count();
    if left_out > 0 {
        eprintln!(
            "{left_out} runs in {} are of other links or numerics and in no cell",
            arguments.out.display()
        );
    }
    write(&arguments.out, &Table::new(&rows, runs.all())?)
}

/// One run to do.
pub struct Job {
    pub row: Row,
    pub rule: Rule,
    pub seed: u64,
    pub epochs: u32,
}

/// What is not in `done`, the longest first, so that the last ones to begin are short.
///
/// # Errors
/// A row's experiment is none.
pub fn jobs(
    rows: &[Row],
    rules: &[Rule],
    seeds: u64,
    epochs: u32,
    done: &[Run],
) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    // Seed after seed: an interruption leaves whole rows of few seeds, not few rows of many.
    for seed in 1..=seeds {
        for row in rows {
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

/// Writes the table as JSON and Markdown, and prints the second.
fn write(runs: &Path, table: &Table) -> Result<()> {
    let json = runs.with_extension("json");
    let markdown_file = if runs == Path::new(FILE) {
        PathBuf::from(MARKDOWN)
    } else {
        runs.with_extension("md")
    };
    let text = markdown(table);
    for (file, content) in [
        (&json, serde_json::to_string_pretty(table)? + "\n"),
        (&markdown_file, text.clone()),
    ] {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(file, content).with_context(|| format!("writing {}", file.display()))?;
    }
    print!("{text}");
    Ok(())
}
