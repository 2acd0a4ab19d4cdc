//! What the page's code weighs over the wire, held to what was announced in `benches/size.txt`.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use crate::process::{command, root};

/// A line a file: its name in `dist/`, its bytes once gzip'ed.
const ANNOUNCED: &str = "benches/size.txt";
/// Code that a visitor loads before the first curve.
const FILES: [&str; 4] = ["page.bin", "page.js", "www/boot.js", "www/worker.js"];

/// Fails when the code has grown by more than a tenth since its size was announced.
///
/// # Errors
/// It has, or a file or gzip is missing.
pub fn check(dist: &Path) -> Result<()> {
    let announced = fs::read_to_string(root().join(ANNOUNCED))
        .with_context(|| format!("reading {ANNOUNCED}"))?;
    let now = sizes(dist)?;
    let (before, after) = (total(&read(&announced)?), total(&now));
    println!(
        "» The page's code: {:.1} kB gzip'ed, announced {:.1} kB",
        after as f64 / 1e3,
        before as f64 / 1e3
    );
    if grown(before, after) {
        bail!(
            "the page's code has grown from {before} to {after} bytes gzip'ed, by more than a tenth; where that is \
             right, announce it: cargo xtask size --announce"
        );
    }
    Ok(())
}

/// Writes the present sizes to `benches/size.txt`.
///
/// # Errors
/// A file or gzip is missing.
pub fn announce(dist: &Path) -> Result<()> {
    let lines = sizes(dist)?.into_iter();
    let text: String = lines
        .map(|(name, size)| format!("{name} {size}\n"))
        .collect();
    fs::write(root().join(ANNOUNCED), &text).with_context(|| format!("writing {ANNOUNCED}"))?;
    print!("{text}");
    Ok(())
}

/// By more than a tenth.
fn grown(before: u64, after: u64) -> bool {
    10 * after > 11 * before
}

fn total(sizes: &[(String, u64)]) -> u64 {
    sizes.iter().map(|(_, size)| size).sum()
}

fn read(text: &str) -> Result<Vec<(String, u64)>> {
    let line = |line: &str| {
        let (name, size) = line.split_once(' ')?;
        Some((name.to_owned(), size.trim().parse().ok()?))
    };
    let lines = text.lines();
    lines
        .map(|text| {
            line(text)
                .with_context(|| format!("{ANNOUNCED}: {text:?} is no line; allowed: NAME BYTES"))
        })
        .collect()
}

fn sizes(dist: &Path) -> Result<Vec<(String, u64)>> {
    let size = |name: &&str| {
        let file = dist.join(name);
        // What is packed already goes over the wire as it is.
        let bytes = match file.extension() {
            Some(extension) if extension == "bin" => fs::metadata(&file).map(|file| file.len()),
            _ => Ok(packed(&file)?.len() as u64),
        };
        let bytes = bytes.with_context(|| format!("reading {}", file.display()))?;
        Ok(((*name).to_owned(), bytes))
    };
    FILES.iter().map(size).collect()
}

/// A file as gzip -9 packs it.
///
/// # Errors
/// The file or gzip is missing.
pub fn packed(file: &Path) -> Result<Vec<u8>> {
    let input = fs::File::open(file).with_context(|| format!("reading {}", file.display()))?;
    let mut gzip = command("gzip")
        // No name and no time: the same file gives the same bytes.
        .args(["-9", "-n", "-c"])
        .stdin(input)
        .stdout(Stdio::piped())
        .spawn()
        .context("starting gzip")?;
    let mut bytes = Vec::new();
    let output = gzip.stdout.as_mut().context("its output")?;
    output.read_to_end(&mut bytes)?;
    if !gzip.wait()?.success() {
        bail!("gzip -9 failed on {}", file.display());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_more_is_allowed_and_no_more() {
        assert!(!grown(200_000, 190_000));
        assert!(!grown(200_000, 220_000));
        assert!(grown(200_000, 220_001));
    }

    #[test]
    fn lines_are_names_and_bytes() {
        let sizes = read("page.bin 200\npage.js 20\n").unwrap();
        assert_eq!(total(&sizes), 220);
        let error = read("page.bin many\n").unwrap_err().to_string();
        assert!(error.contains("\"page.bin many\""), "{error}");
    }
}
