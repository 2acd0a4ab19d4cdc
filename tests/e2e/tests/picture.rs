//! The picture in the README: `cargo test -p e2e --test picture -- --ignored` writes it anew from the present page.

use std::time::Duration;

use anyhow::Result;
use e2e::{Page, in_browser};

async fn take(page: &Page) -> Result<()> {
    page.look(1440, 900, false).await?;
    page.open("#v=1&epochs=10&run=1&lang=en").await?;
    let limit = Duration::from_secs(120);
    page.wait_for("main", "data-state", &["finished"], limit)
        .await?;
    // Cards and curves come to rest.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let png = page.client.screenshot().await?;
    std::fs::write(xtask::process::root().join("docs/first-look.png"), png)?;
    Ok(())
}

#[test]
#[ignore = "writes docs/first-look.png"]
fn the_first_look_after_ten_epochs() {
    in_browser(async |page| take(&page).await);
}
