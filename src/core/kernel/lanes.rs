//! How many lanes the vectors of this machine have.

use std::sync::OnceLock;

/// Settled once, because what one kernel packs the next one reads.
static MOST: OnceLock<usize> = OnceLock::new();

/// Lanes of the widest vectors that kernels use here: 16 with AVX-512, 8 with AVX2, else 4.
#[must_use]
pub fn most() -> usize {
    *MOST.get_or_init(found)
}

/// Lets kernels use no wider vectors than this, for as long as the process lives; returns what they use. To be called
/// before the first kernel: later it changes nothing.
pub fn hold(lanes: usize) -> usize {
    *MOST.get_or_init(|| found().min(lanes))
}

fn found() -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        let has_avx2 = std::arch::is_x86_feature_detected!("avx2");
        if has_avx2 && std::arch::is_x86_feature_detected!("avx512f") {
            return 16;
        }
        if has_avx2 {
            return 8;
        }
    }
    4
}
