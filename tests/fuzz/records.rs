//! Records that are read back: lines of `assets/paper/NAME.jsonl`.

use falab::core::Rule;
use falab::paper::{Plan, Run};

use super::engine::{Target, outcome, words};

const WORDS: &str = r#"{ } [ ] [[[[[[[[ , : " null true -0 1e308 1e-400 1e999 0.1 18446744073709551615 \u0000 \ud800 "row": "link": "test_errors": "seed":"#;

/// One line of the file of runs.
pub fn run() -> Target {
    let line = r#"{"row":"7x240","rule":"dfa","seed":1,"epochs_asked":2,"epochs":2,"reason":"epochs","test_error":7.31,"best_test_error":7.3,"best_epoch":1,"train_error":null,"running_error":8.512345678901234,"test_errors":[7.3,7.31],"link":"v=1&n=60000&rules=dfa&hidden=7x240&lr=1e-4&epochs=2&evals=1","fingerprint":"0123456789abcdef","numerics":1,"seconds":12.25,"date":"2026-11-24"}"#;
    let rows = Plan::of_key("table1").unwrap().rows().unwrap();
    Target {
        seeds: vec![line.as_bytes().to_vec()],
        words: words(WORDS),
        memory: (60, 40_000),
        execute: Box::new(move |input| {
            let read: Result<Run, _> = serde_json::from_slice(input);
            match read {
                Ok(run) => {
                    let text = serde_json::to_string(&run).unwrap();
                    assert_eq!(serde_json::from_str::<Run>(&text).unwrap(), run);
                    let is_of = rows.first().is_some_and(|row| run.is_of(row, Rule::Dfa));
                    outcome((is_of, run.is_over(), run.covers(2), run.test_errors.len()))
                }
                Err(error) => outcome(error.to_string().split(" at line").next()),
            }
        }),
    }
}
