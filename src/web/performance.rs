//! The performance panel: what the page costs, in words and numbers. While it is closed nothing is counted together.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::cards::speed;
use super::dom::{
    Listener, Output, Result, by_id, document, from_template, memory_bytes, set_attribute,
    set_text, window, within,
};
use super::events::{Event, push};
use super::lanes::Lane;
use super::meter::{Meter, Traffic, now};
use crate::lang::Texts;
use crate::plot::axis::number;
use crate::spec::LaneId;
use crate::store::Store;

/// Milliseconds between two readings of the panel.
const EVERY_MS: i32 = 500;
/// The button that opens the panel.
const OPENER: &str = "[popovertarget=performance]:not([popovertargetaction])";

/// A lane's row.
struct Row {
    id: LaneId,
    /// Its messages at the last reading.
    before: Traffic,
    data_memory: Output,
    speed: Output,
    messages: Output,
    memory: Output,
}

pub struct Performance {
    panel: HtmlElement,
    body: Element,
    rows: Vec<Row>,
    frames: Output,
    long_tasks: Output,
    messages: Output,
    memory: Output,
    series: Output,
    data: [Output; DATA.len()],
    /// The clock that runs while the panel is open, and when it last ran.
    running: Option<(i32, f64)>,
    tick: Closure<dyn FnMut()>,
    _listeners: Vec<Listener>,
}

/// The attributes of the panel, for whoever measures the page from outside.
const DATA: [&str; 12] = [
    "data-frames",
    "data-frame-median-ms",
    "data-frame-p95-ms",
    "data-frame-longest-ms",
    "data-long-tasks",
    "data-longest-task-ms",
    "data-messages-per-second",
    "data-busiest-lane-messages-per-second",
    "data-bytes-per-second",
    "data-page-memory-bytes",
    "data-series-kept",
    "data-series-measured",
];

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

impl Performance {
    pub fn new() -> Result<Performance> {
        let panel: HtmlElement = by_id("performance")?;
        let text = |id: &str| by_id::<Element>(id).map(Output::text);
        let (toggled, escaped) = (panel.clone(), panel.clone());
        let anew: Element = by_id("measure-anew")?;
        let listeners = vec![
            Listener::new(&panel, "toggle", move |_| {
                let open = toggled.matches(":popover-open").unwrap_or(false);
                push(Event::Performance(open));
            })?,
            Listener::new(&panel, "keydown", move |event| {
                let event: KeyboardEvent = event.unchecked_into();
                if event.key() == "Escape" {
                    escaped.hide_popover().ok();
                    // What is manual does not give the focus back by itself.
                    let opener = document().and_then(|page| page.query_selector(OPENER));
                    if let Some(opener) = opener.ok().flatten() {
                        opener.unchecked_into::<HtmlElement>().focus().ok();
                    }
                }
            })?,
            Listener::new(&anew, "click", |_| {
                push(Event::MeasureAnew);
            })?,
        ];
        Ok(Performance {
            body: within(&panel, "tbody")?,
            rows: Vec::new(),
            frames: text("frame-times")?,
            long_tasks: text("long-tasks")?,
            messages: text("message-rate")?,
            memory: text("page-memory")?,
            series: text("series-density")?,
            data: DATA.map(|name| Output::attribute(&panel, name)),
            panel,
            running: None,
            tick: Closure::new(|| push(Event::Tick)),
            _listeners: listeners,
        })
    }

    /// The panel was opened or closed.
    pub fn open(&mut self, open: bool) -> Result<()> {
        let window = window()?;
        if let Some((clock, _)) = self.running.take() {
            window.clear_interval_with_handle(clock);
        }
        if open {
            let function = self.tick.as_ref().unchecked_ref();
            let clock = window
                .set_interval_with_callback_and_timeout_and_arguments_0(function, EVERY_MS)?;
            self.running = Some((clock, now()));
            self.rows.clear(); // Rates begin anew.
        }
        Ok(())
    }

    /// Names the lanes in another language, at the next reading.
    pub fn speak(&mut self) {
        self.rows.clear();
    }

    /// The attributes and texts of before are gone until the next reading.
    pub fn forget(&mut self) {
        for output in &mut self.data {
            output.remove();
        }
        if let Some((_, last)) = &mut self.running {
            *last = now();
            self.rows.clear();
        }
    }

    /// Reads everything once, if the panel is open.
    pub fn read(
        &mut self,
        lanes: &[Lane],
        store: &Store,
        meter: &Meter,
        texts: &Texts,
    ) -> Result<()> {
        let Some((_, last)) = &mut self.running else {
            return Ok(());
        };
        let seconds = (now() - std::mem::replace(last, now())) / 1e3;
        if seconds <= 0.0 {
            return Ok(()); // A clock that was set back stands still: there is no rate yet.
        }
        let ids = lanes.iter().map(|lane| lane.id);
        let fits = self.rows.iter().map(|row| row.id).eq(ids);
        if !fits {
            self.list(lanes, meter, texts)?;
        }
        let (mut all, mut busiest) = (Traffic::default(), 0);
        for (row, lane) in self.rows.iter_mut().zip(lanes) {
            let traffic = meter.traffic(lane.id);
            let messages = traffic.messages - row.before.messages;
            all.messages += messages;
            all.bytes += traffic.bytes - row.before.bytes;
            busiest = busiest.max(messages);
            row.before = traffic;
            row.speed.set(&speed(lane.samples_per_second));
            match lane.memory_bytes {
                0 => row.memory.set("–"),
                bytes => row.memory.set(&megabytes(bytes)),
            }
            row.data_memory.set(&lane.memory_bytes.to_string());
            row.messages.set(&match fits {
                true => format!("{:.0}", messages as f64 / seconds),
                false => "–".to_owned(),
            });
        }
        let [
            frames,
            median,
            p95,
            longest,
            long_tasks,
            longest_task,
            messages,
            busiest_lane,
            bytes,
            page_memory,
            kept,
            measured,
        ] = &mut self.data;
        match meter.frame_times() {
            Some(times) => {
                frames.set(&times.count.to_string());
                median.set(&format!("{:.2}", times.median));
                p95.set(&format!("{:.2}", times.p95));
                longest.set(&format!("{:.2}", times.longest));
                self.frames.set(&texts.frame_times(&times));
            }
            None => self.frames.set("–"),
        }
        let tasks = meter.long_tasks();
        if let Some(tasks) = tasks {
            long_tasks.set(&tasks.count.to_string());
            longest_task.set(&format!("{:.0}", tasks.longest));
        }
        self.long_tasks.set(&texts.long_tasks(tasks));
        if fits && seconds > 0.0 {
            let rate = |count: u64| count as f64 / seconds;
            messages.set(&format!("{:.1}", rate(all.messages)));
            busiest_lane.set(&format!("{:.1}", rate(busiest)));
            bytes.set(&format!("{:.0}", rate(all.bytes)));
            let text = texts.message_rate(rate(all.messages), rate(all.bytes));
            self.messages.set(&text);
        }
        let page = memory_bytes();
        page_memory.set(&page.to_string());
        self.memory.set(&format!("{} MB", megabytes(page)));
        let density = store.density();
        kept.set(&density.kept.to_string());
        measured.set(&density.measured.to_string());
        self.series.set(&texts.density(
            &number(density.kept as f64),
            &number(density.measured as f64),
            &megabytes(density.bytes),
        ));
        Ok(())
    }

    /// A row a lane.
    fn list(&mut self, lanes: &[Lane], meter: &Meter, texts: &Texts) -> Result<()> {
        self.rows.clear();
        self.body.set_text_content(None);
        for lane in lanes {
            let line: Element = from_template("row-template")?;
            set_attribute(&line, "data-rule-name", lane.rule.key());
            set_text(
                &within::<Element>(&line, "th")?,
                &texts.lane(&lane.schedule),
            );
            let cell = || -> Result<Output> {
                let cell: Element = from_template("cell-template")?;
                line.append_child(&cell)?;
                Ok(Output::text(cell))
            };
            self.rows.push(Row {
                id: lane.id,
                before: meter.traffic(lane.id),
                speed: cell()?,
                messages: cell()?,
                memory: cell()?,
                data_memory: Output::attribute(&line, "data-memory-bytes"),
            });
            self.body.append_child(&line)?;
        }
        Ok(())
    }
}

impl Drop for Performance {
    fn drop(&mut self) {
        self.open(false).ok();
        self.panel.hide_popover().ok();
    }
}
