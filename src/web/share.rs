//! The dialog that hands out the link, plain or with the receipts of lanes that ended here.

use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

use super::dom::{Listener, Result, by_id, set_text, window};
use super::events::{Event, push};
use super::link;
use super::texts::Texts;
use crate::spec::{Receipt, Spec};

pub struct Share {
    dialog: HtmlDialogElement,
    field: HtmlInputElement,
    with_receipts: HtmlInputElement,
    note: Element,
    status: Element,
    plain: String,
    /// The link with receipts, once a lane has ended.
    receipts: Option<String>,
    /// What was chosen last; nothing was chosen yet in `None`.
    wanted: Option<bool>,
    _listener: Listener,
}

impl Share {
    pub fn new() -> Result<Share> {
        let with_receipts: HtmlInputElement = by_id("share-receipts")?;
        let change = |_| push(Event::ShareChoice);
        Ok(Share {
            dialog: by_id("share-dialog")?,
            field: by_id("share-link")?,
            note: by_id("share-note")?,
            status: by_id("share-status")?,
            plain: String::new(),
            receipts: None,
            wanted: None,
            _listener: Listener::new(&with_receipts, "change", change)?,
            with_receipts,
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
        let ended = earned.map_or(0, |receipt| receipt.rules().len());
        set_text(
            &self.note,
            &texts.receipts_to_share(ended, spec.rules().len()),
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
    fn copy(&self, texts: &'static Texts) -> Result<()> {
        let receipts = self
            .receipts
            .as_ref()
            .filter(|_| self.with_receipts.checked());
        let link = receipts.unwrap_or(&self.plain);
        self.field.set_value(link);
        self.field.select();
        set_text(&self.status, texts.copy_by_hand);
        let copied = match receipts {
            Some(_) => texts.copied_with_receipts,
            None => texts.copied,
        };
        // Only a secure context has a clipboard; elsewhere the selected text is there to copy.
        let clipboard = js_sys::Reflect::get(&window()?.navigator(), &"clipboard".into())?;
        if clipboard.is_truthy() {
            let written = window()?.navigator().clipboard().write_text(link);
            let (status, field, link) = (self.status.clone(), self.field.clone(), link.clone());
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
