//! Several seeds in the page: the same errors, medians and fingerprints as the command line's, and controls that reach
//! all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::native::{self, Build};
use e2e::{Page, in_browser};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(240);
const LINK: &str = "v=1&n=640&hidden=2x16&rules=bp-dfa&epochs=3&seed=4";

/// Makes workers reachable that are made from here on.
const WATCH: &str = "window.workers = []; const Original = Worker;
    window.Worker = class extends Original {
      constructor(...given) { super(...given); if (given[1].name === 'seed') workers.push(this); } }";

/// Lane, test error and fingerprint of every cell of the table, by seed.
type Cells = BTreeMap<u64, Vec<(String, f64, String)>>;

async fn cells(page: &Page) -> Result<Cells> {
    let script = "return [...document.querySelectorAll('#seeds-dialog [data-seed] td')].map((cell) => [
        cell.parentElement.dataset.seed, cell.dataset.lane, cell.dataset.value ?? '', cell.dataset.fingerprint ?? ''])";
    let rows: Vec<[String; 4]> = serde_json::from_value(page.script(script).await?)?;
    let mut cells = Cells::new();
    for [seed, lane, value, print] in rows {
        let value = value.parse().unwrap_or(f64::NAN);
        cells
            .entry(seed.parse()?)
            .or_default()
            .push((lane, value, print));
    }
    Ok(cells)
}

async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('{selector}').innerText");
    let text = page.script(&script).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

async fn finished(page: &Page) -> Result<()> {
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    Ok(())
}

async fn open_table(page: &Page) -> Result<()> {
    page.script("document.querySelector('#open-seeds').click()")
        .await?;
    page.until(
        "the table",
        "return document.querySelector('#seeds-dialog').open
           && document.querySelectorAll('#seeds-dialog [data-seed]').length > 0",
        LIMIT,
    )
    .await
}

async fn close_table(page: &Page) -> Result<()> {
    page.script("document.querySelector('#seeds-dialog').close()")
        .await?;
    Ok(())
}

/// Steps of all seeds, so that a change of any of them shows; `done` of the line.
async fn done(page: &Page) -> Result<String> {
    let done = page.attribute("#seeds-line", "data-done").await?;
    done.context("data-done")
}

/// What the plot says of a lane at the step that its reading stands at.
async fn reading(page: &Page, key: &str) -> Result<Vec<Vec<String>>> {
    page.script(&format!(
        "const plot = document.querySelector('#error-canvas');
         plot.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))"
    ))
    .await?;
    page.until(
        "the reading",
        "return !document.querySelector('#error-readout').hidden",
        LIMIT,
    )
    .await?;
    let script = "return [...document.querySelectorAll('#error-readout tbody tr')].map(
        (row) => [...row.children].map((cell) => cell.textContent))";
    Ok(serde_json::from_value(page.script(script).await?)?)
}

#[test]
fn the_page_has_the_seeds_of_the_command_line() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&seeds=3&run=1")).await?;
        finished(&page).await?;
        ensure!(done(&page).await? == "3");
        open_table(&page).await?;
        let links: Vec<String> = (4..7)
            .map(|seed| LINK.replace("seed=4", &format!("seed={seed}")))
            .collect();
        let native = native::ends(Build::Release, &links)?;
        let records = native::records(&format!("{LINK}&seeds=3"))?;
        let error = |seed: u64, lane: &str, step: u64| -> Result<f64> {
            let is_it = |record: &&Value| {
                record["seed"] == seed && record["lane"] == lane && record["step"] == step
            };
            let record = records.iter().find(is_it).context("a record")?;
            record["test_error"].as_f64().context("a test error")
        };
        let cells = cells(&page).await?;
        ensure!(cells.keys().copied().eq(4..7), "{cells:?}");
        for (row, ends) in cells.values().zip(&native) {
            for ((lane, _, print), end) in row.iter().zip(ends) {
                ensure!(
                    (lane, print) == (&end.lane, &end.fingerprint),
                    "{cells:?} {native:?}"
                );
            }
        }
        let step = page.attribute("#seeds-dialog table", "data-step").await?;
        ensure!(step.as_deref() == Some("30"), "{step:?}");
        // Every cell, median, lowest and highest, to the last digit.
        for (at, lane) in ["bp", "dfa"].into_iter().enumerate() {
            let mut errors = Vec::new();
            for (seed, row) in &cells {
                let expected = error(*seed, lane, 30)?;
                ensure!(
                    row[at].1.to_bits() == expected.to_bits(),
                    "{row:?} {expected}"
                );
                errors.push(expected);
            }
            errors.sort_by(f64::total_cmp);
            for (row, expected) in [
                ("median", errors[1]),
                ("low", errors[0]),
                ("high", errors[2]),
            ] {
                let selector = format!("#seeds-dialog [data-row={row}] [data-lane={lane}]");
                let value = page.attribute(&selector, "data-value").await?;
                let value: f64 = value.context("a value")?.parse()?;
                ensure!(
                    value.to_bits() == expected.to_bits(),
                    "{row} {lane}: {value} {expected}"
                );
            }
        }
        let pair = text(&page, "#seeds-pairs li").await?;
        ensure!(
            pair.contains("median") && pair.ends_with("3 seeds."),
            "{pair}"
        );
        close_table(&page).await?;
        // The bands at the first and the last step, as the plot reads them.
        for (key, step) in [("Home", 0), ("End", 30)] {
            let mut expected = Vec::new();
            for lane in ["bp", "dfa"] {
                let errors: Result<Vec<f64>> = (4..7).map(|seed| error(seed, lane, step)).collect();
                let mut errors = errors?;
                errors.sort_by(f64::total_cmp);
                expected.push(format!(
                    "{:.2} ({:.2}–{:.2})",
                    errors[1], errors[0], errors[2]
                ));
            }
            // The reading follows the key with the next frame.
            for looks in 0.. {
                let rows = reading(&page, key).await?;
                let read = rows.iter().map(|row| row[2].clone());
                if read.eq(expected.iter().cloned()) && rows.iter().all(|row| row[3] == "3") {
                    break;
                }
                ensure!(looks < 100, "{rows:?} {expected:?}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        Ok(())
    });
}

#[test]
fn pause_and_reset_reach_all_seeds_and_change_no_bit() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&seeds=3&run=1")).await?;
        finished(&page).await?;
        open_table(&page).await?;
        let undisturbed = cells(&page).await?;
        close_table(&page).await?;
        page.press("Reset").await?;
        page.ready().await?;
        ensure!(done(&page).await? == "0");
        for _ in 0..3 {
            page.press("Run").await?;
            tokio::time::sleep(Duration::from_millis(150)).await;
            page.press("Pause").await?;
            let states = ["paused", "finished"];
            page.wait_for("main", "data-state", &states, LIMIT).await?;
        }
        let before = done(&page).await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        ensure!(
            done(&page).await? == before,
            "seeds that were paused went on"
        );
        if page.attribute("main", "data-state").await?.as_deref() == Some("paused") {
            page.press("Run").await?;
        }
        finished(&page).await?;
        open_table(&page).await?;
        let disturbed = cells(&page).await?;
        ensure!(disturbed == undisturbed, "{disturbed:?} {undisturbed:?}");
        Ok(())
    });
}

#[test]
fn more_seeds_are_added_to_a_run_that_stays() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&run=1")).await?;
        finished(&page).await?;
        let prints = page.lanes("data-fingerprint").await?;
        ensure!(
            page.script("return document.querySelector('#seeds-line').hidden")
                .await?
                == true
        );
        page.script(
            "const seeds = document.querySelector('#f-seeds'); seeds.value = '3';
             seeds.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == prints);
        let link = page.client.current_url().await?.to_string();
        ensure!(link.ends_with("&seed=4&seeds=3"), "{link}");
        page.press("Run").await?;
        finished(&page).await?;
        ensure!(done(&page).await? == "3");
        ensure!(page.lanes("data-fingerprint").await? == prints);
        // What is not possible is said, and nothing is lost.
        page.script(
            "const seeds = document.querySelector('#f-seeds'); seeds.value = '21';
             seeds.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        page.until(
            "the message",
            "return document.querySelector('#alerts').innerText.includes(
               'Number of seeds: “21” is not possible; allowed: a whole number from 1 to 20')",
            LIMIT,
        )
        .await?;
        ensure!(done(&page).await? == "3");
        Ok(())
    });
}

#[test]
fn a_worker_that_dies_is_said_and_the_others_go_on() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&seeds=3")).await?;
        page.ready().await?;
        page.script(WATCH).await?;
        page.press("Run").await?;
        page.until("a worker of a seed", "return workers.length > 0", LIMIT)
            .await?;
        page.script(
            "workers[0].dispatchEvent(new ErrorEvent('error', { message: 'struck down' }))",
        )
        .await?;
        finished(&page).await?;
        let failed = text(&page, "#seeds-failed").await?;
        ensure!(
            failed.starts_with("Seed 5, BP: ") && failed.contains("struck down"),
            "{failed}"
        );
        ensure!(done(&page).await? == "2");
        let states = page.lanes("data-state").await?;
        ensure!(
            states.iter().all(|(_, state)| state == "finished"),
            "{states:?}"
        );
        page.press("Run").await?;
        page.until(
            "all seeds",
            "return document.querySelector('#seeds-line').dataset.done === '3'",
            LIMIT,
        )
        .await?;
        ensure!(text(&page, "#seeds-failed").await?.is_empty());
        Ok(())
    });
}

#[test]
fn both_languages_say_the_same() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&seeds=2&lang=ja&run=1")).await?;
        finished(&page).await?;
        open_table(&page).await?;
        let japanese = text(&page, "#seeds-pairs li").await?;
        ensure!(
            japanese.contains("中央値") && japanese.contains("シード2個"),
            "{japanese}"
        );
        ensure!(text(&page, "#seeds-progress").await? == "シード2個のうち2個が完了。");
        let before = cells(&page).await?;
        close_table(&page).await?;
        page.script("document.querySelector('#language').click()")
            .await?;
        open_table(&page).await?;
        page.until(
            "the English table",
            "return document.querySelector('#seeds-pairs li').innerText.endsWith('2 seeds.')",
            LIMIT,
        )
        .await?;
        ensure!(text(&page, "#open-seeds").await? == "Seeds: 2 of 2");
        ensure!(cells(&page).await? == before);
        Ok(())
    });
}
