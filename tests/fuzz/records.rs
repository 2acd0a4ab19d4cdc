//! Records that are read back: lines of `assets/paper/NAME.jsonl`, and the JSON form of a run.

use falab::core::Rule;
use falab::paper::{Plan, Run};
use falab::report::run::{Run as File, RunError};

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

/// A run in its JSON form, as a reader brings it back.
pub fn run_file() -> Target {
    let file = r#"{"falab":"run","version":1,"program":"0.1.0","numerics":1,"link":"v=1&rules=bp-dfa&hidden=1x8","settings":{"n":"10000"},"lanes":[{"name":"bp","rule":"bp","step":5,"reason":"epochs","fingerprint":"0123456789abcdef","phases":[{"phase":1,"step":0,"rule":"bp"}],"series":[{"quantity":"train_error","kept":2,"measured":3,"steps":[0,5],"values":[90.1,8.5]},{"quantity":"angle_update_deg","layer":1,"kept":1,"measured":1,"steps":[0],"values":[null]}]},{"name":"dfa","rule":"dfa","step":1,"reason":"diverged","diverged":{"step":2,"quantity":"loss"},"fingerprint":null,"phases":[],"series":[]}]}"#;
    File::read(file.as_bytes()).unwrap();
    Target {
        seeds: vec![file.as_bytes().to_vec()],
        words: words(
            &(WORDS.to_owned()
                + r#" "lanes": "steps": "values": "layer":1, "kept": "phase": [0,1,2] [null] "ifa" \u0041 \ud83d\ude00 \"#),
        ),
        // A hundred layers of a net are a handful of bytes of a link, and it is read twice.
        memory: (60, 200_000),
        execute: Box::new(|input| match File::read(input) {
            Ok(run) => {
                let text = run.text();
                assert_eq!(File::read(text.as_bytes()).unwrap(), run);
                // What is taken for JSON is JSON for others too.
                serde_json::from_slice::<serde_json::Value>(
                    input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input),
                )
                .unwrap();
                let points = |lane: &falab::report::run::RunLane| {
                    lane.series(run.spec().settings().hidden.len())
                        .density()
                        .kept
                };
                let points: Vec<u64> = run.lanes().iter().map(points).collect();
                outcome((run.spec().link().len(), points))
            }
            Err(error) => {
                let words = error.to_string();
                assert!(words.chars().count() < 12_000, "{words}");
                match error {
                    RunError::Syntax { expected, .. } => outcome(expected),
                    RunError::Value { place, .. } | RunError::Missing { place } => outcome(place),
                    RunError::Link(errors) => outcome(errors.len()),
                    RunError::TooLarge { .. } => outcome(0),
                }
            }
        }),
    }
}
