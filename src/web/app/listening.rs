//! What the page listens to, beside what its parts listen to themselves.

use super::{App, SPEEDS};
use crate::spec::EXPERIMENTS;
use crate::web::dom::{Listener, Result, by_id, document, from_template, set_text, window, within};
use crate::web::events::{Control, Event, push};
use crate::web::view::{FORCED, SCHEME};
use crate::web::{compare, runs};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement};

pub(super) fn listeners() -> Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    let mut on = |id: &str, name: &'static str, event: fn(web_sys::Event)| -> Result<()> {
        let element: Element = by_id(id)?;
        listeners.push(Listener::new(&element, name, event)?);
        Ok(())
    };
    on("run", "click", |_| push(Event::Control(Control::Run)))?;
    on("pause", "click", |_| push(Event::Control(Control::Pause)))?;
    on("step", "click", |_| push(Event::Control(Control::Step)))?;
    on("epoch", "click", |_| push(Event::Control(Control::Epoch)))?;
    on("reset", "click", |_| push(Event::Control(Control::Reset)))?;
    on("share", "click", |_| push(Event::Share))?;
    on("about-promise", "click", |_| push(Event::Promise))?;
    on("share-promise", "click", |_| push(Event::Promise))?;
    on("language", "click", |_| push(Event::Language))?;
    on("open-form", "click", |_| push(Event::OpenForm(true)))?;
    on("close-form", "click", |_| push(Event::OpenForm(false)))?;
    on("open-own", "click", |_| push(Event::Own))?;
    on("wanted-give", "click", |_| push(Event::Own))?;
    on("own-mnist", "click", |_| push(Event::OwnMnist))?;
    on("own-files", "change", |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(files) = input.and_then(|input| input.files()) {
            push(Event::OwnFiles(files));
        }
    })?;
    on("retry", "click", |_| push(Event::Retry))?;
    on("resume-yes", "click", |_| push(Event::Resume(true)))?;
    on("resume-no", "click", |_| push(Event::Resume(false)))?;
    on("close-alerts", "click", |_| push(Event::CloseAlerts))?;
    on("speed", "input", |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        push(Event::Speed(input.map_or(SPEEDS.len(), |input| {
            input.value_as_number() as usize
        })));
    })?;
    on("in-step", "change", |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        push(Event::InStep(input.is_some_and(|input| input.checked())));
    })?;
    let window = window()?;
    listeners.push(Listener::new(&window, "hashchange", |_| push(Event::Link))?);
    listeners.push(Listener::new(&window, "popstate", |_| push(Event::Link))?);
    listeners.push(Listener::new(&window, "resize", |_| push(Event::Resized))?);
    // Files may be dropped anywhere.
    listeners.push(Listener::new(&window, "dragover", |event| {
        event.prevent_default();
    })?);
    listeners.push(Listener::new(&window, "drop", |event| {
        event.prevent_default();
        let event = event.dyn_into::<web_sys::DragEvent>().ok();
        let data = event.and_then(|event| event.data_transfer());
        if let Some(files) = data.and_then(|data| data.files()) {
            push(match compare::are_runs(&files) {
                true => Event::Runs(runs::Act::Dropped(files)),
                false => Event::OwnFiles(files),
            });
        }
    })?);
    let page = document()?;
    listeners.push(Listener::new(&page, "visibilitychange", |_| {
        push(Event::Hidden(
            document().is_ok_and(|document| document.hidden()),
        ));
    })?);
    // A menu that the focus has left would hide what has it now.
    listeners.push(Listener::new(&page, "focusin", |event| {
        let focus = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let open = document().and_then(|page| page.query_selector("[popover='']:popover-open"));
        let open = open
            .ok()
            .flatten()
            .and_then(|open| open.dyn_into::<HtmlElement>().ok());
        if let (Some(focus), Some(open)) = (focus, open)
            && !open.contains(Some(&focus))
            && focus.get_attribute("popovertarget") != Some(open.id())
        {
            open.hide_popover().ok();
        }
    })?);
    // The reader's own choice of a theme (www/theme.js), and the system's.
    listeners.push(Listener::new(&window, "theme", |_| push(Event::Resized))?);
    for query in [SCHEME, FORCED] {
        if let Some(query) = window.match_media(query)? {
            listeners.push(Listener::new(&query, "change", |_| push(Event::Resized))?);
        }
    }
    Ok(listeners)
}

pub(super) fn list_experiments(app: &mut App) -> Result<()> {
    let list: Element = by_id("experiment-list")?;
    for (i, experiment) in EXPERIMENTS.iter().enumerate() {
        let item: Element = from_template("experiment-template")?;
        let words = experiment.words(app.texts);
        set_text(&within::<Element>(&item, "strong")?, words.title);
        set_text(&within::<Element>(&item, "span")?, words.watch);
        let button: Element = within(&item, "button")?;
        app._listeners
            .push(Listener::new(&button, "click", move |_| {
                push(Event::Experiment(i));
            })?);
        list.append_child(&item)?;
    }
    Ok(())
}
