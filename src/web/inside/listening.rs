//! What the view listens to.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{Act, Choice, Pen, Tab, tabs};
use crate::spec::LaneId;
use crate::web::dom::{Listener, Result, by_id, document};
use crate::web::events::{Event, push};

/// The value of an attribute of what was clicked, or of what is around it.
fn clicked(event: &web_sys::Event, attribute: &str) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let named = target.closest(&format!("[{attribute}]")).ok().flatten()?;
    named.get_attribute(attribute)
}

pub(super) fn listeners() -> Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    let mut on = |id: &str, name: &'static str, then: fn(web_sys::Event)| -> Result<()> {
        let element: Element = by_id(id)?;
        listeners.push(Listener::new(&element, name, then)?);
        Ok(())
    };
    on("open-inside", "click", |_| push(Event::Inside(Act::Open)))?;
    on("close-inside", "click", |_| push(Event::Inside(Act::Close)))?;
    on("inside-order", "change", |_| {
        push(Event::Inside(Act::Choice));
    })?;
    on("inside-quantity", "change", |_| {
        push(Event::Inside(Act::Choice));
    })?;
    on("inside-confusion-images", "change", |_| {
        push(Event::Inside(Act::Choice));
    })?;
    on("inside-before", "click", |_| {
        push(Event::Inside(Act::Page(-1)));
    })?;
    on("inside-after", "click", |_| {
        push(Event::Inside(Act::Page(1)));
    })?;
    on("inside-compute", "click", |_| {
        push(Event::Inside(Act::Compute));
    })?;
    on("inside-stop", "click", |_| push(Event::Inside(Act::Stop)))?;
    on("open-digit", "click", |_| {
        push(Event::Inside(Act::OpenDigit));
    })?;
    on("digit-undo", "click", |_| {
        push(Event::Inside(Act::Draw(Pen::Undo)));
    })?;
    on("digit-clear", "click", |_| {
        push(Event::Inside(Act::Draw(Pen::Clear)));
    })?;
    on("digit-number", "change", |_| {
        push(Event::Inside(Act::Choose(Choice::Number)));
    })?;
    on("digit-any", "click", |_| {
        push(Event::Inside(Act::Choose(Choice::Any)));
    })?;
    on("digit-disagreed", "click", |_| {
        push(Event::Inside(Act::Choose(Choice::Disagreed)));
    })?;
    on("inside", "click", |event| {
        let image = clicked(&event, "data-image");
        if let Some(at) = image.and_then(|image| image.parse().ok()) {
            push(Event::Inside(Act::Show(at)));
        }
    })?;
    on("inside-confusion-lanes", "click", |event| {
        let numbers = clicked(&event, "data-cell").map(|place| {
            place
                .split(' ')
                .filter_map(|x| x.parse().ok())
                .collect::<Vec<usize>>()
        });
        if let Some(&[lane, class, taken]) = numbers.as_deref() {
            push(Event::Inside(Act::Cell(LaneId(lane), class, taken)));
        }
    })?;
    for (i, tab) in Tab::ALL.into_iter().enumerate() {
        let button: Element = by_id(&format!("inside-tab-{}", tab.key()))?;
        listeners.push(Listener::new(&button, "click", move |_| {
            push(Event::Inside(Act::Tab(tab)));
        })?);
        listeners.push(Listener::new(&button, "keydown", move |event| {
            let Some(next) = tabs::led_to(&event, i, Tab::ALL.len()) else {
                return;
            };
            let next = Tab::ALL[next];
            push(Event::Inside(Act::Tab(next)));
            if let Ok(button) = by_id::<HtmlElement>(&format!("inside-tab-{}", next.key())) {
                button.focus().ok();
            }
        })?);
    }
    listeners.push(Listener::new(&document()?.into(), "keydown", |event| {
        let key = event.unchecked_ref::<KeyboardEvent>();
        // Escape belongs to what lies above first.
        let above = document().and_then(|page| page.query_selector("dialog:modal, :popover-open"));
        if key.key() == "Escape" && matches!(above, Ok(None)) {
            push(Event::Inside(Act::Close));
        }
    })?);
    Ok(listeners)
}
