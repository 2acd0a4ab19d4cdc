//! Controls that a link hides or locks. Hidden ones are gone, for the keyboard and a screen reader too; locked ones stand
//! there disabled and say why.

use web_sys::{Element, HtmlElement};

use super::dom::{Result, all, by_id, document, set_attribute, set_text, show};
use crate::lang::Texts;
use crate::spec::Presentation;

/// Where each part of [`PARTS`](crate::spec::PARTS) stands in index.html.
const PLACES: [(&str, &str); 18] = [
    ("controls", ".bar .run, #big-run"),
    ("pace", ".pace > label, #speed, #speed-text"),
    ("history", "#open-history"),
    ("experiments", "#open-experiments"),
    ("share", "#share"),
    ("export", "#open-export"),
    ("language", "#language"),
    ("theme", "#themes"),
    ("settings", "#form, #open-form"),
    ("legend", "#legend"),
    ("inside", "#open-inside"),
    ("digit", "#open-digit"),
    ("compare", "#open-compare"),
    ("runs", "#open-runs"),
    ("options", ".options"),
    ("angle", "#angle-figure, #sheet-angle"),
    ("cards", "#lanes, #lane-tabs"),
    ("footer", "footer"),
];

/// What is a control within a place, or is one itself.
const USABLE: &str = "button, input, select, textarea";

/// The elements of a control; of a field of the form with its label.
fn places(root: &Element, name: &str) -> Result<Vec<Element>> {
    if let Some((_, selector)) = PLACES.iter().find(|(known, _)| *known == name) {
        return all(root, selector);
    }
    // The reader of links lets only names of the program through.
    let fields = all::<Element>(root, &format!("#form [name={name}]"))?;
    let mut places: Vec<Element> = Vec::new();
    for field in fields {
        let whole = match name {
            "data" => root.query_selector(".own-row")?,
            _ => field.closest(".field, .rules")?,
        };
        if let Some(whole) = whole.filter(|whole| !places.contains(whole)) {
            places.push(whole);
        }
    }
    Ok(places)
}

fn root() -> Result<Element> {
    document()?
        .document_element()
        .ok_or_else(|| "no page".into())
}

/// Hides what is hidden and shows all else; words of whoever made the link are shown as text.
pub fn apply(presentation: &Presentation) -> Result<()> {
    let root = root()?;
    for element in all::<Element>(&root, "[data-off]")? {
        element.remove_attribute("data-off")?;
    }
    for element in all::<Element>(&root, "[data-locked]")? {
        for name in ["data-locked", "disabled", "aria-describedby", "title"] {
            element.remove_attribute(name)?;
        }
    }
    for name in &presentation.hide {
        for element in places(&root, name)? {
            set_attribute(&element, "data-off", "");
        }
    }
    // Columns of the page follow what is there.
    set_attribute(&root, "data-hide", &presentation.hide.join(" "));
    let panel: HtmlElement = by_id("teacher")?;
    let (title, note) = (&presentation.title, &presentation.note);
    let words = [("teacher-title", title), ("teacher-note", note)];
    for (id, words) in words {
        let element: HtmlElement = by_id(id)?;
        set_text(&element, words.as_deref().unwrap_or_default());
        show(&element, words.is_some());
    }
    let locks = !presentation.lock.is_empty();
    show(&by_id("locked-line")?, locks);
    show(&panel, title.is_some() || note.is_some() || locks);
    Ok(())
}

/// Keeps locked what is locked: cards come and go, and the run controls are switched with what runs.
pub fn hold(presentation: &Presentation, texts: &Texts) -> Result<()> {
    if presentation.lock.is_empty() {
        return Ok(());
    }
    let root = root()?;
    for name in &presentation.lock {
        for place in places(&root, name)? {
            let mut controls = all::<Element>(&place, USABLE)?;
            if place.matches(USABLE)? {
                controls.push(place);
            }
            for control in controls {
                for (name, value) in [
                    ("disabled", ""),
                    ("data-locked", ""),
                    ("aria-describedby", "locked-reason"),
                    ("title", texts.page.locked_reason),
                ] {
                    set_attribute(&control, name, value);
                }
            }
        }
    }
    Ok(())
}
