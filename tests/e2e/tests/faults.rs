//! What goes wrong is named, and everything else goes on.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::{Page, in_browser};

const LIMIT: Duration = Duration::from_secs(60);

/// A copy of the built page in a folder of its own, removed at the end.
struct Copy(std::path::PathBuf);

impl Copy {
    fn new(name: &str) -> Result<Copy> {
        let folder = std::env::temp_dir().join(format!("falab-{name}-{}", std::process::id()));
        xtask::page::copy_folder(&Page::dist(), &folder)?;
        Ok(Copy(folder))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn a_damaged_chunk_names_itself_and_can_be_fetched_again() {
    in_browser(async |page| {
        let copy = Copy::new("damaged")?;
        let chunk = copy.0.join("assets/mnist/test-0.bin");
        let good = fs::read(&chunk)?;
        // Valid gzip of the wrong images; a file cut short; no file at all.
        let wrong = fs::read(copy.0.join("assets/mnist/test-1.bin"))?;
        for (bytes, named) in [
            (
                Some(wrong),
                "has 7065000 bytes once decompressed, expected 785000",
            ),
            (
                Some(good[..good.len() / 2].to_vec()),
                "test-0.bin could not be loaded",
            ),
            (None, "the server answered 404"),
        ] {
            match &bytes {
                Some(bytes) => fs::write(&chunk, bytes)?,
                None => fs::remove_file(&chunk)?,
            }
            let page = Page::serving(page.client.clone(), &copy.0)?;
            page.open("").await?;
            page.wait_for("main", "data-state", &["failed"], LIMIT)
                .await?;
            let text = page
                .script("return document.querySelector('#loading').innerText")
                .await?;
            let text = text.as_str().unwrap_or_default();
            ensure!(
                text.contains("test-0.bin") && text.contains(named),
                "{text}"
            );
            fs::write(&chunk, &good)?;
            page.script("document.querySelector('#retry').click()")
                .await?;
            page.ready().await?;
        }
        Ok(())
    });
}

#[test]
fn a_lane_that_dies_says_so_and_starts_again_alone() {
    in_browser(async |page| {
        page.open("#v=1&n=1280&epochs=8&rules=bp-dfa-ifa").await?;
        page.ready().await?;
        // From here on the page's workers can be reached: the next one is that of FA.
        page.script(
            "window.workers = []; const Original = Worker;
             window.Worker = class extends Original {
               constructor(...given) { super(...given); workers.push(this); } };
             document.querySelector('[name=rules][value=fa]').click()",
        )
        .await?;
        page.wait_for("[data-rule=fa]", "data-state", &["idle"], LIMIT)
            .await?;
        page.press("Run").await?;
        page.wait_for("[data-rule=fa]", "data-state", &["running"], LIMIT)
            .await?;
        page.script(
            "workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
             workers[0].terminate()",
        )
        .await?;
        page.wait_for("[data-rule=fa]", "data-state", &["failed"], LIMIT)
            .await?;
        let says = page.script("return document.querySelector('[data-rule=fa] .says').innerText");
        let says = says.await?;
        ensure!(
            says.as_str()
                .is_some_and(|says| says.contains("out of memory")),
            "{says}"
        );
        for rule in ["bp", "dfa", "ifa"] {
            let lane = format!("[data-rule={rule}]");
            page.wait_for(&lane, "data-state", &["finished"], LIMIT)
                .await?;
        }
        let before = page.lanes("data-fingerprint").await?;
        page.press("Reset FA alone").await?;
        page.wait_for("[data-rule=fa]", "data-state", &["idle"], LIMIT)
            .await?;
        page.press("Run or pause FA alone").await?;
        page.wait_for("[data-rule=fa]", "data-state", &["finished"], LIMIT)
            .await?;
        let after = page.lanes("data-fingerprint").await?;
        ensure!(
            before[0] == after[0] && before[2..] == after[2..],
            "{before:?} {after:?}"
        );

        // The lane that died ends where an undisturbed one ends.
        page.press("Reset").await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == after);
        Ok(())
    });
}

#[test]
fn a_lane_that_diverges_says_where_and_the_others_go_on() {
    in_browser(async |page| {
        page.open("#v=1&n=640&epochs=5&act=relu&opt=sgd&lr=1000&rules=bp-ifa&run=1")
            .await?;
        page.wait_for("[data-rule=ifa]", "data-state", &["diverged"], LIMIT)
            .await?;
        page.wait_for("[data-rule=bp]", "data-state", &["finished"], LIMIT)
            .await?;
        let says = page.script("return document.querySelector('[data-rule=ifa] .says').innerText");
        let says = says.await?;
        let wanted = "left the finite numbers";
        ensure!(
            says.as_str().is_some_and(|says| says.contains(wanted)),
            "{says}"
        );
        Ok(())
    });
}
