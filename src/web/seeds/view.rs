//! What the page says of its seeds: how far they are, and the table that sets them beside each other.

use web_sys::{Element, HtmlDialogElement, HtmlElement};

use super::{Act, SeedRuns, Stand};
use crate::core::fingerprint::hex;
use crate::lang::{Texts, fill};
use crate::report::spread::{images, notes, percent, sentence};
use crate::spec::{LaneId, Schedule, Spec};
use crate::spread::{Comparison, Seeds};
use crate::web::dom::{
    Listener, Output, Result, by_id, from_template, set_attribute, set_text, show, within,
};
use crate::web::events::{Event, push};
use crate::web::lanes::{Lane, State};

/// Seeds that are named one by one while they train.
const NAMED: usize = 4;

pub struct View {
    line: HtmlElement,
    about: Output,
    progress: Output,
    computing: Output,
    failed: Output,
    done: Output,
    button: HtmlElement,
    button_text: Output,
    dialog: HtmlDialogElement,
    at: Output,
    table: HtmlElement,
    pairs: Element,
    /// What the table shows.
    shown: Option<Shown>,
    _open: Listener,
}

#[derive(PartialEq)]
struct Shown {
    comparison: Option<Comparison>,
    /// How the lanes of the seeds stand, those of the first by their fingerprints.
    first_lanes: Vec<Option<u64>>,
    stands: Vec<Stand>,
    schedules: Vec<Schedule>,
    first: u64,
    language: &'static str,
}

impl View {
    pub fn new() -> Result<View> {
        let line: HtmlElement = by_id("seeds-line")?;
        let button: HtmlElement = by_id("open-seeds")?;
        let dialog: HtmlDialogElement = by_id("seeds-dialog")?;
        Ok(View {
            about: Output::text(by_id("seeds-about")?),
            progress: Output::text(by_id("seeds-progress")?),
            computing: Output::text(by_id("seeds-computing")?),
            failed: Output::text(by_id("seeds-failed")?),
            done: Output::attribute(&line, "data-done"),
            line,
            button_text: Output::text(button.clone().into()),
            at: Output::text(by_id("seeds-at")?),
            table: within(&dialog, "table")?,
            pairs: by_id("seeds-pairs")?,
            dialog,
            shown: None,
            _open: Listener::new(&button, "click", |_| push(Event::Seeds(Act::Open)))?,
            button,
        })
    }

    pub fn open(&self) -> Result<()> {
        self.dialog.show_modal()
    }

    /// Brings all of it up to date.
    pub fn show(
        &mut self,
        runs: &SeedRuns,
        spec: &Spec,
        lanes: &[Lane],
        texts: &'static Texts,
    ) -> Result<()> {
        let words = &texts.spread;
        let several = spec.seeds() > 1;
        show(&self.line, several);
        show(&self.button, several && runs.data.is_some());
        if !several {
            self.shown = None;
            return Ok(());
        }
        let first = spec.settings().seed;
        let first_is = fill(words.first_is, &[("seed", &first.to_string())]);
        if runs.data.is_none() {
            self.about.set(words.native);
            for output in [&mut self.progress, &mut self.computing, &mut self.failed] {
                output.set("");
            }
            return Ok(());
        }
        self.about.set(&format!("{} {first_is}", words.line_is));
        let done = done(runs, spec, lanes);
        let values = [
            ("done", &*done.to_string()),
            ("seeds", &spec.seeds().to_string()),
        ];
        self.done.set(values[0].1);
        self.progress.set(&fill(words.progress, &values));
        self.button_text.set(&fill(words.button, &values));
        self.computing.set(&computing(runs, spec, texts));
        self.failed.set(&failures(runs, spec, texts));
        if self.dialog.open() {
            self.show_table(runs, spec, lanes, texts)?;
        }
        Ok(())
    }

    fn show_table(
        &mut self,
        runs: &SeedRuns,
        spec: &Spec,
        lanes: &[Lane],
        texts: &'static Texts,
    ) -> Result<()> {
        let shown = Shown {
            comparison: runs.data.as_ref().and_then(Seeds::compare),
            first_lanes: lanes.iter().map(|lane| lane.fingerprint).collect(),
            stands: runs.jobs.iter().map(|job| job.stand.clone()).collect(),
            schedules: spec.lanes().to_vec(),
            first: spec.settings().seed,
            language: texts.code,
        };
        if self.shown.as_ref() == Some(&shown) {
            return Ok(());
        }
        let words = &texts.spread;
        let comparison = shown.comparison.as_ref();
        show(&self.table, comparison.is_some());
        self.pairs.set_text_content(None);
        match comparison {
            None => self.at.set(words.none_yet),
            Some(comparison) => {
                let epoch = format!("{:.2}", spec.epoch_at(comparison.step));
                let values = [
                    ("step", &*comparison.step.to_string()),
                    ("epoch", &epoch),
                    ("images", &images(comparison, spec).to_string()),
                    ("seeds", &comparison.seeds.len().to_string()),
                    ("all", &comparison.all().to_string()),
                ];
                let schedule = |id: LaneId| spec.lanes().get(id.0);
                let name = |id| schedule(id).map_or_else(String::new, |lane| texts.lane(lane));
                let mut at = vec![fill(words.at_step, &values)];
                at.extend(notes(comparison, spec, name, texts));
                self.at.set(&at.join(" "));
                set_attribute(&self.table, "data-step", values[0].1);
                self.fill_table(comparison, runs, spec, lanes, texts)?;
                self.say_pairs(comparison, spec, texts)?;
            }
        }
        self.shown = Some(shown);
        Ok(())
    }

    fn say_pairs(&self, comparison: &Comparison, spec: &Spec, texts: &Texts) -> Result<()> {
        let say = |text: &str| -> Result<Element> {
            let item: Element = from_template("alert-template")?;
            set_text(&item, text);
            self.pairs.append_child(&item)?;
            Ok(item)
        };
        let schedule = |id: LaneId| spec.lanes().get(id.0);
        let name = |id| schedule(id).map_or_else(String::new, |lane| texts.lane(lane));
        let key = |id| schedule(id).map_or("", Schedule::name);
        if comparison.pairs.is_empty() {
            say(texts.spread.one_lane)?;
        }
        for pair in &comparison.pairs {
            let item = say(&sentence(pair, comparison, name, texts))?;
            set_attribute(&item, "data-above", key(pair.above));
            set_attribute(&item, "data-below", key(pair.below));
            set_attribute(
                &item,
                "data-apart",
                if pair.apart { "true" } else { "false" },
            );
        }
        Ok(())
    }

    fn fill_table(
        &self,
        comparison: &Comparison,
        runs: &SeedRuns,
        spec: &Spec,
        lanes: &[Lane],
        texts: &Texts,
    ) -> Result<()> {
        let part = |name: &str| -> Result<Element> {
            let part: Element = within(&self.table, name)?;
            part.set_text_content(None);
            Ok(part)
        };
        let (head, body, foot) = (part("thead")?, part("tbody")?, part("tfoot")?);
        let line = |into: &Element, head: &str| -> Result<Element> {
            let line: Element = from_template("row-template")?;
            set_text(&within(&line, "th")?, head);
            into.append_child(&line)?;
            Ok(line)
        };
        let heads = line(&head, texts.page.seed)?;
        for schedule in spec.lanes() {
            let cell: Element = from_template("head-template")?;
            set_attribute(&cell, "data-rule-name", schedule.first_rule().key());
            set_text(&cell, &texts.lane(schedule));
            heads.append_child(&cell)?;
        }
        let cell = |line: &Element, id: LaneId, value: Option<f64>| -> Result<Element> {
            let cell: Element = from_template("cell-template")?;
            let text = value.map_or_else(|| texts.spread.no_point.to_owned(), percent);
            set_text(&cell, &text);
            set_attribute(&cell, "data-lane", spec.lanes()[id.0].name());
            if let Some(value) = value {
                set_attribute(&cell, "data-value", &value.to_string());
            }
            line.append_child(&cell)?;
            Ok(cell)
        };
        for seed in 0..spec.seeds() as usize {
            let number = (spec.settings().seed + seed as u64).to_string();
            let line = line(&body, &number)?;
            set_attribute(&line, "data-seed", &number);
            let counted = comparison.seeds.contains(&seed);
            set_attribute(
                &line,
                "data-counted",
                if counted { "true" } else { "false" },
            );
            for tested in &comparison.lanes {
                let error = tested.errors.get(seed).copied().flatten();
                let cell = cell(&line, tested.lane, error)?;
                let print = match seed {
                    0 => lanes.get(tested.lane.0).and_then(|lane| lane.fingerprint),
                    _ => runs.fingerprint(seed, tested.lane),
                };
                if let Some(print) = print {
                    set_attribute(&cell, "data-fingerprint", &hex(print));
                }
            }
        }
        let words = &texts.spread;
        for (key, name, of) in [
            ("median", words.median, 0),
            ("low", words.lowest, 1),
            ("high", words.highest, 2),
        ] {
            let line = line(&foot, name)?;
            set_attribute(&line, "data-row", key);
            for tested in &comparison.lanes {
                let range = tested.range;
                let values = [range.median, range.low, range.high];
                cell(&line, tested.lane, Some(values[of]))?;
            }
        }
        Ok(())
    }
}

/// Seeds whose lanes have all come to their ends.
fn done(runs: &SeedRuns, spec: &Spec, lanes: &[Lane]) -> usize {
    let ended = |state| matches!(state, State::Finished | State::Diverged);
    let first = lanes.iter().all(|lane| ended(lane.state));
    let others = (1..spec.seeds() as usize).filter(|&seed| {
        let mut jobs = runs.jobs.iter().filter(|job| job.seed == seed);
        jobs.all(|job| matches!(job.stand, Stand::Ended(..)))
    });
    usize::from(first) + others.count()
}

/// The seeds that train now, with their lanes.
fn computing(runs: &SeedRuns, spec: &Spec, texts: &Texts) -> String {
    let begun = runs.jobs.iter().filter(|job| job.stand == Stand::Begun);
    let begun: Vec<_> = begun.collect();
    if begun.is_empty() || !runs.is_running() {
        return String::new();
    }
    let seeds = begun.chunk_by(|a, b| a.seed == b.seed);
    let mut parts: Vec<String> = seeds
        .map(|jobs| {
            let lanes = jobs.iter().filter_map(|job| spec.lanes().get(job.lane.0));
            let lanes: Vec<String> = lanes.map(|lane| texts.lane(lane)).collect();
            let number = spec.settings().seed + jobs[0].seed as u64;
            let values = [("seed", &*number.to_string()), ("lanes", &lanes.join(", "))];
            fill(texts.spread.seed_lanes, &values)
        })
        .collect();
    if parts.len() > NAMED {
        parts.truncate(NAMED);
        parts.push("…".to_owned());
    }
    fill(texts.spread.computing, &[("what", &parts.join(", "))])
}

/// The lanes that could not come to their ends, and why.
fn failures(runs: &SeedRuns, spec: &Spec, texts: &Texts) -> String {
    let failed = runs.jobs.iter().filter_map(|job| {
        let Stand::Failed(fault) = &job.stand else {
            return None;
        };
        let lane = texts.lane(spec.lanes().get(job.lane.0)?);
        let seed = spec.settings().seed + job.seed as u64;
        let values = [
            ("seed", &*seed.to_string()),
            ("lane", &lane),
            ("reason", &fault.words(texts)),
        ];
        Some(fill(texts.spread.failed_one, &values))
    });
    let failed: Vec<String> = failed.collect();
    failed.join(" ")
}
