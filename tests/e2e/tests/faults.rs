//! What goes wrong is named, and everything else goes on.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser, native};

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
        page.open("#v=1&n=1280&epochs=8&rules=bp-fa-dfa").await?;
        page.ready().await?;
        // From here on the page's workers can be reached: the next one is that of IFA.
        page.script(
            "window.workers = []; const Original = Worker;
             window.Worker = class extends Original {
               constructor(...given) { super(...given); workers.push(this); } };
             document.querySelector('[name=rules][value=ifa]').click()",
        )
        .await?;
        page.wait_for("[data-rule=ifa]", "data-state", &["idle"], LIMIT)
            .await?;
        page.press("Run").await?;
        page.wait_for("[data-rule=ifa]", "data-state", &["running"], LIMIT)
            .await?;
        page.script(
            "workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
             workers[0].terminate()",
        )
        .await?;
        page.wait_for("[data-rule=ifa]", "data-state", &["failed"], LIMIT)
            .await?;
        let says = page.script("return document.querySelector('[data-rule=ifa] .says').innerText");
        let says = says.await?;
        ensure!(
            says.as_str()
                .is_some_and(|says| says.contains("out of memory")),
            "{says}"
        );
        for rule in ["bp", "fa", "dfa"] {
            let lane = format!("[data-rule={rule}]");
            page.wait_for(&lane, "data-state", &["finished"], LIMIT)
                .await?;
        }
        let before = page.lanes("data-fingerprint").await?;
        page.press("Reset IFA alone").await?;
        page.wait_for("[data-rule=ifa]", "data-state", &["idle"], LIMIT)
            .await?;
        page.press("Run or pause IFA alone").await?;
        page.wait_for("[data-rule=ifa]", "data-state", &["finished"], LIMIT)
            .await?;
        let after = page.lanes("data-fingerprint").await?;
        ensure!(before[..3] == after[..3], "{before:?} {after:?}");

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

/// Fingerprints that the command line prints for a link.
fn native_prints(link: &str) -> Result<Vec<native::Print>> {
    Ok(native::fingerprints(&[link.to_owned()])?.remove(0))
}

#[test]
fn images_that_come_late_or_not_at_all_are_waited_for() {
    in_browser(async |page| {
        let link = "#v=1&n=640&hidden=16&epochs=3";
        // The other test images: 0 come at once, 1 after five seconds, 2 not at all.
        let mode = Arc::new(AtomicU32::new(1));
        let how = Arc::clone(&mode);
        let page = Page::watched(page.client.clone(), &Page::dist(), move |path| {
            if !path.ends_with("test-1.bin") {
                return true;
            }
            if how.load(Ordering::Relaxed) == 1 {
                std::thread::sleep(Duration::from_secs(5));
            }
            how.load(Ordering::Relaxed) != 2
        })?;
        page.open(&format!("{link}&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let wanted = native_prints(link)?;
        ensure!(page.lanes("data-fingerprint").await? == wanted);

        mode.store(2, Ordering::Relaxed);
        page.open(&format!("{link}&run=1")).await?;
        let mut text = String::new();
        for _ in 0..200 {
            let shown = page
                .script("return document.querySelector('#loading').innerText")
                .await?;
            shown.as_str().unwrap_or_default().clone_into(&mut text);
            if text.contains("test-1.bin could not be loaded") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        ensure!(text.contains("test-1.bin could not be loaded"), "{text:?}");
        mode.store(0, Ordering::Relaxed);
        page.script("document.querySelector('#retry').click()")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == wanted);
        Ok(())
    });
}

#[test]
fn a_run_ends_in_the_same_bits_offline_beside_a_second_tab_and_while_hidden() {
    in_browser(async |page| {
        let link = "#v=1&n=1280&hidden=24&epochs=6";
        let wanted = native_prints(link)?;
        let online = Arc::new(AtomicU32::new(1));
        let answers = Arc::clone(&online);
        let page = Page::watched(page.client.clone(), &Page::dist(), move |_| {
            answers.load(Ordering::Relaxed) == 1
        })?;
        // Offline in mid-run: everything is there.
        page.open(&format!("{link}&run=1")).await?;
        page.wait_for(
            "[data-rule=bp]",
            "data-state",
            &["running", "finished"],
            LIMIT,
        )
        .await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        online.store(0, Ordering::Relaxed);
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == wanted);
        ensure!(page.alerts().await?.is_empty());
        online.store(1, Ordering::Relaxed);

        // Two tabs.
        let first = page.client.window().await?;
        page.press("Reset").await?;
        page.press("Run").await?;
        let second = page.client.new_window(true).await?.handle;
        page.client.switch_to_window(second.clone()).await?;
        page.open(&format!("{link}&run=1")).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(
            page.lanes("data-fingerprint").await? == wanted,
            "the second tab"
        );
        page.client.close_window().await?;
        page.client.switch_to_window(first).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(
            page.lanes("data-fingerprint").await? == wanted,
            "the first tab"
        );

        // Hidden: no frame is drawn until the tab is shown again, and the page's state is true all the same.
        page.script(
            "window.frames_held = []; window.frame = requestAnimationFrame;
             window.requestAnimationFrame = (then) => frames_held.push(then);
             Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
             document.dispatchEvent(new Event('visibilitychange'));
             document.querySelector('#reset').click(); document.querySelector('#run').click()",
        )
        .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        page.script(
            "delete document.hidden; window.requestAnimationFrame = frame;
             document.dispatchEvent(new Event('visibilitychange'));
             frames_held.forEach((then) => requestAnimationFrame(then))",
        )
        .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(
            page.lanes("data-fingerprint").await? == wanted,
            "the hidden tab"
        );
        Ok(())
    });
}

#[test]
fn memory_that_is_refused_ends_one_lane_and_says_so() {
    in_browser(async |page| {
        let copy = Copy::new("memory")?;
        // FA's worker begins when it is told to, and may take 40 MB more than it begins with.
        let script = "import init from '../page.js';
            self.onmessage = async (event) => {
              self.onmessage = null;
              if (self.name === 'fa') {
                const channel = new BroadcastChannel('begin');
                await new Promise((then) => { channel.onmessage = then; });
              }
              const { memory } = await init({ module_or_path: event.data });
              if (self.name === 'fa') {
                memory.grow(65536 - 640 - memory.buffer.byteLength / 65536);
              }
            };";
        fs::write(copy.0.join("www/worker.js"), script)?;
        let page = Page::serving(page.client.clone(), &copy.0)?;
        // Long enough that the others still train when FA has failed.
        page.open("#v=1&n=64&hidden=3x800&steps=100000&rules=bp-fa-dfa&run=1")
            .await?;
        // What a lane takes it has taken once all test images were measured. WebKit, which has to find 4 GB for FA, once
        // ended BP as well that had not yet: that is not what is asked here.
        let others_go_on = async || -> Result<()> {
            let steps = page.lanes("data-step").await?;
            let others = steps.iter().filter(|(rule, _)| rule != "fa");
            for (rule, step) in others {
                let further = format!(
                    "return Number(document.querySelector('[data-rule={rule}]').dataset.step) >= {}",
                    step.parse::<u64>()? + 2
                );
                page.until("a second step", &further, LIMIT)
                    .await
                    .context(page.says(rule).await?)?;
            }
            Ok(())
        };
        others_go_on().await?;
        page.script(
            "const channel = new BroadcastChannel('begin');
             setInterval(() => channel.postMessage(null), 100)",
        )
        .await?;
        page.wait_for("[data-rule=fa]", "data-state", &["failed"], LIMIT)
            .await?;
        let says = page.says("fa").await?;
        let wanted =
            "MB of memory, which the browser did not give; allowed: fewer or narrower layers";
        ensure!(
            says.contains("FA stopped: its net needs") && says.contains(wanted),
            "{says}"
        );
        others_go_on().await
    });
}

#[test]
fn a_clock_that_jumps_does_no_harm() {
    in_browser(async |page| {
        let link = "#v=1&n=640&hidden=16&epochs=30";
        let wanted = native_prints(link)?;
        let copy = Copy::new("clock")?;
        // Every 200 ms an hour forward, then two back, and so on, in the page and in its workers.
        let jumps = "{ const real = performance.now.bind(performance); let by = 0, hour = 3.6e6;
            performance.now = () => real() + by;
            setInterval(() => { by += hour; hour = hour > 0 ? -2 * hour : -hour / 2; }, 200); }\n";
        for file in ["www/worker.js", "www/boot.js"] {
            let file = copy.0.join(file);
            fs::write(&file, jumps.to_owned() + &fs::read_to_string(&file)?)?;
        }
        let page = Page::serving(page.client.clone(), &copy.0)?;
        page.open(link).await?;
        page.ready().await?;
        page.script("document.querySelector('#performance').showPopover()")
            .await?;
        // At a hundred steps a second, where each step waits for its time; then at full speed.
        let pace = "const speed = document.querySelector('#speed'); speed.value = arguments[0];
            speed.dispatchEvent(new Event('input', { bubbles: true }))";
        page.client.execute(pace, vec![6.into()]).await?;
        page.press("Run").await?;
        // A lane that waited for a time behind a jump would wait for an hour.
        for looks in 0.. {
            let steps = page.lanes("data-step").await?;
            let goes_on = |step: &str| step.parse::<u64>().is_ok_and(|step| step > 10);
            if steps.iter().all(|(_, step)| goes_on(step)) {
                break;
            }
            ensure!(looks < 600, "{steps:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let figures = page
            .script("return Object.values({ ...document.querySelector('#performance').dataset })")
            .await?;
        ensure!(
            !figures.to_string().contains("\"-") && !figures.to_string().contains("NaN"),
            "{figures}"
        );
        page.client.execute(pace, vec![10.into()]).await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        ensure!(page.lanes("data-fingerprint").await? == wanted);
        Ok(())
    });
}

#[test]
fn without_storage_the_page_works() {
    in_browser(async |page| {
        let copy = Copy::new("storage")?;
        let boot = copy.0.join("www/boot.js");
        let forbid = "Object.defineProperty(window, 'localStorage', { get() {
            throw new DOMException('forbidden', 'SecurityError'); } });\n";
        fs::write(&boot, forbid.to_owned() + &fs::read_to_string(&boot)?)?;
        let page = Page::serving(page.client.clone(), &copy.0)?;
        page.open("#v=1&n=640&hidden=16&epochs=1&run=1").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        page.script("document.querySelector('[name=theme][value=dark]').click()")
            .await?;
        let theme = page
            .script("return document.documentElement.dataset.theme")
            .await?;
        ensure!(theme == "dark", "{theme}");
        ensure!(page.alerts().await?.is_empty());
        Ok(())
    });
}

#[test]
fn every_lane_at_a_learning_rate_of_a_thousand_ends_with_a_reason() {
    in_browser(async |page| {
        page.open("#v=1&n=640&epochs=2&act=relu&opt=sgd&lr=1e3&init=scaled&run=1")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let states = page.lanes("data-state").await?;
        ensure!(
            states.iter().any(|(_, state)| state == "diverged"),
            "{states:?}"
        );
        for (rule, state) in states {
            let says = page.says(&rule).await?;
            let says_so = says.contains("left the finite numbers");
            ensure!((state == "diverged") == says_so, "{rule} {state}: {says}");
        }
        Ok(())
    });
}
