//! The page without a network: kept after its first use, whole and of one version; a new version is offered and forced on
//! nobody.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Page, in_browser, native};

const SMALL: &str = "v=1&n=640&rules=bp&hidden=8&epochs=1";
const FIRST_LOOK: &str = "v=1&epochs=2";
const LIMIT: Duration = Duration::from_secs(180);

/// A copy of the built page that its test may change.
fn copy(name: &str) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("falab-offline-{name}-{}", std::process::id()));
    xtask::page::copy_folder(&Page::dist(), &folder)?;
    Ok(folder)
}

/// Another version: one of its texts is another.
fn change(folder: &Path) -> Result<()> {
    let file = folder.join("index.html");
    let html = fs::read_to_string(&file)?;
    fs::write(&file, html.replace("<h1 ", "<h1 data-version=\"2\" "))?;
    // As the build lays them out.
    fs::rename(
        folder.join("manifest.webmanifest"),
        folder.join("www/manifest.webmanifest"),
    )?;
    fs::copy(
        xtask::process::root().join("www/sw.js"),
        folder.join("www/sw.js"),
    )?;
    xtask::kept::write(folder)
}

async fn visible(page: &Page, selector: &str) -> Result<bool> {
    let script = format!("return document.querySelector('{selector}').checkVisibility()");
    Ok(page.script(&script).await? == true)
}

async fn until(page: &Page, what: &str, script: &str) -> Result<()> {
    page.until(what, script, LIMIT).await
}

/// Uses the page once and waits until it says that it is kept.
async fn use_once(page: &Page) -> Result<()> {
    page.open(&format!("#{SMALL}&run=1")).await?;
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    until(
        page,
        "keeping",
        "return !document.querySelector('#offline-kept').hidden",
    )
    .await
}

#[test]
fn a_page_that_was_used_once_runs_without_a_network() {
    in_browser(async |page| {
        let folder = copy("cut")?;
        let (cut, asked) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicUsize::new(0)),
        );
        let (is_cut, count) = (Arc::clone(&cut), Arc::clone(&asked));
        let served = Page::watched(page.client.clone(), &folder, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            !is_cut.load(Ordering::SeqCst)
        })?;
        // Before any run nothing is kept, and nothing is asked for that a run does not need.
        served.open(&format!("#{SMALL}")).await?;
        served.ready().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let kept = "return caches.keys().then((names) => names.length)";
        ensure!(served.script(kept).await? == 0);
        use_once(&served).await?;
        let size = served
            .script("return document.querySelector('#offline-size').textContent")
            .await?;
        let whole: u64 = fs::read_to_string(folder.join("sw.js"))?
            .lines()
            .filter_map(|line| {
                line.strip_prefix("  [")?
                    .strip_suffix("],")?
                    .rsplit(", ")
                    .next()?
                    .parse::<u64>()
                    .ok()
            })
            .sum();
        ensure!(
            whole > 10_000_000 && size == format!("{:.1} MB", whole as f64 / 1e6),
            "{size} of {whole}"
        );

        // It is said at the foot, which stays one line.
        served.look(1440, 900, false).await?;
        let foot = "document.querySelector('#open-offline').click();
            return document.querySelector('footer').offsetHeight";
        let foot = served.script(foot).await?;
        ensure!(foot.as_i64() < Some(40), "a foot of {foot} pixels");
        ensure!(visible(&served, "#offline-remove").await?);
        served.screenshot("offline-1440").await?;

        cut.store(true, Ordering::SeqCst);
        served.open(&format!("#{FIRST_LOOK}&run=1")).await?;
        served
            .wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let wanted = native::fingerprints(&[FIRST_LOOK.to_owned()])?.remove(0);
        ensure!(served.lanes("data-fingerprint").await? == wanted);
        // Lessons and tables too, and after a reload.
        served.client.refresh().await?;
        served.open("#lesson=2&lang=ja").await?;
        until(
            &served,
            "the lesson",
            "return document.querySelector('#lesson-title').textContent.length > 3",
        )
        .await?;

        // It can be taken away.
        served
            .script("document.querySelector('#offline-remove').click()")
            .await?;
        until(
            &served,
            "removing",
            "return !document.querySelector('#offline-keep').hidden",
        )
        .await?;
        ensure!(served.script(kept).await? == 0);
        cut.store(false, Ordering::SeqCst);
        served.open(&format!("#{SMALL}&run=1")).await?;
        served
            .wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        ensure!(served.script(kept).await? == 0, "switched off stays off");
        fs::remove_dir_all(folder)?;
        Ok(())
    });
}

#[test]
fn a_new_version_is_offered_and_disturbs_no_run() {
    in_browser(async |page| {
        let folder = copy("update")?;
        let served = Page::serving(page.client.clone(), &folder)?;
        use_once(&served).await?;
        change(&folder)?;
        // The old version is shown until the reader wants the new one.
        served.open("#v=1&epochs=8").await?;
        served.ready().await?;
        // Slowly, so that it still runs when the offer comes; then at full speed.
        let pace = "const speed = document.querySelector('#speed'); speed.value = arguments[0];
            speed.dispatchEvent(new Event('input', { bubbles: true }))";
        served.client.execute(pace, vec![3.into()]).await?;
        served.press("Run").await?;
        served
            .wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        until(
            &served,
            "the offer",
            "return document.querySelector('#update').checkVisibility()",
        )
        .await?;
        ensure!(served.attribute("h1", "data-version").await?.is_none());
        ensure!(served.attribute("main", "data-state").await?.as_deref() == Some("running"));
        served.client.execute(pace, vec![10.into()]).await?;
        served
            .wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let wanted = native::fingerprints(&["v=1&epochs=8".to_owned()])?.remove(0);
        ensure!(served.lanes("data-fingerprint").await? == wanted);
        served.screenshot("update").await?;
        served
            .script("document.querySelector('#update-reload').click()")
            .await?;
        served.wait_for("h1", "data-version", &["2"], LIMIT).await?;
        until(
            &served,
            "removing the old version",
            "return caches.keys().then((names) => names.length === 1)",
        )
        .await?;
        ensure!(!visible(&served, "#update").await?);
        fs::remove_dir_all(folder)?;
        Ok(())
    });
}

#[test]
fn half_a_version_is_not_kept() {
    in_browser(async |page| {
        // A file that is not of the version that sw.js names, as in the middle of an upload.
        let folder = copy("mixed")?;
        let icon = folder.join("www/icon.svg");
        fs::write(&icon, fs::read_to_string(&icon)? + "\n")?;
        let served = Page::serving(page.client.clone(), &folder)?;
        served.open(&format!("#{SMALL}&run=1")).await?;
        served
            .wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        ensure!(!visible(&served, "#open-offline").await?);
        let controlled = served
            .script("return navigator.serviceWorker.controller === null")
            .await?;
        ensure!(controlled == true);
        fs::remove_dir_all(folder)?;
        Ok(())
    });
}
