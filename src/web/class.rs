//! The dialog that makes a link for a class: words, what readers can use, where they begin; with its QR code.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{
    Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement,
};

use super::dom::{
    Listener, Result, by_id, from_template, set_attribute, set_text, show, window, within,
};
use super::events::{Event, push};
use super::link;
use crate::lang::Texts;
use crate::plot::code::{Code, code};
use crate::spec::{At, Link, Presentation, controls, field};

#[wasm_bindgen(raw_module = "./www/save.js")]
extern "C" {
    fn save_text(name: &str, kind: &str, text: &str);
    fn save_picture(name: &str, side: u32, path: &str);
}

/// What is done in the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Open,
    /// Something was chosen or typed.
    Choose,
    Copy,
    SaveSvg,
    SavePng,
}

pub struct Class {
    dialog: HtmlDialogElement,
    title: HtmlInputElement,
    note: HtmlTextAreaElement,
    at: HtmlInputElement,
    lesson: HtmlSelectElement,
    language: HtmlSelectElement,
    run: HtmlInputElement,
    embed: HtmlInputElement,
    link: HtmlInputElement,
    frame: HtmlInputElement,
    status: Element,
    /// A row a control.
    rows: Vec<(&'static str, Element)>,
    experiment: String,
    code: Option<Code>,
    _listeners: Vec<Listener>,
}

impl Class {
    pub fn new(texts: &Texts) -> Result<Class> {
        let dialog: HtmlDialogElement = by_id("class-dialog")?;
        let list: Element = by_id("class-controls")?;
        let mut rows = Vec::new();
        for name in controls() {
            let row: Element = from_template("class-control-template")?;
            set_attribute(&within::<Element>(&row, "select")?, "data-control", name);
            list.append_child(&row)?;
            rows.push((name, row));
        }
        let chosen = Listener::new(&dialog, "input", |_| push(Event::Class(Act::Choose)))?;
        let mut listeners = vec![chosen];
        for (id, act) in [
            ("open-class", Act::Open),
            ("class-copy", Act::Copy),
            ("class-svg", Act::SaveSvg),
            ("class-png", Act::SavePng),
        ] {
            let button: Element = by_id(id)?;
            listeners.push(Listener::new(&button, "click", move |_| {
                push(Event::Class(act));
            })?);
        }
        let class = Class {
            dialog,
            title: by_id("class-title")?,
            note: by_id("class-note")?,
            at: by_id("class-at")?,
            lesson: by_id("class-lesson")?,
            language: by_id("class-language")?,
            run: by_id("class-run")?,
            embed: by_id("class-embed")?,
            link: by_id("class-link")?,
            frame: by_id("class-frame")?,
            status: by_id("class-status")?,
            rows,
            experiment: String::new(),
            code: None,
            _listeners: listeners,
        };
        class.speak(texts)?;
        Ok(class)
    }

    /// Names the controls in another language.
    pub fn speak(&self, texts: &Texts) -> Result<()> {
        for (name, row) in &self.rows {
            let words = match field(name) {
                Some(field) => field.words(texts).help,
                None => part(name, texts),
            };
            set_text(&within::<Element>(row, "span")?, words);
            set_text(&within::<Element>(row, "code")?, name);
        }
        Ok(())
    }

    /// Opens on an experiment, as its link with receipts.
    pub fn open(&mut self, experiment: String, texts: &Texts) -> Result<()> {
        self.experiment = experiment;
        by_id::<HtmlDialogElement>("share-dialog")?.close();
        self.dialog.show_modal()?;
        self.choose(texts)
    }

    /// Shows the link of what is chosen, with its code, or what is wrong with it.
    pub fn choose(&mut self, texts: &Texts) -> Result<()> {
        let link = link::whole(&self.text())?;
        let read = Link::read(&link);
        let wrong = read.errors.first().map(|error| error.words(texts));
        let wrong = match At::parse(self.at.value().trim()) {
            Err(error) if !self.at.value().trim().is_empty() => Some(error.words(texts)),
            _ => wrong,
        };
        self.link.set_value(&link);
        let escaped = link.replace('&', "&amp;");
        let frame = format!("<iframe src=\"{escaped}\" width=\"800\" height=\"500\"></iframe>");
        self.frame.set_value(&frame);
        show(&by_id("class-frame-row")?, self.embed.checked());
        self.code = code(&link);
        let figure: HtmlElement = by_id("class-figure")?;
        show(&figure, self.code.is_some());
        if let Some(code) = &self.code {
            let drawing: Element = within(&figure, "svg")?;
            let side = code.side;
            set_attribute(&drawing, "viewBox", &format!("0 0 {side} {side}"));
            set_attribute(&within::<Element>(&drawing, "path")?, "d", &code.path);
        }
        let too_long = self
            .code
            .is_none()
            .then(|| texts.lab.code_too_long.to_owned());
        set_text(&self.status, &wrong.or(too_long).unwrap_or_default());
        Ok(())
    }

    /// Copies the link where the browser allows that; else it is selected.
    pub fn copy(&self, texts: &'static Texts) -> Result<()> {
        self.link.select();
        set_text(&self.status, texts.lab.copy_by_hand);
        let clipboard = js_sys::Reflect::get(&window()?.navigator(), &"clipboard".into())?;
        if clipboard.is_truthy() {
            let text = self.link.value();
            let written = window()?.navigator().clipboard().write_text(&text);
            let status = self.status.clone();
            wasm_bindgen_futures::spawn_local(async move {
                if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                    set_text(&status, texts.lab.copied);
                }
            });
        }
        Ok(())
    }

    pub fn save(&self, as_svg: bool) {
        match &self.code {
            Some(code) if as_svg => save_text("falab-link.svg", "image/svg+xml", &code.svg()),
            Some(code) => save_picture("falab-link.png", code.side, &code.path),
            None => {}
        }
    }

    fn text(&self) -> String {
        let words = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        let of = |wanted: &str| {
            let selects = self.rows.iter().filter_map(|(name, row)| {
                let select = row.query_selector("select").ok().flatten()?;
                let select: HtmlSelectElement = select.dyn_into().ok()?;
                (select.value() == wanted).then_some(*name)
            });
            selects.collect::<Vec<_>>()
        };
        let presentation = Presentation {
            at: At::parse(self.at.value().trim()).ok(),
            title: words(self.title.value()),
            note: words(self.note.value()),
            hide: of("hidden"),
            lock: of("locked"),
            embed: self.embed.checked(),
            origin: None,
        };
        let mut text = format!("{}{}", self.experiment, presentation.text());
        for (key, value) in [
            ("lesson", self.lesson.value()),
            ("lang", self.language.value()),
            (
                "run",
                String::from(if self.run.checked() { "1" } else { "" }),
            ),
        ] {
            if !value.is_empty() {
                text += &format!("&{key}={value}");
            }
        }
        text
    }
}

/// A part of the page in words that stand in it.
fn part(name: &str, texts: &Texts) -> &'static str {
    let (page, lab) = (&texts.page, &texts.lab);
    match name {
        "controls" => page.run_controls,
        "pace" => page.speed,
        "history" => page.time_travel,
        "experiments" => page.experiments,
        "share" => page.share,
        "export" => page.take_along,
        "language" => page.class_language,
        "theme" => page.theme,
        "settings" => page.settings,
        "legend" => page.lanes_in_figures,
        "inside" => page.inside_button,
        "digit" => page.digit_button,
        "compare" => page.compare_button,
        "runs" => page.runs_button,
        "options" => lab.part_options,
        "angle" => page.angle,
        "cards" => lab.part_cards,
        "footer" => lab.part_footer,
        _ => "",
    }
}
