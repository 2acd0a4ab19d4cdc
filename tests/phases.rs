//! Phases: what a schedule says happens at that very step, to the bit, and an edit on the way is a schedule.

use std::sync::{Arc, OnceLock};

use falab::cli::dataset;
use falab::core::{Learning, Metrics, NewFeedback, Phase, Rule};
use falab::data::Images;
use falab::lane::{Advance, EditError, Lane, Reason};
use falab::spec::{LaneId, Spec};

fn data() -> (Arc<Images>, Arc<Images>) {
    static DATA: OnceLock<(Arc<Images>, Arc<Images>)> = OnceLock::new();
    let load = || {
        let (train, test) = dataset::load(10_000).unwrap();
        (Arc::new(train), Arc::new(test))
    };
    DATA.get_or_init(load).clone()
}

fn spec(link: &str) -> Spec {
    Spec::parse(link).unwrap()
}

fn lane(link: &str) -> Lane {
    let (train, test) = data();
    let spec = spec(link);
    Lane::new(&spec, &spec.lanes()[0], train, test).unwrap()
}

struct Run {
    metrics: Vec<Metrics>,
    reason: Reason,
    fingerprint: u64,
    step: u64,
}

fn run(mut lane: Lane) -> Run {
    let mut metrics = Vec::new();
    loop {
        match lane.advance() {
            Advance::Measured(point) => metrics.push(*point),
            Advance::Finished {
                reason,
                fingerprint,
            } => {
                let step = lane.step();
                return Run {
                    metrics,
                    reason,
                    fingerprint,
                    step,
                };
            }
            _ => {}
        }
    }
}

fn at_step(mut lane: Lane, step: u64) -> Lane {
    while lane.step() < step || !lane.is_before_step() {
        lane.advance();
    }
    lane
}

const NET: &str = "n=640&hidden=2x16&steps=40";

#[test]
fn a_phase_that_changes_nothing_changes_no_bit() {
    for rule in ["bp", "fa", "dfa", "ifa", "shallow"] {
        let plain = run(lane(&format!("{NET}&rules={rule}"))).fingerprint;
        let cut = run(lane(&format!("{NET}&phases={rule}@7s;{rule}@1e;{rule}"))).fingerprint;
        assert_eq!(plain, cut, "{rule}");
    }
}

#[test]
fn a_rule_that_comes_later_has_the_feedback_that_it_would_have_started_with() {
    let of = |link: &str, step| at_step(lane(&format!("{NET}&init=uniform&{link}")), step);
    let later = of("phases=bp@7s;dfa", 8);
    let from_start = of("rules=dfa", 8);
    assert_eq!(later.trainer().feedback(), from_start.trainer().feedback());
    assert_eq!(later.trainer().phase().rule, Rule::Dfa);
    // Until the switch it is BP to the bit.
    assert_eq!(
        of("phases=bp@7s;dfa", 7).trainer().fingerprint(),
        of("rules=bp", 7).trainer().fingerprint()
    );
}

#[test]
fn frozen_layers_stay_and_the_others_learn() {
    for (phase, moved) in [
        ("bp-freeze1", [false, true, true]),
        ("dfa-only1", [true, false, false]),
        ("fa-freeze1.3", [false, true, false]),
    ] {
        let lane = at_step(lane(&format!("{NET}&init=uniform&phases={phase}")), 10);
        let trainer = lane.trainer();
        for (i, moved) in moved.into_iter().enumerate() {
            let (now, start) = (&trainer.network().layers[i], &trainer.start().layers[i]);
            assert_eq!(now != start, moved, "{phase} layer {}", i + 1);
        }
    }
}

#[test]
fn feedback_is_redrawn_each_time_and_opposed_to_the_weights_of_that_step() {
    let feedback = |link: &str, step| {
        let lane = at_step(lane(&format!("{NET}&init=uniform&phases={link}")), step);
        lane.trainer().feedback().to_vec()
    };
    let three = "dfa@5s;dfa@5s-redraw;dfa-redraw";
    let (first, second, third) = (feedback(three, 5), feedback(three, 6), feedback(three, 11));
    assert!(first != second && second != third && first != third);
    assert_eq!(feedback("fa@5s;fa-redraw", 6).len(), 2);

    let before = at_step(lane(&format!("{NET}&init=uniform&phases=fa@5s;fa-anti")), 5);
    let weights = before.trainer().network().layers[1].weights().to_owned();
    let opposed = feedback("fa@5s;fa-anti", 6);
    assert_eq!(opposed[0], -weights.t().to_owned());
    // B_2 of DFA is against W_3 alone, B_1 against W_2 W_3.
    let opposed = feedback("dfa-anti", 1);
    let fresh = lane(&format!("{NET}&init=uniform&rules=dfa"));
    let layers = &fresh.trainer().network().layers;
    assert_eq!(opposed[1], -layers[2].weights().t().to_owned());
    for (output, row) in opposed[0].outer_iter().enumerate() {
        for (unit, &b) in row.iter().enumerate() {
            let up = layers[1].weights().row(unit).to_owned();
            let down = layers[2].weights().column(output).to_owned();
            let path: f32 = (&up * &down).sum();
            assert!((b + path).abs() < 1e-6, "{b} {path}");
        }
    }
}

#[test]
fn a_fresh_optimiser_is_as_at_the_start() {
    // One step from the same weights: with a fresh state the step is that of the first one.
    let of = |link: &str| run(lane(&format!("{NET}&{link}"))).fingerprint;
    assert_ne!(of("phases=bp@20s;bp-fresh"), of("rules=bp"));
    let sgd = "opt=sgd&lr=0.1";
    assert_eq!(
        of(&format!("{sgd}&phases=bp@20s;bp-fresh")),
        of(&format!("{sgd}&rules=bp")),
        "SGD has no state"
    );
}

#[test]
fn a_schedule_whose_last_phase_has_a_length_ends_there() {
    let of = |phases: &str, rest: &str| {
        let run = run(lane(&format!(
            "n=640&hidden=8&epochs=3&{rest}&phases={phases}"
        )));
        (run.step, run.reason)
    };
    assert_eq!(of("bp@5e;dfa@7s", "evals=1"), (57, Reason::Steps));
    assert_eq!(of("bp@1e;dfa@3e", "evals=1"), (40, Reason::Epochs));
    assert_eq!(of("bp@5s;dfa", "evals=1"), (30, Reason::Epochs));
    assert_eq!(of("bp@5e;dfa@7s", "steps=52"), (52, Reason::Steps));
    let (step, reason) = of("bp@95err;dfa@95err", "evals=1");
    assert_eq!((step, reason), (20, Reason::Error));
}

#[test]
fn a_switch_is_measured_before_at_and_densely_after() {
    let run = run(lane("n=6400&hidden=2x16&epochs=3&phases=bp@1e;dfa"));
    let of = |step: u64| run.metrics.iter().find(|point| point.step == step);
    assert_eq!(of(100).map(|p| (p.rule, p.phase)), Some((Rule::Bp, 1)));
    for step in [101, 102, 103, 105, 107, 110, 120, 130, 190, 200] {
        let point = of(step).unwrap();
        assert_eq!(
            (point.rule, point.phase, point.phase_start),
            (Rule::Dfa, 2, 100),
            "step {step}"
        );
    }
}

#[test]
fn a_checkpoint_in_any_phase_goes_on_in_the_same_bits() {
    let link =
        "n=640&hidden=2x16&epochs=5&phases=bp@7s-freeze1;fa@9s-anti;fa@6s;dfa@8s-redraw;ifa-fresh";
    let whole = run(lane(link));
    for stop in 0..45 {
        let mut interrupted = lane(link);
        for _ in 0..stop {
            interrupted.advance();
        }
        let bytes = interrupted.checkpoint().unwrap();
        let again = run(lane(link).restored(&bytes).unwrap());
        assert_eq!(again.fingerprint, whole.fingerprint, "after {stop} calls");
        assert_eq!(
            again.metrics.last(),
            whole.metrics.last(),
            "after {stop} calls"
        );
    }
}

#[test]
fn an_edit_on_the_way_is_the_schedule_that_says_so() {
    let before = spec(&format!("{NET}&rules=bp-dfa"));
    let freeze = Phase {
        learning: Learning::Frozen(vec![1]),
        ..Phase::plain(Rule::Bp)
    };
    let mut live = at_step(lane(&format!("{NET}&rules=bp-dfa")), 13);
    let edited = before.lanes()[0].edited(0, 13, freeze).unwrap();
    let spec1 = before.with_lane(LaneId(0), edited).unwrap();
    live.edit(&spec1, &spec1.lanes()[0]).unwrap();
    let mut live = at_step(live, 20);
    let (phase, start) = live.phase();
    assert_eq!((phase, start), (1, 13));
    let switch = Phase {
        feedback: NewFeedback::Redrawn,
        ..Phase::plain(Rule::Fa)
    };
    let edited = spec1.lanes()[0].edited(phase, 20 - start, switch).unwrap();
    let spec2 = spec1.with_lane(LaneId(0), edited).unwrap();
    live.edit(&spec2, &spec2.lanes()[0]).unwrap();
    assert_eq!(
        spec2.link(),
        "v=1&n=640&phases=bp:bp@13s;bp@7s-freeze1;fa-redraw,dfa&hidden=2x16&steps=40"
    );
    assert_eq!(run(live).fingerprint, run(lane(&spec2.link())).fingerprint);
    // What contradicts the past is refused.
    let mut other = at_step(lane(&format!("{NET}&rules=bp-dfa")), 13);
    let past = spec(&format!("{NET}&phases=fa@13s;bp"));
    assert_eq!(other.edit(&past, &past.lanes()[0]), Err(EditError));
    let rate = spec(&format!("{NET}&lr=0.1&rules=bp-dfa"));
    assert_eq!(other.edit(&rate, &rate.lanes()[0]), Err(EditError));
}

#[test]
fn lanes_have_names_of_their_own() {
    let names = |link: &str| -> Vec<String> {
        let spec = spec(link);
        spec.lanes().iter().map(|l| l.name().to_owned()).collect()
    };
    assert_eq!(names("v=1"), ["bp", "fa", "dfa", "ifa"]);
    assert_eq!(
        names("phases=bp@5e-freeze1;bp,bp@5e-freeze1;dfa,dfa-only1,dfa"),
        ["bp", "bp.dfa", "dfa", "dfa2"]
    );
    assert_eq!(names("phases=dfa:bp@5e;bp,dfa"), ["dfa", "dfa2"]);
}

#[test]
fn what_is_no_schedule_is_named() {
    for text in [
        "",
        "bp@",
        "bp@5",
        "bp@0e",
        "bp;dfa",
        "bp@5e-freeze",
        "bp@5e-freeze1.1;bp",
        "bp@5e-freeze1-only2;bp",
        "bp-anti",
        "bp-redraw",
        "xx@5e;bp",
        "a:bp,a:dfa",
        "A:bp",
        "bp,bp,bp,bp,bp,bp,bp,bp,bp",
    ] {
        let errors = Spec::parse(&format!("phases={text}")).unwrap_err();
        let message = errors[0].to_string();
        assert!(
            message.starts_with(&format!("phases={text} is not possible")),
            "{message}"
        );
    }
    let errors = Spec::parse("hidden=2x16&phases=bp-freeze4").unwrap_err();
    assert!(
        errors[0]
            .to_string()
            .contains("layers 1 to 3, the last being the output")
    );
    let errors = Spec::parse("rules=bp&phases=dfa@5s;bp").unwrap_err();
    assert!(
        errors[0].to_string().starts_with("rules and phases"),
        "{}",
        errors[0]
    );
}
