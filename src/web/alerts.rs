//! Messages that must be seen: bad links, lanes that died.

use web_sys::{Element, HtmlElement};

use super::dom::{Result, by_id, from_template, show, within};

/// The list of messages at the top of the page.
pub struct Alerts {
    region: HtmlElement,
    list: Element,
    texts: Vec<String>,
}

impl Alerts {
    pub fn new() -> Result<Alerts> {
        let region: HtmlElement = by_id("alerts")?;
        let list = within(&region, "ul")?;
        Ok(Alerts {
            region,
            list,
            texts: Vec::new(),
        })
    }

    /// Replaces all messages.
    pub fn set(&mut self, texts: Vec<String>) -> Result<()> {
        if texts == self.texts {
            return Ok(());
        }
        self.list.set_text_content(None);
        for text in &texts {
            let item: Element = from_template("alert-template")?;
            item.set_text_content(Some(text));
            self.list.append_child(&item)?;
        }
        show(&self.region, !texts.is_empty());
        self.texts = texts;
        Ok(())
    }

    /// Adds a message, unless it stands there already.
    pub fn add(&mut self, text: String) -> Result<()> {
        let mut texts = self.texts.clone();
        if !texts.contains(&text) {
            texts.push(text);
        }
        self.set(texts)
    }
}
