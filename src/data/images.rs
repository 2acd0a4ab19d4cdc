//! Labelled images, kept as their non-zero pixels: four fifths of MNIST's bytes are zeros, and a batch is put together
//! from entries without looking at the others.

use crate::core::diagnostics::{BLOCK, Block};
use crate::core::inputs::pixel_values;
use crate::core::kernel::NonZeros;

/// Images of one size, one byte an input, with a class each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Images {
    labels: Vec<u8>,
    /// Image i holds entries `ends[i - 1]..ends[i]`.
    ends: Vec<u32>,
    /// Where a pixel is not zero, ascending within an image.
    positions: Vec<u16>,
    values: Vec<u8>,
    inputs: usize,
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
        self.inputs = inputs;
        self.labels.extend_from_slice(labels);
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

    /// Positions and values of the pixels of image `i` that are not zero, positions ascending.
    #[must_use]
    pub fn lit(&self, i: usize) -> (&[u16], &[u8]) {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        let range = start..self.ends[i] as usize;
        (&self.positions[range.clone()], &self.values[range])
    }

    /// The pixels of image `i`.
    #[must_use]
    pub fn pixels(&self, i: usize) -> Vec<u8> {
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
        let inputs = inputs.sparse();
        inputs.fill(self.inputs, |by_image| self.push(at, by_image));
        self.write_labels(at, labels);
    }

    /// [`Images::write_batch`] for a forward pass alone.
    pub fn write_forward(&self, at: &[u32], block: &mut Block) {
        let (inputs, labels) = block;
        let inputs = inputs.sparse();
        inputs.fill_forward(self.inputs, |by_image| self.push(at, by_image));
        self.write_labels(at, labels);
    }

    fn push(&self, at: &[u32], by_image: &mut NonZeros) {
        let scaled = pixel_values();
        for &i in at {
            let (positions, values) = self.lit(i as usize);
            let entries = positions.iter().zip(values);
            by_image
                .push_entries(entries.map(|(&position, &value)| {
                    (usize::from(position), scaled[usize::from(value)])
                }));
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
