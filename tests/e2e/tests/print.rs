//! The experiment on paper: one page of figures, results, settings and link, on white.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(180);

/// Pages of the PDF that Chromium prints on paper of this size, inches.
async fn pages(page: &Page, (width, height): (f64, f64)) -> Result<Value> {
    let paper = json!({ "paperWidth": width, "paperHeight": height });
    let printed = page.chromium("Page.printToPDF", paper).await?;
    let count = "return (atob(arguments[0]).match(/\\/Type \\/Page\\b/g) ?? []).length";
    let data = printed["data"].clone();
    Ok(page.client.execute(count, vec![data]).await?)
}

const A4: (f64, f64) = (8.27, 11.69);
const LETTER: (f64, f64) = (8.5, 11.0);

#[test]
fn a_default_experiment_is_one_page() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver gives the printed pages.
        }
        for language in ["en", "ja"] {
            page.open(&format!("#v=1&epochs=1&run=1&lang={language}"))
                .await?;
            page.wait_for("main", "data-state", &["finished"], LIMIT)
                .await?;
            for (width, dark) in [(1440, false), (390, true)] {
                page.look(width, 900, dark).await?;
                // Whatever is open stays on the screen.
                page.script("document.querySelector('#promise').showModal()")
                    .await?;
                for paper in [A4, LETTER] {
                    let count = pages(&page, paper).await?;
                    ensure!(count == 1, "{language} {width} {paper:?}: {count} pages");
                }
                let after = "return [document.querySelector('#sheet').checkVisibility(),
                    document.querySelector('#sheet-error canvas').width]";
                let after = page.script(after).await?;
                ensure!(after == json!([false, 0]), "{after}");
            }
        }
        Ok(())
    });
}

/// What is on the sheet while the browser prints: asked in the medium of paper.
async fn sheet(page: &Page, what: &str) -> Result<Value> {
    let media = json!({ "media": "print", "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    page.chromium("Emulation.setEmulatedMedia", media).await?;
    let script = format!(
        "dispatchEvent(new Event('beforeprint'));
         const text = (selector) => document.querySelector(selector).innerText;
         const seen = (() => {{ {what} }})();
         dispatchEvent(new Event('afterprint')); return seen"
    );
    let seen = page.script(&script).await?;
    let media = json!({ "media": "", "features": [] });
    page.chromium("Emulation.setEmulatedMedia", media).await?;
    Ok(seen)
}

#[test]
fn the_sheet_says_what_the_page_says() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver shows the medium of paper.
        }
        page.look(1440, 900, true).await?;
        page.open("#v=1&n=640&hidden=2x16&rules=bp-dfa&opt=sgd&lr=0.1&seed=9&epochs=2&lang=en&run=1&title=Two%20rules&note=Compare")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let words = sheet(
            &page,
            "return [text('#sheet-title'), text('#sheet-note'), text('#sheet-link'), text('#sheet-settings')]",
        )
        .await?;
        let address = page.client.current_url().await?.to_string();
        ensure!(words[0] == "Two rules" && words[1] == "Compare", "{words}");
        ensure!(words[2] == address, "{words} {address}");
        let settings = words[3].as_str().context("settings")?;
        for said in [
            "Hidden layers 2x16",
            "Rules bp-dfa",
            "Data set mnist",
            "Training images 640",
            "Method sgd",
            "Learning rate 0.1",
            "Batch (images) 64",
            "Dropout none",
            "Epochs 2",
            "Training error (%) 0.01",
            "Seed 9",
            "Law uniform",
            "Activation tanh",
        ] {
            ensure!(settings.contains(said), "{said}: {settings}");
        }
        ensure!(!settings.contains("Adam"), "SGD has none of it: {settings}");

        let results = sheet(
            &page,
            "return [...document.querySelectorAll('#sheet-results tr')].map((row) => [...row.cells].map((cell) => cell.innerText))",
        )
        .await?;
        let errors = page.lanes("data-test-error").await?;
        let prints = page.lanes("data-fingerprint").await?;
        let results: Vec<Vec<String>> = serde_json::from_value(results)?;
        ensure!(results.len() == 2, "{results:?}");
        for ((row, (_, error)), (_, print)) in results.iter().zip(errors).zip(prints) {
            let error: f64 = error.parse()?;
            ensure!(
                row[1] == "done: all epochs" && row[2] == "20 (2.00)",
                "{row:?}"
            );
            ensure!(
                row[4] == format!("{error:.2}") && row[5] == print,
                "{row:?}"
            );
        }
        ensure!(results[0][0] == "B Backpropagation", "{results:?}");

        // Black on white although the page is dark; sharp; nothing else of the page.
        let look = sheet(
            &page,
            "const figures = [...document.querySelectorAll('.sheet canvas')].map((canvas) => {
               const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
               let blue = 0;
               for (let i = 0; i < data.length; i += 4)
                 if (data[i] === 0 && data[i + 1] === 33 && data[i + 2] === 205) blue += 1;
               return [canvas.width === 2800, blue > 500];
             });
             const style = getComputedStyle(document.querySelector('#sheet-title'));
             const others = [...document.body.children].filter((one) => one.id !== 'sheet' && one.checkVisibility());
             return [figures, style.color, style.colorScheme, others.length]",
        )
        .await?;
        let wanted = json!([[[true, true], [true, true]], "rgb(24, 27, 30)", "light", 0]);
        ensure!(look == wanted, "{look}");

        // Runs that are compared are on it, each with its link.
        page.script("document.querySelector('#compare-present').click()")
            .await?;
        let ghosts = sheet(&page, "return text('#sheet-ghosts')").await?;
        let ghosts = ghosts.as_str().context("the other runs")?;
        ensure!(
            ghosts.starts_with("′ ") && ghosts.contains("&hidden=2x16&") && !ghosts.contains('\n'),
            "{ghosts}"
        );
        Ok(())
    });
}

#[test]
fn print_is_asked_of_the_browser_with_the_sheet_filled() {
    in_browser(async |page| {
        page.open("#v=1&n=640&hidden=16&epochs=1&rules=bp&lang=en&run=1")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        // A driver cannot answer the browser's own dialog: the call is watched, and tells what a printing browser does.
        let printed = page
            .script(
                "let filled = null;
                 window.print = () => {
                   dispatchEvent(new Event('beforeprint'));
                   filled = document.querySelectorAll('#sheet-results tr').length;
                   dispatchEvent(new Event('afterprint'));
                 };
                 document.querySelector('#open-preferences').click();
                 document.querySelector('#print').click();
                 return [filled, document.querySelector('#preferences').matches(':popover-open'), document.querySelector('#sheet').hidden]",
            )
            .await?;
        ensure!(printed == json!([1, false, true]), "{printed}");
        Ok(())
    });
}

#[test]
fn five_lanes_with_their_receipts_are_one_page_too() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver gives the printed pages.
        }
        let lanes = ["bp", "fa", "dfa", "ifa", "shallow"];
        let receipts = lanes.map(|lane| format!("{lane}:0123456789abcdef"));
        page.open(&format!(
            "#v=1&n=640&hidden=96-48-2x16&act=logistic&opt=adam&epochs=1&rules={}&receipt={}&run=1",
            lanes.join("-"),
            receipts.join(",")
        ))
        .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        for paper in [A4, LETTER] {
            let count = pages(&page, paper).await?;
            ensure!(count == 1, "{paper:?}: {count} pages");
        }
        Ok(())
    });
}

#[test]
fn of_several_seeds_it_says_what_is_their_median_and_what_the_first_one() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver shows the medium of paper.
        }
        page.open("#v=1&n=640&hidden=8&rules=bp-dfa&epochs=1&seed=9&seeds=2&note=Compare&run=1")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let note = sheet(&page, "return text('#sheet-note')").await?;
        ensure!(
            note == "Compare\nLine: median of the seeds. Band: lowest to highest. The results are those of seed 9.",
            "{note}"
        );
        Ok(())
    });
}
