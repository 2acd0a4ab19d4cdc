//! Ghosts: runs that are laid under the present one are drawn apart from it, and compared where both were measured.
#![cfg(feature = "cli")]

use falab::core::{LayerMetrics, Metrics, NUMERICS, Rule};
use falab::lane::Reason;
use falab::lang::ENGLISH;
use falab::plot::angle::{self, AngleView, Measure};
use falab::plot::axis::StepUnit;
use falab::plot::error::{self, ErrorView};
use falab::plot::{Theme, look, svg};
use falab::spec::{LaneId, Spec};
use falab::store::ghost::{GHOSTS, Ghost, Time, pair};
use falab::store::{LaneSeries, LayerQuantity, Quantity, Store};

fn metrics(rule: Rule, step: u64, test_error: Option<f64>) -> Metrics {
    let layer = LayerMetrics {
        angle_update_deg: (step > 0).then_some(60.0),
        ..LayerMetrics::default()
    };
    Metrics {
        rule,
        phase: 1,
        phase_start: 0,
        step,
        epoch: 0.0,
        train_error: 50.0 - step as f64 / 10.0,
        train_loss: 1.0,
        running_error: None,
        running_loss: None,
        test_error,
        test_loss: None,
        test_images: 1_000,
        layers: vec![layer; 2],
    }
}

/// A store in which each lane of an experiment has these points.
fn measured(spec: &Spec, points: &[(u64, Option<f64>)]) -> Store {
    let mut store = Store::default();
    for (i, lane) in spec.lanes().iter().enumerate() {
        for &(step, error) in points {
            store.push(LaneId(i), metrics(lane.first_rule(), step, error));
        }
    }
    store
}

fn series(spec: &Spec, points: &[(u64, Option<f64>)]) -> Vec<LaneSeries> {
    let store = measured(spec, points);
    let lanes = 0..spec.lanes().len();
    lanes.map(|i| store.lane(LaneId(i)).clone()).collect()
}

const PRESENT: &str = "v=1&n=1280&rules=bp-dfa&batch=64"; // 20 steps an epoch
const STEPS: Time = Time {
    epochs: false,
    steps_per_epoch: 20,
};
const EPOCHS: Time = Time {
    epochs: true,
    steps_per_epoch: 20,
};

#[test]
fn three_ghosts_find_room_and_keep_their_letters() {
    let spec = Spec::parse(PRESENT).unwrap();
    let mut store = measured(&spec, &[(0, Some(90.0))]);
    for place in 0..GHOSTS {
        let given = store.add_ghost(place.to_string(), spec.clone(), NUMERICS, Vec::new());
        assert_eq!(given, Some(place));
    }
    assert_eq!(
        store.add_ghost("d".into(), spec.clone(), NUMERICS, Vec::new()),
        None
    );
    store.remove_ghost(1);
    let letters: Vec<&str> = store.ghosts().iter().map(Ghost::letter).collect();
    assert_eq!(letters, ["A", "C"]);
    assert_eq!(
        store.add_ghost("b".into(), spec, NUMERICS, Vec::new()),
        Some(1)
    );
    // Another experiment leaves them where they are.
    store.clear_all();
    assert_eq!(store.ghosts().len(), 3);
    assert!(store.is_empty());
}

#[test]
fn lanes_are_compared_by_name_then_by_rules() {
    let lanes = |link: &str| Spec::parse(link).unwrap().lanes().to_vec();
    let present = lanes("rules=bp-dfa");
    assert_eq!(pair(&lanes("rules=dfa")[0], &present), Some(LaneId(1)));
    assert_eq!(pair(&lanes("rules=ifa")[0], &present), None);
    let named = lanes("phases=bp@2e-freeze1;bp");
    assert_eq!(pair(&named[0], &present), Some(LaneId(0)));
}

#[test]
fn a_difference_is_there_only_where_both_have_the_point() {
    let spec = Spec::parse(PRESENT).unwrap();
    let mut store = measured(&spec, &[(0, Some(90.0)), (20, Some(6.2)), (30, None)]);
    let other = series(&spec, &[(0, Some(90.0)), (10, Some(8.0)), (20, Some(6.54))]);
    store.add_ghost("a".into(), spec.clone(), NUMERICS, other);
    store.pair_ghosts(spec.lanes(), &[]);
    let ghost = &store.ghosts()[0];
    let of = |step| ghost.value(0, Quantity::TestError, step, STEPS);
    assert_eq!(of(20), Some(6.54));
    assert_eq!(of(10), Some(8.0));
    // Between its points and behind its end nothing is made up.
    assert_eq!(of(15), None);
    assert_eq!(of(30), None);
    let present = store.lane(LaneId(0));
    assert_eq!(present.exactly(Quantity::TestError, 20), Some(6.2));
    assert_eq!(present.exactly(Quantity::TestError, 10), None);
    // What was not measured at a point is not taken from the point before.
    assert_eq!(present.exactly(Quantity::TestError, 30), None);
    assert_eq!(store.readable(STEPS), [0, 10, 20, 30]);
    assert_eq!(store.shared(ghost, STEPS), (2, 3));
    assert_eq!(ghost.last_step(), Some(20));
    let angle = Quantity::Layer(0, LayerQuantity::AngleUpdate);
    assert_eq!(ghost.value(0, angle, 0, STEPS), None, "undefined at step 0");
    assert_eq!(ghost.value(0, angle, 20, STEPS), Some(60.0));
}

#[test]
fn runs_of_other_epochs_are_compared_at_the_same_epoch_where_it_is_a_whole_step() {
    let spec = Spec::parse(PRESENT).unwrap();
    let other = Spec::parse("v=1&n=1920&rules=bp-dfa&batch=64").unwrap(); // 30 steps an epoch
    let mut store = measured(&spec, &[(20, Some(6.0))]);
    store.add_ghost(
        "a".into(),
        other.clone(),
        NUMERICS,
        series(&other, &[(30, Some(5.0))]),
    );
    let ghost = &store.ghosts()[0];
    assert_eq!(ghost.step_at(20, EPOCHS), Some(30));
    assert_eq!(ghost.step_at(7, EPOCHS), None, "10.5 is no step");
    assert_eq!(ghost.step_at(7, STEPS), Some(7));
    assert_eq!(ghost.step_of(30, EPOCHS), Some(20));
    assert_eq!(ghost.value(0, Quantity::TestError, 20, EPOCHS), Some(5.0));
    assert_eq!(ghost.value(0, Quantity::TestError, 20, STEPS), None);
    assert!((ghost.stretch(EPOCHS) - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(store.readable(EPOCHS), [20]);
    assert_eq!(store.readable(STEPS), [20, 30]);
}

#[test]
fn a_lane_that_the_legend_switched_off_takes_its_ghosts_with_it() {
    let spec = Spec::parse(PRESENT).unwrap();
    let other = Spec::parse("v=1&n=1280&rules=bp-ifa&batch=64").unwrap();
    let mut store = measured(&spec, &[(0, Some(90.0))]);
    store.add_ghost(
        "a".into(),
        other.clone(),
        NUMERICS,
        series(&other, &[(0, Some(90.0))]),
    );
    store.pair_ghosts(spec.lanes(), &[]);
    let ghost = &store.ghosts()[0];
    assert_eq!(ghost.paired(LaneId(0)), Some(0));
    assert_eq!(ghost.paired(LaneId(1)), None);
    assert_eq!(ghost.alone().collect::<Vec<usize>>(), [1]);
    let before = store.revision();
    store.pair_ghosts(spec.lanes(), &[]);
    assert_eq!(store.revision(), before, "nothing changed");
    store.pair_ghosts(spec.lanes(), &[LaneId(0)]);
    assert_eq!(store.ghosts()[0].paired(LaneId(0)), None);
    assert_ne!(store.revision(), before);
}

#[test]
fn a_lane_that_is_trained_here_grows_and_ends() {
    let spec = Spec::parse(PRESENT).unwrap();
    let mut store = Store::default();
    store.add_ghost("a".into(), spec, NUMERICS, Vec::new());
    assert_eq!(store.ghosts()[0].last_step(), None);
    store.push_ghost(0, 1, metrics(Rule::Dfa, 5, Some(40.0)));
    store.finish_ghost(0, 1, 5, Reason::Steps);
    let lane = &store.ghosts()[0].lanes[1].series;
    assert_eq!(lane.exactly(Quantity::TestError, 5), Some(40.0));
    assert_eq!(lane.end(), Some(&(5, Reason::Steps)));
    // Places that do not exist are nobody's.
    store.push_ghost(2, 0, metrics(Rule::Bp, 5, None));
    store.push_ghost(0, 9, metrics(Rule::Bp, 5, None));
}

#[test]
fn both_figures_show_a_ghost_under_its_mark_and_reach_as_far_as_it_does() {
    let spec = Spec::parse(PRESENT).unwrap();
    let named = look::named(spec.lanes());
    let mut store = measured(&spec, &[(0, Some(90.0)), (20, Some(6.2))]);
    store.add_ghost(
        "a".into(),
        spec.clone(),
        NUMERICS,
        series(&spec, &[(0, Some(90.0)), (80, Some(5.0))]),
    );
    store.add_ghost(
        "b".into(),
        spec.clone(),
        NUMERICS,
        series(&spec, &[(0, Some(80.0))]),
    );
    store.toggle_ghost(1);
    let view = ErrorView {
        lanes: &named,
        train: true,
        test: true,
        log_x: false,
        log_y: true,
        unit: StepUnit::Step,
        steps_per_epoch: 20,
        cursor: Some(20),
        bands: None,
        ghosts: store.ghosts(),
    };
    let size = (600.0, 360.0);
    let chart = error::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, size);
    assert!(chart.x.high >= 80.0);
    // One curve a lane of the ghost that is shown, under the two of each present lane.
    let is_ghost: Vec<bool> = chart.curves.iter().map(|c| c.marker.is_some()).collect();
    assert_eq!(is_ghost, [true, true, false, false, false, false]);
    let (ghost, present) = (&chart.curves[0].stroke, &chart.curves[3].stroke);
    assert_eq!((ghost.colour, ghost.dash), (present.colour, present.dash));
    assert!(ghost.width < present.width && ghost.opacity < present.opacity);
    let text = svg::svg(&chart, "title").unwrap();
    for (word, there) in [
        ("\nB′\n", true),
        ("\nD′\n", true),
        ("\nB\n", true),
        ("″", false),
    ] {
        assert_eq!(text.contains(word), there, "{word}");
    }
    let view = AngleView {
        lanes: &named,
        layers: &[0, 1],
        measure: Measure::Update,
        log_x: true,
        unit: StepUnit::Epoch,
        steps_per_epoch: 20,
        cursor: None,
        bands: None,
        ghosts: store.ghosts(),
    };
    let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::DARK, size);
    let text = svg::svg(&chart, "title").unwrap();
    assert!(text.contains("\nD′2\n"), "{text}");
    assert_eq!(
        chart.curves.iter().filter(|c| c.marker.is_some()).count(),
        4
    );
}

#[test]
fn where_letters_find_no_room_for_all_those_of_the_present_run_stay() {
    let spec = Spec::parse("v=1&n=1280").unwrap();
    let named = look::named(spec.lanes());
    let mut store = measured(&spec, &[(0, Some(90.0)), (20, Some(6.2))]);
    for place in 0..GHOSTS {
        let points = series(&spec, &[(0, Some(90.0)), (20, Some(5.0))]);
        store.add_ghost(place.to_string(), spec.clone(), NUMERICS, points);
    }
    let view = ErrorView {
        lanes: &named,
        train: false,
        test: true,
        log_x: false,
        log_y: false,
        unit: StepUnit::Step,
        steps_per_epoch: 20,
        cursor: None,
        bands: None,
        ghosts: store.ghosts(),
    };
    // Room for eleven of sixteen.
    let size = (400.0, 200.0);
    let chart = error::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, size);
    let text = svg::svg(&chart, "title").unwrap();
    for name in ["B", "F", "D", "I"] {
        assert!(text.contains(&format!("\n{name}\n")), "{name}");
    }
    let primed = ["′\n", "″\n", "‴\n"].map(|prime| text.matches(prime).count());
    assert_eq!(primed.iter().sum::<usize>(), 11 - 4);
    assert!(!text.contains("y=\"-"), "{text}");
}
