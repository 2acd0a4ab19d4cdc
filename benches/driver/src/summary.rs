//! What the rounds gave, in numbers that can be quoted.

use std::time::Duration;

use anyhow::{Context as _, Result};
use bench_ours::products::Kind;

use crate::contest::{Contest, Contestant, Place, Task};
use crate::machine::{Machine, Versions};
use crate::shape::{Rule, Shape};

/// The middle value, or the mean of the two middle ones.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

fn fold(values: &[f64], pick: impl Fn(f64, f64) -> f64) -> f64 {
    values.iter().copied().reduce(pick).unwrap_or(f64::NAN)
}

/// a / b within each round.
fn ratios(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a / b).collect()
}

/// Median over rounds of a / b within the round.
fn ratio(a: &[f64], b: &[f64]) -> f64 {
    median(&ratios(a, b))
}

/// Things that were learned on the way.
#[derive(Debug)]
pub struct Notes {
    /// Share of pixels that are not zero.
    pub density: f64,
    /// Threads that TensorFlow.js says it has.
    pub tensorflow_threads: Option<u64>,
    /// Version of PyTorch, or why it was left out.
    pub torch: Result<String, String>,
}

/// A contestant that trains, on one shape in one place.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub rule: Rule,
    pub rates: Vec<f64>,
    pub min: f64,
    pub median: f64,
    pub max: f64,
    /// Our BP step's rate by this one's, median over rounds of the ratio within the round.
    pub ours_by_this: f64,
    /// GFLOP/s of the dense products that the step amounts to ([`Shape::operations`]), at the median rate.
    pub effective: f64,
    /// GFLOP/s of the products that are really made, at the median rate.
    pub really: f64,
    /// `really` by the limit, median over rounds of the ratio within the round.
    pub of_limit: f64,
    pub loss_before: f64,
    pub loss_after: f64,
}

/// The dense product kernel alone.
#[derive(Debug)]
pub struct ProductRow {
    pub kind: &'static str,
    /// GFLOP/s, median.
    pub median: f64,
    /// Of the limit, median over rounds of the ratio within the round.
    pub of_limit: f64,
    /// The same in the round where it is greatest.
    pub of_limit_at_best: f64,
}

/// One shape in one place.
#[derive(Debug)]
pub struct Part {
    pub shape: Shape,
    pub place: Place,
    /// Register-only multiply-and-add limit, GFLOP/s: the best number of chains in each round.
    pub limit: Vec<f64>,
    pub rows: Vec<Row>,
    /// By kind, then all of a step's products together.
    pub products: Vec<ProductRow>,
    /// Several lanes at once.
    pub lanes: Together,
    /// One lane on all cores; natively alone, and only where there are several.
    pub cores: Option<Together>,
}

/// What several cores do.
#[derive(Debug)]
pub struct Together {
    /// Samples a second.
    pub median: f64,
    /// By the rate of one lane on one core, median over rounds of the ratio within the round.
    pub by_one: f64,
}

#[derive(Debug)]
pub struct Results {
    pub machine: Machine,
    pub versions: Versions,
    pub rounds: usize,
    pub slice: Duration,
    pub quick: bool,
    pub notes: Notes,
    pub parts: Vec<Part>,
}

impl Results {
    pub fn new(
        machine: Machine,
        versions: Versions,
        rounds: usize,
        slice: Duration,
        quick: bool,
    ) -> Results {
        Results {
            machine,
            versions,
            rounds,
            slice,
            quick,
            notes: Notes {
                density: f64::NAN,
                tensorflow_threads: None,
                torch: Err("not tried".to_owned()),
            },
            parts: Vec::new(),
        }
    }

    pub fn part(&self, shape: &Shape, place: Place) -> Option<&Part> {
        let mut parts = self.parts.iter();
        parts.find(|part| part.shape == *shape && part.place == place)
    }

    /// Reckons a contest that has ended.
    pub fn add(&mut self, shape: &Shape, contest: &Contest) -> Result<()> {
        let all = &contest.contestants;
        let of = |wanted: &dyn Fn(&Task) -> bool| -> Vec<&Contestant> {
            all.iter().filter(|one| wanted(&one.task)).collect()
        };
        let limits = of(&|task| matches!(task, Task::Limit(_)));
        let rounds = limits.first().map_or(0, |limit| limit.rates.len());
        let limit: Vec<f64> = (0..rounds)
            .map(|round| {
                let rates: Vec<f64> = limits.iter().map(|one| one.rates[round] / 1e9).collect();
                fold(&rates, f64::max)
            })
            .collect();
        let ours = all
            .iter()
            .find(|one| one.name == "falab" && one.task == Task::Train(Rule::Bp))
            .context("our own step")?;
        let density = self.notes.density;
        let rows = all.iter().filter_map(|one| {
            let Task::Train(rule) = one.task else {
                return None;
            };
            let operations = shape.operations(rule);
            let real = if one.name == "falab" {
                shape.operations_without_zeros(rule, density)
            } else {
                operations
            };
            let true_rates: Vec<f64> = one.rates.iter().map(|rate| rate * real / 1e9).collect();
            let (loss_before, loss_after) = one.losses?;
            Some(Row {
                name: one.name.clone(),
                rule,
                min: fold(&one.rates, f64::min),
                median: median(&one.rates),
                max: fold(&one.rates, f64::max),
                ours_by_this: ratio(&ours.rates, &one.rates),
                effective: median(&one.rates) * operations / 1e9,
                really: median(&true_rates),
                of_limit: ratio(&true_rates, &limit),
                rates: one.rates.clone(),
                loss_before,
                loss_after,
            })
        });
        let together = |one: &&Contestant| Together {
            median: median(&one.rates),
            by_one: ratio(&one.rates, &ours.rates),
        };
        let lanes = of(&|task| matches!(task, Task::Lanes(_)));
        let lanes = lanes.first().map(together).context("lanes")?;
        let cores = of(&|task| *task == Task::Cores);
        self.parts.push(Part {
            cores: cores.first().map(together),
            shape: *shape,
            place: contest.place,
            rows: rows.collect(),
            products: products(shape, all, &limit),
            lanes,
            limit,
        });
        Ok(())
    }
}

/// Rates of the products by kind, and of all together as often as a step under BP makes them.
fn products(shape: &Shape, all: &[Contestant], limit: &[f64]) -> Vec<ProductRow> {
    let mut rows = Vec::new();
    let mut seconds = vec![0.0; limit.len()];
    let mut operations = 0.0;
    for kind in Kind::ALL {
        let one = all
            .iter()
            .find(|one| one.task == Task::Products(kind.key()));
        let Some(one) = one else { continue };
        // A sample's operations of this kind: forward and gradient have one share, δ Wᵀ what is left of BP's count.
        let of_kind = match kind {
            Kind::Forward | Kind::Gradient => shape.forward_operations(),
            Kind::Back => shape.operations(Rule::Bp) - 2.0 * shape.forward_operations(),
        };
        operations += of_kind;
        for (seconds, rate) in seconds.iter_mut().zip(&one.rates) {
            *seconds += of_kind / rate;
        }
        let rates: Vec<f64> = one.rates.iter().map(|rate| rate / 1e9).collect();
        rows.push(ProductRow {
            kind: kind.key(),
            median: median(&rates),
            of_limit: ratio(&rates, limit),
            of_limit_at_best: fold(&ratios(&rates, limit), f64::max),
        });
    }
    let together: Vec<f64> = seconds
        .iter()
        .map(|seconds| operations / seconds / 1e9)
        .collect();
    rows.push(ProductRow {
        kind: "all",
        median: median(&together),
        of_limit: ratio(&together, limit),
        of_limit_at_best: fold(&ratios(&together, limit), f64::max),
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_odd_even_and_nothing() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn ratio_is_taken_within_the_round() {
        // The clock halved in the second round for both: the ratio holds.
        assert_eq!(ratio(&[100.0, 50.0, 100.0], &[10.0, 5.0, 10.0]), 10.0);
    }
}
