//! Fetches the lessons of a language.

use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

use crate::web::dom::window;
use crate::web::events::{Event, push};
use crate::web::texts::Fault;

/// The lessons of a language, as `cargo xtask build` joins them.
pub fn file(code: &'static str) -> String {
    format!("./www/lessons/{code}.txt")
}

/// Asks for them; the answer is an event.
pub fn ask(code: &'static str) {
    spawn_local(async move {
        push(Event::LessonsLoaded(code, load(code).await));
    });
}

async fn load(code: &'static str) -> Result<String, Fault> {
    let address = file(code);
    let response = JsFuture::from(window()?.fetch_with_str(&address)).await?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(Fault::Server(response.status()));
    }
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(Fault::EmptyAnswer)
}
