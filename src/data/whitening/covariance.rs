//! Mean and covariance of images, exact up to one rounding.
//!
//! Pixels are bytes, so sums of their products are whole numbers: 256 products stay below 2²⁴ and are exact in the f32
//! kernel, their sums below 2⁵³ and are exact in f64. No order of images, piece or thread can change a bit.

use ndarray::{Array2, ArrayViewMut2, s};

use super::rows::{mirror, on_blocks};
use crate::core::kernel::{Start, product};
use crate::data::Images;

/// Images whose products are summed up in f32: 256 · 255² < 2²⁴.
const PIECE: usize = 256;

/// Mean `[n]` and covariance [n, n] of pixels / 255 over images.
pub struct Moments {
    pub mean: Vec<f32>,
    pub covariance: Vec<f64>,
}

/// Mean and covariance over the images `at`, with 1 / N for N images. `told` hears how many images are done.
pub fn moments(
    images: &Images,
    at: &[u32],
    threads: usize,
    mut told: impl FnMut(usize),
) -> Moments {
    let n = images.inputs();
    let mut sums = vec![0_u64; n];
    let mut products = vec![0.0; n * n];
    for (piece, at) in at.chunks(PIECE).enumerate() {
        let mut x = Array2::zeros((at.len(), n));
        for (&image, mut row) in at.iter().zip(x.rows_mut()) {
            let pixels = images.pixels(image as usize);
            for ((value, sum), byte) in row.iter_mut().zip(&mut sums).zip(pixels) {
                *value = f32::from(byte);
                *sum += u64::from(byte);
            }
        }
        add_products(&x, &mut products, threads);
        told(piece * PIECE + at.len());
    }
    let count = at.len() as f64;
    let scale = count * count * (255.0 * 255.0);
    for (i, row) in products.chunks_exact_mut(n.max(1)).enumerate() {
        for (product, &sum) in row[i..].iter_mut().zip(&sums[i..]) {
            // Whole numbers below 2⁶³ for up to a million images.
            let whole = at.len() as i64 * *product as i64 - sums[i] as i64 * sum as i64;
            *product = whole as f64 / scale;
        }
    }
    mirror(&mut products, n);
    let mean = sums
        .iter()
        .map(|&sum| (sum as f64 / (count * 255.0)) as f32);
    Moments {
        mean: mean.collect(),
        covariance: products,
    }
}

/// Adds Xᵀ X to the upper half of `products`.
fn add_products(x: &Array2<f32>, products: &mut [f64], threads: usize) {
    let n = x.ncols();
    on_blocks(products, n, threads, |first, rows| {
        let count = rows.len() / n;
        let width = n - first;
        let mut piece = vec![0.0; count * width];
        if let Ok(piece) = ArrayViewMut2::from_shape((count, width), &mut piece) {
            let left = x.slice(s![.., first..first + count]);
            product(left.t(), x.slice(s![.., first..]), piece, Start::Zero);
        }
        for (row, piece) in rows.chunks_exact_mut(n).zip(piece.chunks_exact(width)) {
            for (sum, &product) in row[first..].iter_mut().zip(piece) {
                *sum += f64::from(product);
            }
        }
    });
}
