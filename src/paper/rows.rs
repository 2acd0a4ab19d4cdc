//! The rows of Table 1 (MNIST), as links. The paper's figures were noted by hand and not checked against its print.

use crate::core::Rule;
use crate::spec::{Draft, Link, LinkError, Spec, field};

/// Epochs of the paper, unless the training error reaches its threshold earlier.
pub const EPOCHS: u32 = 300;

/// The columns: the paper's three and, as our own, IFA.
pub const RULES: [Rule; 4] = [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa];

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
    /// The net in words.
    pub net: String,
    /// Everything but rules and seed.
    pub spec: Spec,
    /// The paper's figures under BP, FA and DFA.
    pub paper: [Figure; 3],
}

/// A row of the table below: key, net, link, figures of BP, FA and DFA.
type Text = (&'static str, &'static str, &'static str, [Figure; 3]);

const fn errors(bp: f64, fa: f64, dfa: f64) -> [Figure; 3] {
    [Figure::Error(bp), Figure::Error(fa), Figure::Error(dfa)]
}

/// All rows, in the paper's order. Learning rate and threshold are those of its author's published code.
#[rustfmt::skip]
pub const ROWS: [Text; 10] = [
    ("7x240", "7×240 tanh",
     "v=1&n=60000&hidden=7x240&lr=1e-4&epochs=300&evals=1", errors(2.16, 2.20, 2.32)),
    ("100x240", "100×240 tanh",
     "v=1&n=60000&hidden=100x240&lr=1e-4&epochs=300&evals=1",
     [Figure::Untrained, Figure::Untrained, Figure::Error(3.92)]),
    ("1x800", "1×800 tanh",
     "v=1&n=60000&hidden=800&lr=1e-4&epochs=300&evals=1", errors(1.59, 1.68, 1.68)),
    ("2x800", "2×800 tanh",
     "v=1&n=60000&hidden=2x800&lr=1e-4&epochs=300&evals=1", errors(1.60, 1.64, 1.74)),
    ("3x800", "3×800 tanh",
     "v=1&n=60000&hidden=3x800&lr=1e-4&epochs=300&evals=1", errors(1.75, 1.66, 1.70)),
    ("4x800", "4×800 tanh",
     "v=1&n=60000&hidden=4x800&lr=1e-4&epochs=300&evals=1", errors(1.92, 1.70, 1.83)),
    ("2x800-logistic", "2×800 logistic",
     "v=1&n=60000&hidden=2x800&act=logistic&lr=1e-4&epochs=300&evals=1", errors(1.67, 1.82, 1.75)),
    ("2x800-relu", "2×800 ReLU",
     "v=1&n=60000&hidden=2x800&act=relu&lr=1e-4&epochs=300&evals=1", errors(1.48, 1.74, 1.70)),
    ("2x800-dropout", "2×800 tanh + dropout",
     "v=1&n=60000&hidden=2x800&lr=1e-4&dropout=0.1-0.5&epochs=300&evals=1", errors(1.26, 1.53, 1.45)),
    ("2x800-adv", "2×800 tanh + ADV",
     "v=1&n=60000&hidden=2x800&lr=1e-4&adv=0.08&epochs=300&evals=1", errors(1.01, 1.14, 1.02)),
];

impl Row {
    /// All rows.
    ///
    /// # Errors
    /// What is wrong with a link of the table.
    pub fn all() -> Result<Vec<Row>, Vec<LinkError>> {
        ROWS.into_iter()
            .map(|(key, net, link, paper)| {
                Ok(Row {
                    key: key.to_owned(),
                    net: net.to_owned(),
                    spec: Spec::parse(link)?,
                    paper,
                })
            })
            .collect()
    }

    /// What the paper gives for a rule; it has no IFA in this table.
    #[must_use]
    pub fn paper(&self, rule: Rule) -> Option<Figure> {
        let at = RULES.iter().position(|&known| known == rule)?;
        self.paper.get(at).copied()
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
