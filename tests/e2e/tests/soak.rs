//! A long run in Chromium: `cargo xtask soak [--minutes N]`. Nothing may grow: not the memory of page and lanes, not
//! what is kept of the curves.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use e2e::soak::{Sample, slope_per_minute, write};
use e2e::{Page, in_browser};

const LINK: &str = "#v=1&n=2560&hidden=3x50&epochs=10000&stop=0";
const EVERY: Duration = Duration::from_secs(10);

async fn sample(page: &Page, begin: Instant) -> Result<Sample> {
    let script = "const panel = document.querySelector('#performance'), data = panel.dataset;
        const sum = (all) => all.reduce((sum, x) => sum + x, 0);
        return [Number(data.pageMemoryBytes),
          sum([...panel.querySelectorAll('[data-memory-bytes]')].map((row) => Number(row.dataset.memoryBytes))),
          performance.memory.usedJSHeapSize, Number(data.frameMedianMs), Number(data.frameP95Ms),
          Number(data.seriesKept), Number(data.seriesMeasured),
          Math.min(...[...document.querySelectorAll('[data-rule]')].map((lane) => Number(lane.dataset.step)))]";
    let read: [f64; 8] =
        serde_json::from_value(page.script(script).await?).context("a figure is missing")?;
    let [
        page_bytes,
        lane_bytes,
        heap_bytes,
        frame_median_ms,
        frame_p95_ms,
        kept,
        measured,
        step,
    ] = read;
    Ok(Sample {
        seconds: begin.elapsed().as_secs_f64(),
        page_bytes,
        lane_bytes,
        heap_bytes,
        frame_median_ms,
        frame_p95_ms,
        kept,
        measured,
        step,
    })
}

#[test]
#[ignore = "takes as long as it is told: cargo xtask soak"]
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is how long the page has run"
)]
fn nothing_grows_in_a_long_run() {
    let minutes: f64 =
        std::env::var("FALAB_SOAK_MINUTES").map_or(30.0, |text| text.parse().unwrap());
    in_browser(async |page| {
        page.open(LINK).await?;
        page.ready().await?;
        page.script("document.querySelector('#performance').showPopover()")
            .await?;
        page.press("Run").await?;
        let (begin, mut samples) = (Instant::now(), Vec::new());
        while begin.elapsed().as_secs_f64() < 60.0 * minutes {
            tokio::time::sleep(EVERY).await;
            let now = sample(&page, begin).await?;
            println!("{now:?}");
            samples.push(now);
            let state = page.attribute("main", "data-state").await?;
            ensure!(state.as_deref() == Some("running"), "{state:?}");
        }
        let browser = page
            .script("return navigator.userAgent.split(' ').find((word) => word.includes('Chrome'))")
            .await?;
        let browser = browser.as_str().unwrap_or("a browser");
        write(
            &xtask::process::root().join("benches/results"),
            LINK,
            browser,
            &samples,
        )?;
        page.screenshot("soak").await?;
        let (first, last) = (
            samples.first().context("no sample")?,
            samples.last().context("no sample")?,
        );
        ensure!(
            last.step > first.step,
            "no lane went on: {first:?} {last:?}"
        );
        // Until points are thinned out the curves fill the room that they are given.
        let mut late = samples
            .iter()
            .filter(|sample| sample.seconds >= 0.2 * last.seconds);
        let is_full = late
            .next()
            .is_some_and(|sample| sample.kept < sample.measured);
        // WebAssembly memory never shrinks, so that what is taken again and again shows as a slope.
        for (what, value) in [
            (
                "page",
                (|sample| sample.page_bytes / 1e6) as fn(&Sample) -> f64,
            ),
            ("lanes", |sample| sample.lane_bytes / 1e6),
        ] {
            if what == "page" && !is_full {
                println!("the curves still fill their room: the page's memory is not judged");
                continue;
            }
            let slope = slope_per_minute(&samples, value).context("too few samples")?;
            ensure!(
                slope < 0.5,
                "WebAssembly memory of the {what} grows by {slope} MB a minute"
            );
        }
        Ok(())
    });
}
