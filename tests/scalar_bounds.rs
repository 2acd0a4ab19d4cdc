//! How far the polynomials are from the true functions, over their whole range.

use falab::core::scalar::{self, ByExp, Logistic, Softplus, Tanh};

/// Every f32 of a dense sample: all exponents, `per_exponent` mantissas each, both signs.
fn sample(largest: f32) -> impl Iterator<Item = f32> {
    (0..=0xff_u32)
        .flat_map(|exponent| {
            (0..4_000_u32).map(move |k| f32::from_bits((exponent << 23) | (k * 2_097)))
        })
        .filter(move |x| x.is_finite() && *x <= largest)
        .flat_map(|x| [x, -x])
}

/// Distance in units of the last place of the true value.
fn ulps(found: f32, truth: f64) -> f64 {
    let truth32 = truth as f32;
    let ulp = f64::from(f32::from_bits(truth32.abs().to_bits() + 1)) - f64::from(truth32.abs());
    (f64::from(found) - truth).abs() / ulp
}

fn worst(largest: f32, f: fn(f32) -> f32, truth: fn(f64) -> f64) -> f64 {
    sample(largest)
        .map(|x| ulps(f(x), truth(f64::from(x))))
        .fold(0.0, |worst, ulps| if ulps > worst { ulps } else { worst })
}

#[test]
fn exp_is_within_2_ulp() {
    let worst = worst(87.0, scalar::exp, libm::exp);
    assert!(worst <= 2.0, "{worst} ulp");
}

#[test]
fn tanh_is_within_3_ulp() {
    let worst = worst(f32::MAX, Tanh::at, libm::tanh);
    assert!(worst <= 3.0, "{worst} ulp");
}

#[test]
fn logistic_is_within_4_ulp_where_it_is_normal() {
    let worst = worst(80.0, Logistic::at, |x| 1.0 / (1.0 + libm::exp(-x)));
    assert!(worst <= 4.0, "{worst} ulp");
}

#[test]
fn softplus_is_within_3_ulp_where_it_is_normal() {
    let worst = sample(80.0)
        .map(|x| ulps(Softplus::at(x), libm::log1p(libm::exp(f64::from(x)))))
        .fold(0.0, |worst, ulps| if ulps > worst { ulps } else { worst });
    assert!(worst <= 3.0, "{worst} ulp");
}

#[test]
fn ends_of_the_range_are_what_they_must_be() {
    assert_eq!(Tanh::at(40.0), 1.0);
    assert_eq!(Tanh::at(-40.0), -1.0);
    assert_eq!(Tanh::at(0.0), 0.0);
    assert_eq!(Logistic::at(0.0), 0.5);
    assert_eq!(Logistic::at(200.0), 1.0);
    assert!(Logistic::at(-200.0) > 0.0);
    assert!(Tanh::at(f32::NAN).is_nan());
    assert!(Logistic::at(f32::NAN).is_nan());
}

#[test]
fn an_angle_past_rounding_is_defined() {
    assert_eq!(scalar::acos_deg(1.0 + 1e-12), 0.0);
    assert_eq!(scalar::acos_deg(-1.0 - 1e-12), 180.0);
    assert_eq!(scalar::acos_deg(0.0), 90.0);
}
