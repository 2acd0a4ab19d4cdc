//! The page around the lab, where it is embedded: what it orders, and what it is told (`docs/embedding.md`).
//!
//! Only an embedded page (`embed=1`) listens, only to its parent window, and only to one origin: the one that the link
//! names, else the one that framed it, else that of the first order.

use js_sys::{Array, Object, Reflect};
use serde::Serialize as _;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Location, MessageEvent, Url, Window};

use super::dom::{Listener, Result, document, window};
use super::events::{Event, push};
use super::meter::now;
use crate::protocol::host::{self, Refusal, Value, may_order};
use crate::report::Record;
use crate::report::line::Line;

/// Milliseconds between two messages with metrics, at the least.
const POLITE_MS: f64 = 250.0;

/// Records that wait for the next message at the most; older ones are left out.
const MOST_RECORDS: usize = 400;

pub struct Host {
    parent: Window,
    /// `origin=` of the link.
    named: Option<String>,
    /// The one that framed the page, or spoke first.
    first: Option<String>,
    records: Vec<Record>,
    told: f64,
    /// The state and the link that it was told last.
    pub state: (&'static str, String),
    _listener: Listener,
}

impl Host {
    /// Listens to the parent window; `None` where there is none.
    pub fn new(named: Option<String>) -> Result<Option<Host>> {
        let window = window()?;
        let Some(parent) = window.parent()?.filter(|parent| *parent != window) else {
            return Ok(None);
        };
        let above = parent.clone();
        let listener = Listener::new(&window, "message", move |event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else {
                return;
            };
            let is_parent = event
                .source()
                .is_some_and(|source| js_sys::Object::is(&source, &above));
            let data = event.data();
            let order = host::read(
                &field(&data, "falab"),
                &field(&data, "type"),
                &field(&data, "link"),
            );
            if is_parent && order != Err(Refusal::NotOurs) {
                push(Event::Host(event.origin(), order));
            }
        })?;
        Ok(Some(Host {
            parent,
            named,
            first: framed_by(&window.location()),
            records: Vec::new(),
            told: 0.0,
            state: ("", String::new()),
            _listener: listener,
        }))
    }

    /// Whether the parent window, from this origin, may order; the first that may is the only one from then on.
    pub fn admits(&mut self, origin: &str) -> bool {
        let admitted = may_order(true, origin, self.named.as_deref(), self.first.as_deref());
        if admitted && self.named.is_none() && self.first.is_none() {
            self.first = Some(origin.to_owned());
        }
        admitted
    }

    /// That the page listens; it says nothing else, so that it may be said to an origin that is not known yet.
    pub fn ready(&self) -> Result<()> {
        let message = message("ready")?;
        let origin = self.origin().unwrap_or("*");
        self.parent.post_message(&message, origin)
    }

    /// Tells the origin that may order; nothing while it is not known.
    pub fn tell(&self, kind: &str, fields: &[(&str, JsValue)]) -> Result<()> {
        let Some(origin) = self.origin() else {
            return Ok(());
        };
        let message = message(kind)?;
        for (name, value) in fields {
            Reflect::set(&message, &(*name).into(), value)?;
        }
        self.parent.post_message(&message, origin)
    }

    pub fn measured(&mut self, record: Record) {
        if self.records.len() == MOST_RECORDS {
            self.records.remove(0);
        }
        self.records.push(record);
    }

    /// Tells what was measured, if that is due; `at_once` does not wait.
    pub fn tell_metrics(&mut self, at_once: bool) -> Result<()> {
        let at = now();
        if self.records.is_empty() || !at_once && at - self.told < POLITE_MS {
            return Ok(());
        }
        self.told = at;
        let records = std::mem::take(&mut self.records);
        self.tell("metrics", &[("records", lines(&records)?)])
    }

    fn origin(&self) -> Option<&str> {
        self.named.as_deref().or(self.first.as_deref())
    }
}

/// Records as plain objects, each with the fields of a JSON line of the command line.
pub fn lines(records: &[Record]) -> Result<JsValue> {
    let array = Array::new();
    for record in records {
        array.push(&plain(&Line::of(record, None))?);
    }
    Ok(array.into())
}

fn plain(line: &Line) -> Result<JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    line.serialize(&serializer).map_err(JsValue::from)
}

/// An object of fields.
pub fn object(fields: &[(&str, JsValue)]) -> Result<JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}

fn message(kind: &str) -> Result<JsValue> {
    object(&[("falab", host::VERSION.into()), ("type", kind.into())])
}

/// A field of a foreign message; what it holds is looked at, never called.
fn field(message: &JsValue, name: &str) -> Value {
    if !message.is_object() {
        return Value::Missing;
    }
    let value = match Reflect::get(message, &name.into()) {
        Ok(value) => value,
        Err(_) => return Value::Other,
    };
    if let Some(text) = value.dyn_ref::<js_sys::JsString>() {
        let length = text.length() as usize;
        return match length <= Value::MOST {
            true => Value::Text(String::from(text)),
            false => Value::TooLong(length),
        };
    }
    match value.as_f64() {
        Some(number) => Value::Number(number),
        None if value.is_undefined() => Value::Missing,
        None => Value::Other,
    }
}

/// The origin of the page that framed this one, where the browser says so.
fn framed_by(location: &Location) -> Option<String> {
    let ancestors = Reflect::get(location, &"ancestorOrigins".into()).ok()?;
    let nearest = Reflect::get(&ancestors, &0.into()).ok();
    let nearest = nearest.and_then(|origin| origin.as_string());
    nearest.or_else(|| {
        let referrer = document().ok()?.referrer();
        let url = Url::new(&referrer).ok()?;
        Some(url.origin())
    })
}
