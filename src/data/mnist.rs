//! MNIST in chunks, as it is shipped under `assets/mnist`.
//!
//! A chunk, uncompressed, is its labels (one byte an image) followed by its pixels (784 bytes an image). On disk it is
//! gzip'ed, so that a browser's own `DecompressionStream` reads it. `chunks.txt` gives length and checksum of the
//! uncompressed bytes. Training chunks hold consecutive images. The first test chunk holds every tenth test image and
//! the second one the others: the first half of MNIST's test file is easier than the second, and a probe must not be.

use sha2::{Digest as _, Sha256};

use super::Images;
use super::images::SizeMismatch;

/// Inputs an image: 28 x 28.
pub const INPUTS: usize = 784;
/// Classes 0 to 9.
pub const CLASSES: usize = 10;
/// Images of the training set.
pub const TRAIN: u32 = 60_000;
/// Images of the test set.
pub const TEST: u32 = 10_000;
/// Images of the first test chunk: the test probe.
pub const TEST_PROBE: u32 = 1_000;

/// The table of chunks: name, images, bytes, bytes of the file, SHA-256.
const TABLE: &str = include_str!("../../assets/mnist/chunks.txt");

/// One file of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its name under `assets/mnist`.
    pub file: &'static str,
    pub images: u32,
    /// Bytes once decompressed.
    pub bytes: u32,
    /// Bytes of the file.
    pub packed: u32,
    sha256: &'static str,
}

/// Bytes that are not the chunk that they should be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    #[error("{file} has {found} bytes once decompressed, expected {expected}")]
    Length {
        file: &'static str,
        found: usize,
        expected: u32,
    },
    #[error("{file} is damaged: its checksum is {found}, expected {expected}")]
    Checksum {
        file: &'static str,
        found: String,
        expected: &'static str,
    },
}

fn chunks(prefix: &'static str) -> impl Iterator<Item = Chunk> {
    TABLE
        .lines()
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            Some(Chunk {
                file: words.next()?,
                images: words.next()?.parse().ok()?,
                bytes: words.next()?.parse().ok()?,
                packed: words.next()?.parse().ok()?,
                sha256: words.next()?,
            })
        })
        .filter(move |chunk| chunk.file.starts_with(prefix))
}

/// The chunks of the training set, in order.
pub fn train_chunks() -> impl Iterator<Item = Chunk> {
    chunks("train-")
}

/// The chunks of the test set, the probe first.
pub fn test_chunks() -> impl Iterator<Item = Chunk> {
    chunks("test-")
}

/// A SHA-256 that is worked out piece by piece, so that a page stays fluent meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Checksum(Sha256);

impl Checksum {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Its first 64 bits, as a big-endian number.
    #[must_use]
    pub fn first_64_bits(self) -> u64 {
        let digest = self.0.finalize();
        let first = digest.iter().take(8);
        first.fold(0, |bits, &byte| bits << 8 | u64::from(byte))
    }

    /// Its lowercase hex digits.
    #[must_use]
    pub fn hex(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Lowercase hex digits, two a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lowercase hex digits of the SHA-256 of `bytes`.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

impl Chunk {
    /// Whether these are its decompressed bytes.
    ///
    /// # Errors
    /// Length or checksum differ from the table's.
    pub fn check(&self, bytes: &[u8]) -> Result<(), ChunkError> {
        self.check_length(bytes.len())?;
        self.check_sum(sha256_hex(bytes))
    }

    /// Whether it has so many bytes once decompressed.
    ///
    /// # Errors
    /// The table says another length.
    pub fn check_length(&self, found: usize) -> Result<(), ChunkError> {
        if found == self.bytes as usize && found == self.images as usize * (1 + INPUTS) {
            return Ok(());
        }
        Err(ChunkError::Length {
            file: self.file,
            found,
            expected: self.bytes,
        })
    }

    /// Whether its decompressed bytes have this SHA-256, in lowercase hex digits.
    ///
    /// # Errors
    /// The table says another one.
    pub fn check_sum(&self, found: String) -> Result<(), ChunkError> {
        if found == self.sha256 {
            return Ok(());
        }
        Err(ChunkError::Checksum {
            file: self.file,
            found,
            expected: self.sha256,
        })
    }
}

/// Adds the images in the decompressed bytes of a chunk that was checked before.
///
/// # Errors
/// The length is no multiple of an image's.
pub fn unpack(bytes: &[u8], images: &mut Images) -> Result<(), SizeMismatch> {
    let (labels, pixels) = bytes.split_at(bytes.len() / (1 + INPUTS));
    images.append(pixels, labels, INPUTS)
}
