//! What can be wrong with files of the reader's own: always the file, what is found, and what is expected.

use std::fmt;

pub use super::pairs::Missing;
use crate::lang::{ENGLISH, Texts, fill};

/// Files that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataError {
    NoFiles,
    /// A gzip stream that is damaged or cut off, in the words of whoever read it.
    Gzip {
        file: String,
        bytes: usize,
        why: String,
    },
    /// Larger than a data set may be once decompressed.
    TooLarge {
        file: String,
        limit: usize,
    },
    Unknown {
        file: String,
        bytes: usize,
        first: Vec<u8>,
    },
    IdxHeader {
        file: String,
        bytes: usize,
        header: usize,
    },
    IdxLength {
        file: String,
        expected: u64,
        found: usize,
    },
    Records {
        file: String,
        record: usize,
        bytes: usize,
        left: usize,
    },
    Label {
        file: String,
        byte: usize,
        value: u8,
        most: u8,
    },
    Gap {
        file: String,
        byte: usize,
        value: u8,
        class: u8,
    },
    Counts {
        images: String,
        labels: String,
        counts: [usize; 2],
    },
    Sizes {
        train: String,
        size: String,
        test: String,
        test_size: String,
    },
    NoPixels {
        file: String,
    },
    Missing(Missing),
    Mixed {
        first: String,
        second: String,
    },
    TooMany {
        files: [String; 3],
    },
    Which {
        files: [String; 2],
    },
    WhichBatch {
        file: String,
    },
    Limits {
        size: String,
        classes: u32,
        train: usize,
        test: usize,
    },
}

/// In English, for whoever reads a program's log; page and command line have [`DataError::words`].
impl fmt::Display for DataError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(&self.words(ENGLISH))
    }
}

impl std::error::Error for DataError {}

impl DataError {
    /// What is wrong, in a sentence.
    #[must_use]
    pub fn words(&self, texts: &Texts) -> String {
        let own = &texts.own;
        let say = |text: &str, values: &[(&str, &dyn fmt::Display)]| {
            let values: Vec<(&str, String)> = values
                .iter()
                .map(|(key, value)| (*key, value.to_string()))
                .collect();
            let values: Vec<(&str, &str)> = values
                .iter()
                .map(|(key, value)| (*key, value.as_str()))
                .collect();
            fill(text, &values)
        };
        match self {
            DataError::NoFiles => own.no_files.to_owned(),
            DataError::Gzip { file, bytes, why } => {
                say(own.gzip, &[("file", file), ("bytes", bytes), ("why", why)])
            }
            DataError::TooLarge { file, limit } => {
                say(own.too_large, &[("file", file), ("limit", &(limit >> 20))])
            }
            DataError::Unknown { file, bytes, first } => {
                let hex: Vec<String> = first.iter().map(|byte| format!("{byte:02x}")).collect();
                let first = hex.join(" ");
                say(
                    own.unknown,
                    &[("file", file), ("bytes", bytes), ("first", &first)],
                )
            }
            DataError::IdxHeader {
                file,
                bytes,
                header,
            } => say(
                own.idx_header,
                &[("file", file), ("bytes", bytes), ("header", header)],
            ),
            DataError::IdxLength {
                file,
                expected,
                found,
            } => say(
                own.idx_length,
                &[("file", file), ("expected", expected), ("found", found)],
            ),
            DataError::Records {
                file,
                record,
                bytes,
                left,
            } => say(
                own.records,
                &[
                    ("file", file),
                    ("record", record),
                    ("bytes", bytes),
                    ("left", left),
                ],
            ),
            DataError::Label {
                file,
                byte,
                value,
                most,
            } => say(
                own.label,
                &[
                    ("file", file),
                    ("byte", byte),
                    ("value", value),
                    ("most", most),
                ],
            ),
            DataError::Gap {
                file,
                byte,
                value,
                class,
            } => say(
                own.gap,
                &[
                    ("file", file),
                    ("byte", byte),
                    ("value", value),
                    ("class", class),
                ],
            ),
            DataError::Counts {
                images,
                labels,
                counts,
            } => say(
                own.counts,
                &[
                    ("images", images),
                    ("labels", labels),
                    ("of_images", &counts[0]),
                    ("of_labels", &counts[1]),
                ],
            ),
            DataError::Sizes {
                train,
                size,
                test,
                test_size,
            } => say(
                own.sizes,
                &[
                    ("train", train),
                    ("size", size),
                    ("test", test),
                    ("test_size", test_size),
                ],
            ),
            DataError::NoPixels { file } => say(own.no_pixels, &[("file", file)]),
            DataError::Missing(missing) => say(own.missing, &[("what", &what(*missing, texts))]),
            DataError::Mixed { first, second } => {
                say(own.mixed, &[("first", first), ("second", second)])
            }
            DataError::TooMany { files } => say(own.too_many, &[("files", &files.join(", "))]),
            DataError::Which { files } => say(own.which, &[("files", &files.join(", "))]),
            DataError::WhichBatch { file } => say(own.which_batch, &[("file", file)]),
            DataError::Limits {
                size,
                classes,
                train,
                test,
            } => say(
                own.limits,
                &[
                    ("size", size),
                    ("classes", classes),
                    ("train", train),
                    ("test", test),
                ],
            ),
        }
    }
}

fn what(missing: Missing, texts: &Texts) -> &'static str {
    let own = &texts.own;
    match missing {
        Missing::TrainImages => own.train_images,
        Missing::TrainLabels => own.train_labels,
        Missing::TestImages => own.test_images,
        Missing::TestLabels => own.test_labels,
        Missing::TrainBatches => own.train_batches,
        Missing::TestBatch => own.test_batch,
    }
}
