//! How the forward weights of a trained net lie to the feedback that taught it, layer by layer.

use ndarray::{Array2, ArrayView2};

use super::eigen;
use crate::core::Rule;
use crate::core::diagnostics::{BLOCK, Block, Dots, feedback_angle_deg};
use crate::core::loss;
use crate::core::network::{Network, Pass};
use crate::core::rule::{Deltas, Rescale, propagate};
use crate::core::scalar;

/// Largest smaller side of a feedback matrix whose pseudo-inverse is worked out: its time grows with the third power.
pub const PSEUDO_INVERSE_SIDE: usize = 128;

/// The alignment of hidden layer i.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Alignment {
    /// Angle between forward weights and transposed feedback, seen as vectors, degrees: FA compares W_{i+1} with
    /// F_{i+1}ᵀ, DFA the path W_{i+1} · … · W_L with B_iᵀ. Undefined under the other rules, and for zero weights.
    ///
    /// # References
    /// Lillicrap et al., "Random synaptic feedback weights support error backpropagation for deep learning", 2016.
    pub feedback_deg: Option<f64>,
    /// The same angle with the feedback's pseudo-inverse F_{i+1}⁺ or B_i⁺ in the place of the transposed feedback.
    /// Undefined also where both sides of the matrix are longer than [`PSEUDO_INVERSE_SIDE`].
    ///
    /// # References
    /// Paper, section 3: the forward weights come to resemble a pseudo-inverse of the feedback.
    pub pseudo_inverse_deg: Option<f64>,
    /// Of the samples with a defined criterion, percent with a positive one; undefined without such samples.
    ///
    /// A sample's criterion is (δh_i · c_i) / |δh_i|, with δh_i the signal that reaches h_i before f' and
    /// c_i = δ_{i+1} W_{i+1}ᵀ where the layers above, moved by the rule's own deltas, would have h_i go.
    ///
    /// # References
    /// Paper, Theorem 1.
    pub positive_percent: Option<f64>,
    /// Samples with a defined criterion.
    pub samples: u32,
}

/// The alignment of every hidden layer, the criterion's share on `probe`.
///
/// `feedback` holds the rule's fixed matrices
/// ([`init::feedback_matrices`](crate::core::init::feedback_matrices)).
#[must_use]
pub fn alignment(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    probe: &[Block],
) -> Vec<Alignment> {
    let shares = positive_criteria(rule, network, feedback, probe);
    shares
        .into_iter()
        .enumerate()
        .map(|(i, (positive, samples))| Alignment {
            feedback_deg: feedback_angle_deg(rule, network, feedback, i),
            pseudo_inverse_deg: pseudo_inverse_deg(rule, network, feedback, i),
            positive_percent: (samples > 0)
                .then(|| 100.0 * f64::from(positive) / f64::from(samples)),
            samples,
        })
        .collect()
}

/// [`Alignment::pseudo_inverse_deg`] of hidden layer `i` (0-based).
#[must_use]
pub fn pseudo_inverse_deg(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    i: usize,
) -> Option<f64> {
    let forward = match rule {
        Rule::Fa => network.layers[i + 1].weights().to_owned(),
        Rule::Dfa => network.path(i, network.hidden())?.reversed_axes(),
        Rule::Bp | Rule::Ifa | Rule::Shallow => return None,
    };
    let feedback = feedback[i].view();
    if feedback.nrows() > PSEUDO_INVERSE_SIDE && feedback.ncols() > PSEUDO_INVERSE_SIDE {
        return None;
    }
    angle_deg(forward.view(), &eigen::pseudo_inverse(feedback))
}

/// The angle between two matrices seen as vectors, degrees; undefined where one is zero.
fn angle_deg(a: ArrayView2<f32>, b: &Array2<f64>) -> Option<f64> {
    let (mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        let a = f64::from(a);
        aa += a * a;
        ab += a * b;
        bb += b * b;
    }
    let cosine: f64 = ab / (aa.sqrt() * bb.sqrt());
    cosine.is_finite().then(|| scalar::acos_deg(cosine))
}

/// Samples of `probe` with a positive criterion, and with a defined one, for each hidden layer.
///
/// Deltas are rescaled by powers of two, which moves no sign, so that deep nets keep theirs.
fn positive_criteria(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    probe: &[Block],
) -> Vec<(u32, u32)> {
    let mut pass = Pass::new(network, BLOCK);
    let mut deltas = Deltas::new(network, BLOCK, Rescale::Rows);
    let mut counts = vec![(0, 0); network.hidden()];
    for (inputs, labels) in probe {
        network.forward(inputs, &[], &mut pass);
        loss::output_error(pass.output(), labels, deltas.begin(labels.len()));
        deltas.rescale_output();
        propagate(rule, network, feedback, &pass, &mut deltas);
        for (i, (positive, defined)) in counts.iter_mut().enumerate() {
            let above = &network.layers[i + 1];
            let mut wanted = Array2::zeros((labels.len(), above.n_in()));
            let picks = pass.picks(i + 1);
            above.carry_back(deltas.delta(i + 1), picks, wanted.view_mut());
            for (signal, wanted) in deltas.signal(i).rows().into_iter().zip(wanted.rows()) {
                let mut dots = Dots::default();
                dots.add(signal, wanted);
                if let Some(criterion) = dots.projection() {
                    *defined += 1;
                    *positive += u32::from(criterion > 0.0);
                }
            }
        }
    }
    counts
}
