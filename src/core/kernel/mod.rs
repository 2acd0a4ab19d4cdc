//! Matrix products, element-wise passes and the memory that they work on: the only hand-tuned code, and the only
//! `unsafe`.
//!
//! Every output element adds its products in ascending k, one rounding a product and one a sum, from +0.0 or from what
//! stood there before; never a fused multiply-add. So tiles, vector width, skipped zeros and target cannot change a
//! bit, and `naive` is the definition that the fast forms equal bit for bit (`tests/kernel_twins.rs`).
//!
//! Wider vectors natively: the same generic code is compiled again with AVX2 and with AVX-512 switched on and chosen at
//! run time (`lanes`). Rust never contracts a product and a sum into one rounding, so this is safe for the bits
//! (`tests/vector_lanes.rs`).
//!
//! Rejected: ndarray's `.dot` and `matrixmultiply` (they pick a fused kernel at run time: other bits than wasm).

pub mod aligned;
pub mod lanes;
pub mod limit;
pub mod maps;
pub mod naive;
mod nonzeros;
mod outer;
mod product;
mod sparse;
pub mod sums;
pub mod symmetric;
pub mod team;
mod tile;
mod vector;

pub use nonzeros::NonZeros;
pub use outer::{Batch, Rows, STRIP, column_sums, outer, outer_rows};
pub use product::{Start, product};
pub use sparse::sparse_product;

use super::scalar::{self, ByExp};

/// Defines `$name`, which calls `$generic` with the widest vectors that this machine has, those of AVX-512 only where
/// `$wide` holds: on narrow operands most lanes of sixteen would be idle.
///
/// All that works on vectors below `$generic` must be inlined into it, so it is written without closures: one that
/// stays a function of its own is compiled without the wide instructions and calls each of them. `$name` itself is never
/// inlined: V8 unrolls an inner loop only in a function of moderate size.
macro_rules! on_widest {
    ($name:ident => $generic:ident ( $($arg:ident : $type:ty),* )) => {
        super::on_widest! { $name => $generic ( $($arg : $type),* ) if true }
    };
    ($name:ident => $generic:ident ( $($arg:ident : $type:ty),* ) if $wide:expr) => {
        #[inline(never)]
        fn $name($($arg: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f")]
                fn avx512($($arg: $type),*) {
                    $generic::<super::vector::Avx512>($($arg),*);
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) {
                    $generic::<super::vector::Avx>($($arg),*);
                }
                let most = super::lanes::most();
                if most >= 16 && $wide {
                    // SAFETY: the machine has AVX-512, as was just asked.
                    return unsafe { avx512($($arg),*) };
                }
                if most >= 8 {
                    // SAFETY: the machine has AVX2, as was just asked.
                    return unsafe { avx2($($arg),*) };
                }
            }
            $generic::<super::vector::Baseline>($($arg),*);
        }
    };
}
use on_widest;

/// Runs `$body` compiled for AVX2 where the machine has it, else for the target's baseline. What runs once a number is
/// bound by divisions, roots and memory: AVX-512 was measured to gain nothing.
macro_rules! widest {
    ($name:ident $(<$param:ident: $bound:ident>)? ( $($arg:ident : $type:ty),* ) $body:block) => {
        #[inline(always)]
        fn $name $(<$param: $bound>)? ($($arg: $type),*) {
            #[inline(always)]
            fn body $(<$param: $bound>)? ($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2 $(<$param: $bound>)? ($($arg: $type),*) {
                    body $(::<$param>)? ($($arg),*);
                }
                if $crate::core::kernel::lanes::most() >= 8 {
                    // SAFETY: the machine has AVX2, as was just asked.
                    return unsafe { avx2 $(::<$param>)? ($($arg),*) };
                }
            }
            body $(::<$param>)? ($($arg),*);
        }
    };
}
pub(crate) use widest;

/// values ← f(values), element by element.
pub fn map_by_exp<F: ByExp>(values: &mut [f32]) {
    element_wise(values, 16, passes::<F>);
}

/// Negative values ← 0, element by element.
pub fn relu(values: &mut [f32]) {
    element_wise(values, 4, only_positive);
}

/// `work` on `values`, of which each costs roughly as much as `cost` multiplications with their additions, on the cores
/// of its lane.
fn element_wise(values: &mut [f32], cost: u64, work: fn(&mut [f32])) {
    match team::parts(values.len() as u64 * cost) {
        1 => work(values),
        parts => {
            let len = values.len();
            let parts = team::split(values, len, parts, 8, <[f32]>::split_at_mut);
            team::deal(parts, work);
        }
    }
}

widest! {
    // In three passes over a block of values. All that is done to a value is one long chain, of which V8's code had few
    // on the way at once; of a short one a core has many. And where a loop has more constants than there are registers,
    // V8 makes each of them anew.
    passes<F: ByExp>(values: &mut [f32]) {
        const BLOCK: usize = 64;
        // What is left of an argument once its powers of two are taken off, then its exponential.
        let (mut rests, mut powers) = ([0.0; BLOCK], [0.0; BLOCK]);
        for block in values.chunks_mut(BLOCK) {
            let (rests, powers) = (&mut rests[..block.len()], &mut powers[..block.len()]);
            for ((x, rest), power) in block.iter().zip(&mut *rests).zip(&mut *powers) {
                (*rest, *power) = scalar::reduce(F::argument(*x));
            }
            for (rest, power) in rests.iter_mut().zip(&*powers) {
                *rest = scalar::exp_near_zero(*rest) * power;
            }
            for (x, exp) in block.iter_mut().zip(&*rests) {
                *x = F::finish(*x, *exp);
            }
        }
    }
}

widest! {
    // Written with `if`: (-0.0).max(0.0) differs between debug and release builds.
    only_positive(values: &mut [f32]) {
        for value in values {
            *value = if *value > 0.0 { *value } else { 0.0 };
        }
    }
}

/// a ← a ⊙ b.
///
/// # Panics
/// The lengths differ.
pub fn multiply(a: &mut [f32], b: &[f32]) {
    assert_eq!(a.len(), b.len(), "element-wise product of unequal lengths");
    for (a, b) in a.iter_mut().zip(b) {
        *a *= b;
    }
}
