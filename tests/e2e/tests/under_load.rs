//! Four lanes train at full speed, and the page stays fluent: measured by the page itself, in its performance panel.
//!
//! The figures are wall-clock times of the main thread, so that whatever else the machine does lengthens them. Each
//! figure is therefore taken in windows of some seconds, and the best of five windows has to hold: a page that is too
//! slow is so in every window, a machine that is busy with something else is not. The limits themselves are never moved.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Page, in_browser};

/// Milliseconds of a frame at 60 Hz.
const FRAME_MS: f64 = 16.7;
/// Milliseconds from which on a browser calls a task long.
const LONG_MS: f64 = 50.0;
const WINDOWS: usize = 5;
const WINDOW: Duration = Duration::from_secs(6);

async fn figure(page: &Page, name: &str) -> Result<f64> {
    let value = page.attribute("#performance", name).await?;
    let value = value.with_context(|| format!("the panel has no {name}"))?;
    value.parse().with_context(|| format!("{name}={value}"))
}

/// Bytes of WebAssembly memory of every lane.
async fn lane_memory(page: &Page) -> Result<Vec<u64>> {
    let script = "return [...document.querySelectorAll('#performance [data-memory-bytes]')]
        .map((row) => Number(row.dataset.memoryBytes))";
    Ok(serde_json::from_value(page.script(script).await?)?)
}

async fn open_panel(page: &Page) -> Result<()> {
    page.script("document.querySelector('#performance').showPopover()")
        .await?;
    Ok(())
}

/// Presses Run and tells how long the first measured error took to be shown, milliseconds.
async fn run_to_first_point(page: &Page) -> Result<f64> {
    let script = "const [done] = arguments; const begin = performance.now();
        const look = () => document.querySelector('[data-rule][data-test-error]')
          ? done(performance.now() - begin) : requestAnimationFrame(look);
        document.querySelector('#run').click(); look()";
    let took = page.client.execute_async(script, Vec::new()).await?;
    took.as_f64().context("milliseconds")
}

/// Holds the page to its figures while `fragment` trains, until one window holds.
async fn stays_fluent(page: &Page, fragment: &str) -> Result<()> {
    page.open(fragment).await?;
    page.ready().await?;
    open_panel(page).await?;
    let first = run_to_first_point(page).await?;
    println!("{fragment}: first point {first:.0} ms after Run");
    let mut told = Vec::new();
    for window in 1..=WINDOWS {
        page.script("document.querySelector('#measure-anew').click()")
            .await?;
        tokio::time::sleep(WINDOW).await;
        let state = page.attribute("main", "data-state").await?;
        ensure!(state.as_deref() == Some("running"), "{fragment}: {state:?}");
        let median = figure(page, "data-frame-median-ms").await?;
        let p95 = figure(page, "data-frame-p95-ms").await?;
        let frames = figure(page, "data-frames").await?;
        let busiest = figure(page, "data-busiest-lane-messages-per-second").await?;
        // Only Chromium tells long tasks; elsewhere the longest frame stands for them.
        let longest = match page
            .attribute("#performance", "data-longest-task-ms")
            .await?
        {
            Some(longest) => longest.parse()?,
            None => figure(page, "data-frame-longest-ms").await?,
        };
        let figures = format!(
            "{fragment}, window {window}: {frames} frames, median {median} ms, 95 % within {p95} ms, \
             longest task {longest} ms (0: none over 50), {busiest} messages/s of the busiest lane"
        );
        println!("{figures}");
        // Messages do not depend on what else the machine does: no window may break this.
        ensure!(busiest <= 62.0, "more than one message a frame: {figures}");
        ensure!(frames >= 5.0, "too few frames to tell: {figures}");
        if p95 < FRAME_MS && longest <= LONG_MS {
            return Ok(());
        }
        told.push(figures);
    }
    bail!("no window holds:\n{}", told.join("\n"))
}

#[test]
fn the_first_look_stays_fluent() {
    in_browser(async |page| stays_fluent(&page, "#v=1&epochs=1000&stop=0").await);
}

#[test]
fn twenty_layers_stay_fluent() {
    in_browser(async |page| stays_fluent(&page, "#v=1&hidden=20x64&epochs=1000").await);
}

#[test]
fn a_large_net_on_all_images_stays_fluent() {
    in_browser(async |page| stays_fluent(&page, "#v=1&hidden=3x800&n=60000&epochs=300").await);
}

#[test]
fn the_first_curve_needs_few_bytes() {
    in_browser(async |page| {
        page.open("").await?;
        page.ready().await?;
        let first = run_to_first_point(&page).await?;
        // Of all files that a curve needs: the other test images are not among them, they load meanwhile.
        let script = "const files = performance.getEntriesByType('resource')
              .filter((file) => !file.name.endsWith('test-1.bin'));
            const page = performance.getEntriesByType('navigation');
            return [...files, ...page].map((file) => [file.name, file.transferSize])";
        let files: Vec<(String, f64)> = serde_json::from_value(page.script(script).await?)?;
        let bytes: f64 = files.iter().map(|(_, bytes)| bytes).sum();
        println!("first point {first:.0} ms after Run, {bytes} bytes before it");
        let named = |name: &str| files.iter().any(|(file, _)| file.ends_with(name));
        ensure!(
            named("page.bin") && named("train-0.bin") && named("test-0.bin"),
            "{files:?}"
        );
        ensure!(bytes < 2.5e6, "{bytes} bytes: {files:?}");
        Ok(())
    });
}

#[test]
fn the_memory_of_a_lane_is_flat_after_its_first_checkpoints() {
    in_browser(async |page| {
        page.open("#v=1&n=2560&hidden=3x50&epochs=1000&stop=0")
            .await?;
        page.ready().await?;
        open_panel(&page).await?;
        page.press("Run").await?;
        let epoch = async |least: u64| -> Result<()> {
            for looks in 0.. {
                let steps = page.lanes("data-step").await?;
                let slowest = steps.iter().filter_map(|(_, step)| step.parse().ok()).min();
                if slowest >= Some(least * 40) {
                    break;
                }
                ensure!(looks < 2_000, "{steps:?}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // Until the panel has been read once more.
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            Ok(())
        };
        // All test images arrive at the end of the first, and the first checkpoints take room of their own.
        epoch(60).await?;
        let before = lane_memory(&page).await?;
        epoch(240).await?;
        let after = lane_memory(&page).await?;
        println!("memory of the lanes, bytes: {before:?}, then {after:?}");
        ensure!(before.len() == 4 && before.iter().all(|&bytes| bytes > 1 << 20));
        ensure!(before == after, "{before:?}, then {after:?}");
        Ok(())
    });
}
