//! Labelled images as bytes.

use crate::core::diagnostics::{BLOCK, Block};
use crate::core::inputs::Inputs;

/// Images of one size, one byte an input, with a class each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Images {
    pixels: Vec<u8>,
    labels: Vec<u8>,
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
    /// The lengths do not fit.
    pub fn new(pixels: Vec<u8>, labels: Vec<u8>, inputs: usize) -> Result<Images, SizeMismatch> {
        if pixels.len() != labels.len() * inputs || inputs == 0 {
            return Err(SizeMismatch::Bytes {
                pixels: pixels.len(),
                labels: labels.len(),
                inputs,
            });
        }
        Ok(Images {
            pixels,
            labels,
            inputs,
        })
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

    /// The pixels of image `i`.
    #[must_use]
    pub fn pixels(&self, i: usize) -> &[u8] {
        &self.pixels[i * self.inputs..][..self.inputs]
    }

    #[must_use]
    pub fn label(&self, i: usize) -> u8 {
        self.labels[i]
    }

    /// Makes room for `images` images in all, so that adding them piece by piece moves none.
    pub fn reserve(&mut self, images: usize, inputs: usize) {
        let more = images.saturating_sub(self.len());
        self.labels.reserve_exact(more);
        self.pixels.reserve_exact(more * inputs);
    }

    /// Adds the images of `more` behind these.
    ///
    /// # Errors
    /// They are of another size.
    pub fn append(&mut self, more: &Images) -> Result<(), SizeMismatch> {
        if more.inputs != self.inputs && !self.is_empty() {
            return Err(SizeMismatch::Bytes {
                pixels: more.pixels.len(),
                labels: more.labels.len(),
                inputs: self.inputs,
            });
        }
        self.inputs = more.inputs;
        self.pixels.extend_from_slice(&more.pixels);
        self.labels.extend_from_slice(&more.labels);
        Ok(())
    }

    /// A batch of the images `at`, in that order.
    #[must_use]
    pub fn batch(&self, at: &[u32]) -> Block {
        let inputs = Inputs::from_pixels(self.inputs, at.iter().map(|&i| self.pixels(i as usize)));
        let labels = at.iter().map(|&i| self.label(i as usize)).collect();
        (inputs, labels)
    }

    /// The images `at` in blocks for measuring.
    #[must_use]
    pub fn blocks(&self, at: &[u32]) -> Vec<Block> {
        at.chunks(BLOCK).map(|at| self.batch(at)).collect()
    }
}
