//! ZCA whitening: what it makes of images, the same numbers as an eigen decomposition, the same bits on any number of
//! threads, and lanes that train on white images.
#![cfg(feature = "cli")]

use std::sync::Arc;

use falab::core::inputs::Inputs;
use falab::core::kernel::symmetric::{Packed, upper_rows};
use falab::data::whitening::{Progress, Whitening};
use falab::data::{Images, images::SizeMismatch};
use falab::lane::{Advance, Lane};
use falab::spec::{Link, Spec};
use ndarray::Array2;
use serde_json::Value;

/// The images of `tests/zca/eigh.py`.
fn pixels(images: usize, inputs: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut all = Vec::new();
    for _ in 0..images {
        let mut before = 0;
        for _ in 0..inputs {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            before = (3 * before + (state >> 16) % 256) / 4;
            all.push(before as u8);
        }
    }
    all
}

fn images(count: usize, inputs: usize) -> Images {
    let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
    Images::new(&pixels(count, inputs), &labels, inputs).unwrap()
}

fn whitening(images: &Images, epsilon: f64, threads: usize) -> Whitening {
    let at: Vec<u32> = (0..images.len() as u32).collect();
    Whitening::new(images, &at, epsilon, threads, |_| {})
}

/// White images [count, inputs] as a batch has them.
fn white(images: &Images, whitening: Whitening) -> Array2<f32> {
    let mut images = images.clone();
    images.set_whitening(Some(Arc::new(whitening)));
    let at: Vec<u32> = (0..images.len() as u32).collect();
    match images.batch(&at).0 {
        Inputs::Dense(dense) => dense,
        Inputs::Sparse(_) => panic!("white images are dense"),
    }
}

fn covariance(x: &Array2<f32>) -> Array2<f64> {
    let (count, n) = x.dim();
    let mean = |j: usize| x.column(j).iter().map(|&v| f64::from(v)).sum::<f64>() / count as f64;
    let means: Vec<f64> = (0..n).map(mean).collect();
    Array2::from_shape_fn((n, n), |(i, j)| {
        let products = x
            .rows()
            .into_iter()
            .map(|row| (f64::from(row[i]) - means[i]) * (f64::from(row[j]) - means[j]));
        products.sum::<f64>() / count as f64
    })
}

#[test]
fn white_images_have_mean_zero_and_the_identity_as_their_covariance() {
    let images = images(2_000, 40);
    let white = white(&images, whitening(&images, 1e-6, 1));
    for column in white.columns() {
        let mean = column.iter().map(|&x| f64::from(x)).sum::<f64>() / 2_000.0;
        assert!(mean.abs() < 1e-5, "{mean}");
    }
    // The smallest eigenvalue is 2e-4, of which ε takes half a percent.
    for ((i, j), &value) in covariance(&white).indexed_iter() {
        let expected = if i == j { 1.0 } else { 0.0 };
        assert!((value - expected).abs() < 0.01, "{i} {j}: {value}");
    }
}

#[test]
fn matrices_are_those_of_numpys_eigen_decomposition() {
    let golden: Value = serde_json::from_str(include_str!("zca/numpy.json")).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let number = |key: &str| case[key].as_u64().unwrap() as usize;
        let (count, n) = (number("images"), number("inputs"));
        let images = images(count, n);
        let found = whitening(&images, case["epsilon"].as_f64().unwrap(), 1);
        let expected = case["matrix"].as_array().unwrap();
        let largest = expected.iter().map(|x| x.as_f64().unwrap().abs());
        let largest = largest.fold(0.0, |most, x| if x > most { x } else { most });
        for (at, (&found, expected)) in found.matrix().iter().zip(expected).enumerate() {
            let away = (f64::from(found) - expected.as_f64().unwrap()).abs();
            // f32 holds a number to 6e-8 of itself.
            assert!(
                away <= 1e-7 * largest,
                "{count} x {n}, {at}: off by {away} of {largest}"
            );
        }
    }
}

#[test]
fn a_matrix_is_symmetric_and_the_same_on_any_number_of_threads() {
    // More than one block of rows, and no whole number of blocks or tiles.
    let images = images(300, 301);
    let one = whitening(&images, 1e-2, 1);
    assert_eq!(one.matrix(), one.matrix().t());
    for threads in [2, 3, 7] {
        assert_eq!(whitening(&images, 1e-2, threads), one, "{threads} threads");
    }
}

#[test]
fn the_order_of_images_changes_no_bit() {
    let images = images(700, 20);
    let forward: Vec<u32> = (0..700).collect();
    let backward: Vec<u32> = (0..700).rev().collect();
    let of = |at: &[u32]| Whitening::new(&images, at, 0.1, 1, |_| {});
    assert_eq!(of(&forward), of(&backward));
}

#[test]
fn symmetric_products_add_in_ascending_order_one_rounding_each() {
    for n in [1, 3, 8, 130, 259] {
        let value = |i: usize, j: usize| ((i * 37 + j * 37 + i * j * 11) % 101) as f64 / 7.0 - 6.0;
        let matrix = |power: f64| -> Vec<f64> {
            (0..n * n).map(|at| value(at / n, at % n) * power).collect()
        };
        let (a, b) = (matrix(1.1), matrix(0.3));
        let first = n / 3;
        let mut c = vec![0.0; (n - first).min(128) * n];
        upper_rows(&a, &b, n, first, &mut c, &mut Packed::default());
        for (row, values) in c.chunks_exact(n).enumerate() {
            let i = first + row;
            for j in i..n {
                let mut sum = 0.0;
                for k in 0..n {
                    sum += a[i * n + k] * b[k * n + j];
                }
                assert_eq!(values[j].to_bits(), f64::to_bits(sum), "{n}: {i} {j}");
            }
        }
    }
}

#[test]
fn progress_goes_from_the_covariance_to_all() {
    let images = images(600, 50);
    let at: Vec<u32> = (0..600).collect();
    let mut told: Vec<Progress> = Vec::new();
    let made = Whitening::new(&images, &at, 0.1, 1, |progress| told.push(progress));
    assert_eq!(made.inputs(), 50);
    assert!(told.is_sorted_by(|a, b| a.share <= b.share), "{told:?}");
    let last = told.last().unwrap().share;
    assert!((last - 1.0).abs() < 1e-12, "{last}");
}

#[test]
fn images_without_any_difference_are_whitened_to_zero() {
    let same = Images::new(&[7; 64 * 9], &[0; 64], 9).unwrap();
    let white = white(&same, whitening(&same, 0.1, 1));
    assert!(white.iter().all(|&x| x == 0.0), "{white}");
}

#[test]
fn bytes_of_a_whitening_are_read_back_and_others_refused() {
    let images = images(100, 10);
    let made = whitening(&images, 0.1, 1);
    let bytes = made.to_bytes();
    assert_eq!(Whitening::from_bytes(&bytes, 10), Ok(made));
    for (bytes, inputs) in [
        (&bytes[1..], 10),
        (&bytes[..], 9),
        (&bytes[..], 11),
        (&[][..], 10),
    ] {
        let error = Whitening::from_bytes(bytes, inputs).unwrap_err();
        assert_eq!((error.found, error.inputs), (bytes.len(), inputs));
    }
}

#[test]
fn the_drawn_images_alone_decide_and_all_of_them_whatever_the_seed() {
    let named = |link: &str| Spec::parse(link).unwrap().whitening();
    assert_eq!(named("n=1000"), None);
    assert_ne!(named("n=1000&zca=0.1"), named("n=1000&zca=0.1&seed=2"));
    assert_ne!(named("n=1000&zca=0.1"), named("n=1000&zca=0.2"));
    assert_eq!(named("n=60000&zca=0.1"), named("n=60000&zca=0.1&seed=2"));
    assert_eq!(
        named("n=1000&zca=0.1"),
        named("n=1000&zca=0.1&hidden=9&rules=dfa")
    );
}

#[test]
fn a_link_says_what_is_allowed() {
    for wrong in ["0", "1e-7", "1.1", "auto", "-1", "nan"] {
        let link = Link::read(&format!("zca={wrong}"));
        let [error] = &link.errors[..] else {
            panic!("{wrong}: {:?}", link.errors)
        };
        let allowed = "none, or a number from 1e-6 to 1";
        assert!(error.to_string().contains(allowed), "{error}");
    }
    assert_eq!(Link::read("zca=none").spec, Spec::default());
    let large = "data=own:x:65x64x1:10:100:100:0123456789abcdef&n=100&zca=0.1";
    let error = Link::read(large).errors[0].to_string();
    assert!(
        error.contains("4160 numbers each; images of up to 4096"),
        "{error}"
    );
}

#[test]
fn lanes_train_on_white_images_dense_and_convolutional() {
    for hidden in ["2x24", "conv3x4-pool2-12"] {
        let spec = Spec::parse(&format!(
            "n=512&batch=8&epochs=2&rules=bp-dfa&init=uniform&zca=0.1&hidden={hidden}"
        ));
        let spec = spec.unwrap();
        let (train, test) = falab::cli::dataset::load(512).unwrap();
        let plain = (Arc::new(train.clone()), Arc::new(test.clone()));
        let schedule = &spec.lanes()[0];
        let refused = Lane::new(&spec, schedule, plain.0, plain.1).err();
        assert_eq!(refused, Some(SizeMismatch::White));
        let whitening = Whitening::of(&spec, &train, 2, |_| {}).map(Arc::new);
        let [train, test] = [train, test].map(|mut images| {
            images.set_whitening(whitening.clone());
            Arc::new(images)
        });
        for schedule in spec.lanes() {
            let mut lane = Lane::new(&spec, schedule, train.clone(), test.clone()).unwrap();
            let mut errors = Vec::new();
            loop {
                match lane.advance() {
                    Advance::Measured(metrics) => errors.push(metrics.train_error),
                    Advance::Finished { .. } => break,
                    _ => {}
                }
            }
            let (first, last) = (errors[0], errors[errors.len() - 1]);
            assert!(last < first, "{hidden} {}: {errors:?}", schedule.name());
        }
    }
}
