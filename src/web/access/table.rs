//! The table of a figure: the same series as numbers, made while it is open.

use web_sys::{Element, HtmlElement};

use crate::core::Rule;
use crate::lang::fill;
use crate::plot::axis::number;
use crate::plot::track::{Track, rows};

use crate::web::dom::{
    Listener, Output, Result, by_id, from_template, set_attribute, show, within,
};
use crate::web::events::{Event, Plot, push};
use crate::web::figures::Sources;

use super::Act;

/// Rows at the most, and values.
const ROWS: usize = 200;
const CELLS: usize = 4_800;
/// Milliseconds between two refreshments while lanes run.
const EVERY_MS: f64 = 2_000.0;

/// What a table was last made from.
#[derive(PartialEq)]
struct Made {
    revision: u64,
    tracks: Vec<Track>,
    /// What its columns are called, and the rules that they are coloured by.
    heads: Vec<(String, Option<Rule>)>,
    title: &'static str,
}

/// A row that stands in the page.
struct Line {
    element: Element,
    step: Output,
    /// The epoch, then a cell a series.
    cells: Vec<Output>,
}

pub struct Table {
    place: HtmlElement,
    button: Element,
    about: Output,
    head: Element,
    body: Element,
    lines: Vec<Line>,
    made: Option<(Made, f64)>,
    _listener: Listener,
}

impl Table {
    pub fn new(plot: Plot, name: &str) -> Result<Table> {
        let button: Element = by_id(&format!("{name}-table-open"))?;
        let place: HtmlElement = by_id(&format!("{name}-table"))?;
        Ok(Table {
            about: Output::text(by_id(&format!("{name}-table-about"))?),
            head: within(&place, "thead")?,
            body: within(&place, "tbody")?,
            lines: Vec::new(),
            made: None,
            _listener: Listener::new(&button, "click", move |_| {
                push(Event::Access(Act::Table(plot)));
            })?,
            button,
            place,
        })
    }

    pub fn is_open(&self) -> bool {
        !self.place.hidden()
    }

    /// Opens or closes it.
    pub fn toggle(&mut self) {
        let open = self.place.hidden();
        show(&self.place, open);
        let word = if open { "true" } else { "false" };
        set_attribute(&self.button, "aria-expanded", word);
        if !open {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.made = None;
        self.lines.clear();
        self.head.set_text_content(None);
        self.body.set_text_content(None);
    }

    /// Brings it up to date: at once while lanes stand still, else now and then. Whether it is stale.
    pub fn refresh(
        &mut self,
        sources: Sources,
        (tracks, layers): (Vec<Track>, Option<(usize, usize)>),
        title: &'static str,
        running: bool,
        now: f64,
    ) -> Result<bool> {
        let wanted = Made {
            revision: sources.store.revision(),
            heads: tracks.iter().map(|track| head(*track, sources)).collect(),
            tracks,
            title,
        };
        if let Some((made, at)) = &self.made {
            if *made == wanted {
                return Ok(false);
            }
            let same = made.tracks == wanted.tracks
                && made.heads == wanted.heads
                && made.title == wanted.title;
            if running && same && now - at < EVERY_MS {
                return Ok(true);
            }
            if !same {
                self.forget();
            }
        }
        let access = &sources.texts.access;
        let most = (CELLS / wanted.tracks.len().max(1)).min(ROWS);
        let (steps, all) = rows(sources.store, &wanted.tracks, most);
        let (count, of) = (number(steps.len() as f64), number(all as f64));
        let about = match steps.len() {
            0 => access.table_empty,
            shown if shown < all => access.table_some,
            _ => access.table_all,
        };
        let values = [("title", title), ("count", &*count), ("all", &of)];
        let mut about = fill(about, &values);
        if let Some((shown, all)) = layers {
            let values = [("shown", &*shown.to_string()), ("all", &all.to_string())];
            about = format!("{about} {}", fill(access.table_layers, &values));
        }
        self.about.set(&about);
        if self.lines.is_empty() && !steps.is_empty() {
            self.make_head(sources, &wanted.heads)?;
        }
        for line in self.lines.drain(steps.len().min(self.lines.len())..) {
            line.element.remove();
        }
        for (i, &step) in steps.iter().enumerate() {
            if i == self.lines.len() {
                let line = Line::new(wanted.tracks.len() + 1)?;
                self.body.append_child(&line.element)?;
                self.lines.push(line);
            }
            let line = &mut self.lines[i];
            line.step.set(&number(step as f64));
            let epoch = step as f64 / sources.spec.steps_per_epoch() as f64;
            line.cells[0].set(&format!("{epoch:.2}"));
            for (cell, track) in line.cells[1..].iter_mut().zip(&wanted.tracks) {
                let point = track.exactly(sources.store, step);
                match point.map(|point| point.value) {
                    None => cell.set(""),
                    Some(None) => cell.set("–"),
                    Some(Some(value)) => cell.set(&track.kind.text(value)),
                }
            }
        }
        self.made = Some((wanted, now));
        Ok(false)
    }

    fn make_head(&self, sources: Sources, heads: &[(String, Option<Rule>)]) -> Result<()> {
        let access = &sources.texts.access;
        self.head.set_text_content(None);
        let line: Element = from_template("line-template")?;
        let add = |text: &str, rule: Option<Rule>| -> Result<()> {
            let cell: Element = from_template("head-template")?;
            cell.set_text_content(Some(text));
            if let Some(rule) = rule {
                set_attribute(&cell, "data-rule-name", rule.key());
            }
            line.append_child(&cell).map(|_| ())
        };
        add(access.table_step, None)?;
        add(access.table_epoch, None)?;
        for (text, rule) in heads {
            add(text, *rule)?;
        }
        self.head.append_child(&line).map(|_| ())
    }
}

/// What a column is called, and the rule that it is coloured by.
fn head(track: Track, sources: Sources) -> (String, Option<Rule>) {
    let (lane, rule) = sources.owner(track);
    let series = track.kind.name(sources.texts);
    let values = [("lane", &*lane), ("series", &series)];
    (fill(sources.texts.access.table_column, &values), rule)
}

impl Line {
    fn new(cells: usize) -> Result<Line> {
        let element: Element = from_template("row-template")?;
        let cell = |_| -> Result<Output> {
            let cell: Element = from_template("cell-template")?;
            element.append_child(&cell)?;
            Ok(Output::text(cell))
        };
        Ok(Line {
            step: Output::text(within(&element, "th")?),
            cells: (0..cells).map(cell).collect::<Result<_>>()?,
            element,
        })
    }
}
