//! A figure that speaks for itself: title, legend, chart, settings in words, and the link. Drawn on any surface: an SVG
//! file, and the canvas that becomes a PNG.

use super::Export;
use crate::core::Rule;
use crate::lane::TRAIN_PROBE;
use crate::lang::{Texts, columns, fill};
use crate::plot::angle::{self, AngleView, Measure};
use crate::plot::axis::StepUnit;
use crate::plot::error::{self, ErrorView};
use crate::plot::look::{self, Named, dash, width};
use crate::plot::surface::{Anchor, Backend, Drawn, Place, Stroke, Surface, Type};
use crate::plot::{Chart, Theme, svg};
use crate::spec::{FIELDS, Spec, rule_words};

/// Of all pictures: paper is white.
pub const THEME: Theme = Theme::LIGHT;
/// Size of a chart, CSS pixels; that of `falab run --plot`.
const CHART: Place = (720.0, 420.0);
const MARGIN: f64 = 20.0;
const TEXT: f64 = 13.0;
const SMALL: f64 = 12.0;
const LINE: f64 = 18.0;
/// Width of a column of text over its size, at the most.
const COLUMN: f64 = 0.52;
/// Length of a line in the legend.
const SAMPLE: f64 = 30.0;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Error,
    Angle,
}

/// A figure with all that is said about it.
pub struct Picture<'a> {
    chart: Chart<'a>,
    /// What it shows.
    pub title: String,
    rules: Vec<(Rule, String)>,
    notes: Vec<String>,
    /// Settings, link and versions.
    foot: Vec<String>,
}

impl<'a> Picture<'a> {
    /// The figure of an experiment.
    #[must_use]
    pub fn of(export: &Export<'a>, figure: Figure) -> Picture<'a> {
        let (spec, texts) = (export.spec, export.texts);
        let named = look::named(spec.lanes());
        let words = &texts.export;
        let (chart, title, note) = match figure {
            Figure::Error => (
                error_chart(export, &named),
                words.error_title,
                words.error_note,
            ),
            Figure::Angle => (
                angle_chart(export, &named),
                words.angle_title,
                words.angle_note,
            ),
        };
        let probe = spec.images().min(TRAIN_PROBE as u32).to_string();
        let (first, all) = (
            spec.test_probe().to_string(),
            spec.data().test().to_string(),
        );
        let values = [("train", &*probe), ("first", &first), ("all", &all)];
        let mut notes = wrapped(&fill(note, &values), ' ', TEXT);
        if spec.has_phases() {
            let lanes = named.iter().zip(spec.lanes());
            let lanes = lanes.map(|(named, lane)| format!("{}: {}", named.mark, lane.name()));
            let lanes = lanes.collect::<Vec<_>>().join(" · ");
            notes.extend(wrapped(&lanes, ' ', TEXT));
        }
        let mut foot = wrapped(&settings(spec, texts), ' ', SMALL);
        foot.extend(wrapped(&format!("#{}", spec.link()), '&', SMALL));
        foot.push(export.versions());
        let has = |rule: &Rule| spec.lanes().iter().any(|lane| lane.rules().contains(rule));
        let rules = Rule::ALL.into_iter().filter(has);
        let name = |rule| (rule, rule_words(rule, texts).short.to_owned());
        Picture {
            chart,
            title: fill(title, &[("net", &field("hidden", spec))]),
            rules: rules.map(name).collect(),
            notes,
            foot,
        }
    }

    /// Width and height, CSS pixels.
    #[must_use]
    pub fn size(&self) -> Place {
        let lines = (self.notes.len() + self.foot.len()) as f64;
        let height = MARGIN + 2.0 * 24.0 + lines * LINE + CHART.1 + 3.0 * 8.0 + MARGIN;
        (CHART.0 + 2.0 * MARGIN, height)
    }

    /// Draws everything.
    pub fn draw<B: Backend>(&self, backend: &mut B) -> Drawn<B> {
        let (width, height) = self.size();
        let mut surface = Surface::new(backend);
        let corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        surface.area(&corners, THEME.ground, 1.0)?;
        let title = Type {
            bold: true,
            ..Type::new(16.0, THEME.ink)
        };
        let mut y = MARGIN + 8.0;
        surface.text(&self.title, (MARGIN, y), Anchor::Left, &title)?;
        y += 24.0;
        self.legend(&mut surface, y)?;
        y += 20.0;
        let note = Type::new(TEXT, THEME.quiet);
        for line in &self.notes {
            surface.text(line, (MARGIN, y), Anchor::Left, &note)?;
            y += LINE;
        }
        let mut part = Surface::at(backend, (MARGIN, y));
        self.chart.draw_on(&mut part)?;
        y += CHART.1 + 16.0;
        let mut surface = Surface::new(backend);
        let foot = Type::new(SMALL, THEME.quiet);
        for line in &self.foot {
            surface.text(line, (MARGIN, y), Anchor::Left, &foot)?;
            y += LINE;
        }
        Ok(())
    }

    /// It as an SVG file.
    ///
    /// # Errors
    /// The backend's, as text.
    pub fn svg(&self) -> Result<String, String> {
        svg::drawn(self.size(), THEME, &self.title, |backend| {
            self.draw(backend).map_err(|error| error.to_string())
        })
    }

    /// Each rule's line with its letter and its name.
    fn legend<B: Backend>(&self, surface: &mut Surface<B>, y: f64) -> Drawn<B> {
        let mut x = MARGIN;
        for (rule, name) in &self.rules {
            let stroke = Stroke {
                dash: dash(*rule),
                ..Stroke::solid(THEME.colour(*rule), width(*rule))
            };
            surface.line(&[(x, y), (x + SAMPLE, y)], &stroke)?;
            x += SAMPLE + 6.0;
            let letter = Type {
                bold: true,
                ..Type::new(TEXT, THEME.colour(*rule))
            };
            surface.text(&rule.letter().to_string(), (x, y), Anchor::Left, &letter)?;
            x += 14.0;
            let plain = Type::new(TEXT, THEME.ink);
            surface.text(name, (x, y), Anchor::Left, &plain)?;
            x += COLUMN * TEXT * columns(name) as f64 + 24.0;
        }
        Ok(())
    }
}

fn error_chart<'a>(export: &Export<'a>, named: &[Named]) -> Chart<'a> {
    let view = ErrorView {
        lanes: named,
        train: true,
        test: true,
        log_x: false,
        log_y: true,
        unit: StepUnit::Epoch,
        steps_per_epoch: export.spec.steps_per_epoch(),
        cursor: None,
        bands: None,
        ghosts: &[],
    };
    error::chart(export.store, &view, &export.texts.figures, THEME, CHART)
}

fn angle_chart<'a>(export: &Export<'a>, named: &[Named]) -> Chart<'a> {
    let layers: Vec<usize> = (0..export.spec.settings().hidden.len()).collect();
    let view = AngleView {
        lanes: named,
        layers: &layers,
        measure: Measure::Update,
        log_x: true,
        unit: StepUnit::Step,
        steps_per_epoch: export.spec.steps_per_epoch(),
        cursor: None,
        bands: None,
        ghosts: &[],
    };
    angle::chart(export.store, &view, &export.texts.figures, THEME, CHART)
}

fn field(key: &str, spec: &Spec) -> String {
    crate::spec::field(key).map_or_else(String::new, |field| field.get(spec))
}

/// Settings that always stand there; others where they are not the first look's.
const ALWAYS: [&str; 11] = [
    "data", "n", "hidden", "act", "init", "fb", "opt", "lr", "batch", "epochs", "seed",
];

/// The settings in words. Lanes and phases stand in the legend and in the link.
fn settings(spec: &Spec, texts: &Texts) -> String {
    let all = FIELDS
        .iter()
        .filter(|field| !["rules", "phases"].contains(&field.key));
    let said = all.filter_map(|field| {
        let value = field.get(spec);
        let is_told = ALWAYS.contains(&field.key) || value != field.default_text();
        is_told.then(|| format!("{} {value}", short(field.key, texts)))
    });
    said.collect::<Vec<_>>().join(" · ")
}

/// A setting in the words of the form.
fn short(key: &str, texts: &Texts) -> String {
    let page = &texts.page;
    let name = match key {
        "data" => page.data,
        "n" => page.training_images,
        "zca" => page.zca,
        "hidden" => page.hidden_layers,
        "act" => page.activation,
        "init" => page.start,
        "fb" => page.feedback,
        "fbscale" => return format!("{} {}", page.feedback, page.scale),
        "opt" => page.optimiser,
        "lr" => page.learning_rate,
        "rho" => "ρ",
        "eps" => "ε",
        "momentum" => "μ",
        "batch" => page.batch,
        "dropout" => page.dropout,
        "adv" => page.adversarial,
        "epochs" => page.epochs,
        "steps" => page.steps,
        "stop" => page.stop_error,
        "evals" => page.points,
        "seed" => page.seed,
        _ => return key.to_owned(),
    };
    name.to_owned()
}

/// A text in lines of a picture's width, broken behind `joint`, or anywhere in what is longer.
fn wrapped(text: &str, joint: char, size: f64) -> Vec<String> {
    let most = (CHART.0 / (COLUMN * size)) as usize;
    let mut lines = vec![String::new()];
    let mut add = |piece: &str| {
        let last = lines.last().map_or(0, |line| columns(line));
        if last > 0 && last + columns(piece.trim_end()) > most {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            *line += piece;
        }
    };
    for piece in text.split_inclusive(joint) {
        if columns(piece) <= most {
            add(piece);
        } else {
            // Japanese has no spaces, and a link may have a long value.
            piece.chars().for_each(|c| add(c.encode_utf8(&mut [0; 4])));
        }
    }
    lines
}
