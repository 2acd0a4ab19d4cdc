//! Files that a reader takes along: the page gives those of the command line, byte for byte, and PNG beside them.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser, native};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(120);

/// Keeps what is saved, as hex by its name, in place of a download.
const CATCH: &str = "
    window.taken = {};
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { window.last = blob; return make.call(URL, blob); };
    const anchor = document.getElementById('save-anchor');
    anchor.addEventListener('click', (event) => {
        event.preventDefault();
        const name = anchor.download;
        window.last.arrayBuffer().then((bytes) => {
            const hex = (byte) => byte.toString(16).padStart(2, '0');
            window.taken[name] = Array.from(new Uint8Array(bytes), hex).join('');
        });
    });";

async fn finished(page: &Page) -> Result<()> {
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    Ok(())
}

async fn text(page: &Page, script: &str) -> Result<String> {
    let value = page.script(&format!("return {script}")).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

async fn open_dialog(page: &Page) -> Result<()> {
    page.script(CATCH).await?;
    page.script("document.getElementById('open-export').click()")
        .await?;
    let open = "return document.getElementById('export-dialog').open";
    page.until("the dialog", open, LIMIT).await
}

/// Presses the button of a file and gives its bytes.
async fn take(page: &Page, stem: &str, ending: &str) -> Result<Vec<u8>> {
    let name = format!("{stem}-{ending}");
    page.script(&format!(
        "document.querySelector('[data-export=\"{ending}\"]').click()"
    ))
    .await?;
    page.until(&name, &format!("return '{name}' in window.taken"), LIMIT)
        .await?;
    let hex = text(page, &format!("window.taken['{name}']")).await?;
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).context("hex"))
        .collect()
}

const TEXTS: [&str; 7] = [
    "error.svg",
    "angle.svg",
    "series.csv",
    "run.json",
    "weights.safetensors",
    "report.md",
    "cite.bib",
];

async fn same_files(page: &Page, link: &str, stem: &str, language: &str) -> Result<()> {
    page.open(&format!("#{link}&run=1&lang={language}")).await?;
    finished(page).await?;
    open_dialog(page).await?;
    let native: BTreeMap<String, Vec<u8>> = native::exported(link, language)?;
    ensure!(native.len() == TEXTS.len(), "{:?}", native.keys());
    for ending in TEXTS {
        let found = take(page, stem, ending).await?;
        let expected = native.get(&format!("{stem}-{ending}")).context(ending)?;
        if found != *expected {
            let at = found.iter().zip(expected).position(|(a, b)| a != b);
            let at = at.unwrap_or(found.len().min(expected.len()));
            let near = |bytes: &[u8]| {
                let bytes = &bytes[at.saturating_sub(60)..bytes.len().min(at + 60)];
                String::from_utf8_lossy(bytes).into_owned()
            };
            anyhow::bail!(
                "{link} {ending}, byte {at}: {} is not {}",
                near(&found),
                near(expected)
            );
        }
    }
    Ok(())
}

#[test]
fn the_page_gives_the_files_of_the_command_line() {
    in_browser(async |page| {
        let small = "v=1&n=640&hidden=2x16&epochs=2&evals=2&seed=3";
        same_files(&page, small, "falab-2x16-seed3", "en").await?;
        let command = text(&page, "document.getElementById('export-command').innerText").await?;
        ensure!(
            command == format!("falab run '{small}' --export FOLDER"),
            "{command}"
        );
        let convolution = "v=1&n=320&rules=dfa&hidden=conv5x4-pool3s2-16&epochs=1";
        same_files(&page, convolution, "falab-conv5x4-pool3s2-16-seed1", "ja").await?;
        let phases = "v=1&n=320&phases=bp@1e;dfa&hidden=1x16&epochs=2";
        same_files(&page, phases, "falab-16-seed1", "en").await?;
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:#?}");
        Ok(())
    });
}

#[test]
fn a_png_has_twice_the_size_of_its_figure_and_something_on_it() {
    in_browser(async |page| {
        page.open("#v=1&n=320&hidden=1x16&epochs=1&run=1&lang=ja")
            .await?;
        finished(&page).await?;
        open_dialog(&page).await?;
        for figure in ["error", "angle"] {
            let stem = "falab-16-seed1";
            let png = take(&page, stem, &format!("{figure}.png")).await?;
            ensure!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
            let number =
                |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
            let svg = String::from_utf8(take(&page, stem, &format!("{figure}.svg")).await?)?;
            let side = |name: &str| -> Result<f64> {
                let after = svg.split(&format!("{name}=\"")).nth(1).context("a side")?;
                Ok(after.split('"').next().context("a number")?.parse()?)
            };
            let twice = (2.0 * side("width")?, 2.0 * side("height")?);
            ensure!(
                (f64::from(number(16)), f64::from(number(20))) == twice,
                "{twice:?}"
            );
            // An empty picture of this size takes a few kB.
            ensure!(png.len() > 20_000, "{} bytes", png.len());
        }
        Ok(())
    });
}

#[test]
fn what_is_not_there_is_said() {
    in_browser(async |page| {
        page.open("#v=1&n=640&rules=bp-dfa&hidden=1x16&epochs=50")
            .await?;
        page.ready().await?;
        open_dialog(&page).await?;
        let disabled = "JSON.stringify([...document.querySelectorAll('[data-export]')]
            .filter((button) => button.disabled).map((button) => button.dataset.export))";
        let found: Vec<String> = serde_json::from_str(&text(&page, disabled).await?)?;
        ensure!(found.len() == 7, "{found:?}");
        let status = "document.getElementById('export-status').innerText";
        let says = text(&page, status).await?;
        ensure!(says.starts_with("No lane has run yet"), "{says}");
        let lanes = "document.getElementById('export-lanes').innerText";
        let says = text(&page, lanes).await?;
        ensure!(
            says == "Weights: bp none (not begun) · dfa none (not begun)",
            "{says}"
        );
        take(&page, "falab-16-seed1", "report.md").await?;
        page.script("document.getElementById('export-dialog').close()")
            .await?;

        // One step of one lane: its weights, with the step, and nothing of the other.
        page.press("Step").await?;
        page.wait_for("main", "data-state", &["paused"], LIMIT)
            .await?;
        page.script("document.getElementById('open-export').click()")
            .await?;
        let says = text(&page, lanes).await?;
        ensure!(
            says == "Weights: bp after step 1 · dfa after step 1",
            "{says}"
        );
        let bytes = take(&page, "falab-16-seed1", "weights.safetensors").await?;
        let length = u64::from_le_bytes(bytes[..8].try_into()?) as usize;
        let header: Value = serde_json::from_slice(&bytes[8..8 + length])?;
        ensure!(header["__metadata__"]["dfa.step"] == "1", "{header}");
        let last = &header["dfa.feedback.1"]["data_offsets"][1];
        ensure!(
            last.as_u64() == Some((bytes.len() - 8 - length) as u64),
            "{last}"
        );
        let run = take(&page, "falab-16-seed1", "run.json").await?;
        let run: Value = serde_json::from_slice(&run)?;
        ensure!(run["lanes"][0]["step"] == 1 && run["lanes"][0]["fingerprint"].is_null());

        // A lane that diverged has no weights to take.
        page.open(
            "#v=1&n=640&rules=bp&hidden=4x32&act=relu&init=scaled&opt=sgd&lr=1e6&epochs=2&run=1",
        )
        .await?;
        page.wait_for("[data-rule=bp]", "data-state", &["diverged"], LIMIT)
            .await?;
        open_dialog(&page).await?;
        let says = text(&page, lanes).await?;
        ensure!(says == "Weights: bp none (diverged)", "{says}");
        let found: Vec<String> = serde_json::from_str(&text(&page, disabled).await?)?;
        ensure!(found == ["weights.safetensors"], "{found:?}");
        // Of several seeds the first, which is said.
        page.open("#v=1&n=320&hidden=1x16&rules=bp&epochs=1&seed=5&seeds=2&run=1&lang=en")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        page.click("#open-export").await?;
        let said = page.text("#export-status").await?;
        ensure!(said.contains("seed 5, the first of 2"), "{said}");
        page.script(CATCH).await?;
        let run = take(&page, "falab-16-seed5", "run.json").await?;
        let run: Value = serde_json::from_slice(&run)?;
        ensure!(run["seeds"] == 2, "{run}");
        Ok(())
    });
}
