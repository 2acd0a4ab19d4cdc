//! Several seeds: one seed's bits are its own, and medians and ranges are of what was measured at the very step.

use falab::core::{LayerMetrics, Metrics, Rule};
use falab::lane::Reason;
use falab::lang::ENGLISH;
use falab::plot::Theme;
use falab::plot::axis::StepUnit;
use falab::plot::bands::Bands;
use falab::plot::error::{self, ErrorView};
use falab::plot::look;
use falab::report::spread::{sentence, summary};
use falab::spec::{LaneId, Link, SEEDS, Spec};
use falab::spread::{Range, Seeds, Spread};
use falab::store::{LayerQuantity, Quantity, Store};
use proptest::prelude::*;

const BP: LaneId = LaneId(0);
const DFA: LaneId = LaneId(1);

fn spec(seeds: u32) -> Spec {
    Spec::parse(&format!("rules=bp-dfa&hidden=8&seeds={seeds}")).unwrap()
}

/// An evaluation point; the angle of its layer is ten times its error.
fn point(step: u64, error: f64, tested: bool) -> Metrics {
    Metrics {
        rule: Rule::Bp,
        phase: 1,
        phase_start: 0,
        step,
        epoch: step as f64 / 100.0,
        train_error: error,
        train_loss: 1.0,
        running_error: None,
        running_loss: None,
        test_error: tested.then_some(error + 1.0),
        test_loss: tested.then_some(1.0),
        test_images: 1_000,
        layers: vec![LayerMetrics {
            angle_update_deg: (step > 0).then_some(10.0 * error),
            ..LayerMetrics::default()
        }],
    }
}

fn filled(seeds: u32, points: &[(usize, LaneId, u64, f64)]) -> Seeds {
    let mut all = Seeds::new(&spec(seeds), 2);
    for &(seed, lane, step, error) in points {
        all.push(seed, lane, &point(step, error, true));
    }
    all
}

fn steps(spreads: &[Spread]) -> Vec<(u64, u32)> {
    spreads.iter().map(|at| (at.step, at.seeds)).collect()
}

#[test]
fn a_link_of_several_seeds_is_that_many_experiments() {
    let link = Link::parse("v=1&seed=7&seeds=3&epochs=2").unwrap();
    let alone: Vec<String> = (0..3).map(|at| link.spec.of_seed(at).link()).collect();
    let expected = [
        "v=1&epochs=2&seed=7",
        "v=1&epochs=2&seed=8",
        "v=1&epochs=2&seed=9",
    ];
    assert_eq!(alone, expected);
    assert_eq!(link.spec.link(), "v=1&epochs=2&seed=7&seeds=3");
    assert_eq!(Spec::parse("seeds=1").unwrap(), Spec::default());
    assert_eq!(Spec::parse("seeds=20").unwrap().seeds(), SEEDS);
    // What is wrong falls back to one seed, and the rest applies.
    let read = Link::read("seed=7&seeds=21");
    assert_eq!(
        (read.spec.link().as_str(), read.errors.len()),
        ("v=1&seed=7", 1)
    );
    let last = Link::read("seed=9007199254740991&seeds=2");
    assert_eq!(last.spec.link(), "v=1&seed=9007199254740991");
    assert_eq!(last.errors.len(), 1);
}

#[test]
fn receipts_are_about_the_first_seed() {
    let link = Link::parse("rules=bp&seeds=2&receipt=bp:0123456789abcdef").unwrap();
    assert!(link.of_seed(0).receipt.is_some());
    assert!(link.of_seed(1).receipt.is_none());
}

#[test]
fn the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() {
    let of = |values: &[f64]| Range::of(values).map(|range| (range.median, range.low, range.high));
    assert_eq!(of(&[3.0, 1.0, 2.0]), Some((2.0, 1.0, 3.0)));
    assert_eq!(of(&[4.0, 1.0, 2.0, 9.0]), Some((3.0, 1.0, 9.0)));
    assert_eq!(of(&[5.0]), Some((5.0, 5.0, 5.0)));
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[1.0, f64::NAN]), None);
}

#[test]
fn seeds_that_are_not_yet_there_are_not_counted() {
    let all = filled(
        3,
        &[
            (0, BP, 0, 90.0),
            (0, BP, 10, 30.0),
            (0, BP, 20, 10.0),
            (1, BP, 0, 80.0),
            (1, BP, 10, 40.0),
            (2, BP, 0, 70.0),
        ],
    );
    let spreads = all.spreads(BP, Quantity::TrainError);
    assert_eq!(steps(&spreads), [(0, 3), (10, 2), (20, 1)]);
    let median = |at: usize| spreads[at].of.unwrap().median;
    assert_eq!((median(0), median(1), median(2)), (80.0, 35.0, 10.0));
    assert_eq!(all.steps(), [0, 10, 20]);
    assert!(all.spreads(DFA, Quantity::TrainError).is_empty());
}

#[test]
fn a_point_stands_only_where_every_seed_that_has_come_so_far_was_measured() {
    // The first one paused at step 13: a point that the others do not have.
    let mut all = filled(2, &[(0, BP, 0, 90.0), (0, BP, 10, 30.0), (0, BP, 13, 25.0)]);
    assert_eq!(
        steps(&all.spreads(BP, Quantity::TrainError)),
        [(0, 1), (10, 1), (13, 1)]
    );
    for (step, error) in [(0, 80.0), (10, 40.0), (20, 12.0)] {
        all.push(1, BP, &point(step, error, true));
    }
    assert_eq!(
        steps(&all.spreads(BP, Quantity::TrainError)),
        [(0, 2), (10, 2), (20, 1)]
    );
}

#[test]
fn what_is_undefined_is_a_gap_and_what_was_not_measured_no_point() {
    let mut all = Seeds::new(&spec(2), 2);
    for seed in 0..2 {
        for (step, tested) in [(0, true), (10, false), (20, true)] {
            all.push(seed, BP, &point(step, 5.0, tested));
        }
    }
    let angle = Quantity::Layer(0, LayerQuantity::AngleUpdate);
    let angles = all.spreads(BP, angle);
    assert_eq!(steps(&angles), [(0, 0), (10, 2), (20, 2)]);
    assert_eq!(angles[0].of, None);
    assert_eq!(
        steps(&all.spreads(BP, Quantity::TestError)),
        [(0, 2), (20, 2)]
    );
    // What figures never show is not kept.
    assert!(all.spreads(BP, Quantity::TrainLoss).is_empty());
}

#[test]
fn what_is_restored_from_a_store_is_what_was_pushed() {
    let mut store = Store::default();
    let mut pushed = Seeds::new(&spec(2), 2);
    for step in [0, 1, 2, 5, 10] {
        let point = point(step, 90.0 / (1.0 + step as f64), step != 5);
        pushed.push(0, BP, &point);
        store.push(BP, point);
    }
    let mut restored = Seeds::new(&spec(2), 2);
    restored.restore(0, BP, store.lane(BP));
    let angle = Quantity::Layer(0, LayerQuantity::AngleUpdate);
    for quantity in [Quantity::TrainError, Quantity::TestError, angle] {
        assert_eq!(restored.spreads(BP, quantity), pushed.spreads(BP, quantity));
    }
    pushed.clear(0, BP);
    assert!(pushed.steps().is_empty());
}

#[test]
fn more_seeds_or_fewer_leave_the_others_what_they_have() {
    let mut all = filled(2, &[(0, BP, 0, 90.0), (1, BP, 0, 80.0)]);
    all.resize(3);
    all.push(2, BP, &point(0, 40.0, true));
    assert_eq!(
        all.spreads(BP, Quantity::TrainError)[0].of.unwrap().median,
        80.0
    );
    all.resize(1);
    assert_eq!(steps(&all.spreads(BP, Quantity::TrainError)), [(0, 1)]);
}

#[test]
fn rules_are_apart_if_and_only_if_their_ranges_do_not_overlap() {
    let errors = |dfa: [f64; 3]| {
        let bp = [2.0, 3.0, 4.0].into_iter().enumerate();
        let dfa = dfa.into_iter().enumerate();
        let bp = bp.map(|(seed, error)| (seed, BP, 100, error));
        let dfa = dfa.map(|(seed, error)| (seed, DFA, 100, error));
        let all: Vec<_> = bp.chain(dfa).collect();
        filled(3, &all)
    };
    let say = |all: &Seeds| {
        let comparison = all.compare().unwrap();
        assert_eq!((comparison.step, comparison.seeds.len()), (100, 3));
        let name = |id: LaneId| ["BP", "DFA"][id.0].to_owned();
        sentence(&comparison.pairs[0], &comparison, name, ENGLISH)
    };
    assert_eq!(
        say(&errors([5.5, 4.5, 6.5])),
        "DFA's median is 2.50 points above BP's; the ranges do not overlap: apart in all 3 seeds."
    );
    // An error that both have is within both ranges.
    assert_eq!(
        say(&errors([5.5, 4.0, 6.5])),
        "DFA's median is 2.50 points above BP's; the ranges overlap: within the spread of 3 seeds."
    );
    assert_eq!(
        say(&errors([1.0, 2.99, 9.0])),
        "BP's median is 0.01 points above DFA's; the ranges overlap: within the spread of 3 seeds."
    );
    assert_eq!(
        say(&errors([1.0, 3.0, 9.0])),
        "BP and DFA have the same median; the ranges overlap: within the spread of 3 seeds."
    );
    assert!(say(&errors([1.0, 2.999, 9.0])).contains("0.0010 points"));
}

#[test]
fn seeds_are_compared_at_the_last_step_that_two_have_under_every_rule() {
    let mut all = filled(
        3,
        &[
            (0, BP, 100, 5.0),
            (0, BP, 200, 3.0),
            (0, DFA, 100, 6.0),
            (1, BP, 100, 4.0),
            (1, BP, 200, 2.0),
        ],
    );
    assert_eq!(all.compare(), None);
    let name = |id: LaneId| ["BP", "DFA"][id.0].to_owned();
    assert_eq!(summary(&spec(3), &all, name, ENGLISH), None);
    all.push(1, DFA, &point(100, 7.0, true));
    all.push(2, BP, &point(100, 1.0, true));
    let comparison = all.compare().unwrap();
    // The third seed has no test error of DFA yet: it is shown and not compared.
    assert_eq!((comparison.step, &comparison.seeds), (100, &vec![0, 1]));
    let bp = &comparison.lanes[0];
    assert_eq!(bp.errors, [Some(6.0), Some(5.0), Some(2.0)]);
    assert_eq!((bp.range.low, bp.range.high), (5.0, 6.0));
    let lines = summary(&spec(3), &all, name, ENGLISH).unwrap();
    assert_eq!(lines[1], "Not there yet: seeds 3.");
    assert_eq!(lines[2], "BP: median 5.50 %, lowest 5.00 %, highest 6.00 %");
    all.push(0, DFA, &point(200, 4.0, true));
    all.push(1, DFA, &point(200, 4.5, true));
    assert_eq!(all.compare().unwrap().step, 200);
}

fn ended(all: &mut Seeds, seed: usize, lane: LaneId, step: u64) {
    all.finish(seed, lane, step, &Reason::Error);
}

#[test]
fn a_seed_that_ended_before_others_is_compared_with_them_where_it_stood() {
    let both = [BP, DFA];
    let mut all = Seeds::new(&spec(3), 2);
    // BP's ranges overlap with DFA's while the third seed is there, and would not without it.
    for (seed, bp, dfa) in [(0, 2.0, 4.0), (1, 3.0, 5.0), (2, 4.5, 4.2)] {
        for step in [157, 314] {
            all.push(seed, BP, &point(step, bp, true));
            all.push(seed, DFA, &point(step, dfa, true));
        }
    }
    for seed in 0..2 {
        for lane in both {
            all.push(seed, lane, &point(471, 1.0 + lane.0 as f64, true));
            ended(&mut all, seed, lane, 471);
        }
    }
    // As long as it may still come there, the third one is not there yet, and said to be.
    let name = |id: LaneId| ["BP", "DFA"][id.0].to_owned();
    let lines = summary(&spec(3), &all, name, ENGLISH).unwrap();
    assert_eq!(lines[1], "Not there yet: seeds 3.");
    assert!(
        lines
            .last()
            .unwrap()
            .ends_with("do not overlap in the 2 of 3 seeds that have come so far."),
        "{lines:?}"
    );
    ended(&mut all, 2, BP, 314);
    let comparison = all.compare().unwrap();
    assert_eq!((comparison.step, &comparison.seeds), (314, &vec![0, 1, 2]));
    assert!(comparison.on_all && !comparison.pairs[0].apart);
    let lines = summary(&spec(3), &all, name, ENGLISH).unwrap();
    let expected = [
        "Test error on 10000 test images over 3 seeds, 1 to 3, after step 314:",
        "Ended first: seed 3 BP at step 314. What others did behind that step is not compared.",
    ];
    assert_eq!(lines[..2], expected);
    // It goes on, as a lane does whose threshold was set lower.
    all.push(2, BP, &point(471, 1.5, true));
    all.push(2, DFA, &point(471, 2.5, true));
    let comparison = all.compare().unwrap();
    assert_eq!((comparison.step, comparison.seeds.len()), (471, 3));
    assert!(comparison.early.is_empty());
}

#[test]
fn a_seed_that_diverged_is_said_by_name_and_never_left_out() {
    let mut all = Seeds::new(&spec(3), 2);
    for seed in 0..3 {
        for lane in [BP, DFA] {
            for step in [0, 10, 157] {
                if (seed, lane, step) != (1, DFA, 157) {
                    all.push(seed, lane, &point(step, 5.0, true));
                }
            }
        }
    }
    let step = 12;
    let quantity = "a weight".to_owned();
    all.finish(1, DFA, step, &Reason::Diverged { step, quantity });
    let comparison = all.compare().unwrap();
    assert_eq!((comparison.step, comparison.seeds.len()), (10, 3));
    assert!(!comparison.on_all);
    let name = |id: LaneId| ["BP", "DFA"][id.0].to_owned();
    let lines = summary(&spec(3), &all, name, ENGLISH).unwrap();
    let expected = [
        "Test error on 1000 test images over 3 seeds, 1 to 3, after step 10:",
        "Diverged: seed 2 DFA at step 12. Nothing behind the first of these steps is compared.",
    ];
    assert_eq!(lines[..2], expected);
}

#[test]
fn errors_on_all_test_images_are_not_compared_with_those_on_the_probe() {
    let mut all = Seeds::new(&spec(2), 2);
    for seed in 0..2 {
        for lane in [BP, DFA] {
            for step in [10, 50] {
                all.push(seed, lane, &point(step, 5.0, true));
            }
        }
        // BP's only phase ends within the first epoch, so its last error is on all test images.
        all.finish(seed, BP, 50, &Reason::Steps);
        all.push(seed, DFA, &point(157, 4.0, true));
        all.finish(seed, DFA, 157, &Reason::Epochs);
    }
    let comparison = all.compare().unwrap();
    assert_eq!((comparison.step, comparison.on_all), (10, false));
}

#[test]
fn bands_say_how_many_seeds_a_point_is_about() {
    let all = filled(2, &[(0, BP, 0, 90.0), (0, BP, 10, 30.0), (1, BP, 0, 80.0)]);
    let named = look::named(spec(2).lanes());
    let bands = Bands::new(&all, &named, &[Quantity::TrainError]);
    let of = bands.of(BP, Quantity::TrainError).unwrap();
    let at = |step| {
        of.at(step)
            .map(|(at, seeds, range)| (at, seeds, range.unwrap().median))
    };
    assert_eq!(at(9), Some((0, 2, 85.0)));
    assert_eq!(at(11), Some((10, 1, 30.0)));
    assert!(bands.of(BP, Quantity::TestError).is_none());
}

#[test]
fn the_axis_of_errors_reaches_the_top_of_every_band() {
    let all = filled(
        3,
        &[
            (0, BP, 10, 20.0),
            (1, BP, 10, 22.0),
            (2, BP, 10, 87.0),
            (0, BP, 20, 19.0),
            (1, BP, 20, 20.0),
            (2, BP, 20, 64.0),
        ],
    );
    let named = look::named(spec(3).lanes());
    let bands = Bands::new(&all, &named, &[Quantity::TrainError]);
    let view = ErrorView {
        lanes: &named,
        train: true,
        test: false,
        log_x: false,
        log_y: false,
        unit: StepUnit::Step,
        steps_per_epoch: 100,
        cursor: None,
        bands: Some(&bands),
        ghosts: &[],
    };
    let store = Store::default();
    let chart = error::chart(
        &store,
        &view,
        &ENGLISH.figures,
        Theme::LIGHT,
        (600.0, 300.0),
    );
    assert!(chart.y.high >= 87.0, "{}", chart.y.high);
}

proptest! {
    /// However many points come, in whatever order of seeds: memory is bounded, the last step stays, every spread is that
    /// of what was measured at its step, and tests that were measured at few points are not lost between the others.
    #[test]
    fn thinning_keeps_the_same_steps_in_all_seeds(points in 1u64..4_000, late in 0u64..4_000, every in 1u64..9) {
        let value = |seed: usize, step: u64| (step * 7 + seed as u64 * 13) as f64 % 97.0;
        let mut all = Seeds::new(&spec(2), 2);
        let at = |i: u64| i * 3;
        let push = |all: &mut Seeds, seed: usize, i: u64| {
            all.push(seed, BP, &point(at(i), value(seed, at(i)), i.is_multiple_of(every)));
        };
        for i in 0..points + late {
            if i < points {
                push(&mut all, 0, i);
            }
            if i >= late {
                push(&mut all, 1, i - late);
            }
        }
        for quantity in [Quantity::TrainError, Quantity::TestError] {
            let spreads = all.spreads(BP, quantity);
            prop_assert!(spreads.len() <= 502);
            let measured = match quantity {
                Quantity::TestError => (points - 1) / every,
                _ => points - 1,
            };
            prop_assert!(spreads.len() as u64 > measured.min(500) / 2);
            let last = at(if quantity == Quantity::TestError { measured * every } else { measured });
            prop_assert_eq!(spreads.last().map(|at| at.step), Some(last));
            for spread in spreads {
                let step = spread.step;
                let shift = if quantity == Quantity::TestError { 1.0 } else { 0.0 };
                let (a, b) = (value(0, step) + shift, value(1, step) + shift);
                let range = spread.of.unwrap();
                prop_assert_eq!(spread.seeds, 2);
                prop_assert_eq!((range.low, range.high), if a < b { (a, b) } else { (b, a) });
            }
        }
    }
}
