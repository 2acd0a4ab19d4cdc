//! Lanes with phases in the page, and changes by hand that the link replays to the bit.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser, native};

const LIMIT: Duration = Duration::from_secs(120);

async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('{selector}').innerText");
    let text = page.script(&script).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Opens a lane's dialog, chooses and applies.
async fn change(page: &Page, lane: &str, choose: &[(&str, &str)]) -> Result<()> {
    let open =
        format!("document.querySelector('[data-name=\"{lane}\"] [data-lane=change]').click()");
    page.script(&open).await?;
    for (field, value) in choose {
        page.script(&format!(
            "document.querySelector('#change-{field}').value = '{value}'"
        ))
        .await?;
    }
    page.script("document.querySelector('#change-apply').click()")
        .await?;
    let problem = text(page, "#change-problem").await?;
    ensure!(problem.is_empty(), "{problem}");
    Ok(())
}

/// Waits until the lane of this place has made so many steps at least.
async fn steps(page: &Page, lane: usize, steps: u64) -> Result<()> {
    for _ in 0..1200 {
        let lanes = page.lanes("data-step").await?;
        let at: u64 = lanes.get(lane).context("a lane")?.1.parse()?;
        if at >= steps {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("lane {lane} does not come to step {steps}")
}

#[test]
fn changes_by_hand_are_replayed_by_the_link() {
    in_browser(async |page| {
        page.open("#v=1&n=2560&hidden=3x24&init=uniform&epochs=30&rules=bp-dfa")
            .await?;
        page.ready().await?;
        page.script(
            "window.bare = 0; const bare = '#lanes > :not([data-rule][data-step])';
            new MutationObserver(() => window.bare += document.querySelectorAll(bare).length)
                .observe(document.querySelector('#lanes'), { childList: true })",
        )
        .await?;
        page.press("Run").await?;
        // Freeze in the midst of it, then another rule with feedback drawn anew.
        steps(&page, 0, 60).await?;
        change(&page, "bp", &[("learning", "freeze1")]).await?;
        steps(&page, 0, 200).await?;
        change(&page, "bp", &[("rule", "fa"), ("feedback", "redraw")]).await?;
        steps(&page, 1, 300).await?;
        change(&page, "dfa", &[("rule", "dfa"), ("feedback", "anti")]).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let bare = page.script("return bare").await?;
        ensure!(bare == 0, "{bare} cards that say nothing of their lane");
        let link = page.client.current_url().await?.to_string();
        ensure!(link.contains("phases=bp:bp@"), "{link}");
        ensure!(link.contains("-freeze1;fa-redraw,dfa@"), "{link}");
        ensure!(link.contains(";dfa-anti"), "{link}");
        let by_hand = page.lanes("data-fingerprint").await?;
        let native = native::fingerprints(std::slice::from_ref(&link))?;
        ensure!(by_hand == native[0], "{link}: {by_hand:?} {native:?}");
        let fragment = link.split_once('#').context("a fragment")?.1.to_owned();
        page.open(&format!("#{fragment}&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == by_hand, "{link}");
        // Back to where it began, all in one go.
        page.press("Reset").await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == by_hand, "{link}");
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        Ok(())
    });
}

#[test]
fn lanes_with_phases_have_names_marks_and_the_look_of_their_present_rule() {
    in_browser(async |page| {
        page.open("#v=1&n=1280&epochs=3&phases=bp@1e-freeze1;bp,bp@1e-freeze1;dfa,dfa-only1")
            .await?;
        page.ready().await?;
        let names = page.lanes("data-rule").await?;
        let expected = [("bp", "bp"), ("bp.dfa", "bp"), ("dfa", "dfa")];
        let expected = expected.map(|(name, rule)| (name.to_owned(), rule.to_owned()));
        ensure!(names == expected, "{names:?}");
        ensure!(text(&page, "[data-name=\"bp.dfa\"] h3").await? == "BP → DFA");
        ensure!(text(&page, "[data-name=\"bp.dfa\"] .letter").await? == "BD");
        let boxes =
            "return [...document.querySelectorAll('[name=rules]')].filter(b => b.checked).length";
        ensure!(page.script(boxes).await? == 0);
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let rules = page.lanes("data-rule").await?;
        ensure!(rules[1].1 == "dfa", "{rules:?}");
        // A rule of the form again, in place of the phases.
        page.script("document.querySelector('[name=rules][value=fa]').click()")
            .await?;
        let link = page.client.current_url().await?.to_string();
        ensure!(link.ends_with("#v=1&n=1280&rules=fa&epochs=3"), "{link}");
        Ok(())
    });
}

#[test]
fn a_change_that_cannot_be_is_refused_in_words() {
    in_browser(async |page| {
        page.open("#v=1&n=1280&epochs=3&rules=bp").await?;
        page.ready().await?;
        page.press("Step").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.script("document.querySelector('[data-lane=change]').click()")
            .await?;
        page.script(
            "document.querySelector('#change-feedback').value = 'redraw';
             document.querySelector('#change-apply').click()",
        )
        .await?;
        let problem = text(&page, "#change-problem").await?;
        ensure!(problem.starts_with("BP has no fixed feedback"), "{problem}");
        let link = page.client.current_url().await?.to_string();
        ensure!(link.ends_with("#v=1&n=1280&rules=bp&epochs=3"), "{link}");
        Ok(())
    });
}
