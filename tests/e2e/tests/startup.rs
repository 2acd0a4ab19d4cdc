//! From opening the address to the first curve, and what training costs the main thread, as Chromium's performance entries
//! tell it; and how long frames and tasks take while four lanes train: `cargo xtask startup`. Writes `benches/results/startup.md`.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::trace::{CATEGORIES, Task};
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

/// What is trained while frames are measured, and its name.
const TRAINED: [(&str, &str); 3] = [
    ("first look", "#v=1&epochs=1000&stop=0"),
    ("20x64", "#v=1&hidden=20x64&epochs=1000"),
    (
        "3x800, 60,000 images",
        "#v=1&hidden=3x800&n=60000&epochs=300",
    ),
];
const WINDOWS: usize = 5;
const WINDOW: Duration = Duration::from_secs(6);

/// Presses Run and tells how long the first measured error took to be shown, milliseconds.
async fn run_to_first_point(page: &Page) -> Result<f64> {
    let script = "const [done] = arguments; const begin = performance.now();
        const look = () => document.querySelector('[data-rule][data-test-error]')
          ? done(performance.now() - begin) : requestAnimationFrame(look);
        document.querySelector('#run').click(); look()";
    let took = page.client.execute_async(script, Vec::new()).await?;
    took.as_f64().context("milliseconds")
}

/// A row of the table of frames: the median of windows of some seconds, and the worst.
async fn frames(name: &str, fragment: &str) -> Result<String> {
    let browser = Browser::start().await?;
    let page = Page::new(&browser)?;
    let measured = async {
        page.look(1440, 900, false).await?;
        page.open(fragment).await?;
        page.ready().await?;
        page.script("document.querySelector('#performance').showPopover()")
            .await?;
        let first = run_to_first_point(&page).await?;
        let mut windows: [Vec<f64>; 4] = Default::default();
        for _ in 0..WINDOWS {
            page.script("document.querySelector('#measure-anew').click()")
                .await?;
            tokio::time::sleep(WINDOW).await;
            let data = page
                .script(
                    "const data = document.querySelector('#performance').dataset;
                     return [data.frameMedianMs, data.frameP95Ms, data.longestTaskMs, data.busiestLaneMessagesPerSecond].map(Number)",
                )
                .await?;
            let of_window: [f64; 4] =
                serde_json::from_value(data).context("a figure is missing")?;
            for (all, figure) in windows.iter_mut().zip(of_window) {
                all.push(figure);
            }
        }
        let mut row = format!("| {name} | {first:.0} ms |");
        for (all, unit) in windows.iter_mut().zip([" ms", " ms", " ms", ""]) {
            all.sort_by(f64::total_cmp);
            write!(
                row,
                " {}{unit} ({}{unit}) |",
                all[WINDOWS / 2],
                all[WINDOWS - 1]
            )?;
        }
        Ok(row)
    };
    let measured = measured.await;
    browser.close().await;
    measured
}

/// A row of the table of main-thread work: one window, from Chromium's trace.
async fn work(name: &str, fragment: &str) -> Result<String> {
    let browser = Browser::traced(CATEGORIES).await?;
    let page = Page::new(&browser)?;
    let measured = async {
        page.look(1440, 900, false).await?;
        page.open(fragment).await?;
        page.ready().await?;
        run_to_first_point(&page).await?;
        page.mark("begin").await?;
        tokio::time::sleep(WINDOW).await;
        page.mark("end").await?;
        page.tasks_between("begin", "end").await
    };
    let measured = measured.await;
    browser.close().await;
    let tasks = measured?;
    let sorted = |of: fn(&Task) -> f64, frames: bool| {
        let tasks = tasks.iter().filter(|task| task.frame || !frames);
        let mut all: Vec<f64> = tasks.map(of).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let at = |all: &[f64], share: f64| {
        let place = (share * all.len() as f64) as usize;
        all.get(place.min(all.len().saturating_sub(1))).copied()
    };
    let mut row = format!("| {name} | {} |", sorted(|task| task.wall, true).len());
    for of in [(|task| task.processor) as fn(&Task) -> f64, |task| {
        task.wall
    }] {
        let (frames, all) = (sorted(of, true), sorted(of, false));
        let [median, most, longest] = [at(&frames, 0.5), at(&frames, 0.95), all.last().copied()]
            .map(|time| time.map_or("–".to_owned(), |time| format!("{time:.1} ms")));
        write!(row, " {median} | {most} | {longest} |")?;
    }
    Ok(row)
}

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
    write!(
        text,
        "\n## While four lanes train\n\nWall-clock time of the page's main thread over {WINDOWS} windows of {} s: the \
         median of the windows, the worst of them in parentheses. A frame is the work of drawing one; 0 ms: no task of more \
         than 50 ms.\n\n| net | Run to the first measured error | median frame | 95 % of frames within | longest task \
         | messages a second of the busiest lane |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
        WINDOW.as_secs()
    )?;
    for (name, fragment) in TRAINED {
        writeln!(text, "{}", runtime.block_on(frames(name, fragment))?)?;
    }
    write!(
        text,
        "\n## Work of the main thread\n\nThe same nets, {} s of each, from Chromium's own trace: tasks of the page's main \
         thread that drew a frame, and the longest task of any kind, in processor time of the thread and by the clock on the \
         wall, which counts too what the thread waits for while lanes have its core.\n\n| net | frames | median frame, \
         processor | 95 % within | longest task | median frame, wall | 95 % within | longest task |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        WINDOW.as_secs()
    )?;
    for (name, fragment) in TRAINED {
        writeln!(text, "{}", runtime.block_on(work(name, fragment))?)?;
    }
    print!("{text}");
    fs::write(
        xtask::process::root().join("benches/results/startup.md"),
        text,
    )?;
    Ok(())
}
