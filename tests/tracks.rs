//! The series of figures as they are read, put into tables and heard.

use falab::core::{LayerMetrics, Metrics, NUMERICS, Rule};
use falab::lang::{ENGLISH, of_code};
use falab::plot::angle::Measure;
use falab::plot::look;
use falab::plot::track::{Kind, Track, error_kinds, layer_kinds, of_ghosts, of_lanes, pan, rows};
use falab::spec::{LaneId, Spec};
use falab::store::ghost::Time;
use falab::store::{Quantity, Store};

const BP: LaneId = LaneId(0);
const DFA: LaneId = LaneId(1);

/// BP and DFA, measured at `steps`; test images every tenth time, and no angle at step 0.
fn store(steps: impl Iterator<Item = u64>) -> Store {
    let mut store = Store::default();
    measure(steps, |id, point| store.push(id, point));
    store
}

fn measure(steps: impl Iterator<Item = u64>, mut push: impl FnMut(LaneId, Metrics)) {
    for (i, step) in steps.enumerate() {
        let error = 90.0 / (1.0 + step as f64);
        for (id, rule) in [(BP, Rule::Bp), (DFA, Rule::Dfa)] {
            let layer = LayerMetrics {
                angle_update_deg: (step > 0).then_some(60.0),
                ..LayerMetrics::default()
            };
            let point = Metrics {
                rule,
                phase: 1,
                phase_start: 0,
                step,
                epoch: step as f64 / 100.0,
                train_error: error,
                train_loss: 1.0,
                running_error: None,
                running_loss: None,
                test_error: (i % 10 == 0).then_some(error),
                test_loss: None,
                test_images: 1_000,
                layers: vec![layer; 3],
            };
            push(id, point);
        }
    }
}

fn lanes() -> Vec<look::Named> {
    look::named(Spec::parse("rules=bp-dfa").unwrap().lanes())
}

#[test]
fn series_stand_lane_by_lane() {
    let lanes = lanes();
    let of = |lane, kind| Track {
        lane,
        ghost: None,
        kind,
    };
    let both = [
        of(BP, Kind::Train),
        of(BP, Kind::Test),
        of(DFA, Kind::Train),
        of(DFA, Kind::Test),
    ];
    assert_eq!(of_lanes(&lanes, &error_kinds(true, true)), both);
    assert_eq!(
        of_lanes(&lanes, &error_kinds(false, true)),
        [both[1], both[3]]
    );
    assert_eq!(of_lanes(&lanes, &error_kinds(false, false)), []);
    let layers = of_lanes(&lanes, &layer_kinds(&[0, 2], Measure::Update));
    let kinds: Vec<Kind> = layers.iter().map(|track| track.kind).collect();
    let [low, high] = [0, 2].map(|layer| Kind::Layer(layer, Measure::Update));
    assert_eq!(kinds, [low, high, low, high]);
}

#[test]
fn pitch_is_an_octave_a_tenfold_of_an_error_and_an_octave_a_60_degrees_of_an_angle() {
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    for kind in [Kind::Train, Kind::Test] {
        for (percent, hertz) in [
            (0.0, 220.0),
            (0.1, 220.0),
            (1.0, 440.0),
            (10.0, 880.0),
            (100.0, 1760.0),
        ] {
            close(kind.frequency(percent), hertz);
        }
        assert!(kind.frequency(5.1) > kind.frequency(5.0));
    }
    for measure in [Measure::Update, Measure::Delta, Measure::Feedback] {
        for (degrees, hertz) in [(0.0, 220.0), (60.0, 440.0), (120.0, 880.0), (180.0, 1760.0)] {
            close(Kind::Layer(1, measure).frequency(degrees), hertz);
        }
    }
    let other = |measure, value| Kind::Layer(0, measure).frequency(value);
    close(other(Measure::Cosine, -1.0), 220.0);
    close(other(Measure::Cosine, 1.0), 1760.0);
    close(other(Measure::Saturated, 1.0), 1760.0);
    close(other(Measure::Norm, 10.0), 880.0);
    // Beyond the range nothing leaves what can be heard.
    close(other(Measure::Change, 1e9), 1760.0);
    close(other(Measure::Cosine, -7.0), 220.0);
}

#[test]
fn every_rule_has_a_place_of_its_own() {
    let rules = [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa, Rule::Shallow];
    let places = rules.map(pan);
    assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
    assert!(places.iter().all(|place| (-1.0..=1.0).contains(place)));
}

#[test]
fn what_is_undefined_is_silent_and_says_why() {
    let store = store([0, 10, 20].into_iter());
    let angle = of_lanes(&lanes(), &layer_kinds(&[1], Measure::Update))[1];
    assert_eq!(angle.tone(&store, 0), None);
    assert_eq!(angle.tone(&store, 10), Some((440.0, pan(Rule::Dfa))));
    assert_eq!(
        angle.words("DFA", &store, 0, ENGLISH),
        "DFA, layer 2: undefined, because one of the two directions is zero"
    );
    assert_eq!(
        angle.words("DFA", &store, 10, ENGLISH),
        "DFA, layer 2: 60.0°"
    );
    let japanese = of_code("ja").unwrap();
    assert_eq!(
        angle.words("DFA", &store, 0, japanese),
        "DFA、第2層：未定義（二つの方向のどちらかが零のため）"
    );
    let feedback = of_lanes(&lanes(), &layer_kinds(&[1], Measure::Feedback))[0];
    let says = feedback.words("BP", &store, 10, ENGLISH);
    assert!(says.contains("no fixed feedback"), "{says}");
}

#[test]
fn a_value_of_an_earlier_point_says_so_and_none_is_none() {
    let store = store([0, 10, 20].into_iter());
    let test = of_lanes(&lanes(), &error_kinds(false, true))[0];
    assert_eq!(
        test.words("BP", &store, 20, ENGLISH),
        "BP, test: not measured here, 90.00 % after step 0"
    );
    assert_eq!(test.exactly(&store, 20), None);
    assert_eq!(
        test.words("BP", &Store::default(), 20, ENGLISH),
        "BP, test: not measured yet"
    );
    assert_eq!(test.tone(&Store::default(), 20), None);
}

#[test]
fn a_table_has_every_point_or_a_selection_that_keeps_the_ends_and_the_rare_ones() {
    let tracks = of_lanes(&lanes(), &error_kinds(true, true));
    let few = store((0..150).map(|i| i * 3));
    let (steps, all) = rows(&few, &tracks, 200);
    assert_eq!(all, 150);
    assert_eq!(steps, (0..150).map(|i| i * 3).collect::<Vec<u64>>());
    let many = store((0..900).map(|i| i * 3));
    let (steps, all) = rows(&many, &tracks, 200);
    assert_eq!(all, 900);
    assert_eq!(steps.len(), 200);
    assert!(steps.is_sorted_by(|a, b| a < b));
    assert_eq!((steps[0], steps[199]), (0, 899 * 3));
    let test = many.lane(BP).series(Quantity::TestError);
    assert!(test.len() == 90, "{}", test.len());
    for point in test {
        assert!(
            steps.contains(&point.step),
            "the test error of {}",
            point.step
        );
    }
    assert_eq!(rows(&Store::default(), &tracks, 200), (Vec::new(), 0));
}

#[test]
fn a_run_that_is_compared_stands_in_the_table_where_both_have_a_moment() {
    // 10 steps an epoch here, 5 there: 2 steps of this run are the moment of 1 of the other.
    let here = Spec::parse("n=1280&batch=128&rules=bp-dfa&hidden=3x50").unwrap();
    let there = Spec::parse("n=1280&batch=256&rules=bp&hidden=2x50").unwrap();
    let mut store = store([0, 2, 4].into_iter());
    let place = store.add_ghost("other".into(), there, NUMERICS, Vec::new());
    let place = place.unwrap();
    measure([0, 1, 5].into_iter(), |id, point| {
        store.push_ghost(place, id.0, point);
    });
    store.pair_ghosts(here.lanes(), &[]);
    let kinds = [
        Kind::Train,
        Kind::Layer(1, Measure::Update),
        Kind::Layer(2, Measure::Update),
    ];
    let of = |epochs| {
        let time = Time {
            epochs,
            steps_per_epoch: here.steps_per_epoch(),
        };
        of_ghosts(&store, &kinds, time)
    };
    // The other net has no third layer.
    assert_eq!(of(true).len(), 2);
    let train = |epochs| of(epochs)[0];
    assert_eq!(rows(&store, &[train(true)], 200), (vec![0, 2, 10], 3));
    assert_eq!(rows(&store, &[train(false)], 200), (vec![0, 1, 5], 3));
    let value = |epochs, step| {
        let point = train(epochs).exactly(&store, step);
        point.and_then(|point| point.value)
    };
    assert_eq!(value(true, 2), Some(45.0));
    assert_eq!(value(false, 1), Some(45.0));
    // Nothing stands in for a moment at which it was not measured.
    assert_eq!(value(true, 4), None);
    assert_eq!(value(true, 3), None);
    assert_eq!(train(true).tone(&store, 4), None);
    assert_eq!(
        train(true).tone(&store, 2).map(|tone| tone.1),
        Some(pan(Rule::Bp))
    );
    assert_eq!(
        train(true).words("BP of A", &store, 4, ENGLISH),
        "BP of A, training: not measured at this moment"
    );
    store.toggle_ghost(place);
    let hidden = of_ghosts(
        &store,
        &kinds,
        Time {
            epochs: true,
            steps_per_epoch: 10,
        },
    );
    assert_eq!(hidden, []);
}

#[test]
fn a_short_table_keeps_the_points_of_the_present_run_before_those_of_others() {
    let spec = Spec::parse("n=1280&rules=bp-dfa").unwrap();
    let mut store = store((0..200).map(|i| 3 * i));
    let place = store.add_ghost("other".into(), spec.clone(), NUMERICS, Vec::new());
    let place = place.unwrap();
    // Twice as often, and never where the present run has a point but at its begin.
    measure((0..400).map(|i| 3 * i / 2 + 1), |id, point| {
        if point.step % 3 > 0 {
            store.push_ghost(place, id.0, point);
        }
    });
    store.pair_ghosts(spec.lanes(), &[]);
    let time = Time {
        epochs: false,
        steps_per_epoch: spec.steps_per_epoch(),
    };
    let mut tracks = of_lanes(&lanes()[..1], &[Kind::Train]);
    tracks.extend(of_ghosts(&store, &[Kind::Train], time));
    assert_eq!(tracks.len(), 3);
    let (steps, all) = rows(&store, &tracks, 50);
    assert!(all > 300 && steps.len() == 50, "{all} {}", steps.len());
    for step in &steps[..49] {
        assert!(tracks[0].exactly(&store, *step).is_some(), "{step}");
    }
}
