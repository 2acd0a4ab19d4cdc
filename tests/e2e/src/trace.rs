//! What Chromium's own trace tells of the page's main thread: how long its tasks took, by the clock on the wall and in
//! processor time, which leaves out what the thread waited for while other threads had its core.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Page;

/// Tasks of main threads, what they did, and the marks of [`Page::mark`].
pub const CATEGORIES: &str =
    "-*,devtools.timeline,disabled-by-default-devtools.timeline,blink.user_timing";

/// A task of the main thread, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    pub wall: f64,
    pub processor: f64,
    /// It drew a frame.
    pub frame: bool,
}

#[derive(Deserialize)]
struct Event {
    name: String,
    pid: u64,
    tid: u64,
    /// Microseconds, as all times.
    ts: f64,
    #[serde(default)]
    dur: f64,
    #[serde(default)]
    tdur: f64,
}

impl Page {
    /// Puts a mark into the trace.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn mark(&self, name: &str) -> Result<()> {
        self.script(&format!("performance.mark({})", json!(name)))
            .await?;
        Ok(())
    }

    /// The tasks of the page's main thread that began between the marks named so. A session of
    /// [`Browser::traced`](crate::Browser::traced) gives its trace once.
    ///
    /// # Errors
    /// The browser does not answer, or a mark is not in its trace.
    pub async fn tasks_between(&self, begin: &str, end: &str) -> Result<Vec<Task>> {
        let log = self.performance_log().await?;
        let message = |line: &Value| -> Option<Value> {
            let mut message: Value = serde_json::from_str(line["message"].as_str()?).ok()?;
            let message = message["message"].take();
            (message["method"] == "Tracing.dataCollected").then(|| message["params"].clone())
        };
        let events = log.iter().filter_map(message);
        let events: Vec<Event> = events
            .filter_map(|e| serde_json::from_value(e).ok())
            .collect();
        tasks_between(events, begin, end)
    }
}

fn tasks_between(events: Vec<Event>, begin: &str, end: &str) -> Result<Vec<Task>> {
    let mark = |name: &str| {
        let mark = events.iter().find(|event| event.name == name);
        mark.with_context(|| format!("no mark {name} in the trace"))
    };
    let (begin, end) = (mark(begin)?, mark(end)?);
    let thread = (begin.pid, begin.tid);
    let within =
        |event: &&Event| (event.pid, event.tid) == thread && (begin.ts..end.ts).contains(&event.ts);
    // By their beginnings, in microseconds: a frame falls into the last task that began before it.
    let mut tasks = BTreeMap::new();
    for event in events.iter().filter(within) {
        if event.name == "RunTask" {
            let task = Task {
                wall: event.dur / 1e3,
                processor: event.tdur / 1e3,
                frame: false,
            };
            tasks.insert(event.ts as u64, task);
        }
    }
    for event in events.iter().filter(within) {
        if event.name == "FireAnimationFrame"
            && let Some((_, task)) = tasks.range_mut(..=event.ts as u64).next_back()
        {
            task.frame = true;
        }
    }
    Ok(tasks.into_values().collect())
}
