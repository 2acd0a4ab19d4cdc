//! Backpropagation's gradient is the slope of the loss, whatever the net.

use falab::core::inputs::Inputs;
use falab::core::layer::Layer;
use falab::core::loss;
use falab::core::network::{Network, Pass};
use falab::core::rule::{Deltas, Rescale, propagate};
use falab::core::{Activation, Rule, Settings, Start};
use ndarray::Array2;

const BATCH: usize = 7;
const LABELS: [u8; BATCH] = [0, 3, 1, 9, 4, 4, 8];

fn inputs() -> Inputs {
    Inputs::Dense(Array2::from_shape_fn((BATCH, 12), |(i, j)| {
        ((i * 12 + j * 7) % 11) as f32 / 10.0
    }))
}

fn settings(activation: Activation) -> Settings {
    Settings {
        hidden: vec![9, 5, 6],
        activation,
        start: Start::Scaled,
        ..Settings::default()
    }
}

/// J of the net with the parameter `which` of layer `i` moved by `by`, in f64 beyond the pre-activations.
fn loss_moved(network: &Network, i: usize, part: usize, which: usize, by: f32) -> f64 {
    let mut network = network.clone();
    network.layers[i].parameters_mut()[part][which] += by;
    let mut pass = Pass::new(&network, BATCH);
    network.forward(&inputs(), &[], &mut pass);
    loss::tally(pass.output(), &LABELS).mean_loss().unwrap()
}

#[test]
fn the_gradient_of_bp_is_the_slope_of_the_loss() {
    for activation in [Activation::Tanh, Activation::Logistic, Activation::Relu] {
        let network = Network::new(&settings(activation), Rule::Bp, 12, 10);
        let mut pass = Pass::new(&network, BATCH);
        network.forward(&inputs(), &[], &mut pass);
        let mut deltas = Deltas::new(&network, BATCH, Rescale::Off);
        loss::output_error(pass.output(), &LABELS, deltas.begin(BATCH));
        propagate(Rule::Bp, &network, &[], &pass, &mut deltas);
        let inputs = inputs();
        for (i, layer) in network.layers.iter().enumerate() {
            let mut gradient = layer.zeros_like();
            layer.gradient(pass.below(i, &inputs), deltas.delta(i), &mut gradient);
            check(&network, i, &gradient, activation);
        }
    }
}

fn check(network: &Network, i: usize, gradient: &Layer, activation: Activation) {
    let step = 5e-3;
    for (part, gradient) in gradient.parameters().into_iter().enumerate() {
        for (which, &found) in gradient.iter().enumerate() {
            let above = loss_moved(network, i, part, which, step);
            let below = loss_moved(network, i, part, which, -step);
            let slope = (above - below) / (2.0 * f64::from(step));
            // A kink of ReLU within the step spoils single slopes; a wrong formula spoils most.
            let error = (slope - f64::from(found)).abs();
            let allowed = if activation == Activation::Relu {
                2e-2
            } else {
                5e-4
            };
            assert!(
                error <= allowed,
                "{activation:?} layer {i} part {part} [{which}]: {found}, slope {slope}"
            );
        }
    }
}
