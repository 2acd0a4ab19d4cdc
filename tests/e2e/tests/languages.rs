//! The page speaks the browser's language, or the reader's choice, and nothing but words depends on it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser, native};
use fantoccini::Locator;
use serde_json::json;

/// The reader prefers these languages.
async fn prefer(page: &Page, languages: &str) -> Result<()> {
    let agent = page.script("return navigator.userAgent").await?;
    let reader = json!({ "userAgent": agent, "acceptLanguage": languages });
    page.chromium("Emulation.setUserAgentOverride", reader)
        .await?;
    Ok(())
}

/// Opens a link in a browser of which the reader prefers these languages.
async fn open_as(page: &Page, languages: &str, fragment: &str) -> Result<()> {
    prefer(page, languages).await?;
    page.open(fragment).await?;
    page.ready().await
}

async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('{selector}').innerText");
    let text = page.script(&script).await?;
    Ok(text.as_str().context("a text")?.to_owned())
}

async fn click(page: &Page, selector: &str) -> Result<()> {
    page.client
        .find(Locator::Css(selector))
        .await?
        .click()
        .await?;
    Ok(())
}

async fn language(page: &Page) -> Result<String> {
    Ok(page.attribute("html", "lang").await?.unwrap_or_default())
}

async fn hash(page: &Page) -> Result<String> {
    let hash = page.script("return location.hash").await?;
    Ok(hash.as_str().unwrap_or_default().to_owned())
}

async fn step(page: &Page) -> Result<u64> {
    let step = page.attribute("[data-rule=bp]", "data-step").await?;
    Ok(step.context("a step")?.parse()?)
}

#[test]
fn the_browsers_language_is_spoken_and_a_run_works_in_it() {
    in_browser(async |page| {
        for (languages, wanted) in [
            ("ja,en", "ja"),
            ("de,en-GB,ja", "en"),
            ("fr", "en"),
            ("de,ja-JP", "ja"),
        ] {
            open_as(&page, languages, "#v=1&n=640&hidden=2x16&epochs=2").await?;
            ensure!(
                language(&page).await? == wanted,
                "{languages}: {}",
                language(&page).await?
            );
        }
        ensure!(text(&page, "#run").await? == "実行");
        ensure!(text(&page, "#language").await? == "English");
        ensure!(page.attribute("#language", "lang").await?.as_deref() == Some("en"));
        ensure!(text(&page, "[data-rule=bp] .state").await? == "待機中");
        ensure!(text(&page, "#error-title").await? == "誤り率（%）");
        click(&page, "#run").await?;
        let limit = Duration::from_secs(60);
        page.wait_for("main", "data-state", &["finished"], limit)
            .await?;
        for (rule, error) in page.lanes("data-test-error").await? {
            ensure!(error.parse::<f64>().is_ok(), "{rule}: {error}");
        }
        ensure!(page.console().await?.is_empty());
        Ok(())
    });
}

#[test]
fn a_bad_link_is_told_in_japanese_with_key_and_value_and_again_in_english() {
    in_browser(async |page| {
        open_as(&page, "ja", "#v=1&hiden=3x50&lr=fast").await?;
        let alert = "[role=alert] ul";
        let told = text(&page, alert).await?;
        for part in [
            "hiden=3x50",
            "hiddenのことですか",
            "lr=fastは使えません",
            "1e6以下の数",
        ] {
            ensure!(told.contains(part), "no {part} in {told}");
        }
        click(&page, "#language").await?;
        let told = text(&page, alert).await?;
        ensure!(
            told.contains("is hidden meant?") && told.contains("lr=fast is not possible"),
            "{told}"
        );
        // A field of the form is told in the language of the moment, too.
        click(&page, "#language").await?;
        page.script(
            "const seed = document.querySelector('[name=seed]'); seed.value = 'x';
             seed.dispatchEvent(new Event('change', { bubbles: true }))",
        )
        .await?;
        let told = text(&page, alert).await?;
        ensure!(told.contains("乱数シード：「x」は使えません"), "{told}");
        Ok(())
    });
}

#[test]
fn another_language_in_the_middle_of_a_run_changes_words_alone() {
    in_browser(async |page| {
        let link = "v=1&n=640&hidden=2x16&epochs=60&evals=1";
        let native = native::fingerprints(&[link.to_owned()])?.remove(0);
        open_as(&page, "en", &format!("#{link}")).await?;
        // Slow enough for a reader.
        page.script(
            "const speed = document.querySelector('#speed'); speed.value = 7;
             speed.dispatchEvent(new Event('input'))",
        )
        .await?;
        click(&page, "#run").await?;
        let limit = Duration::from_secs(120);
        while step(&page).await? < 5 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for wanted in ["ja", "en", "ja"] {
            let before = step(&page).await?;
            click(&page, "#language").await?;
            ensure!(language(&page).await? == wanted);
            let after = step(&page).await?;
            ensure!(after >= before, "{before} became {after}");
            let focus = page.script("return document.activeElement.id").await?;
            ensure!(focus == "language", "the focus is at {focus}");
            let state = page.attribute("main", "data-state").await?;
            ensure!(state.as_deref() == Some("running"), "{state:?}");
        }
        ensure!(text(&page, "[data-rule=bp] .state").await? == "実行中");
        page.script(
            "const speed = document.querySelector('#speed'); speed.value = 10;
             speed.dispatchEvent(new Event('input'))",
        )
        .await?;
        page.wait_for("main", "data-state", &["finished"], limit)
            .await?;
        let ended = page.lanes("data-fingerprint").await?;
        ensure!(ended == native, "{ended:?} is not {native:?}");
        ensure!(text(&page, "[data-rule=bp] .state").await? == "全エポック完了");
        Ok(())
    });
}

#[test]
fn a_link_has_a_language_only_if_it_is_asked_for() {
    in_browser(async |page| {
        open_as(&page, "en", "#v=1&seed=7&lang=ja").await?;
        ensure!(language(&page).await? == "ja", "the link's language counts");
        ensure!(hash(&page).await? == "#v=1&seed=7");
        click(&page, "#share").await?;
        let field = "return document.querySelector('#share-link').value";
        let plain = page.script(field).await?;
        ensure!(
            plain
                .as_str()
                .is_some_and(|link| link.ends_with("#v=1&seed=7")),
            "{plain}"
        );
        click(&page, "#share-language").await?;
        let with = page.script(field).await?;
        ensure!(
            with.as_str()
                .is_some_and(|link| link.ends_with("#v=1&seed=7&lang=ja")),
            "{with}"
        );
        page.script("document.querySelector('#share-dialog').close()")
            .await?;
        click(&page, "#language").await?;
        ensure!(language(&page).await? == "en");
        ensure!(hash(&page).await? == "#v=1&seed=7");
        // The address of an open page may ask for one, too.
        page.script("location.hash = 'v=1&seed=7&lang=ja'").await?;
        page.wait_for("html", "lang", &["ja"], Duration::from_secs(5))
            .await?;
        Ok(())
    });
}

#[test]
fn a_choice_is_kept_and_a_page_without_storage_speaks_all_the_same() {
    in_browser(async |page| {
        open_as(&page, "en", "").await?;
        click(&page, "#language").await?;
        page.open("").await?;
        page.ready().await?;
        ensure!(language(&page).await? == "ja", "the choice is kept");
        click(&page, "#language").await?;
        let fault = "Object.defineProperty(window, 'localStorage', {
            get() { throw new DOMException('forbidden', 'SecurityError'); } })";
        page.chromium(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": fault }),
        )
        .await?;
        open_as(&page, "ja", "").await?;
        ensure!(
            language(&page).await? == "ja",
            "the browser's language counts"
        );
        click(&page, "#language").await?;
        ensure!(language(&page).await? == "en");
        let alerts = text(&page, "[role=alert] ul").await?;
        ensure!(alerts.is_empty(), "{alerts}");
        Ok(())
    });
}

#[test]
fn the_page_holds_in_japanese_at_every_width() {
    in_browser(async |page| {
        prefer(&page, "ja").await?;
        let link = "#v=1&n=640&epochs=1&rules=bp-fa-dfa-ifa-shallow&run=1";
        page.open(link).await?;
        let limit = Duration::from_secs(60);
        page.wait_for("main", "data-state", &["finished"], limit)
            .await?;
        for (width, height) in [(1440, 900), (1024, 768), (390, 844), (360, 740)] {
            for dark in [false, true] {
                page.look(width, height, dark).await?;
                tokio::time::sleep(Duration::from_millis(300)).await;
                let theme = if dark { "dark" } else { "light" };
                page.screenshot(&format!("ja-{width}-{theme}")).await?;
                // Neither the page nor a lane's numbers stick out of their places.
                let script = "const lists = [...document.querySelectorAll('.lane dl')];
                    return [document.documentElement, ...lists].map((box) => box.scrollWidth - box.clientWidth)";
                let outside = page.script(script).await?;
                let outside = outside.as_array().context("widths")?;
                ensure!(
                    outside.iter().all(|by| by.as_i64() <= Some(0)),
                    "at {width}: {outside:?}"
                );
            }
        }
        page.look(1440, 900, false).await?;
        let below = page
            .script("return document.documentElement.scrollHeight - innerHeight")
            .await?;
        ensure!(
            below.as_i64() <= Some(0),
            "one screen at 1440x900: {below} pixels below"
        );
        Ok(())
    });
}
