//! From opening the address to the first curve, and what training costs the main thread, as Chromium's performance entries
//! tell it: `cargo xtask startup`. Writes `benches/results/startup.md`.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::{Browser, Page};

const ROUNDS: usize = 5;
const LINK: &str = "#v=1&epochs=10&run=1";

/// Notes when what is named can be seen in the page's elements, the tasks that the browser calls long, and the bytes that
/// had come by the first curve point.
const WATCH: &str = "window.seen = {}; window.tasks = [];
    const note = (name) => { seen[name] ??= performance.now(); };
    new PerformanceObserver((list) => list.getEntries().forEach(({ startTime, duration }) => tasks.push([startTime, duration])))
      .observe({ type: 'longtask', buffered: true });
    new MutationObserver(() => {
      const state = document.querySelector('main')?.dataset.state;
      if (state === 'ready' || state === 'running') note('ready');
      if (!seen.curve && document.querySelector('[data-rule][data-test-error]:not([data-test-error=\"\"])')) {
        note('curve');
        seen.bytes = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .reduce((sum, entry) => sum + entry.transferSize, 0);
      }
      if (state === 'finished') note('finished');
    }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-state', 'data-test-error'] });";

/// What one opening of the page gives; times in milliseconds since the navigation began.
struct Round {
    paint: f64,
    contentful: f64,
    ready: f64,
    curve: f64,
    finished: f64,
    long_before: f64,
    longest_before: f64,
    long_after: f64,
    longest_after: f64,
    bytes: f64,
}

async fn read(page: &Page) -> Result<Round> {
    let script = "const at = (name) => performance.getEntriesByName(name)[0].startTime;
        return [at('first-paint'), at('first-contentful-paint'), seen.ready, seen.curve, seen.finished, seen.bytes]";
    let read = page.script(script).await?;
    let [paint, contentful, ready, curve, finished, bytes] =
        serde_json::from_value(read).context("a time is missing")?;
    let tasks: Vec<(f64, f64)> = serde_json::from_value(page.script("return tasks").await?)?;
    let within = |from: f64, to: f64| {
        let tasks = tasks.iter().filter(|(start, _)| (from..to).contains(start));
        let lengths: Vec<f64> = tasks.map(|(_, length)| *length).collect();
        let longest = lengths.iter().copied().max_by(f64::total_cmp);
        (lengths.len() as f64, longest.unwrap_or_default())
    };
    let ((long_before, longest_before), (long_after, longest_after)) =
        (within(0.0, curve), within(curve, finished));
    Ok(Round {
        paint,
        contentful,
        ready,
        curve,
        finished,
        long_before,
        longest_before,
        long_after,
        longest_after,
        bytes,
    })
}

async fn round() -> Result<Round> {
    let browser = Browser::start().await?;
    let page = Page::new(&browser)?;
    let measured = async {
        page.before_its_scripts(WATCH).await?;
        page.look(1440, 900, false).await?;
        page.open(LINK).await?;
        let limit = Duration::from_secs(120);
        page.wait_for("main", "data-state", &["finished"], limit)
            .await?;
        read(&page).await
    };
    let measured = measured.await;
    browser.close().await;
    measured
}

type Row = (&'static str, &'static str, fn(&Round) -> f64);

const ROWS: [Row; 10] = [
    ("first paint", "ms", |round| round.paint),
    ("first contentful paint", "ms", |round| round.contentful),
    ("images are there, lanes can run", "ms", |round| round.ready),
    (
        "first curve point: a lane shows its first measured test error",
        "ms",
        |round| round.curve,
    ),
    ("end of the run", "ms", |round| round.finished),
    ("long tasks before the first curve point", "", |round| {
        round.long_before
    }),
    ("the longest of them", "ms", |round| round.longest_before),
    ("long tasks from there to the end of the run", "", |round| {
        round.long_after
    }),
    ("the longest of them", "ms", |round| round.longest_after),
    (
        "bytes that had come by the first curve point, uncompressed; 1,367 kB of them are test images that an epoch's end needs",
        "kB",
        |round| round.bytes / 1e3,
    ),
];

#[test]
#[ignore = "measures and asserts nothing: cargo xtask startup"]
fn from_the_address_to_the_first_curve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(runtime.block_on(round())?);
    }
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let cores = std::thread::available_parallelism()?;
    let mut text = format!(
        "# Start of the page\n\n`cargo xtask startup`: `{LINK}` opened {ROUNDS} times in fresh headless Chromium, 1440x900, \
         from a server on the same machine, {cores} cores, load average {load} at the end (the runs themselves keep two to \
         four threads busy; more means that other programs ran too). Times since the navigation began, from Chromium's performance entries; a long task holds the main thread for more than 50 ms (0 ms: there was none).\n\n\
         | what | median | least | most |\n| --- | ---: | ---: | ---: |\n"
    );
    for (name, unit, of) in ROWS {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let [least, median, most] = [values[0], values[ROUNDS / 2], values[ROUNDS - 1]]
            .map(|value| format!("{value:.0} {unit}").trim_end().to_owned());
        writeln!(text, "| {name} | {median} | {least} | {most} |")?;
    }
    print!("{text}");
    fs::write(
        xtask::process::root().join("benches/results/startup.md"),
        text,
    )?;
    Ok(())
}
