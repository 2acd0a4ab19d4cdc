//! The file of runs: one JSON object a line, added to as runs finish.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::cli::speech::{about, say, words};
use crate::paper::Run;

/// The runs of a file, held open and locked, so that two programs do not run the same cells into it.
pub struct Runs {
    path: PathBuf,
    file: File,
    all: Vec<Run>,
}

impl Runs {
    /// Reads a file of runs, or makes an empty one. A last line that was not written to its end, as a killed program
    /// leaves it, is cut off.
    ///
    /// # Errors
    /// The file cannot be read, another program holds it, or a line before the last is no run.
    pub fn open(path: &Path) -> Result<Runs> {
        let name = path.display();
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            fs::create_dir_all(folder).with_context(|| about(words().making, folder.display()))?;
        }
        let mut options = OpenOptions::new();
        let opened = options.read(true).append(true).create(true).open(path);
        let mut file = opened.with_context(|| about(words().opening, &name))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(about(words().in_use, &name)),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| about(words().locking, &name));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .with_context(|| about(words().reading, &name))?;
        let whole = bytes
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        if whole < bytes.len() {
            file.set_len(whole as u64)
                .with_context(|| about(words().cutting, &name))?;
            let values = [
                ("name", &*name.to_string()),
                ("bytes", &(bytes.len() - whole).to_string()),
            ];
            eprintln!("{}", say(words().cut_off, &values));
        }
        let text =
            std::str::from_utf8(&bytes[..whole]).with_context(|| about(words().reading, &name))?;
        let all = text.lines().enumerate().map(|(i, line)| {
            serde_json::from_str(line).with_context(|| {
                let values = [("line", &*(i + 1).to_string()), ("name", &name.to_string())];
                say(words().no_run, &values)
            })
        });
        Ok(Runs {
            path: path.to_owned(),
            all: all.collect::<Result<_>>()?,
            file,
        })
    }

    /// All runs, in the order of the file.
    pub fn all(&self) -> &[Run] {
        &self.all
    }

    /// Adds a run; it is on the disk when this returns.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, run: Run) -> Result<()> {
        let line = serde_json::to_string(&run)? + "\n";
        let written = self.file.write_all(line.as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .with_context(|| about(words().writing, self.path.display()))?;
        self.all.push(run);
        Ok(())
    }
}
