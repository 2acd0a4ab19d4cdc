//! `falab run`: the measurements of experiments, and what their receipts say to them.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clap::ValueEnum;

use super::{BadLink, Differs, keep, lanes, links};
use crate::core::Rule;
use crate::core::fingerprint::hex;
use crate::plot::angle::{self, AngleView, Direction};
use crate::plot::axis::StepUnit;
use crate::plot::error::{self, ENGLISH, ErrorView};
use crate::plot::{Theme, svg};
use crate::report::{self, Record};
use crate::spec::{FIELDS, Link, Spec, Verdict};
use crate::store::Store;

/// The keys of a link, from the one table of knobs.
fn keys() -> String {
    let mut text = "Keys of a link (key=value, joined by &):\n".to_owned();
    for field in FIELDS {
        let (key, default) = (field.key, field.default_text());
        text += &format!(
            "  {key:<9} {} [{default}]\n{:12}{}\n",
            field.help, "", field.allowed
        );
    }
    text += "  receipt   what lanes should end in, checked when they do [none]\n            \
             rule:16 hex digits, joined by -; num is the numerics version it was made with\n\n\
             Exit status: 0 all trained, 1 failure, 2 bad link or flag, 3 a lane differs from its receipt.\n";
    text
}

#[derive(clap::Args)]
#[command(after_help = keys())]
pub struct Arguments {
    /// A link or its part behind `#`, as the page shares it; `-` reads one a line from standard input,
    /// as `falab verify` does.
    #[arg(required = true)]
    links: Vec<String>,
    /// The form of what is printed: every evaluation point of every lane, none merged or left out.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
    /// Rules to train, in place of the link's: bp, fa, dfa, ifa, shallow.
    #[arg(long, value_delimiter = ',', value_parser = rule)]
    rules: Vec<Rule>,
    /// Folder for the two figures, error.svg and angle.svg; of a series of more than 1,000 points they keep, of four
    /// neighbours, the lowest and the highest.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Folder in which every lane is kept while it trains; the same command begun again goes on from there, prints what
    /// it would have printed and ends in the same bits. Its files are removed when all is done.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Seconds between two writes of a lane at the least, 0 to 3600.
    #[arg(long, default_value_t = 10.0, value_parser = seconds, requires = "checkpoint")]
    checkpoint_every: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// Aligned columns.
    Table,
}

fn rule(word: &str) -> Result<Rule, String> {
    Rule::from_key(word).ok_or_else(|| {
        let allowed: Vec<&str> = Rule::ALL.iter().map(|rule| rule.key()).collect();
        format!("allowed are {}", allowed.join(", "))
    })
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok();
    let fits = seconds.filter(|seconds| (0.0..=3600.0).contains(seconds));
    fits.ok_or_else(|| "allowed are numbers from 0 to 3600".to_owned())
}

/// Runs every link in turn.
///
/// # Errors
/// A bad link, before anything is trained; a lane that differs from its receipt, after all have run.
pub fn run(arguments: &Arguments) -> Result<()> {
    let format: &dyn report::Format = match arguments.format {
        Form::Jsonl => &report::jsonl::Jsonl,
        Form::Csv => &report::csv::Csv,
        Form::Table => &report::table::Table,
    };
    // All links are checked before the first is trained.
    let mut all = Vec::new();
    for link in &arguments.links {
        if link == "-" {
            for (number, line) in links::lines(Path::new("-"))? {
                let at = |error: BadLink| error.at(&format!("line {number}"));
                all.push(links::parse(&line).map_err(at)?);
            }
        } else {
            all.push(links::parse(link)?);
        }
    }
    let mut differ = Vec::new();
    for link in &all {
        let rules = if arguments.rules.is_empty() {
            link.spec.rules().to_vec()
        } else {
            arguments.rules.clone()
        };
        let many = all.len() > 1;
        let folder = arguments.checkpoint.as_deref().map(|path| keep::Folder {
            path,
            every: Duration::from_secs_f64(arguments.checkpoint_every),
        });
        let records = experiment(link, &rules, format, many, folder)?;
        differ.extend(records.iter().filter_map(|record| difference(record, link)));
        if let Some(folder) = &arguments.plot {
            figures(folder, &link.spec, &rules, records)?;
        }
    }
    if let Some(folder) = &arguments.checkpoint {
        for link in &all {
            keep::remove(folder, &link.spec, &Rule::ALL)?;
        }
    }
    if differ.is_empty() {
        Ok(())
    } else {
        Err(anyhow!(Differs(differ.join("\n"))))
    }
}

/// Trains one experiment and prints the records lane after lane.
fn experiment(
    link: &Link,
    rules: &[Rule],
    format: &dyn report::Format,
    many: bool,
    folder: Option<keep::Folder>,
) -> Result<Vec<Record>> {
    let mut out = io::stdout().lock();
    if let Some(header) = format.header(&link.spec, many) {
        writeln!(out, "{header}")?;
    }
    let mut records = Vec::new();
    lanes::train(link, rules, folder, |record| {
        if let Some(line) = format.line(&record) {
            writeln!(out, "{line}")?;
        }
        records.push(record);
        Ok(())
    })?;
    Ok(records)
}

/// A lane that ended in other bits than its receipt says, in words.
fn difference(record: &Record, link: &Link) -> Option<String> {
    match record {
        Record::Finished {
            rule,
            fingerprint,
            verdict: Some(Verdict::Differs { expected }),
            ..
        } => Some(format!(
            "{} differs from its receipt: expected {}, found {}, in {}",
            rule.key(),
            hex(*expected),
            hex(*fingerprint),
            link.spec.link()
        )),
        _ => None,
    }
}

/// Writes error.svg and angle.svg into `folder`.
fn figures(folder: &Path, spec: &Spec, rules: &[Rule], records: Vec<Record>) -> Result<()> {
    let mut store = Store::default();
    for record in records {
        match record {
            Record::Metrics { rule, metrics } => store.push(rule, *metrics),
            Record::Finished {
                rule, step, reason, ..
            } => store.finish(rule, step, reason),
        }
    }
    let (theme, size) = (Theme::LIGHT, (720.0, 420.0));
    let layers: Vec<usize> = (0..spec.settings().hidden.len()).collect();
    let steps_per_epoch = spec.steps_per_epoch();
    let error = ErrorView {
        rules,
        train: true,
        test: true,
        log_x: false,
        log_y: true,
        unit: StepUnit::Epoch,
        steps_per_epoch,
        cursor: None,
    };
    let angle = AngleView {
        rules,
        layers: &layers,
        direction: Direction::Update,
        log_x: true,
        unit: StepUnit::Step,
        steps_per_epoch,
        cursor: None,
    };
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, chart) in [
        ("error", error::chart(&store, &error, &ENGLISH, theme, size)),
        ("angle", angle::chart(&store, &angle, &ENGLISH, theme, size)),
    ] {
        let title = format!("falab {name}, {}", spec.link());
        let text = svg::svg(&chart, &title).map_err(|error| anyhow!("{name} figure: {error}"))?;
        let path = folder.join(format!("{name}.svg"));
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
