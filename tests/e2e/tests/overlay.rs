//! Other runs under the present one: a pasted link is trained here and gives the command line's curves, files are laid on
//! after their checks, and readings say the difference.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use fantoccini::Locator;
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(120);
const PRESENT: &str = "v=1&n=640&rules=bp-dfa&hidden=2x16&epochs=4&evals=1";
const OTHER: &str = "v=1&n=640&rules=bp-dfa&hidden=2x16&lr=3e-3&epochs=3&evals=1";

async fn finished(page: &Page, fragment: &str) -> Result<()> {
    page.open(fragment).await?;
    page.ready().await?;
    page.press(if fragment.contains("lang=ja") {
        "実行"
    } else {
        "Run"
    })
    .await?;
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    Ok(())
}

/// The rows of a readout at the evaluation point that is so many from the first.
async fn reading(page: &Page, name: &str, points: usize) -> Result<Vec<Vec<String>>> {
    page.script(&format!(
        "const canvas = document.querySelector('#{name}-canvas'); canvas.focus();
         const press = (key) => canvas.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true }}));
         press('Home'); for (let i = 0; i < {points}; i++) press('ArrowRight')"
    ))
    .await?;
    page.until(
        "a reading",
        &format!("return !document.querySelector('#{name}-readout').hidden"),
        LIMIT,
    )
    .await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let rows = page
        .script(&format!(
            "return [...document.querySelectorAll('#{name}-readout tbody tr')].map(
               (row) => [...row.children].map((cell) => cell.innerText))"
        ))
        .await?;
    Ok(serde_json::from_value(rows)?)
}

/// Every evaluation point of a link's lane, as the command line measures it: step, training and test error.
fn native(link: &str, lane: &str) -> Result<Vec<(u64, f64, Option<f64>)>> {
    let falab = xtask::process::root().join("target/release/falab");
    let output = Command::new(&falab)
        .args(["run", link, "--format", "jsonl"])
        .output()
        .with_context(|| format!("{}; run: cargo build --release", falab.display()))?;
    ensure!(output.status.success());
    let mut points = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let record: Value = serde_json::from_str(line)?;
        if record["type"] == "metrics" && record["lane"] == lane {
            points.push((
                record["step"].as_u64().context("a step")?,
                record["train_error"].as_f64().context("an error")?,
                record["test_error"].as_f64(),
            ));
        }
    }
    Ok(points)
}

/// Gives files to an input of the page.
async fn give(page: &Page, selector: &str, files: &[(&str, &str)]) -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("overlay");
    fs::create_dir_all(&folder)?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        paths.push(folder.join(name));
        fs::write(folder.join(name), text)?;
    }
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let input = page.client.find(Locator::Css(selector)).await?;
    input.send_keys(&paths.join("\n")).await?;
    Ok(())
}

/// The JSON form of the run that the history kept last.
async fn kept_run(page: &Page) -> Result<String> {
    let script = "const done = arguments[arguments.length - 1];
        const open = indexedDB.open('falab-history', 1);
        open.onsuccess = () => {
          const names = [...open.result.objectStoreNames];
          if (!names.includes('runs')) { open.result.close(); return done(''); }
          const runs = open.result.transaction('runs').objectStore('runs');
          const last = runs.getAll(IDBKeyRange.upperBound(-1));
          last.onsuccess = () => {
            open.result.close();
            const bytes = last.result[0]?.text;
            done(bytes ? new TextDecoder().decode(bytes) : '');
          };
        };";
    for _ in 0..100 {
        let text = page.client.execute_async(script, Vec::new()).await?;
        if let Some(text) = text.as_str().filter(|text| !text.is_empty()) {
            return Ok(text.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("no run was kept")
}

#[test]
fn a_pasted_link_is_trained_here_and_read_as_the_command_line_measures_it() {
    in_browser(async |page| {
        finished(&page, &format!("#{PRESENT}")).await?;
        let prints = page.lanes("data-fingerprint").await?;
        page.click("#open-compare").await?;
        // A link that is none is told what is wrong, and nothing else happens.
        let run = "document.querySelector('#compare-run').click()";
        page.script(&format!(
            "document.querySelector('#compare-link').value = 'v=1&hiden=3'; {run}"
        ))
        .await?;
        let problem = page.text("#compare-problem").await?;
        ensure!(
            problem.contains("hiden=3") && problem.contains("hidden"),
            "{problem}"
        );
        ensure!(
            page.attribute("#compare-link", "aria-invalid")
                .await?
                .as_deref()
                == Some("true")
        );
        let address = format!("{}#{OTHER}", page.address);
        page.script(&format!(
            "document.querySelector('#compare-link').value = {}; {run}",
            json!(address)
        ))
        .await?;
        ensure!(page.text("#compare-problem").await?.is_empty());
        let ended = "return /BP to step 30; DFA to step 30/.test(document.querySelector('.ghost-about')?.innerText)";
        page.until("the other run's end", ended, LIMIT).await?;
        let about = page.text(".ghost-about").await?;
        ensure!(
            about.contains("Ends earlier than this run (step 40)"),
            "{about}"
        );
        page.click("#compare form button").await?;
        let (present, other) = (native(PRESENT, "dfa")?, native(OTHER, "dfa")?);
        for (at, (step, train, test)) in present.iter().enumerate() {
            let rows = reading(&page, "error", at).await?;
            let of_dfa = rows
                .iter()
                .position(|row| row[0] == "DFA")
                .context("a row")?;
            let against = &rows[of_dfa + 1];
            ensure!(against[0] == "against A", "{rows:?}");
            let wanted = other.iter().find(|(other, ..)| other == step);
            let cell = |present: Option<f64>, other: Option<f64>| match (present, other) {
                (_, None) => "–".to_owned(),
                (None, Some(other)) => format!("{other:.2} (–)"),
                (Some(present), Some(other)) => {
                    let difference = format!("{:.2}", present - other);
                    let sign = if difference.trim_start_matches(['-', '0', '.']).is_empty() {
                        ""
                    } else if difference.starts_with('-') {
                        "−"
                    } else {
                        "+"
                    };
                    format!("{other:.2} ({sign}{:.2})", (present - other).abs())
                }
            };
            ensure!(
                against[1] == cell(Some(*train), wanted.map(|point| point.1)),
                "{step}: {rows:?}"
            );
            ensure!(
                against[2] == cell(*test, wanted.and_then(|point| point.2)),
                "{step}: {rows:?}"
            );
        }
        let angles = reading(&page, "angle", 1).await?;
        ensure!(
            angles
                .iter()
                .any(|row| row[0] == "against A" && row[1].ends_with("°)")),
            "{angles:?}"
        );
        // It stands in the table, and the keys read it after the lanes.
        page.click("#error-table-open").await?;
        page.until(
            "the table",
            "return document.querySelectorAll('#error-table tbody tr').length > 5",
            LIMIT,
        )
        .await?;
        let columns: Vec<Vec<String>> = serde_json::from_value(
            page.script(
                "return [...document.querySelectorAll('#error-table tr')].map(
                   (row) => [...row.children].map((cell) => cell.innerText))",
            )
            .await?,
        )?;
        // What the figure draws of it: test errors, as long as they are looked at.
        let heads = ["BP of A, test", "DFA of A, test"];
        ensure!(columns[0][6..] == heads, "{:?}", columns[0]);
        for row in &columns[1..] {
            let step: u64 = row[0].parse()?;
            let wanted = other.iter().find(|(other, ..)| *other == step);
            let test = wanted.and_then(|point| point.2);
            let test = test.map_or(String::new(), |test| format!("{test:.2} %"));
            ensure!(row[7] == test, "{row:?}: {wanted:?}");
        }
        page.click("#error-table-open").await?;
        reading(&page, "error", 0).await?;
        page.script(
            "const canvas = document.querySelector('#error-canvas');
             for (let i = 0; i < 5; i++)
               canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))",
        )
        .await?;
        page.until(
            "the other run's reading",
            "return document.querySelector('#error-readout .reading').innerText
               .startsWith('DFA of A, test: ')",
            LIMIT,
        )
        .await?;
        // It is in the legend, where it can be switched off.
        ensure!(page.text("#ghost-legend").await?.contains("A′"));
        page.click("#ghost-legend button").await?;
        let rows = reading(&page, "error", 0).await?;
        ensure!(rows.iter().all(|row| row[0] != "against A"), "{rows:?}");
        // The lanes know nothing of it.
        ensure!(page.lanes("data-fingerprint").await? == prints);
        page.click(".ghosts button").await?;
        page.until(
            "an empty legend",
            "return !document.querySelector('#ghost-legend button')",
            LIMIT,
        )
        .await?;
        ensure!(page.console().await?.is_empty());
        Ok(())
    });
}

#[test]
fn a_file_is_laid_on_and_a_damaged_one_is_told_its_place() {
    in_browser(async |page| {
        finished(&page, &format!("#{OTHER}")).await?;
        let run = kept_run(&page).await?;
        finished(&page, &format!("#{PRESENT}")).await?;
        page.click("#open-compare").await?;
        let damaged = run.replacen("\"rule\":\"bp\"", "\"rule\":\"<b>\"", 1);
        give(&page, "#compare-file", &[("damaged.json", &damaged)]).await?;
        let told = "return document.querySelector('#compare-problem').innerText !== ''";
        page.until("a message", told, LIMIT).await?;
        let problem = page.text("#compare-problem").await?;
        for part in ["damaged.json", "lanes[0].rule", "<b>", "bp, fa, dfa"] {
            ensure!(problem.contains(part), "no {part} in {problem}");
        }
        ensure!(page.text("#ghost-legend").await?.is_empty());
        give(
            &page,
            "#compare-file",
            &[("cut.json", &run[..run.len() / 2])],
        )
        .await?;
        page.until(
            "another message",
            "return document.querySelector('#compare-problem').innerText.includes('cut.json')",
            LIMIT,
        )
        .await?;
        give(&page, "#compare-file", &[("run.json", &run)]).await?;
        page.until(
            "the run",
            "return !!document.querySelector('#ghost-legend button')",
            LIMIT,
        )
        .await?;
        ensure!(page.text("#compare-problem").await?.is_empty());
        let about = page.text(".ghost-about").await?;
        ensure!(
            about.starts_with("BP to step 30; DFA to step 30"),
            "{about}"
        );
        // Three find room, a fourth is told so.
        for _ in 0..2 {
            page.click("#compare-present").await?;
        }
        ensure!(page.text("#compare-problem").await?.is_empty());
        page.click("#compare-present").await?;
        ensure!(page.text("#compare-problem").await?.contains("Three runs"));
        page.until(
            "all three in the legend",
            "return document.querySelector('#ghost-legend').innerText.includes('C‴')",
            LIMIT,
        )
        .await?;
        // The present run against itself: no difference.
        page.click("#compare form button").await?;
        let rows = reading(&page, "error", 4).await?;
        let of_b = rows
            .iter()
            .find(|row| row[0] == "against B")
            .context("a row")?;
        ensure!(of_b[1].ends_with("(0.00)"), "{rows:?}");
        Ok(())
    });
}

#[test]
fn a_dropped_file_is_compared_in_japanese() {
    in_browser(async |page| {
        finished(&page, &format!("#{OTHER}")).await?;
        let run = kept_run(&page).await?;
        finished(&page, &format!("#{PRESENT}&lang=ja")).await?;
        page.script(&format!(
            "const data = new DataTransfer(); data.items.add(new File([{}], '実行.json'));
             dispatchEvent(new DragEvent('drop', {{ dataTransfer: data, cancelable: true }}))",
            json!(run)
        ))
        .await?;
        page.until(
            "the run",
            "return !!document.querySelector('#ghost-legend button')",
            LIMIT,
        )
        .await?;
        ensure!(page.text("#compare-title").await? == "ほかの実行と比べる");
        let about = page.text(".ghost-about").await?;
        ensure!(about.starts_with("BPはステップ30まで"), "{about}");
        page.click("#compare form button").await?;
        let rows = reading(&page, "error", 1).await?;
        let against = rows
            .iter()
            .find(|row| row[0] == "Aとの差")
            .context("a row")?;
        ensure!(against[1].ends_with("）"), "{rows:?}");
        Ok(())
    });
}
