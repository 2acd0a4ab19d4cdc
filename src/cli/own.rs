//! Images of the reader's own: a folder of files.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use flate2::read::MultiGzDecoder;

use super::speech::{about, say, texts, words};
use super::{BadLink, dataset};
use crate::data::Images;
use crate::data::own::{self, DataError, File, Own, Part};
use crate::spec::{DataSet, OwnData, Spec, as_name};

/// Bytes of a file that are read, once decompressed.
const LONGEST: usize = 1 << 30;

#[derive(clap::Args)]
pub struct Arguments {
    folder: PathBuf,
    #[arg(long)]
    name: Option<String>,
}

/// Says what the files of a folder hold, and how a link names it.
///
/// # Errors
/// The files cannot be used.
pub fn data(arguments: &Arguments) -> Result<()> {
    let own = read(&arguments.folder, arguments.name.as_deref())?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", own.about.words(texts()))?;
    let images = own.about.train;
    writeln!(out, "data={}&n={images}", DataSet::Own(own.about))?;
    Ok(())
}

/// The data set in the files of a folder; its name is that of the folder where none is given.
///
/// # Errors
/// The folder cannot be read, or its files hold no data set.
pub fn read(folder: &Path, name: Option<&str>) -> Result<Own> {
    let reading = || about(words().reading, folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        if path.is_file() && !own::is_companion(&name) {
            files.push((name, path));
        }
    }
    files.sort();
    let files: Result<Vec<File>> = files
        .into_iter()
        .map(|(name, path)| {
            let bytes = fs::read(&path).with_context(|| about(words().reading, path.display()))?;
            Ok(File {
                bytes: decompressed(&name, bytes).map_err(said)?,
                name,
            })
        })
        .collect();
    let gathered = own::gather(files?).map_err(said)?;
    let name = match name {
        Some(name) => as_name(name),
        None => {
            let path = folder.canonicalize().with_context(reading)?;
            as_name(&path.file_name().unwrap_or_default().to_string_lossy())
        }
    };
    Ok(gathered.summed(&name))
}

fn said(error: DataError) -> anyhow::Error {
    anyhow!(error.words(texts()))
}

/// The bytes of a file, without gzip.
///
/// # Errors
/// A damaged stream, or more than a gigabyte.
pub fn decompressed(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    let too_large = |bytes: &Vec<u8>| match bytes.len() > LONGEST {
        true => Err(DataError::TooLarge {
            file: name.to_owned(),
            limit: LONGEST,
        }),
        false => Ok(()),
    };
    if !own::is_gzip(&bytes) {
        too_large(&bytes)?;
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    let within = LONGEST as u64 + 1;
    let read = MultiGzDecoder::new(bytes.as_slice())
        .take(within)
        .read_to_end(&mut plain);
    read.map_err(|why| DataError::Gzip {
        file: name.to_owned(),
        bytes: bytes.len(),
        why: why.to_string(),
    })?;
    too_large(&plain)?;
    Ok(plain)
}

/// Training images that the experiment draws from, and all test images.
pub type Sets = (Arc<Images>, Arc<Images>);

/// What experiments are trained on: MNIST, or what a folder holds, which is read when it is first asked for.
#[derive(Default)]
pub struct Source {
    folder: Option<PathBuf>,
    read: Option<(OwnData, Sets)>,
    /// The last white images, and what names their whitening.
    white: Option<(String, Sets)>,
}

impl Source {
    pub fn new(folder: Option<&Path>) -> Source {
        Source {
            folder: folder.map(Path::to_owned),
            read: None,
            white: None,
        }
    }

    /// The images of an experiment, white where it asks for that.
    ///
    /// # Errors
    /// It needs images that are not there, or they cannot be read.
    pub fn of(&mut self, spec: &Spec, threads: usize) -> Result<Sets> {
        let Some(named) = spec.whitening() else {
            return self.plain(spec);
        };
        if let Some((_, sets)) = self.white.as_ref().filter(|(known, _)| *known == named) {
            return Ok(sets.clone());
        }
        let (train, test) = self.plain(spec)?;
        let whitening = super::white::whitening(spec, &train, threads).map(Arc::new);
        let white = |images: Arc<Images>| {
            let mut images = Arc::unwrap_or_clone(images);
            images.set_whitening(whitening.clone());
            Arc::new(images)
        };
        let sets = (white(train), white(test));
        self.white = Some((named, sets.clone()));
        Ok(sets)
    }

    /// The images of an experiment as they are.
    fn plain(&mut self, spec: &Spec) -> Result<Sets> {
        let DataSet::Own(wanted) = spec.data() else {
            let (train, test) = dataset::load(spec.images())?;
            return Ok((Arc::new(train), Arc::new(test)));
        };
        let Some(folder) = &self.folder else {
            let about = wanted.words(texts());
            let missing = say(texts().own.needs_where, &[("about", &about)]);
            return Err(anyhow!(BadLink(missing)));
        };
        let (found, sets) = match &mut self.read {
            Some(read) => read,
            read => {
                let own = read_sets(folder)?;
                read.insert(own)
            }
        };
        if !found.is_same(wanted) {
            let values = [
                ("found", &*found.words(texts())),
                ("about", &wanted.words(texts())),
            ];
            let other = say(texts().own.other, &values);
            return Err(anyhow!(BadLink(other)));
        }
        Ok(sets.clone())
    }
}

fn read_sets(folder: &Path) -> Result<(OwnData, Sets)> {
    let own = read(folder, None)?;
    let inputs = own.about.inputs();
    let images = |part: &Part| Images::new(&part.pixels, &part.labels, inputs).map(Arc::new);
    let sets = (images(&own.train)?, images(&own.test)?);
    Ok((own.about, sets))
}
