//! Images of the reader's own in the page: files that were given, read and checked, and what the browser keeps of them.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FileList, ReadableWritablePair, Response};

use super::data::{DecompressionStream, next_task};
use super::dom::Result;
use super::events::{Event, push};
use super::texts::Fault;
use crate::data::mnist::Checksum;
use crate::data::own::{self, DataError, File, Own, Part};
use crate::spec::{CHUNK, DataSet, Link, OwnData, TEST_PROBE, as_name};

#[wasm_bindgen(raw_module = "./www/own.js")]
extern "C" {
    fn put_set(record: &JsValue) -> Promise;
    fn get_set(id: &str) -> Promise;
    fn prune_sets(most: u32) -> Promise;
}

/// Data sets that the browser keeps.
const MOST_KEPT: u32 = 3;
/// Bytes of one file, compressed or not.
const LONGEST: usize = 1 << 30;

/// A data set in the chunks in which lanes get it: labels, then pixels.
#[derive(Clone, Debug)]
pub struct OwnSet {
    pub about: OwnData,
    train: Vec<Uint8Array>,
    /// The test probe, then the others, if there are any.
    test: Vec<Uint8Array>,
}

/// What reading files says.
#[derive(Debug)]
pub enum Read {
    /// This file is being read; or, without one, the whole is being summed up.
    At(Option<String>),
    Done(Box<OwnSet>),
    Wrong(DataError),
    Failed(Fault),
}

/// What the page holds of the data set that an experiment needs.
#[derive(Debug)]
pub enum Kept {
    Found(Box<OwnSet>),
    Missing,
}

impl OwnSet {
    fn new(own: &Own) -> OwnSet {
        let inputs = own.about.inputs();
        let probe = TEST_PROBE as usize;
        let test = own.test.labels.len();
        let rest = (test > probe).then(|| chunk(&own.test, probe..test, inputs));
        let train = own.train.labels.len();
        let starts = (0..train).step_by(CHUNK as usize);
        OwnSet {
            train: starts
                .map(|start| {
                    let end = train.min(start + CHUNK as usize);
                    chunk(&own.train, start..end, inputs)
                })
                .collect(),
            test: std::iter::once(chunk(&own.test, 0..test.min(probe), inputs))
                .chain(rest)
                .collect(),
            about: own.about.clone(),
        }
    }

    /// Test chunks.
    pub fn test_chunks(&self) -> usize {
        self.test.len()
    }

    /// A copy of a chunk, to be given away.
    pub fn copy(&self, is_train: bool, at: usize) -> Option<Uint8Array> {
        let chunks = if is_train { &self.train } else { &self.test };
        let bytes = chunks.get(at)?;
        Some(bytes.slice(0, bytes.length()))
    }

    /// Class and pixels of a test image.
    pub fn test_image(&self, image: u32, inputs: u32) -> Option<(u8, Vec<u8>)> {
        let mut first = 0;
        for chunk in &self.test {
            let count = chunk.length() / (1 + inputs);
            if image < first + count {
                let pixel = count + (image - first) * inputs;
                let pixels = chunk.subarray(pixel, pixel + inputs).to_vec();
                return Some((chunk.get_index(image - first), pixels));
            }
            first += count;
        }
        None
    }

    /// Puts it into the browser's storage.
    pub fn keep(&self) -> Result<()> {
        let record = Object::new();
        let set = |key: &str, value: &JsValue| Reflect::set(&record, &key.into(), value);
        set("id", &id(&self.about).into())?;
        set(
            "about",
            &DataSet::Own(self.about.clone()).to_string().into(),
        )?;
        set("saved", &js_sys::Date::now().into())?;
        set("train", &self.train.iter().collect::<Array>())?;
        set("test", &self.test.iter().collect::<Array>())?;
        let kept = put_set(&record);
        spawn_local(async move {
            let done = JsFuture::from(kept).await.map_err(Fault::from);
            JsFuture::from(prune_sets(MOST_KEPT)).await.ok();
            push(Event::OwnKept(done.err()));
        });
        Ok(())
    }

    /// A record of the storage, which anybody may have written.
    fn of_record(record: &JsValue, wanted: &OwnData) -> Option<OwnSet> {
        let field = |key: &str| Reflect::get(record, &key.into()).ok();
        let about = Link::read(&format!("data={}", field("about")?.as_string()?));
        let about = about.spec.data().own()?.clone();
        let chunks = |key: &str, counts: Vec<u32>| -> Option<Vec<Uint8Array>> {
            let chunks: Array = field(key)?.dyn_into().ok()?;
            let chunks: Vec<Uint8Array> = chunks
                .iter()
                .map(|chunk| chunk.dyn_into().ok())
                .collect::<Option<_>>()?;
            let fits = |(chunk, &count): (&Uint8Array, &u32)| {
                let labels = chunk.subarray(0, count).to_vec();
                let classes = about.classes;
                u64::from(chunk.length()) == u64::from(count) * (about.inputs() as u64 + 1)
                    && labels.iter().all(|&label| u32::from(label) < classes)
            };
            let all = chunks.len() == counts.len() && chunks.iter().zip(&counts).all(fits);
            all.then_some(chunks)
        };
        let starts = (0..about.train).step_by(CHUNK as usize);
        let train = starts
            .map(|start| (about.train - start).min(CHUNK))
            .collect();
        let probe = about.test.min(TEST_PROBE);
        let test = [probe, about.test - probe];
        let test = test.into_iter().filter(|&count| count > 0).collect();
        let (train, test) = (chunks("train", train)?, chunks("test", test)?);
        about
            .is_same(wanted)
            .then_some(OwnSet { about, train, test })
    }
}

fn id(about: &OwnData) -> String {
    format!("{:016x}", about.checksum)
}

fn chunk(part: &Part, images: std::ops::Range<usize>, inputs: usize) -> Uint8Array {
    let labels = &part.labels[images.clone()];
    let pixels = &part.pixels[images.start * inputs..images.end * inputs];
    let bytes = Uint8Array::new_with_length((labels.len() + pixels.len()) as u32);
    let split = labels.len() as u32;
    bytes.subarray(0, split).copy_from(labels);
    bytes.subarray(split, bytes.length()).copy_from(pixels);
    bytes
}

/// Looks for a data set in the browser's storage.
pub fn find(wanted: &OwnData) {
    let wanted = wanted.clone();
    spawn_local(async move {
        let record = JsFuture::from(get_set(&id(&wanted))).await.ok();
        let found = record.and_then(|record| OwnSet::of_record(&record, &wanted));
        let kept = found.map_or(Kept::Missing, |set| Kept::Found(Box::new(set)));
        push(Event::OwnFound(wanted, kept));
    });
}

/// Reads files that were given; what comes of it is an event.
pub fn read(files: &FileList, name: Option<&str>) {
    let files: Vec<web_sys::File> = (0..files.length()).filter_map(|i| files.get(i)).collect();
    let name = name.map(as_name);
    spawn_local(async move {
        let read = match gather(files, name).await {
            Ok(Ok(set)) => Read::Done(Box::new(set)),
            Ok(Err(error)) => Read::Wrong(error),
            Err(error) => Read::Failed(error.into()),
        };
        push(Event::OwnRead(read));
    });
}

type Checked<T> = std::result::Result<T, DataError>;

async fn gather(files: Vec<web_sys::File>, name: Option<String>) -> Result<Checked<OwnSet>> {
    let mut read = Vec::new();
    for file in files {
        let name = file.name();
        if own::is_companion(&name) {
            continue;
        }
        push(Event::OwnRead(Read::At(Some(name))));
        next_task().await?;
        match bytes(&file).await? {
            Ok(file) => read.push(file),
            Err(error) => return Ok(Err(error)),
        }
    }
    push(Event::OwnRead(Read::At(None)));
    next_task().await?;
    let gathered = match own::gather(read) {
        Ok(gathered) => gathered,
        Err(error) => return Ok(Err(error)),
    };
    let mut sum = Checksum::default();
    // A few slices a task, so that frames are drawn in between.
    for (at, slice) in gathered.slices().enumerate() {
        sum.add(slice);
        if at % 8 == 7 {
            next_task().await?;
        }
    }
    let name = name.unwrap_or_else(|| gathered.format.to_owned());
    Ok(Ok(OwnSet::new(&gathered.finish(&name, sum))))
}

/// The bytes of a file, decompressed by the browser where it is compressed.
async fn bytes(file: &web_sys::File) -> Result<Checked<File>> {
    let name = file.name();
    let too_large = || DataError::TooLarge {
        file: file.name(),
        limit: LONGEST,
    };
    if file.size() > LONGEST as f64 {
        return Ok(Err(too_large()));
    }
    let packed = JsFuture::from(file.array_buffer()).await?;
    let packed = Uint8Array::new(&packed);
    let begin = packed.subarray(0, packed.length().min(2)).to_vec();
    if !own::is_gzip(&begin) {
        let bytes = packed.to_vec();
        return Ok(Ok(File { name, bytes }));
    }
    let through: JsValue = DecompressionStream::new("gzip")?.into();
    let through: ReadableWritablePair = through.unchecked_into();
    let plain = file.stream().pipe_through(&through);
    let response = Response::new_with_opt_readable_stream(Some(&plain))?;
    match JsFuture::from(response.array_buffer()?).await {
        Ok(buffer) => {
            let plain = Uint8Array::new(&buffer);
            if plain.length() as usize > LONGEST {
                return Ok(Err(too_large()));
            }
            let bytes = plain.to_vec();
            Ok(Ok(File { name, bytes }))
        }
        Err(error) => {
            let why = error.dyn_ref::<js_sys::Error>();
            let why = why.map_or(String::new(), |error| String::from(error.message()));
            Ok(Err(DataError::Gzip {
                file: name,
                bytes: packed.length() as usize,
                why,
            }))
        }
    }
}
