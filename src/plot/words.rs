//! How an angle speaks.

/// What an angle to the true gradient means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Under 45°: "nearly downhill".
    NearlyDownhill,
    /// Under 87°: "still downhill".
    StillDownhill,
    /// 87° to 93°, as far as a probe of 1,000 images can be off: "no direction yet".
    NoDirection,
    /// Above: "uphill on these images".
    Uphill,
    /// One of the two directions is zero.
    Undefined,
}

/// The sense of an angle in degrees.
#[must_use]
pub fn sense(angle_deg: Option<f64>) -> Sense {
    match angle_deg {
        None => Sense::Undefined,
        Some(angle) if angle < 45.0 => Sense::NearlyDownhill,
        Some(angle) if angle < 87.0 => Sense::StillDownhill,
        Some(angle) if angle <= 93.0 => Sense::NoDirection,
        Some(_) => Sense::Uphill,
    }
}
