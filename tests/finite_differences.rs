//! Backpropagation's gradient is the slope of the loss, whatever the net.

use falab::core::inputs::Inputs;
use falab::core::layer::Layer;
use falab::core::loss;
use falab::core::network::{Network, Pass};
use falab::core::rule::{Deltas, Rescale, propagate};
use falab::core::shape::Volume;
use falab::core::{Activation, Convolution, HiddenLayer, Rule, Settings, Start, Window};
use ndarray::Array2;

const BATCH: usize = 7;
const LABELS: [u8; BATCH] = [0, 3, 1, 9, 4, 4, 8];

fn inputs(units: usize) -> Inputs {
    Inputs::Dense(Array2::from_shape_fn((BATCH, units), |(i, j)| {
        ((i * 53 + j * 97 + j * j * 31) % 101) as f32 / 100.0
    }))
}

fn settings(activation: Activation, hidden: Vec<HiddenLayer>) -> Settings {
    Settings {
        hidden,
        activation,
        start: Start::Scaled,
        ..Settings::default()
    }
}

/// J of the net with the parameter `which` of layer `i` moved by `by`, in f64 beyond the pre-activations, and on which
/// side of every kink it is: what its pools picked, which units of ReLU are on.
fn loss_moved(
    network: &Network,
    i: usize,
    part: usize,
    which: usize,
    by: f32,
) -> (f64, Vec<u32>, Vec<bool>) {
    let mut network = network.clone();
    network.layers[i].parameters_mut()[part][which] += by;
    let mut pass = Pass::new(&network, BATCH);
    network.forward(&inputs(network.layers[0].n_in()), &[], &mut pass);
    let loss = loss::tally(pass.output(), &LABELS).mean_loss().unwrap();
    let hidden = if network.activation == Activation::Relu {
        network.hidden()
    } else {
        0
    };
    let on = (0..hidden).flat_map(|i| pass.hidden(i).iter().map(|&h| h > 0.0).collect::<Vec<_>>());
    let picks = (0..network.layers.len()).flat_map(|i| pass.picks(i).to_vec());
    (loss, picks.collect(), on.collect())
}

/// Every layer has the gradient of the loss under BP, whatever the activation.
fn check_all(hidden: &[HiddenLayer], inputs_of: Volume) {
    for activation in [Activation::Tanh, Activation::Logistic, Activation::Relu] {
        let settings = settings(activation, hidden.to_vec());
        let network = Network::new(&settings, Rule::Bp, inputs_of, 10);
        let inputs = inputs(inputs_of.units());
        let mut pass = Pass::new(&network, BATCH);
        network.forward(&inputs, &[], &mut pass);
        let mut deltas = Deltas::new(&network, BATCH, Rescale::Off);
        loss::output_error(pass.output(), &LABELS, deltas.begin(BATCH));
        propagate(Rule::Bp, &network, &[], &pass, &mut deltas);
        for (i, layer) in network.layers.iter().enumerate() {
            let mut gradient = layer.zeros_like();
            layer.gradient(pass.below(i, &inputs), deltas.delta(i), &mut gradient);
            check(&network, i, &gradient, activation);
        }
    }
}

#[test]
fn the_gradient_of_bp_is_the_slope_of_the_loss() {
    check_all(&HiddenLayer::dense(&[9, 5, 6]), Volume::from(12));
}

fn convolution(maps: u32, kernel: [u32; 3], pool: Option<[u32; 2]>) -> HiddenLayer {
    let [size, stride, padding] = kernel;
    HiddenLayer::Convolution(Convolution {
        maps,
        kernel: Window {
            size,
            stride,
            padding,
        },
        pool: pool.map(|[size, stride]| Window {
            size,
            stride,
            padding: 0,
        }),
    })
}

/// Maps of unlike sides, kernels of every stride and padding, pools that overlap, that do not, and none.
#[test]
fn it_is_so_through_convolutions_and_pools() {
    let input = Volume {
        channels: 2,
        height: 9,
        width: 8,
    };
    let nets = [
        vec![convolution(3, [3, 1, 1], None), HiddenLayer::Dense(5)],
        vec![
            convolution(3, [3, 1, 1], Some([3, 2])),
            convolution(4, [2, 1, 0], Some([2, 2])),
        ],
        vec![
            convolution(2, [5, 2, 2], Some([2, 1])),
            convolution(3, [3, 3, 2], None),
            HiddenLayer::Dense(6),
        ],
    ];
    for net in nets {
        check_all(&net, input);
    }
}

fn check(network: &Network, i: usize, gradient: &Layer, activation: Activation) {
    let step = 1e-3;
    let (mut compared, mut kinks) = (0, 0);
    for (part, gradient) in gradient.parameters().into_iter().enumerate() {
        for (which, &found) in gradient.iter().enumerate() {
            let (above, picks, on) = loss_moved(network, i, part, which, step);
            let (below, other_picks, other_on) = loss_moved(network, i, part, which, -step);
            if (picks, on) != (other_picks, other_on) {
                // A pool picks another unit within the step, or a unit of ReLU goes on: there is no one slope.
                kinks += 1;
                continue;
            }
            compared += 1;
            let slope = (above - below) / (2.0 * f64::from(step));
            let error = (slope - f64::from(found)).abs();
            assert!(
                error <= 5e-4,
                "{activation:?} layer {i} part {part} [{which}]: {found}, slope {slope}"
            );
        }
    }
    assert!(
        compared > kinks,
        "{activation:?} layer {i}: {compared} compared, {kinks} kinks"
    );
}
