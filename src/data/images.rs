//! Labelled images, kept as their non-zero pixels: four fifths of MNIST's bytes are zeros, and a batch is put together
//! from entries without looking at the others. Images of which more than a third is lit, such as photographs, are kept
//! whole, which takes less memory, and their batches are dense.

use std::cell::RefCell;
use std::sync::Arc;

use ndarray::Array2;

use super::whitening::Whitening;
use crate::core::diagnostics::{BLOCK, Block};
use crate::core::inputs::{Inputs, pixel_values};
use crate::core::kernel::NonZeros;

/// Images of one size, one byte an input, with a class each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Images {
    labels: Vec<u8>,
    /// Image i holds entries `ends[i - 1]..ends[i]`.
    ends: Vec<u32>,
    /// Where a pixel is not zero, ascending within an image.
    positions: Vec<u16>,
    values: Vec<u8>,
    inputs: usize,
    /// Every pixel stands in `values`; there are no `ends` and no `positions`.
    whole: bool,
    /// What every batch goes through.
    whitening: Option<Arc<Whitening>>,
}

thread_local! {
    /// Pixels of a batch on their way to white ones, kept so that a step does not allocate.
    static CENTRED: RefCell<Array2<f32>> = RefCell::default();
}

/// Pixels and labels that do not belong together, or too few of them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeMismatch {
    #[error("{pixels} pixel bytes are not {labels} images of {inputs} inputs")]
    Bytes {
        pixels: usize,
        labels: usize,
        inputs: usize,
    },
    #[error("{found} {set} images are there, {needed} are needed")]
    TooFew {
        set: &'static str,
        found: usize,
        needed: usize,
    },
    #[error("the images are white, or are not, against what the experiment says")]
    White,
}

impl Images {
    /// Images of `inputs` bytes each, row after row.
    ///
    /// # Errors
    /// The lengths do not fit, or an image has more than 65,536 inputs.
    pub fn new(pixels: &[u8], labels: &[u8], inputs: usize) -> Result<Images, SizeMismatch> {
        let mut images = Images::default();
        images.append(pixels, labels, inputs)?;
        Ok(images)
    }

    /// Adds images of `inputs` bytes each behind these.
    ///
    /// # Errors
    /// The lengths do not fit, these are of another size, or an image has more than 65,536 inputs.
    pub fn append(
        &mut self,
        pixels: &[u8],
        labels: &[u8],
        inputs: usize,
    ) -> Result<(), SizeMismatch> {
        let other_size = inputs != self.inputs && !self.is_empty();
        if pixels.len() != labels.len() * inputs || !(1..=1 << 16).contains(&inputs) || other_size {
            return Err(SizeMismatch::Bytes {
                pixels: pixels.len(),
                labels: labels.len(),
                inputs,
            });
        }
        let lit = pixels.iter().filter(|&&value| value != 0).count();
        if self.is_empty() {
            self.whole = 3 * lit > pixels.len();
        }
        self.inputs = inputs;
        self.labels.extend_from_slice(labels);
        if self.whole {
            self.values.extend_from_slice(pixels);
            return Ok(());
        }
        self.positions.reserve(lit);
        self.values.reserve(lit);
        for image in pixels.chunks_exact(inputs) {
            let lit = image.iter().enumerate().filter(|&(_, &value)| value != 0);
            for (position, &value) in lit {
                self.positions.push(position as u16);
                self.values.push(value);
            }
            self.ends.push(self.positions.len() as u32);
        }
        Ok(())
    }

    /// Makes every batch white from now on, or leaves it as it is; pixels stay what they are.
    pub fn set_whitening(&mut self, whitening: Option<Arc<Whitening>>) {
        self.whitening = whitening;
    }

    /// Whether batches are white.
    #[must_use]
    pub fn is_white(&self) -> bool {
        self.whitening.is_some()
    }

    /// Number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Inputs an image.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Whether every pixel is kept, lit or not; there is no [`Images::lit`] then.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Positions and values of the pixels of image `i` that are not zero, positions ascending.
    ///
    /// # Panics
    /// The images are kept whole.
    #[must_use]
    pub fn lit(&self, i: usize) -> (&[u16], &[u8]) {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        let range = start..self.ends[i] as usize;
        (&self.positions[range.clone()], &self.values[range])
    }

    /// The pixels of image `i`.
    #[must_use]
    pub fn pixels(&self, i: usize) -> Vec<u8> {
        if self.whole {
            return self.row(i).to_vec();
        }
        let mut pixels = vec![0; self.inputs];
        let (positions, values) = self.lit(i);
        for (&position, &value) in positions.iter().zip(values) {
            pixels[usize::from(position)] = value;
        }
        pixels
    }

    #[must_use]
    pub fn label(&self, i: usize) -> u8 {
        self.labels[i]
    }

    /// A batch of the images `at`, in that order, in the place of what `block` held; memory is kept.
    pub fn write_batch(&self, at: &[u32], block: &mut Block) {
        let (inputs, labels) = block;
        self.write_labels(at, labels);
        if let Some(whitening) = &self.whitening {
            return self.write_white(at, whitening, inputs);
        }
        if self.whole {
            return self.write_whole(at, inputs.dense(at.len(), self.inputs));
        }
        let inputs = inputs.sparse();
        inputs.fill(self.inputs, |by_image| self.push(at, by_image));
    }

    /// [`Images::write_batch`] for a forward pass alone.
    pub fn write_forward(&self, at: &[u32], block: &mut Block) {
        let (inputs, labels) = block;
        self.write_labels(at, labels);
        if let Some(whitening) = &self.whitening {
            return self.write_white(at, whitening, inputs);
        }
        if self.whole {
            return self.write_whole(at, inputs.dense(at.len(), self.inputs));
        }
        let inputs = inputs.sparse();
        inputs.fill_forward(self.inputs, |by_image| self.push(at, by_image));
    }

    /// The pixels of image `i`, of images that are kept whole.
    fn row(&self, i: usize) -> &[u8] {
        &self.values[i * self.inputs..(i + 1) * self.inputs]
    }

    /// White images: a batch at a time, because n² numbers and the bytes take a tenth of what white images would.
    fn write_white(&self, at: &[u32], whitening: &Whitening, inputs: &mut Inputs) {
        let shape = (at.len(), self.inputs);
        let white = inputs.dense(shape.0, shape.1);
        CENTRED.with_borrow_mut(|centred| {
            if centred.dim() != shape {
                *centred = Array2::zeros(shape);
            }
            if self.whole {
                self.write_whole(at, centred);
            } else {
                self.write_sparse(at, centred);
            }
            whitening.apply(centred, white.view_mut());
        });
    }

    fn write_sparse(&self, at: &[u32], pixels: &mut Array2<f32>) {
        let scaled = pixel_values();
        pixels.fill(0.0);
        for (&i, mut row) in at.iter().zip(pixels.rows_mut()) {
            let (positions, values) = self.lit(i as usize);
            for (&position, &byte) in positions.iter().zip(values) {
                row[usize::from(position)] = scaled[usize::from(byte)];
            }
        }
    }

    fn write_whole(&self, at: &[u32], pixels: &mut Array2<f32>) {
        let scaled = pixel_values();
        for (&i, mut row) in at.iter().zip(pixels.rows_mut()) {
            for (x, &byte) in row.iter_mut().zip(self.row(i as usize)) {
                *x = scaled[usize::from(byte)];
            }
        }
    }

    fn push(&self, at: &[u32], by_image: &mut NonZeros) {
        let scaled = pixel_values();
        for &i in at {
            let (positions, values) = self.lit(i as usize);
            by_image.push_bytes(positions, values, &scaled);
        }
    }

    fn write_labels(&self, at: &[u32], labels: &mut Vec<u8>) {
        labels.clear();
        labels.extend(at.iter().map(|&i| self.label(i as usize)));
    }

    /// A batch of the images `at`, in that order.
    #[must_use]
    pub fn batch(&self, at: &[u32]) -> Block {
        let mut block = Block::default();
        self.write_batch(at, &mut block);
        block
    }

    /// The images `at` in blocks for measuring.
    #[must_use]
    pub fn blocks(&self, at: &[u32]) -> Vec<Block> {
        at.chunks(BLOCK).map(|at| self.batch(at)).collect()
    }
}
