//! Another language: everything that is said is said anew, and nothing else changes.

use web_sys::Element;

use super::App;
use crate::lang::Texts;
use crate::spec::EXPERIMENTS;
use crate::web::dom::{Result, all, by_id, set_text, within};
use crate::web::language;

impl App {
    /// Says the page in a language; lanes run on, and what has the focus keeps it.
    pub(super) fn speak(&mut self, texts: &'static Texts) -> Result<()> {
        if texts == self.texts {
            return Ok(());
        }
        self.texts = texts;
        language::translate(texts)?;
        self.form.speak(texts)?;
        self.alerts.speak(texts)?;
        self.say_wanted()?;
        self.figures.speak(texts);
        self.view.speak(texts)?;
        self.tabs.speak(texts)?;
        self.paper.speak(texts);
        self.lessons.speak(texts)?;
        self.class.speak(texts)?;
        self.compare.speak(&self.store, texts)?;
        if self.runs.is_open() {
            self.runs.refresh();
        }
        self.performance.speak();
        for lane in &mut self.lanes {
            lane.card.speak(&lane.schedule, texts)?;
        }
        let list: Element = by_id("experiment-list")?;
        for (item, experiment) in all::<Element>(&list, "li")?.iter().zip(EXPERIMENTS) {
            let words = experiment.words(texts);
            set_text(&within::<Element>(item, "strong")?, words.title);
            set_text(&within::<Element>(item, "span")?, words.watch);
        }
        // What the reader asked for is seen at once.
        self.all_canvases = true;
        self.render()
    }
}
