//! A run that was interrupted ends in the same bits, and what is no checkpoint of it is named.
#![cfg(feature = "cli")]

use std::sync::{Arc, OnceLock};

use falab::cli::dataset;
use falab::core::checkpoint::CheckpointError;
use falab::core::{Metrics, Rule};
use falab::data::Images;
use falab::lane::{Advance, Lane, Reason};
use falab::spec::{Schedule, Spec};
use proptest::prelude::*;

type Data = (Arc<Images>, Arc<Images>);

fn data() -> Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    let load = || {
        let (train, test) = dataset::load(640).unwrap();
        (Arc::new(train), Arc::new(test))
    };
    DATA.get_or_init(load).clone()
}

fn lane(spec: &Spec, rule: Rule) -> Lane {
    let (train, test) = data();
    Lane::new(spec, &Schedule::plain(rule), train, test).unwrap()
}

/// Works on to the end; interrupted before each of these calls of `advance`.
fn run(spec: &Spec, rule: Rule, interruptions: &[usize]) -> (Vec<Metrics>, Reason, u64) {
    let mut at = lane(spec, rule);
    let mut metrics = Vec::new();
    for call in 0.. {
        if interruptions.contains(&call)
            && let Some(bytes) = at.checkpoint()
        {
            at = lane(spec, rule).restored(&bytes).unwrap();
        }
        match at.advance() {
            Advance::Measured(point) => metrics.push(*point),
            Advance::Finished {
                reason,
                fingerprint,
            } => return (metrics, reason, fingerprint),
            _ => {}
        }
    }
    unreachable!("a lane comes to its end")
}

const LINKS: [&str; 6] = [
    "n=640&hidden=2x16&epochs=3",
    "n=640&hidden=9-1&opt=adam&epochs=2&act=relu",
    "n=640&hidden=12&opt=momentum&lr=0.02&epochs=2&dropout=0.1-0.5",
    "n=640&hidden=12&opt=sgd&lr=0.1&epochs=2&adv=0.08",
    "n=640&hidden=12&opt=sgd&lr=1e6&epochs=2&act=relu&init=uniform",
    "n=640&hidden=conv5x2s2-pool3s2-conv3x3-9&opt=adam&steps=13",
];

#[test]
fn an_interrupted_run_measures_and_ends_as_if_it_had_not_been() {
    for link in LINKS {
        let spec = Spec::parse(link).unwrap();
        for rule in Rule::ALL {
            let whole = run(&spec, rule, &[]);
            let calls: Vec<usize> = (0..200).filter(|call| call % 7 == 3).collect();
            assert_eq!(run(&spec, rule, &calls), whole, "{link} {}", rule.key());
            let every: Vec<usize> = (0..200).collect();
            assert_eq!(run(&spec, rule, &every), whole, "{link} {}", rule.key());
        }
    }
}

fn some_checkpoint() -> (Spec, Vec<u8>) {
    let spec = Spec::parse(LINKS[0]).unwrap();
    let mut lane = lane(&spec, Rule::Dfa);
    while lane.step() < 7 || lane.checkpoint().is_none() {
        lane.advance();
    }
    let bytes = lane.checkpoint().unwrap();
    (spec, bytes)
}

#[test]
fn a_checkpoint_of_another_run_is_named() {
    let (spec, bytes) = some_checkpoint();
    let other_rule = lane(&spec, Rule::Fa).restored(&bytes).err().unwrap();
    assert_eq!(
        other_rule.to_string(),
        "it is of another run: dfa v=1&n=640&hidden=2x16&epochs=3, \
         expected fa v=1&n=640&hidden=2x16&epochs=3"
    );
    let other = Spec::parse("n=640&hidden=2x16&epochs=3&seed=2").unwrap();
    let error = lane(&other, Rule::Dfa).restored(&bytes).err().unwrap();
    assert!(matches!(error, CheckpointError::OtherRun { .. }), "{error}");
}

#[test]
fn bytes_that_are_none_are_named() {
    let (spec, _) = some_checkpoint();
    let error = lane(&spec, Rule::Dfa).restored(b"something").err().unwrap();
    assert_eq!(error, CheckpointError::Magic);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_is_seen(at in 0.0f64..1.0, bit in 0u8..8, cut in proptest::bool::ANY) {
        static CHECKPOINT: OnceLock<(Spec, Vec<u8>)> = OnceLock::new();
        let (spec, bytes) = CHECKPOINT.get_or_init(some_checkpoint);
        let mut bytes = bytes.clone();
        let at = (bytes.len() as f64 * at) as usize;
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << bit;
        }
        prop_assert!(lane(spec, Rule::Dfa).restored(&bytes).is_err());
    }
}
