//! How fast this machine multiplies and adds when nothing comes from memory: the limit that a product can be held to.
//!
//! With the vectors that the products use (four lanes in wasm, up to sixteen natively, a rounding a product and one a
//! sum), so what a product lacks to this rate it loses to loads, packing and edges, and not to narrower instructions. A
//! chain waits for its own result and a tile's products do not, so on a core where twelve chains do not fill the time of
//! an addition and a product a tile may pass it.

use super::vector::{MOST_LANES, Vector};

/// Numbers of independent chains that [`chains`] can run; which is fastest depends on latency and registers.
pub const CHAINS: [usize; 7] = [6, 8, 10, 12, 14, 20, 26];

/// Runs `rounds` rounds of x ← x · factor + addend on `chains` independent vectors, all in registers as long as there
/// are enough of them. Returns the operations done, a product and a sum each one, and the sum of a lane of all vectors,
/// so that none is left out.
///
/// # Panics
/// `chains` is none of [`CHAINS`].
#[must_use]
pub fn chains(chains: usize, rounds: u32, factor: f32, addend: f32) -> (f64, f32) {
    assert!(
        CHAINS.contains(&chains),
        "{chains} chains; allowed: {CHAINS:?}"
    );
    let mut done = (0.0, 0.0);
    run(chains, rounds, factor, addend, &mut done);
    done
}

super::on_widest! {
    run => of_count(chains: usize, rounds: u32, factor: f32, addend: f32, done: &mut (f64, f32))
}

#[inline(always)]
fn of_count<V: Vector>(
    chains: usize,
    rounds: u32,
    factor: f32,
    addend: f32,
    done: &mut (f64, f32),
) {
    let sum = match chains {
        6 => of::<V, 6>(rounds, factor, addend),
        8 => of::<V, 8>(rounds, factor, addend),
        10 => of::<V, 10>(rounds, factor, addend),
        12 => of::<V, 12>(rounds, factor, addend),
        14 => of::<V, 14>(rounds, factor, addend),
        20 => of::<V, 20>(rounds, factor, addend),
        _ => of::<V, 26>(rounds, factor, addend),
    };
    let operations = 2.0 * V::LANES as f64 * chains as f64 * f64::from(rounds);
    *done = (operations, sum);
}

#[inline(always)]
fn of<V: Vector, const C: usize>(rounds: u32, factor: f32, addend: f32) -> f32 {
    let (factor, addend) = (V::splat(factor), V::splat(addend));
    let mut x = [addend; C];
    for (c, x) in x.iter_mut().enumerate() {
        // Every x starts elsewhere, or the compiler would find that they are all one.
        *x = V::splat(c as f32);
    }
    for _ in 0..rounds {
        for x in &mut x {
            *x = x.mul(factor).add(addend);
        }
    }
    let mut lanes = [0.0; MOST_LANES];
    let mut sum = 0.0;
    for x in x {
        // SAFETY: no vector has more lanes.
        unsafe { x.store(lanes.as_mut_ptr()) };
        sum += lanes[0];
    }
    sum
}
