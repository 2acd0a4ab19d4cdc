//! Chunks of MNIST: fetched, decompressed by the browser, checked, kept for the next run.

use std::collections::BTreeMap;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    ReadableStreamDefaultReader, ReadableWritablePair, Response, SubtleCrypto, TransformStream,
    WritableStreamDefaultWriter,
};

use super::dom::{Result, window};
use super::events::{Event, push};
use super::texts::Fault;
use crate::data::batches;
use crate::data::mnist::{self, Checksum, Chunk};

/// Bytes of a checksum that are worked out at once, about 2 ms.
const SLICE: u32 = 1 << 18;

#[wasm_bindgen]
extern "C" {
    /// The browser's own; web-sys still counts it as unstable.
    pub type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(format: &str) -> Result<DecompressionStream>;
}

/// What a chunk's file gave.
type Fetched<T> = std::result::Result<T, Fault>;

/// Where a chunk is.
enum State {
    /// Bytes of the file that arrived so far.
    Loading(u64),
    /// Decompressed and checked.
    Held(Uint8Array),
    Failed(Fault),
}

/// All chunks that were asked for.
#[derive(Default)]
pub struct Chunks {
    states: BTreeMap<&'static str, State>,
}

/// The training chunks that an experiment with `images` training images needs.
pub fn train_needed(images: u32) -> Vec<Chunk> {
    let count = (batches::pool(images) / batches::CHUNK) as usize;
    mnist::train_chunks().take(count).collect()
}

impl Chunks {
    /// Fetches what is needed and neither there nor on its way.
    pub fn fetch(&mut self, chunks: impl IntoIterator<Item = Chunk>) {
        for chunk in chunks {
            if !self.states.contains_key(chunk.file) {
                self.states.insert(chunk.file, State::Loading(0));
                spawn_local(load(chunk));
            }
        }
    }

    /// Fetches again what failed.
    pub fn retry(&mut self) {
        let failed = |state: &State| matches!(state, State::Failed(_));
        let files: Vec<&str> = self
            .states
            .iter()
            .filter(|(_, s)| failed(s))
            .map(|(file, _)| *file)
            .collect();
        self.states.retain(|_, state| !failed(state));
        let all = mnist::train_chunks().chain(mnist::test_chunks());
        self.fetch(
            all.filter(|chunk| files.contains(&chunk.file))
                .collect::<Vec<Chunk>>(),
        );
    }

    pub fn progress(&mut self, file: &'static str, bytes: u64) {
        self.states.insert(file, State::Loading(bytes));
    }

    pub fn hold(&mut self, file: &'static str, bytes: Uint8Array) {
        self.states.insert(file, State::Held(bytes));
    }

    pub fn fail(&mut self, file: &'static str, fault: Fault) {
        self.states.insert(file, State::Failed(fault));
    }

    /// A copy of a chunk's bytes, to be given away.
    pub fn copy(&self, chunk: &Chunk) -> Option<Uint8Array> {
        match self.states.get(chunk.file) {
            Some(State::Held(bytes)) => Some(bytes.slice(0, bytes.length())),
            _ => None,
        }
    }

    /// Class and pixels of a test image, row by row, 0 to 255; `None` until its chunk is there.
    pub fn test_image(&self, image: u32) -> Option<(u8, Vec<u8>)> {
        let mut first = 0;
        for chunk in mnist::test_chunks() {
            if image < first + chunk.images {
                let State::Held(bytes) = self.states.get(chunk.file)? else {
                    return None;
                };
                let pixel = chunk.images + (image - first) * mnist::INPUTS as u32;
                let pixels = bytes.subarray(pixel, pixel + mnist::INPUTS as u32);
                return Some((bytes.get_index(image - first), pixels.to_vec()));
            }
            first += chunk.images;
        }
        None
    }

    /// Whether all of these are there.
    pub fn hold_all(&self, chunks: &[Chunk]) -> bool {
        let held = |chunk: &Chunk| matches!(self.states.get(chunk.file), Some(State::Held(_)));
        chunks.iter().all(held)
    }

    /// A file that failed, and why.
    pub fn failure(&self) -> Option<(&'static str, &Fault)> {
        self.states.iter().find_map(|(file, state)| match state {
            State::Failed(fault) => Some((*file, fault)),
            _ => None,
        })
    }

    /// The file that is being waited for, bytes of all of these that arrived, bytes in all.
    pub fn loading(&self, chunks: &[Chunk]) -> (&'static str, u64, u64) {
        let mut file = "";
        let (mut done, mut all) = (0, 0);
        for chunk in chunks {
            all += u64::from(chunk.packed);
            match self.states.get(chunk.file) {
                Some(State::Held(_)) => done += u64::from(chunk.packed),
                Some(State::Loading(bytes)) => {
                    file = chunk.file;
                    done += bytes;
                }
                _ => file = chunk.file,
            }
        }
        (file, done.min(all), all)
    }
}

async fn load(chunk: Chunk) {
    let loaded = match fetch(&chunk).await {
        Ok(bytes) => check(&chunk, &bytes).await.map(|()| bytes),
        Err(error) => Err(error),
    };
    push(match loaded {
        Ok(bytes) => Event::Chunk(chunk.file, bytes),
        Err(fault) => Event::LoadFailed(chunk.file, fault),
    });
}

/// Whether these are a chunk's bytes. The checksum of 8 MB takes longer than a few frames: the browser works it out
/// beside the page where it may (in a secure context), else the page does in short slices.
async fn check(chunk: &Chunk, bytes: &Uint8Array) -> Fetched<()> {
    let said = |error: mnist::ChunkError| Fault::Other(error.to_string());
    chunk.check_length(bytes.length() as usize).map_err(said)?;
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into())?;
    let subtle = if crypto.is_truthy() {
        Reflect::get(&crypto, &"subtle".into())?
    } else {
        JsValue::UNDEFINED
    };
    let sum = if subtle.is_truthy() {
        let subtle: SubtleCrypto = subtle.unchecked_into();
        let digest = subtle.digest_with_str_and_js_u8_array("SHA-256", bytes)?;
        mnist::hex(&Uint8Array::new(&JsFuture::from(digest).await?).to_vec())
    } else {
        let mut sum = Checksum::default();
        for start in (0..bytes.length()).step_by(SLICE as usize) {
            let end = bytes.length().min(start + SLICE);
            sum.add(&bytes.subarray(start, end).to_vec());
            next_task().await?;
        }
        sum.hex()
    };
    chunk.check_sum(sum).map_err(said)
}

/// Comes back in a task of its own, so that a frame can be drawn in between.
pub async fn next_task() -> Result<()> {
    let window = window()?;
    let wait = js_sys::Promise::new(&mut |done, _| {
        window.set_timeout_with_callback(&done).ok();
    });
    JsFuture::from(wait).await.map(|_| ())
}

/// The decompressed bytes of a chunk's file. It is decompressed while it arrives, part by part.
async fn fetch(chunk: &Chunk) -> Fetched<Uint8Array> {
    let address = format!("./assets/mnist/{}", chunk.file);
    let response = JsFuture::from(window()?.fetch_with_str(&address)).await?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(Fault::Server(response.status()));
    }
    let body = response.body().ok_or(Fault::EmptyAnswer)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let first = next_part(&reader).await?;
    let begins = first.as_ref().map(|part| part.subarray(0, 2).to_vec());
    // A server may have decompressed it already: then the parts pass as they are.
    let through: JsValue = if begins.as_deref() == Some(&[0x1f, 0x8b]) {
        DecompressionStream::new("gzip")?.into()
    } else {
        TransformStream::new()?.into()
    };
    let through: ReadableWritablePair = through.unchecked_into();
    spawn_local(pass_on(
        chunk.file,
        first,
        reader,
        through.get_writable().get_writer()?,
    ));
    let response = Response::new_with_opt_readable_stream(Some(&through.get_readable()))?;
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer))
}

/// The next part of an answer; `None` at its end.
async fn next_part(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>> {
    let part = JsFuture::from(reader.read()).await?;
    if Reflect::get(&part, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Ok(Some(Reflect::get(&part, &"value".into())?.unchecked_into()))
}

/// Hands the parts of an answer on as they arrive, and tells how far they are. What goes wrong is seen by whoever reads
/// the other end.
async fn pass_on(
    file: &'static str,
    first: Option<Uint8Array>,
    reader: ReadableStreamDefaultReader,
    writer: WritableStreamDefaultWriter,
) {
    let mut arrived = 0;
    let mut part = Ok(first);
    loop {
        match part {
            Ok(Some(bytes)) => {
                arrived += u64::from(bytes.length());
                push(Event::Loaded(file, arrived));
                if JsFuture::from(writer.write_with_chunk(&bytes))
                    .await
                    .is_err()
                {
                    return;
                }
            }
            Ok(None) => {
                JsFuture::from(writer.close()).await.ok();
                return;
            }
            Err(error) => {
                JsFuture::from(writer.abort_with_reason(&error)).await.ok();
                return;
            }
        }
        part = next_part(&reader).await;
    }
}
