//! Lanes pause once nobody has touched the page for as long as the reader chose. The page's own clock is moved on.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Page, in_browser};

const LIMIT: Duration = Duration::from_secs(60);

/// The browser's clock, ahead of the true one by `ahead` milliseconds.
const CLOCK: &str = "window.ahead = 0;
    const now = performance.now.bind(performance);
    performance.now = () => now() + window.ahead;";

async fn minutes_pass(page: &Page, minutes: u32) -> Result<()> {
    page.script(&format!("window.ahead += {minutes} * 60000"))
        .await?;
    Ok(())
}

/// Long enough for the page to look at its clock, which it does every second: lanes have trained on.
async fn trains_on(page: &Page) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let before = page.lanes("data-step").await?;
    page.until(
        "a step more",
        &format!(
            "return document.querySelector('[data-rule]').dataset.step > {}",
            before[0].1
        ),
        LIMIT,
    )
    .await?;
    let state = page.attribute("main", "data-state").await?;
    ensure!(state.as_deref() == Some("running"), "{state:?}");
    Ok(())
}

async fn note(page: &Page) -> Result<String> {
    let note = page
        .script("return document.querySelector('#note').textContent")
        .await?;
    Ok(note.as_str().unwrap_or_default().to_owned())
}

async fn choose(page: &Page, minutes: u32) -> Result<()> {
    let choose = format!(
        "const idle = document.querySelector('#idle'); idle.value = '{minutes}';
         idle.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    );
    page.script(&choose).await?;
    Ok(())
}

/// An input of the reader's.
async fn press_a_key(page: &Page) -> Result<()> {
    let body = page.client.active_element().await?;
    body.send_keys("x").await?;
    Ok(())
}

#[test]
fn lanes_pause_after_the_time_that_was_chosen_and_go_on() {
    in_browser(async |page| {
        if !page.before_its_scripts(CLOCK).await? {
            return Ok(()); // Only Chromium runs a script before those of the page.
        }
        // Too much to end while the test looks at it.
        let link = "#v=1&n=10000&hidden=3x128&rules=bp-dfa&epochs=10000&lang=en";
        page.open(&format!("{link}&run=1")).await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        // Never, unless it was chosen.
        minutes_pass(&page, 600).await?;
        trains_on(&page).await?;
        choose(&page, 5).await?;
        minutes_pass(&page, 4).await?;
        trains_on(&page).await?;
        // Counted from the last input.
        press_a_key(&page).await?;
        minutes_pass(&page, 4).await?;
        trains_on(&page).await?;
        minutes_pass(&page, 1).await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        let said = note(&page).await?;
        ensure!(
            said.contains("Paused") && said.contains("5 minutes") && said.contains("Preferences"),
            "{said}"
        );
        // While lanes stand still nothing is counted; a script's Run is no input.
        minutes_pass(&page, 60).await?;
        tokio::time::sleep(Duration::from_millis(2500)).await;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        trains_on(&page).await?;
        ensure!(note(&page).await?.is_empty());
        let url = page.client.current_url().await?.to_string();
        ensure!(url.ends_with("&epochs=10000"), "{url}");
        // It is kept in this browser.
        page.open(&format!("{link}&run=1")).await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        let kept = page
            .script("return document.querySelector('#idle').value")
            .await?;
        ensure!(kept == "5", "{kept}");
        minutes_pass(&page, 5).await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        Ok(())
    });
}

#[test]
fn what_is_kept_is_one_of_the_choices() {
    in_browser(async |page| {
        page.open("#v=1&n=640&hidden=16&lang=en").await?;
        page.ready().await?;
        for (kept, wanted) in [("15", "15"), ("-1", "0"), ("1e9", "0"), ("five", "0")] {
            page.script(&format!("localStorage.setItem('falab-idle', '{kept}')"))
                .await?;
            page.open("#v=1&n=640&hidden=16&lang=en").await?;
            page.ready().await?;
            let value = page
                .script("return document.querySelector('#idle').value")
                .await?;
            ensure!(value == wanted, "{kept}: {value}");
        }
        Ok(())
    });
}
