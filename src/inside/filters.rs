//! First-layer filters: what the units of the first hidden layer look for, how far that moved, and what is fed back.

use ndarray::Array2;

use crate::core::Rule;
use crate::core::network::Network;
use crate::core::shape::LayerShape;

/// Which units come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By number.
    Unit,
    /// By the norm of their filter, largest first; ties by number.
    Norm,
}

/// One unit of the first hidden layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Its number, 0-based.
    pub unit: u32,
    /// Euclidean norm of its weights.
    pub norm: f64,
    /// The column of W_1 that drives it: of a dense unit a value a pixel, of a map of a convolution its kernel; channel
    /// by channel, row by row.
    pub weights: Vec<f32>,
    /// The same minus what it was at the start.
    pub change: Vec<f32>,
    /// How the error of each class is fed to it, `[classes]`; see [`feedback_pattern`].
    pub feedback: Option<Vec<f32>>,
}

/// Largest magnitude of each quantity, so that all filters are drawn on one scale; 0 where all are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scale {
    pub weights: f32,
    pub change: f32,
    pub feedback: f32,
}

/// The first `count` units of the first hidden layer in this order.
///
/// `start` is the network as it started, `feedback` the rule's fixed matrices
/// ([`init::feedback_matrices`](crate::core::init::feedback_matrices)).
#[must_use]
pub fn filters(
    rule: Rule,
    network: &Network,
    start: &Network,
    feedback: &[Array2<f32>],
    order: Order,
    count: usize,
) -> Vec<Filter> {
    let now = network.layers[0].weights();
    let mut units: Vec<(usize, f64)> = now
        .columns()
        .into_iter()
        .map(|column| {
            let squares = column.iter().map(|&w| f64::from(w) * f64::from(w));
            squares.fold(0.0, |sum, square| sum + square).sqrt()
        })
        .enumerate()
        .collect();
    if order == Order::Norm {
        // Stable, so ties stay in order of number.
        units.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    let before = start.layers[0].weights();
    units
        .into_iter()
        .take(count)
        .map(|(unit, norm)| {
            let weights = now.column(unit).to_vec();
            let pairs = weights.iter().zip(before.column(unit));
            Filter {
                unit: unit as u32,
                norm,
                change: pairs.map(|(now, before)| now - before).collect(),
                weights,
                feedback: feedback_pattern(rule, network, feedback, unit),
            }
        })
        .collect()
}

/// How the output error of each class reaches unit `unit` of the first hidden layer, before f': `[classes]`.
///
/// DFA and IFA: its column of B_1. With one hidden layer also FA, its column of F_2, and BP, its row of W_2 as it is
/// now. Undefined for the maps of a convolution, where the error passes other layers' f' on its way, and under the shallow control.
#[must_use]
pub fn feedback_pattern(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    unit: usize,
) -> Option<Vec<f32>> {
    if matches!(network.layers[0].shape(), LayerShape::Convolution(_)) {
        return None; // An error reaches each place of a map by a row of its own.
    }
    let one_hidden = network.hidden() == 1;
    match rule {
        Rule::Dfa | Rule::Ifa => Some(feedback.first()?.column(unit).to_vec()),
        Rule::Fa if one_hidden => Some(feedback.first()?.column(unit).to_vec()),
        Rule::Bp if one_hidden => Some(network.layers[1].weights().row(unit).to_vec()),
        Rule::Fa | Rule::Bp | Rule::Shallow => None,
    }
}

/// The largest magnitude; what is not a number has none, and of nothing it is 0.
#[must_use]
pub fn largest<'a>(values: impl IntoIterator<Item = &'a f32>) -> f32 {
    let sizes = values.into_iter().map(|value| value.abs());
    sizes.fold(0.0, |most, size| if size > most { size } else { most })
}

/// The scale on which these filters can be compared.
#[must_use]
pub fn scale(filters: &[Filter]) -> Scale {
    Scale {
        weights: largest(filters.iter().flat_map(|filter| &filter.weights)),
        change: largest(filters.iter().flat_map(|filter| &filter.change)),
        feedback: largest(filters.iter().filter_map(|f| f.feedback.as_ref()).flatten()),
    }
}
