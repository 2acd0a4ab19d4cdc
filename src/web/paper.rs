//! The view of the paper's Table 1: its figures beside ours, and each cell's experiment a button away.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlDialogElement, Response};

use super::dom::{
    Listener, Result, by_id, from_template, set_attribute, set_text, show, window, within,
};
use super::events::{Event, push};
use super::texts::Texts;
use crate::core::Rule;

/// The table, as `falab table1` writes it.
const FILE: &str = "./assets/paper/table1.json";

pub struct Paper {
    dialog: HtmlDialogElement,
    table: Element,
    body: Element,
    status: Element,
    /// The file is on its way, or shown; it is not fetched twice.
    asked: bool,
    listeners: Vec<Listener>,
}

impl Paper {
    pub fn new() -> Result<Paper> {
        let dialog: HtmlDialogElement = by_id("paper")?;
        let button: Element = by_id("open-paper")?;
        let listeners = vec![Listener::new(&button, "click", |_| push(Event::Paper))?];
        let table: Element = within(&dialog, "table")?;
        Ok(Paper {
            body: within(&table, "tbody")?,
            table,
            status: by_id("paper-status")?,
            dialog,
            asked: false,
            listeners,
        })
    }

    /// Opens the view, and fetches the table the first time, or again after it failed.
    pub fn open(&mut self, texts: &'static Texts) -> Result<()> {
        if !self.asked {
            self.asked = true;
            set_text(&self.status, texts.loading_table);
            spawn_local(async {
                push(Event::PaperLoaded(load().await));
            });
        }
        self.dialog.show_modal()
    }

    pub fn close(&self) {
        self.dialog.close();
    }

    /// The file came, or did not.
    pub fn loaded(&mut self, loaded: std::result::Result<JsValue, JsValue>, texts: &'static Texts) {
        match loaded.and_then(|table| self.show(&table, texts)) {
            Ok(()) => {
                set_text(&self.status, "");
                set_attribute(&self.table, "data-state", "shown");
            }
            Err(error) => {
                self.asked = false; // Opening the view again asks again.
                self.body.set_text_content(None);
                let reason = error
                    .dyn_ref::<js_sys::Error>()
                    .map(|error| String::from(error.message()))
                    .or_else(|| error.as_string())
                    .unwrap_or_default();
                set_text(&self.status, &texts.no_table(FILE, &reason));
                set_attribute(&self.table, "data-state", "failed");
            }
        }
    }

    fn show(&mut self, table: &JsValue, texts: &'static Texts) -> Result<()> {
        self.body.set_text_content(None);
        for row in list(table, "rows")? {
            let element: Element = from_template("paper-row-template")?;
            let net = text(&row, "net")?;
            set_text(&within::<Element>(&element, "th span")?, &net);
            let button: Element = within(&element, "th button")?;
            set_attribute(&button, "aria-label", &texts.open_row(&net));
            self.opens(&button, text(&row, "link")?)?;
            for cell in list(&row, "cells")? {
                let cell = self.cell(&net, &cell, texts)?;
                element.append_child(&cell)?;
            }
            self.body.append_child(&element)?;
        }
        Ok(())
    }

    fn cell(&mut self, net: &str, cell: &JsValue, texts: &'static Texts) -> Result<Element> {
        let element: Element = from_template("paper-cell-template")?;
        let rule = Rule::from_key(&text(cell, "rule")?)
            .ok_or_else(|| JsValue::from_str("a cell is of an unknown rule"))?;
        set_attribute(&element, "data-rule-name", rule.key());
        set_text(&within::<Element>(&element, "b")?, texts.short(rule));
        let say = |selector: &str, words: &str| -> Result<()> {
            set_text(&within::<Element>(&element, selector)?, words);
            Ok(())
        };
        say(
            ".paper-figure",
            &Reflect::get(cell, &"paper".into())?
                .as_string()
                .unwrap_or_else(|| texts.not_in_paper.to_owned()),
        )?;
        let ours = Reflect::get(cell, &"ours".into())?;
        if ours.is_object() {
            say(".our-figure", &text(&ours, "text")?)?;
            say(
                ".stands-on span",
                &format!("{},", text(&ours, "stands_on")?),
            )?;
            say(".stands-on time", &text(&ours, "date")?)?;
            show(&within(&element, ".stands-on")?, true);
        } else {
            say(".our-figure", texts.not_run)?;
        }
        let button: Element = within(&element, "button")?;
        set_attribute(&button, "aria-label", &texts.open_cell(net, rule));
        self.opens(&button, text(cell, "link")?)?;
        Ok(element)
    }

    /// Lets a button open an experiment.
    fn opens(&mut self, button: &Element, link: String) -> Result<()> {
        self.listeners
            .push(Listener::new(button, "click", move |_| {
                push(Event::PaperExperiment(link.clone()));
            })?);
        Ok(())
    }
}

/// Fetches the table.
async fn load() -> Result<JsValue> {
    let response = JsFuture::from(window()?.fetch_with_str(FILE)).await?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        let status = format!("the server answered {}", response.status());
        return Err(JsValue::from_str(&status));
    }
    JsFuture::from(response.json()?).await
}

/// A text of the table.
fn text(of: &JsValue, key: &str) -> Result<String> {
    let value = Reflect::get(of, &key.into())?;
    value
        .as_string()
        .ok_or_else(|| JsValue::from_str(&format!("{key} is no text")))
}

/// A list of the table.
fn list(of: &JsValue, key: &str) -> Result<Array> {
    let value = Reflect::get(of, &key.into())?;
    value
        .dyn_into()
        .map_err(|_| JsValue::from_str(&format!("{key} is no list")))
}
