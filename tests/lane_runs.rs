//! Lanes on real MNIST: what runs must reach, and what must not change a bit of them.
#![cfg(feature = "cli")]

use std::sync::{Arc, OnceLock};

use falab::cli::dataset;
use falab::core::{Metrics, Rule};
use falab::data::{Images, batches};
use falab::lane::{Advance, Lane, Reason};
use falab::spec::{Schedule, Spec};

fn images() -> &'static (Arc<Images>, Arc<Images>) {
    static IMAGES: OnceLock<(Arc<Images>, Arc<Images>)> = OnceLock::new();
    IMAGES.get_or_init(|| {
        let (train, test) = dataset::load(batches::CHUNK).unwrap();
        (Arc::new(train), Arc::new(test))
    })
}

fn lane(link: &str, rule: Rule) -> Lane {
    let (train, test) = images().clone();
    let schedule = Schedule::plain(rule);
    Lane::new(&Spec::parse(link).unwrap(), &schedule, train, test).unwrap()
}

struct Run {
    metrics: Vec<Metrics>,
    steps: u64,
    reason: Reason,
    fingerprint: u64,
}

impl Run {
    fn last_test_error(&self) -> f64 {
        self.metrics.last().unwrap().test_error.unwrap()
    }
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
                let steps = lane.step();
                return Run {
                    metrics,
                    steps,
                    reason,
                    fingerprint,
                };
            }
            Advance::NeedsTest => panic!("all test images are there"),
            Advance::Stepped | Advance::Measuring => {}
        }
    }
}

/// Bands around the float64 reference's test errors after ten epochs of 10,000 images, as wide as three seeds of it
/// differ (0.7 points) and the choice of images adds.
#[test]
fn first_look_ends_where_the_reference_ends() {
    for (rule, reference) in [
        (Rule::Bp, 5.2),
        (Rule::Fa, 6.1),
        (Rule::Dfa, 6.1),
        (Rule::Ifa, 5.6),
    ] {
        let run = run(lane("epochs=10", rule));
        let error = run.last_test_error();
        assert!(
            (error - reference).abs() < 1.2,
            "{rule:?}: {error} %, reference {reference} %"
        );
        assert_eq!(run.reason, Reason::Epochs);
        assert_eq!(run.steps, 1570);
    }
}

#[test]
fn the_shallow_control_stays_far_behind() {
    let run = run(lane("epochs=2", Rule::Shallow));
    assert!(
        (30.0..45.0).contains(&run.last_test_error()),
        "{} %",
        run.last_test_error()
    );
    for layer in &run.metrics.last().unwrap().layers {
        assert_eq!(layer.weight_change, 0.0);
        assert_eq!(layer.angle_update_deg, None);
    }
}

/// Reference, 3x50 DFA at lr 1e-3, layers 1/2/3: step 100 79/87/84, step 500 37/31/36, step 940 33/29/24.
#[test]
fn angles_of_dfa_rise_and_settle_as_in_the_reference() {
    let run = run(lane("hidden=3x50&steps=950&evals=20", Rule::Dfa));
    let at = |step: u64| {
        let point = run
            .metrics
            .iter()
            .rfind(|point| point.step <= step)
            .unwrap();
        let angles = point
            .layers
            .iter()
            .map(|layer| layer.angle_update_deg.unwrap());
        angles.collect::<Vec<f64>>()
    };
    let start = &run.metrics[0];
    assert!(
        start
            .layers
            .iter()
            .all(|layer| layer.angle_update_deg.is_none())
    );
    for angle in at(100) {
        assert!((60.0..100.0).contains(&angle), "step 100: {:?}", at(100));
    }
    for (angle, reference) in at(940).into_iter().zip([33.0, 29.0, 24.0]) {
        assert!((angle - reference).abs() < 10.0, "step 940: {:?}", at(940));
    }
}

#[test]
fn in_deep_nets_every_layer_keeps_an_angle_once_weights_have_moved() {
    for (link, rules) in [
        ("hidden=20x64&steps=60", &Rule::ALL[..4]),
        (
            "hidden=100x64&steps=12",
            &[Rule::Bp, Rule::Fa, Rule::Dfa][..],
        ),
    ] {
        for &rule in rules {
            let run = run(lane(link, rule));
            // From zero weights a layer gets a true gradient only once all layers above it have moved: FA moves one
            // layer more a step, DFA all at once.
            let settled = run.metrics.iter().filter(|point| point.step >= 2);
            for point in settled {
                for (i, layer) in point.layers.iter().enumerate() {
                    if rule == Rule::Fa {
                        continue;
                    }
                    assert!(
                        layer.angle_update_deg.is_some() && layer.angle_delta_deg.is_some(),
                        "{rule:?} {link} step {} layer {}: {layer:?}",
                        point.step,
                        i + 1
                    );
                }
            }
        }
    }
}

#[test]
fn only_dfa_learns_twenty_layers() {
    let link = "hidden=20x64&epochs=3";
    let of = |rule| run(lane(link, rule)).last_test_error();
    assert!(of(Rule::Dfa) < 35.0, "DFA {}", of(Rule::Dfa));
    assert!(of(Rule::Bp) > 70.0, "BP {}", of(Rule::Bp));
    assert!(of(Rule::Fa) > 70.0, "FA {}", of(Rule::Fa));
}

#[test]
fn from_zero_weights_bp_and_ifa_are_dead_and_fa_and_dfa_learn() {
    let of = |rule| run(lane("init=zero&epochs=1", rule)).last_test_error();
    // Only the first layer of IFA moves, and of BP none but the output's bias.
    assert!(of(Rule::Bp) > 80.0, "BP {}", of(Rule::Bp));
    assert!(of(Rule::Ifa) > 80.0, "IFA {}", of(Rule::Ifa));
    assert!(of(Rule::Fa) < 20.0, "FA {}", of(Rule::Fa));
    assert!(of(Rule::Dfa) < 20.0, "DFA {}", of(Rule::Dfa));
}

#[test]
fn more_evaluation_points_change_no_bit() {
    let few = run(lane("n=1000&hidden=2x32&epochs=2&evals=1", Rule::Dfa));
    let many = run(lane("n=1000&hidden=2x32&epochs=2&evals=16", Rule::Dfa));
    assert!(many.metrics.len() > few.metrics.len());
    assert_eq!(few.fingerprint, many.fingerprint);
}

#[test]
fn a_hundred_steps_are_ten_times_ten() {
    let whole = run(lane("n=1000&hidden=2x32&steps=100", Rule::Ifa));
    let mut lane = lane("n=1000&hidden=2x32", Rule::Ifa);
    for ten in 1..=10 {
        while lane.step() < ten * 10 {
            lane.advance();
        }
    }
    assert_eq!(lane.trainer().fingerprint(), whole.fingerprint);
}

#[test]
fn measuring_out_of_turn_changes_no_bit() {
    let link = "n=640&hidden=2x32&epochs=2";
    let undisturbed = run(lane(link, Rule::Fa));
    let mut lane = lane(link, Rule::Fa);
    while lane.step() < 13 {
        lane.advance();
    }
    while !lane.is_measured() {
        lane.measure_now();
    }
    assert_eq!(run(lane).fingerprint, undisturbed.fingerprint);
}

#[test]
fn lanes_side_by_side_do_not_influence_each_other() {
    let link = "n=640&hidden=2x32&epochs=3&dropout=0.1-0.5&adv=0.08";
    let alone = Rule::ALL.map(|rule| run(lane(link, rule)).fingerprint);
    let together = std::thread::scope(|scope| {
        Rule::ALL
            .map(|rule| scope.spawn(move || run(lane(link, rule)).fingerprint))
            .map(|thread| thread.join().unwrap())
    });
    assert_eq!(alone, together);
}

#[test]
fn test_images_that_arrive_late_change_nothing() {
    let spec = Spec::parse("n=640&hidden=16&epochs=2").unwrap();
    let (train, test) = images().clone();
    let in_time = run(Lane::new(
        &spec,
        &Schedule::plain(Rule::Bp),
        train.clone(),
        test.clone(),
    )
    .unwrap());
    let mut probe = Images::default();
    for i in 0..1_000 {
        let (pixels, label) = (test.pixels(i), [test.label(i)]);
        probe.append(&pixels, &label, 784).unwrap();
    }
    let mut lane = Lane::new(&spec, &Schedule::plain(Rule::Bp), train, Arc::new(probe)).unwrap();
    let mut metrics = Vec::new();
    loop {
        match lane.advance() {
            Advance::NeedsTest => {
                assert_eq!(
                    lane.advance(),
                    Advance::NeedsTest,
                    "nothing happens without them"
                );
                lane.set_test(test.clone());
            }
            Advance::Measured(point) => metrics.push(*point),
            Advance::Finished { fingerprint, .. } => {
                assert_eq!(fingerprint, in_time.fingerprint);
                break;
            }
            _ => {}
        }
    }
    assert_eq!(metrics, in_time.metrics);
}

#[test]
fn a_lane_that_diverges_says_where_and_by_what() {
    let run = run(lane("n=640&act=relu&opt=sgd&lr=1000&epochs=5", Rule::Ifa));
    let Reason::Diverged { step, quantity } = run.reason else {
        panic!("{:?}", run.reason);
    };
    assert!((1..=50).contains(&step), "{step}");
    assert!(quantity.contains("layer"), "{quantity}");
}

#[test]
fn evaluation_points_are_log_spaced_then_even() {
    let run = run(lane("n=1280&hidden=8&epochs=3&evals=4", Rule::Bp));
    let steps: Vec<u64> = run.metrics.iter().map(|point| point.step).collect();
    assert_eq!(steps, [0, 1, 2, 5, 10, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    let images: Vec<u32> = run.metrics.iter().map(|point| point.test_images).collect();
    let (probe, all) = (1_000, 10_000);
    assert_eq!(
        images,
        [
            probe, probe, probe, probe, probe, all, 0, 0, 0, all, 0, 0, 0, all
        ]
    );
    for point in &run.metrics {
        assert_eq!(point.test_error.is_some(), point.test_images > 0);
        assert_eq!(point.epoch, point.step as f64 / 20.0);
    }
}

#[test]
fn points_are_log_spaced_and_at_each_end_of_an_epoch_where_no_number_is_given() {
    let run = run(lane("n=1280&hidden=8&epochs=6&evals=auto", Rule::Bp));
    let points: Vec<(u64, u32)> = run
        .metrics
        .iter()
        .map(|point| (point.step, point.test_images))
        .collect();
    let within_the_first = [0, 1, 2, 5, 10].map(|step| (step, 1_000));
    let later =
        [20, 40, 50, 60, 80, 100, 120].map(|step| (step, if step == 50 { 0 } else { 10_000 }));
    assert_eq!(points, [within_the_first.as_slice(), &later].concat());
}

#[test]
fn the_error_threshold_ends_a_run_at_an_epoch() {
    let run = run(lane("n=640&hidden=32&epochs=100&stop=20", Rule::Bp));
    assert_eq!(run.reason, Reason::Error);
    assert_eq!(run.steps % 10, 0);
    assert!(run.steps < 1000);
}
