//! What a reader takes along of an experiment: figures, series, weights, a report, how to cite it. The page and the
//! command line write the same bytes. `docs/export.md` says what stands in each file.

mod cite;
mod markdown;
pub mod picture;
mod series;
pub mod tensors;

pub use series::csv;

use crate::core::{NUMERICS, Rule, fingerprint};
use crate::lane::Reason;
use crate::lang::{Texts, fill};
use crate::report::run::{Run, Stand};
use crate::spec::{LaneId, Receipt, Schedule, Spec, rule_words};
use crate::store::{LaneSeries, Store};

/// Version of the program.
pub const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// The end of the name of the file of weights.
pub const WEIGHTS: &str = "weights.safetensors";
/// Letters of the net in a file's name at the most.
const LONGEST_NET: usize = 40;

/// An experiment, where its lanes stand, and what was measured of them.
#[derive(Clone, Copy)]
pub struct Export<'a> {
    /// One of a single seed.
    pub spec: &'a Spec,
    /// Seeds of the experiment, of which `spec` is the first.
    pub seeds: u32,
    /// One a lane of the spec.
    pub stands: &'a [Stand],
    pub store: &'a Store,
    pub texts: &'static Texts,
}

/// A file that is made of what the store holds. (Weights are made of the lanes' nets: [`tensors`].)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    ErrorSvg,
    AngleSvg,
    Csv,
    Json,
    Markdown,
    Bibtex,
}

impl File {
    pub const ALL: [File; 6] = [
        File::ErrorSvg,
        File::AngleSvg,
        File::Csv,
        File::Json,
        File::Markdown,
        File::Bibtex,
    ];

    /// The end of its name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            File::ErrorSvg => "error.svg",
            File::AngleSvg => "angle.svg",
            File::Csv => "series.csv",
            File::Json => "run.json",
            File::Markdown => "report.md",
            File::Bibtex => "cite.bib",
        }
    }

    /// Its media type.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            File::ErrorSvg | File::AngleSvg => "image/svg+xml",
            File::Csv => "text/csv",
            File::Json => "application/json",
            File::Markdown => "text/markdown",
            File::Bibtex => "application/x-bibtex",
        }
    }
}

/// What the files of an experiment are called by, such as `falab-3x50-seed1`: letters, digits, `.` and `-` alone.
#[must_use]
pub fn stem(spec: &Spec) -> String {
    let of = |key: &str| crate::spec::field(key).map_or_else(String::new, |field| field.get(spec));
    let is_safe = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let safe = |c: char| if is_safe(c) { c } else { '-' };
    let net: String = of("hidden").chars().take(LONGEST_NET).map(safe).collect();
    format!("falab-{net}-seed{}", of("seed"))
}

/// The name of a file of an experiment, such as `falab-3x50-seed1-error.svg`.
#[must_use]
pub fn file_name(spec: &Spec, ending: &str) -> String {
    format!("{}-{ending}", stem(spec))
}

/// A lane with where it stands and what was measured of it.
struct Lane<'a> {
    schedule: &'a Schedule,
    stand: Stand,
    series: &'a LaneSeries,
}

impl Lane<'_> {
    /// Why it ended.
    fn end(&self) -> Option<&Reason> {
        self.series.end().map(|(_, reason)| reason)
    }

    /// The short names of its rules.
    fn rules(&self, texts: &'static Texts) -> String {
        let rules = self.schedule.rules().into_iter();
        let names = rules.map(|rule: Rule| rule_words(rule, texts).short);
        names.collect::<Vec<_>>().join(" → ")
    }

    fn print(&self) -> Option<String> {
        self.stand.fingerprint.map(fingerprint::hex)
    }
}

impl<'a> Export<'a> {
    fn lanes(&self) -> impl Iterator<Item = Lane<'a>> {
        let (spec, store) = (self.spec, self.store);
        let lanes = spec.lanes().iter().zip(self.stands).enumerate();
        lanes.map(move |(i, (schedule, &stand))| Lane {
            schedule,
            stand,
            series: store.lane(LaneId(i)),
        })
    }

    /// The text of a file that is no figure.
    #[must_use]
    pub fn text(&self, file: File) -> Option<String> {
        match file {
            File::Csv => Some(csv(self)),
            File::Json => Some(Run::of(self.spec, self.stands, self.store).text_of(self.seeds)),
            File::Markdown => Some(markdown::report(self)),
            File::Bibtex => Some(cite::bibtex(self)),
            File::ErrorSvg | File::AngleSvg => None,
        }
    }

    /// The link with the fingerprints of the lanes that have ended as receipts.
    fn receipt(&self) -> String {
        let ended = self.lanes().filter_map(|lane| {
            let print = lane.stand.fingerprint?;
            Some((lane.schedule.name().to_owned(), print))
        });
        self.spec.link_with(Receipt::new(ended).as_ref())
    }

    /// The versions that everything was made with.
    fn versions(&self) -> String {
        let numerics = NUMERICS.to_string();
        let values = [("program", PROGRAM), ("numerics", &numerics)];
        fill(self.texts.export.versions, &values)
    }
}
