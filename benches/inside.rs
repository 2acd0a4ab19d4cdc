//! Looking inside a net natively, on MNIST test images: `cargo bench --bench inside`.

use divan::{Bencher, black_box};
use falab::cli::dataset;
use falab::core::kernel::aligned::Aligned;
use falab::core::network::Network;
use falab::core::{HiddenLayer, Rule, Settings as NetSettings};
use falab::inside::features::{Features, test_images};
use falab::inside::separation::nearest_neighbour_error;
use falab::inside::tsne::{Embedding, Settings, Stage};
use ndarray::Array2;

#[global_allocator]
static MEMORY: Aligned = Aligned;

fn main() {
    divan::main();
}

/// The inputs (784) or the units of a random hidden layer of tanh, of so many test images.
fn features(images: u32, columns: usize) -> (Array2<f32>, Vec<u8>) {
    let (_, test) = dataset::load(64).expect("embedded");
    let settings = NetSettings {
        hidden: HiddenLayer::dense(&[columns as u32]),
        ..NetSettings::default()
    };
    let network = Network::new(&settings, Rule::Bp, 784, 10);
    let features = Features::new(&network, &test, &test_images(images));
    let columns = match columns {
        784 => features.inputs,
        _ => features.hidden.into_iter().next().expect("one layer"),
    };
    (columns, features.labels)
}

const SIZES: [(u32, usize); 3] = [(2_000, 784), (2_000, 400), (5_000, 400)];

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn neighbour_error(bencher: Bencher, (images, columns): (u32, usize)) {
    let (features, labels) = features(images, columns);
    bencher.bench_local(|| nearest_neighbour_error(black_box(features.view()), &labels));
}

/// 1,000 iterations, from the features to the points.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn tsne(bencher: Bencher, (images, columns): (u32, usize)) {
    let (features, _) = features(images, columns);
    bencher.bench_local(|| {
        let mut embedding = Embedding::new(features.view(), Settings::default()).expect("possible");
        embedding.finish();
        embedding.points().len()
    });
}

/// The longest kind of piece: an iteration, in the middle of the descent.
#[divan::bench(args = SIZES, sample_count = 50, sample_size = 1)]
fn tsne_piece(bencher: Bencher, (images, columns): (u32, usize)) {
    let (features, _) = features(images, columns);
    let mut embedding = Embedding::new(features.view(), Settings::default()).expect("possible");
    while embedding.progress().stage != Stage::Descent || embedding.progress().done < 500 {
        embedding.advance();
    }
    bencher.bench_local(|| embedding.advance());
}
