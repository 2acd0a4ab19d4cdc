//! A drawing is made into an image as MNIST's were, and a trained net reads it.
#![cfg(feature = "cli")]

#[path = "digit/strokes.rs"]
mod strokes;

use std::sync::Arc;

use falab::cli::dataset;
use falab::core::Rule;
use falab::data::Images;
use falab::inside::answer::Answer;
use falab::inside::confusion::predictions;
use falab::inside::digit::{SIDE, Stroke, image};
use falab::lane::{Advance, Lane};
use falab::spec::{Schedule, Spec};

fn centre_of_mass(pixels: &[u8]) -> [f64; 2] {
    let mass: f64 = pixels.iter().map(|&byte| f64::from(byte)).sum();
    let of = |place: fn(usize) -> usize| {
        let all = pixels.iter().enumerate();
        let sum: f64 = all
            .map(|(i, &byte)| place(i) as f64 * f64::from(byte))
            .sum();
        sum / mass
    };
    [of(|i| i % SIDE), of(|i| i / SIDE)]
}

/// Columns or rows that hold ink.
fn extent(pixels: &[u8], place: fn(usize) -> usize) -> usize {
    let inked = || (0..SIDE * SIDE).filter(|&i| pixels[i] > 127).map(place);
    inked().max().unwrap() + 1 - inked().min().unwrap()
}

fn seven() -> Vec<Stroke> {
    vec![
        vec![[0.2, 0.1], [0.7, 0.1], [0.4, 0.9]],
        vec![[0.35, 0.5], [0.6, 0.5]],
    ]
}

#[test]
fn nothing_drawn_is_no_image() {
    assert_eq!(image(&[]), None);
    assert_eq!(image(&[vec![], vec![]]), None);
}

#[test]
fn the_longer_side_fills_twenty_pixels_and_the_mass_stands_in_the_middle() {
    let pixels = image(&seven()).unwrap();
    assert_eq!(pixels.len(), SIDE * SIDE);
    assert_eq!(extent(&pixels, |i| i / SIDE), 20);
    assert!(extent(&pixels, |i| i % SIDE) < 16);
    let wide = vec![vec![[0.0, 0.5], [1.0, 0.5]], vec![[0.1, 0.45], [0.1, 0.6]]];
    let wide = image(&wide).unwrap();
    assert!((19..=20).contains(&extent(&wide, |i| i % SIDE)));
    // MNIST's images have theirs at 14.0 in the mean over the first thousand test images.
    for axis in centre_of_mass(&pixels) {
        assert!((axis - 14.0).abs() < 0.1, "{axis}");
    }
}

#[test]
fn where_and_how_large_it_was_drawn_makes_no_difference() {
    let drawn = image(&seven()).unwrap();
    for (scale, across, down) in [(0.5, 0.0, 0.0), (0.5, 0.5, 0.25), (0.25, 0.125, 0.75)] {
        let place = |point: &[f32; 2]| [point[0] * scale + across, point[1] * scale + down];
        let moved: Vec<Stroke> = seven()
            .iter()
            .map(|stroke| stroke.iter().map(place).collect())
            .collect();
        let moved = image(&moved).unwrap();
        // The places of points are rounded, so an edge may differ in its last bits.
        let most = drawn.iter().zip(&moved).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most.unwrap() <= 1, "{most:?}");
    }
}

#[test]
fn a_dot_stays_a_dot() {
    let pixels = image(&[vec![[0.9, 0.9]]]).unwrap();
    let inked = pixels.iter().filter(|&&byte| byte > 127).count();
    assert!((3..=9).contains(&inked), "{inked}");
    assert_eq!(pixels, image(&[vec![[0.1, 0.3]]]).unwrap());
    for axis in centre_of_mass(&pixels) {
        assert!((axis - 14.0).abs() < 0.1, "{axis}");
    }
}

/// Two epochs of 10,000 images under backpropagation.
fn trained() -> (Lane, Arc<Images>) {
    let spec = Spec::parse("rules=bp&epochs=4&evals=1").unwrap();
    let (train, test) = dataset::load(spec.pool()).unwrap();
    let test = Arc::new(test);
    let schedule = Schedule::plain(Rule::Bp);
    let mut lane = Lane::new(&spec, &schedule, Arc::new(train), test.clone()).unwrap();
    while !matches!(lane.advance(), Advance::Finished { .. }) {}
    (lane, test)
}

#[test]
fn redrawn_test_images_are_read_as_what_they_are() {
    let (lane, test) = trained();
    let network = lane.trainer().network();
    let (mut right, mut ink) = (0, 0.0);
    for i in (0..10_000).step_by(200) {
        let redrawn = image(&strokes::of_image(&test.pixels(i))).unwrap();
        ink += redrawn.iter().map(|&byte| f64::from(byte)).sum::<f64>() / 255.0 / 50.0;
        let label = test.label(i);
        let images = Images::new(&redrawn, &[label], SIDE * SIDE).unwrap();
        let answer = Answer::new(network, &images, 0);
        assert_eq!(answer.outputs.len(), 10);
        assert_eq!(answer.hidden[1].len(), 128);
        let class = answer.class().unwrap();
        assert_eq!(class, usize::from(predictions(network, &images, &[0])[0]));
        right += u32::from(class == usize::from(label));
    }
    println!("{right} of 50 are read as what they are; mean ink {ink:.1} pixels");
    assert!(right >= 42, "{right} of 50");
    // The mean of MNIST's test images is 103.
    assert!((90.0..116.0).contains(&ink), "{ink}");
}
