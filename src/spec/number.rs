//! Numbers as people type them into links.

/// The shortest form that reads back to the same number: plain (0.99, 250) or with an exponent (1e-3), whichever is
/// shorter; plain if they tie.
pub(super) fn text(x: f64) -> String {
    let plain = format!("{x}");
    let exponent = format!("{x:e}");
    if exponent.len() < plain.len() {
        exponent
    } else {
        plain
    }
}

/// A number within `low..=high`; `None` for anything else. Digits, one point, an exponent and a leading minus are
/// read; words such as inf and nan are not.
pub(super) fn parse(text: &str, low: f64, high: f64) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let x: f64 = plain.then(|| text.parse().ok())??;
    // -0 is 0.
    (low <= x && x <= high).then_some(x + 0.0)
}

/// A whole number within `low..=high`, digits only.
pub(super) fn parse_whole(text: &str, low: u64, high: u64) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let x: u64 = digits.then(|| text.parse().ok())??;
    (low <= x && x <= high).then_some(x)
}
