//! t-SNE: its gradient, its bits, its picture of MNIST.
#![cfg(feature = "cli")]

use falab::cli::dataset;
use falab::core::network::Network;
use falab::core::{HiddenLayer, Rule, Settings as NetSettings};
use falab::inside::features::{Features, test_images};
use falab::inside::tsne::{
    Affinities, Embedding, Forces, Point, Settings, SettingsError, Stage, divergence,
    trustworthiness,
};
use ndarray::{Array2, array};
use serde_json::Value;

/// Made-up numbers in -1 to 1, spread evenly.
fn number(i: usize) -> f64 {
    let x = (i as u64)
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    (x.wrapping_mul(1_442_695_040_888_963_407) >> 40) as f64 / f64::from(1 << 23) - 1.0
}

fn points(m: usize) -> Vec<Point> {
    (0..m)
        .map(|i| [3.0 * number(2 * i), 3.0 * number(2 * i + 1)])
        .collect()
}

/// Conditional affinities of m rows with k neighbours each.
fn affinities(m: usize, k: usize) -> Affinities {
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for i in 0..m {
        let mut row: Vec<u32> = (1..=k).map(|d| ((i + d * d) % m) as u32).collect();
        row.sort_unstable();
        row.dedup();
        assert_eq!(row.len(), k, "made-up neighbours are distinct");
        let weights: Vec<f64> = (0..k).map(|j| 1.1 + number(i * k + j)).collect();
        let sum: f64 = weights.iter().sum();
        columns.extend(row);
        values.extend(weights.iter().map(|w| w / sum));
    }
    Affinities::symmetric(m, k, &columns, &values)
}

#[test]
fn affinities_are_symmetric_and_sum_to_one() {
    let (m, p) = (40, affinities(40, 5));
    let mut dense = Array2::<f64>::zeros((m, m));
    for i in 0..m {
        let (columns, values) = p.row(i);
        assert!(columns.is_sorted_by(|a, b| a < b));
        for (&j, &value) in columns.iter().zip(values) {
            dense[[i, j as usize]] = value;
        }
    }
    assert_eq!(dense, dense.t());
    assert!((dense.sum() - 1.0).abs() < 1e-12);
}

#[test]
fn the_gradient_is_that_of_the_divergence() {
    let (m, p) = (40, affinities(40, 5));
    let at = points(m);
    let gradient = Forces::whole(&p, &at, 0.0);
    for i in 0..m {
        for axis in 0..2 {
            let moved = |by: f64| {
                let mut points = at.clone();
                points[i][axis] += by;
                divergence(&p, &points)
            };
            let h = 1e-5;
            let slope = (moved(h) - moved(-h)) / (2.0 * h);
            let difference = (slope - gradient[i][axis]).abs();
            assert!(
                difference < 1e-8,
                "point {i}, axis {axis}: {slope} against {}",
                gradient[i][axis]
            );
        }
    }
}

/// Σ over all pairs, as equation 5 stands.
fn exact_gradient(p: &Affinities, y: &[Point]) -> Vec<Point> {
    let w = |i: usize, j: usize| {
        let (dx, dy) = (y[i][0] - y[j][0], y[i][1] - y[j][1]);
        1.0 / (1.0 + dx * dx + dy * dy)
    };
    let m = y.len();
    let z: f64 = (0..m)
        .flat_map(|i| (0..m).filter(move |&j| j != i).map(move |j| (i, j)))
        .map(|(i, j)| w(i, j))
        .sum();
    (0..m)
        .map(|i| {
            let mut dense = vec![0.0; m];
            let (columns, values) = p.row(i);
            for (&j, &value) in columns.iter().zip(values) {
                dense[j as usize] = value;
            }
            let mut sum = [0.0; 2];
            for j in (0..m).filter(|&j| j != i) {
                for (axis, sum) in sum.iter_mut().enumerate() {
                    let q = w(i, j) / z;
                    *sum += 4.0 * (dense[j] - q) * w(i, j) * (y[i][axis] - y[j][axis]);
                }
            }
            sum
        })
        .collect()
}

fn difference(a: &[Point], b: &[Point]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    let squares: f64 = pairs.map(|(a, b)| (a - b) * (a - b)).sum();
    let size: f64 = b.iter().flatten().map(|b| b * b).sum();
    (squares / size).sqrt()
}

#[test]
fn barnes_hut_with_theta_0_is_exact_and_with_a_half_near_it() {
    let (m, p) = (600, affinities(600, 5));
    let at = points(m);
    let exact = exact_gradient(&p, &at);
    let none = difference(&Forces::whole(&p, &at, 0.0), &exact);
    assert!(none < 1e-12, "theta 0: {none}");
    let error = |theta: f64| difference(&Forces::whole(&p, &at, theta), &exact);
    let (half, quarter) = (error(0.5), error(0.25));
    assert!((1e-9..0.05).contains(&half), "theta 0.5: {half}");
    assert!(quarter < half / 3.0, "theta 0.25: {quarter} after {half}");
}

#[test]
fn points_that_coincide_have_a_gradient() {
    let (m, p) = (60, affinities(60, 5));
    for at in [vec![[0.25; 2]; m], {
        let mut some = points(m);
        some[10..50].fill([1.0, -2.0]);
        some
    }] {
        let found = Forces::whole(&p, &at, 0.5);
        assert!(found.iter().flatten().all(|x| x.is_finite()));
        let exact = exact_gradient(&p, &at);
        for (a, b) in found.iter().flatten().zip(exact.iter().flatten()) {
            assert!((a - b).abs() < 1e-3, "{a} against {b}");
        }
    }
}

#[test]
fn trustworthiness_of_a_line_that_is_kept_and_of_one_that_is_shuffled() {
    let features = Array2::from_shape_fn((50, 1), |(i, _)| i as f32);
    let kept: Vec<Point> = (0..50).map(|i| [f64::from(i), 0.0]).collect();
    assert_eq!(trustworthiness(features.view(), &kept, 5), Some(1.0));
    let shuffled: Vec<Point> = (0..50).map(|i| [f64::from(i * 19 % 50), 0.0]).collect();
    let found = trustworthiness(features.view(), &shuffled, 5).unwrap();
    assert!(found < 0.7, "{found}");
    assert_eq!(trustworthiness(features.view(), &kept, 25), None);
    // One wrong neighbour by hand: points 0, 1, 3, 2 on a line, k = 1. From row 0 the nearest point is row 1 (rank 1),
    // from 1 it is 0 (tie of 0 and 3 to the lower), from 3 it is 1 (rank 2), from 2 it is 3 (rank 1 is 1, tie).
    let features = array![[0.0], [1.0], [2.0], [3.0]];
    let points: Vec<Point> = [0.0, 1.0, 3.0, 2.0].map(|x| [x, 0.0]).to_vec();
    // Excess 1 (of row 3) and 1 (of row 2, whose row 3 is second after row 1): 1 - 2 / (4 · 1 · 4) · 2.
    assert_eq!(trustworthiness(features.view(), &points, 1), Some(0.75));
}

/// The inputs of 1,000 test images, as scikit-learn's script has them.
fn inputs(count: u32) -> Array2<f32> {
    let (_, test) = dataset::load(64).expect("embedded");
    let settings = NetSettings {
        hidden: HiddenLayer::dense(&[8]),
        ..NetSettings::default()
    };
    let network = Network::new(&settings, Rule::Bp, 784, 10);
    Features::new(&network, &test, &test_images(count)).inputs
}

#[test]
fn its_picture_of_mnist_is_as_trustworthy_as_that_of_scikit_learn() {
    let theirs: Value = serde_json::from_str(include_str!("tsne/sklearn.json")).unwrap();
    let theirs = theirs["mean_trustworthiness"].as_f64().unwrap();
    let features = inputs(1_000);
    let mut embedding = Embedding::new(features.view(), Settings::default()).unwrap();
    embedding.finish();
    let ours = trustworthiness(features.view(), embedding.points(), 12).unwrap();
    println!(
        "ours {ours:.4}, KL {:.4}; scikit-learn {theirs:.4}",
        embedding.divergence().unwrap()
    );
    assert!(
        ours >= theirs - 0.01,
        "ours {ours}, scikit-learn's {theirs}"
    );
}

#[test]
fn work_comes_in_pieces_that_say_how_far_they_have_come() {
    let features = inputs(500);
    let settings = Settings {
        iterations: 20,
        ..Settings::default()
    };
    let mut embedding = Embedding::new(features.view(), settings).unwrap();
    assert_eq!(embedding.divergence(), None);
    let mut stages = vec![embedding.progress()];
    while stages[stages.len() - 1].stage != Stage::Done {
        stages.push(embedding.advance());
    }
    for stage in [Stage::Neighbours, Stage::Start, Stage::Descent, Stage::Done] {
        let found: Vec<_> = stages.iter().filter(|at| at.stage == stage).collect();
        assert!(!found.is_empty(), "{stage:?} was never told");
        assert!(found.is_sorted_by_key(|at| at.done));
    }
    let done = embedding.points().to_vec();
    assert_eq!(embedding.advance().stage, Stage::Done);
    assert_eq!(embedding.points(), done);
}

#[test]
fn what_makes_no_embedding_is_named() {
    let features = Array2::from_shape_fn((100, 3), |(i, j)| (i * j) as f32);
    let new = |features: &Array2<f32>, settings: Settings| {
        Embedding::new(features.view(), settings)
            .err()
            .map(|error| error.to_string())
    };
    let found = new(
        &features,
        Settings {
            perplexity: 34.0,
            ..Settings::default()
        },
    );
    assert!(
        found
            .unwrap()
            .contains("perplexity 34 is not possible for 100 rows; allowed are 2 to 33")
    );
    let found = new(
        &features,
        Settings {
            theta: 0.9,
            ..Settings::default()
        },
    );
    assert!(found.unwrap().contains("theta 0.9"));
    let found = new(&Array2::zeros((100, 3)), Settings::default());
    assert_eq!(found, Some(SettingsError::Alike { rows: 100 }.to_string()));
    let mut broken = features.clone();
    broken[[7, 1]] = f32::NAN;
    let found = new(&broken, Settings::default());
    assert_eq!(found, Some(SettingsError::NotFinite { row: 7 }.to_string()));
    // One column, and many rows that coincide, are possible.
    let mut line = Array2::from_shape_fn((100, 1), |(i, _)| i as f32);
    line.slice_mut(ndarray::s![..60, ..]).fill(1.0);
    let mut embedding = Embedding::new(line.view(), Settings::default()).unwrap();
    embedding.finish();
    assert!(embedding.points().iter().flatten().all(|x| x.is_finite()));
}
