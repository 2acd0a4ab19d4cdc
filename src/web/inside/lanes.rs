//! What the view knows of one lane.

use js_sys::Uint8Array;
use web_sys::Element;

use crate::core::Rule;
use crate::inside::answer::Answer;
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::protocol::inspect::{Filter, Found, Layer, Question, Stand, What};
use crate::spec::LaneId;
use crate::web::dom::{Result, from_template, set_attribute, set_text, within};

/// Where a lane is looked at.
#[derive(Clone)]
pub struct LookedAt {
    pub step: u64,
    pub link: String,
    /// `None` is the lane's start.
    pub checkpoint: Option<Uint8Array>,
}

impl LookedAt {
    /// Where an inspector that does not have the lane gets it from.
    pub fn stand(&self) -> Stand {
        match self.checkpoint {
            Some(_) => Stand::Checkpoint,
            None => Stand::Start,
        }
    }
}

/// A lane as the page hands it to the view.
pub struct Looked {
    pub id: LaneId,
    pub mark: String,
    pub rule: Rule,
    pub name: String,
    pub run: u32,
    /// `None` until the lane has told where it stands.
    pub at: Option<LookedAt>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    run: u32,
    step: u64,
    link: String,
    what: What,
}

pub struct Numbers {
    pub layers: Vec<Layer>,
    pub probe: u32,
    pub labels: Vec<u8>,
    pub predictions: Vec<u8>,
}

pub struct Filters {
    pub norms: Vec<f64>,
    pub filters: Vec<Filter>,
}

/// A lane that is looked at.
pub struct Of {
    pub looked: Looked,
    /// What was asked for and has not been answered.
    pub asked: Option<(u32, Key)>,
    had: Option<Key>,
    pub numbers: Option<(u64, Numbers)>,
    pub filters: Option<(u64, Filters)>,
    /// After which step, of which image.
    pub answer: Option<(u64, Question, Answer)>,
    /// Where the inspector has the lane that was asked about an image last: run, step, link.
    answering: Option<(u32, u64, String)>,
    pub failed: Option<String>,
}

impl Of {
    pub fn new(looked: Looked) -> Of {
        Of {
            looked,
            asked: None,
            had: None,
            numbers: None,
            filters: None,
            answer: None,
            answering: None,
            failed: None,
        }
    }

    /// Takes what the page knows now; another run has nothing of the one before.
    pub fn renew(&mut self, looked: Looked) {
        if looked.run != self.looked.run {
            (self.numbers, self.filters, self.failed, self.had) = (None, None, None, None);
            (self.answer, self.answering) = (None, None);
        }
        self.looked = looked;
    }

    /// Forgets numbers of another moment than the one at which it is looked at: they are asked for anew.
    pub fn forget_old_numbers(&mut self) {
        let at = self.looked.at.as_ref().map(|at| at.step);
        self.numbers.take_if(|(step, _)| Some(*step) != at);
    }

    /// Notes that it is asked for `what` where it stands now, unless it was, or the last answer is on its way.
    pub fn ask(&mut self, ticket: u32, what: &What) -> Option<(LookedAt, Stand)> {
        let at = self.looked.at.clone()?;
        let key = Key {
            run: self.looked.run,
            step: at.step,
            link: at.link.clone(),
            what: what.clone(),
        };
        if self.asked.is_some() || self.had.as_ref() == Some(&key) {
            return None;
        }
        self.asked = Some((ticket, key));
        let there = (self.looked.run, at.step, at.link.clone());
        let is_answer = matches!(what, What::Answer { .. });
        let stand = match is_answer && self.answering.as_ref() == Some(&there) {
            true => Stand::Before,
            false => at.stand(),
        };
        // Whatever else is asked for takes the lane from where it was kept.
        self.answering = is_answer.then_some(there);
        Some((at, stand))
    }

    /// The inspector no longer has the lane as it was asked about an image.
    pub fn forget_answering(&mut self) {
        self.answering = None;
    }

    /// Takes an answer, if it was asked for and its run is not over.
    pub fn answered(&mut self, ticket: u32, step: u64, answer: std::result::Result<Found, String>) {
        let Some((_, key)) = self.asked.take_if(|(asked, _)| *asked == ticket) else {
            return;
        };
        if key.run != self.looked.run {
            return;
        }
        self.had = Some(key);
        self.failed = None;
        match answer {
            Ok(Found::Numbers {
                layers,
                probe,
                labels,
                predictions,
            }) => {
                let numbers = Numbers {
                    layers,
                    probe,
                    labels,
                    predictions,
                };
                self.numbers = Some((step, numbers));
            }
            Ok(Found::Filters { norms, filters }) => {
                self.filters = Some((step, Filters { norms, filters }));
            }
            Ok(Found::Answer { outputs, hidden }) => {
                if let Some(Key {
                    what: What::Answer { question },
                    ..
                }) = &self.had
                {
                    let answer = Answer { outputs, hidden };
                    self.answer = Some((step, question.clone(), answer));
                }
            }
            Ok(_) => {}
            Err(message) => {
                self.failed = Some(message);
                self.answering = None;
            }
        }
    }

    /// After which step the numbers are, or why there are none yet.
    pub fn words(&self, step: Option<u64>, texts: &Texts) -> String {
        let words = &texts.inside;
        match (&self.failed, step) {
            (Some(reason), _) => fill(words.look_failed, &[("reason", reason)]),
            (None, Some(step)) => fill(words.after_step, &[("step", &number(step as f64))]),
            (None, None) if self.looked.at.is_none() => words.waits_for_lane.to_owned(),
            (None, None) => words.looking.to_owned(),
        }
    }

    /// A section of a tab about this lane; its class tells what is in it.
    fn section(&self) -> Result<Element> {
        let section: Element = from_template("inside-lane-template")?;
        set_attribute(&section, "data-inside-lane", &self.looked.id.0.to_string());
        set_attribute(&section, "data-rule-name", self.looked.rule.key());
        set_text(&within::<Element>(&section, "b")?, &self.looked.mark);
        set_text(&within::<Element>(&section, "h3")?, &self.looked.name);
        Ok(section)
    }
}

/// A section for each of these lanes in a tab, in place of those before; `fill` puts what belongs there into its body.
pub fn sections(
    container: &Element,
    lanes: &[Of],
    fill: impl Fn(&Of, &Element) -> Result<()>,
) -> Result<Vec<Element>> {
    container.set_text_content(None);
    let section = |of: &Of| {
        let section = of.section()?;
        fill(of, &within(&section, ".inside-body")?)?;
        container.append_child(&section)?;
        Ok(section)
    };
    lanes.iter().map(section).collect()
}

/// Says in a section after which step its numbers are.
pub fn say(section: &Element, of: &Of, step: Option<u64>, texts: &Texts) -> Result<()> {
    set_text(&within::<Element>(section, ".at")?, &of.words(step, texts));
    let step = step.map_or_else(String::new, |step| step.to_string());
    set_attribute(section, "data-step", &step);
    Ok(())
}
