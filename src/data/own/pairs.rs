//! Files that were recognised, joined into a training and a test set.

use super::kind::{IMAGES_HEADER, Kind, LABELS_HEADER};
use super::{DataError, File, Gathered, Part};
use crate::core::shape::Volume;
use crate::data::cifar::Cifar;

/// The data set in these files, sorted by name.
pub(super) fn join(files: Vec<(Kind, File)>) -> Result<Gathered, DataError> {
    let Some((first, first_file)) = files.first() else {
        return Err(DataError::NoFiles);
    };
    let first = format(first);
    if let Some((_, other)) = files.iter().find(|(kind, _)| format(kind) != first) {
        return Err(DataError::Mixed {
            first: first_file.name.clone(),
            second: other.name.clone(),
        });
    }
    match first {
        Format::Batches(cifar) => batches(cifar, files),
        Format::Idx => four(files),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Idx,
    Batches(Cifar),
}

fn format(kind: &Kind) -> Format {
    match kind {
        Kind::Batch(cifar) => Format::Batches(*cifar),
        Kind::Images { .. } | Kind::Labels => Format::Idx,
    }
}

/// Whether a name says that a file is of the test set, or of the training set.
fn is_test(name: &str) -> Option<bool> {
    let name = name.to_ascii_lowercase();
    if name.contains("t10k") || name.contains("test") {
        Some(true)
    } else if name.contains("train") || name.contains("data_batch") {
        Some(false)
    } else {
        None
    }
}

fn batches(cifar: Cifar, files: Vec<(Kind, File)>) -> Result<Gathered, DataError> {
    let mut parts = [Part::default(), Part::default()];
    for (_, file) in files {
        let name = file.name;
        let test = is_test(&name).ok_or(DataError::WhichBatch { file: name })?;
        let part = &mut parts[usize::from(test)];
        cifar.unpack(&file.bytes, &mut part.labels, &mut part.pixels);
    }
    let [train, test] = parts;
    for (part, missing) in [(&train, Missing::TrainBatches), (&test, Missing::TestBatch)] {
        if part.labels.is_empty() {
            return Err(DataError::Missing(missing));
        }
    }
    Ok(Gathered {
        format: match cifar {
            Cifar::Ten => "cifar10",
            Cifar::Hundred => "cifar100",
        },
        shape: Volume {
            channels: 3,
            height: 32,
            width: 32,
        },
        classes: cifar.classes(),
        train,
        test,
    })
}

/// What is not among the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    TrainImages,
    TrainLabels,
    TestImages,
    TestLabels,
    TrainBatches,
    TestBatch,
}

/// Number of images or labels of an IDX file.
fn count(kind: &Kind, file: &File) -> usize {
    match kind {
        Kind::Images { height, width } => {
            let inputs = height * width;
            (file.bytes.len() - IMAGES_HEADER) / inputs.max(1)
        }
        _ => file.bytes.len() - LABELS_HEADER,
    }
}

/// The file of the training set and that of the test set, of up to two: by their names, else the larger one trains.
fn split(mut files: Vec<(Kind, File)>) -> Result<[Option<(Kind, File)>; 2], DataError> {
    if files.len() > 2 {
        let name = |at: usize| files[at].1.name.clone();
        return Err(DataError::TooMany {
            files: [name(0), name(1), name(2)],
        });
    }
    let (Some(second), Some(first)) = (files.pop(), files.pop()) else {
        return Ok([None, None]);
    };
    let first_is_test = match (is_test(&first.1.name), is_test(&second.1.name)) {
        (Some(a), Some(b)) if a != b => a,
        (Some(a), None) => a,
        (None, Some(b)) => !b,
        _ => {
            let counts = [count(&first.0, &first.1), count(&second.0, &second.1)];
            if counts[0] == counts[1] {
                let files = [first.1.name, second.1.name];
                return Err(DataError::Which { files });
            }
            counts[0] < counts[1]
        }
    };
    Ok(match first_is_test {
        true => [Some(second), Some(first)],
        false => [Some(first), Some(second)],
    })
}

fn four(files: Vec<(Kind, File)>) -> Result<Gathered, DataError> {
    let (images, labels): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(kind, _)| matches!(kind, Kind::Images { .. }));
    let alone = |files: &[(Kind, File)], train, test| match files {
        [] => Some(train),
        [(_, one)] if is_test(&one.name) == Some(true) => Some(train),
        [_] => Some(test),
        _ => None,
    };
    let missing = alone(&images, Missing::TrainImages, Missing::TestImages);
    let missing = missing.or_else(|| alone(&labels, Missing::TrainLabels, Missing::TestLabels));
    if let Some(missing) = missing {
        return Err(DataError::Missing(missing));
    }
    let ([Some(train), Some(test)], [Some(train_labels), Some(test_labels)]) =
        (split(images)?, split(labels)?)
    else {
        return Err(DataError::NoFiles);
    };
    let (size, test_size) = (size(&train.0), size(&test.0));
    if size != test_size {
        let text = |(height, width)| format!("{height}x{width}");
        return Err(DataError::Sizes {
            train: train.1.name,
            size: text(size),
            test: test.1.name,
            test_size: text(test_size),
        });
    }
    if size.0 * size.1 == 0 {
        let file = train.1.name;
        return Err(DataError::NoPixels { file });
    }
    let (height, width) = size;
    let most = train_labels.1.bytes.iter().skip(LABELS_HEADER).max();
    let most = most.copied().unwrap_or(0);
    check_labels(&train_labels.1, &test_labels.1, most)?;
    Ok(Gathered {
        format: "idx",
        shape: Volume {
            channels: 1,
            height,
            width,
        },
        classes: u32::from(most) + 1,
        train: pair(&train, &train_labels)?,
        test: pair(&test, &test_labels)?,
    })
}

fn size(kind: &Kind) -> (usize, usize) {
    match kind {
        Kind::Images { height, width } => (*height, *width),
        _ => (0, 0),
    }
}

fn pair(images: &(Kind, File), labels: &(Kind, File)) -> Result<Part, DataError> {
    let counts = [count(&images.0, &images.1), count(&labels.0, &labels.1)];
    if counts[0] != counts[1] {
        return Err(DataError::Counts {
            images: images.1.name.clone(),
            labels: labels.1.name.clone(),
            counts,
        });
    }
    Ok(Part {
        labels: labels.1.bytes[LABELS_HEADER..].to_vec(),
        pixels: images.1.bytes[IMAGES_HEADER..].to_vec(),
    })
}

/// IDX says nothing of classes: they are those of the training labels, which have no gaps (0 may be missing: some sets
/// count from 1), and no test label lies beyond.
fn check_labels(train: &File, test: &File, most: u8) -> Result<(), DataError> {
    let mut is_there = [false; 256];
    for &label in train.bytes.iter().skip(LABELS_HEADER) {
        is_there[usize::from(label)] = true;
    }
    let gap = (1..most).find(|&class| !is_there[usize::from(class)]);
    let first_beyond = |file: &File, most: u8| {
        let labels = file.bytes.iter().enumerate().skip(LABELS_HEADER);
        let mut beyond = labels.filter(|&(_, &label)| label > most);
        beyond.next().map(|(byte, &value)| (byte, value))
    };
    if let Some(class) = gap
        && let Some((byte, value)) = first_beyond(train, class)
    {
        return Err(DataError::Gap {
            file: train.name.clone(),
            byte,
            value,
            class,
        });
    }
    match first_beyond(test, most) {
        Some((byte, value)) => Err(DataError::Label {
            file: test.name.clone(),
            byte,
            value,
            most,
        }),
        None => Ok(()),
    }
}
