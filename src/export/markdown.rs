//! An experiment as Markdown: its link, results, settings, and how to run it again.

use super::{Export, Lane};
use crate::lane::{Reason, TRAIN_PROBE};
use crate::lang::fill;
use crate::spec::FIELDS;
use crate::store::{Point, Quantity};

const UNKNOWN: &str = "–";

/// A text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// A heading of a table whose first columns are words and the others numbers.
fn head(columns: &[&str], words: usize) -> String {
    let rule = (0..columns.len()).map(|i| if i < words { " --- |" } else { " ---: |" });
    format!(
        "| {} |\n|{}\n",
        columns.join(" | "),
        rule.collect::<String>()
    )
}

/// The text of the file, in the language of the export.
pub(super) fn report(export: &Export) -> String {
    let (spec, texts) = (export.spec, export.texts);
    let words = &texts.export;
    let title = fill(words.report_title, &[("file", &super::stem(spec))]);
    let mut text = format!("# {title}\n\n{}\n\n", export.versions());
    text += &format!("{} `#{}`\n\n", words.report_link, spec.link());

    text += &format!("## {}\n\n", words.results);
    text += &head(
        &[
            words.lane,
            words.rules,
            words.ended,
            words.fingerprint,
            words.step,
            words.epoch,
            words.train_error,
            words.test_error,
            words.test_images,
            words.test_step,
        ],
        4,
    );
    for lane in export.lanes() {
        text += &row(export, &lane);
    }
    let probe = spec.images().min(TRAIN_PROBE as u32);
    text += &format!(
        "\n{}\n\n",
        fill(words.results_about, &[("train", &probe.to_string())])
    );

    text += &format!("## {}\n\n", words.settings);
    text += &head(&[words.key, words.meaning, words.value], 3);
    for field in FIELDS {
        let help = field.words(texts).help;
        let value = code(&field.get(spec));
        text += &format!("| `{}` | {} | {value} |\n", field.key, cell(help));
    }

    let data = spec.data().own().map_or("", |_| " --data FOLDER");
    let command = format!("falab run '{}'{data}", export.receipt());
    text += &format!(
        "\n## {}\n\n{}\n\n```\n{command}\n```\n",
        words.again, words.again_about
    );
    text
}

fn row(export: &Export, lane: &Lane) -> String {
    let (spec, words) = (export.spec, &export.texts.export);
    let last = |quantity| lane.series.series(quantity).last().copied();
    let percent = |point: Option<Point>| {
        let value = point.and_then(|point| point.value);
        value.map_or_else(|| UNKNOWN.to_owned(), |value| format!("{value:.2}"))
    };
    let tested = last(Quantity::TestError);
    let images = tested.and_then(|point| {
        let at = lane.series.at(Quantity::TestImages, point.step);
        at.filter(|at| at.step == point.step)?.value
    });
    let end = match lane.end() {
        None => words.not_ended.to_owned(),
        Some(Reason::Epochs) => words.by_epochs.to_owned(),
        Some(Reason::Steps) => words.by_steps.to_owned(),
        Some(Reason::Error) => words.by_error.to_owned(),
        Some(Reason::Diverged { step, quantity }) => {
            let values = [("step", &*step.to_string()), ("quantity", quantity)];
            fill(words.did_diverge, &values)
        }
    };
    let or = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    let step = lane.stand.step;
    format!(
        "| {} | {} | {} | {} | {step} | {:.3} | {} | {} | {} | {} |\n",
        code(lane.schedule.name()),
        lane.rules(export.texts),
        cell(&end),
        or(lane.print().map(|print| code(&print))),
        spec.epoch_at(step),
        percent(last(Quantity::TrainError)),
        percent(tested),
        or(images.map(|images| images.to_string())),
        or(tested.map(|point| point.step.to_string())),
    )
}
