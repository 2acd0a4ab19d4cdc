//! The language of the page: which one, and the texts of index.html in it.
//!
//! The page stands in English in index.html. An element with `data-text=KEY` has a text of its own, one with
//! `data-text-title=KEY` an attribute, and so on; here they get those of the language.

use wasm_bindgen::JsCast as _;
use web_sys::{DocumentFragment, Element, HtmlTemplateElement, NodeList};

use super::dom::{self, Result, all, by_id, document, set_attribute, set_text, window};
use crate::lang::{ENGLISH, Texts, of_code, of_tag};

/// Where the reader's choice is kept.
const KEPT: &str = "falab-language";

/// Attributes that hold a text.
const ATTRIBUTES: [&str; 5] = ["title", "aria-label", "content", "alt", "placeholder"];

/// The language that the reader chose before, else the first of the browser's that the page speaks.
pub fn wanted() -> Result<&'static Texts> {
    let window = window()?;
    if let Some(texts) = dom::kept(KEPT).and_then(|code| of_code(&code)) {
        return Ok(texts);
    }
    let tags = window.navigator().languages();
    let tags = (0..tags.length()).filter_map(|i| tags.get(i).as_string());
    Ok(tags
        .filter_map(|tag| of_tag(&tag))
        .next()
        .unwrap_or(ENGLISH))
}

/// Keeps the reader's choice.
pub fn keep(texts: &Texts) {
    dom::keep(KEPT, texts.code);
}

/// Says everything that stands in index.html in this language, in templates too.
pub fn translate(texts: &Texts) -> Result<()> {
    let Some(root) = document()?.document_element() else {
        return Ok(());
    };
    set_attribute(&root, "lang", texts.code);
    say(|selector| root.query_selector_all(selector), texts)?;
    for template in all::<HtmlTemplateElement>(&root, "template")? {
        let content: DocumentFragment = template.content();
        say(|selector| content.query_selector_all(selector), texts)?;
    }
    // The button names the language that it changes to, in that language.
    let button: Element = by_id("language")?;
    let next = texts.next();
    set_attribute(&button, "lang", next.code);
    set_text(&button, next.name);
    Ok(())
}

fn say(all: impl Fn(&str) -> Result<NodeList>, texts: &Texts) -> Result<()> {
    let each = |name: &str, then: fn(&Element, &str, &str), of: &str| -> Result<()> {
        let list = all(&format!("[{name}]"))?;
        for i in 0..list.length() {
            let element = list.get(i).and_then(|node| node.dyn_into::<Element>().ok());
            let Some(element) = element else { continue };
            let key = element.get_attribute(name).unwrap_or_default();
            if let Some(text) = texts.page.get(&key) {
                then(&element, of, text);
            }
        }
        Ok(())
    };
    each("data-text", |element, _, text| set_text(element, text), "")?;
    for attribute in ATTRIBUTES {
        each(&format!("data-text-{attribute}"), set_attribute, attribute)?;
    }
    Ok(())
}
