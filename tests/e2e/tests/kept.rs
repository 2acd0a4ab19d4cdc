//! Nothing that was computed is lost: workers that end and pages that are reloaded at random moments go on, and end in
//! the bits of a run that was never disturbed.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Page, fresh_seed, in_browser, native};

const LIMIT: Duration = Duration::from_secs(120);
const ROUNDS: usize = 10;

/// Makes workers reachable that are made from here on.
const WATCH: &str = "window.workers = []; const Original = Worker;
    window.Worker = class extends Original {
      constructor(...given) { super(...given); workers.push(this); } }";

async fn step_of(page: &Page, lane: usize) -> Result<u64> {
    let lanes = page.lanes("data-step").await?;
    Ok(lanes.get(lane).context("a lane")?.1.parse()?)
}

async fn past(page: &Page, lane: usize, step: u64) -> Result<()> {
    for _ in 0..2400 {
        if step_of(page, lane).await? >= step {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    bail!("lane {lane} does not come to step {step}")
}

/// Waits until the page has kept its lanes at this step at least.
async fn kept(page: &Page, step: u64) -> Result<()> {
    let script = "const open = indexedDB.open('falab', 1);
        const done = arguments[arguments.length - 1];
        open.onsuccess = () => {
          const all = open.result.transaction('lanes').objectStore('lanes').getAll();
          all.onsuccess = () => { open.result.close(); done(all.result.map((lane) => lane.step)); };
        };";
    for _ in 0..600 {
        let steps = page.client.execute_async(script, Vec::new()).await?;
        let steps: Vec<u64> = serde_json::from_value(steps)?;
        if steps.len() >= 2 && steps.iter().all(|&at| at >= step) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the page does not keep its lanes at step {step}")
}

#[test]
fn ten_workers_that_end_and_ten_reloads_change_no_bit() {
    in_browser(async |page| {
        let seed = fresh_seed();
        println!("seed {seed}");
        let mut random = seed;
        let mut below = |bound: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) % bound
        };
        for round in 0..ROUNDS {
            let link = format!(
                "v=1&n=1280&rules=bp-dfa&epochs=40&hidden=2x24&seed={}",
                round + 1
            );
            let whole = native::fingerprints(std::slice::from_ref(&link))?;
            page.open("#v=1&n=1280&rules=bp").await?;
            page.ready().await?;
            // The second lane's worker is made now, and can be ended.
            page.script(WATCH).await?;
            page.script(&format!("location.hash = '#{link}'")).await?;
            page.wait_for("[data-name=dfa]", "data-state", &["idle"], LIMIT)
                .await?;
            page.ready().await?;
            page.press("Run").await?;
            // A worker ends at a random step; the other goes on, and Run brings the lane back.
            past(&page, 0, 50 + below(300)).await?;
            page.press("Pause").await?;
            page.wait_for("main", "data-state", &["paused", "finished"], LIMIT)
                .await?;
            kept(&page, 1).await?;
            page.press("Run").await?;
            let further = step_of(&page, 1).await? + below(150);
            past(&page, 1, further.min(700)).await?;
            page.script(
                "workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
                 workers[0].terminate()",
            )
            .await?;
            page.wait_for(
                "[data-name=dfa]",
                "data-state",
                &["failed", "finished"],
                LIMIT,
            )
            .await?;
            if page
                .attribute("[data-name=dfa]", "data-state")
                .await?
                .as_deref()
                == Some("failed")
            {
                let says = page
                    .script("return document.querySelector('[data-name=dfa] .says').innerText")
                    .await?;
                let says = says.as_str().unwrap_or_default();
                ensure!(says.contains("Run goes on from step"), "{says}");
                page.press("Run").await?;
            }
            // The page is reloaded at a random moment.
            tokio::time::sleep(Duration::from_millis(below(400))).await;
            page.client.refresh().await?;
            page.ready().await?;
            let shown = "return !document.querySelector('#resume').hidden";
            for _ in 0..200 {
                if page.script(shown).await? == true {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            ensure!(page.script(shown).await? == true, "nothing was kept");
            page.script("document.querySelector('#resume-yes').click()")
                .await?;
            page.wait_for("main", "data-state", &["paused", "finished"], LIMIT)
                .await?;
            ensure!(step_of(&page, 0).await? > 0, "it began anew");
            page.press("Run").await?;
            page.wait_for("main", "data-state", &["finished"], LIMIT)
                .await?;
            let ended = page.lanes("data-fingerprint").await?;
            ensure!(ended == whole[0], "round {round}: {ended:?} {whole:?}");
        }
        Ok(())
    });
}

/// Opens a link and its slider of moments, and trains an epoch.
async fn to_first_epoch(page: &Page, link: &str) -> Result<()> {
    page.open(&format!("#{link}")).await?;
    page.ready().await?;
    page.script("document.querySelector('#open-history').click()")
        .await?;
    page.press("Epoch").await?;
    page.wait_for("main", "data-state", &["paused"], LIMIT)
        .await
        .map(|_| ())
}

#[test]
fn a_kept_moment_can_be_looked_at_and_gone_on_from() {
    in_browser(async |page| {
        let link = "v=1&n=1280&rules=bp-dfa&epochs=60&hidden=2x24&init=uniform";
        let whole = native::fingerprints(&[link.to_owned()])?;
        to_first_epoch(&page, link).await?;
        past(&page, 0, 20).await?;
        past(&page, 1, 20).await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let at = "return document.querySelector('[data-name=dfa] .at').innerText";
        let angle =
            "return document.querySelector('[data-name=dfa] .wires').getAttribute('aria-label')";
        // The moments of the end were asked for and come a little later.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let slider = "const slider = document.querySelector('#history-slider');";
        let (end, angle_at_end) = (page.script(at).await?, page.script(angle).await?);
        ensure!(end == "1,200 (60.00)", "{end}");
        // The oldest moment, which stays: both lanes stood at the end of the first epoch.
        let back = format!("{slider} slider.value = 0; slider.dispatchEvent(new Event('input'))");
        page.script(&back).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (before, angle_before) = (page.script(at).await?, page.script(angle).await?);
        ensure!(
            before == "20 (1.00)" && angle_before != angle_at_end,
            "{before} {angle_before}"
        );
        // What belongs to the end does not stand beside it.
        let state = "return document.querySelector('[data-name=dfa] .state').innerText";
        let state = page.script(state).await?;
        ensure!(state == "earlier moment", "{state}");
        let prints = page.lanes("data-fingerprint").await?;
        ensure!(
            prints.iter().all(|(_, print)| print.is_empty()),
            "{prints:?}"
        );
        // Looking changes nothing.
        page.script("document.querySelector('#history-now').click()")
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == whole[0]);
        // Back, and on as it was.
        page.script(&back).await?;
        page.script("document.querySelector('#history-back').click()")
            .await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        let stood = step_of(&page, 1).await?;
        ensure!(stood == 20, "{stood}");
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == whole[0]);
        // Back, and on with another phase: a run with a link of its own.
        page.script(&back).await?;
        page.script("document.querySelector('#history-back').click()")
            .await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.script(
            "document.querySelector('[data-name=dfa] [data-lane=change]').click();
             document.querySelector('#change-learning').value = 'freeze1';
             document.querySelector('#change-apply').click()",
        )
        .await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let link = page.client.current_url().await?.to_string();
        ensure!(link.contains("-freeze1"), "{link}");
        let native = native::fingerprints(std::slice::from_ref(&link))?;
        ensure!(page.lanes("data-fingerprint").await? == native[0], "{link}");
        Ok(())
    });
}

#[test]
fn lanes_kept_at_different_steps_all_go_back_to_the_same_one() {
    in_browser(async |page| {
        let link = "v=1&n=1280&rules=bp-dfa&epochs=6&hidden=2x24";
        let whole = native::fingerprints(&[link.to_owned()])?;
        to_first_epoch(&page, link).await?;
        // DFA alone is kept at step 21.
        page.script("document.querySelector('[data-name=dfa] [data-lane=step]').click()")
            .await?;
        past(&page, 1, 21).await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        let moments = "return document.querySelector('#history-slider').max === '2'";
        page.until("two moments", moments, LIMIT).await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        page.script(
            "const slider = document.querySelector('#history-slider');
             slider.value = 1; slider.dispatchEvent(new Event('input'));",
        )
        .await?;
        let looked =
            "return document.querySelector('#history-text').innerText.startsWith('after step 21,')";
        page.until("step 21", looked, LIMIT).await?;
        page.script("document.querySelector('#history-back').click()")
            .await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        let steps = page.lanes("data-step").await?;
        ensure!(steps.iter().all(|(_, step)| step == "21"), "{steps:?}");
        let says = note(&page).await?;
        ensure!(says.starts_with("Back where it stood"), "{says}");
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let says = note(&page).await?;
        ensure!(says.is_empty(), "{says}");
        ensure!(page.lanes("data-fingerprint").await? == whole[0]);
        Ok(())
    });
}

/// What the page says under the bar.
async fn note(page: &Page) -> Result<String> {
    let note = page
        .script("return document.querySelector('#note').innerText")
        .await?;
    Ok(note.as_str().unwrap_or_default().to_owned())
}

#[test]
fn where_the_browser_stores_no_blob_lanes_are_kept_all_the_same() {
    in_browser(async |page| {
        let link = "v=1&n=1280&rules=bp-dfa&epochs=20&hidden=2x24";
        let whole = native::fingerprints(&[link.to_owned()])?;
        page.open(&format!("#{link}")).await?;
        page.ready().await?;
        // As WebKit says it in a private window.
        page.script(
            "const put = IDBObjectStore.prototype.put;
             window.refused = 0;
             IDBObjectStore.prototype.put = function (record) {
               if (record.checkpoint?.size === undefined) return put.call(this, record); // No Blob.
               window.refused++;
               throw new DOMException('Error preparing Blob/File data', 'UnknownError');
             }",
        )
        .await?;
        page.press("Run").await?;
        past(&page, 0, 60).await?;
        page.press("Pause").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        kept(&page, 60).await?;
        ensure!(!note(&page).await?.contains("keeps nothing"));
        // It is not tried again and again.
        ensure!(page.script("return refused").await? == 1);
        page.client.refresh().await?;
        page.ready().await?;
        let shown = "return !document.querySelector('#resume').hidden";
        page.until("what was kept", shown, LIMIT).await?;
        page.script("document.querySelector('#resume-yes').click()")
            .await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        ensure!(step_of(&page, 0).await? >= 60, "it began anew");
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let ended = page.lanes("data-fingerprint").await?;
        ensure!(ended == whole[0], "{ended:?} {whole:?}");
        Ok(())
    });
}

#[test]
fn full_storage_makes_room_or_says_so_and_the_run_goes_on() {
    in_browser(async |page| {
        let before = "v=1&n=1280&rules=bp-dfa&epochs=2&hidden=2x256";
        page.open(&format!("#{before}&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let link = "v=1&n=1280&rules=bp-dfa&epochs=20&hidden=2x200";
        let whole = native::fingerprints(&[link.to_owned()])?;
        kept(&page, 40).await?;
        page.open(&format!("#{link}")).await?;
        page.ready().await?;
        // There is room for this experiment in the place of the one before.
        page.script(
            "const put = IDBObjectStore.prototype.put;
             let full = 1;
             IDBObjectStore.prototype.put = function (record) {
               if (full-- > 0) throw new DOMException('the disk is full', 'QuotaExceededError');
               return put.call(this, record);
             }",
        )
        .await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        kept(&page, 400).await?;
        ensure!(!note(&page).await?.contains("keeps nothing"));
        page.press("Reset").await?;
        // There is no room at all.
        page.script(
            "IDBObjectStore.prototype.put = () => { throw new DOMException('the disk is full', 'QuotaExceededError') }",
        )
        .await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        for _ in 0..100 {
            if note(&page).await?.contains("the disk is full") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let note = note(&page).await?;
        ensure!(
            note == "This browser keeps nothing (the disk is full): a reload would lose the run",
            "{note}"
        );
        ensure!(page.lanes("data-fingerprint").await? == whole[0]);
        Ok(())
    });
}
