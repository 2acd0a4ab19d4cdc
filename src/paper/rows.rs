//! A row of a table: a net with its settings as a link, and what the paper says of it.

use crate::core::Rule;
use crate::spec::{Draft, Link, LinkError, Spec, field};

/// What a cell of the paper's table says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Test error, percent.
    Error(f64),
    /// The paper gives no number: the net does not train.
    Untrained,
}

impl Figure {
    /// As the table shows it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Figure::Error(percent) => format!("{percent:.2}"),
            Figure::Untrained => "does not train".to_owned(),
        }
    }
}

/// A row: a net with the settings that its cells share.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its word on the command line.
    pub key: String,
    /// The net in words, the same in every language.
    pub net: String,
    /// Everything but rules and seed; its epochs are those of a whole run.
    pub spec: Spec,
    /// The paper's figures, by rule; none where the paper has no such row.
    pub paper: Vec<(Rule, Figure)>,
}

impl Row {
    /// What the paper gives for a rule.
    #[must_use]
    pub fn paper(&self, rule: Rule) -> Option<Figure> {
        let mut figures = self.paper.iter();
        figures
            .find(|(known, _)| *known == rule)
            .map(|(_, figure)| *figure)
    }

    /// Its experiment with these rules, and with this seed and at most so many epochs where they are given.
    ///
    /// # Errors
    /// A number that the field does not take.
    pub fn experiment(
        &self,
        rules: &[Rule],
        seed_and_epochs: Option<(u64, u32)>,
    ) -> Result<Spec, LinkError> {
        let keys: Vec<&str> = rules.iter().map(|rule| rule.key()).collect();
        let mut draft = self.spec.draft();
        set(&mut draft, "rules", &keys.join("-"))?;
        if let Some((seed, epochs)) = seed_and_epochs {
            set(&mut draft, "seed", &seed.to_string())?;
            set(&mut draft, "epochs", &epochs.to_string())?;
        }
        draft.finish()
    }

    /// Whether a link is that experiment, with any number of epochs.
    #[must_use]
    pub fn is_experiment(&self, link: &str, rule: Rule, seed: u64) -> bool {
        let Ok(link) = Link::parse(link) else {
            return false;
        };
        let wanted = self.experiment(&[rule], Some((seed, link.spec.epochs())));
        wanted.is_ok_and(|wanted| wanted == link.spec)
    }
}

fn set(draft: &mut Draft, key: &str, text: &str) -> Result<(), LinkError> {
    field(key).map_or(Ok(()), |field| field.set(draft, text))
}
