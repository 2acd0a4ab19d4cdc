//! Scales and ticks.

use crate::store::ghost::Time;

/// How values become places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// log₁₀ of the value; what lies below the range stands at its lower end.
    Log,
    /// log₁₀(1 + step): step 0 has a place.
    LogSteps,
}

/// An axis: a scale over a range.
#[derive(Clone, Debug)]
pub struct Axis {
    pub scale: Scale,
    pub low: f64,
    pub high: f64,
    /// Places of labelled ticks, in values, with their labels.
    pub ticks: Vec<(f64, String)>,
    pub label: String,
}

impl Axis {
    /// Where a value stands, 0 at the low end and 1 at the high end.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let (low, high, value) = match self.scale {
            Scale::Linear => (self.low, self.high, value),
            Scale::Log => (
                self.low.log10(),
                self.high.log10(),
                value.max(self.low).log10(),
            ),
            Scale::LogSteps => (
                (1.0 + self.low).log10(),
                (1.0 + self.high).log10(),
                (1.0 + value).log10(),
            ),
        };
        (value - low) / (high - low)
    }

    /// The value of a place: the inverse of [`Axis::share`].
    #[must_use]
    pub fn value(&self, share: f64) -> f64 {
        let between = |low: f64, high: f64| low + (high - low) * share;
        match self.scale {
            Scale::Linear => between(self.low, self.high),
            Scale::Log => 10f64.powf(between(self.low.log10(), self.high.log10())),
            Scale::LogSteps => {
                10f64.powf(between((1.0 + self.low).log10(), (1.0 + self.high).log10())) - 1.0
            }
        }
    }
}

/// The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is at least `value`: an axis that grows in calm
/// jumps.
#[must_use]
pub fn nice_above(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let decade = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let found = steps
        .iter()
        .map(|step| step * decade)
        .find(|nice| *nice >= value * (1.0 - 1e-9));
    found.unwrap_or(10.0 * decade)
}

/// About `count` round values from `low` to `high`, at a distance of 1, 2 or 5 times a power of ten.
#[must_use]
pub fn linear_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let rough = (high - low) / count.max(1) as f64;
    let decade = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let step = steps
        .iter()
        .map(|step| step * decade)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// 1, 2 and 5 times each power of ten between `low` and `high`; only the powers where there are many decades.
#[must_use]
pub fn log_ticks(low: f64, high: f64) -> Vec<f64> {
    let decades = (high / low).log10();
    let digits: &[f64] = match decades {
        d if d <= 2.4 => &[1.0, 2.0, 5.0],
        d if d <= 3.6 => &[1.0, 3.0],
        _ => &[1.0],
    };
    let range = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    range
        .flat_map(|power| digits.iter().map(move |digit| digit * 10f64.powi(power)))
        .filter(|tick| *tick >= low * (1.0 - 1e-9) && *tick <= high * (1.0 + 1e-9))
        .collect()
}

/// A number with commas between thousands, as in the texts of every language, and no more decimals than it needs.
#[must_use]
pub fn number(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    let text = format!("{}", rounded.abs());
    let (whole, decimals) = text
        .split_once('.')
        .map_or((text.as_str(), ""), |(w, d)| (w, d));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if rounded < 0.0 { "−" } else { "" };
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{decimals}")
}

/// So many decimals; of a net that diverges, where they would be lost in digits, as a power of ten.
#[must_use]
pub fn decimals(value: f64, decimals: usize) -> String {
    if value.abs() < 1e5 {
        format!("{value:.decimals$}")
    } else {
        format!("{value:.2e}")
    }
}

/// What the steps of an axis are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepUnit {
    Step,
    Epoch,
}

impl StepUnit {
    /// How runs of another experiment stand on this axis.
    #[must_use]
    pub fn time(self, steps_per_epoch: u64) -> Time {
        Time {
            epochs: self == StepUnit::Epoch,
            steps_per_epoch,
        }
    }
}

/// The step axis: linear or logarithmic, labelled in steps or epochs, up to `high` steps.
#[must_use]
pub fn steps(
    log: bool,
    unit: StepUnit,
    high: f64,
    steps_per_epoch: f64,
    count: usize,
    label: &str,
) -> Axis {
    let each = match unit {
        StepUnit::Step => 1.0,
        StepUnit::Epoch => steps_per_epoch,
    };
    let (scale, values) = if log {
        let mut values = vec![0.0];
        let lowest = if unit == StepUnit::Step {
            1.0
        } else {
            0.01_f64.max(1.0 / each)
        };
        values.extend(log_ticks(lowest, high / each));
        (Scale::LogSteps, values)
    } else {
        (Scale::Linear, linear_ticks(0.0, high / each, count))
    };
    Axis {
        scale,
        low: 0.0,
        high,
        ticks: values
            .into_iter()
            .map(|value| (value * each, number(value)))
            .collect(),
        label: label.to_owned(),
    }
}
