//! Kernels and steps natively: `cargo bench`. Rates beside other libraries, and in a browser: `cargo xtask bench`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use falab::core::diagnostics::Block;
use falab::core::inputs::Inputs;
use falab::core::kernel::aligned::Aligned;
use falab::core::kernel::{self, Batch, NonZeros, Start};
use falab::core::shape::Volume;
use falab::core::trainer::Trainer;
use falab::core::{HiddenLayer, Rule, Settings, Start as Begin};
use falab::data::Images;
use falab::spec::Spec;
use ndarray::Array2;

#[global_allocator]
static MEMORY: Aligned = Aligned;

fn main() {
    divan::main();
}

/// Images a step.
const BATCH: usize = 64;
/// n_in and n_out of the layers of 784-50-50-50-10, 784-400-400-400-10 and 784-800-800-10.
const LAYERS: [(usize, usize); 6] = [
    (784, 50),
    (50, 50),
    (784, 400),
    (400, 400),
    (784, 800),
    (800, 800),
];
/// Hidden widths.
const NETS: [&[u32]; 4] = [&[50, 50, 50], &[400, 400, 400], &[800, 800], &[128, 128]];

/// Values between ½ and 1½.
fn filled(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(r, c)| {
        0.5 + ((r * 31 + c * 17) % 101) as f32 / 101.0
    })
}

/// Made images as sparse as MNIST's: a fifth of the pixels is not zero.
fn images() -> Images {
    let count = BATCH * 4;
    let pixel = |i: usize| {
        if (i / 7).is_multiple_of(5) {
            (i % 255 + 1) as u8
        } else {
            0
        }
    };
    let pixels: Vec<u8> = (0..count * 784).map(pixel).collect();
    let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
    Images::new(&pixels, &labels, 784).expect("784 bytes an image")
}

/// Products and sums of [BATCH, n_in] times [n_in, n_out].
fn operations((n_in, n_out): (usize, usize)) -> ItemsCount {
    ItemsCount::new(2 * BATCH * n_in * n_out)
}

#[divan::bench(args = LAYERS)]
fn forward(bencher: Bencher, layer: (usize, usize)) {
    let (x, w) = (filled(BATCH, layer.0), filled(layer.0, layer.1));
    let mut out = Array2::zeros((BATCH, layer.1));
    bencher.counter(operations(layer)).bench_local(|| {
        kernel::product(x.view(), w.view(), out.view_mut(), Start::Zero);
        black_box(&out);
    });
}

#[divan::bench(args = LAYERS)]
fn back(bencher: Bencher, layer: (usize, usize)) {
    let (delta, w) = (filled(BATCH, layer.1), filled(layer.0, layer.1));
    let mut out = Array2::zeros((BATCH, layer.0));
    bencher.counter(operations(layer)).bench_local(|| {
        kernel::product(delta.view(), w.t(), out.view_mut(), Start::Zero);
    });
    black_box(&out);
}

#[divan::bench(args = LAYERS)]
fn gradient(bencher: Bencher, layer: (usize, usize)) {
    let (x, delta) = (filled(BATCH, layer.0), filled(BATCH, layer.1));
    bencher.counter(operations(layer)).bench_local(|| {
        kernel::outer(Batch::Dense(x.view()), delta.view(), 1.0, |_, rows| {
            black_box(rows);
        });
    });
}

/// The first layer's forward product on sparse images; the rate counts skipped products too.
#[divan::bench(args = [50, 400, 800])]
fn forward_without_zeros(bencher: Bencher, width: usize) {
    let images = images();
    let mut x = NonZeros::new(784);
    for i in 0..BATCH {
        let pixels = images.pixels(i);
        x.push_row(pixels.iter().map(|&byte| f32::from(byte) / 255.0));
    }
    let w = filled(784, width);
    let mut out = Array2::zeros((BATCH, width));
    bencher.counter(operations((784, width))).bench_local(|| {
        kernel::sparse_product(&x, w.view(), out.view_mut(), Start::Zero);
        black_box(&out);
    });
}

fn step(bencher: Bencher, hidden: &[u32], rule: Rule) {
    let settings = Settings {
        hidden: HiddenLayer::dense(hidden),
        ..Settings::default()
    };
    let mut trainer = Trainer::new(&settings, rule, 784, 10, BATCH);
    let images = images();
    let at: Vec<u32> = (0..BATCH as u32).collect();
    let mut batch = Block::default();
    // From the kept images to the new weights; the rate is images a second.
    bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
        images.write_batch(&at, &mut batch);
        let (inputs, labels) = &batch;
        trainer.step(inputs, labels, false)
    });
}

#[divan::bench(args = NETS)]
fn step_bp(bencher: Bencher, hidden: &[u32]) {
    step(bencher, hidden, Rule::Bp);
}

#[divan::bench(args = NETS)]
fn step_dfa(bencher: Bencher, hidden: &[u32]) {
    step(bencher, hidden, Rule::Dfa);
}

/// The paper's convolutional net for CIFAR on made images of 3x32x32; the rate is images a second.
#[divan::bench(args = [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa], sample_count = 3, sample_size = 1)]
fn step_of_the_papers_convolutional_net(bencher: Bencher, rule: Rule) {
    let link = "hidden=conv5x96-pool3s2-conv5x128-pool3s2-conv5x256-pool3s2-2x2048";
    let image = Volume {
        channels: 3,
        height: 32,
        width: 32,
    };
    convolutional_step(bencher, link, image, rule);
}

/// The small convolutional net on made images of 28x28.
#[divan::bench(args = [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa])]
fn step_of_the_small_convolutional_net(bencher: Bencher, rule: Rule) {
    let link = "hidden=conv5x8-pool3s2-conv5x16-pool3s2-64";
    let image = Volume {
        channels: 1,
        height: 28,
        width: 28,
    };
    convolutional_step(bencher, link, image, rule);
}

fn convolutional_step(bencher: Bencher, link: &str, image: Volume, rule: Rule) {
    let spec = Spec::parse(link).expect("a link");
    let settings = Settings {
        start: Begin::Uniform,
        ..spec.settings().clone()
    };
    let mut trainer = Trainer::new(&settings, rule, image, 10, BATCH);
    let inputs = Inputs::Dense(filled(BATCH, image.units()));
    let labels: Vec<u8> = (0..BATCH).map(|i| (i % 10) as u8).collect();
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| trainer.step(&inputs, &labels, false));
}
