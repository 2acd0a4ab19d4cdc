//! The view of the tables: what it shows is in their files, and a cell opens its experiment.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};

const LIMIT: Duration = Duration::from_secs(20);
const NAMES: [&str; 4] = ["table1", "depth", "relu", "ifa"];

async fn press(page: &Page, selector: &str) -> Result<()> {
    let script = format!("document.querySelector(`{selector}`).click()");
    page.script(&script).await.map(|_| ())
}

async fn text(page: &Page, expression: &str) -> Result<String> {
    let value = page.script(&format!("return {expression}")).await?;
    value
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("{expression} is no text: {value}"))
}

/// Chooses a table and waits until it is shown.
async fn choose(page: &Page, name: &str) -> Result<()> {
    let script = format!(
        "const choice = document.querySelector('#paper-choice');
         choice.value = '{name}'; choice.dispatchEvent(new Event('change'))"
    );
    page.script(&script).await?;
    page.wait_for("#paper table", "data-state", &["shown"], LIMIT)
        .await
        .map(|_| ())
}

/// Checks that every cell says what the file of this table says, and nothing else stands there.
async fn shows(page: &Page, name: &str) -> Result<()> {
    let file = Page::dist().join(format!("assets/paper/{name}.json"));
    let table: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let rows = table["rows"].as_array().context("rows")?;
    let count = "return document.querySelectorAll('#paper tbody tr').length";
    ensure!(page.script(count).await? == rows.len(), "{name}: rows");
    let heads = "[...document.querySelectorAll('#paper thead [data-rule-name]')]
        .filter((head) => !head.hidden).map((head) => head.dataset.ruleName).join()";
    let rules: Vec<&str> = table["rules"]
        .as_array()
        .context("rules")?
        .iter()
        .filter_map(serde_json::Value::as_str)
        .collect();
    ensure!(
        text(page, heads).await? == rules.join(","),
        "{name}: columns"
    );
    let about = "[...document.querySelectorAll('#paper [data-about]')]
        .filter((about) => !about.hidden).map((about) => about.dataset.about).join()";
    ensure!(
        text(page, about).await? == name,
        "{name}: what is said of it"
    );
    for (i, row) in rows.iter().enumerate() {
        for (j, cell) in row["cells"].as_array().context("cells")?.iter().enumerate() {
            let of_cell = |selector: &str| {
                format!(
                    "document.querySelectorAll('#paper tbody tr')[{i}]
                       .querySelectorAll('td')[{j}].querySelector('{selector}').textContent"
                )
            };
            let paper = text(page, &of_cell(".paper-figure")).await?;
            ensure!(paper == cell["paper"].as_str().unwrap_or("none"), "{paper}");
            let ours = text(page, &of_cell(".our-figure")).await?;
            let stands_on = text(page, &of_cell(".stands-on")).await?;
            let stands_on = stands_on.trim();
            match cell["ours"].as_object() {
                None => ensure!(
                    ours == "not run" && stands_on.is_empty(),
                    "{ours} {stands_on}"
                ),
                Some(figure) => {
                    ensure!(figure["text"] == ours, "{ours}");
                    let words = figure["stands_on"].as_str().context("stands_on")?;
                    let date = figure["date"].as_str().context("date")?;
                    ensure!(stands_on == format!("{words}, {date}"), "{stands_on}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn the_view_shows_every_table_and_opens_an_experiment_from_a_cell() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("").await?;
        page.ready().await?;
        press(&page, "#open-paper").await?;
        for name in NAMES {
            choose(&page, name).await?;
            shows(&page, name).await?;
        }
        choose(&page, "depth").await?;
        press(
            &page,
            "#paper button[aria-label='Open: 10×64 · init=scaled, BP']",
        )
        .await?;
        page.ready().await?;
        let hash = text(&page, "location.hash").await?;
        ensure!(
            hash == "#v=1&rules=bp&hidden=10x64&init=scaled&epochs=10&evals=1",
            "{hash}"
        );
        press(&page, "#open-paper").await?;
        choose(&page, "table1").await?;
        press(&page, "#paper button[aria-label='Open: 100×240 tanh, DFA']").await?;
        page.ready().await?;
        let hash = text(&page, "location.hash").await?;
        ensure!(
            hash == "#v=1&n=60000&rules=dfa&hidden=100x240&lr=1e-4&epochs=300&evals=1",
            "{hash}"
        );
        let open = page
            .script("return document.querySelector('#paper').open")
            .await?;
        ensure!(open == false, "the dialog is still open");
        let hidden = text(&page, "document.querySelector('[name=hidden]').value").await?;
        ensure!(hidden == "100x240", "{hidden}");
        // The experiment before is one step back.
        page.script("history.back()").await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let hidden = text(&page, "document.querySelector('[name=hidden]').value").await?;
        ensure!(hidden == "10x64", "{hidden}");
        Ok(())
    });
}

#[test]
fn the_view_fits_at_any_width_in_every_language() {
    in_browser(async |page| {
        let looks = [(1440, 900), (1024, 768), (390, 844)]
            .into_iter()
            .flat_map(|size| [(size, false), (size, true)]);
        for language in ["en", "ja"] {
            page.open(&format!("#v=1&lang={language}")).await?;
            page.ready().await?;
            for ((width, height), dark) in looks.clone() {
                page.look(width, height, dark).await?;
                press(&page, "#open-paper").await?;
                for name in NAMES {
                    choose(&page, name).await?;
                    tokio::time::sleep(Duration::from_millis(150)).await;
                    let theme = if dark { "dark" } else { "light" };
                    let picture = format!("paper-{name}-{language}-{width}-{theme}");
                    page.screenshot(&picture).await?;
                    let script = "const box = document.querySelector('#paper');
                        const { left, right, top, bottom } = box.getBoundingClientRect();
                        return left >= 0 && right <= innerWidth && top >= 0
                          && bottom <= innerHeight && box.scrollWidth <= box.clientWidth";
                    ensure!(page.script(script).await? == true, "{picture} sticks out");
                }
                press(&page, "#paper .dialog-head button").await?;
            }
        }
        Ok(())
    });
}

#[test]
fn a_missing_file_is_named_and_asked_for_again() {
    in_browser(async |page| {
        page.open("").await?;
        page.ready().await?;
        page.script(
            "window.whole = window.fetch;
             window.fetch = (what) => String(what).includes('table1.json')
               ? Promise.resolve(new Response('', { status: 404 })) : window.whole(what)",
        )
        .await?;
        press(&page, "#open-paper").await?;
        page.wait_for("#paper table", "data-state", &["failed"], LIMIT)
            .await?;
        let status = text(&page, "document.querySelector('#paper-status').textContent").await?;
        ensure!(
            status.contains("./assets/paper/table1.json") && status.contains("404"),
            "{status}"
        );
        // The others are there all the same.
        choose(&page, "depth").await?;
        let script = "document.querySelector('#paper-choice').value = 'table1'";
        page.script(script).await?;
        press(&page, "#paper .dialog-head button").await?;
        page.script("window.fetch = window.whole").await?;
        press(&page, "#open-paper").await?;
        page.wait_for("#paper table", "data-state", &["shown"], LIMIT)
            .await?;
        Ok(())
    });
}
