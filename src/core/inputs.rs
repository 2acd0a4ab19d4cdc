//! A batch of inputs, as what it is: mostly zeros (images), or dense (after adversarial perturbation).

use ndarray::{Array2, ArrayView2};

use super::kernel::NonZeros;

/// Inputs h_0 [batch, n_0] of one batch.
#[derive(Clone, Debug)]
pub enum Inputs {
    Dense(Array2<f32>),
    Sparse(SparseInputs),
}

/// The same inputs by image (for the forward pass) and by pixel (for the gradient).
#[derive(Clone, Debug, Default)]
pub struct SparseInputs {
    pub by_image: NonZeros,
    pub by_pixel: NonZeros,
}

impl SparseInputs {
    /// Puts rows of `columns` inputs in the place of what was there and keeps the memory; `push` adds them.
    pub fn fill(&mut self, columns: usize, push: impl FnOnce(&mut NonZeros)) {
        self.fill_forward(columns, push);
        self.by_image.transpose_into(&mut self.by_pixel);
    }

    /// [`SparseInputs::fill`] for a forward pass alone: there is nothing by pixel.
    pub fn fill_forward(&mut self, columns: usize, push: impl FnOnce(&mut NonZeros)) {
        self.by_image.clear(columns);
        self.by_pixel.clear(0);
        push(&mut self.by_image);
    }
}

/// Pixel value / 255, for each value of a byte.
#[must_use]
pub fn pixel_values() -> [f32; 256] {
    std::array::from_fn(|byte| byte as f32 / 255.0)
}

impl Default for Inputs {
    /// No images yet.
    fn default() -> Inputs {
        Inputs::Sparse(SparseInputs::default())
    }
}

impl Inputs {
    /// Inputs from rows of pixels 0..=255, scaled to 0..=1.
    #[must_use]
    pub fn from_pixels<'a>(columns: usize, rows: impl Iterator<Item = &'a [u8]>) -> Inputs {
        let values = pixel_values();
        let mut inputs = Inputs::default();
        inputs.sparse().fill(columns, |by_image| {
            for row in rows {
                by_image.push_row(row.iter().map(|&pixel| values[usize::from(pixel)]));
            }
        });
        inputs
    }

    /// These inputs as sparse ones, to be filled; what was dense is dropped.
    pub fn sparse(&mut self) -> &mut SparseInputs {
        if let Inputs::Dense(_) = self {
            *self = Inputs::default();
        }
        match self {
            Inputs::Sparse(sparse) => sparse,
            Inputs::Dense(_) => unreachable!("it was just made sparse"),
        }
    }

    /// These inputs as dense ones [rows, columns], to be overwritten; memory is kept where the shape is the same.
    pub fn dense(&mut self, rows: usize, columns: usize) -> &mut Array2<f32> {
        let fits = matches!(self, Inputs::Dense(dense) if dense.dim() == (rows, columns));
        if !fits {
            *self = Inputs::Dense(Array2::zeros((rows, columns)));
        }
        match self {
            Inputs::Dense(dense) => dense,
            Inputs::Sparse(_) => unreachable!("it was just made dense"),
        }
    }

    /// Number of images.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Inputs::Dense(dense) => dense.nrows(),
            Inputs::Sparse(sparse) => sparse.by_image.rows(),
        }
    }

    /// Inputs an image.
    #[must_use]
    pub fn columns(&self) -> usize {
        match self {
            Inputs::Dense(dense) => dense.ncols(),
            Inputs::Sparse(sparse) => sparse.by_image.columns(),
        }
    }

    /// The same inputs with every entry written out, into `out` [batch, n_0], which is made anew where its shape
    /// differs.
    pub fn write_dense(&self, out: &mut Array2<f32>) {
        let shape = (self.rows(), self.columns());
        if out.dim() != shape {
            *out = Array2::zeros(shape);
        }
        match self {
            Inputs::Dense(dense) => out.assign(dense),
            Inputs::Sparse(sparse) => {
                out.fill(0.0);
                for (r, mut row) in out.rows_mut().into_iter().enumerate() {
                    for (column, value) in sparse.by_image.row(r) {
                        row[column] = value;
                    }
                }
            }
        }
    }

    /// Inputs multiplied by a dropout mask [batch, n_0], into `out`.
    pub fn write_masked(&self, mask: ArrayView2<f32>, out: &mut Inputs) {
        out.sparse().fill(self.columns(), |by_image| match self {
            Inputs::Dense(dense) => {
                for (row, mask) in dense.rows().into_iter().zip(mask.rows()) {
                    by_image.push_row(row.iter().zip(mask).map(|(x, mask)| x * mask));
                }
            }
            Inputs::Sparse(sparse) => {
                for (r, mask) in mask.rows().into_iter().enumerate() {
                    let entries = sparse.by_image.row(r);
                    by_image.push_entries(entries.map(|(column, x)| (column, x * mask[column])));
                }
            }
        });
    }

    /// Inputs multiplied by a dropout mask [batch, n_0].
    #[must_use]
    pub fn masked(&self, mask: ArrayView2<f32>) -> Inputs {
        let mut out = Inputs::default();
        self.write_masked(mask, &mut out);
        out
    }
}
