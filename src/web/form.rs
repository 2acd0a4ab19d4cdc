//! The form: one control a row of `FIELDS`, bound by its name.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent};

use super::dom::{Listener, Result, all, by_id, document, set_attribute};
use super::events::{Event, push};
use crate::lang::{Texts, fill};
use crate::spec::{FIELDS, Field, Spec, field};

/// The form and its listeners.
pub struct Form {
    element: HtmlElement,
    _listeners: Vec<Listener>,
}

impl Form {
    pub fn new() -> Result<Form> {
        let element: HtmlElement = by_id("form")?;
        let form = element.clone();
        let changed = move |event: web_sys::Event| {
            let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
                return;
            };
            let name = target.get_attribute("name").unwrap_or_default();
            push(Event::Field(name.clone(), text(&form, &name)));
        };
        let drawer = element.clone();
        let leave = move |event: web_sys::Event| {
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
            // Only as a drawer; beside the plots it has nothing to close.
            if key.as_deref() == Some("Escape") && drawer.class_list().contains("open") {
                push(Event::OpenForm(false));
            }
        };
        let listeners = vec![
            Listener::new(&element, "change", changed)?,
            Listener::new(&element, "submit", |event| event.prevent_default())?,
            Listener::new(&element, "keydown", leave)?,
        ];
        Ok(Form {
            element,
            _listeners: listeners,
        })
    }

    /// Says what each field means and takes.
    pub fn speak(&self, texts: &Texts) -> Result<()> {
        for field in FIELDS {
            let words = field.words(texts);
            let values = [("help", words.help), ("allowed", words.allowed)];
            let title = fill(texts.lab.field_title, &values);
            for control in all::<Element>(&self.element, &format!("[name={}]", field.key))? {
                let label = control.parent_element().unwrap_or_else(|| control.clone());
                set_attribute(&label, "title", &title);
            }
        }
        Ok(())
    }

    /// Shows an experiment; wrong texts of before are gone.
    pub fn show(&self, spec: &Spec) -> Result<()> {
        for field in FIELDS {
            self.put(field, &in_force(field, spec))?;
        }
        let optimizer = FIELDS
            .iter()
            .find(|field| field.key == "opt")
            .map(|field| field.get(spec));
        for field in all::<HtmlElement>(&self.element, "[data-only]")? {
            let only = field.get_attribute("data-only").unwrap_or_default();
            let fits = only
                .split(' ')
                .any(|word| Some(word) == optimizer.as_deref());
            super::dom::show(&field, fits);
        }
        Ok(())
    }

    /// Shows a field's text, as one that can be used.
    fn put(&self, field: &Field, text: &str) -> Result<()> {
        for control in all::<Element>(&self.element, &format!("[name={}]", field.key))? {
            control.remove_attribute("aria-invalid")?;
            if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
                select.set_value(text);
            } else if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
                if input.type_() == "checkbox" {
                    input.set_checked(text.split('-').any(|word| word == input.value()));
                } else {
                    input.set_value(text);
                }
            }
        }
        Ok(())
    }

    /// Puts back what is in force into fields whose text could not be used, all but that of a key; what they are and
    /// what stood there.
    pub fn take_back(&self, spec: &Spec, but: &str) -> Result<Vec<(&'static Field, String)>> {
        let mut taken = Vec::new();
        let wrong = all::<Element>(&self.element, "[aria-invalid=true]")?;
        let names: Vec<_> = wrong
            .iter()
            .filter_map(|control| control.get_attribute("name"))
            .collect();
        let is_wrong = |it: &&Field| it.key != but && names.iter().any(|name| name == it.key);
        for field in FIELDS.iter().filter(is_wrong) {
            let (text, used) = (text(&self.element, field.key), in_force(field, spec));
            // Where a link was wrong, its field shows what is in force.
            if text != used {
                self.put(field, &used)?;
                taken.push((field, text));
            }
        }
        Ok(taken)
    }

    /// Marks a field whose text cannot be used.
    pub fn mark_wrong(&self, key: &str) -> Result<()> {
        // Only the program's own keys may stand in a selector.
        let Some(Field { key, .. }) = field(key) else {
            return Ok(());
        };
        for control in all::<Element>(&self.element, &format!("[name={key}]"))? {
            set_attribute(&control, "aria-invalid", "true");
        }
        Ok(())
    }
}

/// What a field shows of an experiment.
fn in_force(field: &Field, spec: &Spec) -> String {
    match field.key {
        // Lanes with phases stand in their own field.
        "rules" if spec.has_phases() => String::new(),
        _ => field.get(spec),
    }
}

/// What the form calls a field, in the page's language.
pub fn label(key: &str) -> Option<String> {
    // Only the program's own keys may stand in a selector.
    let key = field(key)?.key;
    let of_field = format!("label[for=f-{key}]");
    let found = document().ok()?.query_selector(&of_field).ok()??;
    found.text_content()
}

/// The present text of a field; of the rules' boxes the words that are ticked.
fn text(form: &Element, name: &str) -> String {
    let controls = all::<Element>(form, &format!("[name={name}]")).unwrap_or_default();
    let texts = controls.iter().filter_map(|control| {
        if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
            return Some(select.value());
        }
        let input = control.dyn_ref::<HtmlInputElement>()?;
        (input.type_() != "checkbox" || input.checked()).then(|| input.value().trim().to_owned())
    });
    texts.collect::<Vec<String>>().join("-")
}
