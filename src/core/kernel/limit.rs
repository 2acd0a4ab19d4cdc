//! How fast this machine multiplies and adds when nothing comes from memory: the limit that a product can be held to.
//!
//! Compiled as the kernels are (four lanes in wasm, eight with AVX2, a rounding a product and one a sum), so what a
//! product lacks to this rate it loses to loads, packing and edges, and not to narrower instructions.

/// Floats a chain: two vectors of four lanes, or one of eight.
pub const LANES: usize = 8;

/// Numbers of independent chains that [`chains`] can run; which is fastest depends on the latency of the machine.
pub const CHAINS: [usize; 7] = [3, 4, 5, 6, 8, 10, MOST];
const MOST: usize = 12;

/// Runs `rounds` rounds of x ← x · factor + addend on `chains` independent vectors of [`LANES`] floats: 2 · [`LANES`] ·
/// chains · rounds operations, all in registers as long as there are enough of them. Returns the vectors, the rest of
/// the array zero, so that none is left out.
///
/// # Panics
/// `chains` is none of [`CHAINS`].
#[must_use]
pub fn chains(chains: usize, rounds: u32, factor: f32, addend: f32) -> [[f32; LANES]; MOST] {
    assert!(
        CHAINS.contains(&chains),
        "{chains} chains; allowed: {CHAINS:?}"
    );
    let mut x = [[0.0; LANES]; MOST];
    for (c, vector) in x.iter_mut().take(chains).enumerate() {
        // Every x starts elsewhere, or the compiler would find that they are all one.
        *vector = std::array::from_fn(|s| (c * LANES + s) as f32);
    }
    run(chains, rounds, factor, addend, &mut x);
    x
}

super::widest! {
    run(chains: usize, rounds: u32, factor: f32, addend: f32, x: &mut [[f32; LANES]; MOST]) {
        match chains {
            3 => of::<3>(rounds, factor, addend, x),
            4 => of::<4>(rounds, factor, addend, x),
            5 => of::<5>(rounds, factor, addend, x),
            6 => of::<6>(rounds, factor, addend, x),
            8 => of::<8>(rounds, factor, addend, x),
            10 => of::<10>(rounds, factor, addend, x),
            _ => of::<12>(rounds, factor, addend, x),
        }
    }
}

#[expect(
    clippy::needless_range_loop,
    reason = "as in the product's tile: this form is unrolled and stays in registers"
)]
#[inline(always)]
fn of<const C: usize>(rounds: u32, factor: f32, addend: f32, all: &mut [[f32; LANES]; MOST]) {
    let Some(vectors) = all.first_chunk_mut::<C>() else {
        return; // No C is larger than MOST.
    };
    let mut x = *vectors;
    for _ in 0..rounds {
        // In two halves, because the compiler unrolls no longer loop, and without that nothing stays in registers.
        for c in 0..C / 2 {
            for s in 0..LANES {
                x[c][s] = x[c][s] * factor + addend;
            }
        }
        for c in C / 2..C {
            for s in 0..LANES {
                x[c][s] = x[c][s] * factor + addend;
            }
        }
    }
    *vectors = x;
}
