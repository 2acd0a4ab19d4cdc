//! The view that looks inside says what `falab inside` says, while lanes train on.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Page, in_browser};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(120);
/// Tenths of a second that something may take.
const TRIES: u32 = 1_200;
const LINK: &str = "v=1&n=1000&rules=bp-dfa&hidden=2x40&epochs=3";

async fn press(page: &Page, selector: &str) -> Result<()> {
    let script = format!("document.querySelector(`{selector}`).click()");
    page.script(&script).await.map(|_| ())
}

/// Waits until a script gives true.
async fn wait_until(page: &Page, condition: &str) -> Result<()> {
    for _ in 0..TRIES {
        if page.script(&format!("return {condition}")).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("never: {condition}")
}

/// What the command line says of the link's end, on so many test images.
fn inside(images: &str) -> Result<Value> {
    let falab = xtask::process::root().join("target/release/falab");
    let arguments = ["inside", LINK, "--format", "json", "--images", images];
    let output = Command::new(&falab).args(arguments).output();
    let output = output.with_context(|| format!("{}", falab.display()))?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn shown(value: &Value, decimals: usize) -> String {
    value
        .as_f64()
        .map_or("undefined".to_owned(), |x| format!("{x:.decimals$}"))
}

#[test]
fn the_view_agrees_with_the_command_line() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open(&format!("#{LINK}&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        press(&page, "#open-inside").await?;
        let report = inside("1000")?;
        let lanes = report["lanes"].as_array().context("lanes")?;
        let step = lanes[0]["step"].to_string();
        press(&page, "#inside-tab-filters").await?;
        let ready = format!(
            "[...document.querySelectorAll('#inside-filters-lanes > [data-step=\"{step}\"]')]
               .filter((lane) => lane.querySelectorAll('figure').length === 24).length === 2"
        );
        wait_until(&page, &ready).await?;
        // The same unit stands at the same height in all lanes, with a strip of feedback and without one.
        let heights = page
            .script(
                "return [...document.querySelectorAll('#inside-filters-lanes .inside-units')].map((units) =>
                   Math.round([...units.querySelectorAll('figure')].at(-1).getBoundingClientRect().top
                     - units.getBoundingClientRect().top))",
            )
            .await?;
        ensure!(
            heights[0] == heights[1] && heights[0] != 0,
            "the last units: {heights}"
        );

        press(&page, "#inside-tab-confusion").await?;
        let ready = format!(
            "document.querySelectorAll('#inside-confusion-lanes > [data-step=\"{step}\"]').length === 2"
        );
        wait_until(&page, &ready).await?;
        for (i, lane) in lanes.iter().enumerate() {
            let script = format!(
                "return [...document.querySelectorAll('#inside-confusion-lanes > *')[{i}]
                   .querySelectorAll('[data-cell]')].map((cell) => Number(cell.textContent))"
            );
            let counts: Vec<u64> = serde_json::from_value(page.script(&script).await?)?;
            let rows: Vec<Vec<u64>> = serde_json::from_value(lane["confusion"].clone())?;
            ensure!(counts == rows.concat(), "{counts:?}");
        }
        let disagreed = page.attribute("#inside-disagreed", "data-count").await?;
        let found = report["disagreements"].as_array().context("list")?.len();
        ensure!(
            disagreed == Some(found.to_string()),
            "{disagreed:?}, {found}"
        );
        press(&page, "[data-cell='0 3 3']").await?;
        wait_until(
            &page,
            "document.querySelectorAll('#inside-cell-images figure').length > 10",
        )
        .await?;

        press(&page, "#inside-tab-alignment").await?;
        let ready = "document.querySelectorAll('#inside-alignment-lanes tbody tr').length === 4";
        wait_until(&page, ready).await?;
        let script = "return [...document.querySelectorAll('#inside-alignment-lanes tbody tr')]
            .map((row) => [...row.children].map((cell) => cell.textContent))";
        let rows: Vec<Vec<String>> = serde_json::from_value(page.script(script).await?)?;
        let layers = lanes.iter().flat_map(|lane| lane["layers"].as_array());
        for (row, layer) in rows.iter().zip(layers.flatten()) {
            ensure!(row[4] == shown(&layer["positive_criterion"], 1), "{row:?}");
            ensure!(row[5] == shown(&layer["feedback_angle_deg"], 1), "{row:?}");
            ensure!(
                row[6] == shown(&layer["pseudo_inverse_angle_deg"], 1),
                "{row:?}"
            );
        }

        press(&page, "#inside-tab-embedding").await?;
        let script = "document.querySelector('#inside-embedding-images').value = '500'";
        page.script(script).await?;
        press(&page, "#inside-compute").await?;
        page.wait_for(
            "#inside-embedding",
            "data-state",
            &["done", "failed"],
            LIMIT,
        )
        .await?;
        let script = "return [...document.querySelectorAll('#inside-panels > *')]
            .map((panel) => panel.dataset.neighbourError)";
        let errors: Vec<String> = serde_json::from_value(page.script(script).await?)?;
        let report = inside("500")?;
        let mut expected = vec![shown(&report["inputs_neighbour_error"], 2)];
        for lane in report["lanes"].as_array().context("lanes")? {
            let layers = lane["layers"].as_array().context("layers")?;
            expected.extend(
                layers
                    .iter()
                    .map(|layer| shown(&layer["neighbour_error"], 2)),
            );
        }
        ensure!(errors == expected, "{errors:?}, {expected:?}");
        // Arrow keys read a point.
        let script = "document.querySelector('.tsne canvas')
            .dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))";
        page.script(script).await?;
        wait_until(&page, "!document.querySelector('#inside-point').hidden").await?;
        ensure!(page.console().await?.is_empty(), "the console is not empty");
        Ok(())
    });
}

#[test]
fn every_tab_follows_the_slider_of_moments() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&n=1280&rules=bp-dfa&hidden=2x24&epochs=40")
            .await?;
        page.ready().await?;
        // Both lanes are kept where they pause.
        page.press("Epoch").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        press(&page, "#open-history").await?;
        press(&page, "#open-inside").await?;
        press(&page, "#inside-tab-embedding").await?;
        let script = "document.querySelector('#inside-embedding-images').value = '500'";
        page.script(script).await?;
        wait_until(&page, "!document.querySelector('#inside-compute').disabled").await?;
        press(&page, "#inside-compute").await?;
        // The captions of the panels of both lanes, two layers each, name the steps.
        let of_panels = "[...document.querySelectorAll('#inside-panels figcaption')]
            .flatMap((words) => words.innerText.replace(/,/g, '').match(/(?<=step )\\d+/) ?? [])
            .map(Number)";
        let done = |each: &str| {
            format!(
                "document.querySelector('#inside-embedding').dataset.state === 'done'
                 && {of_panels}.length === 4 && {of_panels}.every((step) => {each})"
            )
        };
        wait_until(&page, &done("step === 800")).await?;
        let slider = "const slider = document.querySelector('#history-slider');";
        page.script(&format!(
            "{slider} slider.value = 0; slider.dispatchEvent(new Event('input'))"
        ))
        .await?;
        wait_until(&page, &done("step === 20")).await?;
        let steps = page.script(&format!("return {of_panels}")).await?;
        let steps: Vec<u64> = serde_json::from_value(steps)?;
        ensure!(steps[0] == steps[1] && steps[2] == steps[3], "{steps:?}");
        for tab in ["filters", "alignment", "confusion"] {
            press(&page, &format!("#inside-tab-{tab}")).await?;
            let shown = format!(
                "[...document.querySelectorAll('#inside-{tab}-lanes > [data-step]')]
                   .map((lane) => lane.dataset.step).join() === '{},{}'",
                steps[0], steps[2]
            );
            wait_until(&page, &shown).await?;
        }
        Ok(())
    });
}

#[test]
fn lanes_train_on_and_closing_ends_the_inspector() {
    in_browser(async |page| {
        let watch = "window.ended = 0;
            const end = Worker.prototype.terminate;
            Worker.prototype.terminate = function () { window.ended += 1; end.call(this); }";
        page.open("#v=1&n=1000&rules=bp-dfa&hidden=2x40&epochs=10000&stop=0&run=1")
            .await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        page.script(watch).await?;
        press(&page, "#open-inside").await?;
        press(&page, "#inside-tab-alignment").await?;
        let has_step =
            "Number(document.querySelector('#inside-alignment-lanes > *')?.dataset.step)";
        wait_until(&page, &format!("{has_step} > 0")).await?;
        let first = page.script(&format!("return {has_step}")).await?;
        press(&page, "#inside-tab-embedding").await?;
        let script = "document.querySelector('#inside-embedding-images').value = '500'";
        page.script(script).await?;
        press(&page, "#inside-compute").await?;
        let lane = "Number(document.querySelector('[data-rule=bp]').dataset.step)";
        let before = page.script(&format!("return {lane}")).await?;
        page.wait_for("#inside-embedding", "data-state", &["done"], LIMIT)
            .await?;
        wait_until(&page, &format!("{lane} > {before}")).await?;
        // What is shown follows the lane.
        press(&page, "#inside-tab-alignment").await?;
        wait_until(&page, &format!("{has_step} > {first}")).await?;
        let escape = "document.querySelector('#inside')
            .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))";
        page.script(escape).await?;
        page.wait_for("#inside", "data-state", &["closed"], LIMIT)
            .await?;
        ensure!(page.script("return window.ended").await? == 1);
        let state = page.attribute("main", "data-state").await?;
        ensure!(state.as_deref() == Some("running"), "{state:?}");
        Ok(())
    });
}

#[test]
fn the_view_fits_at_any_width() {
    in_browser(async |page| {
        page.open("#v=1&n=1000&rules=bp-fa-dfa-ifa&hidden=2x60&epochs=4&run=1")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        for (width, height) in [(1440, 900), (1024, 768), (390, 844)] {
            for dark in [false, true] {
                page.look(width, height, dark).await?;
                press(&page, "#open-inside").await?;
                for tab in ["filters", "alignment", "confusion", "embedding"] {
                    press(&page, &format!("#inside-tab-{tab}")).await?;
                    if tab == "embedding" {
                        let script =
                            "document.querySelector('#inside-embedding-images').value = '500'";
                        page.script(script).await?;
                        wait_until(&page, "!document.querySelector('#inside-compute').disabled")
                            .await?;
                        press(&page, "#inside-compute").await?;
                        page.wait_for("#inside-embedding", "data-state", &["done"], LIMIT)
                            .await?;
                    } else {
                        let ready = format!(
                            "document.querySelectorAll('#inside-{tab}-lanes > [data-step]:not([data-step=\"\"])').length === 4"
                        );
                        wait_until(&page, &ready).await?;
                    }
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    let theme = if dark { "dark" } else { "light" };
                    page.screenshot(&format!("inside-{tab}-{width}-{theme}"))
                        .await?;
                    let script = "const box = document.querySelector('#inside');
                        return box.scrollWidth <= box.clientWidth
                          && document.documentElement.scrollWidth <= innerWidth";
                    ensure!(
                        page.script(script).await? == true,
                        "{tab} sticks out at {width}"
                    );
                }
                press(&page, "#close-inside").await?;
            }
        }
        Ok(())
    });
}
