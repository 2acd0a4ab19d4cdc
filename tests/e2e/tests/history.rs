//! The history of runs: kept when they end, there after a reload, opened, compared, renamed, deleted, brought back, taken
//! along; without storage the lab works on.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use fantoccini::Locator;
use serde_json::json;

const LIMIT: Duration = Duration::from_secs(120);
const LINK: &str = "v=1&n=640&rules=bp-dfa&hidden=2x16&epochs=2&evals=1";

async fn listed(page: &Page, count: usize) -> Result<()> {
    let script = format!("return document.querySelectorAll('#runs-list li').length === {count}");
    page.until(&format!("a list of {count}"), &script, LIMIT)
        .await
}

/// Opens the list until it has so many runs: one is put away a moment after its end.
async fn open_with(page: &Page, count: usize) -> Result<()> {
    for _ in 0..100 {
        page.click("#open-runs").await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let found = page
            .script("return document.querySelectorAll('#runs-list li').length")
            .await?;
        if found == count {
            return Ok(());
        }
        page.click("#runs form button").await?;
    }
    anyhow::bail!("the list has not {count} runs")
}

async fn finish(page: &Page, link: &str, run: &str) -> Result<()> {
    page.open(&format!("#{link}")).await?;
    page.ready().await?;
    page.press(run).await?;
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    Ok(())
}

/// Catches what the page saves in place of a download.
const CATCH: &str = "window.saved = []; const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { saved.push(blob); return make.call(URL, blob); };
    HTMLAnchorElement.prototype.click = () => {};";

#[test]
fn a_finished_run_is_kept_and_comes_back_in_every_way() {
    in_browser(async |page| {
        finish(&page, LINK, "Run").await?;
        let errors = page.lanes("data-test-error").await?;
        open_with(&page, 1).await?;
        let status = page.text("#runs-status").await?;
        ensure!(
            status.starts_with("1 kept, ") && status.ends_with(" kB"),
            "{status}"
        );
        let result = page.text(".run-result").await?;
        let dfa: f64 = errors[1].1.parse()?;
        ensure!(
            result.contains(&format!("DFA\u{a0}{dfa:.2}\u{a0}%")) && result.contains("step 20"),
            "{result}"
        );
        ensure!(
            page.text(".run-about")
                .await?
                .contains("Layers 2x16, tanh; 640 training images")
        );
        ensure!(
            page.text("#runs")
                .await?
                .contains("nothing leaves this machine")
        );
        // The same run again is no second one.
        page.click("#runs form button").await?;
        page.press("Reset").await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        open_with(&page, 1).await?;
        page.script(
            "const name = document.querySelector('.run-name'); name.value = '<i>A first</i> “run”';
             name.dispatchEvent(new Event('change'))",
        )
        .await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Another experiment, left after an epoch; one that was left before is not kept.
        page.open("#v=1&n=640&rules=ifa&hidden=2x16&epochs=9&evals=1")
            .await?;
        page.ready().await?;
        page.press("Epoch").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.press("Reset").await?;
        page.press("Step").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.press("Reset").await?;
        page.client.refresh().await?;
        page.ready().await?;
        open_with(&page, 2).await?;
        let names = page
            .script("return [...document.querySelectorAll('.run-name')].map((n) => n.value)")
            .await?;
        ensure!(names == json!(["", "<i>A first</i> “run”"]), "{names}");
        // Compared.
        page.click("#runs-list li:nth-child(2) [data-act=compare]")
            .await?;
        page.until(
            "the run",
            "return !!document.querySelector('#ghost-legend button')",
            LIMIT,
        )
        .await?;
        ensure!(page.text("#ghost-legend").await?.contains("<i>A first</i>"));
        page.click("#compare form button").await?;
        // Deleted and brought back.
        open_with(&page, 2).await?;
        page.click("#runs-list li:nth-child(2) [data-act=remove]")
            .await?;
        listed(&page, 1).await?;
        page.click("#runs-undo").await?;
        listed(&page, 2).await?;
        // Taken along, all deleted, and brought back from the file.
        page.script(CATCH).await?;
        page.click("#runs-export").await?;
        page.until("a file", "return saved.length === 1", LIMIT)
            .await?;
        let file = page
            .client
            .execute_async(
                "saved[0].text().then(arguments[arguments.length - 1])",
                Vec::new(),
            )
            .await?;
        let file = file.as_str().context("a text")?.to_owned();
        let runs: serde_json::Value = serde_json::from_str(&file)?;
        ensure!(runs[1]["name"] == "<i>A first</i> “run”" && runs[1]["falab"] == "run");
        ensure!(runs[1]["link"] == LINK, "{}", runs[1]["link"]);
        page.click("#runs-remove").await?;
        listed(&page, 0).await?;
        ensure!(
            page.text("#runs-status")
                .await?
                .contains("No run is kept yet")
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("falab-history.json");
        let input = page.client.find(Locator::Css("#runs-import")).await?;
        fs::write(&path, file.replace("\"rule\":\"ifa\"", "\"rule\":\"bp\""))?;
        input.send_keys(&path.display().to_string()).await?;
        let told = "return document.querySelector('#runs-problem').innerText !== ''";
        page.until("a message", told, LIMIT).await?;
        let problem = page.text("#runs-problem").await?;
        ensure!(
            problem.contains("falab-history.json") && problem.contains("[0].lanes[0].rule"),
            "{problem}"
        );
        fs::write(&path, &file)?;
        input.send_keys(&path.display().to_string()).await?;
        listed(&page, 2).await?;
        ensure!(page.text("#runs-problem").await?.is_empty());
        // Opened again.
        page.click("#runs-list li:nth-child(2) [data-act=open]")
            .await?;
        page.ready().await?;
        let url = page.client.current_url().await?.to_string();
        ensure!(url.ends_with(&format!("#{LINK}")), "{url}");
        ensure!(page.console().await?.is_empty());
        Ok(())
    });
}

#[test]
fn the_history_speaks_japanese() {
    in_browser(async |page| {
        finish(&page, &format!("{LINK}&lang=ja"), "実行").await?;
        open_with(&page, 1).await?;
        ensure!(page.text("#runs-title").await? == "実行の履歴");
        ensure!(
            page.text(".run-result")
                .await?
                .starts_with("テスト誤り率：BP\u{a0}")
        );
        let label = page
            .attribute("#runs-list [data-act=open]", "aria-label")
            .await?;
        ensure!(label.is_some_and(|label| label.ends_with("を開く")));
        page.click("#runs form button").await?;
        page.click("#language").await?;
        open_with(&page, 1).await?;
        ensure!(
            page.text(".run-result")
                .await?
                .starts_with("Test error: BP\u{a0}")
        );
        Ok(())
    });
}

#[test]
fn damaged_records_are_said_and_a_browser_that_keeps_nothing_too() {
    in_browser(async |page| {
        finish(&page, LINK, "Run").await?;
        open_with(&page, 1).await?;
        let damage = "const done = arguments[arguments.length - 1];
            const open = indexedDB.open('falab-history', 1);
            open.onsuccess = () => {
              const change = open.result.transaction('runs', 'readwrite');
              const runs = change.objectStore('runs');
              const preview = new Uint8Array([255, 255, 255, 255, 255]);
              runs.put({ id: 70, name: 'x'.repeat(9999), saved: 5, link: 'hidden=<b>', preview, bytes: 1 });
              runs.put({ id: 71, name: '', saved: 6, link: 'v=1', preview, bytes: 11 });
              runs.put({ id: -71, text: new TextEncoder().encode('{\"falab\":3}') });
              runs.put({ id: 72, name: 7, saved: 'soon', link: {} });
              change.oncomplete = () => { open.result.close(); done(); };
            };";
        page.client.execute_async(damage, Vec::new()).await?;
        page.click("#runs form button").await?;
        open_with(&page, 3).await?;
        ensure!(
            page.text("#runs-list li:nth-child(3)")
                .await?
                .contains("Damaged")
        );
        page.click("#runs-list li:nth-child(2) [data-act=compare]")
            .await?;
        let told =
            "return document.querySelector('#runs-problem').innerText.includes('falab is 3')";
        page.until("a message", told, LIMIT).await?;
        page.click("#runs-list li:nth-child(3) [data-act=remove]")
            .await?;
        listed(&page, 2).await?;
        // No storage at all.
        page.open("#v=1").await?;
        page.ready().await?;
        page.script("IDBFactory.prototype.open = () => { throw new DOMException('storage is off', 'SecurityError') }")
            .await?;
        page.script(&format!("location.hash = '#{LINK}'")).await?;
        page.wait_for("[data-name=dfa]", "data-state", &["idle"], LIMIT)
            .await?;
        page.ready().await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        page.click("#open-runs").await?;
        let told =
            "return document.querySelector('#runs-problem').innerText.includes('storage is off')";
        page.until("a message", told, LIMIT).await?;
        Ok(())
    });
}

#[test]
fn a_run_of_several_seeds_comes_back_as_one_of_several_seeds() {
    in_browser(async |page| {
        finish(&page, &format!("{LINK}&seed=3&seeds=2"), "Run").await?;
        open_with(&page, 1).await?;
        let result = page.text(".run-result").await?;
        ensure!(
            result.starts_with("First of 2 seeds: Test error: BP\u{a0}"),
            "{result}"
        );
        page.open("#v=1&n=640&hidden=1x8").await?;
        page.ready().await?;
        open_with(&page, 1).await?;
        page.click("#runs-list [data-act=open]").await?;
        page.until(
            "both seeds",
            "return document.querySelector('#f-seeds').value === '2'
               && document.querySelector('#f-seed').value === '3' && location.hash.includes('seeds=2')",
            LIMIT,
        )
        .await?;
        // It ends in the same curves, and with another number of seeds it is the same run still.
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        page.script(
            "const seeds = document.querySelector('#f-seeds'); seeds.value = '3';
             seeds.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        page.until(
            "three seeds",
            "return location.hash.includes('seeds=3')",
            LIMIT,
        )
        .await?;
        page.press("Reset").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        open_with(&page, 1).await?;
        let result = page.text(".run-result").await?;
        ensure!(
            result.starts_with("First of 3 seeds: Test error: BP\u{a0}"),
            "{result}"
        );
        Ok(())
    });
}

#[test]
fn a_run_whose_tab_is_left_is_kept_once_and_grows() {
    in_browser(async |page| {
        // Nobody says that a tab is closed, only that it is hidden.
        let hide = "Object.defineProperty(document, 'hidden', { value: true, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
            delete document.hidden;
            document.dispatchEvent(new Event('visibilitychange'));";
        page.open(&format!("#{LINK}")).await?;
        page.ready().await?;
        page.script(hide).await?;
        open_with(&page, 0).await?;
        page.click("#runs form button").await?;
        for (press, state) in [("Epoch", "paused"), ("Run", "finished")] {
            page.press(press).await?;
            page.wait_for("main", "data-state", &[state], LIMIT).await?;
            page.script(hide).await?;
            let step = page.lanes("data-step").await?[0].1.clone();
            let said = format!("step {step},");
            let mut result = String::new();
            for _ in 0..50 {
                open_with(&page, 1).await?;
                result = page.text(".run-result").await?;
                page.click("#runs form button").await?;
                if result.contains(&said) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            ensure!(result.contains(&said), "{result}, not {said}");
        }
        // Of the same run, come back to its first epoch, the longer one stays.
        page.press("Reset").await?;
        page.wait_for("main", "data-state", &["ready"], LIMIT)
            .await?;
        page.press("Epoch").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.script(hide).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        open_with(&page, 1).await?;
        let result = page.text(".run-result").await?;
        ensure!(result.contains("step 20,"), "{result}");
        Ok(())
    });
}
