//! The dialog of files that a reader takes along, and how they leave the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{
    Element, HtmlButtonElement, HtmlCanvasElement, HtmlDialogElement, HtmlTextAreaElement,
};

use super::canvas::CanvasBackend;
use super::dom::{Listener, Result, all, by_id, set_text, window};
use super::events::{Event, push};
use super::ground::Ground;
use crate::export::picture::{Figure, Picture, THEME};
use crate::export::{Export, File, WEIGHTS, file_name, tensors};
use crate::inside::weights::Weights;
use crate::lang::{Texts, fill};
use crate::plot::svg;
use crate::spec::{LaneId, Spec};

#[wasm_bindgen(raw_module = "./www/save.js")]
extern "C" {
    fn save_text(name: &str, kind: &str, text: &str);
    fn save_parts(name: &str, kind: &str, parts: &Array);
    fn save_canvas(name: &str, canvas: &HtmlCanvasElement);
}

/// Device pixels of a PNG for each CSS pixel of its figure.
const RATIO: f64 = 2.0;

/// What is done in the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Open,
    /// The file whose name ends so is wanted.
    Save(String),
    Copy,
}

pub struct Files {
    dialog: HtmlDialogElement,
    cite: HtmlTextAreaElement,
    lanes: Element,
    status: Element,
    /// Lanes whose weights were asked for and have not come.
    awaited: Vec<LaneId>,
    came: Vec<(LaneId, Weights, Uint8Array)>,
    _listeners: [Listener; 3],
}

impl Files {
    pub fn new() -> Result<Files> {
        let dialog: HtmlDialogElement = by_id("export-dialog")?;
        let open: Element = by_id("open-export")?;
        let copy: Element = by_id("export-copy")?;
        let listeners = [
            Listener::new(&open, "click", |_| push(Event::Export(Act::Open)))?,
            Listener::new(&copy, "click", |_| push(Event::Export(Act::Copy)))?,
            Listener::new(&dialog, "click", |event| {
                let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
                let wanted = target.and_then(|it| it.get_attribute("data-export"));
                if let Some(ending) = wanted {
                    push(Event::Export(Act::Save(ending)));
                }
            })?,
        ];
        Ok(Files {
            dialog,
            cite: by_id("export-cite")?,
            lanes: by_id("export-lanes")?,
            status: by_id("export-status")?,
            awaited: Vec::new(),
            came: Vec::new(),
            _listeners: listeners,
        })
    }

    /// Opens on an experiment, the first of `seeds`; `lanes` says whose weights there are, if any.
    pub fn open(
        &mut self,
        export: &Export,
        seeds: u32,
        lanes: &str,
        has_weights: bool,
    ) -> Result<()> {
        let is_measured = !export.store.is_empty();
        for button in all::<HtmlButtonElement>(&self.dialog, "[data-export]")? {
            let ending = button.get_attribute("data-export").unwrap_or_default();
            button.set_disabled(match ending.as_str() {
                WEIGHTS => !has_weights,
                "report.md" | "cite.bib" => false,
                _ => !is_measured,
            });
        }
        let command = format!("falab run '{}' ", export.spec.link());
        set_text(&by_id::<Element>("export-run")?, &command);
        set_text(&self.lanes, lanes);
        self.cite
            .set_value(&export.text(File::Bibtex).unwrap_or_default());
        let words = &export.texts.export;
        let values = [
            ("seed", &*export.spec.settings().seed.to_string()),
            ("count", &seeds.to_string()),
        ];
        self.say(&match (is_measured, seeds) {
            (false, _) => words.not_yet.to_owned(),
            (true, 1) => String::new(),
            (true, _) => fill(words.first_of, &values),
        });
        self.dialog.show_modal()
    }

    fn say(&self, words: &str) {
        set_text(&self.status, words);
    }

    fn say_saved(&self, texts: &Texts, name: &str) {
        self.say(&fill(texts.export.saved, &[("file", name)]));
    }

    /// Saves a file that is made of what was measured.
    pub fn save(&self, export: &Export, ending: &str) -> Result<()> {
        let name = file_name(export.spec, ending);
        let figure = match ending.split_once('.') {
            Some(("error", _)) => Some(Figure::Error),
            Some(("angle", _)) => Some(Figure::Angle),
            _ => None,
        };
        let file = File::ALL.into_iter().find(|file| file.ending() == ending);
        let text = match (file, figure) {
            (None, Some(figure)) => {
                paint(&name, &Picture::of(export, figure))?;
                None
            }
            (Some(file), Some(figure)) => match svg_of(&Picture::of(export, figure)) {
                Ok(text) => Some((file, text)),
                Err(reason) => {
                    let values = [("file", name.as_str()), ("reason", &reason)];
                    self.say(&fill(export.texts.export.not_saved, &values));
                    return Ok(());
                }
            },
            (Some(file), None) => export.text(file).map(|text| (file, text)),
            (None, None) => return Ok(()),
        };
        if let Some((file, text)) = text {
            save_text(&name, file.kind(), &text);
        }
        self.say_saved(export.texts, &name);
        Ok(())
    }

    /// Copies the citation where the browser allows that; else it is selected.
    pub fn copy(&self, texts: &'static Texts) -> Result<()> {
        self.cite.select();
        self.say(texts.export.bib_by_hand);
        let clipboard = js_sys::Reflect::get(&window()?.navigator(), &"clipboard".into())?;
        if clipboard.is_truthy() {
            let text = self.cite.value();
            let written = window()?.navigator().clipboard().write_text(&text);
            let status = self.status.clone();
            wasm_bindgen_futures::spawn_local(async move {
                if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                    set_text(&status, texts.export.bib_copied);
                }
            });
        }
        Ok(())
    }

    /// Weights of these lanes were asked for.
    pub fn wait(&mut self, lanes: Vec<LaneId>, texts: &Texts) {
        self.came.clear();
        self.awaited = lanes;
        self.say(texts.export.gathering);
    }

    /// The weights of a lane came; with the last one the file is saved.
    pub fn weights_came(
        &mut self,
        id: LaneId,
        weights: Weights,
        data: Uint8Array,
        spec: &Spec,
        texts: &Texts,
    ) {
        if !self.awaited.contains(&id) {
            return; // Another experiment, or asked for again.
        }
        self.awaited.retain(|other| *other != id);
        let before = self.came.iter().filter(|(other, ..)| *other < id);
        let at = before.count();
        self.came.insert(at, (id, weights, data));
        if !self.awaited.is_empty() {
            return;
        }
        let came = std::mem::take(&mut self.came);
        let weights: Vec<Weights> = came.iter().map(|(_, weights, _)| weights.clone()).collect();
        let header = tensors::header(spec, &weights);
        let parts = Array::of1(&Uint8Array::from(header.as_slice()));
        for (.., data) in &came {
            parts.push(data);
        }
        let name = file_name(spec, WEIGHTS);
        save_parts(&name, "application/octet-stream", &parts);
        self.say_saved(texts, &name);
    }

    /// A lane will give no weights.
    pub fn weights_lost(&mut self, id: LaneId, texts: &Texts) {
        if self.awaited.contains(&id) {
            self.forget();
            self.say(texts.export.weights_gone);
        }
    }

    /// Nothing is awaited any more.
    pub fn forget(&mut self) {
        self.awaited.clear();
        self.came.clear();
    }
}

/// [`Picture::svg`] by the code that draws the page's figures.
fn svg_of(picture: &Picture) -> std::result::Result<String, String> {
    svg::drawn(picture.size(), THEME, &picture.title, |backend| {
        let drawn = picture.draw(&mut Ground::Svg(backend));
        drawn.map_err(|error| error.to_string())
    })
}

/// Saves a picture as PNG: the browser's canvas makes it, so no code here has to.
fn paint(name: &str, picture: &Picture) -> Result<()> {
    let canvas: HtmlCanvasElement = by_id("export-canvas")?;
    let ground = CanvasBackend::open(&canvas, picture.size(), RATIO)?;
    picture.draw(&mut Ground::Canvas(ground)).ok();
    save_canvas(name, &canvas);
    Ok(())
}
