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

/// Pixel value / 255, for each value of a byte.
#[must_use]
pub fn pixel_values() -> [f32; 256] {
    std::array::from_fn(|byte| byte as f32 / 255.0)
}

impl Inputs {
    /// Inputs from rows of pixels 0..=255, scaled to 0..=1.
    #[must_use]
    pub fn from_pixels<'a>(columns: usize, rows: impl Iterator<Item = &'a [u8]>) -> Inputs {
        let values = pixel_values();
        let mut sparse = SparseInputs::default();
        sparse.by_image.clear(columns);
        for row in rows {
            sparse
                .by_image
                .push_row(row.iter().map(|&pixel| values[usize::from(pixel)]));
        }
        sparse.by_image.transpose_into(&mut sparse.by_pixel);
        Inputs::Sparse(sparse)
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

    /// The same inputs with every entry written out.
    #[must_use]
    pub fn to_dense(&self) -> Array2<f32> {
        match self {
            Inputs::Dense(dense) => dense.clone(),
            Inputs::Sparse(sparse) => {
                let mut dense = Array2::zeros((self.rows(), self.columns()));
                for (r, mut row) in dense.rows_mut().into_iter().enumerate() {
                    for (column, value) in sparse.by_image.row(r) {
                        row[column] = value;
                    }
                }
                dense
            }
        }
    }

    /// Inputs multiplied by a dropout mask [batch, n_0].
    #[must_use]
    pub fn masked(&self, mask: ArrayView2<f32>) -> Inputs {
        let mut dense = self.to_dense();
        dense *= &mask;
        let mut sparse = SparseInputs::default();
        sparse.by_image.clear(self.columns());
        for row in dense.rows() {
            sparse.by_image.push_row(row.iter().copied());
        }
        sparse.by_image.transpose_into(&mut sparse.by_pixel);
        Inputs::Sparse(sparse)
    }
}
