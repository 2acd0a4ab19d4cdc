//! A newcomer's first minute, and the promise that page and command line agree to the bit.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::{Page, in_browser, native};

#[test]
fn four_lanes_learn_and_end_in_the_bits_of_the_command_line() {
    in_browser(async |page| {
        page.open("#v=1&epochs=10").await?;
        page.ready().await?;
        page.press("Run").await?;
        let limit = Duration::from_secs(300);
        page.wait_for("main", "data-state", &["finished"], limit)
            .await?;
        for (rule, error) in page.lanes("data-test-error").await? {
            let error: f64 = error.parse().with_context(|| format!("{rule}: {error}"))?;
            ensure!(error < 7.5, "{rule} has {error} % test error");
        }
        let link = page.client.current_url().await?.to_string();
        ensure!(link.ends_with("#v=1&epochs=10"), "{link}");
        let in_page = page.lanes("data-fingerprint").await?;
        ensure!(in_page.len() == 4, "{in_page:?}");
        ensure!(
            in_page == native::fingerprints(&[link])?[0],
            "page: {in_page:?}"
        );
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        Ok(())
    });
}

#[test]
fn the_link_brings_back_the_experiment() {
    in_browser(async |page| {
        let link = "#v=1&n=1280&rules=dfa&hidden=2x32-10&act=logistic&lr=3e-3&seed=9";
        page.open(link).await?;
        page.ready().await?;
        let value = page
            .script("return document.querySelector('[name=hidden]').value")
            .await?;
        ensure!(value == "2x32-10", "{value}");
        ensure!(page.lanes("data-state").await? == [("dfa".to_owned(), "idle".to_owned())]);
        page.script(
            "const seed = document.querySelector('[name=seed]');
             seed.value = '10'; seed.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        let url = page.client.current_url().await?;
        ensure!(url.as_str().ends_with("&seed=10"), "{url}");
        // As a link in the page would: a driver's own "back" skips what came without a touch or a key in WebKit.
        page.script("history.back()").await?;
        page.wait_for("main", "data-state", &["ready"], Duration::from_secs(20))
            .await?;
        let seed = "return document.querySelector('[name=seed]').value";
        let mut value = page.script(seed).await?;
        for _ in 0..50 {
            if value == "9" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            value = page.script(seed).await?;
        }
        ensure!(value == "9", "after going back the seed is {value}");
        Ok(())
    });
}

#[test]
fn run_1_in_a_link_starts_at_once_and_pause_and_step_hold_every_lane() {
    in_browser(async |page| {
        page.open("#v=1&hidden=3x50&run=1").await?;
        page.wait_for("main", "data-state", &["running"], Duration::from_secs(60))
            .await?;
        let limit = Duration::from_secs(20);
        // Several times: a grant to go on may cross the answer of a lane that was told to pause.
        for _ in 0..6 {
            page.press("Pause").await?;
            page.wait_for("main", "data-state", &["paused"], limit)
                .await?;
            let before = page.lanes("data-step").await?;
            page.press("Step").await?;
            page.wait_for("main", "data-state", &["paused"], limit)
                .await?;
            let after = page.lanes("data-step").await?;
            for ((rule, before), (_, after)) in before.iter().zip(&after) {
                let (before, after): (u64, u64) = (before.parse()?, after.parse()?);
                ensure!(after == before + 1, "{rule}: {before} then {after}");
            }
            // Long enough for a lane that goes on to be seen.
            tokio::time::sleep(Duration::from_millis(300)).await;
            let later = page.lanes("data-step").await?;
            ensure!(after == later, "{after:?} then {later:?}");
            page.press("Run").await?;
            page.wait_for("main", "data-state", &["running"], limit)
                .await?;
        }
        page.press("Reset").await?;
        page.wait_for("main", "data-state", &["ready"], Duration::from_secs(20))
            .await?;
        let steps = page.lanes("data-step").await?;
        ensure!(steps.iter().all(|(_, step)| step == "0"), "{steps:?}");
        Ok(())
    });
}

#[test]
fn the_page_works_inside_a_frame() {
    in_browser(async |page| {
        // A page of another origin, as a course site would be.
        let folder = std::env::temp_dir().join(format!("falab-course-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let source = format!("{}#v=1&n=640&hidden=16&epochs=2&run=1", page.address);
        let frame = format!("<!doctype html><iframe src='{source}' width=900 height=700></iframe>");
        std::fs::write(folder.join("index.html"), frame)?;
        let course = Page::serving(page.client.clone(), &folder)?;
        course.open("").await?;
        page.client.enter_frame(0).await?;
        page.wait_for("main", "data-state", &["finished"], Duration::from_secs(60))
            .await?;
        Ok(())
    });
}
