//! Lessons beside the lab: which is open, and the experiments that they show.

use web_sys::HtmlElement;

use super::App;
use crate::lesson::{Moment, Part};
use crate::plot::wires::Strong;
use crate::spec::{Link, Spec};
use crate::web::alerts::Alert;
use crate::web::dom::{Result, by_id};
use crate::web::lanes::State;
use crate::web::link;
use crate::web::texts::Fault;

impl App {
    pub(super) fn open_lessons(&mut self) -> Result<()> {
        by_id::<HtmlElement>("experiments")?.hide_popover().ok();
        self.lessons.open_list(self.texts)?;
        self.write_lesson()
    }

    pub(super) fn close_lesson(&mut self) -> Result<()> {
        self.lessons.close()?;
        self.write_lesson()
    }

    /// The address says which lesson is open, so that a reload opens it again and whoever copies it sends it along.
    fn write_lesson(&self) -> Result<()> {
        // A link with errors stays as it was given.
        if !link::read()?.errors.is_empty() {
            return Ok(());
        }
        link::write(&self.link(), false)
    }

    /// Opens a lesson with its experiment, at once or as soon as the lessons are there.
    pub(super) fn open_lesson(&mut self, number: u32) -> Result<()> {
        self.lesson_shows = true;
        let link = self.lessons.open(number, self.texts)?;
        self.write_lesson()?;
        self.show_lesson(link)
    }

    /// The lesson that a link asks for: with the experiment of the link, if it has one, else with its own.
    pub(super) fn follow_lesson(&mut self, link: &Link) -> Result<()> {
        let Some(number) = link.lesson else {
            return Ok(());
        };
        if self.lessons.number() == Some(number) {
            return Ok(()); // It is open, and the reader has come some way in it.
        }
        if link.spec == Spec::default() {
            return self.open_lesson(number);
        }
        self.lesson_shows = false;
        self.lessons.open(number, self.texts)?;
        self.write_lesson()
    }

    fn show_lesson(&mut self, link: Option<String>) -> Result<()> {
        match link {
            Some(link) if self.lesson_shows => {
                self.lesson_shows = false;
                self.lesson_experiment(Some(link))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn lessons_loaded(
        &mut self,
        code: &'static str,
        loaded: std::result::Result<String, Fault>,
    ) -> Result<()> {
        if let Err(problem) = self.lessons.loaded(code, loaded, self.texts)? {
            self.write_lesson()?;
            return self.alerts.add(Alert::Other(problem), self.texts);
        }
        let link = self.lessons.link();
        self.show_lesson(link)
    }

    pub(super) fn walk_lesson(&mut self, on: bool) -> Result<()> {
        match self.lessons.walk(on, self.texts)? {
            Some(number) => self.open_lesson(number),
            // It may have led to the list.
            None => self.write_lesson(),
        }
    }

    /// Shows an experiment of the lesson, that of the present step without a link. One that is shown already runs on.
    pub(super) fn lesson_experiment(&mut self, wanted: Option<String>) -> Result<()> {
        let Some(wanted) = wanted.or_else(|| self.lessons.link()) else {
            return Ok(());
        };
        let wanted = Link::read(&wanted);
        if wanted.spec == self.spec {
            return Ok(());
        }
        link::write(&wanted.text(), true)?;
        self.open(&wanted)
    }

    /// Makes the part of all nets strong that a symbol stands for.
    pub(super) fn make_strong(&mut self, part: Option<Part>) {
        let strong = part.map(|part| match part {
            Part::Forward => Strong::Forward,
            Part::Feedback => Strong::Feedback,
            Part::Layers => Strong::Layers,
        });
        for lane in &mut self.lanes {
            lane.card.strong = strong;
        }
    }

    /// Tells lesson and callouts how far the lanes are.
    pub(super) fn render_lesson(&mut self, waits: bool) {
        let any = |state: State| self.lanes.iter().any(|lane| lane.state == state);
        let moment = Moment {
            spec: &self.spec,
            store: &self.store,
            paused: any(State::Paused) && !any(State::Running),
        };
        self.lessons.show(&moment, self.texts);
        let aside = self.lessons.is_open();
        self.welcome.show(&moment, waits, aside, self.texts);
    }
}
