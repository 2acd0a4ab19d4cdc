//! Images of the reader's own: files in the formats in which MNIST's kin and CIFAR are handed around, told apart by what
//! is in them, checked, and put into one order.
//!
//! - Four IDX files ([`idx`](super::idx)), images and labels of a training and a test set.
//! - Binary batches of CIFAR-10 or CIFAR-100 ([`cifar`](super::cifar)).
//!
//! The order is that of the files; batches are joined by name. The checksum is the first 64 bits of the SHA-256 over the
//! training labels, the training pixels, the test labels and the test pixels in that order. Then the test images are
//! dealt out as those of MNIST are: the test probe, evenly spread over the set, comes first.

mod error;
mod kind;
mod pairs;

pub use error::DataError;
pub use kind::{is_companion, is_gzip};

use crate::core::shape::Volume;
use crate::data::mnist::Checksum;
use crate::spec::{OwnData, TEST_PROBE};

/// A file, decompressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its name without folders.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Labels and, image after image, pixels of a training or test set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub labels: Vec<u8>,
    /// [image, channel, row, column]
    pub pixels: Vec<u8>,
}

/// Images that were read and have no checksum yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// What they are: "idx", "cifar10" or "cifar100".
    pub format: &'static str,
    shape: Volume,
    classes: u32,
    train: Part,
    test: Part,
}

/// A data set of the reader's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub about: OwnData,
    pub train: Part,
    /// The test probe first.
    pub test: Part,
}

/// Bytes that a checksum takes at once, about 2 ms.
const SLICE: usize = 1 << 18;

/// The data set in these files.
///
/// # Errors
/// What is wrong with the first file that is, or what is missing.
pub fn gather(files: Vec<File>) -> Result<Gathered, DataError> {
    let mut known = Vec::new();
    for file in files {
        let kind = kind::of(&file)?;
        known.push((kind, file));
    }
    known.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    let gathered = pairs::join(known)?;
    let [train, test] = [&gathered.train, &gathered.test].map(|part| part.labels.len());
    let about = gathered.about("data", 0);
    match about.fits() {
        true => Ok(gathered),
        false => Err(DataError::Limits {
            size: about.size(),
            classes: about.classes,
            train,
            test,
        }),
    }
}

impl Gathered {
    /// What is summed up, in order, in slices.
    pub fn slices(&self) -> impl Iterator<Item = &[u8]> {
        let parts = [
            &self.train.labels,
            &self.train.pixels,
            &self.test.labels,
            &self.test.pixels,
        ];
        parts.into_iter().flat_map(|bytes| bytes.chunks(SLICE))
    }

    fn about(&self, name: &str, checksum: u64) -> OwnData {
        OwnData {
            name: name.to_owned(),
            shape: self.shape,
            classes: self.classes,
            train: self.train.labels.len() as u32,
            test: self.test.labels.len() as u32,
            checksum,
        }
    }

    /// The data set of this name (see [`as_name`](crate::spec::as_name)), once all slices are summed up.
    #[must_use]
    pub fn finish(self, name: &str, sum: Checksum) -> Own {
        let about = self.about(name, sum.first_64_bits());
        let test = probe_first(&self.test, self.shape.units());
        Own {
            about,
            train: self.train,
            test,
        }
    }

    /// [`Gathered::finish`] at one go.
    #[must_use]
    pub fn summed(self, name: &str) -> Own {
        let mut sum = Checksum::default();
        for slice in self.slices() {
            sum.add(slice);
        }
        self.finish(name, sum)
    }
}

/// The test images with the probe first: image ⌊i · n / 1,000⌋ of n for each i below 1,000, then the others.
fn probe_first(part: &Part, inputs: usize) -> Part {
    let (n, probe) = (part.labels.len(), TEST_PROBE as usize);
    if n <= probe {
        return part.clone();
    }
    let mut is_probe = vec![false; n];
    for i in 0..probe {
        is_probe[i * n / probe] = true;
    }
    let mut dealt = Part::default();
    for wanted in [true, false] {
        for image in (0..n).filter(|&image| is_probe[image] == wanted) {
            dealt.labels.push(part.labels[image]);
            let pixels = &part.pixels[image * inputs..(image + 1) * inputs];
            dealt.pixels.extend_from_slice(pixels);
        }
    }
    dealt
}
