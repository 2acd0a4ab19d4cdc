//! Images of the reader's own: given, found in the browser's storage, or missed.

use web_sys::{Element, FileList, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::{App, Said};
use crate::spec::{DataSet, OwnData, field};
use crate::web::alerts::Alert;
use crate::web::dom::{Result, by_id, set_text, show};
use crate::web::own::{self, Kept, OwnSet, Read};
use crate::web::texts::Fault;

impl App {
    /// The data set of the experiment, where it is one of the reader's own and is there.
    pub(super) fn own_set(&self) -> Option<&OwnSet> {
        let wanted = self.spec.data().own()?;
        self.own.as_ref().filter(|set| set.about.is_same(wanted))
    }

    /// The experiment may be on another data set now: shows which, and what is missing.
    pub(super) fn show_data(&mut self) -> Result<()> {
        set_text(&by_id("data-name")?, self.spec.data().name());
        let own = self.spec.data().own();
        show(&by_id::<HtmlElement>("own-mnist")?, own.is_some());
        match own {
            Some(wanted) if self.own_set().is_none() => own::find(wanted),
            _ => show(&by_id::<HtmlElement>("wanted")?, false),
        }
        Ok(())
    }

    /// What is missing, in the language of the page.
    pub(super) fn say_wanted(&self) -> Result<()> {
        if let Some(wanted) = self.spec.data().own() {
            let about = wanted.words(self.texts);
            let text = crate::lang::fill(self.texts.own.wanted, &[("about", &about)]);
            set_text(&by_id::<Element>("wanted-text")?, &text);
        }
        Ok(())
    }

    /// What the storage holds of the data set that was wanted.
    pub(super) fn own_found(&mut self, wanted: &OwnData, kept: Kept) -> Result<()> {
        let is_wanted = self.spec.data().own() == Some(wanted);
        if !is_wanted || self.own_set().is_some() {
            return Ok(());
        }
        match kept {
            Kept::Found(set) => {
                self.own = Some(*set);
                self.data_arrived()
            }
            Kept::Missing => {
                self.say_wanted()?;
                show(&by_id::<HtmlElement>("wanted")?, true);
                Ok(())
            }
        }
    }

    pub(super) fn open_own(&self) -> Result<()> {
        by_id::<HtmlDialogElement>("own-dialog")?.show_modal()?;
        // Not by `autofocus`, of which browsers complain in a frame of another origin.
        by_id::<HtmlElement>("own-files")?.focus()
    }

    /// Files were chosen or dropped.
    pub(super) fn own_files(&mut self, files: &FileList) -> Result<()> {
        if files.length() == 0 {
            return Ok(());
        }
        by_id::<HtmlDialogElement>("own-dialog")?.close();
        self.alerts.set(Vec::new(), self.texts)?;
        let name: HtmlInputElement = by_id("own-name")?;
        let name = name.value();
        let name = name.trim();
        own::read(files, (!name.is_empty()).then_some(name));
        // The same files may be chosen again.
        by_id::<HtmlInputElement>("own-files")?.set_value("");
        Ok(())
    }

    /// How far reading them is.
    pub(super) fn own_read(&mut self, read: Read) -> Result<()> {
        self.said = match read {
            Read::At(file) => Said::Reading(file),
            Read::Done(set) => return self.own_given(*set),
            Read::Wrong(error) => {
                self.alerts.add(Alert::Data(error), self.texts)?;
                Said::Nothing
            }
            Read::Failed(fault) => {
                let words = fault.words(self.texts);
                self.alerts.add(Alert::Other(words), self.texts)?;
                Said::Nothing
            }
        };
        Ok(())
    }

    fn own_given(&mut self, mut set: OwnSet) -> Result<()> {
        let wanted = self.spec.data().own();
        let is_missing = wanted.is_some() && self.own_set().is_none();
        if let Some(wanted) = wanted.filter(|_| is_missing) {
            if !set.about.is_same(wanted) {
                let (found, wanted) = (set.about, wanted.clone());
                self.said = Said::Nothing;
                let alert = Alert::OtherData { found, wanted };
                return self.alerts.add(alert, self.texts);
            }
            // It is called as the link calls it.
            set.about.name.clone_from(&wanted.name);
        }
        if by_id::<HtmlInputElement>("own-keep")?.checked() {
            set.keep()?;
        }
        let about = set.about.clone();
        self.own = Some(set);
        if self.spec.data().own() == Some(&about) {
            self.show_data()?;
            self.data_arrived()?;
        } else {
            self.choose_data(&DataSet::Own(about))?;
        }
        // A net that does not fit on these images leaves the experiment as it was, and says so.
        if self.own_set().is_some() {
            self.said = Said::Loaded(false);
        }
        Ok(())
    }

    /// The present experiment on another data set, with as many of its images as it has.
    pub(super) fn choose_data(&mut self, data: &DataSet) -> Result<()> {
        match field("data") {
            Some(field) => self.field(field.key, &data.to_string()),
            None => Ok(()),
        }
    }

    /// The storage has it, or not.
    pub(super) fn own_kept(&mut self, fault: Option<Fault>) -> Result<()> {
        match fault {
            None => {
                self.said = Said::Loaded(true);
                Ok(())
            }
            Some(fault) => {
                let why = fault.words(self.texts);
                let text = crate::lang::fill(self.texts.own.not_kept, &[("why", &why)]);
                self.alerts.add(Alert::Other(text), self.texts)
            }
        }
    }
}
