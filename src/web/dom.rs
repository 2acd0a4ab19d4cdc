//! The few things that the page asks of the document.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, Event, EventTarget, HtmlElement, HtmlTemplateElement, MessageChannel,
    MessagePort, Window,
};

/// What a browser call answers.
pub type Result<T> = std::result::Result<T, JsValue>;

/// The window of the page.
pub fn window() -> Result<Window> {
    web_sys::window().ok_or_else(|| JsValue::from_str("no window"))
}

/// The page's document.
pub fn document() -> Result<Document> {
    window()?
        .document()
        .ok_or_else(|| JsValue::from_str("no document"))
}

/// The element of an id, as the kind that it is.
pub fn by_id<T: JsCast>(id: &str) -> Result<T> {
    let element = document()?.get_element_by_id(id);
    element
        .and_then(|element| element.dyn_into().ok())
        .ok_or_else(|| JsValue::from_str(&format!("index.html has no fitting #{id}")))
}

/// The first element within `parent` that fits a selector.
pub fn within<T: JsCast>(parent: &Element, selector: &str) -> Result<T> {
    let element = parent.query_selector(selector)?;
    element
        .and_then(|element| element.dyn_into().ok())
        .ok_or_else(|| JsValue::from_str(&format!("index.html has no fitting {selector}")))
}

/// All elements within `parent` that fit a selector.
pub fn all<T: JsCast>(parent: &Element, selector: &str) -> Result<Vec<T>> {
    let list = parent.query_selector_all(selector)?;
    let nodes = (0..list.length()).filter_map(|i| list.get(i));
    Ok(nodes.filter_map(|node| node.dyn_into().ok()).collect())
}

/// A copy of the one element in a template.
pub fn from_template<T: JsCast>(id: &str) -> Result<T> {
    let template: HtmlTemplateElement = by_id(id)?;
    let first = template.content().first_element_child();
    first
        .and_then(|first| first.clone_node_with_deep(true).ok())
        .and_then(|copy| copy.dyn_into().ok())
        .ok_or_else(|| JsValue::from_str(&format!("the template #{id} is empty")))
}

/// Sets a text only where it differs, so that an unchanged page costs no layout.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets an attribute only where it differs.
pub fn set_attribute(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        element.set_attribute(name, value).ok();
    }
}

/// Shows or hides.
pub fn show(element: &HtmlElement, visible: bool) {
    if element.hidden() == visible {
        element.set_hidden(!visible);
    }
}

/// A word that was kept in this browser; `None` too where storage is forbidden.
pub fn kept(name: &str) -> Option<String> {
    let storage = window().ok()?.local_storage().ok().flatten()?;
    storage.get_item(name).ok().flatten()
}

/// Keeps a word in this browser; where storage is forbidden it lasts as long as the page.
pub fn keep(name: &str, word: &str) {
    let storage = window().and_then(|window| window.local_storage());
    if let Ok(Some(storage)) = storage {
        storage.set_item(name, word).ok();
    }
}

/// A listener that removes itself when it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `then` for every event `name` at `target`.
    pub fn new(
        target: &EventTarget,
        name: &'static str,
        then: impl FnMut(Event) + 'static,
    ) -> Result<Listener> {
        let closure = Closure::new(then);
        let function = closure.as_ref().unchecked_ref();
        target.add_event_listener_with_callback(name, function)?;
        Ok(Listener {
            target: target.clone(),
            name,
            closure,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        self.target
            .remove_event_listener_with_callback(self.name, function)
            .ok();
    }
}

/// A text or attribute that changes often. It remembers what it shows, so that an unchanged one asks the document
/// nothing.
pub struct Output {
    element: Element,
    /// `None` is the text.
    attribute: Option<&'static str>,
    shown: Option<String>,
}

impl Output {
    /// The text of an element; it shows nothing that is known yet.
    pub fn text(element: Element) -> Output {
        Output {
            element,
            attribute: None,
            shown: None,
        }
    }

    /// An attribute of an element.
    pub fn attribute(element: &Element, name: &'static str) -> Output {
        Output {
            element: element.clone(),
            attribute: Some(name),
            shown: None,
        }
    }

    pub fn set(&mut self, value: &str) {
        if self.shown.as_deref() == Some(value) {
            return;
        }
        match self.attribute {
            Some(name) => {
                self.element.set_attribute(name, value).ok();
            }
            None => self.element.set_text_content(Some(value)),
        }
        self.shown = Some(value.to_owned());
    }

    /// Takes an attribute away.
    pub fn remove(&mut self) {
        if let Some(name) = self.attribute
            && self.shown.take().is_some()
        {
            self.element.remove_attribute(name).ok();
        }
    }
}

/// A way back into the page's own queue of tasks, behind what already waits there and without a timer's delay.
pub struct Turn {
    ask: MessagePort,
    _listener: Listener,
}

impl Turn {
    /// Calls `then` in a task of its own after every [`Turn::ask`].
    pub fn new(then: impl FnMut(Event) + 'static) -> Result<Turn> {
        let channel = MessageChannel::new()?;
        let listener = Listener::new(&channel.port1(), "message", then)?;
        channel.port1().start();
        Ok(Turn {
            ask: channel.port2(),
            _listener: listener,
        })
    }

    pub fn ask(&self) {
        self.ask.post_message(&JsValue::NULL).ok();
    }
}

/// Bytes of WebAssembly memory that this instance (the page, or a lane) has taken; it never gives any back.
pub fn memory_bytes() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}
