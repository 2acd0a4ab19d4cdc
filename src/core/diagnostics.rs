//! What a rule's update has in common with the true gradient, measured on the probe.
//!
//! The true gradient is backpropagation's for the present weights. Both sides run with rescaled rows
//! ([`Rescale::Rows`]), so an angle stays defined where the numbers themselves leave f32. Sums are f64 in a fixed
//! order. In a lane dropout and adversarial perturbation are off here: the probe is measured on the plain net.

use ndarray::{Array2, ArrayView1, ArrayView2, Zip, s};

use super::inputs::Inputs;
use super::kernel;
use super::layer::Layer;
use super::loss::{self, Tally};
use super::metrics::LayerMetrics;
use super::network::{Network, Pass};
use super::rule::{Deltas, Rescale, Rule, propagate};
use super::scalar;

/// Samples that are worked on together; the result does not depend on it.
pub const BLOCK: usize = 100;

/// Images with their labels, in blocks of up to [`BLOCK`].
pub type Block = (Inputs, Vec<u8>);

/// A running mean and, when asked, its standard deviation.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    count: u32,
    sum: f64,
    sum_of_squares: f64,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.count += 1;
            self.sum += value;
            self.sum_of_squares += value * value;
        }
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }

    fn deviation(self) -> Option<f64> {
        let mean = self.mean()?;
        let variance = self.sum_of_squares / f64::from(self.count) - mean * mean;
        Some(if variance > 0.0 { variance.sqrt() } else { 0.0 })
    }
}

/// a·a, a·b and b·b, from which every angle follows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dots {
    aa: f64,
    ab: f64,
    bb: f64,
}

impl Dots {
    /// Adds the products of two vectors of equal length.
    pub fn add(&mut self, a: ArrayView1<f32>, b: ArrayView1<f32>) {
        let [aa, ab, bb] = match (a.as_slice(), b.as_slice()) {
            (Some(a), Some(b)) => kernel::sums::dots(a, b),
            _ => kernel::sums::dots(&a.to_vec(), &b.to_vec()),
        };
        self.aa += aa;
        self.ab += ab;
        self.bb += bb;
    }

    /// cos of the angle between a and b; undefined where one of them is zero or not finite.
    #[must_use]
    pub fn cosine(self) -> Option<f64> {
        let cosine = self.ab / (self.aa.sqrt() * self.bb.sqrt());
        cosine.is_finite().then_some(cosine)
    }

    /// The angle between a and b in degrees.
    #[must_use]
    pub fn angle_deg(self) -> Option<f64> {
        self.cosine().map(scalar::acos_deg)
    }

    /// a·b / |a|; undefined where a is zero.
    #[must_use]
    pub fn projection(self) -> Option<f64> {
        let projection = self.ab / self.aa.sqrt();
        projection.is_finite().then_some(projection)
    }
}

/// The angle between two matrices seen as vectors, degrees.
#[must_use]
pub fn matrix_angle_deg(a: ArrayView2<f32>, b: ArrayView2<f32>) -> Option<f64> {
    let mut dots = Dots::default();
    for (a, b) in a.rows().into_iter().zip(b.rows()) {
        dots.add(a, b);
    }
    dots.angle_deg()
}

/// hᵀ δ summed over blocks, with one power of two for all samples of a layer.
struct GradientSum {
    layer: Layer,
    /// The exponent that the sum is relative to: the largest of the first block that has a non-zero row.
    reference: Option<i32>,
}

/// Sums over the samples of one hidden layer.
#[derive(Default)]
struct LayerSums {
    angle: Mean,
    criterion: Mean,
    criterion_cos: Mean,
    saturated: u64,
    units: u64,
}

/// The buffers of a measurement, made once.
pub struct Diagnostics {
    pass: Pass,
    own: Deltas,
    truth: Deltas,
    own_sums: Vec<GradientSum>,
    true_sums: Vec<GradientSum>,
    /// Rows of a delta brought to the reference exponent, or c_i: [BLOCK, n_i] for each layer.
    scratch: Vec<Array2<f32>>,
    /// δh_i of a block: [BLOCK, n_i] for each layer.
    signal: Vec<Array2<f32>>,
}

impl Diagnostics {
    #[must_use]
    pub fn new(network: &Network) -> Diagnostics {
        let sums = || {
            network.layers[..network.hidden()]
                .iter()
                .map(|layer| GradientSum {
                    layer: layer.zeros_like(),
                    reference: None,
                })
                .collect::<Vec<_>>()
        };
        let buffers = || {
            let layers = network.layers.iter();
            layers
                .map(|layer| Array2::zeros((BLOCK, layer.n_out())))
                .collect::<Vec<_>>()
        };
        Diagnostics {
            pass: Pass::new(network, BLOCK),
            own: Deltas::new(network, BLOCK, Rescale::Rows),
            truth: Deltas::new(network, BLOCK, Rescale::Rows),
            own_sums: sums(),
            true_sums: sums(),
            scratch: buffers(),
            signal: buffers(),
        }
    }

    /// Error and loss on `blocks`, and for every hidden layer the angles and the criterion of Theorem 1.
    ///
    /// `masks` as in [`Network::forward`]; a lane measures without any. Weight norms and what else does not depend on
    /// images stay at their defaults.
    pub fn measure(
        &mut self,
        rule: Rule,
        network: &Network,
        feedback: &[Array2<f32>],
        masks: &[Array2<f32>],
        blocks: &[Block],
    ) -> (Tally, Vec<LayerMetrics>) {
        let hidden = network.hidden();
        for sum in self.own_sums.iter_mut().chain(&mut self.true_sums) {
            sum.reference = None;
            for parameters in sum.layer.parameters_mut() {
                parameters.fill(0.0);
            }
        }
        let mut sums: Vec<LayerSums> = (0..hidden).map(|_| LayerSums::default()).collect();
        let mut tally = Tally::default();
        for (inputs, labels) in blocks {
            network.forward(inputs, masks, &mut self.pass);
            tally.add(loss::tally(self.pass.output(), labels));
            let both = [(rule, &mut self.own), (Rule::Bp, &mut self.truth)];
            // What BP asks for is the gradient itself.
            let needed = if rule == Rule::Bp { 1 } else { 2 };
            for (rule, deltas) in both.into_iter().take(needed) {
                let error = deltas.begin(inputs.rows());
                loss::output_error(self.pass.output(), labels, error);
                deltas.rescale_output();
                propagate(rule, network, feedback, &self.pass, deltas);
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                self.add_samples(rule, i, network, masks.get(i), sums);
                let below = self.pass.below(i, inputs);
                let both = [
                    (&self.own, &mut self.own_sums[i]),
                    (&self.truth, &mut self.true_sums[i]),
                ];
                for (deltas, sum) in both.into_iter().take(needed) {
                    add_gradient(
                        &network.layers[i],
                        below,
                        deltas,
                        i,
                        &mut self.scratch[i],
                        sum,
                    );
                }
            }
        }
        let true_sums = match rule {
            Rule::Bp => &self.own_sums,
            _ => &self.true_sums,
        };
        let layers = sums
            .iter()
            .enumerate()
            .map(|(i, sums)| LayerMetrics {
                angle_update_deg: matrix_angle_deg(
                    self.own_sums[i].layer.weights(),
                    true_sums[i].layer.weights(),
                ),
                angle_delta_deg: sums.angle.mean(),
                angle_delta_spread_deg: sums.angle.deviation(),
                criterion: sums.criterion.mean(),
                criterion_cos: sums.criterion_cos.mean(),
                saturated: sums.saturated as f64 / sums.units as f64,
                feedback_angle_deg: feedback_angle_deg(rule, network, feedback, i),
                ..LayerMetrics::default()
            })
            .collect();
        (tally, layers)
    }

    /// The per-sample measures of hidden layer `i` for the block in `pass`.
    fn add_samples(
        &mut self,
        rule: Rule,
        i: usize,
        network: &Network,
        mask: Option<&Array2<f32>>,
        sums: &mut LayerSums,
    ) {
        let rows = self.pass.rows();
        let mut wanted = self.scratch[i].slice_mut(s![..rows, ..]);
        let mut signal = self.signal[i].slice_mut(s![..rows, ..]);
        // c_i = δ_{i+1} W_{i+1}ᵀ: where the layers above, moved by the rule's own deltas, would have h_i go. BP's signal
        // is this very product.
        let is_wanted = rule == Rule::Bp;
        if !is_wanted {
            let (above, picks) = (self.own.delta(i + 1), self.pass.picks(i + 1));
            network.layers[i + 1].carry_back(above, picks, wanted.view_mut());
        }
        if let Some(mask) = mask {
            // A dropped unit neither gets a signal nor can be moved.
            signal.assign(&self.own.signal(i));
            signal *= mask;
            wanted *= mask;
        }
        let signal = match mask {
            Some(_) => signal.view(),
            None => self.own.signal(i),
        };
        let wanted = if is_wanted { signal } else { wanted.view() };
        let truth = match rule {
            Rule::Bp => &self.own,
            _ => &self.truth,
        };
        for sample in 0..rows {
            let mut dots = Dots::default();
            dots.add(self.own.delta(i).row(sample), truth.delta(i).row(sample));
            sums.angle.add(dots.angle_deg());

            let mut dots = Dots::default();
            dots.add(signal.row(sample), wanted.row(sample));
            let exponent = self.own.exponent(i + 1, sample);
            let criterion = dots.projection();
            sums.criterion
                .add(criterion.map(|value| scalar::scale_by_power_of_two(value, exponent)));
            sums.criterion_cos.add(dots.cosine());
        }
        let h = self.pass.hidden(i);
        for row in h.rows() {
            let saturated = row
                .iter()
                .map(|&h| u32::from(network.activation.is_saturated(h)));
            sums.saturated += u64::from(saturated.sum::<u32>());
        }
        sums.units += h.len() as u64;
    }
}

/// Adds hᵀ δ_i of one block to `sum`, every row brought to the sum's exponent.
fn add_gradient(
    layer: &Layer,
    below: super::layer::Below,
    deltas: &Deltas,
    i: usize,
    scratch: &mut Array2<f32>,
    sum: &mut GradientSum,
) {
    let delta = deltas.delta(i);
    let has_direction = |row: &ndarray::ArrayView1<f32>| row.iter().any(|&value| value != 0.0);
    let largest = delta
        .rows()
        .into_iter()
        .enumerate()
        .filter(|(_, row)| has_direction(row))
        .map(|(sample, _)| deltas.exponent(i, sample))
        .max();
    let Some(reference) = sum.reference.or(largest) else {
        return;
    };
    sum.reference = Some(reference);
    let mut scaled = scratch.slice_mut(s![..delta.nrows(), ..]);
    for (sample, row) in scaled.rows_mut().into_iter().enumerate() {
        // Held, so that a sample far larger than the first block's does not leave the finite numbers.
        let shift = (deltas.exponent(i, sample) - reference).clamp(-140, 100);
        let factor = libm::ldexpf(1.0, shift);
        Zip::from(row)
            .and(delta.row(sample))
            .for_each(|scaled, &delta| *scaled = delta * factor);
    }
    layer.add_gradient_sum(below, scaled.view(), &mut sum.layer);
}

/// Alignment of the forward weights with the feedback to hidden layer `i`: FA compares W_{i+1}ᵀ with F_{i+1} (kernels
/// with kernels), DFA (W_{i+1} · … · W_L)ᵀ with B_i; degrees. Undefined under the other rules, and under DFA below a
/// pool: which way leads through that depends on the image.
#[must_use]
pub fn feedback_angle_deg(
    rule: Rule,
    network: &Network,
    feedback: &[Array2<f32>],
    i: usize,
) -> Option<f64> {
    match rule {
        Rule::Fa => {
            let weights = network.layers[i + 1].weights();
            matrix_angle_deg(weights.t(), feedback[i].view())
        }
        Rule::Dfa => {
            let path = network.path(i, network.hidden())?;
            matrix_angle_deg(path.view(), feedback[i].view())
        }
        _ => None,
    }
}
