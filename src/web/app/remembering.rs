//! Runs that are over are kept in this browser, and come back as experiments or beside the present one.

use super::App;
use crate::lang::fill;
use crate::report::run::{Run, Stand, read_all};
use crate::spec::Link;
use crate::web::compare;
use crate::web::dom::Result;
use crate::web::lanes::{Lane, State};
use crate::web::link;
use crate::web::runs::{self, Act, New};

impl App {
    /// Where the lanes stand, for files.
    pub(super) fn stands(&self) -> Vec<Stand> {
        let stand = |lane: &Lane| Stand {
            rule: lane.rule,
            step: lane.step,
            fingerprint: lane.fingerprint,
        };
        self.lanes.iter().map(stand).collect()
    }

    /// Puts the present run away if all of it has ended.
    pub(super) fn remember_finished(&mut self) {
        let over = |lane: &Lane| matches!(lane.state, State::Finished | State::Diverged);
        if self.lanes.iter().all(over) {
            self.remember();
        }
    }

    /// Puts the present run away, if a lane has seen every image once, before it is lost.
    pub(super) fn remember_left(&mut self) {
        let epoch = self.spec.steps_per_epoch();
        if self.lanes.iter().any(|lane| lane.step >= epoch) {
            self.remember();
        }
    }

    fn remember(&mut self) {
        let stands = self.stands();
        let steps = stands.iter().map(|stand| stand.step).collect();
        let stood = Some((self.spec.link(), steps));
        // A frame in another page has no list to find it in.
        let is_known = self.remembered == stood || self.presentation.embed;
        if is_known || stands.len() != self.spec.lanes().len() {
            return;
        }
        self.remembered = stood;
        let run = Run::of(&self.spec.first_seed(), &stands, &self.store);
        runs::keep(vec![New {
            name: String::new(),
            saved: None,
            link: Some(self.spec.link()),
            run,
        }]);
    }

    pub(super) fn runs(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Open => self.runs.open(),
            Act::Listed(Ok(kept)) => self.runs.show(kept, self.screen, self.texts),
            Act::Listed(Err(fault)) => {
                let reason = fault.words(self.texts);
                let text = fill(self.texts.ghosts.no_history, &[("reason", &reason)]);
                self.runs.say_problem(&text);
                Ok(())
            }
            Act::Changed(done) => {
                if self.runs.is_open() {
                    self.runs.refresh();
                }
                let Err(fault) = done else {
                    return Ok(());
                };
                let reason = fault.words(self.texts);
                let text = fill(self.texts.ghosts.no_history, &[("reason", &reason)]);
                self.runs.say_problem(&text);
                self.not_kept(reason)
            }
            Act::Reopen(id) => {
                let Some(kept) = self.runs.kept(id) else {
                    return Ok(());
                };
                let link = Link::read(&kept.link);
                self.runs.close();
                link::write(&link.text(), true)?;
                self.open(&link)
            }
            Act::Compare(id) => {
                if let Some(kept) = self.runs.kept(id) {
                    self.runs.compare(kept, self.texts);
                }
                Ok(())
            }
            Act::Text(name, text) => self.compare_kept(name, text),
            Act::Rename(id, name) => {
                self.runs.rename(id, &name);
                Ok(())
            }
            Act::Remove(id) => {
                self.runs.remove(Some(id));
                Ok(())
            }
            Act::RemoveAll => {
                self.runs.remove(None);
                Ok(())
            }
            Act::Undo => {
                self.runs.undo();
                Ok(())
            }
            Act::Export => {
                self.runs.export();
                Ok(())
            }
            Act::Files(files) => self.runs.take_in(&files),
            Act::Dropped(files) if self.runs.is_open() => self.runs.take_in(&files),
            Act::Dropped(files) => self.compare(compare::Act::Files(files)),
            Act::Read(file, text) => {
                self.runs.imported(&file, text, self.texts);
                Ok(())
            }
        }
    }

    /// The JSON form of a kept run came, which is to be compared.
    fn compare_kept(
        &mut self,
        name: String,
        text: std::result::Result<String, crate::web::texts::Fault>,
    ) -> Result<()> {
        let read = text.map_err(|fault| fault.words(self.texts));
        let read = read
            .and_then(|text| read_all(text.as_bytes()).map_err(|error| error.words(self.texts)));
        match read {
            Ok(runs) => {
                self.runs.close();
                self.compare.open()?;
                for listed in runs {
                    self.lay_run(Some(name.clone()), &listed.run);
                }
            }
            Err(reason) => {
                let values = [("file", &*name), ("reason", &reason)];
                self.runs
                    .say_problem(&fill(self.texts.ghosts.not_read, &values));
            }
        }
        Ok(())
    }
}
