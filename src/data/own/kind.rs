//! What a file is, by what is in it; its name only helps to say what is wrong with a damaged one.

use super::{DataError, File};
use crate::data::cifar::{Cifar, CifarError};
use crate::data::idx::{self, IdxError};

/// A file that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// IDX, n images of height x width.
    Images {
        height: usize,
        width: usize,
    },
    /// IDX, labels.
    Labels,
    Batch(Cifar),
}

/// Bytes of an IDX header of images and of labels.
pub(super) const IMAGES_HEADER: usize = 16;
pub(super) const LABELS_HEADER: usize = 8;

/// Whether bytes are compressed by gzip.
#[must_use]
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Whether a file of this name is handed around with the batches and holds no images.
#[must_use]
pub fn is_companion(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = [
        "batches.meta.txt",
        "coarse_label_names.txt",
        "fine_label_names.txt",
    ];
    known.contains(&name.as_str()) || name.starts_with("readme") || name.starts_with('.')
}

/// What a file is.
pub(super) fn of(file: &File) -> Result<Kind, DataError> {
    let bytes = file.bytes.as_slice();
    match bytes.first_chunk::<4>() {
        Some([0, 0, 8, 3]) => match idx::parse::<3>(bytes) {
            Ok(([_, height, width], _)) => Ok(Kind::Images {
                height: height as usize,
                width: width as usize,
            }),
            Err(error) => batch_after_all(file).ok_or_else(|| idx_error(file, &error)),
        },
        Some([0, 0, 8, 1]) => match idx::parse::<1>(bytes) {
            Ok(_) => Ok(Kind::Labels),
            Err(error) => batch_after_all(file).ok_or_else(|| idx_error(file, &error)),
        },
        _ => batch(file),
    }
}

/// A batch may begin with the bytes of an IDX header.
fn batch_after_all(file: &File) -> Option<Kind> {
    let all = [Cifar::Ten, Cifar::Hundred].into_iter();
    let mut fitting = all.filter(|cifar| cifar.check(&file.bytes).is_ok());
    fitting.next().map(Kind::Batch)
}

fn batch(file: &File) -> Result<Kind, DataError> {
    if let Some(kind) = batch_after_all(file) {
        return Ok(kind);
    }
    let whole = |cifar: &Cifar| {
        let length = file.bytes.len();
        length > 0 && length.is_multiple_of(cifar.record())
    };
    let named = named(&file.name);
    let by_length = [Cifar::Ten, Cifar::Hundred].into_iter().find(whole);
    let meant = match named {
        Some(Named::Idx) => None,
        Some(Named::Batch(cifar)) => by_length.or(Some(cifar)),
        None => by_length,
    };
    let unknown = || DataError::Unknown {
        file: file.name.clone(),
        bytes: file.bytes.len(),
        first: file.bytes.iter().copied().take(4).collect(),
    };
    let Some(cifar) = meant else {
        return Err(unknown());
    };
    match cifar.check(&file.bytes) {
        Ok(()) => Ok(Kind::Batch(cifar)),
        Err(CifarError::Length { bytes, left }) => Err(DataError::Records {
            file: file.name.clone(),
            record: cifar.record(),
            bytes,
            left,
        }),
        Err(CifarError::Label { byte, value, most }) => Err(DataError::Label {
            file: file.name.clone(),
            byte,
            value,
            most,
        }),
    }
}

enum Named {
    Idx,
    Batch(Cifar),
}

/// What a file's name promises.
fn named(name: &str) -> Option<Named> {
    let name = name.to_ascii_lowercase();
    let stem = name.trim_end_matches(".gz").trim_end_matches(".bin");
    if name.contains("idx") || name.contains("ubyte") {
        Some(Named::Idx)
    } else if stem.starts_with("data_batch") || stem.starts_with("test_batch") {
        Some(Named::Batch(Cifar::Ten))
    } else if ["train", "test"].contains(&stem) {
        Some(Named::Batch(Cifar::Hundred))
    } else {
        None
    }
}

fn idx_error(file: &File, error: &IdxError) -> DataError {
    let name = file.name.clone();
    match *error {
        IdxError::Length { expected, found } => DataError::IdxLength {
            file: name,
            expected,
            found,
        },
        IdxError::Truncated { bytes, header } => DataError::IdxHeader {
            file: name,
            bytes,
            header,
        },
        IdxError::Magic { found, .. } => DataError::Unknown {
            file: name,
            bytes: file.bytes.len(),
            first: found.to_vec(),
        },
    }
}
