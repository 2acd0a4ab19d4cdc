//! `falab run`: the measurements of experiments, and what their receipts say to them.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clap::ValueEnum;

use super::export::{self, Ended};
use super::lanes::{Given, Resources};
use super::own::Source;
use super::speech::{about, say, texts, words};
use super::{BadFlag, BadLink, Differs, Threads, folder, keep, lanes, links};
use crate::core::Rule;
use crate::core::fingerprint::hex;
use crate::lang::codes;
use crate::plot::angle::{self, AngleView, Measure};
use crate::plot::axis::StepUnit;
use crate::plot::bands::Bands;
use crate::plot::error::{self, ErrorView};
use crate::plot::{Theme, look, svg};
use crate::report::{self, Record};
use crate::spec::{FIELDS, LaneId, Link, Schedule, Spec, Verdict};
use crate::spread::Seeds;
use crate::store::{Quantity, Store};

/// The keys of a link, from the one table of knobs.
fn keys() -> String {
    let (texts, words) = (texts(), words());
    let mut text = format!("{}\n", words.run_keys);
    let mut line = |key: &str, help: &str, default: &str, allowed: &str| {
        text += &format!("  {key:<9} {help} [{default}]\n{:12}{allowed}\n", "");
    };
    for field in FIELDS {
        let of_field = field.words(texts);
        line(
            field.key,
            of_field.help,
            &field.default_text(),
            of_field.allowed,
        );
    }
    let (receipt, allowed) = (words.run_key_receipt, words.run_key_receipt_allowed);
    line("receipt", receipt, "none", allowed);
    line("lang", words.run_key_lang, "none", &codes());
    format!("{text}\n{}\n", words.run_status)
}

#[derive(clap::Args)]
#[command(after_help = keys())]
pub struct Arguments {
    #[arg(required = true)]
    links: Vec<String>,
    #[arg(long)]
    data: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
    #[arg(long, value_delimiter = ',', value_parser = rule)]
    rules: Vec<Rule>,
    #[arg(long, value_delimiter = ',', conflicts_with = "rules")]
    lanes: Vec<String>,
    #[arg(long)]
    plot: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["rules", "lanes"])]
    export: Option<PathBuf>,
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    #[arg(long, default_value_t = 10.0, value_parser = seconds, requires = "checkpoint")]
    checkpoint_every: f64,
    #[command(flatten)]
    threads: Threads,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Jsonl,
    Csv,
    Table,
}

impl Arguments {
    /// Whether what is asked for can hold so many experiments: figures and files of one would take the places of those of
    /// another, and a row of CSV does not say of which it is.
    fn fit(&self, links: usize) -> Result<(), BadFlag> {
        let of_one = [
            ("--export", self.export.is_some(), words().one_link),
            ("--plot", self.plot.is_some(), words().one_link),
            (
                "--format csv",
                matches!(self.format, Form::Csv),
                words().one_link_or_jsonl,
            ),
        ];
        let asked = of_one.into_iter().find(|(_, asked, _)| *asked);
        match asked.filter(|_| links > 1) {
            Some((flag, _, text)) => Err(BadFlag(say(
                text,
                &[("flag", flag), ("count", &links.to_string())],
            ))),
            None => Ok(()),
        }
    }

    /// The lanes to train of an experiment, each once.
    fn schedules(&self, spec: &Spec) -> Result<Vec<Schedule>> {
        if !self.rules.is_empty() {
            return Ok(of_rules(&self.rules));
        }
        if self.lanes.is_empty() {
            return Ok(spec.lanes().to_vec());
        }
        let of_name = |name: &String| match spec.lane(name) {
            Some(LaneId(at)) => Ok(spec.lanes()[at].clone()),
            None => {
                let names: Vec<&str> = spec.lanes().iter().map(Schedule::name).collect();
                let values = [
                    ("lane", name.as_str()),
                    ("link", &spec.link()),
                    ("lanes", &names.join(", ")),
                ];
                Err(anyhow!(BadLink(say(words().no_lane, &values))))
            }
        };
        let lanes = self.lanes.iter().map(of_name);
        Ok(each_once(lanes.collect::<Result<Vec<_>>>()?))
    }
}

/// A lane a rule, each once.
pub(super) fn of_rules(rules: &[Rule]) -> Vec<Schedule> {
    each_once(rules.iter().copied().map(Schedule::plain))
}

fn each_once(lanes: impl IntoIterator<Item = Schedule>) -> Vec<Schedule> {
    let mut once: Vec<Schedule> = Vec::new();
    for lane in lanes {
        if !once.contains(&lane) {
            once.push(lane);
        }
    }
    once
}

/// What is trained of a link.
struct Task {
    /// Its receipt is about the lanes that are trained.
    link: Link,
    schedules: Vec<Schedule>,
    /// The experiment of these lanes alone, as what is printed and drawn names it. Lanes are trained and kept as the
    /// link's own, so that they go on whichever of them are asked for.
    shown: Spec,
}

impl Task {
    /// Says which lanes have a receipt that will not be compared.
    fn of(mut link: Link, arguments: &Arguments) -> Result<Task> {
        let schedules = arguments.schedules(&link.spec)?;
        let shown = link.spec.with_lanes(schedules.clone());
        let shown = shown.map_err(|error| links::bad(&[error]))?;
        if let Some(receipt) = link.receipt.take() {
            // A rule that is asked for may have the name of a lane with phases, and is another lane then.
            let is_run = |name: &str| {
                let lane = link.spec.lane(name);
                lane.is_some_and(|LaneId(at)| schedules.contains(&link.spec.lanes()[at]))
            };
            let (receipt, others) = receipt.narrowed(is_run);
            if !others.is_empty() {
                let values = [("lanes", &*others.join(", ")), ("link", &link.spec.link())];
                eprintln!("falab: {}", say(words().not_compared, &values));
            }
            link.receipt = receipt;
        }
        Ok(Task {
            link,
            schedules,
            shown,
        })
    }
}

pub(super) fn rule(word: &str) -> Result<Rule, String> {
    Rule::from_key(word).ok_or_else(|| {
        let allowed: Vec<&str> = Rule::ALL.iter().map(|rule| rule.key()).collect();
        say(words().allowed_are, &[("words", &allowed.join(", "))])
    })
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok();
    let fits = seconds.filter(|seconds| (0.0..=3600.0).contains(seconds));
    fits.ok_or_else(|| words().allowed_seconds.to_owned())
}

/// Runs every link in turn.
///
/// # Errors
/// A bad link or a folder that takes no file, before anything is trained; a lane that differs from its receipt, after
/// all have run.
pub fn run(arguments: &Arguments) -> Result<()> {
    let table = report::table::Table { texts: texts() };
    let format: &dyn report::Format = match arguments.format {
        Form::Jsonl => &report::jsonl::Jsonl,
        Form::Csv => &report::csv::Csv,
        Form::Table => &table,
    };
    // All links are checked before the first is trained.
    let mut all = Vec::new();
    for link in &arguments.links {
        if link == "-" {
            for (number, line) in links::lines(Path::new("-"))? {
                let at = |error: BadLink| {
                    error.at(&say(words().at_line, &[("line", &number.to_string())]))
                };
                all.push(links::parse(&line).map_err(at)?);
            }
        } else {
            all.push(links::parse(link)?);
        }
    }
    if let Some(folder) = &arguments.data
        && all.iter().all(|link| link.spec.data().own().is_none())
    {
        let name = folder.display().to_string();
        return Err(anyhow!(BadLink(say(
            texts().own.is_mnist,
            &[("name", &name)]
        ))));
    }
    arguments.fit(all.len())?;
    let tasks = all.into_iter().map(|link| Task::of(link, arguments));
    let tasks = tasks.collect::<Result<Vec<Task>>>()?;
    for folder in [&arguments.plot, &arguments.export].into_iter().flatten() {
        folder::ready(folder)?;
    }
    let mut source = Source::new(arguments.data.as_deref());
    let mut differ = Vec::new();
    for task in &tasks {
        let Task {
            link,
            schedules,
            shown,
        } = task;
        let many = tasks.len() > 1;
        let folder = arguments.checkpoint.as_deref().map(|path| keep::Folder {
            path,
            every: Duration::from_secs_f64(arguments.checkpoint_every),
        });
        let mut given = arguments.export.is_some().then(Vec::new);
        let records = experiment(
            task,
            format,
            many,
            Resources {
                threads: arguments.threads,
                folder,
            },
            &mut source,
            given.as_mut(),
        )?;
        let of_first = || records.iter().filter(|(seed, _)| *seed == 0);
        differ.extend(of_first().filter_map(|(_, record)| difference(record, link)));
        let mut seeds = None;
        if link.spec.seeds() > 1 {
            let all = seeds.insert(Seeds::new(shown, schedules.len()));
            fill_seeds(all, schedules, &records);
        }
        // What is drawn of one seed, the places of phases among it, is the first one's.
        let records = of_first().map(|(_, record)| record.clone()).collect();
        let ended = Ended::of(schedules, records);
        if let Some(folder) = &arguments.plot {
            figures(folder, shown, schedules, &ended.store, seeds.as_ref())?;
        }
        if let (Some(folder), Some(given)) = (&arguments.export, given) {
            export::write(folder, &link.spec, &ended, &given)?;
        }
    }
    if let Some(folder) = &arguments.checkpoint {
        for Task {
            link, schedules, ..
        } in &tasks
        {
            for seed in 0..link.spec.seeds() {
                keep::remove(folder, &link.spec.of_seed(seed), schedules)?;
            }
        }
    }
    if differ.is_empty() {
        Ok(())
    } else {
        Err(anyhow!(Differs(differ.join("\n"))))
    }
}

/// Trains one experiment under all its seeds and prints the records seed after seed, lane after lane; gives them with the
/// places of their seeds.
fn experiment(
    task: &Task,
    format: &dyn report::Format,
    many: bool,
    resources: Resources,
    source: &mut Source,
    given: Option<&mut Vec<Given>>,
) -> Result<Vec<(usize, Record)>> {
    let Task {
        link,
        schedules,
        shown,
    } = task;
    let mut out = io::stdout().lock();
    if let Some(header) = format.header(shown, many) {
        writeln!(out, "{header}")?;
    }
    let mut records = Vec::new();
    let links: Vec<Link> = (0..link.spec.seeds()).map(|at| link.of_seed(at)).collect();
    let several = links.len() > 1;
    let mut seeds = Seeds::new(shown, schedules.len());
    lanes::train(
        &links,
        schedules,
        resources,
        source,
        given,
        |seed, record| {
            let number = several.then(|| link.spec.settings().seed + seed as u64);
            if let Some(line) = format.line(&record, number) {
                writeln!(out, "{line}")?;
            }
            records.push((seed, record));
            Ok(())
        },
    )?;
    if several {
        fill_seeds(&mut seeds, schedules, &records);
        if let Some(footer) = format.footer(shown, &seeds, schedules) {
            writeln!(out, "{footer}")?;
        }
    }
    Ok(records)
}

/// The lane of a name among those that are trained.
fn id(lanes: &[Schedule], name: &str) -> LaneId {
    let found = lanes.iter().position(|lane| lane.name() == name);
    LaneId(found.unwrap_or(0))
}

/// Puts every evaluation point and every end in its place.
fn fill_seeds(seeds: &mut Seeds, lanes: &[Schedule], records: &[(usize, Record)]) {
    for (seed, record) in records {
        match record {
            Record::Metrics { lane, metrics } => seeds.push(*seed, id(lanes, lane), metrics),
            Record::Finished {
                lane, step, reason, ..
            } => seeds.finish(*seed, id(lanes, lane), *step, reason),
        }
    }
}

/// A lane that ended in other bits than its receipt says, in words.
fn difference(record: &Record, link: &Link) -> Option<String> {
    match record {
        Record::Finished {
            lane,
            fingerprint,
            verdict: Some(Verdict::Differs { expected }),
            ..
        } => Some(say(
            words().differs,
            &[
                ("lane", lane),
                ("expected", &hex(*expected)),
                ("found", &hex(*fingerprint)),
                ("link", &link.spec.link()),
            ],
        )),
        _ => None,
    }
}

/// Writes error.svg and angle.svg into `folder`, which is there.
fn figures(
    folder: &Path,
    spec: &Spec,
    lanes: &[Schedule],
    store: &Store,
    seeds: Option<&Seeds>,
) -> Result<()> {
    let named = look::named(lanes);
    let layers: Vec<usize> = (0..spec.settings().hidden.len()).collect();
    let bands = seeds.map(|seeds| {
        let measured = layers
            .iter()
            .map(|&layer| Quantity::Layer(layer, Measure::Update.quantity()));
        let errors = [Quantity::TrainError, Quantity::TestError];
        let quantities: Vec<Quantity> = errors.into_iter().chain(measured).collect();
        Bands::new(seeds, &named, &quantities)
    });
    let (theme, size) = (Theme::LIGHT, (720.0, 420.0));
    let steps_per_epoch = spec.steps_per_epoch();
    let error = ErrorView {
        lanes: &named,
        train: true,
        test: true,
        log_x: false,
        log_y: true,
        unit: StepUnit::Epoch,
        steps_per_epoch,
        cursor: None,
        bands: bands.as_ref(),
        ghosts: &[],
    };
    let angle = AngleView {
        lanes: &named,
        layers: &layers,
        measure: Measure::Update,
        log_x: true,
        unit: StepUnit::Step,
        steps_per_epoch,
        cursor: None,
        bands: bands.as_ref(),
        ghosts: &[],
    };
    let figures = &texts().figures;
    for (name, title, chart) in [
        (
            "error",
            figures.error_title,
            error::chart(store, &error, figures, theme, size),
        ),
        (
            "angle",
            figures.angle_title,
            angle::chart(store, &angle, figures, theme, size),
        ),
    ] {
        let mut title = say(title, &[("link", &spec.link())]);
        if spec.seeds() > 1 {
            let values = [("title", &*title), ("seeds", &spec.seeds().to_string())];
            title = say(texts().spread.figure, &values);
        }
        let text = svg::svg(&chart, &title).map_err(|error| {
            anyhow!(say(
                words().figure_failed,
                &[("name", name), ("reason", &error)]
            ))
        })?;
        let path = folder.join(format!("{name}.svg"));
        std::fs::write(&path, text).with_context(|| about(words().writing, path.display()))?;
    }
    Ok(())
}
