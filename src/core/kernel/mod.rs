//! Matrix products and element-wise passes: the only hand-tuned code, and the only `unsafe`.
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
mod outer;
mod product;
mod sparse;
pub mod sums;
pub mod symmetric;
pub mod team;
mod tile;
mod vector;

pub use outer::{Batch, PIECE, Rows, column_sums, outer, outer_rows};
pub use product::{Start, product};
pub use sparse::{NonZeros, sparse_product};

use super::scalar::{self, ByExp};

/// Defines `$name`, which calls `$generic` with the widest vectors that this machine has, those of AVX-512 only where
/// `$wide` holds: on narrow operands most lanes of sixteen would be idle.
///
/// All that works on vectors below `$generic` must be inlined into it, so it is written without closures: one that
/// stays a function of its own is compiled without the wide instructions and calls each of them.
macro_rules! on_widest {
    ($name:ident => $generic:ident ( $($arg:ident : $type:ty),* )) => {
        super::on_widest! { $name => $generic ( $($arg : $type),* ) if true }
    };
    ($name:ident => $generic:ident ( $($arg:ident : $type:ty),* ) if $wide:expr) => {
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
    ($name:ident ( $($arg:ident : $type:ty),* ) $body:block) => {
        #[inline(always)]
        fn $name($($arg: $type),*) {
            #[inline(always)]
            fn body($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) {
                    body($($arg),*);
                }
                if $crate::core::kernel::lanes::most() >= 8 {
                    // SAFETY: the machine has AVX2, as was just asked.
                    return unsafe { avx2($($arg),*) };
                }
            }
            body($($arg),*);
        }
    };
}
pub(crate) use widest;

/// values ← f(values), element by element; `f` without branches or calls is vectorised.
#[inline(always)]
pub fn map(values: &mut [f32], f: impl Fn(f32) -> f32 + Copy + Send + Sync) {
    element_wise(values, 4, |values| {
        for value in values {
            *value = f(*value);
        }
    });
}

/// values ← f(values), element by element.
pub fn map_by_exp<F: ByExp>(values: &mut [f32]) {
    element_wise(values, 16, widest_by_exp::<F>);
}

/// `work` on `values`, of which each costs as much as `cost` multiplications with their additions, on the cores of its
/// lane.
#[inline(always)]
fn element_wise(values: &mut [f32], cost: u64, work: impl Fn(&mut [f32]) + Sync) {
    match team::parts(values.len() as u64 * cost) {
        1 => work(values),
        parts => {
            let len = values.len();
            let parts = team::split(values, len, parts, 8, <[f32]>::split_at_mut);
            team::deal(parts, work);
        }
    }
}

fn widest_by_exp<F: ByExp>(values: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn avx2<F: ByExp>(values: &mut [f32]) {
            by_exp::<F>(values);
        }
        if lanes::most() >= 8 {
            // SAFETY: the machine has AVX2, as was just asked.
            return unsafe { avx2::<F>(values) };
        }
    }
    by_exp::<F>(values);
}

/// Step by step for a block of values. All steps of a value are one long chain, of which a core keeps hardly two on the
/// way; of a short one it keeps many. Besides, V8 makes each constant anew where there are more than registers.
#[inline(always)]
fn by_exp<F: ByExp>(values: &mut [f32]) {
    const BLOCK: usize = 64;
    let (mut exps, mut powers) = ([0.0; BLOCK], [0.0; BLOCK]);
    for block in values.chunks_mut(BLOCK) {
        let (exps, powers) = (&mut exps[..block.len()], &mut powers[..block.len()]);
        for ((x, r), power) in block.iter().zip(&mut *exps).zip(&mut *powers) {
            (*r, *power) = scalar::reduce(F::argument(*x));
        }
        for (exp, power) in exps.iter_mut().zip(&*powers) {
            *exp = scalar::exp_near_zero(*exp) * power;
        }
        for (x, exp) in block.iter_mut().zip(&*exps) {
            *x = F::finish(*x, *exp);
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
