//! What is seen before the lab can work, and where it never can: something from the first paint on, and a picture of a
//! finished run without JavaScript or WebAssembly.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Page, in_browser};
use serde_json::json;

/// Pictures of the finished run that are seen, with what they say to who does not see them.
async fn pictures(page: &Page) -> Result<Vec<(String, f64, String)>> {
    let script = "return [...document.querySelectorAll('#finished-run img')].filter((img) => img.checkVisibility())
        .map((img) => [img.currentSrc.split('/').pop(), img.naturalWidth, img.alt])";
    Ok(serde_json::from_value(page.script(script).await?)?)
}

#[test]
fn without_javascript_it_says_what_it_is_and_shows_a_finished_run() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there scripts can be switched off by the driver.
        }
        let off = json!({ "value": true });
        page.chromium("Emulation.setScriptExecutionDisabled", off)
            .await?;
        for (width, dark) in [(1440, false), (1024, true), (390, false)] {
            page.look(width, 900, dark).await?;
            page.open("").await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
            let seen = pictures(&page).await?;
            let ending = if dark { "-dark.svg" } else { ".svg" };
            page.screenshot(&format!(
                "no-script-{width}{}",
                if dark { "-dark" } else { "" }
            ))
            .await?;
            ensure!(seen.len() == 2, "{seen:?}");
            for (file, across, words) in &seen {
                ensure!(
                    file.ends_with(ending) && file.contains("dark") == dark,
                    "{seen:?}"
                );
                ensure!(*across == 720.0 && words.len() > 60, "{seen:?}");
            }
            let said = page.script("return [...document.querySelectorAll('.no-script')].filter((p) => p.checkVisibility()).map((p) => p.textContent).join(' ')").await?;
            ensure!(
                said.as_str()
                    .is_some_and(|said| said.contains("needs JavaScript")
                        && said.contains("JavaScriptとWebAssembly")),
                "{said}"
            );
            let wide = page
                .script("return document.documentElement.scrollWidth <= innerWidth")
                .await?;
            ensure!(wide == true, "{width}");
        }
        Ok(())
    });
}

#[test]
fn without_webassembly_it_says_so_and_shows_a_finished_run() {
    in_browser(async |page| {
        if !page
            .before_its_scripts("delete globalThis.WebAssembly")
            .await?
        {
            return Ok(());
        }
        page.open("#v=1&run=1").await?;
        page.wait_for("main", "data-state", &["failed"], Duration::from_secs(20))
            .await?;
        let said = page
            .script("return document.querySelector('#loading-text').textContent")
            .await?;
        ensure!(
            said.as_str()
                .is_some_and(|said| said.contains("needs WebAssembly")),
            "{said}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
        ensure!(pictures(&page).await?.len() == 2);
        page.screenshot("no-wasm").await
    });
}

#[test]
fn a_progress_is_painted_before_the_lab_has_come() {
    in_browser(async |page| {
        // Every script of the lab takes eight seconds; what is painted is HTML and CSS alone. The choice of a theme is read
        // before the first paint, as a style sheet is.
        let slow = Page::watched(page.client.clone(), &Page::dist(), |path| {
            let is_theme = path.ends_with("www/theme.js");
            if path.ends_with(".js") && !is_theme || path.ends_with(".bin") {
                std::thread::sleep(Duration::from_secs(8));
            }
            true
        })?;
        if !slow.before_its_scripts("").await? {
            return Ok(());
        }
        let begin = "setTimeout(() => { location.href = arguments[0] }, 0)";
        page.client
            .execute(begin, vec![json!(slow.address)])
            .await?;
        let script = "const bar = document.querySelector('#loading-bar');
            const paint = performance.getEntriesByName('first-contentful-paint')[0];
            return [bar.checkVisibility(), bar.position, document.querySelector('#loading-text').textContent,
                paint ? paint.startTime : null, document.querySelector('main').dataset.state]";
        let mut seen = json!(null);
        for _ in 0..60 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            // Until the page has begun there is nothing to ask.
            seen = slow.script(script).await.unwrap_or_default();
            if seen[3].is_number() {
                break;
            }
        }
        ensure!(seen[0] == true && seen[1] == -1, "a bar that moves: {seen}");
        ensure!(
            seen[2] == "Loading the lab" && seen[4] == "loading",
            "{seen}"
        );
        ensure!(
            seen[3].as_f64().is_some_and(|at| at < 8_000.0),
            "painted before the scripts: {seen}"
        );
        Ok(())
    });
}
