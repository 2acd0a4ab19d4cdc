//! Lessons and the first minute, as a newcomer meets them.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};

const SECONDS: Duration = Duration::from_secs(60);

async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('{selector}')?.innerText ?? ''");
    let text = page.script(&script).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

async fn click(page: &Page, selector: &str) -> Result<()> {
    let script = format!("document.querySelector('{selector}').click()");
    page.script(&script).await.map(|_| ())
}

/// Waits until a script gives true.
async fn until(page: &Page, script: &str) -> Result<()> {
    for _ in 0..1200 {
        if page.script(&format!("return {script}")).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("never true: {script}")
}

#[test]
fn every_lesson_opens_in_both_languages_and_leads_through_its_steps() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        for language in ["en", "ja"] {
            for number in 1..=10 {
                page.open(&format!("#lesson={number}&lang={language}"))
                    .await?;
                until(&page, "document.querySelector('#lesson-body h3') !== null").await?;
                let count = text(&page, "#lesson-count").await?;
                ensure!(count.contains(&number.to_string()), "{count}");
                let at = text(&page, "#lesson-at").await?;
                let all: String = at.chars().rev().take_while(char::is_ascii_digit).collect();
                let all: String = all.chars().rev().collect();
                let steps: usize = all.parse().with_context(|| at.clone())?;
                let mut headings = Vec::new();
                for step in 1..=steps {
                    let at = text(&page, "#lesson-at").await?;
                    ensure!(at.starts_with(&step.to_string()), "{number}: {at}");
                    headings.push(text(&page, "#lesson-body h3").await?);
                    if step < steps {
                        click(&page, "#lesson-next").await?;
                    }
                }
                headings.dedup();
                ensure!(headings.len() == steps, "{headings:?}");
                let alerts = page.alerts().await?;
                ensure!(alerts.is_empty(), "{number}: {alerts:?}");
                let script = "return document.documentElement.scrollHeight - innerHeight";
                let below = page.script(script).await?;
                ensure!(below.as_i64() <= Some(0), "{number}: {below} pixels below");
            }
        }
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        Ok(())
    });
}

#[test]
fn a_prediction_is_compared_with_what_happens_and_a_wait_unlocks_the_text() {
    in_browser(async |page| {
        page.open("#lesson=1&lang=en").await?;
        until(&page, "document.querySelector('#lesson-body h3') !== null").await?;
        page.ready().await?;
        let link = page.client.current_url().await?.to_string();
        ensure!(link.ends_with("#v=1&rules=bp&epochs=5&lesson=1"), "{link}");
        // A reload opens it again, with the same experiment.
        page.client.refresh().await?;
        until(&page, "document.querySelector('#lesson-body h3') !== null").await?;
        page.ready().await?;
        ensure!(page.client.current_url().await?.to_string() == link);
        ensure!(text(&page, "#lesson-count").await?.contains('1'));
        click(&page, "#lesson-next").await?;
        let locked = "document.querySelector('#lesson-body').lastElementChild.hidden";
        until(&page, locked).await?;
        click(&page, ".question input[value=no]").await?;
        page.press("Run").await?;
        until(
            &page,
            "document.querySelector('.wait').dataset.state === 'met'",
        )
        .await?;
        until(&page, &format!("!{locked}")).await?;
        let verdict = text(&page, ".verdict").await?;
        ensure!(
            verdict == "You said No, it needs longer. It was: Yes",
            "{verdict}"
        );
        // Opened anew after the end, it says that it is over, and how to predict first.
        page.wait_for("main", "data-state", &["finished"], SECONDS)
            .await?;
        click(&page, "#lesson-list").await?;
        click(&page, "#lesson-body button").await?;
        click(&page, "#lesson-next").await?;
        let over = "document.querySelector('.verdict').innerText.startsWith('This has happened already. Reset takes')";
        until(&page, over).await?;
        page.press("Reset").await?;
        let open = "document.querySelector('.verdict').innerText.startsWith('Choose, then run')";
        until(&page, open).await?;
        // What a symbol means is said while it has the focus.
        click(&page, "#lesson-back").await?;
        page.script("document.querySelector('.formula .term').focus()")
            .await?;
        let meaning = text(&page, "#lesson-meaning").await?;
        ensure!(meaning.contains("activations"), "{meaning}");
        let formula = "document.querySelector('.formula math').namespaceURI.endsWith('MathML')";
        until(&page, formula).await?;
        // Another experiment is said to be another one, and the way back is a button.
        page.script("location.hash = 'v=1&rules=bp&epochs=5&seed=2'")
            .await?;
        until(&page, "!document.querySelector('#lesson-other').hidden").await?;
        click(&page, "#lesson-again").await?;
        until(&page, "document.querySelector('#lesson-other').hidden").await?;
        click(&page, "#lesson-close").await?;
        until(&page, "document.querySelector('#lesson').hidden").await?;
        until(&page, "location.hash === '#v=1&rules=bp&epochs=5'").await?;
        Ok(())
    });
}

#[test]
fn a_lesson_that_does_not_exist_is_told() {
    in_browser(async |page| {
        page.open("#lesson=42&lang=en").await?;
        until(
            &page,
            "document.querySelectorAll('#lesson-body li').length === 10",
        )
        .await?;
        let alerts = page.alerts().await?;
        ensure!(
            alerts == ["lesson=42: there is no such lesson; allowed: 1 to 10"],
            "{alerts:?}"
        );
        Ok(())
    });
}

#[test]
fn a_newcomer_presses_a_large_run_and_gets_three_callouts_once() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("").await?;
        page.script("localStorage.clear()").await?;
        page.open("").await?;
        page.ready().await?;
        until(&page, "!document.querySelector('#big-run').hidden").await?;
        click(&page, "#big-run").await?;
        page.wait_for("main", "data-state", &["running"], SECONDS)
            .await?;
        let mut told = Vec::new();
        for _ in 0..3 {
            until(&page, "!document.querySelector('#callout').hidden").await?;
            told.push(text(&page, "#callout-text").await?);
            // A plot is covered by nothing while it is watched.
            let over = "const hint = document.querySelector('#callout').getBoundingClientRect();
                return [...document.querySelectorAll('.plot')].map((one) => one.getBoundingClientRect())
                  .filter((plot) => plot.left < hint.right && hint.left < plot.right && plot.top < hint.bottom && hint.top < plot.bottom).length";
            ensure!(page.script(over).await? == 0, "{told:?} lies over a plot");
            let other = format!(
                "document.querySelector('#callout').hidden
                 || document.querySelector('#callout-text').innerText !== {:?}",
                told[told.len() - 1]
            );
            click(&page, "#callout-done").await?;
            until(&page, &other).await?;
        }
        told.dedup();
        ensure!(told.len() == 3, "{told:?}");
        page.press("Pause").await?;
        ensure!(
            page.script("return document.querySelector('#callout').hidden")
                .await?
                == true
        );
        page.open("").await?;
        page.ready().await?;
        ensure!(
            page.script("return document.querySelector('#big-run').hidden")
                .await?
                == true
        );
        Ok(())
    });
}
