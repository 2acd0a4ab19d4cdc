//! A long run of a deep net takes a bounded amount of memory, loses no extreme, and says how dense its series are.

use falab::core::{LayerMetrics, Metrics, Rule};
use falab::spec::LaneId;
use falab::store::{LayerQuantity, Quantity, Store};

const LAYERS: usize = 100;
const EPOCHS: u64 = 300;
const EVALS: u64 = 20;
const STEPS_PER_EPOCH: u64 = 100;

/// A number between 0 and 180 that jumps about, another one for every step and layer.
fn angle(step: u64, layer: usize) -> f64 {
    let mixed = (step * 2_654_435_761 + layer as u64 * 40_503) % 100_003;
    mixed as f64 / 100_003.0 * 180.0
}

const BP: LaneId = LaneId(0);
const DFA: LaneId = LaneId(2);

fn metrics(step: u64) -> Metrics {
    let layers = (0..LAYERS).map(|layer| LayerMetrics {
        angle_update_deg: Some(angle(step, layer)),
        angle_delta_deg: Some(90.0),
        ..LayerMetrics::default()
    });
    Metrics {
        rule: Rule::Dfa,
        phase: 1,
        phase_start: 0,
        step,
        epoch: step as f64 / STEPS_PER_EPOCH as f64,
        train_error: 50.0,
        train_loss: 1.0,
        running_error: Some(50.0),
        running_loss: Some(1.0),
        test_error: step.is_multiple_of(STEPS_PER_EPOCH).then_some(50.0),
        test_loss: None,
        test_images: if step.is_multiple_of(STEPS_PER_EPOCH) {
            10_000
        } else {
            0
        },
        layers: layers.collect(),
    }
}

#[test]
fn three_hundred_epochs_of_a_hundred_layers_stay_bounded() {
    let mut store = Store::default();
    let mut bytes_at = Vec::new();
    let points = EPOCHS * EVALS;
    for point in 0..points {
        store.push(DFA, metrics(point * STEPS_PER_EPOCH / EVALS));
        if (point + 1).is_multiple_of(points / 3) {
            bytes_at.push(store.density().bytes);
        }
    }
    let density = store.density();
    // Seven of the lane, ten of a layer; one of them, the test loss, was never measured, the test error and its images
    // once an epoch.
    let series = 7 + 10 * LAYERS as u64;
    assert_eq!(density.measured, (series - 3) * points + 2 * EPOCHS);
    assert!(density.kept <= series * 1_000, "{density:?}");
    assert!(density.bytes <= series * 1_024 * 24, "{density:?}");
    assert!(density.measured_for_one().unwrap() > 5.0, "{density:?}");
    // A series that is full takes no more, however long the run: only the test error and its images, with 300 points
    // each, still grew.
    let grown = bytes_at[2] - bytes_at[1];
    assert!(grown <= 2 * 512 * 24, "{bytes_at:?}");

    let lane = store.lane(DFA);
    for layer in [0, 57, LAYERS - 1] {
        let kept = lane.series(Quantity::Layer(layer, LayerQuantity::AngleUpdate));
        let all = (0..points).map(|point| angle(point * STEPS_PER_EPOCH / EVALS, layer));
        let kept = || kept.iter().filter_map(|point| point.value);
        assert_eq!(
            kept().min_by(f64::total_cmp),
            all.clone().min_by(f64::total_cmp)
        );
        assert_eq!(kept().max_by(f64::total_cmp), all.max_by(f64::total_cmp));
    }
    let tests = lane.series(Quantity::TestError);
    assert_eq!(tests.len() as u64, EPOCHS, "few points are all kept");
}

#[test]
fn a_short_run_is_kept_whole_and_says_so() {
    let mut store = Store::default();
    assert_eq!(store.density().measured_for_one(), None);
    for step in 0..50 {
        store.push(BP, metrics(step));
    }
    let density = store.density();
    assert_eq!(density.kept, density.measured);
    assert_eq!(density.measured_for_one(), Some(1.0));
    let revision = store.revision();
    store.clear(BP);
    assert_eq!(store.density(), falab::store::Density::default());
    assert_ne!(store.revision(), revision, "what was drawn of it is stale");
}
