//! A bad link never breaks the page: it is told what, and the rest applies.

use anyhow::{Result, ensure};
use e2e::{Page, in_browser};

async fn alert(page: &Page, fragment: &str) -> Result<String> {
    page.open(fragment).await?;
    page.ready().await?;
    let text = page
        .script("return document.querySelector('[role=alert] ul').innerText")
        .await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

#[test]
fn each_kind_of_bad_link_is_named_and_the_page_stays_ready() {
    in_browser(async |page| {
        for (fragment, named) in [
            (
                "#v=1&hiden=3x50",
                "hiden=3x50: there is no key hiden; is hidden meant?",
            ),
            (
                "#v=1&lr=fast&seed=7",
                "lr=fast is not possible; allowed: a number above 0",
            ),
            ("#v=1&hidden=100x2000", "hidden=100x2000 needs"),
            ("#v=1&seed=7&hid", "“hid” has no “=”"),
            ("#v=1&seed=7&seed=8", "seed is given twice"),
            ("#v=2", "v=2 is a link of another version"),
            ("#v=1&seed=<b>7</b>", "seed=<b>7</b> is not possible"),
        ] {
            let text = alert(&page, fragment).await?;
            ensure!(text.contains(named), "{fragment}: {text}");
        }
        Ok(())
    });
}

#[test]
fn what_is_right_in_a_bad_link_applies() {
    in_browser(async |page| {
        let text = alert(&page, "#v=1&hidden=3x50&lr=fast&seed=7").await?;
        ensure!(!text.contains("hidden"), "{text}");
        for (name, wanted) in [("hidden", "3x50"), ("lr", "1e-3"), ("seed", "7")] {
            let value = format!("return document.querySelector('[name={name}]').value");
            let value = page.script(&value).await?;
            ensure!(
                value == wanted || wanted == "1e-3" && value == "0.001",
                "{name}: {value}"
            );
        }
        Ok(())
    });
}

#[test]
fn a_good_link_alarms_nobody() {
    in_browser(async |page| {
        let text = alert(&page, "#v=1&hidden=3x50").await?;
        ensure!(text.is_empty(), "{text}");
        Ok(())
    });
}
