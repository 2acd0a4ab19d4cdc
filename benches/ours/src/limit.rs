//! The register-only multiply-and-add rate of a core.

use std::hint::black_box;

use falab::core::kernel::limit;
pub use falab::core::kernel::limit::CHAINS;

/// Runs `rounds` rounds on `chains` independent vectors; returns the operations done, a product and a sum each one.
#[must_use]
pub fn run(chains: usize, rounds: u32) -> f64 {
    // The values tend to addend / (1 - factor) = 2: never subnormal, never infinite.
    let (operations, sum) = limit::chains(chains, rounds, black_box(0.5), black_box(1.0));
    black_box(sum);
    operations
}
