//! Single keys for the run controls and the list of all keys.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, Storage};

use crate::web::dom::{Listener, Result, by_id, document, window};

/// Where the reader's choice is kept.
const KEPT: &str = "falab-keys";

/// What a key presses: the first of these that can be pressed.
const BUTTONS: [(&str, &[&str]); 5] = [
    (" ", &["pause", "run"]),
    ("s", &["step"]),
    ("e", &["epoch"]),
    ("r", &["reset"]),
    ("?", &["open-keys"]),
];

pub struct Keys {
    _listeners: [Listener; 4],
}

/// Storage may be forbidden; a choice then lasts as long as the page.
pub fn storage() -> Option<Storage> {
    window().ok()?.local_storage().ok().flatten()
}

impl Keys {
    pub fn new() -> Result<Keys> {
        let dialog: HtmlDialogElement = by_id("keys-dialog")?;
        let (open, in_frame): (Element, Element) = (by_id("open-keys")?, by_id("embed-keys")?);
        let single: HtmlInputElement = by_id("keys-single")?;
        let kept = storage().and_then(|storage| storage.get_item(KEPT).ok().flatten());
        single.set_checked(kept.as_deref() != Some("off"));
        let (used, chosen) = (single.clone(), single.clone());
        let show = move |_| {
            dialog.show_modal().ok();
        };
        Ok(Keys {
            _listeners: [
                Listener::new(&open, "click", show.clone())?,
                Listener::new(&in_frame, "click", show)?,
                Listener::new(&single, "change", move |_| {
                    let word = if chosen.checked() { "on" } else { "off" };
                    if let Some(storage) = storage() {
                        storage.set_item(KEPT, word).ok();
                    }
                })?,
                Listener::new(&document()?.into(), "keydown", move |event| {
                    let event: &KeyboardEvent = event.unchecked_ref();
                    if used.checked()
                        && let Some(button) = button(event)
                    {
                        event.prevent_default();
                        button.click();
                    }
                })?,
            ],
        })
    }
}

/// What a key presses; nothing where it belongs to what has the focus, or to something that lies above the page.
fn button(event: &KeyboardEvent) -> Option<HtmlElement> {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if modified || event.default_prevented() || event.repeat() || event.is_composing() {
        return None;
    }
    let key = event.key();
    // Shift belongs to the question mark on most keyboards, and to no other of these keys.
    if event.shift_key() && key != "?" {
        return None;
    }
    let key = key.to_lowercase();
    let (_, ids) = BUTTONS.iter().find(|(known, _)| *known == key)?;
    // The panel of performance lies beside the page, not above it.
    let above = "dialog[open], [popover]:popover-open:not(#performance), .settings.open";
    if document().ok()?.query_selector(above).ok()?.is_some() {
        return None;
    }
    let focus: Element = event.target()?.dyn_into().ok()?;
    let takes = match key.as_str() {
        " " => "input, select, textarea, button, a, summary, [contenteditable]",
        _ => "input, select, textarea, [contenteditable]",
    };
    if focus.closest(takes).ok()?.is_some() {
        return None;
    }
    let buttons = ids.iter().filter_map(|id| by_id::<HtmlElement>(id).ok());
    // A button that is hidden, locked or of no use now has no key; the list of keys is there without its button too, which
    // narrow windows and frames have no room for.
    buttons.into_iter().find(|button| {
        let off = button.has_attribute("disabled")
            || button.has_attribute("data-off")
            || button.get_attribute("aria-disabled").as_deref() == Some("true");
        !off && (button.offset_width() > 0 || key == "?")
    })
}
