//! What the layers of a network make of test images: the rows that t-SNE and the nearest neighbour work on.

use ndarray::{Array2, ArrayView2, s};

use crate::core::diagnostics::{BLOCK, Block};
use crate::core::network::{Network, Pass};
use crate::data::Images;
use crate::spec::{DataSet, TEST_PROBE};

/// The numbers of `count` test images of MNIST; see [`test_images_of`].
#[must_use]
pub fn test_images(count: u32) -> Vec<u32> {
    test_images_of(&DataSet::Mnist, count)
}

/// The numbers of `count` test images, in the order in which they are kept: up to 1,000 evenly spread over the test
/// probe (of MNIST every tenth image of the original file), more than that evenly spread over all.
///
/// So 1,000 are the probe itself, what a page has before it loads the rest, and no choice prefers the first half of
/// MNIST's original file, which is easier than the second. At most all are given.
#[must_use]
pub fn test_images_of(data: &DataSet, count: u32) -> Vec<u32> {
    let pool = match count <= TEST_PROBE {
        true => data.test().min(TEST_PROBE),
        false => data.test(),
    };
    let count = count.min(pool);
    let spread = |i: u32| u64::from(i) * u64::from(pool) / u64::from(count);
    (0..count).map(|i| spread(i) as u32).collect()
}

/// Which image of the original file (or of the test files one behind the other) each test image is, in the order in which
/// they are kept: the test probe, evenly spread over the file, then the others.
#[must_use]
pub fn originals(data: &DataSet) -> Vec<u32> {
    let (all, probe) = (data.test(), data.test().min(TEST_PROBE));
    let spread = |i: u32| (u64::from(i) * u64::from(all) / u64::from(probe)) as u32;
    let mut numbers: Vec<u32> = (0..probe).map(spread).collect();
    let others = (0..all).filter(|image| numbers.binary_search(image).is_err());
    let others: Vec<u32> = others.collect();
    numbers.extend(others);
    numbers
}

/// Inputs and activations of images.
#[derive(Clone, Debug)]
pub struct Features {
    /// Class of each image: `[m]`.
    pub labels: Vec<u8>,
    /// The pixels, 0 to 1: [m, n_0].
    pub inputs: Array2<f32>,
    /// h_i of each hidden layer, from the input side: [m, n_i].
    pub hidden: Vec<Array2<f32>>,
}

impl Features {
    /// Inputs and activations of the plain net (no dropout) for the images `at`, in that order.
    #[must_use]
    pub fn new(network: &Network, images: &Images, at: &[u32]) -> Features {
        let mut features = Features {
            labels: Vec::with_capacity(at.len()),
            inputs: Array2::zeros((at.len(), images.inputs())),
            hidden: network.layers[..network.hidden()]
                .iter()
                .map(|layer| Array2::zeros((at.len(), layer.n_out())))
                .collect(),
        };
        let mut dense = Array2::zeros((0, 0));
        passes(network, images, at, |first, (inputs, labels), pass| {
            features.labels.extend_from_slice(labels);
            let rows = first..first + labels.len();
            inputs.write_dense(&mut dense);
            features
                .inputs
                .slice_mut(s![rows.clone(), ..])
                .assign(&dense);
            for (i, hidden) in features.hidden.iter_mut().enumerate() {
                hidden
                    .slice_mut(s![rows.clone(), ..])
                    .assign(&pass.hidden(i));
            }
        });
        features
    }

    /// The inputs, then each hidden layer: [m, n_i].
    pub fn layers(&self) -> impl Iterator<Item = ArrayView2<'_, f32>> {
        std::iter::once(&self.inputs)
            .chain(&self.hidden)
            .map(|features| features.view())
    }
}

/// A forward pass for every block of the images `at`; `each` gets the number of its first image in `at`.
pub(super) fn passes(
    network: &Network,
    images: &Images,
    at: &[u32],
    mut each: impl FnMut(usize, &Block, &Pass),
) {
    let mut pass = Pass::forward_only(network, BLOCK);
    let mut block = Block::default();
    for (turn, at) in at.chunks(BLOCK).enumerate() {
        images.write_forward(at, &mut block);
        network.forward(&block.0, &[], &mut pass);
        each(turn * BLOCK, &block, &pass);
    }
}
