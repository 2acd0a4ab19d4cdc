//! Links for a class: words of whoever made them, controls that are gone or locked, and a start that is trained already.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

const SMALL: &str = "v=1&n=640&rules=bp-dfa&hidden=16&epochs=4";
const LIMIT: Duration = Duration::from_secs(60);

/// Whether an element is there for the reader.
async fn is_there(page: &Page, selector: &str) -> Result<bool> {
    let script = "return document.querySelector(arguments[0]).checkVisibility()";
    let there = page.client.execute(script, vec![json!(selector)]).await?;
    Ok(there == true)
}

#[test]
fn words_are_text_and_nothing_else() {
    in_browser(async |page| {
        let hostile = "<img src=x onerror=alert(1)>";
        let encoded: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for lang in ["en", "ja"] {
            page.open(&format!(
                "#{SMALL}&title={encoded}&note=One%0A{encoded}%E6%97%A5%E6%9C%AC&lang={lang}"
            ))
            .await?;
            page.ready().await?;
            let script = "const panel = document.querySelector('#teacher');
                return [panel.querySelector('h2').textContent, panel.querySelector('#teacher-note').innerText,
                    panel.querySelectorAll('img, script').length, panel.getAttribute('aria-label')]";
            let shown = page.script(script).await?;
            ensure!(shown[0] == hostile, "{shown}");
            ensure!(shown[1] == format!("One\n{hostile}日本"), "{shown}");
            ensure!(shown[2] == 0, "{shown}");
            let label = if lang == "en" {
                "From whoever made this link"
            } else {
                "リンクの作成者から"
            };
            ensure!(shown[3] == label, "{shown}");
        }
        // The words stay in the address, so that a reload shows them again.
        let hash = page.script("return location.hash").await?;
        ensure!(
            hash.as_str()
                .is_some_and(|hash| hash.contains("&title=%3Cimg")),
            "{hash}"
        );
        for bad in ["title=a%E2%80%AEb", "hide=everything", "at=soon"] {
            page.open(&format!("#{SMALL}&{bad}")).await?;
            page.ready().await?;
            let alerts = page.alerts().await?;
            ensure!(
                alerts.len() == 1 && alerts[0].contains(bad.split('=').next().unwrap_or(bad)),
                "{alerts:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn what_is_hidden_is_gone_and_what_is_locked_stands_still_with_a_reason() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        for lang in ["en", "ja"] {
            page.open(&format!(
                "#{SMALL}&hide=share.cards.seed.inside.compare&lock=lr.epochs.controls.rules&lang={lang}"
            ))
            .await?;
            page.ready().await?;
            for gone in [
                "#share",
                "#lanes",
                "#f-seed",
                "#open-inside",
                "#open-compare",
            ] {
                ensure!(!is_there(&page, gone).await?, "{gone} is there");
            }
            for there in [
                "#f-lr",
                "#run",
                "#f-hidden",
                "#language",
                "#locked-line",
                "#open-digit",
                "#open-runs",
                "#open-export",
            ] {
                ensure!(is_there(&page, there).await?, "{there} is gone");
            }
            let script = "return [...document.querySelectorAll('[data-locked]')].map((control) =>
                [control.id || control.value, control.disabled, control.title,
                 document.getElementById(control.getAttribute('aria-describedby')).textContent])";
            let locked: Vec<(String, bool, String, String)> =
                serde_json::from_value(page.script(script).await?)?;
            let reason = if lang == "en" {
                "Locked by whoever made this link"
            } else {
                "リンクの作成者が固定しました"
            };
            ensure!(
                locked.iter().all(|(_, disabled, title, words)| *disabled
                    && title == reason
                    && words == reason),
                "{locked:?}"
            );
            let names: Vec<&str> = locked.iter().map(|(name, ..)| name.as_str()).collect();
            for name in [
                "f-lr", "f-epochs", "run", "pause", "step", "epoch", "reset", "bp", "ifa",
            ] {
                ensure!(names.contains(&name), "{name}: {names:?}");
            }
        }
        // Nothing that is gone takes the focus.
        page.script("document.body.tabIndex = -1; document.body.focus()")
            .await?;
        for _ in 0..40 {
            page.client
                .active_element()
                .await?
                .send_keys(&char::from(Key::Tab).to_string())
                .await?;
            let id = page.script("return document.activeElement.closest('#share, #lanes, #f-seed, [data-locked]')?.id ?? ''").await?;
            ensure!(id == "", "{id} takes the focus");
        }
        // Another link of the same page frees them.
        page.script(&format!("location.hash = '#{SMALL}'")).await?;
        page.wait_for("html", "data-hide", &[""], LIMIT).await?;
        ensure!(is_there(&page, "#share").await?);
        ensure!(
            page.script("return document.querySelectorAll('[data-locked], [data-off]').length")
                .await?
                == 0
        );
        page.script("document.querySelector('#run').click()")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        Ok(())
    });
}

#[test]
fn the_reader_begins_at_the_step_that_the_link_says() {
    in_browser(async |page| {
        page.open(&format!("#{SMALL}&at=2e&lang=en")).await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        for (lane, step) in page.lanes("data-step").await? {
            ensure!(step == "20", "{lane} stands at {step}");
        }
        ensure!(
            !is_there(&page, "#arrival").await?,
            "there is no more way to go"
        );
        // The same end as of a run from the start.
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let begun_later = page.lanes("data-fingerprint").await?;
        page.open(&format!("#{SMALL}&at=7&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == begun_later);
        page.open(&format!("#{SMALL}&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == begun_later);
        // A long way is told.
        page.open("#v=1&at=10e&lang=en").await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        let said = page
            .script("return document.querySelector('#arrival-text').textContent")
            .await?;
        ensure!(
            said.as_str()
                .is_some_and(|said| said.starts_with("Getting to step 1,570: at ")),
            "{said}"
        );
        page.press("Pause").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        ensure!(!is_there(&page, "#arrival").await?);
        Ok(())
    });
}

/// What a camera reads from the drawn modules.
async fn read_code(page: &Page) -> Result<String> {
    let script = "const svg = document.querySelector('#class-figure svg');
        return [svg.viewBox.baseVal.width, svg.querySelector('path').getAttribute('d')]";
    let (side, path): (usize, String) = serde_json::from_value(page.script(script).await?)?;
    let mut dark = vec![false; side * side];
    for line in path.split('M').skip(1) {
        let (x, rest) = line.split_once(' ').context("x")?;
        let (y, rest) = rest.split_once('h').context("y")?;
        let (x, y, length): (usize, usize, usize) = (
            x.parse()?,
            y.parse()?,
            rest.split_once('v').context("length")?.0.parse()?,
        );
        dark[y * side + x..][..length].fill(true);
    }
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(4 * side, 4 * side, |x, y| {
        if dark[y / 4 * side + x / 4] { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    ensure!(grids.len() == 1, "{} codes", grids.len());
    Ok(grids[0].decode()?.1)
}

#[test]
fn the_dialog_makes_a_link_and_its_code() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open(&format!("#{SMALL}&lang=en")).await?;
        page.ready().await?;
        page.press("Share").await?;
        let at = |selector: &'static str| page.client.find(Locator::Css(selector));
        at("#open-class").await?.click().await?;
        at("#class-title").await?.send_keys("Week 3 – 週").await?;
        at("#class-note")
            .await?
            .send_keys("Press Run & watch")
            .await?;
        at("#class-at").await?.send_keys("2e").await?;
        let choose = "for (const [name, value] of [['lr', 'locked'], ['share', 'hidden']]) {
              const select = document.querySelector(`[data-control=${name}]`); select.value = value;
              select.dispatchEvent(new Event('input', { bubbles: true })); }
            const language = document.querySelector('#class-language'); language.value = 'ja';
            language.dispatchEvent(new Event('input', { bubbles: true }));
            return document.querySelector('#class-link').value";
        let link = page
            .script(choose)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let wanted = format!(
            "{}#{SMALL}&at=2e&title=Week%203%20%E2%80%93%20%E9%80%B1&note=Press%20Run%20%26%20watch&hide=share&lock=lr&lang=ja",
            page.address
        );
        ensure!(link == wanted, "{link}");
        ensure!(read_code(&page).await? == link);
        for (name, width, dark) in [
            ("class-1440", 1440, false),
            ("class-1024-dark", 1024, true),
            ("class-390", 390, false),
        ] {
            page.look(width, 900, dark).await?;
            page.screenshot(name).await?;
        }
        // A mistake is named, and what no code holds has none.
        at("#class-at").await?.clear().await?;
        at("#class-at").await?.send_keys("soon").await?;
        let status = "return document.querySelector('#class-status').textContent";
        let said = page.script(status).await?;
        ensure!(
            said.as_str().is_some_and(|said| said.contains("at=soon")),
            "{said}"
        );
        at("#class-at").await?.clear().await?;
        let long =
            "const note = document.querySelector('#class-note'); note.value = '長'.repeat(500);
            note.dispatchEvent(new Event('input', { bubbles: true }))";
        page.script(long).await?;
        let said = page.script(status).await?;
        ensure!(
            said.as_str().is_some_and(|said| said.contains("2,331")),
            "{said}"
        );
        ensure!(!is_there(&page, "#class-figure").await?);
        // The link opens as it says.
        page.client.goto("about:blank").await?;
        page.client.goto(&link).await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        ensure!(page.attribute("html", "lang").await?.as_deref() == Some("ja"));
        ensure!(!is_there(&page, "#share").await?);
        for (name, width, dark) in [
            ("teacher-1440", 1440, false),
            ("teacher-1024-dark", 1024, true),
            ("teacher-390", 390, false),
        ] {
            page.look(width, 900, dark).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            page.screenshot(name).await?;
        }
        Ok(())
    });
}
