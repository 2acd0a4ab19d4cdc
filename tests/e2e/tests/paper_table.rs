//! The view of the paper's Table 1: what it shows is in its file, and a cell opens its experiment.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};

const LIMIT: Duration = Duration::from_secs(20);

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

#[test]
fn the_view_shows_the_table_and_opens_an_experiment_from_a_cell() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("").await?;
        page.ready().await?;
        press(&page, "#open-paper").await?;
        page.wait_for("#paper table", "data-state", &["shown"], LIMIT)
            .await?;
        let file = std::fs::read_to_string(Page::dist().join("assets/paper/table1.json"))?;
        let table: serde_json::Value = serde_json::from_str(&file)?;
        let rows = table["rows"].as_array().context("rows")?;
        for (i, row) in rows.iter().enumerate() {
            for (j, cell) in row["cells"].as_array().context("cells")?.iter().enumerate() {
                let of_cell = |selector: &str| {
                    format!(
                        "document.querySelectorAll('#paper tbody tr')[{i}]
                           .querySelectorAll('td')[{j}].querySelector('{selector}').textContent"
                    )
                };
                let paper = text(&page, &of_cell(".paper-figure")).await?;
                ensure!(paper == cell["paper"].as_str().unwrap_or("none"), "{paper}");
                let ours = text(&page, &of_cell(".our-figure")).await?;
                let stands_on = text(&page, &of_cell(".stands-on")).await?;
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
        press(&page, "#paper button[aria-label='Open 100×240 tanh, DFA']").await?;
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
        ensure!(hidden == "2x128", "{hidden}");
        Ok(())
    });
}

#[test]
fn the_view_fits_at_any_width() {
    in_browser(async |page| {
        page.open("").await?;
        page.ready().await?;
        for (width, height) in [(1440, 900), (1024, 768), (390, 844)] {
            for dark in [false, true] {
                page.look(width, height, dark).await?;
                press(&page, "#open-paper").await?;
                page.wait_for("#paper table", "data-state", &["shown"], LIMIT)
                    .await?;
                tokio::time::sleep(Duration::from_millis(300)).await;
                let theme = if dark { "dark" } else { "light" };
                page.screenshot(&format!("paper-{width}-{theme}")).await?;
                let script = "const box = document.querySelector('#paper');
                    const { left, right, top, bottom } = box.getBoundingClientRect();
                    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight
                      && box.scrollWidth <= box.clientWidth";
                ensure!(page.script(script).await? == true, "sticks out at {width}");
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
        press(&page, "#paper .dialog-head button").await?;
        page.script("window.fetch = window.whole").await?;
        press(&page, "#open-paper").await?;
        page.wait_for("#paper table", "data-state", &["shown"], LIMIT)
            .await?;
        Ok(())
    });
}
