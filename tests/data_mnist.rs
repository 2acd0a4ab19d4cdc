//! The shipped data is MNIST, and damage is named.
#![cfg(feature = "cli")]

use falab::cli::dataset;
use falab::data::batches::{Batches, pool};
use falab::data::idx::{self, IdxError};
use falab::data::mnist::{self, ChunkError};

#[test]
fn the_chunks_are_mnist() {
    let (train, test) = dataset::load(mnist::TRAIN).unwrap();
    let counts = |images: &falab::data::Images| {
        let mut counts = [0; 10];
        (0..images.len()).for_each(|i| counts[usize::from(images.label(i))] += 1);
        counts
    };
    // The counts of the published label files.
    assert_eq!(
        counts(&train),
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    );
    assert_eq!(
        counts(&test),
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    );
    let lit = (0..train.len())
        .map(|i| train.pixels(i).iter().filter(|&&pixel| pixel > 0).count())
        .sum::<usize>();
    let share = lit as f64 / (60_000.0 * 784.0);
    assert!((share - 0.191).abs() < 0.001, "{share}");
}

#[test]
fn a_damaged_chunk_names_itself() {
    let chunk = mnist::test_chunks().next().unwrap();
    let good = vec![0; chunk.bytes as usize];
    assert!(matches!(
        chunk.check(&good),
        Err(ChunkError::Checksum {
            file: "test-0.bin",
            ..
        })
    ));
    let message = chunk.check(&good[1..]).unwrap_err().to_string();
    assert_eq!(
        message,
        "test-0.bin has 784999 bytes once decompressed, expected 785000"
    );
}

#[test]
fn an_epoch_shows_every_image_of_the_subset_once() {
    let mut batches = Batches::new(9, 1_000, 64);
    assert_eq!(batches.steps_per_epoch(), 16);
    let mut subset = batches.subset().to_vec();
    for epoch in 0..3 {
        let mut seen: Vec<u32> = (0..16)
            .flat_map(|i| batches.at(epoch * 16 + i).to_vec())
            .collect();
        assert_ne!(seen, subset);
        seen.sort_unstable();
        subset.sort_unstable();
        assert_eq!(seen, subset);
    }
    assert_eq!(batches.at(15).len(), 1_000 - 15 * 64);
    subset.dedup();
    assert_eq!(subset.len(), 1_000);
    assert!(subset.iter().all(|&i| i < pool(1_000)));
}

#[test]
fn subset_and_order_depend_on_the_seed_alone() {
    let first = |seed| Batches::new(seed, 640, 64).at(0).to_vec();
    assert_eq!(first(5), first(5));
    assert_ne!(first(5), first(6));
    // Jumping about gives what going through in order gives.
    let mut batches = Batches::new(5, 640, 64);
    let late = batches.at(25).to_vec();
    batches.at(3);
    assert_eq!(batches.at(25), late);
}

#[test]
fn idx_errors_name_the_bytes() {
    let labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];
    assert_eq!(idx::parse::<1>(&labels), Ok(([2], &[7, 9][..])));
    assert_eq!(
        idx::parse::<3>(&labels),
        Err(IdxError::Truncated {
            bytes: 10,
            header: 16
        })
    );
    assert_eq!(
        idx::parse::<1>(&labels[..9]),
        Err(IdxError::Length {
            expected: 2,
            found: 1
        })
    );
    let error = idx::parse::<1>(&[0, 0, 13, 1, 0, 0, 0, 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "bytes 0 to 3 are [00, 00, 0d, 01], expected 00 00 08 01 (unsigned bytes, 1 dimensions)"
    );
}
