//! The dialog that hands out the link, plain or with the receipts of lanes that ended here.

use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use super::dom::{Listener, Result, by_id, set_text, window};
use super::events::{Event, push};
use super::link;
use crate::lang::Texts;
use crate::spec::{Receipt, Spec};

pub struct Share {
    dialog: HtmlDialogElement,
    field: HtmlInputElement,
    with_receipts: HtmlInputElement,
    with_language: HtmlInputElement,
    note: Element,
    status: Element,
    plain: String,
    /// The link with receipts, once a lane has ended.
    receipts: Option<String>,
    /// What was chosen last; nothing was chosen yet in `None`.
    wanted: Option<bool>,
    _listeners: [Listener; 2],
}

impl Share {
    pub fn new() -> Result<Share> {
        let with_receipts: HtmlInputElement = by_id("share-receipts")?;
        let with_language: HtmlInputElement = by_id("share-language")?;
        let listeners = [
            Listener::new(&with_receipts, "change", |_| push(Event::ShareChoice))?,
            Listener::new(&with_language, "change", |_| push(Event::ShareLanguage))?,
        ];
        Ok(Share {
            dialog: by_id("share-dialog")?,
            field: by_id("share-link")?,
            note: by_id("share-note")?,
            status: by_id("share-status")?,
            plain: String::new(),
            receipts: None,
            wanted: None,
            _listeners: listeners,
            with_receipts,
            with_language,
        })
    }

    /// Opens the dialog and copies a link. `opened_with` says whether the page was opened with receipts: who got some
    /// passes some on, unless another choice was made.
    pub fn open(
        &mut self,
        spec: &Spec,
        earned: Option<&Receipt>,
        opened_with: bool,
        texts: &'static Texts,
    ) -> Result<()> {
        self.plain = link::whole(&spec.link())?;
        self.receipts = match earned {
            Some(_) => Some(link::whole(&spec.link_with(earned))?),
            None => None,
        };
        let chosen = self.receipts.is_some() && self.wanted.unwrap_or(opened_with);
        self.with_receipts.set_disabled(self.receipts.is_none());
        self.with_receipts.set_checked(chosen);
        let ended = earned.map_or(0, |receipt| receipt.lanes().len());
        set_text(
            &self.note,
            &texts.receipts_to_share(ended, spec.lanes().len()),
        );
        self.dialog.show_modal()?;
        self.copy(texts)
    }

    /// The box was ticked or cleared.
    pub fn choose(&mut self, texts: &'static Texts) -> Result<()> {
        self.wanted = Some(self.with_receipts.checked());
        self.copy(texts)
    }

    /// Shows the chosen link, selected, and copies it where the browser allows that.
    pub fn copy(&self, texts: &'static Texts) -> Result<()> {
        let receipts = self
            .receipts
            .as_ref()
            .filter(|_| self.with_receipts.checked());
        let mut link = receipts.unwrap_or(&self.plain).clone();
        if self.with_language.checked() {
            link = crate::spec::with_language(&link, texts);
        }
        self.field.set_value(&link);
        self.field.select();
        set_text(&self.status, texts.lab.copy_by_hand);
        let copied = match receipts {
            Some(_) => texts.lab.copied_with_receipts,
            None => texts.lab.copied,
        };
        // Only a secure context has a clipboard; elsewhere the selected text is there to copy.
        let clipboard = js_sys::Reflect::get(&window()?.navigator(), &"clipboard".into())?;
        if clipboard.is_truthy() {
            let written = window()?.navigator().clipboard().write_text(&link);
            let (status, field) = (self.status.clone(), self.field.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let done = wasm_bindgen_futures::JsFuture::from(written).await;
                // Another link may have been chosen in the meantime.
                if done.is_ok() && field.value() == link {
                    set_text(&status, copied);
                }
            });
        }
        Ok(())
    }
}
