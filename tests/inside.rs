//! What is seen inside a net: neighbours, confusion, filters, alignment.

use falab::core::diagnostics::Block;
use falab::core::inputs::Inputs;
use falab::core::network::Network;
use falab::core::trainer::Trainer;
use falab::core::{HiddenLayer, Rule, Settings, Start, init};
use falab::data::Images;
use falab::inside::alignment::{alignment, pseudo_inverse_deg};
use falab::inside::confusion::{Confusion, disagreements, predictions};
use falab::inside::eigen;
use falab::inside::features::{Features, test_images};
use falab::inside::filters::{Order, filters, scale};
use falab::inside::separation::{nearest_neighbour_error, nearest_neighbours};
use ndarray::{Array2, ArrayView2, array};

fn made_up(rows: usize, columns: usize, salt: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        ((i * 7919 + j * 104_729 + salt * 613 + i * i * j) % 2_003) as f32 / 1_001.0 - 1.0
    })
}

#[test]
fn the_nearest_neighbour_of_points_made_by_hand() {
    // 0 and 1 are near each other, 2 is nearer to 1 than to 3; 4 is as far from 3 as from 5.
    let points = array![
        [0.0, 0.0],
        [1.0, 0.0],
        [2.5, 0.0],
        [9.0, 0.0],
        [12.0, 0.0],
        [15.0, 0.0]
    ];
    assert_eq!(nearest_neighbours(points.view()), [1, 0, 1, 4, 3, 4]);
    // Wrong are 2 (its neighbour 1 is of class 0) and 4 and 5.
    let labels = [0, 0, 1, 1, 1, 0];
    let error = nearest_neighbour_error(points.view(), &labels).unwrap();
    assert!((error - 100.0 * 2.0 / 6.0).abs() < 1e-12, "{error}");
    assert_eq!(
        nearest_neighbour_error(points.slice(ndarray::s![..1, ..]), &[0]),
        None
    );
    assert_eq!(
        nearest_neighbour_error(array![[0.0], [f32::NAN]].view(), &[0, 1]),
        None
    );
    // Rows that are all the same: the lowest other number.
    assert_eq!(
        nearest_neighbours(Array2::zeros((4, 3)).view()),
        [1, 0, 0, 0]
    );
}

fn naive(rows: ArrayView2<f32>) -> Vec<u32> {
    (0..rows.nrows())
        .map(|i| {
            let mut best = (f64::INFINITY, 0);
            for j in (0..rows.nrows()).filter(|&j| j != i) {
                let pairs = rows.row(i).into_iter().zip(rows.row(j));
                let differences = pairs.map(|(&a, &b)| f64::from(a) - f64::from(b));
                let distance: f64 = differences.map(|x| x * x).sum();
                if distance < best.0 {
                    best = (distance, j as u32);
                }
            }
            best.1
        })
        .collect()
}

#[test]
fn the_nearest_neighbour_is_exact_where_f32_cannot_tell() {
    // Far from the origin, distances of a thousandth: products of f32 alone could not order them.
    for (offset, size) in [(0.0, 1.0), (50.0, 1e-3), (0.0, 1e-20), (0.0, 1e15)] {
        let rows = made_up(180, 37, 3).mapv(|x| offset + x * size);
        assert_eq!(
            nearest_neighbours(rows.view()),
            naive(rows.view()),
            "{offset}, {size}"
        );
    }
}

#[test]
fn a_pseudo_inverse_satisfies_penroses_four_equations() {
    let near =
        |a: &Array2<f64>, b: &Array2<f64>| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
    let mut deficient = made_up(10, 30, 5);
    let first = deficient.row(0).to_owned();
    deficient.row_mut(7).assign(&first);
    for a in [
        made_up(10, 50, 1),
        made_up(50, 10, 2),
        made_up(6, 6, 4),
        deficient,
        Array2::zeros((3, 5)),
    ] {
        let x = eigen::pseudo_inverse(a.view());
        let a = a.mapv(f64::from);
        assert_eq!(x.dim(), (a.ncols(), a.nrows()));
        let (ax, xa) = (eigen::times(&a, &x), eigen::times(&x, &a));
        assert!(near(&eigen::times(&ax, &a), &a), "A A⁺ A = A");
        assert!(near(&eigen::times(&xa, &x), &x), "A⁺ A A⁺ = A⁺");
        assert!(near(&ax, &ax.t().to_owned()), "A A⁺ is symmetric");
        assert!(near(&xa, &xa.t().to_owned()), "A⁺ A is symmetric");
    }
}

#[test]
fn eigenvalues_descend_and_rebuild_their_matrix() {
    let a = made_up(12, 12, 8).mapv(f64::from);
    let symmetric = &a + &a.t();
    let (values, vectors) = eigen::symmetric(&symmetric);
    assert!(values.is_sorted_by(|a, b| a >= b));
    let scaled = &vectors * &ndarray::Array1::from(values);
    let rebuilt = eigen::times(&scaled, &vectors.t().to_owned());
    for (a, b) in symmetric.iter().zip(&rebuilt) {
        assert!((a - b).abs() < 1e-12, "{a} against {b}");
    }
}

#[test]
fn test_images_are_spread_over_the_probe_or_over_all() {
    assert_eq!(test_images(1_000), (0..1_000).collect::<Vec<u32>>());
    assert_eq!(test_images(500)[..3], [0, 2, 4]);
    let many = test_images(2_000);
    assert_eq!((many.len(), many[1], many[1_999]), (2_000, 5, 9_995));
    assert_eq!(test_images(10_000).len(), 10_000);
    assert_eq!(test_images(20_000).len(), 10_000);
    assert!(test_images(0).is_empty());
}

const INPUTS: usize = 30;

fn images() -> Images {
    let pixels: Vec<u8> = (0..250 * INPUTS)
        .map(|i| if i % 3 == 0 { (i * 37 % 256) as u8 } else { 0 })
        .collect();
    let labels: Vec<u8> = (0..250).map(|i| (i * 7 % 10) as u8).collect();
    Images::new(&pixels, &labels, INPUTS).expect("sizes fit")
}

fn settings(hidden: &[u32], start: Start) -> Settings {
    Settings {
        hidden: HiddenLayer::dense(hidden),
        start,
        ..Settings::default()
    }
}

fn trained(rule: Rule, hidden: &[u32]) -> (Settings, Trainer) {
    let settings = settings(hidden, Start::Uniform);
    let mut trainer = Trainer::new(&settings, rule, INPUTS, 10, 50);
    let images = images();
    for step in 0..40 {
        let at: Vec<u32> = (0..50).map(|i| (step * 50 + i) % 250).collect();
        let (inputs, labels) = images.batch(&at);
        trainer.step(&inputs, &labels, false).expect("finite");
    }
    (settings, trainer)
}

#[test]
fn features_are_what_a_forward_pass_makes() {
    let (_, trainer) = trained(Rule::Bp, &[12, 7]);
    let (network, images) = (trainer.network(), images());
    let at: Vec<u32> = (0..230).rev().collect();
    let features = Features::new(network, &images, &at);
    let (inputs, labels) = images.batch(&at);
    let mut pass = falab::core::network::Pass::new(network, 230);
    network.forward(&inputs, &[], &mut pass);
    assert_eq!(features.labels, labels);
    assert_eq!(features.layers().count(), 3);
    for i in 0..2 {
        assert_eq!(features.hidden[i], pass.hidden(i));
    }
    let Inputs::Sparse(_) = &inputs else {
        panic!("images are sparse")
    };
    for (row, &image) in features.inputs.rows().into_iter().zip(&at) {
        let pixels = images.pixels(image as usize);
        assert!(
            row.iter()
                .zip(pixels)
                .all(|(&x, p)| x == f32::from(p) / 255.0)
        );
    }
}

#[test]
fn confusion_counts_what_the_trainer_counts() {
    let (_, mut trainer) = trained(Rule::Dfa, &[12, 7]);
    let (images, at) = (images(), (0..250).collect::<Vec<u32>>());
    let found = predictions(trainer.network(), &images, &at);
    let labels: Vec<u8> = at.iter().map(|&i| images.label(i as usize)).collect();
    let confusion = Confusion::new(10, &labels, &found);
    let mut tally = falab::core::loss::Tally::default();
    for (inputs, labels) in images.blocks(&at) {
        tally.add(trainer.evaluate(&inputs, &labels));
    }
    assert_eq!(confusion.error_percent(), tally.error_percent());
    assert_eq!(confusion.images(), 250);
    for class in 0..10 {
        let row: u32 = confusion.counts[class].iter().sum();
        assert_eq!(row, 25, "images of class {class}");
    }
    assert_eq!(Confusion::default().error_percent(), None);
}

#[test]
fn networks_disagree_on_images_that_one_takes_for_another_class() {
    let found = disagreements(&[5, 6, 9], &[1, 2, 3], &[vec![1, 2, 3], vec![1, 0, 3]]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].image, found[0].label), (6, 2));
    assert_eq!(found[0].predictions, [2, 0]);
    assert!(disagreements(&[5], &[1], &[vec![3]]).is_empty());
}

#[test]
fn filters_are_columns_of_the_first_layer() {
    let (_, trainer) = trained(Rule::Dfa, &[12, 7]);
    let (network, start, feedback) = (trainer.network(), trainer.start(), trainer.feedback());
    let all = filters(Rule::Dfa, network, start, feedback, Order::Unit, 100);
    assert_eq!(all.len(), 12);
    for (unit, filter) in all.iter().enumerate() {
        assert_eq!(filter.unit as usize, unit);
        for j in 0..INPUTS {
            let (now, before) = (network.layers[0].weights(), start.layers[0].weights());
            assert_eq!(filter.weights[j], now[[j, unit]]);
            assert_eq!(filter.change[j], now[[j, unit]] - before[[j, unit]]);
        }
        let pattern = filter.feedback.as_ref().expect("DFA has one");
        assert_eq!(pattern.as_slice(), feedback[0].column(unit).to_vec());
    }
    let sorted = filters(Rule::Dfa, network, start, feedback, Order::Norm, 5);
    assert!(sorted.is_sorted_by(|a, b| a.norm >= b.norm) && sorted.len() == 5);
    let most = all
        .iter()
        .flat_map(|f| &f.weights)
        .fold(0.0, |m: f32, w| if w.abs() > m { w.abs() } else { m });
    assert_eq!(scale(&all).weights, most);
    assert_eq!(scale(&[]).change, 0.0);
    let (_, trainer) = trained(Rule::Bp, &[12, 7]);
    let deep = filters(
        Rule::Bp,
        trainer.network(),
        trainer.start(),
        &[],
        Order::Unit,
        1,
    );
    assert_eq!(deep[0].feedback, None);
}

fn probe() -> Vec<Block> {
    images().blocks(&(0..250).collect::<Vec<u32>>())
}

#[test]
fn every_criterion_is_positive_under_backpropagation_and_none_is_at_zero_weights() {
    let (_, trainer) = trained(Rule::Bp, &[12, 7]);
    for layer in alignment(Rule::Bp, trainer.network(), &[], &probe()) {
        assert_eq!((layer.positive_percent, layer.samples), (Some(100.0), 250));
        assert_eq!((layer.feedback_deg, layer.pseudo_inverse_deg), (None, None));
    }
    // From zero weights nothing is wanted of any layer: the criterion is 0, which is not positive.
    let settings = settings(&[12, 7], Start::Zero);
    let network = Network::new(&settings, Rule::Dfa, INPUTS, 10);
    let feedback = init::feedback_matrices(&settings, Rule::Dfa, &network.shapes(), 0);
    for layer in alignment(Rule::Dfa, &network, &feedback, &probe()) {
        assert_eq!(layer.positive_percent, Some(0.0));
        assert_eq!((layer.feedback_deg, layer.pseudo_inverse_deg), (None, None));
    }
}

#[test]
fn weights_that_are_the_pseudo_inverse_are_at_angle_0() {
    let settings = settings(&[40], Start::Uniform);
    let mut network = Network::new(&settings, Rule::Fa, INPUTS, 10);
    for rule in [Rule::Fa, Rule::Dfa] {
        let feedback = init::feedback_matrices(&settings, rule, &network.shapes(), 0);
        let before = pseudo_inverse_deg(rule, &network, &feedback, 0).unwrap();
        assert!((60.0..120.0).contains(&before), "a random start: {before}");
        let inverse = eigen::pseudo_inverse(feedback[0].view());
        let weights = network.layers[1].parameters_mut();
        for (w, x) in weights.into_iter().next().unwrap().iter_mut().zip(&inverse) {
            *w = *x as f32;
        }
        let after = pseudo_inverse_deg(rule, &network, &feedback, 0).unwrap();
        assert!(after < 0.01, "{after}");
        network = Network::new(&settings, Rule::Fa, INPUTS, 10);
    }
}

#[test]
fn the_path_to_the_output_is_the_product_of_the_weights() {
    let (_, trainer) = trained(Rule::Dfa, &[12, 7]);
    let network = trainer.network();
    let of = |i: usize| network.layers[i].weights().mapv(f64::from);
    let product = eigen::times(&of(1), &of(2));
    let found = network.path(0, network.hidden()).unwrap().reversed_axes();
    assert_eq!(found.dim(), (12, 10));
    for (a, b) in product.iter().zip(&found) {
        assert!((a - f64::from(*b)).abs() < 1e-5);
    }
    let aligned = alignment(Rule::Dfa, network, trainer.feedback(), &probe());
    assert!(aligned.iter().all(|layer| layer.feedback_deg.is_some()));
}
