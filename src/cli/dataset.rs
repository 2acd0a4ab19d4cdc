//! MNIST inside the binary: the very chunks that the page loads.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use flate2::read::GzDecoder;

use crate::data::mnist::{self, Chunk};
use crate::data::{Images, batches};

macro_rules! embedded {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!("../../assets/mnist/", $name)) as &[u8])),*]
    };
}

static FILES: [(&str, &[u8]); 8] = embedded![
    "train-0.bin",
    "train-1.bin",
    "train-2.bin",
    "train-3.bin",
    "train-4.bin",
    "train-5.bin",
    "test-0.bin",
    "test-1.bin"
];

/// The training images that an experiment with `images` of them draws from, and all test images.
///
/// # Errors
/// An embedded chunk that fails its check: a damaged binary.
pub fn load(images: u32) -> Result<(Images, Images)> {
    let pool = batches::pool(images) as usize;
    let mut train = Images::default();
    for chunk in mnist::train_chunks() {
        if train.len() < pool {
            read(&chunk, &mut train)?;
        }
    }
    let mut test = Images::default();
    for chunk in mnist::test_chunks() {
        read(&chunk, &mut test)?;
    }
    Ok((train, test))
}

/// Adds the images of an embedded chunk.
fn read(chunk: &Chunk, images: &mut Images) -> Result<()> {
    let (_, gzip) = FILES
        .iter()
        .find(|(name, _)| *name == chunk.file)
        .with_context(|| format!("{} is not in this binary", chunk.file))?;
    let mut bytes = Vec::with_capacity(chunk.bytes as usize);
    GzDecoder::new(*gzip)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{} cannot be decompressed", chunk.file))?;
    chunk.check(&bytes)?;
    Ok(mnist::unpack(&bytes, images)?)
}
