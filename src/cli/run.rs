//! `falab run`: lanes on threads, records in order.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use clap::ValueEnum;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{BadLink, dataset};
use crate::core::Rule;
use crate::data::Images;
use crate::lane::{Advance, Lane};
use crate::plot::angle::{self, AngleView, Direction};
use crate::plot::axis::StepUnit;
use crate::plot::error::{self, ENGLISH, ErrorView};
use crate::plot::{Theme, svg};
use crate::report::{self, Record};
use crate::spec::{FIELDS, Spec};
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
    text
}

#[derive(clap::Args)]
#[command(after_help = keys())]
pub struct Arguments {
    /// A link or its part behind `#`, as the page shares it; `-` reads one a line from standard input.
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

/// Runs every link in turn.
pub fn run(arguments: &Arguments) -> Result<()> {
    let format: &dyn report::Format = match arguments.format {
        Form::Jsonl => &report::jsonl::Jsonl,
        Form::Csv => &report::csv::Csv,
        Form::Table => &report::table::Table,
    };
    // All links are checked before the first is trained.
    let mut specs = Vec::new();
    for link in &arguments.links {
        if link == "-" {
            for line in io::stdin().lines() {
                let line = line.context("reading links from standard input")?;
                if !line.trim().is_empty() {
                    specs.push(parse(line.trim())?);
                }
            }
        } else {
            specs.push(parse(link)?);
        }
    }
    for spec in &specs {
        let rules = if arguments.rules.is_empty() {
            spec.rules().to_vec()
        } else {
            arguments.rules.clone()
        };
        let many = specs.len() > 1;
        experiment(spec, &rules, format, many, arguments.plot.as_deref())?;
    }
    Ok(())
}

fn parse(link: &str) -> Result<Spec> {
    Spec::parse(link).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!(BadLink(lines.join("\n")))
    })
}

/// Trains one experiment, a thread a lane, and prints the records lane after lane.
fn experiment(
    spec: &Spec,
    rules: &[Rule],
    format: &dyn report::Format,
    many: bool,
    plot: Option<&Path>,
) -> Result<()> {
    let (train, test) = dataset::load(spec.images())?;
    let (train, test) = (Arc::new(train), Arc::new(test));
    let mut out = io::stdout().lock();
    if let Some(header) = format.header(spec, many) {
        writeln!(out, "{header}")?;
    }
    let bars = MultiProgress::with_draw_target(if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    let mut records = Vec::new();
    thread::scope(|scope| -> Result<()> {
        let mut lanes: Vec<Receiver<Record>> = Vec::new();
        for &rule in rules {
            let (sender, receiver) = mpsc::channel();
            let bar = bars.add(bar(spec, rule));
            let (train, test) = (train.clone(), test.clone());
            scope.spawn(move || train_lane(spec, rule, train, test, &sender, &bar));
            lanes.push(receiver);
        }
        // The first lane's records are printed as they come, the others wait for their turn.
        for lane in lanes {
            let mut finished = false;
            for record in lane {
                if let Some(line) = format.line(&record) {
                    writeln!(out, "{line}")?;
                }
                finished = matches!(record, Record::Finished { .. });
                records.push(record);
            }
            anyhow::ensure!(finished, "a lane ended before its experiment did");
        }
        Ok(())
    })?;
    if let Some(folder) = plot {
        figures(folder, spec, rules, records)?;
    }
    Ok(())
}

fn bar(spec: &Spec, rule: Rule) -> ProgressBar {
    let per_epoch = u64::from(spec.images()).div_ceil(u64::from(spec.batch()));
    let steps = per_epoch * u64::from(spec.epochs());
    let style = ProgressStyle::with_template("{prefix:>8} {bar:40} step {pos}/{len}, {eta} left");
    let bar = ProgressBar::new(spec.steps().map_or(steps, |limit| limit.min(steps)));
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_prefix(rule.key());
    bar
}

/// Works through one lane; its records go to `records`.
fn train_lane(
    spec: &Spec,
    rule: Rule,
    train: Arc<Images>,
    test: Arc<Images>,
    records: &Sender<Record>,
    bar: &ProgressBar,
) {
    let Ok(mut lane) = Lane::new(spec, rule, train, test) else {
        return; // The receiver sees a lane without an end and says so.
    };
    loop {
        let record = match lane.advance() {
            Advance::Stepped => {
                bar.set_position(lane.step());
                continue;
            }
            Advance::Measuring => continue,
            Advance::NeedsTest => return,
            Advance::Measured(metrics) => Record::Metrics { rule, metrics },
            Advance::Finished {
                reason,
                fingerprint,
            } => Record::Finished {
                rule,
                step: lane.step(),
                reason,
                fingerprint,
            },
        };
        let finished = matches!(record, Record::Finished { .. });
        if records.send(record).is_err() || finished {
            bar.finish_and_clear();
            return;
        }
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
