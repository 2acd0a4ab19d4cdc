//! Images of the reader's own: files in three formats, made here, and what damaged ones are told.
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use falab::data::own::{File, gather};
use falab::lang::{ENGLISH, LANGUAGES};
use falab::spec::{DataSet, Link, Spec};
use flate2::{Compression, write::GzEncoder};

fn idx(dimensions: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    for n in dimensions {
        bytes.extend(n.to_be_bytes());
    }
    bytes.extend(data);
    bytes
}

/// Pixels that depend on the class, so that something can be learnt.
fn pixels(count: usize, classes: usize, inputs: usize) -> Vec<u8> {
    let pixel = |image: usize, i: usize| match (i + image) % classes == i % 7 {
        true => (i * 31 + image * 17) as u8,
        false => 0,
    };
    (0..count * inputs)
        .map(|at| pixel(at / inputs, at % inputs))
        .collect()
}

fn labels(count: usize, classes: usize) -> Vec<u8> {
    (0..count).map(|image| (image % classes) as u8).collect()
}

fn file(name: &str, bytes: Vec<u8>) -> File {
    File {
        name: name.to_owned(),
        bytes,
    }
}

/// Four IDX files of 6 x 5 pixels in 4 classes.
fn four(train: usize, test: usize) -> Vec<File> {
    let images = |n: usize| idx(&[n as u32, 6, 5], &pixels(n, 4, 30));
    let classes = |n: usize| idx(&[n as u32], &labels(n, 4));
    vec![
        file("train-images-idx3-ubyte", images(train)),
        file("train-labels-idx1-ubyte", classes(train)),
        file("t10k-images-idx3-ubyte", images(test)),
        file("t10k-labels-idx1-ubyte", classes(test)),
    ]
}

fn batch(count: usize, hundred: bool) -> Vec<u8> {
    let classes = if hundred { 100 } else { 10 };
    let (labels, pixels) = (labels(count, classes), pixels(count, classes, 3072));
    let records = labels.iter().zip(pixels.chunks(3072));
    let record = |(&label, pixels): (&u8, &[u8])| match hundred {
        true => [&[label / 5, label], pixels].concat(),
        false => [&[label], pixels].concat(),
    };
    records.flat_map(record).collect()
}

fn cifar10() -> Vec<File> {
    vec![
        file("data_batch_2.bin", batch(40, false)),
        file("data_batch_1.bin", batch(60, false)),
        file("test_batch.bin", batch(20, false)),
    ]
}

fn cifar100() -> Vec<File> {
    vec![
        file("train.bin", batch(200, true)),
        file("test.bin", batch(100, true)),
    ]
}

fn error(files: Vec<File>) -> String {
    gather(files).unwrap_err().words(ENGLISH)
}

/// A folder of its own, with these files in it.
fn folder(name: &str, files: &[File]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("own-{name}"));
    fs::remove_dir_all(&path).ok();
    fs::create_dir_all(&path).unwrap();
    for file in files {
        fs::write(path.join(&file.name), &file.bytes).unwrap();
    }
    path
}

fn falab(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_falab"));
    command.args(arguments).env("LC_ALL", "C").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What `falab data` prints for a link.
fn text_of(folder: &Path) -> String {
    let output = falab(&["data", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    out(&output).lines().last().unwrap().to_owned()
}

#[test]
fn all_three_formats_are_read() {
    for (files, data) in [
        (four(100, 40), "own:mine:6x5x1:4:100:40:"),
        (cifar10(), "own:mine:32x32x3:10:100:20:"),
        (cifar100(), "own:mine:32x32x3:100:200:100:"),
    ] {
        let own = gather(files).unwrap().summed("mine");
        let text = DataSet::Own(own.about.clone()).to_string();
        assert!(text.starts_with(data), "{text}");
        let inputs = own.about.inputs();
        for part in [&own.train, &own.test] {
            assert_eq!(part.pixels.len(), part.labels.len() * inputs);
        }
        // The link says it all, and reads back what it says.
        let link = Link::read(&format!("data={text}"));
        assert_eq!(link.errors, []);
        assert_eq!(link.spec.data().own(), Some(&own.about));
        assert_eq!(link.spec.images(), own.about.train);
        assert_eq!(Spec::parse(&link.spec.link()).unwrap(), link.spec);
    }
}

#[test]
fn pixels_and_labels_stand_where_the_formats_say() {
    let own = gather(cifar10()).unwrap().summed("c");
    // Batches are joined by name: batch 1 has 60 images.
    let first = batch(60, false);
    assert_eq!(own.train.labels[..60], labels(60, 10));
    assert_eq!(own.train.pixels[..3072], first[1..3073]);
    assert_eq!(own.train.labels[60..], labels(40, 10));
    let fine = gather(cifar100()).unwrap().summed("c");
    assert_eq!(fine.train.labels, labels(200, 100));
}

#[test]
fn every_image_counts_for_the_checksum_and_the_name_does_not() {
    let sum = |files| gather(files).unwrap().summed("a").about.checksum;
    let whole = sum(four(100, 40));
    assert_eq!(
        whole,
        gather(four(100, 40)).unwrap().summed("b").about.checksum
    );
    for at in 0..4 {
        let mut files = four(100, 40);
        let last = files[at].bytes.last_mut().unwrap();
        *last ^= 1;
        assert_ne!(sum(files), whole);
    }
}

#[test]
fn a_test_set_of_more_than_a_thousand_deals_out_its_probe_evenly() {
    let own = gather(four(100, 2_500)).unwrap().summed("a");
    let expected: Vec<u8> = (0..1000).map(|i| ((i * 2_500 / 1000) % 4) as u8).collect();
    assert_eq!(own.test.labels[..1000], expected);
    let all = pixels(2_500, 4, 30);
    assert_eq!(own.test.pixels[30..60], all[2 * 30..3 * 30]);
    assert_eq!(own.test.pixels[1000 * 30..1001 * 30], all[30..60]);
}

#[test]
fn damaged_files_are_told_what_is_wrong_with_them() {
    let with = |at: usize, change: &dyn Fn(&mut Vec<u8>)| {
        let mut files = four(100, 40);
        change(&mut files[at].bytes);
        error(files)
    };
    let cases = [
        (
            with(0, &|bytes| bytes[2] = 9),
            "train-images-idx3-ubyte: begins with the bytes 00 00 09 03 and has 3016; expected: an IDX file",
        ),
        (
            with(0, &|bytes| bytes.truncate(3000)),
            "train-images-idx3-ubyte: has 2984 bytes behind its header; expected: 3000",
        ),
        (
            with(1, &|bytes| bytes.truncate(6)),
            "train-labels-idx1-ubyte: ends after 6 bytes, within its header; expected: 8 bytes",
        ),
        (
            with(1, &|bytes| bytes[20] = 200),
            "train-labels-idx1-ubyte: byte 20 is the label 200, but no image has label 4",
        ),
        (
            with(3, &|bytes| bytes[9] = 4),
            "t10k-labels-idx1-ubyte: byte 9 is the label 4; expected: 0 to 3",
        ),
        (
            with(3, &|bytes| *bytes = idx(&[39], &labels(39, 4))),
            "t10k-images-idx3-ubyte has 40 images, t10k-labels-idx1-ubyte has 39 labels",
        ),
        (
            with(2, &|bytes| *bytes = idx(&[40, 5, 6], &pixels(40, 4, 30))),
            "train-images-idx3-ubyte has images of 6x5, t10k-images-idx3-ubyte of 5x6 pixels",
        ),
        (
            error(four(100, 40)[..3].to_vec()),
            "test labels (IDX, 00 00 08 01) are missing",
        ),
        (error(four(63, 40)), "63 training and 40 test images"),
        (error(Vec::new()), "no files with images were given"),
        (
            error([four(100, 40), cifar10()].concat()),
            "data_batch_1.bin and t10k-images-idx3-ubyte are of different formats",
        ),
        (
            error(
                [
                    four(100, 40),
                    vec![file("holiday.txt", b"Dear all".to_vec())],
                ]
                .concat(),
            ),
            "holiday.txt: begins with the bytes 44 65 61 72 and has 8; expected",
        ),
        (
            error(
                [
                    cifar10(),
                    vec![file("data_batch_3.bin", batch(2, false)[1..].to_vec())],
                ]
                .concat(),
            ),
            "data_batch_3.bin: 6145 bytes leave 3072 behind the last whole record; expected: records of 3073",
        ),
        (
            error(
                [
                    cifar10(),
                    vec![file("data_batch_3.bin", {
                        let mut bytes = batch(2, false);
                        bytes[3073] = 10;
                        bytes
                    })],
                ]
                .concat(),
            ),
            "data_batch_3.bin: byte 3073 is the label 10; expected: 0 to 9",
        ),
        (
            error(vec![file("train.bin", {
                let mut bytes = batch(2, true);
                bytes[1] = 100;
                bytes
            })]),
            "train.bin: byte 1 is the label 100; expected: 0 to 99",
        ),
        (error(cifar10()[..2].to_vec()), "the test batch"),
        (
            error(vec![file("some.bin", batch(3, false))]),
            "some.bin: of the training or the test set?",
        ),
    ];
    for (found, expected) in cases {
        assert!(found.contains(expected), "{found}\nnot: {expected}");
    }
}

#[test]
fn every_error_is_said_in_every_language_with_all_its_values() {
    let mut files = four(100, 40);
    files[1].bytes[20] = 200;
    let error = gather(files).unwrap_err();
    for texts in LANGUAGES {
        let words = error.words(texts);
        assert!(!words.contains('{') && words.contains("200"), "{words}");
    }
}

#[test]
fn the_sets_are_told_apart_by_size_where_names_say_nothing() {
    let mut files = four(100, 40);
    for (file, name) in files.iter_mut().zip(["d", "c", "b", "a"]) {
        file.name = name.to_owned();
    }
    let own = gather(files).unwrap().summed("a");
    let named = gather(four(100, 40)).unwrap().summed("a");
    assert_eq!(own, named);
    let mut same = four(100, 100);
    for (file, name) in same.iter_mut().zip(["d", "c", "b", "a"]) {
        file.name = name.to_owned();
    }
    assert!(error(same).contains("b, d: which one is the test set?"));
}

#[test]
fn a_link_says_what_is_wrong_with_its_data() {
    let good = "own:a:6x5x1:4:100:40:0123456789abcdef";
    assert!(Spec::parse(&format!("data={good}")).is_ok());
    for bad in [
        "own:a",
        "own::6x5x1:4:100:40:0123456789abcdef",
        "own:a b:6x5x1:4:100:40:0123456789abcdef",
        "own:a:6x5:4:100:40:0123456789abcdef",
        "own:a:0x5x1:4:100:40:0123456789abcdef",
        "own:a:257x5x1:4:100:40:0123456789abcdef",
        "own:a:6x5x1:257:100:40:0123456789abcdef",
        "own:a:6x5x1:4:63:40:0123456789abcdef",
        "own:a:6x5x1:4:100:0:0123456789abcdef",
        "own:a:6x5x1:4:100:40:0123456789abcdeF",
        "own:a:256x256x1:4:100000:40:0123456789abcdef",
        "mnis",
    ] {
        let link = Link::read(&format!("data={bad}"));
        assert_eq!(link.errors.len(), 1, "{bad}");
        assert_eq!(link.errors[0].key(), Some("data"), "{bad}");
        assert_eq!(link.spec, Spec::default());
    }
    // Wherever the data set stands, `n` is judged by it.
    for link in [format!("n=101&data={good}"), format!("data={good}&n=101")] {
        let link = Link::read(&link);
        let said = link.errors[0].to_string();
        assert!(
            said.contains("n=101") && said.contains("64 to 100"),
            "{said}"
        );
        assert_eq!(link.spec.images(), 100);
    }
    let large = "own:a:6x5x1:4:100000:40:0123456789abcdef";
    let spec = Spec::parse(&format!("n=70000&data={large}")).unwrap();
    assert_eq!((spec.images(), spec.pool()), (70_000, 70_000));
}

#[test]
fn a_folder_runs_on_the_command_line_gzipped_or_not() {
    let mut prints = Vec::new();
    for packed in [false, true] {
        let mut files = cifar10();
        files.push(file("batches.meta.txt", b"airplane".to_vec()));
        if packed {
            for file in &mut files[..3] {
                file.bytes = gzip(&file.bytes);
                file.name += ".gz";
            }
        }
        let folder = folder(if packed { "packed" } else { "plain" }, &files);
        let data = text_of(&folder);
        assert!(data.ends_with("&n=100"), "{data}");
        let link = format!("v=1&{data}&hidden=conv5x4-pool3s2-16&rules=bp-dfa&epochs=2");
        let output = falab(&[
            "run",
            &link,
            "--data",
            folder.to_str().unwrap(),
            "--format",
            "jsonl",
        ]);
        assert!(output.status.success(), "{}", said(&output));
        let lines = out(&output);
        assert!(lines.contains("\"test_images\":20"), "{lines}");
        let print = |line: &str| Some(line.split_once("\"fingerprint\":\"")?.1[..16].to_owned());
        prints.push(lines.lines().filter_map(print).collect::<Vec<String>>());
    }
    assert_eq!(prints[0].len(), 2);
    assert_eq!(prints[0], prints[1]);
}

#[test]
fn the_command_line_says_what_a_link_lacks() {
    let right = folder("right", &four(100, 40));
    let other = folder("other", &four(100, 41));
    let data = text_of(&right);
    let link = format!("v=1&{data}&rules=bp&epochs=1&hidden=8");
    let without = falab(&["run", &link]);
    assert_eq!(without.status.code(), Some(2));
    let checksum = data.split(['&', ':']).nth(6).unwrap();
    for word in ["own-right", "6x5x1", "100", "40", checksum, "--data FOLDER"] {
        assert!(said(&without).contains(word), "{}: {word}", said(&without));
    }
    let wrong = falab(&["run", &link, "--data", other.to_str().unwrap()]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        said(&wrong).contains("the files hold own-other"),
        "{}",
        said(&wrong)
    );
    let needless = falab(&["run", "v=1&steps=1&n=64", "--data", right.to_str().unwrap()]);
    assert_eq!(needless.status.code(), Some(2));
    let inside = falab(&["inside", &link]);
    assert_eq!(inside.status.code(), Some(2), "{}", said(&inside));
    let cut = folder("cut", &four(100, 40));
    let whole = gzip(&fs::read(cut.join("train-images-idx3-ubyte")).unwrap());
    fs::write(
        cut.join("train-images-idx3-ubyte"),
        &whole[..whole.len() - 9],
    )
    .unwrap();
    let output = falab(&["data", cut.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("train-images-idx3-ubyte: its gzip stream is damaged or cut off")
    );
}

#[test]
fn mnist_as_files_of_ones_own_ends_in_the_same_bits() {
    let (train, test) = falab::cli::dataset::load(60_000).unwrap();
    let part = |images: &falab::data::Images, order: &[usize]| {
        let labels: Vec<u8> = order.iter().map(|&i| images.label(i)).collect();
        let pixels: Vec<u8> = order.iter().flat_map(|&i| images.pixels(i)).collect();
        let n = order.len() as u32;
        (idx(&[n, 28, 28], &pixels), idx(&[n], &labels))
    };
    // The test set in the order of the published file: every tenth image is one of the first chunk.
    let of_file = |i: usize| match i % 10 {
        0 => i / 10,
        _ => 1000 + i - i / 10 - 1,
    };
    let (train_images, train_labels) = part(&train, &(0..60_000).collect::<Vec<_>>());
    let (test_images, test_labels) = part(&test, &(0..10_000).map(of_file).collect::<Vec<_>>());
    let folder = folder(
        "mnist",
        &[
            file("train-images-idx3-ubyte", train_images),
            file("train-labels-idx1-ubyte", train_labels),
            file("t10k-images-idx3-ubyte", test_images),
            file("t10k-labels-idx1-ubyte", test_labels),
        ],
    );
    let data = text_of(&folder).replace("&n=60000", "");
    let rest = "n=640&hidden=2x16&epochs=1&rules=bp-dfa";
    let own = falab(&[
        "run",
        &format!("{data}&{rest}"),
        "--data",
        folder.to_str().unwrap(),
        "--format",
        "csv",
    ]);
    let mnist = falab(&["run", rest, "--format", "csv"]);
    assert!(own.status.success(), "{}", said(&own));
    assert_eq!(out(&own), out(&mnist));
    fs::remove_dir_all(folder).unwrap();
}
