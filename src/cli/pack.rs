//! Makes the chunks that are shipped, from the four original files.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use flate2::read::GzDecoder;
use md5::{Digest as _, Md5};

use super::speech::{about, words};
use crate::data::{batches, idx, mnist};

#[derive(clap::Args)]
pub struct Arguments {
    from: PathBuf,
    #[arg(default_value = "assets/mnist")]
    to: PathBuf,
}

/// The published MD5 of each uncompressed file.
const ORIGINALS: [(&str, &str); 4] = [
    (
        "train-images-idx3-ubyte",
        "6bbc9ace898e44ae57da46a324031adb",
    ),
    (
        "train-labels-idx1-ubyte",
        "a25bea736e30d166cdddb491f175f624",
    ),
    ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
    ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
];

/// Writes all chunks and `chunks.txt`.
pub fn pack(arguments: &Arguments) -> Result<()> {
    let [train_images, train_labels, test_images, test_labels] =
        ORIGINALS.map(|(name, md5)| original(&arguments.from, name, md5));
    let train = dataset(&train_images?, &train_labels?)?;
    let test = dataset(&test_images?, &test_labels?)?;
    fs::create_dir_all(&arguments.to)
        .with_context(|| about(words().making, arguments.to.display()))?;

    let mut table = String::new();
    let numbers: Vec<usize> = (0..train.len()).collect();
    for (i, numbers) in numbers.chunks(batches::CHUNK as usize).enumerate() {
        table += &write(&arguments.to, &format!("train-{i}.bin"), &train, numbers)?;
    }
    let stride = (mnist::TEST / mnist::TEST_PROBE) as usize;
    let (probe, rest): (Vec<usize>, Vec<usize>) =
        (0..test.len()).partition(|number| number % stride == 0);
    table += &write(&arguments.to, "test-0.bin", &test, &probe)?;
    table += &write(&arguments.to, "test-1.bin", &test, &rest)?;
    save(&arguments.to.join("chunks.txt"), table.as_bytes())
}

/// Label and pixels of each image.
type Dataset = Vec<(u8, Vec<u8>)>;

fn dataset(images: &[u8], labels: &[u8]) -> Result<Dataset> {
    let ([count, rows, columns], pixels) = idx::parse::<3>(images)?;
    let ([label_count], labels) = idx::parse::<1>(labels)?;
    ensure!(
        count == label_count,
        "{count} images but {label_count} labels"
    );
    ensure!(
        [rows, columns] == [28, 28],
        "images are {rows}x{columns}, expected 28x28"
    );
    let images = pixels
        .as_chunks::<{ mnist::INPUTS }>()
        .0
        .iter()
        .map(|image| image.to_vec());
    Ok(labels.iter().copied().zip(images).collect())
}

/// An original file, decompressed if need be, its MD5 checked.
fn original(folder: &Path, name: &str, md5: &str) -> Result<Vec<u8>> {
    let plain = folder.join(name);
    let bytes = if plain.exists() {
        fs::read(&plain).with_context(|| about(words().reading, plain.display()))?
    } else {
        let path = folder.join(format!("{name}.gz"));
        let file = fs::File::open(&path).with_context(|| about(words().opening, path.display()))?;
        let mut bytes = Vec::new();
        GzDecoder::new(file)
            .read_to_end(&mut bytes)
            .with_context(|| format!("decompressing {}", path.display()))?;
        bytes
    };
    let found: String = Md5::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    ensure!(found == md5, "{name} has MD5 {found}, published is {md5}");
    Ok(bytes)
}

/// Writes one chunk; returns its line of the table.
fn write(folder: &Path, file: &str, images: &Dataset, numbers: &[usize]) -> Result<String> {
    let mut bytes: Vec<u8> = numbers.iter().map(|&number| images[number].0).collect();
    for &number in numbers {
        bytes.extend_from_slice(&images[number].1);
    }
    // It searches long for few bytes, which every reader of the page saves. No name and no time in the header: the same
    // input gives the same file.
    let mut packed = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Gzip,
        bytes.as_slice(),
        &mut packed,
    )?;
    save(&folder.join(file), &packed)?;
    let sha256 = mnist::sha256_hex(&bytes);
    let (images, bytes) = (numbers.len(), bytes.len());
    Ok(format!(
        "{file} {images} {bytes} {} {sha256}\n",
        packed.len()
    ))
}

fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| about(words().writing, path.display()))
}
