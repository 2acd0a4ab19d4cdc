//! What a long run of the page measures, and how it is written down: JSON, Markdown, and a figure.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

/// One reading of the page.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Sample {
    pub seconds: f64,
    /// WebAssembly memory of the page and of the lanes together, bytes.
    pub page_bytes: f64,
    pub lane_bytes: f64,
    /// JavaScript heap of the page's thread in use, bytes, garbage not yet collected included.
    pub heap_bytes: f64,
    /// Main-thread milliseconds of the last 600 drawn frames at the most.
    pub frame_median_ms: f64,
    pub frame_p95_ms: f64,
    /// Points of all series that the page keeps, and that were measured.
    pub kept: f64,
    pub measured: f64,
    /// Steps of the slowest lane.
    pub step: f64,
}

/// A quantity of a sample.
type Quantity = (&'static str, &'static str, fn(&Sample) -> f64);

/// What is drawn and whose slope is told: name, unit, value.
pub const QUANTITIES: [Quantity; 7] = [
    ("WebAssembly memory of the page", "MB", |sample| {
        sample.page_bytes / 1e6
    }),
    ("WebAssembly memory of all lanes", "MB", |sample| {
        sample.lane_bytes / 1e6
    }),
    ("JavaScript heap in use", "MB", |sample| {
        sample.heap_bytes / 1e6
    }),
    ("median frame", "ms", |sample| sample.frame_median_ms),
    ("95 % of frames within", "ms", |sample| sample.frame_p95_ms),
    ("points kept", "points", |sample| sample.kept),
    ("step of the slowest lane", "steps", |sample| sample.step),
];

/// Least-squares slope of a quantity over the samples after the first fifth of the time, a minute; `None` where there
/// are fewer than three.
#[must_use]
pub fn slope_per_minute(samples: &[Sample], value: fn(&Sample) -> f64) -> Option<f64> {
    let end = samples.last()?.seconds;
    let late: Vec<&Sample> = samples
        .iter()
        .filter(|sample| sample.seconds >= 0.2 * end)
        .collect();
    let count = late.len() as f64;
    if count < 3.0 {
        return None;
    }
    let mean =
        |of: &dyn Fn(&Sample) -> f64| late.iter().map(|sample| of(sample)).sum::<f64>() / count;
    let time = |sample: &Sample| sample.seconds / 60.0;
    let (t, y) = (mean(&time), mean(&value));
    let product = mean(&|sample| (time(sample) - t) * (value(sample) - y));
    let square = mean(&|sample| (time(sample) - t) * (time(sample) - t));
    (square > 0.0).then(|| product / square)
}

/// Writes `soak.json`, `soak.md` and `soak.svg` into `folder`.
///
/// # Errors
/// Those of the file system.
pub fn write(folder: &Path, link: &str, browser: &str, samples: &[Sample]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let json = json!({ "link": link, "browser": browser, "samples": samples });
    fs::write(
        folder.join("soak.json"),
        serde_json::to_string_pretty(&json)? + "\n",
    )?;
    fs::write(folder.join("soak.md"), markdown(link, browser, samples))?;
    fs::write(folder.join("soak.svg"), svg(samples))?;
    Ok(())
}

/// A number as the table shows it.
fn number(x: f64) -> String {
    if x.abs() >= 1_000.0 {
        format!("{x:.0}")
    } else {
        format!("{x:.2}")
    }
}

fn markdown(link: &str, browser: &str, samples: &[Sample]) -> String {
    let seconds = samples.last().map_or(0.0, |sample| sample.seconds);
    let mut text = format!(
        "# A long run\n\nFour lanes at full speed on `{link}` in {browser}, {:.1} minutes, a reading every ten seconds: \
         `cargo xtask soak`. The slope is that of a least-squares line over the readings after the first fifth of the \
         time. Frame times are wall-clock times of the main thread; whatever else the machine does lengthens them.\n\n\
         | quantity | unit | first | last | largest | slope a minute |\n| --- | --- | ---: | ---: | ---: | ---: |\n",
        seconds / 60.0
    );
    for (name, unit, value) in QUANTITIES {
        let values = samples.iter().map(value);
        let largest = values
            .clone()
            .fold(f64::NEG_INFINITY, |most, x| if x > most { x } else { most });
        let (first, last) = (
            samples.first().map_or(0.0, value),
            samples.last().map_or(0.0, value),
        );
        let slope = slope_per_minute(samples, value).map_or("–".to_owned(), number);
        let _ = writeln!(
            text,
            "| {name} | {unit} | {} | {} | {} | {slope} |",
            number(first),
            number(last),
            number(largest)
        );
    }
    text
}

/// Panels one below the other, time to the right.
fn svg(samples: &[Sample]) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 84.0;
    const LEFT: f64 = 90.0;
    let end = samples.last().map_or(1.0, |sample| sample.seconds);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        HEIGHT * QUANTITIES.len() as f64 + 24.0
    );
    for (i, (name, unit, value)) in QUANTITIES.into_iter().enumerate() {
        let top = HEIGHT * i as f64 + 22.0;
        let most = samples
            .iter()
            .map(value)
            .fold(0.0, |most, x| if x > most { x } else { most });
        let scale = if most > 0.0 { 50.0 / most } else { 0.0 };
        let (right, floor) = (WIDTH - 16.0, top + 54.0);
        let place = |sample: &Sample| {
            let x = LEFT + sample.seconds / end * (right - LEFT);
            format!("{x:.1},{:.1}", floor - value(sample) * scale)
        };
        let points: Vec<String> = samples.iter().map(place).collect();
        let _ = writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{:.0}\" fill=\"#181b1e\">{name}, {unit}</text>\n\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#181b1e\">{}</text>\n\
             <text x=\"{:.0}\" y=\"{floor:.0}\" text-anchor=\"end\" fill=\"#181b1e\">0</text>\n\
             <path d=\"M{LEFT} {floor}H{right}\" stroke=\"#8a9097\" fill=\"none\"/>\n\
             <polyline points=\"{}\" fill=\"none\" stroke=\"#0021cd\" stroke-width=\"1.5\"/>",
            top - 6.0,
            LEFT - 6.0,
            top + 8.0,
            number(most),
            LEFT - 6.0,
            points.join(" ")
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#181b1e\">{:.1} minutes</text>\n</svg>",
        WIDTH - 16.0,
        HEIGHT * QUANTITIES.len() as f64 + 14.0,
        end / 60.0
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_line_is_its_slope() {
        let sample = |seconds: f64| Sample {
            seconds,
            page_bytes: 1e6 * seconds / 60.0,
            lane_bytes: 4e6,
            heap_bytes: 0.0,
            frame_median_ms: 2.0,
            frame_p95_ms: 9.0,
            kept: 10.0,
            measured: 10.0,
            step: 0.0,
        };
        let samples: Vec<Sample> = (0..20).map(|i| sample(f64::from(i) * 10.0)).collect();
        let page = slope_per_minute(&samples, QUANTITIES[0].2).unwrap();
        assert!((page - 1.0).abs() < 1e-9, "{page}");
        assert_eq!(slope_per_minute(&samples, QUANTITIES[1].2), Some(0.0));
        assert_eq!(slope_per_minute(&samples[..2], QUANTITIES[0].2), None);
    }
}
