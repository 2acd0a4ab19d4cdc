//! Series as comma-separated values: the columns of `falab run --format csv`, behind lines of `#` that say what they are
//! of. They come from the store: where it thinned a series, a value that went is an empty field, and a line says so.

use super::{Export, Lane, PROGRAM};
use crate::core::NUMERICS;
use crate::lane::Reason;
use crate::report::Format as _;
use crate::report::csv::Csv;
use crate::spec::FIELDS;
use crate::store::{Point, Quantity, Series};

/// The text of the file.
#[must_use]
pub fn csv(export: &Export) -> String {
    let spec = export.spec;
    let mut text = format!(
        "# falab {PROGRAM}, numerics {NUMERICS}\n# link {}\n",
        spec.link()
    );
    for field in FIELDS {
        text += &format!("# {}={}\n", field.key, field.get(spec));
    }
    for lane in export.lanes() {
        text += &format!("# lane {}\n", about(&lane));
    }
    text += &Csv.header(spec, false).unwrap_or_default();
    text.push('\n');
    for lane in export.lanes() {
        rows(export, &lane, &mut text);
    }
    text
}

/// Where a lane stands, and how much of it is here.
fn about(lane: &Lane) -> String {
    let mut about = format!("{}: step {}", lane.schedule.name(), lane.stand.step);
    match lane.end() {
        None => about += ", not ended",
        Some(Reason::Diverged { step, quantity }) => {
            about += &format!(", diverged in step {step} ({quantity})");
        }
        Some(reason) => about += &format!(", end by {}", reason.key()),
    }
    if let Some(print) = lane.print() {
        about += &format!(", fingerprint {print}");
    }
    let density = lane.series.density();
    if density.kept < density.measured {
        about += &format!(
            ", thinned: {} of {} measured values are here",
            density.kept, density.measured
        );
    }
    about
}

/// A column's value at each step that is asked for, in ascending order.
struct Column<'a> {
    points: &'a [Point],
    whole: bool,
}

impl<'a> Column<'a> {
    fn of(series: Option<&'a Series>) -> Column<'a> {
        Column {
            points: series.map_or(&[], Series::points),
            whole: series.is_none_or(|series| {
                let density = series.density();
                density.kept == density.measured
            }),
        }
    }

    fn at(&mut self, step: u64) -> Option<Point> {
        let (first, rest) = self.points.split_first()?;
        if first.step != step {
            return None;
        }
        self.points = rest;
        Some(*first)
    }
}

fn rows(export: &Export, lane: &Lane, text: &mut String) {
    let spec = export.spec;
    let mut columns: Vec<(Quantity, Column)> = Vec::new();
    for quantity in Quantity::all(spec.settings().hidden.len()) {
        columns.push((quantity, Column::of(lane.series.of(quantity))));
    }
    let mut steps: Vec<u64> = Vec::new();
    for (_, column) in &columns {
        steps.extend(column.points.iter().map(|point| point.step));
    }
    steps.sort_unstable();
    steps.dedup();
    for step in steps {
        let phase = lane.series.phase_at(step);
        let (rule, number, start) = phase.map_or((lane.stand.rule, 1, 0), |phase| {
            (phase.rule, phase.phase, phase.step)
        });
        let epoch = spec.epoch_at(step);
        let name = lane.schedule.name();
        *text += &format!("{name},{},{number},{start},{step},{epoch}", rule.key());
        for (quantity, column) in &mut columns {
            text.push(',');
            let value = column.at(step).and_then(|point| point.value);
            match value {
                Some(value) => *text += &value.to_string(),
                // Not measured here, which is another thing than unknown.
                None if *quantity == Quantity::TestImages && column.whole => text.push('0'),
                None => {}
            }
        }
        text.push('\n');
    }
}
