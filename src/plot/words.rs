//! How an angle speaks.

use crate::lang::Texts;

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

impl Sense {
    /// In words.
    #[must_use]
    pub fn words(self, texts: &Texts) -> &'static str {
        match self {
            Sense::NearlyDownhill => texts.lab.nearly_downhill,
            Sense::StillDownhill => texts.lab.still_downhill,
            Sense::NoDirection => texts.lab.no_direction,
            Sense::Uphill => texts.lab.uphill,
            Sense::Undefined => texts.lab.undefined_sense,
        }
    }
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

/// Neighbouring layers whose angles mean the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layers {
    /// 1-based, both among them.
    pub first: usize,
    pub last: usize,
    /// Least and greatest angle, whole degrees; `None` where they are undefined.
    pub angles: Option<(f64, f64)>,
    pub sense: Sense,
}

/// The sense of an angle as it is shown, in whole degrees, so that one number never has two.
#[must_use]
pub fn shown_sense(angle_deg: Option<f64>) -> Sense {
    sense(angle_deg.map(f64::round))
}

/// All hidden layers from their angles, in order: each for itself up to `single` layers, else neighbours of one sense
/// together.
#[must_use]
pub fn layers(angles_deg: &[Option<f64>], single: usize) -> Vec<Layers> {
    let many = angles_deg.len() > single;
    let together = |a: &_, b: &_| many && shown_sense(*a) == shown_sense(*b);
    let mut first = 1;
    let runs = angles_deg.chunk_by(together).map(|run| {
        let last = first + run.len() - 1;
        let defined = || run.iter().flatten().map(|angle| angle.round());
        let low = defined().min_by(f64::total_cmp);
        let high = defined().max_by(f64::total_cmp);
        let layers = Layers {
            first,
            last,
            angles: low.zip(high),
            sense: shown_sense(run[0]),
        };
        first = last + 1;
        layers
    });
    runs.collect()
}
