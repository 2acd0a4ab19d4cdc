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
fn run_says_which_texts_of_the_form_it_does_not_take() {
    in_browser(async |page| {
        page.open("#v=1&n=640&hidden=16&epochs=1").await?;
        page.ready().await?;
        for (name, text) in [("lr", "abc"), ("batch", "many")] {
            page.script(&format!(
                "const field = document.querySelector('[name={name}]'); field.value = '{text}';
                 field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
            ))
            .await?;
        }
        let alerts = page.alerts().await?;
        ensure!(alerts.len() == 2, "{alerts:?}");
        page.script("document.querySelector('#alerts button').click()")
            .await?;
        page.press("Run").await?;
        let limit = std::time::Duration::from_secs(60);
        page.wait_for("main", "data-state", &["finished"], limit)
            .await?;
        let alerts = page.alerts().await?;
        ensure!(
            alerts
                == [
                    "Learning rate: “abc” was not taken; the lanes run with 1e-3",
                    "Batch (images): “many” was not taken; the lanes run with 64",
                ],
            "{alerts:?}"
        );
        let shown = "return ['lr', 'batch'].map((name) => document.querySelector(`[name=${name}]`))
            .map((field) => [field.value, field.getAttribute('aria-invalid')])";
        let shown = page.script(shown).await?;
        ensure!(
            shown == serde_json::json!([["1e-3", null], ["64", null]]),
            "{shown}"
        );
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

/// A fragment that means no good, and what the first message says about it; `None` where it says nothing.
fn hostile() -> Vec<(&'static str, String, Option<&'static str>)> {
    let many = |count: usize, part: &dyn Fn(usize) -> String| -> String {
        (0..count).map(|i| part(i) + "&").collect()
    };
    vec![
        (
            "a megabyte",
            "hidden=".to_owned() + &"9".repeat(1 << 20),
            Some("is too long to be read; allowed: up to 10000 bytes"),
        ),
        (
            "HTML",
            "v=1&seed=<img src=x onerror=document.title='caught'>&<script>alert(1)</script>=1"
                .to_owned(),
            Some("seed=<img src=x onerror=document"),
        ),
        (
            "encoded HTML",
            "v=1&seed=%3Cimg%20src=x%20onerror=%22document.title='caught'%22%3E".to_owned(),
            Some("is not possible; allowed: a whole number"),
        ),
        (
            "a NUL and controls",
            "v=1&seed=%00%07%1b[31m".to_owned(),
            Some("seed=\\0\\u{7}\\u{1b}[31m is not possible"),
        ),
        (
            "marks that turn text around",
            "v=1&seed=%E2%80%AE7%E2%81%A6".to_owned(),
            Some("seed=\\u{202e}7\\u{2066} is not possible"),
        ),
        (
            "half a character",
            "v=1&seed=%ED%A0%80&lr=%F0%9F".to_owned(),
            Some("seed="),
        ),
        (
            "a thousand keys",
            many(1_000, &|i| format!("k{i}=1")),
            Some("k0=1: there is no key k0"),
        ),
        (
            "thousands of parts",
            many(3_000, &|_| "a".to_owned()),
            Some("“a” has no “=”"),
        ),
        (
            "one key many times",
            many(1_000, &|i| format!("seed={i}")),
            Some("seed is given twice"),
        ),
        (
            "an address",
            "v=1&data=https://example.org/x.bin".to_owned(),
            Some("data=https://example.org/x.bin is not possible; allowed: mnist"),
        ),
        (
            "only separators",
            "&=&&=&#&#".to_owned(),
            Some("=: there is no key "),
        ),
    ]
}

#[test]
fn a_hostile_link_gets_a_short_answer_and_runs_nothing() {
    in_browser(async |page| {
        for (name, fragment, named) in hostile() {
            page.open("").await?;
            page.ready().await?;
            let foreign = "return [document.title, document.querySelectorAll('[role=alert] li *').length,
                document.querySelectorAll('img, iframe, object, embed').length, document.scripts.length]";
            let own = page.script(foreign).await?;
            // As a link in another page would be followed: not through the driver, which has limits of its own. The time
            // is that of the page's answer, which lies between a listener before its own and one behind it.
            let script = "document.title = 'falab'; let begin;
                addEventListener('popstate', () => { begin = performance.now(); }, { once: true, capture: true });
                addEventListener('hashchange', () => { document.body.dataset.took = performance.now() - begin; },
                  { once: true });
                try { location.hash = arguments[0]; return true } catch { return false }";
            let followed = page.client.execute(script, vec![fragment.into()]).await?;
            if followed != true {
                println!("{name}: the browser itself refuses it");
                continue;
            }
            let mut took = None;
            for _ in 0..200 {
                took = page.attribute("body", "data-took").await?;
                if took.is_some() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            // How long it took depends on what else the machine does; a page that hangs gives no answer at all.
            let took: f64 = took
                .unwrap_or_default()
                .parse()
                .map_err(|_| anyhow::anyhow!("{name}: no answer"))?;
            let alerts = page.alerts().await?;
            println!("{name}: {took:.0} ms, {} messages", alerts.len());
            ensure!(alerts.len() <= 13, "{name}: {} messages", alerts.len());
            let first = alerts.first().map(String::as_str).unwrap_or_default();
            ensure!(
                named.is_none_or(|named| first.contains(named)),
                "{name}: {alerts:?}"
            );
            ensure!(
                alerts.iter().all(|text| text.chars().count() < 900),
                "{name}: {alerts:?}"
            );
            let now = page.script(foreign).await?;
            ensure!(now[0] == "falab" && now[1] == 0, "{name}: {now}");
            ensure!(now[2] == own[2] && now[3] == own[3], "{name}: {now}, {own}");
            ensure!(
                page.attribute("main", "data-state").await?.as_deref() == Some("ready"),
                "{name}"
            );
        }
        Ok(())
    });
}
