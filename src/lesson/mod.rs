//! Lessons: texts beside the live lab, with questions and waits that the lanes answer.
//!
//! A lesson is a file `www/lessons/NN-name.LANGUAGE.md`. This room reads it into a tree and says when a condition of it
//! holds; it knows no page. The form is small on purpose (`www/lessons/README.md` describes it): a general Markdown
//! reader would bring HTML, which the page may never make from a text.

mod condition;
mod error;
mod math;
mod parse;

pub use condition::{Condition, Moment, Quantity, Question, Verdict};
pub use error::LessonError;
pub use math::{Math, TAGS};
pub use parse::{Files, files};

/// A lesson in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its number, from the name of its file.
    pub number: u32,
    pub title: String,
    /// Its experiment, as a link without errors.
    pub link: String,
    /// About how long it takes.
    pub minutes: u32,
    /// At least one.
    pub steps: Vec<Step>,
}

impl Lesson {
    /// Reads a lesson; `file` is the name of its file, such as `03-random-feedback.en.md`.
    ///
    /// # Errors
    /// The first thing that is not in the form of lessons: its file, its line and what is allowed there.
    pub fn parse(file: &str, text: &str) -> Result<Lesson, LessonError> {
        parse::lesson(file, text)
    }

    /// The link of the experiment that is open before a block of a step: the lesson's own, else the last one that a
    /// button before it opens.
    #[must_use]
    pub fn link_before(&self, step: usize, block: usize) -> &str {
        let whole = self.steps.iter().take(step).flat_map(|step| &step.blocks);
        let part = self.steps.get(step).map_or(&[][..], |step| &step.blocks);
        let before = whole.chain(part.iter().take(block));
        let mut opened = before.filter_map(|block| match block {
            Block::Open { link, .. } => Some(link.as_str()),
            _ => None,
        });
        opened.next_back().unwrap_or(&self.link)
    }
}

/// One screen of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// A part of a step, from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Paragraph(Vec<Span>),
    Formula {
        math: Math,
        /// What its symbols mean, in the order in which their `def` names them.
        symbols: Vec<Symbol>,
    },
    /// A prediction, to be compared with what happens.
    Question {
        text: Vec<Span>,
        question: Question,
        /// What can be answered: the key of the answer, and its words.
        options: Vec<(String, String)>,
    },
    /// What stands below it is shown once the condition has held.
    Wait(Condition),
    /// A button that opens another experiment.
    Open {
        link: String,
        label: String,
    },
}

/// A symbol of a formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// The name by which the formula's elements refer to it.
    pub name: String,
    /// The symbol, as it is read.
    pub symbol: String,
    pub meaning: String,
    /// What of the pictures of the nets it stands for.
    pub part: Option<Part>,
}

/// A part of the picture of a net.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The wires through which activations go forward.
    Forward,
    /// The wires through which the error comes back.
    Feedback,
    /// The layers themselves.
    Layers,
}

impl Part {
    /// Every part with its word.
    pub const ALL: [(&'static str, Part); 3] = [
        ("forward", Part::Forward),
        ("feedback", Part::Feedback),
        ("layers", Part::Layers),
    ];
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    Text(String),
    Strong(String),
    Code(String),
    /// A term with its definition.
    Term {
        text: String,
        meaning: String,
    },
}
