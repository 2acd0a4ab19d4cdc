//! Light and dark by the system and by choice, colours that the system forces, and less motion.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Page, in_browser};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(60);

const LINK: &str = "#v=1&n=640&hidden=16&rules=bp&epochs=1&lang=en&run=1";

/// The page's ground, whether the figure has BP's colour of the light and of the dark theme, the colour for the
/// browser's own bar, and the choice that stands ticked.
const SEEN: &str = "const canvas = document.querySelector('#error-canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const has = (red, green, blue) => {
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) return true;
      return false;
    };
    const bars = [...document.querySelectorAll('[name=theme-color]')].filter((bar) => matchMedia(bar.media).matches);
    return [getComputedStyle(document.body).backgroundColor, has(0, 33, 205), has(0x2b, 0x86, 0xff),
      bars.map((bar) => bar.content).join(), document.querySelector('[name=theme]:checked').value]";

fn light(choice: &str) -> Value {
    json!(["rgb(255, 255, 255)", true, false, "#ffffff", choice])
}

fn dark(choice: &str) -> Value {
    json!(["rgb(15, 20, 25)", false, true, "#0f1419", choice])
}

async fn sees(page: &Page, wanted: &Value) -> Result<()> {
    let what = format!("{wanted}");
    let script = format!(
        "const seen = (() => {{ {SEEN} }})(); return JSON.stringify(seen) === JSON.stringify({wanted})"
    );
    if page.until(&what, &script, LIMIT).await.is_err() {
        anyhow::bail!("{} in place of {wanted}", page.script(SEEN).await?);
    }
    Ok(())
}

async fn choose(page: &Page, choice: &str) -> Result<()> {
    let press = format!("document.querySelector('[name=theme][value={choice}]').click()");
    page.script(&press).await?;
    Ok(())
}

async fn open(page: &Page) -> Result<()> {
    page.open(LINK).await?;
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    Ok(())
}

#[test]
fn the_choice_wins_over_the_system_and_is_kept() {
    in_browser(async |page| {
        open(&page).await?;
        sees(&page, &light("system")).await?;
        choose(&page, "dark").await?;
        sees(&page, &dark("dark")).await?;
        open(&page).await?;
        sees(&page, &dark("dark")).await?;
        choose(&page, "light").await?;
        sees(&page, &light("light")).await?;
        if e2e::name() == "chromium" {
            page.look(1440, 900, true).await?;
            sees(&page, &light("light")).await?;
            choose(&page, "system").await?;
            sees(&page, &dark("system")).await?;
            page.look(1440, 900, false).await?;
            sees(&page, &light("system")).await?;
        } else {
            choose(&page, "system").await?;
            sees(&page, &light("system")).await?;
        }
        let kept = page
            .script("return localStorage.getItem('falab-theme')")
            .await?;
        ensure!(kept.is_null(), "{kept}");
        Ok(())
    });
}

#[test]
fn it_is_there_before_the_first_paint_and_without_the_lab() {
    in_browser(async |page| {
        open(&page).await?;
        choose(&page, "dark").await?;
        // The lab's code never comes.
        let address = page.address.clone();
        let broken = Page::watched(page.client.clone(), &Page::dist(), |path| {
            !path.ends_with("page.js")
        })?;
        ensure!(broken.address != address);
        let watch = "new MutationObserver((changes, observer) => {
            if (!document.documentElement?.dataset.theme) return;
            observer.disconnect(); window.early = !document.body;
          }).observe(document, { subtree: true, childList: true, attributes: true });
          if (!localStorage.getItem('falab-theme')) localStorage.setItem('falab-theme', 'dark');";
        if !broken.before_its_scripts(watch).await? {
            // Elsewhere another port is another storage: what is chosen still applies without the lab.
            broken.open("").await?;
            broken
                .wait_for("main", "data-state", &["failed"], LIMIT)
                .await?;
            choose(&broken, "dark").await?;
            let ground = "return getComputedStyle(document.body).backgroundColor";
            ensure!(broken.script(ground).await? == "rgb(15, 20, 25)");
            return Ok(());
        }
        broken.open("").await?;
        broken
            .wait_for("main", "data-state", &["failed"], LIMIT)
            .await?;
        let state = "return [window.early, document.documentElement.dataset.theme,
            getComputedStyle(document.body).backgroundColor,
            [...document.querySelectorAll('#finished-run img')].map((img) => img.currentSrc.includes('dark'))]";
        let seen = broken.script(state).await?;
        let wanted = json!([true, "dark", "rgb(15, 20, 25)", [true, true]]);
        ensure!(seen == wanted, "{seen}");
        choose(&broken, "light").await?;
        let seen = broken.script(state).await?;
        ensure!(seen[2] == "rgb(255, 255, 255)", "{seen}");
        Ok(())
    });
}

async fn emulate(page: &Page, features: Value) -> Result<()> {
    let media = json!({ "features": features });
    page.chromium("Emulation.setEmulatedMedia", media).await?;
    Ok(())
}

/// Least contrast of the text of each of these elements to the ground that it stands on, if that is below 4.5.
const FAINT: &str = "const number = (text) => text.match(/[\\d.]+/g).map(Number);
    const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const luminance = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    const ground = (one) => {
      for (; one; one = one.parentElement) {
        const colour = number(getComputedStyle(one).backgroundColor);
        if (colour[3] !== 0) return colour;
      }
      return [255, 255, 255];
    };
    return [...document.querySelectorAll('button, label, select, h2, h3, dt, dd, .says, [role=tab] b')]
      .filter((one) => one.checkVisibility() && !one.matches(':disabled, [aria-disabled=true]'))
      .map((one) => {
        const [a, b] = [luminance(number(getComputedStyle(one).color)), luminance(ground(one))];
        return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), one.outerHTML.slice(0, 80)];
      }).filter(([contrast]) => contrast < 4.5).map(([contrast, one]) => `${contrast} ${one}`)";

#[test]
fn colours_that_the_system_forces_reach_the_figures() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver forces colours.
        }
        for (scheme, ink, ground) in [
            ("dark", "255, 255, 255", "rgb(0, 0, 0)"),
            ("light", "0, 0, 0", "rgb(255, 255, 255)"),
        ] {
            open(&page).await?;
            // The choice of the reader stands back behind what the system forces.
            choose(&page, if scheme == "dark" { "light" } else { "dark" }).await?;
            let features = json!([
                { "name": "forced-colors", "value": "active" },
                { "name": "prefers-color-scheme", "value": scheme },
            ]);
            emulate(&page, features).await?;
            let drawn = format!(
                "const canvas = document.querySelector('#error-canvas');
                 const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                 const ink = [{ink}];
                 let count = 0;
                 for (let i = 0; i < data.length; i += 4)
                   if (data[i + 3] === 255 && ink.every((value, k) => data[i + k] === value)) count += 1;
                 return count > 100 && getComputedStyle(canvas).backgroundColor === '{ground}'"
            );
            page.until("the axes in the system's ink", &drawn, LIMIT)
                .await?;
            for width in [1440, 390] {
                let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
                page.chromium("Emulation.setDeviceMetricsOverride", size)
                    .await?;
                tokio::time::sleep(Duration::from_millis(300)).await;
                let faint = page.script(FAINT).await?;
                ensure!(faint == json!([]), "{scheme} at {width}: {faint:#}");
            }
            emulate(&page, json!([])).await?;
            sees(
                &page,
                &if scheme == "dark" {
                    light("light")
                } else {
                    dark("dark")
                },
            )
            .await?;
        }
        Ok(())
    });
}

#[test]
fn with_reduced_motion_nothing_moves_by_itself() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver asks for less motion.
        }
        page.look(1024, 768, false).await?;
        open(&page).await?;
        let drawer = "document.querySelector('#open-form').click();
            const moving = document.getAnimations().length;
            document.querySelector('#close-form').click(); return moving";
        ensure!(
            page.script(drawer).await? == 1,
            "is this test still looking?"
        );
        emulate(
            &page,
            json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]),
        )
        .await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        ensure!(page.script(drawer).await? == 0);
        let smooth = "return [...document.querySelectorAll('*')].filter((one) => {
            const { scrollBehavior, animationName } = getComputedStyle(one);
            return scrollBehavior === 'smooth' || animationName !== 'none' }).length";
        ensure!(page.script(smooth).await? == 0);
        Ok(())
    });
}
