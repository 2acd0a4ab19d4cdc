//! Runs that are laid under the present one: the dialog that takes them, their lines in it, their buttons in the legend.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, File, FileList, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::dom::{
    Listener, Output, Result, by_id, from_template, set_attribute, set_text, show, within,
};
use super::events::{Event, push};
use super::texts::Fault;
use crate::core::NUMERICS;
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::report::run::LARGEST;
use crate::spec::Spec;
use crate::store::Store;
use crate::store::ghost::{Ghost, Time};

/// What is done about runs that are compared.
#[derive(Debug)]
pub enum Act {
    Open,
    /// The link in the field is to be run.
    Run,
    /// What is measured of the present run is to stay.
    Present,
    /// Files were chosen.
    Files(FileList),
    /// The text of a file came, or what went wrong.
    Read(String, std::result::Result<String, Fault>),
    Remove(usize),
    Toggle(usize),
    /// Of the worker that trains them.
    Told(u32, JsValue),
    Died(u32, Fault),
}

/// The elements of one ghost.
struct Line {
    place: usize,
    row: Element,
    about: Output,
    button: Element,
    pressed: Output,
    title: Output,
    _listeners: [Listener; 2],
}

pub struct Compare {
    dialog: HtmlDialogElement,
    link: HtmlInputElement,
    problem: Element,
    list: Element,
    legend: Element,
    lines: Vec<Line>,
    _listeners: Vec<Listener>,
}

/// A hollow mark in a swatch of the legend.
const MARKS: [&str; 3] = [
    "M16 1a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "M13 1h6v6h-6z",
    "M16 .5l4 6.5h-8z",
];

impl Compare {
    pub fn new() -> Result<Compare> {
        let mut listeners = Vec::new();
        for (id, act) in [
            ("open-compare", (|| Act::Open) as fn() -> Act),
            ("compare-run", || Act::Run),
            ("compare-present", || Act::Present),
        ] {
            let button: Element = by_id(id)?;
            listeners.push(Listener::new(&button, "click", move |_| {
                push(Event::Compare(act()));
            })?);
        }
        let link: HtmlInputElement = by_id("compare-link")?;
        listeners.push(Listener::new(&link, "keydown", |event| {
            if event.unchecked_into::<web_sys::KeyboardEvent>().key() == "Enter" {
                push(Event::Compare(Act::Run));
            }
        })?);
        let files: HtmlInputElement = by_id("compare-file")?;
        listeners.push(Listener::new(&files.clone(), "change", move |_| {
            if let Some(chosen) = files.files() {
                push(Event::Compare(Act::Files(chosen)));
            }
        })?);
        Ok(Compare {
            dialog: by_id("compare")?,
            link,
            problem: by_id("compare-problem")?,
            list: by_id("compare-list")?,
            legend: by_id("ghost-legend")?,
            lines: Vec::new(),
            _listeners: listeners,
        })
    }

    pub fn open(&self) -> Result<()> {
        self.say_problem("");
        if self.dialog.open() {
            return Ok(());
        }
        self.dialog.show_modal()
    }

    /// The link that was typed or pasted.
    pub fn link(&self) -> String {
        self.link.value().trim().to_owned()
    }

    /// The link was taken.
    pub fn forget_link(&self) {
        self.link.set_value("");
    }

    /// What is wrong with what was given last; empty for nothing.
    pub fn say_problem(&self, words: &str) {
        set_text(&self.problem, words);
        let invalid = !words.is_empty() && !self.link().is_empty();
        set_attribute(
            &self.link,
            "aria-invalid",
            if invalid { "true" } else { "false" },
        );
    }

    /// The lines and buttons of the runs there are.
    pub fn show(
        &mut self,
        store: &Store,
        about: impl Fn(&Ghost) -> String,
        texts: &Texts,
    ) -> Result<()> {
        let places = || store.ghosts().iter().map(|ghost| ghost.place);
        if !self.lines.iter().map(|line| line.place).eq(places()) {
            self.rebuild(store, texts)?;
        }
        for (line, ghost) in self.lines.iter_mut().zip(store.ghosts()) {
            let about = about(ghost);
            line.title.set(&format!("{}. {about}", ghost.name));
            line.about.set(&about);
            line.pressed.set(if ghost.shown { "true" } else { "false" });
        }
        Ok(())
    }

    fn rebuild(&mut self, store: &Store, texts: &Texts) -> Result<()> {
        let focus = super::dom::document()?.active_element();
        let in_list = focus.is_some_and(|focus| self.list.contains(Some(&focus)));
        self.lines.clear();
        for place in [&self.list, &self.legend] {
            place.set_text_content(None);
        }
        for ghost in store.ghosts() {
            let place = ghost.place;
            let (row, button): (Element, Element) = (
                from_template("ghost-template")?,
                from_template("ghost-legend-template")?,
            );
            let mark = format!("{}{}", ghost.letter(), ghost.mark());
            for element in [&row, &button] {
                set_text(&within::<Element>(element, "b")?, &mark);
                set_text(&within::<Element>(element, ".ghost-name")?, &ghost.name);
                let path: Element = within(element, ".swatch path")?;
                set_attribute(&path, "d", MARKS[place.min(MARKS.len() - 1)]);
            }
            let remove: Element = within(&row, "button")?;
            self.list.append_child(&row)?;
            self.legend.append_child(&button)?;
            let line = Line {
                place,
                about: Output::text(within(&row, ".ghost-about")?),
                pressed: Output::attribute(&button, "aria-pressed"),
                title: Output::attribute(&button, "title"),
                _listeners: [
                    Listener::new(&remove, "click", move |_| {
                        push(Event::Compare(Act::Remove(place)));
                    })?,
                    Listener::new(&button, "click", move |_| {
                        push(Event::Compare(Act::Toggle(place)));
                    })?,
                ],
                row,
                button,
            };
            line.speak(texts, ghost.letter())?;
            self.lines.push(line);
        }
        show(&by_id("compare-none")?, self.lines.is_empty());
        if in_list {
            // Where another run comes from.
            by_id::<HtmlElement>("compare-link")?.focus()?;
        }
        Ok(())
    }

    /// Says in another language what Rust wrote.
    pub fn speak(&self, store: &Store, texts: &Texts) -> Result<()> {
        self.say_problem("");
        let mut lines = self.lines.iter().zip(store.ghosts());
        lines.try_for_each(|(line, ghost)| line.speak(texts, ghost.letter()))
    }
}

impl Line {
    fn speak(&self, texts: &Texts, letter: &str) -> Result<()> {
        let remove: Element = within(&self.row, "button")?;
        set_text(&remove, texts.ghosts.remove);
        let label = fill(texts.ghosts.remove_run, &[("run", letter)]);
        set_attribute(&remove, "aria-label", &label);
        let label = fill(texts.ghosts.in_figures, &[("run", letter)]);
        let hidden: Element = within(&self.button, ".ghost-hint")?;
        set_text(&hidden, &label);
        Ok(())
    }
}

/// Reads files; what comes of each, with its name, is an event.
pub fn read(files: &FileList, then: fn(String, std::result::Result<String, Fault>) -> Event) {
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        spawn_local(async move {
            let name = file.name();
            let text = text(&file).await;
            push(then(name, text));
        });
    }
}

/// The text of a file, if it is not too long to be read.
async fn text(file: &File) -> std::result::Result<String, Fault> {
    if file.size() > LARGEST as f64 {
        return Err(Fault::TooLarge(LARGEST as u64 >> 20));
    }
    let text = JsFuture::from(file.text()).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// Whether files are runs and no images: each is called `….json`.
pub fn are_runs(files: &FileList) -> bool {
    let mut names = (0..files.length())
        .filter_map(|i| files.get(i))
        .map(|f| f.name());
    files.length() > 0 && names.all(|name| name.to_ascii_lowercase().ends_with(".json"))
}

impl Texts {
    /// How far a ghost is, and how it differs from the present run as something to compare with.
    pub fn ghost(
        &self,
        ghost: &Ghost,
        store: &Store,
        spec: &Spec,
        at_work: Option<usize>,
    ) -> String {
        let words = &self.ghosts;
        let mut said: Vec<String> = Vec::new();
        let step = |step: u64| number(step as f64);
        let lanes = || ghost.lanes.iter().zip(ghost.spec.lanes()).enumerate();
        if ghost.last_step().is_none() && at_work.is_none() {
            said.push(words.not_run.to_owned());
        } else {
            for (i, (lane, schedule)) in lanes() {
                let name = self.lane(schedule);
                let (text, at) = match lane.series.last_step() {
                    None => (words.lane_not_run, 0),
                    Some(at) if at_work == Some(i) => (words.lane_at, at),
                    Some(at) => (words.lane_to, at),
                };
                said.push(fill(text, &[("lane", &name), ("step", &step(at))]));
            }
        }
        let mut all = said.join(self.lab.part_join);
        let mut add = |text: String| {
            all += words.sentence;
            all += &text;
        };
        let (own, present) = (ghost.spec.steps_per_epoch(), spec.steps_per_epoch());
        if own != present {
            add(fill(
                words.other_epochs,
                &[("own", &step(own)), ("present", &step(present))],
            ));
        }
        if ghost.numerics != NUMERICS {
            add(fill(
                words.other_numerics,
                &[
                    ("own", &ghost.numerics.to_string()),
                    ("present", &NUMERICS.to_string()),
                ],
            ));
        }
        let time = Time {
            epochs: false,
            steps_per_epoch: present,
        };
        let last = store.steps().last().copied();
        if let (Some(last), Some(end)) = (last, ghost.last_step()) {
            if end < last && at_work.is_none() {
                add(fill(words.ends_earlier, &[("step", &step(last))]));
            }
            let (shared, of) = store.shared(ghost, time);
            if shared < of {
                let (shared, of) = (step(shared as u64), step(of as u64));
                add(fill(words.shared, &[("shared", &shared), ("all", &of)]));
            }
        }
        all
    }
}
