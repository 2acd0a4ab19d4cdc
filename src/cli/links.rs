//! Links as files and people give them.

use std::io::{self, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::BadLink;
use super::speech::{about, say, texts, words};
use crate::spec::{Link, LinkError};

/// Whether a line, without the space around it, holds no link.
fn is_comment(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    line.is_empty() || line.starts_with('#') && !first.contains('=')
}

/// The lines of a file that hold links, each with its number from 1; `-` is standard input.
///
/// # Errors
/// The file cannot be read.
pub fn lines(file: &Path) -> Result<Vec<(usize, String)>> {
    let name = name(file);
    let reader: Box<dyn io::BufRead> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file = std::fs::File::open(file).with_context(|| about(words().opening, &name))?;
        Box::new(BufReader::new(file))
    };
    read(reader, &name)
}

/// [`lines`] of what is open already.
///
/// # Errors
/// It cannot be read, or is no UTF-8.
pub fn read(reader: impl io::BufRead, name: &str) -> Result<Vec<(usize, String)>> {
    let mut found = Vec::new();
    for (i, line) in reader.lines().enumerate() {
        let line = line.with_context(|| {
            let values = [("line", &*(i + 1).to_string()), ("name", name)];
            say(words().reading_line, &values)
        })?;
        // A file that an editor saved with a byte order mark begins with it.
        let line = line.trim_start_matches('\u{feff}').trim();
        if !is_comment(line) {
            found.push((i + 1, line.to_owned()));
        }
    }
    Ok(found)
}

/// A file as messages name it.
pub fn name(file: &Path) -> String {
    if file == Path::new("-") {
        words().standard_input.to_owned()
    } else {
        file.display().to_string()
    }
}

/// What is wrong with a link, a line each.
pub fn bad(errors: &[LinkError]) -> BadLink {
    let lines: Vec<String> = errors.iter().map(|error| error.words(texts())).collect();
    BadLink(lines.join("\n"))
}

/// A link without any error. That it was made with another numerics version, where no receipt hangs on that, is no
/// error: it is said, and the experiment is the same.
pub fn parse(text: &str) -> Result<Link, BadLink> {
    let of_version = |error: &LinkError| matches!(error, LinkError::Numerics { .. });
    match Link::parse(text) {
        Err(errors) if errors.iter().all(of_version) => {
            eprintln!("falab: {}", bad(&errors));
            Ok(Link::read(text))
        }
        link => link.map_err(|errors| bad(&errors)),
    }
}
