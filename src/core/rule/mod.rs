//! The rules. They differ only in how the error reaches the hidden layers; each file holds one formula.
//!
//! The signal δh_i that reaches h_i is the rule's; the delta is δ_i = δh_i ⊙ f'(a_i) under every rule, and the output
//! layer's delta is the error e = ŷ - y under every rule.
//!
//! A convolution with its max-pool is one block: h_i is what leaves the pool, so the rule's signal arrives behind it, and
//! inside the block the error goes back through pool and f exactly, under every rule. f'(a_i) is needed at the units that
//! the pool picked alone, so δ_i too is kept for those: [batch, n_i] with n_i the units behind the pool.
//!
//! # References
//! Nøkland, "Direct Feedback Alignment Provides Learning in Deep Neural Networks", NIPS 2016, section 2, figure 1.

mod bp;
mod deltas;
mod dfa;
mod fa;
mod ifa;

use ndarray::{Array2, ArrayViewMut2};
use serde::{Deserialize, Serialize};

pub use deltas::{Deltas, Rescale};

use super::network::{Network, Pass};

/// How hidden layers get their deltas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// Backpropagation.
    Bp,
    /// Feedback alignment.
    Fa,
    /// Direct feedback alignment.
    Dfa,
    /// Indirect feedback alignment.
    Ifa,
    /// A control that is not in the paper: hidden layers stay as they start.
    Shallow,
}

impl Rule {
    pub const ALL: [Rule; 5] = [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa, Rule::Shallow];

    /// Its word in links, records and `data-rule`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Rule::Bp => "bp",
            Rule::Fa => "fa",
            Rule::Dfa => "dfa",
            Rule::Ifa => "ifa",
            Rule::Shallow => "shallow",
        }
    }

    /// The rule of a word, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.key() == key)
    }

    /// Whether it has fixed random feedback.
    #[must_use]
    pub fn has_feedback(self) -> bool {
        matches!(self, Rule::Fa | Rule::Dfa | Rule::Ifa)
    }

    /// The letter that ends its curves.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Rule::Bp => 'B',
            Rule::Fa => 'F',
            Rule::Dfa => 'D',
            Rule::Ifa => 'I',
            Rule::Shallow => 'S',
        }
    }
}

/// Computes the deltas of all hidden layers under `rule` from the output error in `deltas`.
///
/// `feedback` holds the rule's fixed matrices as [`init::feedback_matrices`](super::init::feedback_matrices) draws
/// them; `pass` is the forward pass that made the error.
pub fn propagate(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    pass: &Pass,
    deltas: &mut Deltas,
) {
    let hidden = network.hidden();
    // IFA carries its signal upward, the others come down from the output.
    for turn in 0..hidden {
        let i = match rule {
            Rule::Ifa => turn,
            _ => hidden - 1 - turn,
        };
        deltas.compute(i, source(rule, i, hidden), pass, |source, out| {
            signal(rule, network, feedback, pass, i, source, out);
        });
    }
}

/// The layer whose delta makes the signal of hidden layer `i`; `hidden` is the output layer, whose delta is e.
fn source(rule: Rule, i: usize, hidden: usize) -> usize {
    match rule {
        Rule::Bp | Rule::Fa => i + 1,
        Rule::Ifa if i > 0 => i - 1,
        Rule::Ifa | Rule::Dfa | Rule::Shallow => hidden,
    }
}

/// The signal δh_i [batch, n_i] from the delta of its [`source`].
fn signal(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    pass: &Pass,
    i: usize,
    source: ndarray::ArrayView2<f32>,
    mut out: ArrayViewMut2<f32>,
) {
    match rule {
        Rule::Bp => bp::signal(&network.layers[i + 1], source, pass.picks(i + 1), out),
        Rule::Fa => {
            let above = &network.layers[i + 1];
            fa::signal(above, &feedback[i], source, pass.picks(i + 1), out);
        }
        Rule::Dfa => dfa::signal(&feedback[i], source, out),
        Rule::Ifa if i == 0 => dfa::signal(&feedback[0], source, out),
        Rule::Ifa => ifa::signal(&network.layers[i], source, pass.picks(i), out),
        Rule::Shallow => out.fill(0.0),
    }
}
