//! Where a lane stands, kept in a file, so that a run that was interrupted goes on there.
//!
//! A file a lane, named by lane and experiment. It is written beside and then renamed, so that it is whole whenever the
//! program ends, and it holds every measurement so far, so that an interrupted run prints what an uninterrupted one
//! does.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::speech::{about, words};
use crate::core::checkpoint::{Reader, Writer};
use crate::core::{Metrics, Rule};
use crate::data::mnist::sha256_hex;
use crate::lane::{Lane, Reason};
use crate::spec::{Schedule, Spec};

/// Where lanes are kept, and how often.
#[derive(Clone, Copy)]
pub struct Folder<'a> {
    pub path: &'a Path,
    /// Time between two writes at the least.
    pub every: Duration,
}

/// How a lane ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Of the phase that it ended in.
    pub rule: Rule,
    pub step: u64,
    pub reason: Reason,
    pub fingerprint: u64,
    pub parts: Vec<u64>,
}

/// What a file held.
#[derive(Default)]
pub struct Kept {
    pub metrics: Vec<Metrics>,
    /// Checkpoint of the lane; empty of one that diverged.
    lane: Vec<u8>,
    pub end: Option<End>,
}

/// The file of one lane.
pub struct Keeper {
    path: PathBuf,
    of: String,
    every: Duration,
    written: Instant,
}

#[expect(
    clippy::disallowed_methods,
    reason = "how often a file is written changes no bit of what is in it"
)]
fn now() -> Instant {
    Instant::now()
}

fn path(folder: &Path, spec: &Spec, lane: &str) -> PathBuf {
    let digest = sha256_hex(spec.first_seed().link().as_bytes());
    folder.join(format!("{lane}-{}.checkpoint", &digest[..16]))
}

/// Removes the files of these lanes.
///
/// # Errors
/// One cannot be removed.
pub fn remove(folder: &Path, spec: &Spec, lanes: &[Schedule]) -> Result<()> {
    for lane in lanes {
        let path = path(folder, spec, lane.name());
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| about(words().removing, path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

impl Keeper {
    /// The file of a lane in `folder`, and what it holds; nothing if there is none yet.
    ///
    /// # Errors
    /// The folder cannot be made, or the file cannot be read or is damaged or of another run.
    pub fn open(folder: Folder, spec: &Spec, lane: &str) -> Result<(Keeper, Kept)> {
        let Folder {
            path: folder,
            every,
        } = folder;
        fs::create_dir_all(folder).with_context(|| about(words().making, folder.display()))?;
        let path = path(folder, spec, lane);
        let of = format!("falab run {lane} {}", spec.link());
        let kept = match fs::read(&path) {
            Ok(bytes) => {
                read(&bytes, &of).with_context(|| about(words().remove_to_begin, path.display()))?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Kept::default(),
            Err(error) => {
                return Err(error).with_context(|| about(words().reading, path.display()));
            }
        };
        let keeper = Keeper {
            path,
            of,
            every,
            written: now(),
        };
        Ok((keeper, kept))
    }

    /// Writes where the lane stands, if it is time and the lane can be kept at this moment.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&mut self, lane: &Lane, metrics: &[Metrics]) -> Result<()> {
        if self.written.elapsed() < self.every {
            return Ok(());
        }
        match lane.checkpoint() {
            Some(bytes) => self.write(metrics, &bytes, None),
            None => Ok(()),
        }
    }

    /// Writes how the lane ended, and where it stands there.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_end(&mut self, lane: &Lane, metrics: &[Metrics], end: &End) -> Result<()> {
        let bytes = lane.checkpoint().unwrap_or_default();
        self.write(metrics, &bytes, Some(end))
    }

    fn write(&mut self, metrics: &[Metrics], lane: &[u8], end: Option<&End>) -> Result<()> {
        let bytes = written(&self.of, metrics, lane, end)?;
        write_whole(&self.path, &[&bytes])?;
        self.written = now();
        Ok(())
    }
}

/// Writes a file of these parts: beside its place, then renamed, so that it is whole whenever the program ends.
///
/// # Errors
/// It cannot be written; the error names it.
pub fn write_whole(path: &Path, parts: &[&[u8]]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&beside)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().with_context(|| about(words().writing, path.display()))
}

/// The bytes of a file of the run that `of` names.
///
/// # Errors
/// None: memory is all that it needs.
pub fn written(of: &str, metrics: &[Metrics], lane: &[u8], end: Option<&End>) -> Result<Vec<u8>> {
    let mut writer = Writer::new(of);
    writer.bytes(&postcard::to_allocvec(metrics)?);
    writer.bytes(lane);
    writer.bytes(&postcard::to_allocvec(&end)?);
    Ok(writer.finish())
}

/// What the bytes of a file hold.
///
/// # Errors
/// They are damaged, or of another run than `of`.
pub fn read(bytes: &[u8], of: &str) -> Result<Kept> {
    let mut reader = Reader::new(bytes, of)?;
    let metrics = postcard::from_bytes(reader.bytes("the measurements")?)?;
    let lane = reader.bytes("the lane")?.to_vec();
    let end = postcard::from_bytes(reader.bytes("its end")?)?;
    reader.finish()?;
    Ok(Kept { metrics, lane, end })
}

impl Kept {
    /// The checkpoint of the lane; empty of one that diverged.
    #[must_use]
    pub fn lane(&self) -> &[u8] {
        &self.lane
    }

    /// The lane where it stood.
    ///
    /// # Errors
    /// Its checkpoint is not of this run.
    pub fn restore(&self, lane: Lane) -> Result<Lane> {
        if self.lane.is_empty() {
            return Ok(lane);
        }
        Ok(lane.restored(&self.lane)?)
    }
}
