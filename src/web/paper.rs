//! The view of the tables: the paper's figures beside ours, depth, ReLU, IFA; each cell's experiment is a button away.

use std::collections::{BTreeMap, BTreeSet};

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlSelectElement, Response};

use super::dom::{
    Listener, Result, all, by_id, from_template, set_attribute, set_text, show, window, within,
};
use super::events::{Event, push};
use super::texts::Fault;
use crate::core::Rule;
use crate::lang::{Texts, fill};

/// A table, as `falab table NAME` writes it.
fn file(name: &str) -> String {
    format!("./assets/paper/{name}.json")
}

/// Listeners that stay: the button that opens the view, and the choice of the table.
const STAYING: usize = 2;

pub struct Paper {
    dialog: HtmlDialogElement,
    choice: HtmlSelectElement,
    table: Element,
    body: Element,
    status: Element,
    /// Tables whose files are on their way, or have come; none is fetched twice.
    asked: BTreeSet<String>,
    /// Tables that have come.
    read: BTreeMap<String, JsValue>,
    listeners: Vec<Listener>,
}

impl Paper {
    pub fn new() -> Result<Paper> {
        let dialog: HtmlDialogElement = by_id("paper")?;
        let button: Element = by_id("open-paper")?;
        let choice: HtmlSelectElement = by_id("paper-choice")?;
        let listeners = vec![
            Listener::new(&button, "click", |_| push(Event::Paper))?,
            Listener::new(&choice, "change", |_| push(Event::PaperTable))?,
        ];
        let table: Element = within(&dialog, "table")?;
        Ok(Paper {
            body: within(&table, "tbody")?,
            table,
            status: by_id("paper-status")?,
            dialog,
            choice,
            asked: BTreeSet::new(),
            read: BTreeMap::new(),
            listeners,
        })
    }

    /// Opens the view.
    pub fn open(&mut self, texts: &'static Texts) -> Result<()> {
        self.choose(texts)?;
        self.dialog.show_modal()
    }

    /// Shows the table that is chosen; it is fetched the first time, and again after it failed.
    pub fn choose(&mut self, texts: &'static Texts) -> Result<()> {
        let name = self.choice.value();
        for about in all::<HtmlElement>(&self.dialog, "[data-about]")? {
            let is_of_it = about.get_attribute("data-about").as_deref() == Some(&name);
            show(&about, is_of_it);
        }
        set_text(&by_id::<Element>("paper-name")?, &name);
        if let Some(table) = self.read.get(&name).cloned() {
            self.loaded(&name, Ok(table), texts);
            return Ok(());
        }
        self.body.set_text_content(None);
        self.listeners.truncate(STAYING);
        set_attribute(&self.table, "data-state", "loading");
        set_text(&self.status, texts.lab.loading_table);
        if self.asked.insert(name.clone()) {
            spawn_local(async move {
                let loaded = load(&name).await;
                push(Event::PaperLoaded(name, loaded));
            });
        }
        Ok(())
    }

    pub fn close(&self) {
        self.dialog.close();
    }

    /// A file came, or did not; it is shown if its table is still the chosen one.
    pub fn loaded(
        &mut self,
        name: &str,
        loaded: std::result::Result<JsValue, Fault>,
        texts: &'static Texts,
    ) {
        let is_chosen = self.choice.value() == name;
        let shown = loaded.and_then(|table| {
            if is_chosen {
                self.show(&table, texts)?;
            }
            Ok(table)
        });
        match shown {
            Ok(table) => {
                self.read.insert(name.to_owned(), table);
                if is_chosen {
                    set_text(&self.status, "");
                    set_attribute(&self.table, "data-state", "shown");
                }
            }
            Err(fault) => {
                // Choosing it or opening the view again asks again.
                self.asked.remove(name);
                self.read.remove(name);
                if is_chosen {
                    self.body.set_text_content(None);
                    let reason = fault.words(texts);
                    set_text(&self.status, &texts.no_table(&file(name), &reason));
                    set_attribute(&self.table, "data-state", "failed");
                }
            }
        }
    }

    /// Says the table in another language.
    pub fn speak(&mut self, texts: &'static Texts) {
        let name = self.choice.value();
        match self.read.get(&name).cloned() {
            Some(table) => self.loaded(&name, Ok(table), texts),
            None if self.asked.contains(&name) => set_text(&self.status, texts.lab.loading_table),
            None => set_text(&self.status, ""),
        }
    }

    fn show(&mut self, table: &JsValue, texts: &'static Texts) -> Result<()> {
        self.body.set_text_content(None);
        self.listeners.truncate(STAYING);
        let rules: Vec<Option<String>> = list(table, "rules")?
            .iter()
            .map(|rule| rule.as_string())
            .collect();
        for head in all::<HtmlElement>(&self.table, "thead [data-rule-name]")? {
            show(&head, rules.contains(&head.get_attribute("data-rule-name")));
        }
        let has_paper = Reflect::get(table, &"has_paper".into())?.is_truthy();
        for row in list(table, "rows")? {
            let element: Element = from_template("paper-row-template")?;
            let net = text(&row, "net")?;
            set_text(&within::<Element>(&element, "th span")?, &net);
            let button: HtmlElement = within(&element, "th button")?;
            show(&button, rules.len() > 1);
            set_attribute(&button, "aria-label", &texts.open_row(&net));
            self.opens(&button, text(&row, "link")?)?;
            for cell in list(&row, "cells")? {
                let cell = self.cell(&net, &cell, has_paper, texts)?;
                element.append_child(&cell)?;
            }
            self.body.append_child(&element)?;
        }
        Ok(())
    }

    fn cell(
        &mut self,
        net: &str,
        cell: &JsValue,
        has_paper: bool,
        texts: &'static Texts,
    ) -> Result<Element> {
        let element: Element = from_template("paper-cell-template")?;
        let rule = Rule::from_key(&text(cell, "rule")?)
            .ok_or_else(|| JsValue::from_str("a cell is of an unknown rule"))?;
        set_attribute(&element, "data-rule-name", rule.key());
        set_text(&within::<Element>(&element, "b")?, texts.short(rule));
        let say = |selector: &str, words: &str| -> Result<()> {
            set_text(&within::<Element>(&element, selector)?, words);
            Ok(())
        };
        let paper = Reflect::get(cell, &"paper".into())?.as_string();
        let paper = match paper.as_deref() {
            None => texts.lab.not_in_paper,
            Some(figure) if figure.ends_with(|last: char| last.is_ascii_digit()) => figure,
            // The only words that the paper's column has.
            Some(_) => texts.lab.untrained,
        };
        say(".paper-figure", paper)?;
        show(&within(&element, "dl div")?, has_paper);
        let ours = Reflect::get(cell, &"ours".into())?;
        if ours.is_object() {
            say(".our-figure", &figure(&ours, texts)?)?;
            let count = |key: &str| number(&ours, key).map(Option::unwrap_or_default);
            let (threshold, diverged) = (count("reached_threshold")?, count("diverged")?);
            let words = texts.stands_on(count("seeds")?, count("epochs")?, threshold, diverged);
            let ran_on = words + texts.lab.ran_on;
            say(".stands-on span", &ran_on)?;
            say(".stands-on time", &text(&ours, "date")?)?;
            show(&within(&element, ".stands-on")?, true);
        } else {
            say(".our-figure", texts.lab.not_run)?;
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

/// Fetches a table.
async fn load(name: &str) -> std::result::Result<JsValue, Fault> {
    let response = JsFuture::from(window()?.fetch_with_str(&file(name))).await?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(Fault::Server(response.status()));
    }
    Ok(JsFuture::from(response.json()?).await?)
}

/// Our figure as the table shows it: of two seeds the mean and both, as in `paper/table.rs`.
fn figure(ours: &JsValue, texts: &Texts) -> Result<String> {
    let both = number(ours, "lowest")?.zip(number(ours, "highest")?);
    let is_mean = list(ours, "runs")?.length() > 1 && number(ours, "deviation")?.is_none();
    Ok(match (number(ours, "mean")?, both) {
        (None, _) => texts.lab.all_diverged.to_owned(),
        (Some(mean), Some((lowest, highest))) if is_mean => {
            let [mean, lowest, highest] = [mean, lowest, highest].map(|x| format!("{x:.2}"));
            let values = [
                ("mean", mean.as_str()),
                ("lowest", &lowest),
                ("highest", &highest),
            ];
            fill(texts.lab.mean_of_two, &values)
        }
        _ => text(ours, "text")?,
    })
}

/// A number of the table; `None` where it is undefined.
fn number(of: &JsValue, key: &str) -> Result<Option<f64>> {
    Ok(Reflect::get(of, &key.into())?.as_f64())
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
