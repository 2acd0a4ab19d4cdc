//! Images of the reader's own, in English.

use crate::lang::Own;

pub const OWN: Own = Own {
    allowed_n: "a whole number from 64 to {images}, the training images of the data set",
    no_files: "no files with images were given; expected: four IDX files, or binary batches of CIFAR-10 \
        or CIFAR-100",
    gzip: "{file}: its gzip stream is damaged or cut off ({bytes} bytes): {why}",
    too_large: "{file}: more than {limit} MB once decompressed; allowed: up to {limit} MB",
    unknown: "{file}: begins with the bytes {first} and has {bytes}; expected: an IDX file, which begins \
        with 00 00 08 03 (images) or 00 00 08 01 (labels), or whole records of CIFAR-10 (3073 bytes) or \
        CIFAR-100 (3074 bytes)",
    idx_header: "{file}: ends after {bytes} bytes, within its header; expected: {header} bytes of header",
    idx_length: "{file}: has {found} bytes behind its header; expected: {expected}, as the header says",
    records: "{file}: {bytes} bytes leave {left} behind the last whole record; expected: records of \
        {record} bytes",
    label: "{file}: byte {byte} is the label {value}; expected: 0 to {most}",
    gap: "{file}: byte {byte} is the label {value}, but no image has label {class}; expected: labels \
        without gaps",
    counts: "{images} has {of_images} images, {labels} has {of_labels} labels; expected: as many",
    sizes: "{train} has images of {size}, {test} of {test_size} pixels; expected: one size",
    no_pixels: "{file}: its images have no pixels",
    missing: "{what} missing among the files",
    mixed: "{first} and {second} are of different formats; expected: one data set at a time",
    too_many: "{files}: more than a training and a test file of one kind; expected: four IDX files",
    which: "{files}: which one is the test set? Expected: names with “train” and “test” or “t10k”, or \
        files of different size",
    which_batch: "{file}: of the training or the test set? Expected: a name with “data_batch”, “train” or \
        “test”",
    limits: "{train} training and {test} test images of {size} numbers in {classes} classes; allowed: \
        64 to 1000000 training images, 1 to 1000000 test images, sides to 256, 2 to 256 classes, 1 GB in all",
    train_images: "training images (IDX, 00 00 08 03) are",
    train_labels: "training labels (IDX, 00 00 08 01) are",
    test_images: "test images (IDX, 00 00 08 03) are",
    test_labels: "test labels (IDX, 00 00 08 01) are",
    train_batches: "training batches (data_batch_1.bin to data_batch_5.bin, or train.bin) are",
    test_batch: "the test batch (test_batch.bin, or test.bin) is",
    about: "{name}: {train} training and {test} test images of {size}, {classes} classes, {megabytes} MB, \
        checksum {checksum}",
    needs_where: "this experiment needs {about}; it is not part of the program, and no --data FOLDER was \
        given to look in",
    other: "the files hold {found}; this experiment needs {about}",
    is_mnist: "--data {name}: none of the links names images of your own; allowed: links with data=own:…, \
        which falab data {name} prints",
    reading: "Reading {file}",
    summing: "Checking the files",
    loaded: "Data set {about}",
    loaded_kept: "Data set {about}; kept in this browser",
    not_kept: "The data set could not be kept in this browser: {why}",
    wanted: "This experiment needs {about}. Give its files to go on.",
};
