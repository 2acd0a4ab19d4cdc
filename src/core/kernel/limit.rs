//! How fast this machine multiplies and adds when nothing comes from memory: the limit that a product can be held to.
//!
//! Compiled as the kernels are (four lanes in wasm, eight with AVX2, a rounding a product and one a sum), so what a
//! product lacks to this rate it loses to loads, packing and edges, and not to narrower instructions.

/// Floats a chain: two vectors of four lanes, or one of eight.
pub const LANES: usize = 8;

/// Numbers of independent chains that [`chains`] can run; which is fastest depends on the latency of the machine.
pub const CHAINS: [usize; 7] = [2, 3, 4, 5, 6, 8, 12];

/// Runs `rounds` rounds of x ← x · factor + addend on `chains` independent vectors of [`LANES`] floats: 2 · [`LANES`] ·
/// chains · rounds operations, all in registers as long as there are enough of them. Returns a sum of all x, so that
/// none is left out.
///
/// # Panics
/// `chains` is none of [`CHAINS`].
#[must_use]
pub fn chains(chains: usize, rounds: u32, factor: f32, addend: f32) -> f32 {
    assert!(
        CHAINS.contains(&chains),
        "{chains} chains; allowed: {CHAINS:?}"
    );
    let mut sum = 0.0;
    run(chains, rounds, factor, addend, &mut sum);
    sum
}

super::widest! {
    run(chains: usize, rounds: u32, factor: f32, addend: f32, sum: &mut f32) {
        *sum = match chains {
            2 => of::<2>(rounds, factor, addend),
            3 => of::<3>(rounds, factor, addend),
            4 => of::<4>(rounds, factor, addend),
            5 => of::<5>(rounds, factor, addend),
            6 => of::<6>(rounds, factor, addend),
            8 => of::<8>(rounds, factor, addend),
            _ => of::<12>(rounds, factor, addend),
        };
    }
}

#[inline(always)]
fn of<const C: usize>(rounds: u32, factor: f32, addend: f32) -> f32 {
    // Every x starts elsewhere, or the compiler would find that they are all one.
    let mut x: [[f32; LANES]; C] =
        std::array::from_fn(|c| std::array::from_fn(|s| (c * LANES + s) as f32));
    for _ in 0..rounds {
        for c in 0..C {
            for s in 0..LANES {
                x[c][s] = x[c][s] * factor + addend;
            }
        }
    }
    x.iter().flatten().sum()
}
