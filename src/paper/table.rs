//! What the runs make of each cell.

use serde::Serialize;

use super::{Plan, Row, Run};
use crate::core::{NUMERICS, Rule};
use crate::spec::LinkError;

/// The table, as the page loads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Key of its plan.
    pub name: &'static str,
    /// What makes it.
    pub made_by: String,
    pub numerics: u32,
    /// Its columns.
    pub rules: Vec<&'static str>,
    /// Whether any cell has a figure of the paper.
    pub has_paper: bool,
    pub rows: Vec<Line>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub key: String,
    pub net: String,
    /// The experiment with all rules of the table.
    pub link: String,
    /// Epochs of a whole run, unless its training error reaches the threshold.
    pub epochs: u32,
    pub cells: Vec<Cell>,
}

/// A rule in a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    pub rule: &'static str,
    /// The experiment with this rule alone.
    pub link: String,
    /// The paper's figure as text: percent, or words; none where it gives nothing.
    pub paper: Option<String>,
    /// None where nothing was run.
    pub ours: Option<Ours>,
}

/// What a cell's runs say, none of them mixed with runs of another length.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ours {
    /// The figure as the table shows it.
    pub text: String,
    /// Seeds and epochs that it stands on, in words.
    pub stands_on: String,
    /// Mean over the seeds of the error rate on all 10,000 test images after the last epoch, percent; undefined where
    /// each of them diverged before its first epoch's end.
    pub mean: Option<f64>,
    pub lowest: Option<f64>,
    pub highest: Option<f64>,
    /// Sample standard deviation, percentage points; from three seeds on.
    pub deviation: Option<f64>,
    pub seeds: u32,
    /// Epochs of the runs that were cut off; where all ended by themselves, those of the longest.
    pub epochs: u32,
    /// Of the seeds, those that ended because their training error reached the threshold.
    pub reached_threshold: u32,
    /// Of the seeds, those that left the finite numbers.
    pub diverged: u32,
    /// Day of the latest run, UTC.
    pub date: String,
    pub runs: Vec<Entry>,
    /// Runs of fewer epochs, in no mean.
    pub others: Vec<Entry>,
}

/// A run in the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    pub seed: u64,
    pub epochs: u32,
    pub reason: String,
    pub test_error: Option<f64>,
    pub fingerprint: String,
    pub link: String,
    pub date: String,
}

impl From<&Run> for Entry {
    fn from(run: &Run) -> Entry {
        Entry {
            seed: run.seed,
            epochs: run.epochs,
            reason: run.reason.clone(),
            test_error: run.test_error,
            fingerprint: run.fingerprint.clone(),
            link: run.link.clone(),
            date: run.date.clone(),
        }
    }
}

impl Table {
    /// The table of a plan's rows and of runs; runs of other rows, links or numerics are in no cell.
    ///
    /// # Errors
    /// A row's experiment is none.
    pub fn new(plan: &Plan, rows: &[Row], runs: &[Run]) -> Result<Table, LinkError> {
        let has_paper = rows.iter().any(|row| !row.paper.is_empty());
        let rows = rows.iter().map(|row| {
            let cells = plan.rules.iter().map(|&rule| cell(row, rule, runs));
            Ok(Line {
                key: row.key.clone(),
                net: row.net.clone(),
                link: row.experiment(plan.rules, None)?.link(),
                epochs: row.spec.epochs(),
                cells: cells.collect::<Result<_, LinkError>>()?,
            })
        });
        Ok(Table {
            name: plan.key,
            made_by: format!("falab table {}", plan.key),
            numerics: NUMERICS,
            rules: plan.rules.iter().map(|rule| rule.key()).collect(),
            has_paper,
            rows: rows.collect::<Result<_, LinkError>>()?,
        })
    }
}

fn cell(row: &Row, rule: Rule, runs: &[Run]) -> Result<Cell, LinkError> {
    let of_cell: Vec<&Run> = runs.iter().filter(|run| run.is_of(row, rule)).collect();
    Ok(Cell {
        rule: rule.key(),
        link: row.experiment(&[rule], None)?.link(),
        paper: row.paper(rule).map(super::Figure::text),
        ours: ours(&of_cell),
    })
}

/// The figure of the longest runs: a short run of one seed must not hide a long one of another. Who ended by itself
/// has nothing more to train and counts beside any length.
fn ours(runs: &[&Run]) -> Option<Ours> {
    let mut sorted = runs.to_vec();
    sorted.sort_by_key(|run| (run.seed, !run.is_over(), u32::MAX - run.epochs));
    // Of several runs of a seed the longest stands for it.
    let mut of_seeds: Vec<&Run> = Vec::new();
    let mut others: Vec<&Run> = Vec::new();
    for run in sorted {
        if of_seeds.last().is_some_and(|last| last.seed == run.seed) {
            others.push(run);
        } else {
            of_seeds.push(run);
        }
    }
    let cut_off = of_seeds.iter().filter(|run| !run.is_over());
    let ended = of_seeds.iter().map(|run| run.epochs);
    let epochs = cut_off.map(|run| run.epochs).max().or(ended.max())?;
    let (longest, shorter): (Vec<&Run>, Vec<&Run>) =
        of_seeds.into_iter().partition(|run| run.covers(epochs));
    others.extend(shorter);
    let errors: Vec<f64> = longest.iter().filter_map(|run| run.test_error).collect();
    let count = |reason: &str| longest.iter().filter(|run| run.reason == reason).count() as u32;
    let (lowest, highest) = (
        errors
            .iter()
            .copied()
            .reduce(|a, b| if b < a { b } else { a }),
        errors
            .iter()
            .copied()
            .reduce(|a, b| if b > a { b } else { a }),
    );
    let mut ours = Ours {
        text: String::new(),
        stands_on: String::new(),
        mean: mean(&errors),
        lowest,
        highest,
        deviation: deviation(&errors),
        seeds: longest.len() as u32,
        epochs,
        reached_threshold: count("error"),
        diverged: count("diverged"),
        date: longest.iter().map(|run| run.date.clone()).max()?,
        runs: longest.iter().copied().map(Entry::from).collect(),
        others: others.into_iter().map(Entry::from).collect(),
    };
    ours.text = text(&ours);
    ours.stands_on = stands_on(&ours);
    Some(ours)
}

fn mean(errors: &[f64]) -> Option<f64> {
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

fn deviation(errors: &[f64]) -> Option<f64> {
    let mean = mean(errors).filter(|_| errors.len() >= 3)?;
    let squares: f64 = errors
        .iter()
        .map(|error| (error - mean) * (error - mean))
        .sum();
    Some((squares / (errors.len() - 1) as f64).sqrt())
}

/// One seed: its error; two: mean and both; from three on: mean ± sample standard deviation.
fn text(ours: &Ours) -> String {
    match (ours.mean, ours.deviation, ours.lowest, ours.highest) {
        (Some(mean), Some(deviation), _, _) => format!("{mean:.2} ± {deviation:.2}"),
        (Some(mean), None, Some(lowest), Some(highest)) if ours.runs.len() > 1 => {
            format!("{mean:.2} ({lowest:.2} to {highest:.2})")
        }
        (Some(mean), ..) => format!("{mean:.2}"),
        (None, ..) => "diverged".to_owned(),
    }
}

fn plural(count: u32, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn stands_on(ours: &Ours) -> String {
    let mut words = format!(
        "{}, {}",
        plural(ours.seeds, "seed"),
        plural(ours.epochs, "epoch")
    );
    if ours.reached_threshold > 0 {
        words += &format!(", {} ended at the threshold", ours.reached_threshold);
    }
    if ours.diverged > 0 {
        words += &format!(", {} diverged", ours.diverged);
    }
    words
}
