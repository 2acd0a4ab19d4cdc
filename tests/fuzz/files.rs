//! Files of a reader's own: sets of them, batches, gzip streams, and what a link says of them.

use falab::cli::own::decompressed;
use falab::data::Whitening;
use falab::data::cifar::Cifar;
use falab::data::own::{File, gather};
use falab::lang::LANGUAGES;
use falab::spec::{DataSet, Link, Spec};

use super::engine::{Target, outcome, words};

/// Files behind each other: a byte for the length of the name, the name, two bytes for the length, the bytes.
fn files(mut input: &[u8]) -> Vec<File> {
    let mut files = Vec::new();
    while let Some((&name, rest)) = input.split_first() {
        let (name, rest) = rest.split_at(rest.len().min(usize::from(name)));
        let (length, rest) = rest.split_at(rest.len().min(2));
        let length = length
            .iter()
            .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        let (bytes, rest) = rest.split_at(rest.len().min(length));
        files.push(File {
            name: String::from_utf8_lossy(name).into_owned(),
            bytes: bytes.to_vec(),
        });
        input = rest;
    }
    files
}

fn packed(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let file = |(name, bytes): &(&str, Vec<u8>)| {
        let length = (bytes.len() as u16).to_be_bytes();
        [&[name.len() as u8], name.as_bytes(), &length, bytes].concat()
    };
    files.iter().flat_map(file).collect()
}

fn idx(dimensions: &[u32], data: Vec<u8>) -> Vec<u8> {
    let header = [0, 0, 8, dimensions.len() as u8].into_iter();
    let sizes = dimensions.iter().flat_map(|n| n.to_be_bytes());
    header.chain(sizes).chain(data).collect()
}

/// A set of files as somebody drops them.
pub fn set() -> Target {
    let labels = |n: u32| idx(&[n], (0..n).map(|i| (i % 3) as u8).collect());
    let images = |n: u32| idx(&[n, 2, 2], (0..4 * n).map(|i| i as u8).collect());
    let four = packed(&[
        ("train-images", images(64)),
        ("train-labels", labels(64)),
        ("t10k-images", images(5)),
        ("t10k-labels", labels(5)),
    ]);
    let record = |first: &[u8]| [first, &[7; 3072]].concat();
    Target {
        seeds: vec![
            packed(&[
                ("data_batch_1.bin", record(&[3])),
                ("test_batch.bin", record(&[9])),
            ]),
            packed(&[
                ("train.bin", record(&[19, 99])),
                ("test.bin", record(&[0, 0])),
            ]),
            packed(&[("holiday.txt", b"Dear all".to_vec()), ("empty", Vec::new())]),
            four,
        ],
        words: words("train test t10k data_batch_1.bin images labels \u{0} \u{202e}"),
        memory: (40, 200_000),
        execute: Box::new(|input| match gather(files(input)) {
            Ok(gathered) => {
                let own = gathered.summed("fuzz");
                assert!(own.about.fits());
                for part in [&own.train, &own.test] {
                    assert_eq!(part.pixels.len(), part.labels.len() * own.about.inputs());
                    let within = |&label: &u8| u32::from(label) < own.about.classes;
                    assert!(part.labels.iter().all(within));
                }
                let text = DataSet::Own(own.about.clone()).to_string();
                let read = Link::read(&format!("data={text}")).spec;
                assert_eq!(read.data().own(), Some(&own.about));
                outcome((own.about.classes, own.about.size()))
            }
            Err(error) => {
                for texts in LANGUAGES {
                    assert!(!error.words(texts).is_empty());
                }
                outcome(std::mem::discriminant(&error))
            }
        }),
    }
}

/// A batch of CIFAR-10 or CIFAR-100.
pub fn cifar() -> Target {
    let records = |labels: &[u8]| [labels, &[200; 3072]].concat();
    Target {
        seeds: vec![
            records(&[9]).repeat(3),
            records(&[19, 99]).repeat(2),
            Vec::new(),
        ],
        words: vec![records(&[10]), vec![0; 3073], vec![255; 3074]],
        memory: (3, 1_000),
        execute: Box::new(|input| {
            let checks = [Cifar::Ten, Cifar::Hundred].map(|kind| {
                let checked = kind.check(input);
                if checked.is_ok() {
                    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
                    kind.unpack(input, &mut labels, &mut pixels);
                    assert_eq!(labels.len() * kind.record(), input.len());
                    assert_eq!(labels.len() * 3072, pixels.len());
                    assert!(
                        labels
                            .iter()
                            .all(|&label| u32::from(label) < kind.classes())
                    );
                }
                checked.map_err(|error| std::mem::discriminant(&error))
            });
            outcome((checks, input.len() / 3073))
        }),
    }
}

/// A file that may be compressed.
pub fn gzip() -> Target {
    // One stored block of "falab", and nothing at all.
    let stored = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x05\0\xfa\xfffalab\x19\xec\x4c\x39\x05\0\0\0";
    let nothing = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0";
    Target {
        seeds: vec![
            stored.to_vec(),
            nothing.to_vec(),
            nothing.repeat(2),
            b"plain".to_vec(),
        ],
        words: vec![vec![0x1f, 0x8b, 8], nothing.to_vec(), vec![255; 40]],
        // A stream may grow a thousandfold; buffers of the decompressor.
        memory: (4_000, 300_000),
        execute: Box::new(|input| match decompressed("file", input.to_vec()) {
            Ok(plain) => {
                assert!(plain == input || input.starts_with(&[0x1f, 0x8b]));
                outcome(plain.len().min(200))
            }
            Err(error) => {
                assert!(error.words(LANGUAGES[0]).starts_with("file"));
                let text = format!("{error:?}");
                outcome(text.split("why").nth(1).map(str::to_owned))
            }
        }),
    }
}

/// What a link says of data, and the bytes of a whitening; the first two tell of how many inputs.
pub fn data() -> Target {
    let link = b"own:cifar10:32x32x3:10:50000:10000:0123456789abcdef".to_vec();
    Target {
        seeds: vec![
            link,
            b"mnist".to_vec(),
            b"own:a:1x1x1:2:64:1:ffffffffffffffff&zca=1e-6".to_vec(),
            [vec![2, 0], vec![0; 4 * 2 * 3]].concat(),
        ],
        words: words(
            "own: : x 256 4096 1000000 18446744073709551616 -1 &n=64 &zca=0.1 &hidden=conv5x8-9",
        ),
        memory: (60, 60_000),
        execute: Box::new(|input| {
            let link = Link::read(&format!("data={}", String::from_utf8_lossy(input)));
            if let Some(own) = link.spec.data().own() {
                assert!(own.fits());
            }
            assert_eq!(Spec::parse(&link.spec.link()).as_ref(), Ok(&link.spec));
            let (two, bytes) = input.split_at(input.len().min(2));
            let inputs = two
                .iter()
                .rev()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            let read = Whitening::from_bytes(bytes, inputs);
            if let Ok(white) = &read {
                assert_eq!(white.to_bytes(), bytes);
            }
            let keys: Vec<_> = link
                .errors
                .iter()
                .map(|error| error.key().map(str::to_owned))
                .collect();
            outcome((keys, link.spec.data().own().is_some(), read.is_ok()))
        }),
    }
}
