//! Four lanes train at full speed: what the page promises of itself then. How long frames and tasks take beside them is
//! measured and not asserted, because it depends on what else the machine does: `cargo xtask startup`.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};

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

/// Trains `fragment` for a window of time and holds the page to what no other program can change: each frame has one
/// message of a lane at the most, frames are drawn while lanes train, and nothing stops them.
async fn trains_and_draws(page: &Page, fragment: &str) -> Result<()> {
    page.open(fragment).await?;
    page.ready().await?;
    open_panel(page).await?;
    page.press("Run").await?;
    page.wait_for("main", "data-state", &["running"], Duration::from_secs(60))
        .await?;
    page.script("document.querySelector('#measure-anew').click()")
        .await?;
    let mut frames;
    let mut looks = 0;
    loop {
        let state = page.attribute("main", "data-state").await?;
        ensure!(state.as_deref() == Some("running"), "{fragment}: {state:?}");
        frames = figure(page, "data-frames").await.unwrap_or(0.0);
        if looks >= 60 && frames >= 20.0 {
            break;
        }
        ensure!(looks < 3_000, "{fragment}: {frames} frames in five minutes");
        looks += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let busiest = figure(page, "data-busiest-lane-messages-per-second").await?;
    println!("{fragment}: {frames} frames, {busiest} messages/s of the busiest lane");
    ensure!(busiest <= 62.0, "more than one message a frame: {busiest}");
    Ok(())
}

#[test]
fn the_first_look_draws_while_it_trains() {
    in_browser(async |page| trains_and_draws(&page, "#v=1&epochs=1000&stop=0").await);
}

#[test]
fn twenty_layers_draw_while_they_train() {
    in_browser(async |page| trains_and_draws(&page, "#v=1&hidden=20x64&epochs=1000").await);
}

/// Notes what is put into a database: how many bytes the page's thread has to serialise for it, and how many a Blob holds.
const NOTE_PUTS: &str = "window.puts = []; const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (record, ...given) {
      const parts = Object.values(record);
      const sum = (sizes) => sizes.reduce((sum, size) => sum + size, 0);
      window.puts.push([sum(parts.filter(ArrayBuffer.isView).map((part) => part.byteLength)),
        sum(parts.filter((part) => part instanceof Blob).map((blob) => blob.size))]);
      return put.call(this, record, ...given);
    }";

#[test]
fn a_large_net_is_kept_without_serialising_it_in_the_pages_thread() {
    in_browser(async |page| {
        page.before_its_scripts(NOTE_PUTS).await?;
        trains_and_draws(&page, "#v=1&hidden=3x800&n=60000&epochs=300").await?;
        for _ in 0..3_000 {
            let puts: Vec<(u64, u64)> =
                serde_json::from_value(page.script("return window.puts").await?)?;
            ensure!(puts.iter().all(|(bytes, _)| *bytes < 1 << 20), "{puts:?}");
            // Weights and the optimiser's means: 2 * 4 bytes for each of 1.9 million parameters.
            if puts.iter().any(|(_, blob)| *blob > 15_000_000) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("no lane was kept")
    });
}

#[test]
fn the_first_curve_needs_few_bytes() {
    in_browser(async |page| {
        page.open("").await?;
        page.ready().await?;
        page.press("Run").await?;
        let error = "[data-rule][data-test-error]:not([data-test-error=''])";
        for looks in 0.. {
            let shown = format!("return document.querySelector(\"{error}\") !== null");
            if page.script(&shown).await? == true {
                break;
            }
            ensure!(looks < 2_400, "no error was measured");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        // Of all files that a curve needs: the other test images are not among them, they load meanwhile.
        let script = "const files = performance.getEntriesByType('resource')
              .filter((file) => !file.name.endsWith('test-1.bin'));
            const page = performance.getEntriesByType('navigation');
            return [...files, ...page].map((file) => [file.name, file.transferSize])";
        let files: Vec<(String, f64)> = serde_json::from_value(page.script(script).await?)?;
        let bytes: f64 = files.iter().map(|(_, bytes)| bytes).sum();
        println!("{bytes} bytes before the first point");
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
                ensure!(looks < 12_000, "{steps:?}");
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
