//! The ratios to reach, and how far each is.

use crate::contest::Place;
use crate::shape::{Rule, Shape};
use crate::summary::{Part, Results, Row};

/// One ratio to reach.
#[derive(Debug)]
pub struct Goal {
    pub what: String,
    pub reached: f64,
    pub wanted: f64,
}

impl Goal {
    pub fn holds(&self) -> bool {
        self.reached >= self.wanted
    }

    pub fn line(&self) -> String {
        let verdict = if self.holds() {
            "holds".to_owned()
        } else {
            let short = 100.0 * (1.0 - self.reached / self.wanted);
            format!("falls short by {short:.0} %")
        };
        format!(
            "{}: {:.2}, wanted {:.2}: {verdict}",
            self.what, self.reached, self.wanted
        )
    }
}

/// By shape: times TensorFlow.js, times candle, times PyTorch; `None` where nothing was asked.
const WANTED: [(Shape, Option<f64>, f64, f64); 4] = [
    (Shape::new(3, 50), Some(20.0), 4.0, 2.5),
    (Shape::new(3, 400), Some(15.0), 3.0, 1.0),
    (Shape::new(2, 800), Some(15.0), 3.0, 1.0),
    (Shape::new(2, 128), None, 3.0, 1.0),
];
/// DFA by BP, both ours, on 3x400.
const DFA_BY_BP: f64 = 1.2;
/// Dense products by the limit.
const OF_LIMIT: f64 = 0.85;
/// Four lanes by one, on two cores.
const LANES: f64 = 1.8;

/// The fastest contestant whose name begins so, by its median.
pub fn fastest<'a>(part: &'a Part, prefix: &str) -> Option<&'a Row> {
    let rows = part.rows.iter().filter(|row| row.name.starts_with(prefix));
    rows.max_by(|a, b| a.median.total_cmp(&b.median))
}

pub fn ours(part: &Part, rule: Rule) -> Option<&Row> {
    let mut rows = part.rows.iter();
    rows.find(|row| row.name == "falab" && row.rule == rule)
}

/// All goals of the shapes that were measured, as ratios of medians of the run.
pub fn goals(results: &Results) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (shape, tensorflow, candle, torch) in WANTED {
        let peers = [
            (Place::Browser, "TensorFlow.js", tensorflow),
            (Place::Browser, "candle-core", Some(candle)),
            (Place::Native, "PyTorch", Some(torch)),
        ];
        for (place, peer, wanted) in peers {
            let Some(part) = results.part(&shape, place) else {
                continue;
            };
            let pair = (ours(part, Rule::Bp), fastest(part, peer), wanted);
            if let (Some(ours), Some(theirs), Some(wanted)) = pair {
                goals.push(Goal {
                    what: format!(
                        "{}, {}: falab BP by {}",
                        shape.name(),
                        place.name(),
                        theirs.name
                    ),
                    reached: ours.median / theirs.median,
                    wanted,
                });
            }
        }
    }
    for part in &results.parts {
        let (shape, place) = (part.shape.name(), part.place.name());
        if let (Some(bp), Some(dfa)) = (ours(part, Rule::Bp), ours(part, Rule::Dfa))
            && part.shape == Shape::new(3, 400)
        {
            goals.push(Goal {
                what: format!("{shape}, {place}: falab DFA by falab BP"),
                reached: dfa.median / bp.median,
                wanted: DFA_BY_BP,
            });
        }
        if let Some(all) = part.products.iter().find(|row| row.kind == "all") {
            goals.push(Goal {
                what: format!("{shape}, {place}: dense products by the limit"),
                reached: all.of_limit,
                wanted: OF_LIMIT,
            });
        }
        if results.machine.cores >= 2 {
            goals.push(Goal {
                what: format!("{shape}, {place}: four lanes by one"),
                reached: part.lanes.by_one,
                wanted: LANES,
            });
        }
    }
    goals
}
