//! Convolution and pooling equal their naive twins bit for bit, at any shape, and so does the way back.

use falab::core::Window;
use falab::core::kernel::naive;
use falab::core::layer::{Below, Layer, Source};
use falab::core::shape::{Geometry, LayerShape, Sweep, Volume};
use ndarray::{Array1, Array2, ArrayView2};
use proptest::prelude::*;

/// Numbers of very different sizes, many of them zero or equal.
fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        Just(0.0f32),
        Just(-0.0f32),
        Just(0.5f32),
        -1.0f32..1.0,
        -1e-6f32..1e-6,
        -1e5f32..1e5
    ]
}

fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Array2<f32>> {
    proptest::collection::vec(number(), rows * columns)
        .prop_map(move |data| Array2::from_shape_vec((rows, columns), data).unwrap())
}

/// Maps, kernels of every stride and padding that fit, with a pool where one does.
fn geometry() -> impl Strategy<Value = Geometry> {
    let input = (1usize..=5, 5usize..=12, 5usize..=12);
    let kernel = (1u32..=5, 1u32..=3, 0u32..=2);
    let pool = (2u32..=3, 1u32..=3, proptest::bool::ANY);
    (input, kernel, pool, 1usize..=6).prop_map(|(input, kernel, pool, channels)| {
        let (input, kernel, pool) = (
            Volume {
                channels: input.0,
                height: input.1,
                width: input.2,
            },
            window(kernel),
            pool.2.then_some(window((pool.0, pool.1, 0))),
        );
        let kernel = Sweep::new(input, kernel).expect("maps of 5 and more hold a kernel of 5");
        let maps = kernel.output(channels);
        Geometry {
            kernel,
            maps,
            pool: pool.and_then(|pool| Sweep::new(maps, pool)),
        }
    })
}

fn window((size, stride, padding): (u32, u32, u32)) -> Window {
    Window {
        size,
        stride,
        padding,
    }
}

#[derive(Debug)]
struct Case {
    geometry: Geometry,
    layer: Layer,
    below: Array2<f32>,
    /// Of the units behind the pool.
    delta: Array2<f32>,
}

fn case() -> impl Strategy<Value = Case> {
    (geometry(), 1usize..=3).prop_flat_map(|(geometry, batch)| {
        let (rows, maps) = (geometry.kernel.fan_in(), geometry.maps.channels);
        let (n_in, n_out) = (geometry.kernel.input.units(), geometry.output().units());
        let parts = (
            matrix(rows, maps),
            matrix(1, maps),
            matrix(batch, n_in),
            matrix(batch, n_out),
        );
        parts.prop_map(move |(weights, bias, below, delta)| Case {
            geometry,
            layer: Layer::new(
                &LayerShape::Convolution(geometry),
                weights,
                Array1::from_vec(bias.into_raw_vec_and_offset().0),
            ),
            below,
            delta,
        })
    })
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn row(matrix: &Array2<f32>, s: usize) -> &[f32] {
    let width = matrix.ncols();
    &matrix.as_slice().unwrap()[s * width..(s + 1) * width]
}

/// What the layer makes of its batch: units and picks.
fn forward(case: &Case) -> (Array2<f32>, Vec<u32>) {
    let mut out = Array2::zeros(case.delta.dim());
    let mut picks = vec![0; case.delta.nrows() * case.layer.n_picks()];
    let source = Source::Units(case.below.view());
    case.layer.forward(source, out.view_mut(), &mut picks);
    (out, picks)
}

/// The picks of sample `s`.
fn of_sample(case: &Case, picks: &[u32], s: usize) -> Vec<u32> {
    let n = case.layer.n_picks();
    picks[s * n..(s + 1) * n].to_vec()
}

/// δ of sample `s` before the pool: a unit adds what the windows that picked it send, in their order.
fn before_pool(case: &Case, picks: &[u32], s: usize) -> Vec<f32> {
    let delta = row(&case.delta, s);
    if case.geometry.pool.is_none() {
        return delta.to_vec();
    }
    let picks = of_sample(case, picks, s);
    let sum = |unit: usize| {
        let sent = delta
            .iter()
            .zip(&picks)
            .filter(|(_, pick)| **pick as usize == unit);
        sent.fold(0.0, |sum, (value, _)| sum + value)
    };
    (0..case.geometry.maps.units()).map(sum).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn units_and_picks_are_those_of_the_naive_twin(case in case()) {
        let (out, picks) = forward(&case);
        let [_, bias] = case.layer.parameters();
        for s in 0..case.below.nrows() {
            let mut maps = vec![0.0; case.geometry.maps.units()];
            let kernel = &case.geometry.kernel;
            naive::convolution(kernel, row(&case.below, s), case.layer.weights(), bias, &mut maps);
            let Some(pool) = case.geometry.pool else {
                prop_assert_eq!(bits(row(&out, s)), bits(&maps));
                continue;
            };
            let (largest, picked) = naive::max_pool(&pool, &maps);
            prop_assert_eq!(bits(row(&out, s)), bits(&largest));
            prop_assert_eq!(of_sample(&case, &picks, s), picked);
        }
    }

    #[test]
    fn a_signal_goes_up_without_bias_through_what_was_picked(case in case()) {
        let (_, picks) = forward(&case);
        let mut out = Array2::zeros(case.delta.dim());
        case.layer.carry_up(case.below.view(), &picks, out.view_mut());
        let no_bias = vec![0.0; case.geometry.maps.channels];
        for s in 0..case.below.nrows() {
            let mut maps = vec![0.0; case.geometry.maps.units()];
            let kernel = &case.geometry.kernel;
            naive::convolution(kernel, row(&case.below, s), case.layer.weights(), &no_bias, &mut maps);
            if case.geometry.pool.is_some() {
                maps = of_sample(&case, &picks, s).iter().map(|&pick| maps[pick as usize]).collect();
            }
            // The twin adds a bias of 0, which makes no other bits: a sum from +0 is never -0.
            prop_assert_eq!(bits(row(&out, s)), bits(&maps));
        }
    }

    #[test]
    fn a_delta_goes_back_as_in_the_naive_twin(case in case()) {
        let (_, picks) = forward(&case);
        let mut out = Array2::ones(case.below.dim());
        case.layer.carry_back(case.delta.view(), &picks, out.view_mut());
        let maps = case.geometry.maps;
        for s in 0..case.below.nrows() {
            let delta = before_pool(&case, &picks, s);
            let delta = ArrayView2::from_shape((maps.channels, maps.places()), &delta).unwrap();
            let mut units = vec![1.0; case.below.ncols()];
            naive::convolution_back(&case.geometry.kernel, case.layer.weights(), delta, &mut units);
            prop_assert_eq!(bits(row(&out, s)), bits(&units));
        }
    }

    #[test]
    fn gradients_are_those_of_the_naive_twin(case in case()) {
        let (_, picks) = forward(&case);
        let below = Below { source: Source::Units(case.below.view()), picks: &picks };
        let mut mean = case.layer.zeros_like();
        case.layer.gradient(below, case.delta.view(), &mut mean);
        let mut sum = case.layer.zeros_like();
        case.layer.add_gradient_sum(below, case.delta.view(), &mut sum);

        let maps = case.geometry.maps;
        let mut weights = Array2::zeros(case.layer.weights().dim());
        let mut bias = vec![0.0f32; maps.channels];
        for s in 0..case.below.nrows() {
            let delta = before_pool(&case, &picks, s);
            let delta = ArrayView2::from_shape((maps.channels, maps.places()), &delta).unwrap();
            let kernel = &case.geometry.kernel;
            naive::convolution_gradient(kernel, row(&case.below, s), delta, weights.view_mut());
            for (at, value) in row(&case.delta, s).iter().enumerate() {
                bias[at / case.geometry.output().places()] += value;
            }
        }
        let scale = 1.0 / case.below.nrows() as f32;
        for (found, expected) in sum.parameters().into_iter().zip([weights.as_slice().unwrap(), &bias]) {
            prop_assert_eq!(bits(found), bits(expected));
        }
        for (found, expected) in mean.parameters().into_iter().zip([weights.as_slice().unwrap(), &bias]) {
            let expected: Vec<f32> = expected.iter().map(|value| value * scale).collect();
            prop_assert_eq!(bits(found), bits(&expected));
        }
    }
}

/// What is not a number is never hidden behind a larger unit of its window.
#[test]
fn a_pool_lets_what_is_not_a_number_through() {
    let maps = Volume {
        channels: 1,
        height: 2,
        width: 2,
    };
    let pool = Sweep::new(maps, window((2, 2, 0))).unwrap();
    for at in 0..4 {
        let mut units = [1.0, 4.0, 2.0, 3.0];
        units[at] = f32::NAN;
        let (mut largest, mut picks) = ([0.0], [9]);
        falab::core::kernel::maps::max_pool(&pool, &units, &mut largest, &mut picks);
        assert!(largest[0].is_nan() && picks == [at as u32]);
    }
}
