//! What a lane does: one rule throughout, or phases one after the other.
//!
//! Text form, in a link `phases=bp@50e-freeze1;bp,bp@50e-freeze1;dfa`: lanes parted by `,`, phases by `;`. A phase is a
//! rule, a length (`@50e` epochs, `@300s` steps, `@5err` until the training error is at most 5 %), and what is
//! different in it, each with a `-` before it. A lane may be given a name, `name:bp@50e;dfa`.

use super::number;
use crate::core::{Learning, NewFeedback, Phase, Rule};

/// Lanes of an experiment at the most.
pub const LANES: usize = 8;
/// Phases of a lane at the most.
pub const PHASES: usize = 32;
/// Letters of a lane's name at the most.
const NAME: usize = 24;

/// Where a lane stands in its experiment, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LaneId(pub usize);

/// When a phase ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// After so many epochs.
    Epochs(u32),
    /// After so many steps.
    Steps(u64),
    /// At the end of the epoch whose training error, smoothed, is at most so many percent.
    Error(f64),
}

/// A phase with its length; without one it lasts to the end of the experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub phase: Phase,
    pub length: Option<Length>,
}

/// A lane's phases and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    name: String,
    /// Never empty; only the last may be without a length.
    stages: Vec<Stage>,
}

impl Schedule {
    /// One rule throughout; its name is the rule's word.
    #[must_use]
    pub fn plain(rule: Rule) -> Schedule {
        Schedule {
            name: rule.key().to_owned(),
            stages: vec![Stage {
                phase: Phase::plain(rule),
                length: None,
            }],
        }
    }

    /// Its name: in links, receipts and records; no other lane of the experiment has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its phases, in order; at least one.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The rule that it begins with.
    #[must_use]
    pub fn first_rule(&self) -> Rule {
        self.stages.first().map_or(Rule::Bp, |s| s.phase.rule)
    }

    /// Its rules in order, each once where it follows itself.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.stages.iter().map(|stage| stage.phase.rule).collect();
        rules.dedup();
        rules
    }

    /// The rule, if it is one rule throughout and nothing else.
    #[must_use]
    pub fn as_plain(&self) -> Option<Rule> {
        match self.stages.as_slice() {
            [stage] if stage.length.is_none() && stage.phase == Phase::plain(stage.phase.rule) => {
                Some(stage.phase.rule)
            }
            _ => None,
        }
    }

    /// The layers that it names: no net with fewer fits.
    pub(super) fn highest_layer(&self) -> u32 {
        let named = |stage: &Stage| match &stage.phase.learning {
            Learning::All => 0,
            Learning::Frozen(layers) | Learning::Only(layers) => {
                layers.iter().copied().max().unwrap_or(0)
            }
        };
        self.stages.iter().map(named).max().unwrap_or(0)
    }

    /// Whether it sets feedback against a product of several layers' weights.
    pub(super) fn opposes_past_layers(&self) -> bool {
        self.stages.iter().any(|stage| {
            stage.phase.feedback == NewFeedback::Opposed && stage.phase.rule != Rule::Fa
        })
    }

    /// This lane with another phase from `steps` steps after the start of its phase `at` on: what was planned behind is
    /// gone. Of a phase that has made no step nothing is left.
    #[must_use]
    pub fn edited(&self, at: usize, steps: u64, phase: Phase) -> Option<Schedule> {
        let mut stages = self.stages.get(..=at)?.to_vec();
        if steps == 0 {
            stages.pop();
        } else if let Some(present) = stages.last_mut() {
            present.length = Some(Length::Steps(steps));
        }
        stages.push(Stage {
            phase,
            length: None,
        });
        (stages.len() <= PHASES).then(|| Schedule {
            name: self.name.clone(),
            stages,
        })
    }

    /// The name that it has if none is given: its rules.
    fn own_name(&self) -> String {
        let words: Vec<&str> = self.rules().iter().map(|rule| rule.key()).collect();
        let mut name = words.join(".");
        name.truncate(NAME - 2);
        name
    }

    fn phases_text(&self) -> String {
        let texts: Vec<String> = self.stages.iter().map(stage_text).collect();
        texts.join(";")
    }
}

/// Gives lanes without a name (an empty one) theirs: their rules, with a number where that is taken.
fn name_all(lanes: &mut [Schedule]) {
    for i in 0..lanes.len() {
        if lanes[i].name.is_empty() {
            lanes[i].name = free_name(lanes, i);
        }
    }
}

fn free_name(lanes: &[Schedule], i: usize) -> String {
    let own = lanes[i].own_name();
    let taken = |name: &str| lanes.iter().any(|other| other.name == name);
    let numbered = (2..).map(|number| format!("{own}{number}"));
    let mut names = std::iter::once(own.clone()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// The text of lanes with phases; names that they have by themselves are left out.
pub(super) fn text(lanes: &[Schedule]) -> String {
    // What the lanes would be called without names, given those names that must stand there.
    let mut bare: Vec<Schedule> = lanes.to_vec();
    let mut given = vec![true; lanes.len()];
    for i in 0..lanes.len() {
        bare[i].name.clear();
        given[i] = free_name(&bare, i) != lanes[i].name;
        bare[i].name.clone_from(&lanes[i].name);
    }
    // A name that was left out must come back, whatever else is given.
    let rename = |given: &[bool]| {
        let mut again = lanes.to_vec();
        for (lane, &given) in again.iter_mut().zip(given) {
            if !given {
                lane.name.clear();
            }
        }
        name_all(&mut again);
        again
    };
    if rename(&given) != lanes {
        given.fill(true);
    }
    let texts = lanes.iter().zip(given).map(|(lane, given)| match given {
        true => format!("{}:{}", lane.name, lane.phases_text()),
        false => lane.phases_text(),
    });
    texts.collect::<Vec<String>>().join(",")
}

/// The lanes of a text.
pub(super) fn parse(text: &str) -> Option<Vec<Schedule>> {
    let mut lanes = Vec::new();
    for lane in text.split(',') {
        let (name, phases) = match lane.split_once(':') {
            Some((name, phases)) => (parse_name(name)?, phases),
            None => (String::new(), lane),
        };
        let stages: Option<Vec<Stage>> = phases.split(';').map(parse_stage).collect();
        let stages = stages?;
        let open = |stage: &Stage| stage.length.is_none();
        if stages.len() > PHASES || stages[..stages.len() - 1].iter().any(open) {
            return None;
        }
        lanes.push(Schedule { name, stages });
    }
    let again = |lane: &Schedule| {
        let same = |other: &&Schedule| other.name == lane.name;
        !lane.name.is_empty() && lanes.iter().filter(same).count() > 1
    };
    if lanes.len() > LANES || lanes.iter().any(again) {
        return None;
    }
    name_all(&mut lanes);
    Some(lanes)
}

/// Whether a text can be a lane's name.
pub(super) fn parse_name(text: &str) -> Option<String> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.';
    let good = (1..=NAME).contains(&text.len()) && text.chars().all(letter);
    good.then(|| text.to_owned())
}

fn stage_text(stage: &Stage) -> String {
    let mut text = stage.phase.rule.key().to_owned();
    match stage.length {
        None => {}
        Some(Length::Epochs(epochs)) => text += &format!("@{epochs}e"),
        Some(Length::Steps(steps)) => text += &format!("@{steps}s"),
        Some(Length::Error(percent)) => text += &format!("@{}err", number::text(percent)),
    }
    let list = |layers: &[u32]| {
        let texts: Vec<String> = layers.iter().map(ToString::to_string).collect();
        texts.join(".")
    };
    match &stage.phase.learning {
        Learning::All => {}
        Learning::Frozen(layers) => text += &format!("-freeze{}", list(layers)),
        Learning::Only(layers) => text += &format!("-only{}", list(layers)),
    }
    match stage.phase.feedback {
        NewFeedback::Kept => {}
        NewFeedback::Redrawn => text += "-redraw",
        NewFeedback::Opposed => text += "-anti",
    }
    if stage.phase.fresh {
        text += "-fresh";
    }
    text
}

fn parse_stage(text: &str) -> Option<Stage> {
    // A length such as 1e-3err has a "-" of its own.
    let words_from = text.find('@').map_or(0, |at| {
        let end = text[at..].find("err").map_or(0, |err| err + 3);
        at + end
    });
    let (head, words) = match text[words_from..].find('-') {
        Some(dash) => text.split_at(words_from + dash),
        None => (text, ""),
    };
    let (rule, length) = match head.split_once('@') {
        Some((rule, length)) => (rule, Some(parse_length(length)?)),
        None => (head, None),
    };
    let mut phase = Phase::plain(Rule::from_key(rule)?);
    for word in words.split('-').skip(1) {
        let learning = if let Some(layers) = word.strip_prefix("freeze") {
            Some(Learning::Frozen(parse_layers(layers)?))
        } else if let Some(layers) = word.strip_prefix("only") {
            Some(Learning::Only(parse_layers(layers)?))
        } else {
            None
        };
        let feedback = match word {
            "redraw" => Some(NewFeedback::Redrawn),
            "anti" => Some(NewFeedback::Opposed),
            _ => None,
        };
        // Each at most once.
        match (learning, feedback, word) {
            (Some(learning), ..) if phase.learning == Learning::All => phase.learning = learning,
            (_, Some(feedback), _) if phase.feedback == NewFeedback::Kept => {
                phase.feedback = feedback;
            }
            (None, None, "fresh") if !phase.fresh => phase.fresh = true,
            _ => return None,
        }
    }
    (phase.rule.has_feedback() || phase.feedback == NewFeedback::Kept)
        .then_some(Stage { phase, length })
}

fn parse_length(text: &str) -> Option<Length> {
    if let Some(percent) = text.strip_suffix("err") {
        return number::parse(percent, 0.0, 100.0).map(Length::Error);
    }
    if let Some(epochs) = text.strip_suffix('e') {
        return number::parse_whole(epochs, 1, 10_000).map(|epochs| Length::Epochs(epochs as u32));
    }
    let steps = text.strip_suffix('s')?;
    number::parse_whole(steps, 1, 1_000_000_000).map(Length::Steps)
}

/// Layers joined by ".", counted from 1, brought into order.
fn parse_layers(text: &str) -> Option<Vec<u32>> {
    let mut layers = Vec::new();
    for word in text.split('.') {
        let layer = number::parse_whole(word, 1, super::layers::LAYERS as u64 + 1)? as u32;
        let at = layers.partition_point(|&other| other < layer);
        if layers.get(at) == Some(&layer) {
            return None;
        }
        layers.insert(at, layer);
    }
    Some(layers)
}
