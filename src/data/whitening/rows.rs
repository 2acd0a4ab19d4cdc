//! Square matrices of f64, a block of rows a thread. Every number is worked out by one thread from start to end, so
//! their number changes no bit.

use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::core::kernel::symmetric::BLOCK;

/// Hands blocks of [`BLOCK`] rows of a matrix of n columns to `work`, with the first row of each.
pub fn on_blocks(
    matrix: &mut [f64],
    n: usize,
    threads: usize,
    work: impl Fn(usize, &mut [f64]) + Sync,
) {
    let blocks = matrix.chunks_mut(BLOCK * n).enumerate();
    if threads <= 1 || n <= BLOCK {
        for (block, rows) in blocks {
            work(block * BLOCK, rows);
        }
        return;
    }
    let blocks = Mutex::new(blocks);
    let take = || blocks.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((block, rows)) = take() {
                    work(block * BLOCK, rows);
                }
            });
        }
    });
}

/// Copies the upper half onto the lower one.
pub fn mirror(matrix: &mut [f64], n: usize) {
    const TOGETHER: usize = 8;
    for first in (0..n).step_by(TOGETHER) {
        for j in first..n {
            for i in first..(first + TOGETHER).min(j) {
                matrix[j * n + i] = matrix[i * n + j];
            }
        }
    }
}
