//! Folders that files will be written into.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::speech::{about, words};

/// Makes a folder and tries to write into it: what it is for comes only after all lanes are trained, and would be lost.
///
/// # Errors
/// It cannot be made, or takes no file; the error names it.
pub fn ready(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| about(words().making, folder.display()))?;
    let attempt = folder.join(format!(".falab-{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        fs::write(&attempt, "")?;
        fs::remove_file(&attempt)
    };
    write().with_context(|| about(words().writing, folder.display()))
}
