//! Whoever opens a link with receipts sees whether it gives the same bits.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::native::{self, Print};
use e2e::{Page, in_browser};
use fantoccini::key::Key;

const LIMIT: Duration = Duration::from_secs(60);
const LINK: &str = "v=1&n=640&hidden=2x16&epochs=2&evals=2";
const WRONG: &str = "0123456789abcdef";

/// The link that [`LINK`] becomes with these receipts.
fn with(prints: &[Print]) -> String {
    let texts: Vec<String> = prints
        .iter()
        .map(|(rule, print)| format!("{rule}:{print}"))
        .collect();
    format!("{LINK}&receipt={}", texts.join("-"))
}

async fn finished(page: &Page) -> Result<()> {
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await
        .map(|_| ())
}

/// What a script gives, as text.
async fn text(page: &Page, script: &str) -> Result<String> {
    let value = page.script(&format!("return {script}")).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

async fn fragment(page: &Page) -> Result<String> {
    text(page, "location.hash").await
}

async fn sentence(page: &Page) -> Result<String> {
    text(page, "document.querySelector('#receipts').innerText").await
}

/// `data-receipt` of every lane.
async fn verdicts(page: &Page) -> Result<Vec<String>> {
    let lanes = page.lanes("data-receipt").await?;
    Ok(lanes.into_iter().map(|(_, verdict)| verdict).collect())
}

async fn press_key(page: &Page, key: Key) -> Result<()> {
    let key = char::from(key).to_string();
    page.client.active_element().await?.send_keys(&key).await?;
    Ok(())
}

#[test]
fn each_lane_says_whether_it_reproduces_its_receipt() {
    in_browser(async |page| {
        let mut prints = native::fingerprints(&[LINK.to_owned()])?.remove(0);
        let right = prints[2].1.clone();
        prints[2].1 = WRONG.to_owned();
        prints.pop();
        let link = with(&prints);
        page.open(&format!("#{link}")).await?;
        page.ready().await?;
        ensure!(verdicts(&page).await? == ["unchecked", "unchecked", "unchecked", "none"]);
        let says = sentence(&page).await?;
        ensure!(
            says == "Receipts of 3 lanes, checked at their ends",
            "{says}"
        );

        // A lane that is stopped by hand has no verdict.
        page.press("Step").await?;
        page.wait_for("[data-rule=bp]", "data-step", &["1"], LIMIT)
            .await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        ensure!(verdicts(&page).await? == ["unchecked", "unchecked", "unchecked", "none"]);

        for again in [false, true] {
            if again {
                page.press("Reset").await?;
                page.ready().await?;
            }
            page.press("Run").await?;
            finished(&page).await?;
            let found = verdicts(&page).await?;
            ensure!(
                found == ["reproduced", "reproduced", "differs", "none"],
                "{found:?}"
            );
            let says = sentence(&page).await?;
            ensure!(
                says == "Receipts: 2 reproduced, bit for bit; 1 differs",
                "{says}"
            );
        }
        for (rule, word) in [("bp", "reproduced, bit for bit"), ("dfa", "differs")] {
            let script =
                format!("document.querySelector('[data-rule={rule}] .receipt dd').innerText");
            let found = text(&page, &script).await?;
            ensure!(found.trim() == word, "{rule}: {found}");
        }
        let script = "document.querySelector('[data-rule=dfa] .says').innerText";
        let says = text(&page, script).await?;
        ensure!(
            says.contains(WRONG) && !says.contains(&right),
            "the card names what was expected: {says}"
        );

        // The address keeps receipts while the experiment is the same, and drops them with it.
        let address = fragment(&page).await?;
        ensure!(
            address.contains("&num=") && address.ends_with(&link[LINK.len()..]),
            "{address}"
        );
        page.script(
            "const seed = document.querySelector('[name=seed]');
             seed.value = '10'; seed.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        let address = fragment(&page).await?;
        ensure!(
            address == format!("#{LINK}&seed=10"),
            "another experiment: {address}"
        );
        page.wait_for("[data-rule=bp]", "data-receipt", &["none"], LIMIT)
            .await?;
        ensure!(sentence(&page).await?.is_empty());
        page.client.back().await?;
        page.wait_for("[data-rule=bp]", "data-receipt", &["unchecked"], LIMIT)
            .await?;
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        Ok(())
    });
}

#[test]
fn share_gives_receipts_that_reproduce_in_the_page_and_on_the_command_line() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&run=1")).await?;
        finished(&page).await?;
        let shared = "document.querySelector('#share-link').value";
        page.press("Share").await?;
        // Opened from a subfolder, plain, without run=1: it is whole.
        let plain = text(&page, shared).await?;
        ensure!(plain == format!("{}#{LINK}", page.address), "{plain}");
        let focus = text(&page, "document.activeElement.id").await?;
        ensure!(focus == "share-link", "the focus is in {focus}");
        let note = text(&page, "document.querySelector('#share-note').innerText").await?;
        ensure!(note.starts_with("Fingerprints of 4 of 4 lanes"), "{note}");

        // By keyboard: on to the box, and tick it.
        press_key(&page, Key::Tab).await?;
        page.client.active_element().await?.send_keys(" ").await?;
        let link = text(&page, shared).await?;
        ensure!(link.starts_with(&format!("{plain}&num=")), "{link}");
        ensure!(link.contains("&receipt=bp:"), "{link}");

        press_key(&page, Key::Escape).await?;
        let open = page
            .script("return document.querySelector('#share-dialog').open")
            .await?;
        ensure!(open == false, "Escape closes");

        page.client.goto("about:blank").await?;
        page.client.goto(&link).await?;
        page.ready().await?;
        page.press("Run").await?;
        finished(&page).await?;
        let found = verdicts(&page).await?;
        ensure!(found == ["reproduced"; 4], "{found:?}");
        let says = sentence(&page).await?;
        ensure!(says == "All 4 receipts reproduced, bit for bit", "{says}");

        ensure!(native::run(&link)?.success());
        let other = link.replacen("receipt=bp:", "receipt=fa:0-bp:", 1);
        ensure!(native::run(&other)?.code() == Some(2));
        let end = link.len() - 16;
        let other = format!("{}{WRONG}", &link[..end]);
        ensure!(native::run(&other)?.code() == Some(3));
        Ok(())
    });
}

#[test]
fn receipts_that_come_after_the_run_are_compared_without_another_run() {
    in_browser(async |page| {
        page.open(&format!("#{LINK}&rules=bp-dfa&run=1")).await?;
        finished(&page).await?;
        let before = page.lanes("data-fingerprint").await?;
        let receipt = format!("receipt=bp:{}-dfa:{WRONG}", before[0].1);
        page.script(&format!("location.hash = '#{LINK}&rules=bp-dfa&{receipt}'"))
            .await?;
        page.wait_for("[data-rule=bp]", "data-receipt", &["reproduced"], LIMIT)
            .await?;
        ensure!(verdicts(&page).await? == ["reproduced", "differs"]);
        ensure!(page.lanes("data-fingerprint").await? == before);
        Ok(())
    });
}

#[test]
fn a_receipt_that_cannot_be_used_is_named_and_the_rest_applies() {
    in_browser(async |page| {
        let alert = "document.querySelector('[role=alert] ul').innerText";
        let seed = "document.querySelector('[name=seed]').value";
        for (receipt, named, expected) in [
            (
                format!("receipt=bp:{WRONG}-fa:12"),
                "receipt: “fa:12” is not possible; allowed: lane:16 hex digits",
                ["none", "none"],
            ),
            (
                format!("receipt=bp:{WRONG}-ifa:{WRONG}"),
                "receipt: ifa:0123456789abcdef is for a lane that this link does not run",
                ["unchecked", "none"],
            ),
            (
                format!("num=0&receipt=bp:{WRONG}"),
                "made with numerics version 0, here is",
                ["unchecked", "none"],
            ),
        ] {
            page.open(&format!("#{LINK}&rules=bp-dfa&seed=7&{receipt}"))
                .await?;
            page.ready().await?;
            let says = text(&page, alert).await?;
            ensure!(says.contains(named), "{receipt}: {says}");
            ensure!(text(&page, seed).await? == "7");
            ensure!(verdicts(&page).await? == expected, "{receipt}");
        }
        // Of the last one: another numerics version is no difference.
        page.press("Run").await?;
        finished(&page).await?;
        ensure!(verdicts(&page).await? == ["unchecked", "none"]);
        let says = sentence(&page).await?;
        ensure!(says.ends_with("cannot be checked"), "{says}");
        Ok(())
    });
}

#[test]
fn what_the_promise_covers_opens_from_three_places_and_escape_closes_it() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open(&format!("#{LINK}")).await?;
        page.ready().await?;
        let open = "return document.querySelector('#promise').open";
        for place in [
            "#about-promise",
            "[data-rule=bp] [data-promise]",
            "#share-promise",
        ] {
            if place == "#share-promise" {
                page.press("Share").await?;
                let disabled = "return document.querySelector('#share-receipts').disabled";
                ensure!(page.script(disabled).await? == true, "nothing has run");
            }
            let button = page.client.find(fantoccini::Locator::Css(place)).await;
            button.with_context(|| place.to_owned())?.click().await?;
            ensure!(page.script(open).await? == true, "{place}");
            press_key(&page, Key::Escape).await?;
            ensure!(page.script(open).await? == false, "{place}");
            let back =
                format!("return document.activeElement === document.querySelector('{place}')");
            ensure!(
                page.script(&back).await? == true,
                "the focus returns to {place}"
            );
        }
        let share = "return document.querySelector('#share-dialog').open";
        ensure!(
            page.script(share).await? == true,
            "only the upper one closed"
        );
        Ok(())
    });
}
