//! Chunks of MNIST: fetched, decompressed by the browser, checked, kept for the next run.

use std::collections::BTreeMap;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStreamDefaultReader, Response};

use super::dom::{Result, window};
use super::events::{Event, push};
use crate::data::batches;
use crate::data::mnist::{self, Chunk};

#[wasm_bindgen]
extern "C" {
    /// The browser's own; web-sys still counts it as unstable.
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream>;
}

/// Where a chunk is.
enum State {
    /// Bytes of the file that arrived so far.
    Loading(u64),
    /// Decompressed and checked.
    Held(Uint8Array),
    Failed(String),
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

    pub fn fail(&mut self, file: &'static str, reason: String) {
        self.states.insert(file, State::Failed(reason));
    }

    /// A copy of a chunk's bytes, to be given away.
    pub fn copy(&self, chunk: &Chunk) -> Option<Uint8Array> {
        match self.states.get(chunk.file) {
            Some(State::Held(bytes)) => Some(bytes.slice(0, bytes.length())),
            _ => None,
        }
    }

    /// Whether all of these are there.
    pub fn hold_all(&self, chunks: &[Chunk]) -> bool {
        let held = |chunk: &Chunk| matches!(self.states.get(chunk.file), Some(State::Held(_)));
        chunks.iter().all(held)
    }

    /// A file that failed, and why.
    pub fn failure(&self) -> Option<(&'static str, &str)> {
        self.states.iter().find_map(|(file, state)| match state {
            State::Failed(reason) => Some((*file, reason.as_str())),
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
    match fetch(&chunk).await {
        Ok(bytes) => match chunk.check(&bytes.to_vec()) {
            Ok(()) => push(Event::Chunk(chunk.file, bytes)),
            Err(error) => push(Event::LoadFailed(chunk.file, error.to_string())),
        },
        Err(error) => {
            let message = error
                .dyn_ref::<js_sys::Error>()
                .map(|error| String::from(error.message()));
            let message = message.or_else(|| error.as_string());
            let message = message.unwrap_or_else(|| "the request failed".to_owned());
            push(Event::LoadFailed(chunk.file, message));
        }
    }
}

/// The decompressed bytes of a chunk's file.
async fn fetch(chunk: &Chunk) -> Result<Uint8Array> {
    let address = format!("./assets/mnist/{}", chunk.file);
    let response = JsFuture::from(window()?.fetch_with_str(&address)).await?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        let status = format!("the server answered {}", response.status());
        return Err(JsValue::from_str(&status));
    }
    let mut packed = read(chunk.file, &response).await?;
    // A server may have decompressed it already.
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(Uint8Array::from(packed.as_slice()));
    }
    let stream = Response::new_with_opt_u8_array(Some(&mut packed))?
        .body()
        .ok_or_else(|| JsValue::from_str("no stream"))?;
    let unpacking: JsValue = DecompressionStream::new("gzip")?.into();
    let unpacked = stream.pipe_through(unpacking.unchecked_ref());
    let response = Response::new_with_opt_readable_stream(Some(&unpacked))?;
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer))
}

/// The body of a response, its progress told as it arrives.
async fn read(file: &'static str, response: &Response) -> Result<Vec<u8>> {
    let body = response
        .body()
        .ok_or_else(|| JsValue::from_str("an empty answer"))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            return Ok(bytes);
        }
        let part: Uint8Array = Reflect::get(&part, &"value".into())?.unchecked_into();
        bytes.extend(part.to_vec());
        push(Event::Loaded(file, bytes.len() as u64));
    }
}
