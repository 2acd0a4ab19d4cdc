//! Screenshots at three widths, light and dark, into `target/e2e`; nothing may stick out sideways.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Page, in_browser};

/// Nothing at 1440x900 needs scrolling.
async fn fits_one_screen(page: &Page) -> Result<()> {
    page.look(1440, 900, false).await?;
    let script = "return document.documentElement.scrollHeight - innerHeight";
    let below = page.script(script).await?;
    ensure!(
        below.as_i64() <= Some(0),
        "one screen at 1440x900: {below} pixels below"
    );
    Ok(())
}

#[test]
fn nothing_sticks_out_at_any_width() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&epochs=2&run=1").await?;
        page.wait_for(
            "main",
            "data-state",
            &["finished"],
            Duration::from_secs(120),
        )
        .await?;
        for (width, height) in [(1440, 900), (1024, 768), (390, 844), (360, 740)] {
            for dark in [false, true] {
                page.look(width, height, dark).await?;
                tokio::time::sleep(Duration::from_millis(300)).await;
                let theme = if dark { "dark" } else { "light" };
                page.screenshot(&format!("{width}-{theme}")).await?;
                let script = "return document.documentElement.scrollWidth - innerWidth";
                let outside = page.script(script).await?;
                ensure!(
                    outside.as_i64() <= Some(0),
                    "at {width}: {outside} pixels outside"
                );
            }
        }
        fits_one_screen(&page).await
    });
}

#[test]
fn receipts_and_the_promise_fit_at_any_width() {
    in_browser(async |page| {
        let wrong = "0123456789abcdef";
        let link = "v=1&n=640&hidden=2x16&epochs=2";
        let prints = e2e::native::fingerprints(&[link.to_owned()])?.remove(0);
        let mut texts: Vec<String> = prints
            .iter()
            .map(|(rule, print)| format!("{rule}:{print}"))
            .collect();
        texts[1] = format!("fa:{wrong}");
        page.look(1440, 900, false).await?;
        page.open(&format!("#{link}&receipt={}&run=1", texts.join("-")))
            .await?;
        page.wait_for("main", "data-state", &["finished"], Duration::from_secs(60))
            .await?;
        for (width, height) in [(1440, 900), (1024, 768), (390, 844)] {
            for dark in [false, true] {
                page.look(width, height, dark).await?;
                let theme = if dark { "dark" } else { "light" };
                for dialog in ["", "#share-dialog", "#promise"] {
                    match dialog {
                        "" => {}
                        "#share-dialog" => page.press("Share").await?,
                        _ => {
                            let press = "document.querySelector('#share-promise').click()";
                            page.script(press).await?;
                        }
                    }
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    let name = dialog.trim_start_matches('#');
                    page.screenshot(&format!("receipts-{name}-{width}-{theme}"))
                        .await?;
                    let selector = if dialog.is_empty() { "html" } else { dialog };
                    let script = format!(
                        "const box = document.querySelector('{selector}');
                         const {{ left, right, top, bottom }} = box.getBoundingClientRect();
                         const inside = box === document.documentElement
                           || left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
                         return inside && box.scrollWidth <= box.clientWidth"
                    );
                    ensure!(
                        page.script(&script).await? == true,
                        "{selector} sticks out at {width}"
                    );
                }
                page.script(
                    "for (const open of document.querySelectorAll('dialog[open]')) open.close()",
                )
                .await?;
            }
        }
        fits_one_screen(&page).await
    });
}
