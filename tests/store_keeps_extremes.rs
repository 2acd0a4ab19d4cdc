//! The store is bounded and loses no extreme; figures draw no value that was not measured.

use falab::core::{LayerMetrics, Metrics, Rule};
use falab::lane::Reason;
use falab::plot::curve::{apart, runs, thinned};
use falab::spec::LaneId;
use falab::store::{LayerQuantity, Point, Quantity, Series, Store};
use proptest::prelude::*;

const BP: LaneId = LaneId(0);
const FA: LaneId = LaneId(1);
const DFA: LaneId = LaneId(2);

fn metrics(step: u64, train_error: f64, angle: Option<f64>, test_error: Option<f64>) -> Metrics {
    Metrics {
        rule: Rule::Dfa,
        phase: 1,
        phase_start: 0,
        step,
        epoch: step as f64 / 10.0,
        train_error,
        train_loss: 1.0,
        running_error: None,
        running_loss: None,
        test_error,
        test_loss: None,
        test_images: 0,
        layers: vec![LayerMetrics {
            angle_update_deg: angle,
            ..LayerMetrics::default()
        }],
    }
}

fn values(points: &[Point]) -> Vec<f64> {
    points.iter().filter_map(|point| point.value).collect()
}

proptest! {
    #[test]
    fn a_long_series_stays_short_and_keeps_ends_extremes_and_gaps(
        data in proptest::collection::vec(proptest::option::weighted(0.95, -1e3..1e3), 1..9_000)
    ) {
        let mut series = Series::default();
        for (step, value) in data.iter().enumerate() {
            series.push(step as u64, *value);
        }
        let points = series.points();
        prop_assert!(points.len() <= 1_000);
        prop_assert!(points.is_sorted_by_key(|point| point.step));
        prop_assert_eq!(points[0], Point { step: 0, value: data[0] });
        let last = data.len() - 1;
        prop_assert_eq!(points[points.len() - 1], Point { step: last as u64, value: data[last] });
        let extremes = |values: &[f64]| {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            (sorted.first().copied(), sorted.last().copied())
        };
        let all: Vec<f64> = data.iter().flatten().copied().collect();
        prop_assert_eq!(extremes(&values(points)), extremes(&all));
        // Nothing is made up.
        for point in points {
            prop_assert_eq!(point.value, data[point.step as usize]);
        }
    }

    #[test]
    fn thinning_to_pixels_keeps_ends_and_extremes(
        heights in proptest::collection::vec(0.0f64..500.0, 1..2_000), width in 1.0f64..300.0
    ) {
        let count = heights.len() as f64;
        let places: Vec<(f64, f64)> =
            heights.iter().enumerate().map(|(i, &y)| (i as f64 / count * width, y)).collect();
        let kept = thinned(&places, 1.0);
        prop_assert!(kept.len() <= 4 * (width as usize + 1));
        prop_assert_eq!(kept.first(), places.first());
        prop_assert_eq!(kept.last(), places.last());
        let lowest = |places: &[(f64, f64)]| places.iter().map(|p| p.1).min_by(f64::total_cmp);
        let highest = |places: &[(f64, f64)]| places.iter().map(|p| p.1).max_by(f64::total_cmp);
        prop_assert_eq!(lowest(&kept), lowest(&places));
        prop_assert_eq!(highest(&kept), highest(&places));
    }

    #[test]
    fn letters_stand_apart_in_order(wanted in proptest::collection::vec(0.0f64..300.0, 1..12)) {
        let placed = apart(&wanted, 13.0, 0.0, 300.0);
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
        for pair in order.windows(2) {
            prop_assert!(placed[pair[1]] - placed[pair[0]] >= 13.0 - 1e-9);
        }
        prop_assert!(placed.iter().all(|y| (-1e-9..=300.0 + 1e-9).contains(y)));
        // No other place of one letter between its neighbours is nearer to all that it moves with: moved a little up or
        // down together, letters that touch are further from where they belong.
        let moved = |by: f64| -> f64 {
            let off = |&i: &usize| placed[i] + by - wanted[i];
            order.iter().map(|i| off(i) * off(i)).sum()
        };
        let touch = order.windows(2).all(|pair| placed[pair[1]] - placed[pair[0]] < 13.0 + 1e-9);
        if touch && placed.iter().all(|y| (1.0..=299.0).contains(y)) {
            prop_assert!(moved(0.0) <= moved(0.5) + 1e-6 && moved(0.0) <= moved(-0.5) + 1e-6);
        }
    }
}

#[test]
fn letters_with_room_stay_and_those_without_share_the_way() {
    assert_eq!(apart(&[200.0, 10.0], 13.0, 0.0, 300.0), [200.0, 10.0]);
    assert_eq!(apart(&[100.0, 100.0], 13.0, 0.0, 300.0), [93.5, 106.5]);
    assert_eq!(
        apart(&[50.0, 51.0, 52.0, 200.0], 13.0, 0.0, 300.0),
        [38.0, 51.0, 64.0, 200.0]
    );
    assert_eq!(apart(&[0.0, 2.0], 13.0, 0.0, 300.0), [0.0, 13.0]);
    assert_eq!(apart(&[300.0, 299.0], 13.0, 0.0, 300.0), [300.0, 287.0]);
    assert_eq!(apart(&[], 13.0, 0.0, 300.0), [0.0; 0]);
}

#[test]
fn an_undefined_value_is_a_gap_and_an_unmeasured_one_is_no_point() {
    let mut store = Store::default();
    store.push(DFA, metrics(0, 90.0, None, Some(90.0)));
    store.push(DFA, metrics(1, 80.0, Some(100.0), None));
    store.push(DFA, metrics(2, 70.0, Some(f64::NAN), None));
    store.push(DFA, metrics(5, 60.0, Some(60.0), Some(61.0)));
    let lane = store.lane(DFA);
    let angles = lane.series(Quantity::Layer(0, LayerQuantity::AngleUpdate));
    assert_eq!(angles.len(), 4);
    let places = |step: u64, value: f64| (step as f64, value);
    assert_eq!(
        runs(angles, 1.0, places),
        [vec![(1.0, 100.0)], vec![(5.0, 60.0)]]
    );
    let tests = lane.series(Quantity::TestError);
    assert_eq!(runs(tests, 1.0, places), [vec![(0.0, 90.0), (5.0, 61.0)]]);
    assert_eq!(
        lane.at(Quantity::TestError, 4),
        Some(Point {
            step: 0,
            value: Some(90.0)
        })
    );
    assert_eq!(store.steps(), [0, 1, 2, 5]);
}

#[test]
fn clearing_a_lane_leaves_the_others() {
    let mut store = Store::default();
    for id in [BP, FA] {
        store.push(id, metrics(0, 90.0, None, None));
        store.finish(id, 0, Reason::Steps);
    }
    store.clear(BP);
    assert!(store.lane(BP).latest().is_none() && store.lane(BP).end().is_none());
    assert!(store.lane(FA).latest().is_some() && store.lane(FA).end().is_some());
}
