//! The dialog that puts another phase behind what a lane has done.

use web_sys::{Element, HtmlDialogElement, HtmlInputElement, HtmlSelectElement};

use super::dom::{Listener, Result, by_id, from_template, set_attribute, set_text};
use super::events::{Event, push};
use crate::core::{Learning, NewFeedback, Phase, Rule};
use crate::lang::Texts;
use crate::spec::LaneId;

pub struct Change {
    dialog: HtmlDialogElement,
    title: Element,
    rule: HtmlSelectElement,
    learning: HtmlSelectElement,
    feedback: HtmlSelectElement,
    fresh: HtmlInputElement,
    problem: Element,
    /// The lane that it is about.
    lane: LaneId,
    _listeners: [Listener; 2],
}

impl Change {
    pub fn new() -> Result<Change> {
        let dialog: HtmlDialogElement = by_id("change")?;
        let (apply, cancel): (Element, Element) = (by_id("change-apply")?, by_id("change-cancel")?);
        let closed = dialog.clone();
        let listeners = [
            Listener::new(&apply, "click", |_| push(Event::Change))?,
            Listener::new(&cancel, "click", move |_| closed.close())?,
        ];
        Ok(Change {
            dialog,
            title: by_id("change-title")?,
            rule: by_id("change-rule")?,
            learning: by_id("change-learning")?,
            feedback: by_id("change-feedback")?,
            fresh: by_id("change-fresh")?,
            problem: by_id("change-problem")?,
            lane: LaneId(0),
            _listeners: listeners,
        })
    }

    /// Opens it for a lane of a net with so many hidden layers.
    pub fn open(
        &mut self,
        lane: LaneId,
        name: &str,
        rule: Rule,
        hidden: usize,
        texts: &Texts,
    ) -> Result<()> {
        self.lane = lane;
        set_text(&self.title, &texts.change_lane(name));
        set_text(&self.problem, "");
        self.rule.set_value(rule.key());
        self.feedback.set_value("kept");
        self.fresh.set_checked(false);
        self.learning.set_text_content(None);
        // One layer frozen or alone; lists of layers are for links.
        let mut options = vec![("all".to_owned(), texts.lab.all_learn.to_owned())];
        let of_layers = |word: &str, says: fn(&Texts, usize, bool) -> String| {
            let option = |i: usize| (format!("{word}{i}"), says(texts, i, i > hidden));
            (1..=hidden + 1).map(option).collect::<Vec<_>>()
        };
        options.extend(of_layers("freeze", Texts::layer_frozen));
        options.extend(of_layers("only", Texts::layer_only));
        for (value, text) in options {
            let option: Element = from_template("option-template")?;
            option.set_text_content(Some(&text));
            set_attribute(&option, "value", &value);
            self.learning.append_child(&option)?;
        }
        self.learning.set_value("all");
        self.dialog.show_modal()
    }

    /// The lane that it is about, and what was chosen; `None` where that is not possible, which it says then.
    pub fn chosen(&self, texts: &Texts) -> Option<(LaneId, Phase)> {
        let rule = Rule::from_key(&self.rule.value())?;
        let learning = self.learning.value();
        let layer = |layer: &str| layer.parse().ok().map(|layer| vec![layer]);
        let learning = match (
            learning.strip_prefix("freeze"),
            learning.strip_prefix("only"),
        ) {
            (Some(frozen), _) => Learning::Frozen(layer(frozen)?),
            (_, Some(only)) => Learning::Only(layer(only)?),
            _ => Learning::All,
        };
        let feedback = match self.feedback.value().as_str() {
            "redraw" => NewFeedback::Redrawn,
            "anti" => NewFeedback::Opposed,
            _ => NewFeedback::Kept,
        };
        if !rule.has_feedback() && feedback != NewFeedback::Kept {
            set_text(&self.problem, &texts.no_feedback(rule));
            return None;
        }
        let fresh = self.fresh.checked();
        Some((
            self.lane,
            Phase {
                rule,
                learning,
                feedback,
                fresh,
            },
        ))
    }

    /// Says why what was chosen cannot be.
    pub fn refuse(&self, message: &str) {
        set_text(&self.problem, message);
    }

    pub fn close(&self) {
        self.dialog.close();
    }
}
