//! The lab in a frame of another page: what that page orders and is told.

use wasm_bindgen::JsValue;

use super::App;
use crate::core::Metrics;
use crate::core::fingerprint;
use crate::protocol::host::{Order, Refusal};
use crate::report::Record;
use crate::spec::{LaneId, Link};
use crate::web::dom::{Result, document};
use crate::web::events::Control;
use crate::web::host::{self, Host};
use crate::web::lanes::Lane;
use crate::web::link;
use crate::web::texts::Note;

impl App {
    /// Shows plots and run controls alone, and listens to the page around the lab, if the link says so.
    pub(super) fn embed(&mut self) -> Result<()> {
        let wanted = self.presentation.embed;
        if let Some(root) = document()?.document_element() {
            root.toggle_attribute_with_force("data-embed", wanted)?;
        }
        if !wanted {
            self.host = None;
        } else if self.host.is_none() {
            self.host = Host::new(self.presentation.origin.clone())?;
            if let Some(host) = &self.host {
                host.ready()?;
            }
        }
        Ok(())
    }

    /// An order of the page around the lab, or why it is none.
    pub(super) fn host(
        &mut self,
        origin: &str,
        order: std::result::Result<Order, Refusal>,
    ) -> Result<()> {
        if !self.host.as_mut().is_some_and(|host| host.admits(origin)) {
            return Ok(());
        }
        match order {
            Ok(Order::Run) if !self.has_data() => {
                self.start_when_ready = true;
                Ok(())
            }
            Ok(Order::Run) => self.control(Control::Run),
            Ok(Order::Pause) => self.control(Control::Pause),
            Ok(Order::Step) => self.control(Control::Step),
            Ok(Order::Reset) => self.control(Control::Reset),
            Ok(Order::State) => self.tell_state("state"),
            Ok(Order::Open(text)) => self.open_for_host(&text),
            Err(refusal) => self.tell_error(refusal.words()),
        }
    }

    /// Another experiment in the same frame: it stays embedded, whatever the link says of that.
    fn open_for_host(&mut self, text: &str) -> Result<()> {
        let mut wanted = Link::read(text);
        wanted.presentation.embed = true;
        wanted.presentation.origin = self.presentation.origin.clone();
        for error in &wanted.errors {
            self.tell_error(&error.words(self.texts))?;
        }
        self.show_link(&wanted)?;
        link::write(&self.link(), false)
    }

    fn tell_error(&self, words: &str) -> Result<()> {
        match &self.host {
            Some(host) => host.tell("error", &[("message", words.into())]),
            None => Ok(()),
        }
    }

    /// Keeps what was measured for the page around the lab.
    pub(super) fn measured(&mut self, id: LaneId, points: &[Metrics]) {
        let lane = self.lanes.iter().find(|lane| lane.id == id);
        if let (Some(host), Some(lane)) = (&mut self.host, lane) {
            for point in points {
                host.measured(Record::Metrics {
                    lane: lane.schedule.name().to_owned(),
                    metrics: Box::new(point.clone()),
                });
            }
        }
    }

    /// Tells the page around the lab what is new; called after every event, because a frame that is out of sight draws
    /// nothing.
    pub(super) fn tell_host(&mut self) -> Result<()> {
        if self.host.is_none() {
            return Ok(());
        }
        let state = (self.controls().state, self.spec_link());
        let mut is_new = false;
        if let Some(host) = &mut self.host {
            is_new = host.state != state;
            host.tell_metrics(is_new)?;
            host.state.clone_from(&state);
        }
        if is_new {
            self.tell_state("state")?;
            if state.0 == "finished" {
                self.tell_state("finished")?;
            }
        }
        Ok(())
    }

    fn tell_state(&self, kind: &str) -> Result<()> {
        let Some(host) = &self.host else {
            return Ok(());
        };
        let lanes = js_sys::Array::new();
        for lane in &self.lanes {
            lanes.push(&of_lane(lane)?);
        }
        let records: Vec<Record> = self
            .lanes
            .iter()
            .filter_map(|lane| self.end(lane))
            .collect();
        let mut fields: Vec<(&str, JsValue)> = vec![
            ("state", self.controls().state.into()),
            ("link", self.spec_link().into()),
            ("lanes", lanes.into()),
        ];
        if kind == "finished" {
            fields.push(("records", host::lines(&records)?));
        }
        host.tell(kind, &fields)
    }

    /// How a lane ended, as the command line says it.
    fn end(&self, lane: &Lane) -> Option<Record> {
        let (fingerprint, Note::Ended(reason)) = (lane.fingerprint?, &lane.note) else {
            return None;
        };
        let name = lane.schedule.name();
        let receipt = self.receipt.as_ref();
        Some(Record::Finished {
            lane: name.to_owned(),
            rule: lane.rule,
            step: lane.step,
            reason: reason.clone(),
            fingerprint,
            parts: lane.parts.clone(),
            verdict: receipt.and_then(|receipt| receipt.verdict(name, fingerprint)),
        })
    }
}

fn of_lane(lane: &Lane) -> Result<JsValue> {
    let print = lane.fingerprint.map(fingerprint::hex);
    host::object(&[
        ("name", lane.schedule.name().into()),
        ("rule", lane.rule.key().into()),
        ("state", lane.state.key().into()),
        ("step", (lane.step as f64).into()),
        ("fingerprint", print.map_or(JsValue::NULL, JsValue::from)),
    ])
}
