//! What the page says and shows to somebody who sees it for the first time.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::{Page, in_browser};
use serde_json::Value;

async fn finished(page: &Page, link: &str) -> anyhow::Result<()> {
    page.open(link).await?;
    let limit = Duration::from_secs(120);
    page.wait_for("main", "data-state", &["finished"], limit)
        .await?;
    // The cards' last texts follow within a few frames.
    tokio::time::sleep(Duration::from_millis(400)).await;
    Ok(())
}

async fn text(page: &Page, selector: &str) -> anyhow::Result<String> {
    let script = format!("return document.querySelector('{selector}').innerText");
    let value = page.script(&script).await?;
    Ok(value.as_str().context("a text")?.to_owned())
}

/// Pixels by which the page is larger than its window, sideways and downward.
async fn outside(page: &Page) -> anyhow::Result<(i64, i64)> {
    let script = "const root = document.documentElement;
        return [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight]";
    Ok(serde_json::from_value(page.script(script).await?)?)
}

#[test]
fn each_experiment_says_what_to_watch_and_fits_on_one_screen() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("").await?;
        page.ready().await?;
        for i in 0..5 {
            let press = format!(
                "document.querySelectorAll('#experiment-list button')[{i}].click();
                 return document.querySelectorAll('#experiment-list span')[{i}].textContent"
            );
            let watch = page.script(&press).await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
            let note = text(&page, "#note").await?;
            ensure!(watch == note, "{note:?}, and in the menu {watch}");
            ensure!(outside(&page).await? == (0, 0), "experiment {i}");
        }
        // Adam has most fields.
        page.open("#v=1&opt=adam&rules=bp-fa-dfa-ifa-shallow")
            .await?;
        page.ready().await?;
        ensure!(text(&page, "#note").await?.is_empty());
        ensure!(outside(&page).await? == (0, 0), "Adam, five lanes");
        Ok(())
    });
}

#[test]
fn a_card_has_words_for_every_layer_and_none_for_an_angle_that_is_not_there() {
    in_browser(async |page| {
        finished(&page, "#v=1&n=640&epochs=1&hidden=2x16&run=1").await?;
        let says = text(&page, "[data-rule=dfa] .says").await?;
        ensure!(
            says.lines().count() == 2
                && says.starts_with("Layer 1: ")
                && says.contains("\nLayer 2: "),
            "{says}"
        );
        finished(&page, "#v=1&n=640&epochs=1&hidden=20x8&init=scaled&run=1").await?;
        let name = page
            .attribute("[data-rule=ifa] .wires", "aria-label")
            .await?
            .context("a name")?;
        ensure!(
            name.contains("to 20:") || name.contains("Layer 20:"),
            "{name}"
        );
        // From zero weights no gradient reaches a hidden layer.
        finished(&page, "#v=1&n=640&epochs=1&init=zero&run=1").await?;
        let says = text(&page, "[data-rule=bp] .says").await?;
        ensure!(
            says == "The gradient is zero in every hidden layer",
            "{says}"
        );
        Ok(())
    });
}

#[test]
fn buttons_of_a_lane_that_has_ended_say_that_they_do_nothing() {
    in_browser(async |page| {
        let script = "return [...document.querySelectorAll('[data-rule=fa] [data-lane]')].map(
            (button) => button.getAttribute('aria-disabled'))";
        page.open("#v=1&n=640&epochs=1").await?;
        page.ready().await?;
        let ready = page.script(script).await?;
        ensure!(
            ready == serde_json::json!(["false", "false", "false", "false", "true", null]),
            "{ready}"
        );
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], Duration::from_secs(60))
            .await?;
        let ended = page.script(script).await?;
        ensure!(
            ended == serde_json::json!(["true", "true", "true", "true", "false", null]),
            "{ended}"
        );
        Ok(())
    });
}

#[test]
fn a_reading_says_at_which_step_a_value_was_measured() {
    in_browser(async |page| {
        finished(&page, "#v=1&n=640&epochs=2&hidden=20x8&run=1").await?;
        // The last point is the end of the second epoch, the one before it lies within the epoch: no test error there.
        let walk = |plot: &str, keys: &str| {
            format!(
                "const canvas = document.querySelector('#{plot}-canvas');
                 for (const key of [{keys}]) canvas.dispatchEvent(new KeyboardEvent('keydown', {{ key }}))"
            )
        };
        page.script(&walk("error", "'End', 'ArrowLeft'")).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let read = text(&page, "#error-readout").await?;
        ensure!(
            read.contains("after step 17,") && read.contains("(step 10)"),
            "{read}"
        );
        page.script(&walk("error", "'End'")).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let read = text(&page, "#error-readout").await?;
        ensure!(
            read.contains("after step 20,") && !read.contains("(step"),
            "{read}"
        );
        let layers = "const select = document.querySelector('#layer'); select.value = '0';
            select.dispatchEvent(new Event('change'))";
        page.script(layers).await?;
        page.script(&walk("angle", "'End'")).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let heads = "return [...document.querySelectorAll('#angle-readout thead th')].map((th) => th.innerText)";
        let heads = page.script(heads).await?;
        ensure!(
            heads == serde_json::json!(["layer", "BP", "FA", "DFA", "IFA"]),
            "{heads}"
        );
        // A row a layer: nothing is left out.
        let rows = "return document.querySelectorAll('#angle-readout tbody tr').length";
        ensure!(page.script(rows).await? == 20);
        Ok(())
    });
}

#[test]
fn escape_closes_the_settings_and_gives_the_focus_back() {
    in_browser(async |page| {
        page.look(1024, 768, false).await?;
        page.open("").await?;
        page.ready().await?;
        let script = "document.querySelector('#open-form').click();
            const before = document.querySelector('#form').classList.contains('open');
            document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
            return [before, document.querySelector('#form').classList.contains('open'), document.activeElement.id]";
        let value = page.script(script).await?;
        ensure!(
            value == serde_json::json!([true, false, "open-form"]),
            "{value}"
        );
        Ok(())
    });
}

#[test]
fn on_a_phone_nothing_is_wider_than_the_screen_and_run_is_under_the_thumb() {
    in_browser(async |page| {
        page.look(390, 844, false).await?;
        page.open("").await?;
        page.ready().await?;
        // Every box that is shown, also those that the window would cut: a phone widens its page for them.
        let script = "return [...document.querySelectorAll('body *')].filter((element) => {
                const { width, right } = element.getBoundingClientRect();
                return width > 0 && right > innerWidth + 1 && element.checkVisibility({ visibilityProperty: true });
            }).map((element) => element.id || element.className || element.tagName)";
        let wide = page.script(script).await?;
        ensure!(
            wide == Value::Array(Vec::new()),
            "wider than the screen: {wide}"
        );
        page.script("document.querySelector('#definitions').showPopover()")
            .await?;
        let wide = page.script(script).await?;
        ensure!(
            wide == Value::Array(Vec::new()),
            "wider than the screen: {wide}"
        );
        let bottom =
            "return innerHeight - document.querySelector('#run').getBoundingClientRect().bottom";
        let bottom = page.script(bottom).await?.as_f64().context("a place")?;
        ensure!((0.0..40.0).contains(&bottom), "{bottom}");
        Ok(())
    });
}

#[test]
fn step_keeps_the_focus_of_whoever_steps_by_keyboard() {
    in_browser(async |page| {
        page.open("#v=1&n=640&epochs=1").await?;
        page.ready().await?;
        for step in ["1", "2", "3"] {
            let press = "const step = document.querySelector('#step');
                if (!step.dataset.met) { step.dataset.met = 1; step.focus(); }
                document.activeElement.click()";
            page.script(press).await?;
            let limit = Duration::from_secs(20);
            for rule in ["bp", "ifa"] {
                let lane = format!("[data-rule={rule}]");
                page.wait_for(&lane, "data-step", &[step], limit).await?;
            }
            page.wait_for("main", "data-state", &["paused"], limit)
                .await?;
        }
        Ok(())
    });
}
