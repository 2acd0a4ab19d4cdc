//! The page lives under its own strict policy: a whole run breaks no rule of it, says nothing on the console and asks
//! nothing of another origin; also inside a frame of another origin and without storage.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};

const LIMIT: Duration = Duration::from_secs(180);

/// Counts broken rules, and what workers fetch; tells the latter through a channel of the origin.
const WATCH: &str = "window.broken = []; window.fetched = new Set();
    addEventListener('securitypolicyviolation', (event) =>
      broken.push(`${event.violatedDirective} ${event.blockedURI}`));
    new BroadcastChannel('fetched').onmessage = ({ data }) => data.forEach((name) => fetched.add(name));";

/// Added to the workers' script of a copy of the page.
const TELL: &str = "\nconst channel = new BroadcastChannel('fetched');
    setInterval(() => channel.postMessage([location.href,
      ...performance.getEntriesByType('resource').map((entry) => entry.name)]), 200);\n";

/// Without storage, as a browser that forbids it.
const NO_STORAGE: &str = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
    Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } }); }";

async fn runs_quietly(page: &Page, origin: &str) -> Result<()> {
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let script = "return [broken, [...fetched], performance.getEntriesByType('resource').map((entry) => entry.name)]";
    let (broken, of_workers, of_page): (Vec<String>, Vec<String>, Vec<String>) =
        serde_json::from_value(page.script(script).await?)?;
    ensure!(broken.is_empty(), "broken rules: {broken:?}");
    ensure!(
        of_page.iter().any(|name| name.ends_with("page.bin")),
        "{of_page:?}"
    );
    ensure!(
        of_workers
            .iter()
            .any(|name| name.ends_with("www/worker.js")),
        "{of_workers:?}"
    );
    for name in of_page.iter().chain(&of_workers) {
        ensure!(
            name.starts_with(origin),
            "a request to another place: {name}"
        );
    }
    Ok(())
}

#[test]
fn a_whole_run_breaks_no_rule_and_stays_with_its_own_origin() {
    in_browser(async |page| {
        let copy = std::env::temp_dir().join(format!("falab-policy-{}", std::process::id()));
        xtask::page::copy_folder(&Page::dist(), &copy)?;
        let worker = copy.join("www/worker.js");
        fs::write(&worker, fs::read_to_string(&worker)? + TELL)?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&asked);
        let watched = Page::watched(page.client.clone(), &copy, move |path| {
            if let Ok(mut asked) = note.lock() {
                asked.push(path.to_owned());
            }
            true
        })?;
        if !watched.before_its_scripts(WATCH).await? {
            return Ok(()); // Only Chromium runs a script before those of the page.
        }
        watched.open("#v=1&epochs=2&run=1").await?;
        runs_quietly(&watched, &watched.address).await?;
        let console = watched.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        // Under the policy code from a text is refused; in a task of its own, because a driver's script may do so.
        let refused = "const [done] = arguments; setTimeout(() => {
            try { new Function('return 1')(); done('ran') } catch (error) { done(error.name) } })";
        let refused = watched.client.execute_async(refused, Vec::new()).await?;
        ensure!(refused == "EvalError", "{refused}");
        watched.console().await?;
        let asked = asked.lock().map(|asked| asked.clone()).unwrap_or_default();
        ensure!(
            asked
                .iter()
                .all(|path| path.starts_with("/some/sub%20folder/")),
            "{asked:?}"
        );

        // In a frame of another origin, as in a course's page, and without storage.
        watched.before_its_scripts(NO_STORAGE).await?;
        let course = std::env::temp_dir().join(format!("falab-frame-{}", std::process::id()));
        fs::create_dir_all(&course)?;
        let source = format!("{}#v=1&n=640&hidden=16&epochs=2&run=1", watched.address);
        let html = format!("<!doctype html><iframe src='{source}' width=1000 height=800></iframe>");
        fs::write(course.join("index.html"), html)?;
        let outer = Page::serving(page.client.clone(), &course)?;
        ensure!(outer.address != watched.address);
        outer.open("").await?;
        page.client.clone().enter_frame(0).await?;
        let storage = "try { localStorage; return 'there' } catch (error) { return error.name }";
        ensure!(watched.script(storage).await? == "SecurityError");
        runs_quietly(&watched, &watched.address).await?;
        watched
            .script("document.querySelector('[name=theme][value=dark]').click()")
            .await?;
        let dark = watched
            .script("return document.documentElement.dataset.theme")
            .await?;
        ensure!(
            dark == "dark",
            "without storage a choice still applies: {dark}"
        );
        ensure!(watched.alerts().await?.is_empty());
        // The icon of the outer page alone is missing.
        let console = watched.console().await?;
        ensure!(
            console.iter().all(|line| line.contains("favicon.ico")),
            "{console:#?}"
        );
        for folder in [copy, course] {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        Ok(())
    });
}
