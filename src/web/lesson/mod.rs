//! The lesson beside the lab: its text, its predictions, and what it waits for.

mod build;
mod load;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use web_sys::{Element, HtmlElement};

use self::build::Part;
use super::dom::{Listener, Output, Result, by_id, document, set_attribute, show, within};
use super::events::{Event, push};
use super::texts::Fault;
use crate::lang::Texts;
use crate::lesson::{Block, Lesson, Moment, Verdict, files};
use crate::spec::{Link, Spec};

/// A block: its lesson's number, its step, its place in the step.
type Place = (u32, usize, usize);

/// What the panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Nothing,
    /// The list of all.
    List,
    /// A lesson of a number, at a step.
    Step(u32, usize),
}

pub struct Lessons {
    main: Element,
    region: HtmlElement,
    count: Output,
    title: HtmlElement,
    title_text: Output,
    other: HtmlElement,
    body: Element,
    meaning: Output,
    walk: HtmlElement,
    at: Output,
    next: Output,
    back_off: Output,
    lessons: Vec<Lesson>,
    /// The language of `lessons`, and the one that is on its way.
    spoken: Option<&'static str>,
    asked: Option<&'static str>,
    shown: Shown,
    parts: Vec<Part>,
    /// Waits that are over.
    met: BTreeSet<Place>,
    chosen: BTreeMap<Place, String>,
    decided: BTreeMap<Place, Verdict>,
    /// The store's revision and the state that were last looked at.
    looked_at: Option<(u64, bool)>,
    _listeners: Vec<Listener>,
}

impl Lessons {
    pub fn new() -> Result<Lessons> {
        let region: HtmlElement = by_id("lesson")?;
        let body: Element = document()?.body().ok_or("no page")?.into();
        let title: HtmlElement = by_id("lesson-title")?;
        let mut listeners = Vec::new();
        let mut on = |id: &str, event: fn(web_sys::Event)| -> Result<()> {
            let element: Element = by_id(id)?;
            listeners.push(Listener::new(&element, "click", event)?);
            Ok(())
        };
        on("open-lessons", |_| push(Event::Lessons))?;
        on("lesson-list", |_| push(Event::Lessons))?;
        on("lesson-close", |_| push(Event::LessonClose))?;
        on("lesson-back", |_| push(Event::LessonWalk(false)))?;
        on("lesson-next", |_| push(Event::LessonWalk(true)))?;
        on("lesson-again", |_| push(Event::LessonExperiment(None)))?;
        Ok(Lessons {
            main: within(&body, "main")?,
            region,
            count: Output::text(by_id("lesson-count")?),
            title_text: Output::text(title.clone().into()),
            title,
            other: by_id("lesson-other")?,
            body: by_id("lesson-body")?,
            meaning: Output::text(by_id("lesson-meaning")?),
            walk: by_id("lesson-walk")?,
            at: Output::text(by_id("lesson-at")?),
            next: Output::text(by_id("lesson-next")?),
            back_off: Output::attribute(&by_id("lesson-back")?, "aria-disabled"),
            lessons: Vec::new(),
            spoken: None,
            asked: None,
            shown: Shown::Nothing,
            parts: Vec::new(),
            met: BTreeSet::new(),
            chosen: BTreeMap::new(),
            decided: BTreeMap::new(),
            looked_at: None,
            _listeners: listeners,
        })
    }

    /// Opens the list of lessons.
    pub fn open_list(&mut self, texts: &'static Texts) -> Result<()> {
        self.shown = Shown::List;
        self.build(texts)?;
        self.title.focus()
    }

    /// Opens a lesson at its first step; its link, once the lessons are there.
    pub fn open(&mut self, number: u32, texts: &'static Texts) -> Result<Option<String>> {
        self.shown = Shown::Step(number, 0);
        let mine = |place: &Place| place.0 != number;
        self.met.retain(mine);
        self.chosen.retain(|place, _| mine(place));
        self.decided.retain(|place, _| mine(place));
        self.build(texts)?;
        self.title.focus()?;
        Ok(self.lesson().map(|lesson| lesson.link.clone()))
    }

    pub fn close(&mut self) -> Result<()> {
        self.shown = Shown::Nothing;
        self.frame()?;
        by_id::<HtmlElement>("open-experiments")?.focus()
    }

    pub fn is_open(&self) -> bool {
        self.shown != Shown::Nothing
    }

    /// The lesson that is open.
    pub fn number(&self) -> Option<u32> {
        match self.shown {
            Shown::Step(number, _) => Some(number),
            Shown::List | Shown::Nothing => None,
        }
    }

    /// To the next step, then the next lesson, or back; the number of the lesson that is to be opened.
    pub fn walk(&mut self, on: bool, texts: &'static Texts) -> Result<Option<u32>> {
        let Shown::Step(number, step) = self.shown else {
            return Ok(None);
        };
        let steps = self.lesson().map_or(0, |lesson| lesson.steps.len());
        match on {
            false if step > 0 => self.shown = Shown::Step(number, step - 1),
            true if step + 1 < steps => self.shown = Shown::Step(number, step + 1),
            true => {
                let behind = self.lessons.iter().map(|lesson| lesson.number);
                let next = behind.filter(|other| *other > number).min();
                if next.is_none() {
                    self.open_list(texts)?;
                }
                return Ok(next);
            }
            false => return Ok(None),
        }
        self.build(texts)?;
        self.title.focus()?;
        Ok(None)
    }

    /// Keeps a prediction.
    pub fn answer(&mut self, block: usize, key: String) {
        if let Shown::Step(number, step) = self.shown {
            self.chosen.insert((number, step, block), key);
            self.looked_at = None;
        }
    }

    /// The definition that is looked at.
    pub fn say_meaning(&mut self, meaning: Option<&str>) {
        self.meaning.set(meaning.unwrap_or_default());
    }

    /// The link of the experiment that the present step begins with.
    pub fn link(&self) -> Option<String> {
        let Shown::Step(_, step) = self.shown else {
            return None;
        };
        self.lesson()
            .map(|lesson| lesson.link_before(step, 0).to_owned())
    }

    /// The lessons of a language came; true if the lesson that was asked for is there now.
    pub fn loaded(
        &mut self,
        code: &'static str,
        loaded: std::result::Result<String, Fault>,
        texts: &'static Texts,
    ) -> Result<std::result::Result<(), String>> {
        if code != texts.code {
            return Ok(Ok(()));
        }
        self.asked = None;
        let text = match loaded {
            Ok(text) => text,
            Err(fault) => {
                let file = load::file(code);
                return Ok(Err(texts.no_lessons(&file, &fault.words(texts))));
            }
        };
        let read: std::result::Result<Vec<Lesson>, _> = files(&text)
            .map(|(file, text)| Lesson::parse(file, text))
            .collect();
        match read {
            Ok(lessons) => self.lessons = lessons,
            Err(error) => return Ok(Err(error.to_string())),
        }
        self.spoken = Some(code);
        if let Shown::Step(number, _) = self.shown
            && self.lesson().is_none()
        {
            self.shown = Shown::List;
            self.build(texts)?;
            return Ok(Err(texts.no_lesson(number, self.lessons.len())));
        }
        self.build(texts)?;
        Ok(Ok(()))
    }

    /// Says everything in another language.
    pub fn speak(&mut self, texts: &'static Texts) -> Result<()> {
        match self.is_open() {
            true => self.build(texts),
            false => Ok(()),
        }
    }

    fn lesson(&self) -> Option<&Lesson> {
        let Shown::Step(number, _) = self.shown else {
            return None;
        };
        let mut lessons = self.lessons.iter();
        lessons.find(|lesson| lesson.number == number)
    }

    fn frame(&self) -> Result<()> {
        show(&self.region, self.is_open());
        let side = if self.is_open() { "lesson" } else { "form" };
        set_attribute(&self.main, "data-side", side);
        Ok(())
    }

    /// Makes what is shown anew, and asks for the lessons if they are not there in this language.
    fn build(&mut self, texts: &'static Texts) -> Result<()> {
        self.frame()?;
        self.parts.clear();
        self.body.set_text_content(None);
        self.looked_at = None;
        self.meaning.set("");
        show(&self.other, false);
        show(&self.walk, false);
        show(&by_id("lesson-list")?, self.shown != Shown::List);
        self.count.set("");
        if self.spoken != Some(texts.code) {
            self.title_text.set(texts.lab.lessons_loading);
            if self.asked != Some(texts.code) {
                self.asked = Some(texts.code);
                load::ask(texts.code);
            }
            return Ok(());
        }
        let Shown::Step(number, step) = self.shown else {
            self.title_text.set(texts.page.lessons);
            self.parts = build::list(&self.body, &self.lessons, texts)?;
            return Ok(());
        };
        let mut lessons = self.lessons.iter();
        let Some(lesson) = lessons.find(|lesson| lesson.number == number) else {
            return Ok(());
        };
        let step = step.min(lesson.steps.len() - 1);
        self.shown = Shown::Step(number, step);
        self.count
            .set(&texts.lesson_count(number, self.lessons.len(), lesson.minutes));
        self.title_text.set(&lesson.title);
        self.parts = build::step(&self.body, &lesson.steps[step], texts)?;
        show(&self.walk, true);
        self.at.set(&texts.lesson_at(step + 1, lesson.steps.len()));
        self.back_off.set(if step == 0 { "true" } else { "false" });
        let last_lesson = self.lessons.iter().all(|other| other.number <= number);
        self.next.set(match step + 1 < lesson.steps.len() {
            true => texts.lab.lesson_next,
            false if last_lesson => texts.page.all_lessons,
            false => texts.lab.next_lesson,
        });
        let top: &Element = &self.region;
        top.set_scroll_top(0);
        Ok(())
    }

    /// Brings waits and predictions up to date.
    pub fn show(&mut self, now: &Moment, texts: &Texts) {
        let Shown::Step(number, step) = self.shown else {
            return;
        };
        let look = Some((now.store.revision(), now.paused));
        if self.looked_at == look || self.spoken.is_none() {
            return;
        }
        let mut lessons = self.lessons.iter();
        let lesson = lessons.find(|lesson| lesson.number == number);
        let Some((lesson, present)) =
            lesson.and_then(|lesson| Some((lesson, lesson.steps.get(step)?)))
        else {
            return;
        };
        self.looked_at = look;
        let mut experiment = spec_of(lesson.link_before(step, 0));
        let mut fits = experiment == *now.spec;
        let mut reached = true;
        for (at, (block, part)) in present.blocks.iter().zip(&mut self.parts).enumerate() {
            let place = (number, step, at);
            part.reveal(reached);
            let is_this = experiment == *now.spec;
            match block {
                Block::Open { link, .. } => {
                    experiment = spec_of(link);
                    fits |= experiment == *now.spec;
                }
                Block::Wait(condition) => {
                    if is_this && condition.holds(now) {
                        self.met.insert(place);
                    }
                    let met = self.met.contains(&place);
                    part.show_wait(met);
                    reached &= met;
                }
                Block::Question {
                    question, options, ..
                } => {
                    if is_this {
                        self.decided.insert(place, question.verdict(now));
                    }
                    let verdict = self.decided.get(&place).unwrap_or(&Verdict::Open);
                    let chosen = self.chosen.get(&place).map(String::as_str);
                    let said = texts.prediction(question, options, chosen, verdict);
                    let is_over = chosen.is_some() && *verdict != Verdict::Open;
                    part.show_verdict(&said, chosen, is_over);
                }
                Block::Paragraph(_) | Block::Formula { .. } => {}
            }
        }
        show(&self.other, !fits);
    }
}

fn spec_of(link: &str) -> Spec {
    Link::read(link).spec
}
