//! The data set of an experiment: MNIST, which comes with the program, or images of the reader's own, which a link can
//! only name.

use std::fmt;

use super::number;
use crate::core::shape::Volume;
use crate::lang::{Texts, fill};

/// The data set of an experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSet {
    Mnist,
    Own(OwnData),
}

/// What a link says about images of the reader's own: enough to tell whether some files are the ones that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnData {
    /// What people call it: letters, digits, `.`, `_` and `-`, up to 32.
    pub name: String,
    pub shape: Volume,
    pub classes: u32,
    /// Training images.
    pub train: u32,
    /// Test images.
    pub test: u32,
    /// The first 64 bits of the SHA-256 that the `data` room defines.
    pub checksum: u64,
}

/// Longest name of a data set, in characters.
const LONGEST_NAME: usize = 32;
/// Fewest training images: those of the smallest `n`.
pub(super) const FEWEST: u32 = 64;
/// Most training or test images.
const MOST_IMAGES: u64 = 1_000_000;
/// Longest side of an image, pixels.
const LONGEST_SIDE: u64 = 256;
/// Most numbers an image: places are kept in 16 bits.
const MOST_INPUTS: u64 = 1 << 16;
/// Most bytes of pixels and labels.
const MOST_BYTES: u64 = 1 << 30;

impl DataSet {
    /// What an image is.
    #[must_use]
    pub fn shape(&self) -> Volume {
        match self {
            DataSet::Mnist => Volume {
                channels: 1,
                height: 28,
                width: 28,
            },
            DataSet::Own(own) => own.shape,
        }
    }

    #[must_use]
    pub fn classes(&self) -> usize {
        match self {
            DataSet::Mnist => 10,
            DataSet::Own(own) => own.classes as usize,
        }
    }

    /// Training images that there are.
    #[must_use]
    pub fn train(&self) -> u32 {
        match self {
            DataSet::Mnist => 60_000,
            DataSet::Own(own) => own.train,
        }
    }

    /// Test images that there are.
    #[must_use]
    pub fn test(&self) -> u32 {
        match self {
            DataSet::Mnist => 10_000,
            DataSet::Own(own) => own.test,
        }
    }

    /// Its name, as people write it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            DataSet::Mnist => "MNIST",
            DataSet::Own(own) => &own.name,
        }
    }

    /// What a link says about images of the reader's own.
    #[must_use]
    pub fn own(&self) -> Option<&OwnData> {
        match self {
            DataSet::Mnist => None,
            DataSet::Own(own) => Some(own),
        }
    }
}

/// As a link has it: `mnist`, or `own:NAME:HEIGHTxWIDTHxCHANNELS:CLASSES:TRAIN:TEST:CHECKSUM`.
impl fmt::Display for DataSet {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            DataSet::Mnist => to.write_str("mnist"),
            DataSet::Own(own) => write!(
                to,
                "own:{}:{}:{}:{}:{}:{:016x}",
                own.name,
                own.size(),
                own.classes,
                own.train,
                own.test,
                own.checksum
            ),
        }
    }
}

impl OwnData {
    /// HEIGHTxWIDTHxCHANNELS.
    #[must_use]
    pub fn size(&self) -> String {
        let Volume {
            channels,
            height,
            width,
        } = self.shape;
        format!("{height}x{width}x{channels}")
    }

    /// Numbers an image.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.shape.units()
    }

    /// Bytes of all pixels and labels.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (u64::from(self.train) + u64::from(self.test)) * (self.inputs() as u64 + 1)
    }

    /// What it is, for people: name, counts, size, classes, MB, checksum.
    #[must_use]
    pub fn words(&self, texts: &Texts) -> String {
        let number = |x: &dyn ToString| x.to_string();
        let megabytes = self.bytes() as f64 / 1e6;
        let megabytes = match megabytes < 1.0 {
            true => format!("{megabytes:.3}"),
            false => format!("{megabytes:.1}"),
        };
        let values = [
            ("name", self.name.as_str()),
            ("train", &*number(&self.train)),
            ("test", &*number(&self.test)),
            ("size", &self.size()),
            ("classes", &number(&self.classes)),
            ("megabytes", &megabytes),
            ("checksum", &format!("{:016x}", self.checksum)),
        ];
        fill(texts.own.about, &values)
    }

    /// Whether both are the same images, whatever they are called.
    #[must_use]
    pub fn is_same(&self, other: &OwnData) -> bool {
        let numbers = |own: &OwnData| (own.classes, own.train, own.test, own.checksum);
        numbers(self) == numbers(other) && self.shape == other.shape
    }

    /// Whether its numbers are within the limits of a link.
    #[must_use]
    pub fn fits(&self) -> bool {
        let within = |x: usize, most: u64| (1..=most).contains(&(x as u64));
        is_name(&self.name)
            && within(self.shape.height, LONGEST_SIDE)
            && within(self.shape.width, LONGEST_SIDE)
            && within(self.shape.channels, 4)
            && within(self.inputs(), MOST_INPUTS)
            && (2..=256).contains(&self.classes)
            && (u64::from(FEWEST)..=MOST_IMAGES).contains(&u64::from(self.train))
            && (1..=MOST_IMAGES).contains(&u64::from(self.test))
            && self.bytes() <= MOST_BYTES
    }
}

/// A text as a name: what a name cannot hold becomes `-`; never empty.
#[must_use]
pub fn as_name(text: &str) -> String {
    let fits = |c: char| if is_of_name(c) { c } else { '-' };
    let name: String = text.trim().chars().map(fits).take(LONGEST_NAME).collect();
    match name.is_empty() {
        true => "data".to_owned(),
        false => name,
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&c)
}

fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len()) && text.chars().all(is_of_name)
}

/// The data set of a link's text.
pub(super) fn parse(text: &str) -> Option<DataSet> {
    if text == "mnist" {
        return Some(DataSet::Mnist);
    }
    let parts: Vec<&str> = text.strip_prefix("own:")?.split(':').collect();
    let [name, size, classes, train, test, checksum] = parts[..] else {
        return None;
    };
    let sides: Vec<&str> = size.split('x').collect();
    let [height, width, channels] = sides[..] else {
        return None;
    };
    let side = |text| number::parse_whole(text, 1, LONGEST_SIDE).map(|x| x as usize);
    let count = |text| number::parse_whole(text, 1, MOST_IMAGES).map(|x| x as u32);
    let is_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    if checksum.len() != 16 || !checksum.bytes().all(is_hex) {
        return None;
    }
    let own = OwnData {
        name: name.to_owned(),
        shape: Volume {
            channels: side(channels)?,
            height: side(height)?,
            width: side(width)?,
        },
        classes: count(classes)?,
        train: count(train)?,
        test: count(test)?,
        checksum: u64::from_str_radix(checksum, 16).ok()?,
    };
    own.fits().then_some(DataSet::Own(own))
}
