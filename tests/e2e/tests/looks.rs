//! Screenshots at three widths, light and dark, into `target/e2e`; nothing may stick out sideways.

use std::time::Duration;

use anyhow::ensure;
use e2e::in_browser;

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
        page.look(1440, 900, false).await?;
        let script = "return document.documentElement.scrollHeight - innerHeight";
        let below = page.script(script).await?;
        ensure!(
            below.as_i64() <= Some(0),
            "one screen at 1440x900: {below} pixels below"
        );
        Ok(())
    });
}
