//! Transcendental functions: the only ones that the mathematics uses.
//!
//! std's `exp`, `ln` and `tanh` differ between native code and wasm (measured), so nothing calls them. What runs once
//! per unit and step is a polynomial of +, × and ÷ that the compiler may vectorise freely, because every element is
//! rounded the same way at any width; what runs rarely is the pinned libm crate.
//!
//! Errors against libm, over all of the range (`tests/scalar_bounds.rs`): exp 2 ulp, tanh 3 ulp, logistic 4 ulp,
//! softplus 3 ulp.

/// 1.5 · 2²³: adding and subtracting it rounds |x| < 2²² to the nearest integer, ties to even.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts, the first exact in few bits so that n · LN2_HI is exact.
const LN2_HI: f32 = 0.693_359_4;
const LN2_LO: f32 = -2.121_944_4e-4;

/// eˣ, with x held to ±87 so that the result is a normal number.
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    let (r, power) = reduce(x);
    exp_near_zero(r) * power
}

/// The first half of [`exp`]: x, held to ±87, is n ln 2 + r with |r| ≤ ½ ln 2; gives r and 2ⁿ.
#[inline(always)]
pub(crate) fn reduce(x: f32) -> (f32, f32) {
    let x = if x > 87.0 { 87.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN2_HI - n * LN2_LO;
    // The low bits of `shifted` hold n; a float's exponent field is n + 127.
    let power = f32::from_bits(
        (shifted
            .to_bits()
            .wrapping_sub(ROUND.to_bits())
            .wrapping_add(127))
            << 23,
    );
    (r, power)
}

/// The second half of [`exp`]: eʳ by the polynomial of degree 7 of Cephes' expf (Moshier 1989).
#[inline(always)]
pub(crate) fn exp_near_zero(r: f32) -> f32 {
    let p = ((((1.987_569_1e-4 * r + 1.398_2e-3) * r + 8.333_452e-3) * r + 4.166_579_6e-2) * r
        + 1.666_666_5e-1)
        * r
        + 5.0e-1;
    p * (r * r) + r + 1.0
}

/// A function f that is made of an exponential, cut where [`kernel::map_by_exp`](super::kernel::map_by_exp) goes over
/// many x in passes.
pub trait ByExp {
    /// Whose exponential it is made of.
    fn argument(x: f32) -> f32;

    /// f(x), given the exponential of `argument(x)`.
    fn finish(x: f32, exponential: f32) -> f32;

    /// f(x).
    #[inline(always)]
    #[must_use]
    fn at(x: f32) -> f32 {
        Self::finish(x, exp(Self::argument(x)))
    }
}

/// tanh x. Below 0.625 the odd polynomial of Cephes' tanhf, above it 1 - 2 / (e²ˣ + 1).
#[derive(Debug)]
pub struct Tanh;

impl ByExp for Tanh {
    #[inline(always)]
    fn argument(x: f32) -> f32 {
        let magnitude = x.abs();
        // tanh is 1 in f32 from 9.01 on; the hold keeps e²ˣ in range.
        let held = if magnitude > 9.1 { 9.1 } else { magnitude };
        held + held
    }

    #[inline(always)]
    fn finish(x: f32, exponential: f32) -> f32 {
        let magnitude = x.abs();
        let z = x * x;
        let p = (((-5.704_988_7e-3 * z + 2.063_908_8e-2) * z - 5.373_971_5e-2) * z
            + 1.333_144_2e-1)
            * z
            - 3.333_328e-1;
        let near = magnitude + magnitude * (z * p);
        let far = 1.0 - 2.0 / (exponential + 1.0);
        let y = if magnitude < 0.625 { near } else { far };
        y.copysign(x)
    }
}

/// The logistic function 1 / (1 + e⁻ˣ).
#[derive(Debug)]
pub struct Logistic;

impl ByExp for Logistic {
    #[inline(always)]
    fn argument(x: f32) -> f32 {
        -x
    }

    #[inline(always)]
    fn finish(_: f32, exponential: f32) -> f32 {
        1.0 / (1.0 + exponential)
    }
}

/// ln(1 + eˣ) = max(x, 0) + ln(1 + z) with z = e^-|x|.
///
/// ln(1 + z) = 2 artanh(s) with s = z / (2 + z) ≤ ⅓, by the series of artanh up to s¹³.
#[derive(Debug)]
pub struct Softplus;

impl ByExp for Softplus {
    #[inline(always)]
    fn argument(x: f32) -> f32 {
        -x.abs()
    }

    #[inline(always)]
    fn finish(x: f32, exponential: f32) -> f32 {
        let z = exponential;
        let s = z / (2.0 + z);
        let t = s * s;
        let p = (((((t / 13.0 + 1.0 / 11.0) * t + 1.0 / 9.0) * t + 1.0 / 7.0) * t + 1.0 / 5.0) * t
            + 1.0 / 3.0)
            * t
            + 1.0;
        let positive = if x > 0.0 { x } else { 0.0 };
        positive + (s + s) * p
    }
}

/// eˣ, f64.
#[must_use]
pub fn exp_f64(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm, f64.
#[must_use]
pub fn ln_f64(x: f64) -> f64 {
    libm::log(x)
}

/// cos, f64.
#[must_use]
pub fn cos_f64(x: f64) -> f64 {
    libm::cos(x)
}

/// The angle whose cosine is `x`, in degrees; `x` is held to ±1, where rounding may have carried it past.
#[must_use]
pub fn acos_deg(x: f64) -> f64 {
    let x = if x > 1.0 { 1.0 } else { x };
    let x = if x < -1.0 { -1.0 } else { x };
    libm::acos(x) * (180.0 / std::f64::consts::PI)
}

/// x · 2ⁿ, exact but for under- and overflow.
#[must_use]
pub fn scale_by_power_of_two(x: f64, n: i32) -> f64 {
    libm::ldexp(x, n)
}
