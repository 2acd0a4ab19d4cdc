//! Messages that must be seen: bad links, lanes that died.

use web_sys::{Element, HtmlElement};

use super::dom::{Result, by_id, from_template, show, within};
use super::form;
use crate::data::own::DataError;
use crate::lang::{Texts, fill};
use crate::spec::{LinkError, OwnData};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alert {
    /// What is wrong with a link.
    Link(LinkError),
    /// What is wrong with a field of the form.
    Field(LinkError),
    /// A field's text could not be used, and lanes run with what is in force.
    Refused {
        key: &'static str,
        text: String,
        used: String,
    },
    /// What is wrong with files of the reader's own.
    Data(DataError),
    /// Files that are not those of the experiment.
    OtherData { found: OwnData, wanted: OwnData },
    /// What was kept of a lane cannot be used.
    KeptIsDamaged,
    /// In the browser's words, or a program's.
    Other(String),
}

impl Alert {
    fn words(&self, texts: &Texts) -> String {
        match self {
            Alert::Link(error) => error.words(texts),
            Alert::Field(error) => match error.key().and_then(form::label) {
                Some(label) => error.words_of_field(&label, texts),
                None => error.words(texts),
            },
            Alert::Refused { key, text, used } => {
                let label = form::label(key).unwrap_or_else(|| (*key).to_owned());
                let values = [("label", label.trim()), ("text", text), ("used", used)];
                fill(texts.lab.refused, &values)
            }
            Alert::Data(error) => error.words(texts),
            Alert::OtherData { found, wanted } => {
                let (found, wanted) = (found.words(texts), wanted.words(texts));
                fill(texts.own.other, &[("found", &found), ("about", &wanted)])
            }
            Alert::KeptIsDamaged => texts.lab.kept_is_damaged.to_owned(),
            Alert::Other(message) => message.clone(),
        }
    }
}

/// The list of messages at the top of the page.
pub struct Alerts {
    region: HtmlElement,
    list: Element,
    alerts: Vec<Alert>,
}

impl Alerts {
    pub fn new() -> Result<Alerts> {
        let region: HtmlElement = by_id("alerts")?;
        let list = within(&region, "ul")?;
        Ok(Alerts {
            region,
            list,
            alerts: Vec::new(),
        })
    }

    /// Replaces all messages.
    pub fn set(&mut self, alerts: Vec<Alert>, texts: &Texts) -> Result<()> {
        if alerts == self.alerts {
            return Ok(());
        }
        self.alerts = alerts;
        self.speak(texts)
    }

    /// Says what is wrong with a field of the form, beside what is wrong with others.
    pub fn refuse(&mut self, error: LinkError, texts: &Texts) -> Result<()> {
        let mut alerts = self.alerts.clone();
        let is_other = |alert: &Alert| match alert {
            Alert::Field(other) => other.key() != error.key(),
            _ => false,
        };
        alerts.retain(is_other);
        alerts.push(Alert::Field(error));
        self.set(alerts, texts)
    }

    /// Says all messages in a language.
    pub fn speak(&self, texts: &Texts) -> Result<()> {
        self.list.set_text_content(None);
        for alert in &self.alerts {
            let item: Element = from_template("alert-template")?;
            item.set_text_content(Some(&alert.words(texts)));
            self.list.append_child(&item)?;
        }
        show(&self.region, !self.alerts.is_empty());
        Ok(())
    }

    /// Adds a message, unless it stands there already.
    pub fn add(&mut self, alert: Alert, texts: &Texts) -> Result<()> {
        let mut alerts = self.alerts.clone();
        if !alerts.contains(&alert) {
            alerts.push(alert);
        }
        self.set(alerts, texts)
    }
}
