//! Vectors of f32 lanes: a product and a sum of each lane, rounded one after the other, whatever the width.
//!
//! Written with the target's own instructions, because what the compiler makes of plain arrays differs from shape to
//! shape. `wide` was measured within the noise of these; pulp chooses fused instructions where it can. A lane never
//! meets another one, so the number of lanes cannot change a bit.

#![cfg_attr(
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ),
    expect(
        clippy::allow_attributes,
        reason = "whether an instruction needs `unsafe` differs from target to target"
    )
)]

/// Lanes of the widest vector of any target.
pub(super) const MOST_LANES: usize = 16;

/// Lanes that are worked on together.
pub(super) trait Vector: Copy {
    const LANES: usize;

    /// Every lane `x`.
    fn splat(x: f32) -> Self;

    /// The lanes at `at`.
    ///
    /// # Safety
    /// `at` must be valid for reads of [`Vector::LANES`] floats; it need not be aligned to more than a float.
    unsafe fn load(at: *const f32) -> Self;

    /// Writes the lanes to `at`.
    ///
    /// # Safety
    /// `at` must be valid for writes of [`Vector::LANES`] floats; it need not be aligned to more than a float.
    unsafe fn store(self, at: *mut f32);

    /// Lane by lane, rounded once.
    fn add(self, other: Self) -> Self;

    /// Lane by lane, rounded once.
    fn mul(self, other: Self) -> Self;
}

/// Where vector `v` of `NV` begins that lie next to each other, but for the last one, which begins at `last`.
#[inline(always)]
pub(super) fn begin<V: Vector, const NV: usize>(v: usize, last: usize) -> usize {
    if v + 1 == NV { last } else { v * V::LANES }
}

/// Four lanes in plain Rust: for every target.
#[cfg(any(
    test,
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
))]
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 4]);

#[cfg(any(
    test,
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
))]
impl Vector for Portable {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Portable([x; 4])
    }

    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: the caller's, an array of floats is aligned as a float.
        Portable(unsafe { at.cast::<[f32; 4]>().read() })
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: as for `load`.
        unsafe { at.cast::<[f32; 4]>().write(self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Portable(std::array::from_fn(|lane| self.0[lane] + other.0[lane]))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Portable(std::array::from_fn(|lane| self.0[lane] * other.0[lane]))
    }
}

/// Implements [`Vector`] with the instructions of a target, each of which has one rounding a lane.
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
macro_rules! vector {
    ($(#[$doc:meta])* $name:ident, $arch:ident::$lanes:ident, $count:literal,
     $splat:ident, ($load:ident, $read:ty), ($store:ident, $written:ty), $add:ident, $mul:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name(std::arch::$arch::$lanes);

        #[allow(
            unused_unsafe,
            reason = "some targets have these instructions always, some only once they were found"
        )]
        impl Vector for $name {
            const LANES: usize = $count;

            #[inline(always)]
            fn splat(x: f32) -> Self {
                // SAFETY: whoever names this type has made sure of the instructions ("on_widest").
                $name(unsafe { std::arch::$arch::$splat(x) })
            }

            #[inline(always)]
            unsafe fn load(at: *const f32) -> Self {
                // SAFETY: the caller's; the instruction takes any alignment.
                $name(unsafe { std::arch::$arch::$load(at.cast::<$read>()) })
            }

            #[inline(always)]
            unsafe fn store(self, at: *mut f32) {
                // SAFETY: the caller's; the instruction takes any alignment.
                unsafe { std::arch::$arch::$store(at.cast::<$written>(), self.0) }
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: as for `splat`.
                $name(unsafe { std::arch::$arch::$add(self.0, other.0) })
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                // SAFETY: as for `splat`.
                $name(unsafe { std::arch::$arch::$mul(self.0, other.0) })
            }
        }
    };
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
vector!(
    /// Four lanes of wasm simd128.
    Simd128, wasm32::v128, 4,
    f32x4_splat, (v128_load, std::arch::wasm32::v128), (v128_store, std::arch::wasm32::v128), f32x4_add, f32x4_mul
);

#[cfg(target_arch = "x86_64")]
vector!(
    /// Four lanes of SSE, which every x86-64 has.
    Sse, x86_64::__m128, 4, _mm_set1_ps, (_mm_loadu_ps, f32), (_mm_storeu_ps, f32), _mm_add_ps, _mm_mul_ps
);

#[cfg(target_arch = "x86_64")]
vector!(
    /// Eight lanes of AVX; only named once the machine was found to have it.
    Avx, x86_64::__m256, 8, _mm256_set1_ps, (_mm256_loadu_ps, f32), (_mm256_storeu_ps, f32), _mm256_add_ps, _mm256_mul_ps
);

#[cfg(target_arch = "x86_64")]
vector!(
    /// Sixteen lanes of AVX-512; only named once the machine was found to have it.
    Avx512, x86_64::__m512, 16, _mm512_set1_ps, (_mm512_loadu_ps, f32), (_mm512_storeu_ps, f32), _mm512_add_ps, _mm512_mul_ps
);

#[cfg(target_arch = "aarch64")]
vector!(
    /// Four lanes of NEON, which every aarch64 has.
    Neon, aarch64::float32x4_t, 4, vdupq_n_f32, (vld1q_f32, f32), (vst1q_f32, f32), vaddq_f32, vmulq_f32
);

/// The vector that every machine of this target has.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) type Baseline = Simd128;
#[cfg(target_arch = "x86_64")]
pub(super) type Baseline = Sse;
#[cfg(target_arch = "aarch64")]
pub(super) type Baseline = Neon;
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
pub(super) type Baseline = Portable;

#[cfg(test)]
mod tests {
    use super::{Baseline, Portable, Vector};

    /// x y + z lane by lane over sixteen floats.
    fn multiply_and_add<V: Vector>(x: f32, y: &[f32; 16], z: &[f32; 16]) -> [u32; 16] {
        let mut out = [0.0; 16];
        for at in (0..16).step_by(V::LANES) {
            // SAFETY: the arrays hold sixteen floats, and the lanes divide sixteen.
            unsafe {
                let product = V::splat(x).mul(V::load(y.as_ptr().add(at)));
                product
                    .add(V::load(z.as_ptr().add(at)))
                    .store(out.as_mut_ptr().add(at));
            }
        }
        out.map(f32::to_bits)
    }

    #[test]
    fn every_vector_rounds_as_the_portable_one() {
        // A fused product and sum would keep the low bits of 1 + 2⁻¹² squared, which cancel the rest here.
        let y = [1.0 + 1.0 / 4096.0, 3.7, -0.1, 1e-30, 0.0, -0.0, 1e20, 7.0];
        let y: [f32; 16] =
            std::array::from_fn(|lane| y[lane % 8] * if lane < 8 { 1.0 } else { -3.1 });
        let z: [f32; 8] = [
            -(1.0 + 1.0 / 2048.0),
            -3.7,
            0.01,
            1e-38,
            -0.0,
            0.0,
            1e38,
            0.3,
        ];
        let z: [f32; 16] =
            std::array::from_fn(|lane| z[lane % 8] * if lane < 8 { 1.0 } else { 2.7 });
        for x in [1.0 + 1.0 / 4096.0, 0.1, -1e-10] {
            let expected = multiply_and_add::<Portable>(x, &y, &z);
            assert_eq!(multiply_and_add::<Baseline>(x, &y, &z), expected);
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx2") {
                assert_eq!(multiply_and_add::<super::Avx>(x, &y, &z), expected);
            }
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx512f") {
                assert_eq!(multiply_and_add::<super::Avx512>(x, &y, &z), expected);
            }
        }
    }
}
