//! The runs that this browser keeps: put away when they end, listed with their curves, opened again, compared, renamed,
//! deleted, taken along and brought back.

use std::cell::RefCell;

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{
    Element, FileList, HtmlCanvasElement, HtmlDialogElement, HtmlElement, HtmlInputElement,
};

use super::canvas::CanvasBackend;
use super::compare;
use super::dom::{
    Listener, Result, all, by_id, from_template, set_attribute, set_text, show, within,
};
use super::events::{Event, push};
use super::texts::Fault;
use super::view::Screen;
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::plot::{look, small};
use crate::report::history::{Entry, Preview, to_drop};
use crate::report::run::{LONGEST_NAME, Run, head, read_all};
use crate::spec::{LONGEST_LINK, Spec, field};

#[wasm_bindgen(raw_module = "./www/runs.js")]
extern "C" {
    fn list_runs() -> Promise;
    fn put_run(record: &JsValue, text: &str) -> Promise;
    fn rename_run(id: u32, name: &str) -> Promise;
    fn drop_runs(ids: Vec<u32>) -> Promise;
    fn remove_runs(ids: Vec<u32>) -> Promise;
    fn undo_remove() -> Promise;
    fn text_of(id: u32) -> Promise;
    fn join_runs(ids: Vec<u32>, heads: Array) -> Promise;
}

/// Width and height of the small figures, CSS pixels.
const SMALL: (f64, f64) = (132.0, 56.0);
/// Bytes of a preview that are read.
const LONGEST_PREVIEW: u32 = 64 << 10;

/// What is done about kept runs.
#[derive(Debug)]
pub enum Act {
    Open,
    /// What the browser keeps, or why it does not.
    Listed(std::result::Result<Vec<Kept>, Fault>),
    /// Another run is there, one is gone or renamed, or why not.
    Changed(std::result::Result<(), Fault>),
    Reopen(u32),
    Compare(u32),
    /// The JSON form of a run that is to be compared, with its name.
    Text(String, std::result::Result<String, Fault>),
    Rename(u32, String),
    Remove(u32),
    RemoveAll,
    Undo,
    Export,
    Files(FileList),
    /// Files were dropped on the page: brought back where the list is open, else compared.
    Dropped(FileList),
    Read(String, std::result::Result<String, Fault>),
}

/// A run that the browser keeps.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: u32,
    /// What its reader called it, or nothing.
    pub name: String,
    saved: u64,
    pub link: String,
    /// `None` of a record that is damaged.
    spec: Option<Spec>,
    bytes: u64,
    preview: Preview,
}

impl Kept {
    /// A record of the storage, which anybody may have written.
    fn read(record: &JsValue) -> Option<Kept> {
        let field = |key: &str| Reflect::get(record, &key.into()).ok();
        let number = |key: &str| field(key)?.as_f64().filter(|x| (0.0..9e15).contains(x));
        let text = |key: &str, most: usize| {
            let text = field(key)?.dyn_into::<js_sys::JsString>().ok()?;
            (text.length() as usize <= most).then(|| String::from(text))
        };
        let link = text("link", LONGEST_LINK).unwrap_or_default();
        let preview = field("preview")?.dyn_into::<Uint8Array>().ok();
        let preview = preview.filter(|bytes| bytes.length() <= LONGEST_PREVIEW);
        Some(Kept {
            id: number("id").filter(|id| *id <= f64::from(u32::MAX))? as u32,
            name: text("name", LONGEST_NAME).unwrap_or_default(),
            saved: number("saved")? as u64,
            spec: Spec::parse(&link).ok(),
            link,
            bytes: number("bytes")? as u64,
            preview: preview.map_or_else(Preview::default, |b| Preview::from_bytes(&b.to_vec())),
        })
    }

    fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            saved: self.saved,
            named: !self.name.is_empty(),
            bytes: self.bytes,
        }
    }

    /// Its name, or what stands for it.
    pub fn called(&self, texts: &Texts) -> String {
        match &self.spec {
            _ if !self.name.is_empty() => self.name.clone(),
            Some(spec) => texts.run_name(spec),
            None => "–".to_owned(),
        }
    }
}

/// A run that is to be kept.
pub struct New {
    pub name: String,
    /// `None` is now.
    pub saved: Option<u64>,
    /// The experiment that opens again, where it is not that of the run: of several seeds the first one's run is kept.
    pub link: Option<String>,
    pub run: Run,
}

pub struct Runs {
    dialog: HtmlDialogElement,
    list: Element,
    status: Element,
    problem: Element,
    undo: HtmlElement,
    kept: Vec<Kept>,
    /// What the reader removed can be brought back.
    removed: bool,
    rows: Vec<Listener>,
    _listeners: Vec<Listener>,
}

async fn listed() -> std::result::Result<Vec<Kept>, Fault> {
    let records: Array = JsFuture::from(list_runs()).await?.unchecked_into();
    let mut kept: Vec<Kept> = records.iter().filter_map(|r| Kept::read(&r)).collect();
    // The newest first.
    kept.sort_by_key(|kept| std::cmp::Reverse((kept.saved, kept.id)));
    Ok(kept)
}

/// Puts runs away. Of one experiment with the same curves only the run that went on for longer is kept; what there is no room
/// for goes.
///
/// One call after the other: a run that ends as its tab is hidden would else be looked for twice before it is there.
pub fn keep(runs: Vec<New>) {
    let before = BEFORE.with_borrow(Promise::clone);
    BEFORE.set(future_to_promise(async move {
        JsFuture::from(before).await.ok();
        let done = put(runs).await;
        push(Event::Runs(Act::Changed(done)));
        Ok(JsValue::UNDEFINED)
    }));
}

thread_local! {
    /// The end of what was last put away.
    static BEFORE: RefCell<Promise> = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
}

async fn put(runs: Vec<New>) -> std::result::Result<(), Fault> {
    for new in runs {
        let first = new.run.spec().first_seed();
        let preview = Preview::of(new.run.spec(), &new.run.store());
        let before = listed().await?;
        let of_first = |k: &Kept| k.spec.as_ref().map(Spec::first_seed);
        let same = before
            .iter()
            .find(|k| of_first(k).as_ref() == Some(&first) && k.preview.agrees(&preview));
        if same.is_some_and(|same| same.preview.last_step() > preview.last_step()) {
            continue;
        }
        let link = new.link.or_else(|| same.map(|same| same.link.clone()));
        let link = link.unwrap_or_else(|| new.run.spec().link());
        let record = Object::new();
        let set = |key: &str, value: &JsValue| Reflect::set(&record, &key.into(), value);
        let mut name = new.name;
        if let Some(same) = same {
            set("id", &same.id.into())?;
            if name.is_empty() {
                name.clone_from(&same.name);
            }
        }
        let saved = new
            .saved
            .map_or_else(js_sys::Date::now, |saved| saved as f64);
        set("name", &name.into())?;
        set("saved", &saved.into())?;
        set("link", &link.into())?;
        set("preview", &Uint8Array::from(preview.to_bytes().as_slice()))?;
        JsFuture::from(put_run(&record, &new.run.text())).await?;
    }
    let entries: Vec<Entry> = listed().await?.iter().map(Kept::entry).collect();
    let gone = to_drop(&entries);
    if !gone.is_empty() {
        JsFuture::from(drop_runs(gone)).await?;
    }
    Ok(())
}

/// Does something to the storage and says that it is done.
fn change(promise: Promise) {
    spawn_local(async move {
        let done = JsFuture::from(promise).await;
        push(Event::Runs(Act::Changed(
            done.map(drop).map_err(Fault::from),
        )));
    });
}

impl Runs {
    pub fn new() -> Result<Runs> {
        let mut listeners = Vec::new();
        for (id, act) in [
            ("open-runs", (|| Act::Open) as fn() -> Act),
            ("runs-export", || Act::Export),
            ("runs-remove", || Act::RemoveAll),
            ("runs-undo", || Act::Undo),
        ] {
            let button: Element = by_id(id)?;
            listeners.push(Listener::new(&button, "click", move |_| {
                push(Event::Runs(act()));
            })?);
        }
        let files: HtmlInputElement = by_id("runs-import")?;
        listeners.push(Listener::new(&files.clone(), "change", move |_| {
            if let Some(chosen) = files.files() {
                push(Event::Runs(Act::Files(chosen)));
            }
        })?);
        Ok(Runs {
            dialog: by_id("runs")?,
            list: by_id("runs-list")?,
            status: by_id("runs-status")?,
            problem: by_id("runs-problem")?,
            undo: by_id("runs-undo")?,
            kept: Vec::new(),
            removed: false,
            rows: Vec::new(),
            _listeners: listeners,
        })
    }

    pub fn open(&mut self) -> Result<()> {
        self.removed = false;
        self.say_problem("");
        self.refresh();
        self.dialog.show_modal()
    }

    pub fn is_open(&self) -> bool {
        self.dialog.open()
    }

    pub fn close(&self) {
        self.dialog.close();
    }

    pub fn kept(&self, id: u32) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.id == id)
    }

    /// Reads the list again.
    pub fn refresh(&self) {
        spawn_local(async { push(Event::Runs(Act::Listed(listed().await))) });
    }

    pub fn say_problem(&self, words: &str) {
        set_text(&self.problem, words);
    }

    pub fn compare(&self, kept: &Kept, texts: &Texts) {
        // Of several seeds it is the first one's run that is compared.
        let (id, name) = match &kept.spec {
            Some(spec) if kept.name.is_empty() => (kept.id, texts.run_name(&spec.first_seed())),
            _ => (kept.id, kept.called(texts)),
        };
        spawn_local(async move {
            let text = JsFuture::from(text_of(id)).await;
            let text = text.map(|text| text.as_string().unwrap_or_default());
            push(Event::Runs(Act::Text(name, text.map_err(Fault::from))));
        });
    }

    pub fn rename(&self, id: u32, name: &str) {
        let end = name
            .char_indices()
            .map(|(at, _)| at)
            .find(|at| *at > LONGEST_NAME - 4);
        change(rename_run(id, name[..end.unwrap_or(name.len())].trim()));
    }

    /// Removes one, or all; they can be brought back until something else is removed.
    pub fn remove(&mut self, id: Option<u32>) {
        let all = || self.kept.iter().map(|kept| kept.id).collect();
        let ids = id.map_or_else(all, |id| vec![id]);
        self.removed = !ids.is_empty();
        change(remove_runs(ids));
    }

    pub fn undo(&mut self) {
        self.removed = false;
        change(undo_remove());
    }

    /// Saves all in one file.
    pub fn export(&self) {
        let heads = self.kept.iter().map(|k| {
            let seeds = k.spec.as_ref().map_or(1, Spec::seeds);
            JsValue::from(head(&k.name, k.saved, seeds))
        });
        let (ids, heads) = (self.kept.iter().map(|k| k.id).collect(), heads.collect());
        spawn_local(async move {
            let done = JsFuture::from(join_runs(ids, heads)).await;
            if let Err(error) = done {
                push(Event::Runs(Act::Changed(Err(error.into()))));
            }
        });
    }

    /// Brings runs of files back.
    pub fn take_in(&self, files: &FileList) -> Result<()> {
        compare::read(files, |name, text| Event::Runs(Act::Read(name, text)));
        by_id::<HtmlInputElement>("runs-import")?.set_value("");
        Ok(())
    }

    /// A file was read.
    pub fn imported(&self, file: &str, text: std::result::Result<String, Fault>, texts: &Texts) {
        let read = text.map_err(|fault| fault.words(texts));
        let read =
            read.and_then(|text| read_all(text.as_bytes()).map_err(|error| error.words(texts)));
        match read {
            Ok(runs) => {
                self.say_problem("");
                let runs = runs.into_iter().map(|listed| New {
                    name: listed.name.unwrap_or_default(),
                    saved: listed.saved,
                    link: listed
                        .seeds
                        .and_then(|seeds| Some(listed.run.spec().with_seeds(seeds)?.link())),
                    run: listed.run,
                });
                keep(runs.collect());
            }
            Err(reason) => {
                let values = [("file", file), ("reason", &reason)];
                self.say_problem(&fill(texts.ghosts.not_read, &values));
            }
        }
    }

    /// The list came.
    pub fn show(&mut self, kept: Vec<Kept>, screen: Screen, texts: &Texts) -> Result<()> {
        let focus = super::dom::document()?.active_element();
        let undone = focus
            .as_ref()
            .is_some_and(|focus| focus.id() == "runs-undo");
        let focus = focus.filter(|focus| self.list.contains(Some(focus)));
        let focus =
            focus.and_then(|f| Some((f.get_attribute("data-run")?, f.get_attribute("data-act")?)));
        self.kept = kept;
        self.rows.clear();
        self.list.set_text_content(None);
        for kept in &self.kept {
            let row: Element = from_template("run-template")?;
            let rows = fill_row(&row, kept, screen, texts)?;
            self.list.append_child(&row)?;
            self.rows.extend(rows);
        }
        self.speak(texts)?;
        if let Some((run, act)) = focus {
            let selector = format!("[data-run='{run}'][data-act='{act}']");
            return match all::<HtmlElement>(&self.list, &selector)?.first() {
                Some(element) => element.focus(),
                // Its run is gone, which can be undone.
                None => self.undo.focus(),
            };
        }
        if undone && !self.removed {
            by_id::<HtmlElement>("runs-import")?.focus()?;
        }
        Ok(())
    }

    /// Says how many there are.
    fn speak(&self, texts: &Texts) -> Result<()> {
        let (count, bytes) = (
            self.kept.len(),
            self.kept.iter().map(|k| k.bytes).sum::<u64>(),
        );
        let values = [("count", &*count.to_string()), ("size", &*size(bytes))];
        let text = match count {
            0 => texts.ghosts.none_kept.to_owned(),
            _ => fill(texts.ghosts.kept, &values),
        };
        set_text(&self.status, &text);
        show(&self.undo, self.removed);
        for id in ["runs-export", "runs-remove"] {
            let button: Element = by_id(id)?;
            set_attribute(
                &button,
                "aria-disabled",
                if count == 0 { "true" } else { "false" },
            );
        }
        Ok(())
    }
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    match bytes as f64 / f64::from(1 << 20) {
        small if small < 1.0 => format!("{:.0} kB", (small * 1024.0).ceil()),
        large => format!("{large:.1} MB"),
    }
}

/// What a row says and does.
fn fill_row(row: &Element, kept: &Kept, screen: Screen, texts: &Texts) -> Result<Vec<Listener>> {
    let words = &texts.ghosts;
    let name: HtmlInputElement = within(row, "input")?;
    let called = kept.called(texts);
    name.set_value(&kept.name);
    name.set_placeholder(&called);
    let label = fill(words.name_of, &[("name", &called)]);
    set_attribute(&name, "aria-label", &label);
    let date = js_sys::Date::new(&(kept.saved as f64).into());
    // Swedish dates are written as everywhere in falab: 2026-11-29 01:34.
    let short = Object::new();
    for part in ["dateStyle", "timeStyle"] {
        Reflect::set(&short, &part.into(), &"short".into())?;
    }
    let date = date.to_locale_string("sv-SE", &short);
    set_text(&within::<Element>(row, "time")?, &String::from(date));
    let (about, result) = match &kept.spec {
        Some(spec) => (texts.settings(spec), texts.result(spec, &kept.preview)),
        None => (words.damaged.to_owned(), String::new()),
    };
    set_text(&within::<Element>(row, ".run-about")?, &about);
    set_text(&within::<Element>(row, ".run-result")?, &result);
    let canvas: HtmlCanvasElement = within(row, "canvas")?;
    if let Some(spec) = &kept.spec {
        let named = look::named(spec.lanes());
        let curves = kept.preview.0.iter().map(|small| small.0.as_slice());
        let lanes: Vec<_> = named.iter().zip(curves).collect();
        let mut backend = CanvasBackend::open(&canvas, SMALL, screen.ratio)?;
        small::draw(&mut backend, SMALL, screen.theme, &lanes).ok();
    }
    let id = kept.id;
    let mut listeners = vec![Listener::new(&name.clone(), "change", move |_| {
        push(Event::Runs(Act::Rename(id, name.value())));
    })?];
    for element in all::<Element>(row, "[data-act]")? {
        set_attribute(&element, "data-run", &id.to_string());
    }
    for (act, label, event) in [
        ("open", words.open_run, Act::Reopen as fn(u32) -> Act),
        ("compare", words.compare_run, Act::Compare),
        ("remove", words.delete_run, Act::Remove),
    ] {
        let button: Element = within(row, &format!("button[data-act={act}]"))?;
        set_attribute(&button, "aria-label", &fill(label, &[("name", &called)]));
        if kept.spec.is_none() && act != "remove" {
            set_attribute(&button, "disabled", "");
        }
        listeners.push(Listener::new(&button, "click", move |_| {
            push(Event::Runs(event(id)));
        })?);
    }
    Ok(listeners)
}

impl Texts {
    /// An experiment in words: what is most often asked about it.
    fn settings(&self, spec: &Spec) -> String {
        let of = |key: &str| field(key).map_or_else(String::new, |field| field.get(spec));
        let values = ["hidden", "act", "n", "opt", "lr", "batch", "seed"].map(|key| (key, of(key)));
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        fill(self.ghosts.settings, &values)
    }

    /// The test error that each lane came to, and where that was.
    fn result(&self, spec: &Spec, preview: &Preview) -> String {
        let lanes = spec.lanes().iter().enumerate().map(|(i, lane)| {
            let error = preview
                .last(i)
                .map_or("–".to_owned(), |error| format!("{error:.2}\u{a0}%"));
            // A lane and its error stay together.
            format!("{}\u{a0}{error}", self.lane(lane))
        });
        let lanes = lanes.collect::<Vec<String>>().join(self.ghosts.comma);
        let step = preview.last_step();
        let epoch = format!("{:.2}", spec.epoch_at(step));
        let values = [
            ("lanes", &*lanes),
            ("step", &*number(step as f64)),
            ("epoch", &epoch),
        ];
        let result = fill(self.ghosts.result, &values);
        match spec.seeds() {
            1 => result,
            seeds => {
                let values = [("result", &*result), ("seeds", &seeds.to_string())];
                fill(self.ghosts.result_of_first, &values)
            }
        }
    }
}
