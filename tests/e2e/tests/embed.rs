//! The lab in a frame of a page of another origin, which has a strict policy of its own: that page orders and is told, and
//! nobody else.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Page, in_browser, native};
use serde_json::{Value, json};

const LINK: &str = "v=1&n=640&rules=bp-dfa&hidden=16&epochs=2";
const LIMIT: Duration = Duration::from_secs(60);

/// Notes every message and every broken rule of the outer page.
const HOST: &str = "window.got = []; window.broken = [];
    addEventListener('message', ({ origin, data }) => got.push({ origin, data }));
    addEventListener('securitypolicyviolation', ({ violatedDirective }) => broken.push(violatedDirective));
    window.order = (message) => document.querySelector('#lab').contentWindow.postMessage(message, '*');";

/// A frame beside the lab's, which tries to order over its head.
const SIBLING: &str = "parent.frames[0].postMessage({ falab: 1, type: 'reset' }, '*');";

fn course(lab: &Page, fragment: &str, size: (u32, u32)) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("falab-embed-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let origin = url::Url::parse(&lab.address)?
        .origin()
        .ascii_serialization();
    let (width, height) = size;
    let html = format!(
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src 'self'; \
         img-src 'self'; frame-src 'self' {origin}\"><script src=host.js></script>\
         <iframe id=lab src='{}#{fragment}' width={width} height={height}></iframe>",
        lab.address
    );
    fs::write(folder.join("index.html"), html)?;
    fs::write(folder.join("host.js"), HOST)?;
    fs::write(
        folder.join("sibling.html"),
        "<script src=sibling.js></script>",
    )?;
    fs::write(folder.join("sibling.js"), SIBLING)?;
    Ok(folder)
}

/// The messages of a type so far.
async fn got(outer: &Page, kind: &str) -> Result<Vec<Value>> {
    let script = "return got.filter(({ data }) => data?.falab === 1 && data.type === arguments[0])";
    let got = outer.client.execute(script, vec![json!(kind)]).await?;
    Ok(serde_json::from_value(got)?)
}

async fn wait(outer: &Page, kind: &str, fits: impl Fn(&Value) -> bool) -> Result<Value> {
    for _ in 0..600 {
        let all = got(outer, kind).await?;
        if let Some(message) = all.iter().find(|message| fits(&message["data"])) {
            return Ok(message["data"].clone());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("no such {kind}: {}", outer.script("return got").await?)
}

async fn order(outer: &Page, message: Value) -> Result<()> {
    outer
        .client
        .execute("order(arguments[0])", vec![message])
        .await?;
    Ok(())
}

/// What the frame's `main` says of its state.
async fn state_within(outer: &Page) -> Result<Value> {
    outer.client.clone().enter_frame(0).await?;
    let state = outer
        .script("return document.querySelector('main').dataset.state")
        .await?;
    outer.client.clone().enter_parent_frame().await?;
    Ok(state)
}

#[test]
fn the_page_around_it_orders_and_is_told_and_nobody_else() {
    in_browser(async |lab| {
        let embedded = format!("{LINK}&embed=1");
        let outer = Page::serving(lab.client.clone(), &course(&lab, &embedded, (800, 500))?)?;
        outer.open("").await?;
        wait(&outer, "ready", |_| true).await?;
        let state = wait(&outer, "state", |data| data["state"] == "ready").await?;
        ensure!(state["link"] == LINK, "{state}");
        ensure!(
            state["lanes"].as_array().map(Vec::len) == Some(2),
            "{state}"
        );

        // Junk gets an error if it is meant for the lab, else nothing.
        for junk in [
            json!({ "falab": 1, "type": "explode" }),
            json!({ "falab": 2, "type": "run" }),
            json!({ "falab": 1, "type": "open", "link": 42 }),
            json!({ "falab": 1, "type": "open", "link": "x".repeat(20_000) }),
        ] {
            order(&outer, junk).await?;
        }
        for foreign in [
            json!("run"),
            json!(null),
            json!({ "type": "run" }),
            json!([1, 2]),
        ] {
            order(&outer, foreign).await?;
        }
        wait(&outer, "error", |data| {
            data["message"]
                .as_str()
                .is_some_and(|m| m.starts_with("type:"))
        })
        .await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let errors = got(&outer, "error").await?;
        ensure!(errors.len() == 4, "{errors:?}");
        ensure!(
            state_within(&outer).await? == "ready",
            "junk changes nothing"
        );

        order(&outer, json!({ "falab": 1, "type": "run" })).await?;
        let finished = wait(&outer, "finished", |_| true).await?;
        let records = finished["records"].as_array().context("records")?;
        for (lane, print) in native::fingerprints(&[LINK.to_owned()])?.remove(0) {
            let record = records
                .iter()
                .find(|record| record["lane"] == lane.as_str());
            let record = record.with_context(|| format!("{lane}: {finished}"))?;
            ensure!(
                record["fingerprint"] == print.as_str() && record["type"] == "finished",
                "{record}"
            );
        }
        let metrics = got(&outer, "metrics").await?;
        let lines: Vec<&Value> = metrics
            .iter()
            .flat_map(|m| m["data"]["records"].as_array())
            .flatten()
            .collect();
        ensure!(
            lines.iter().any(|line| line["step"] == 0),
            "the record of step 0"
        );
        ensure!(
            lines
                .iter()
                .all(|line| line["train_error"].is_f64() && line["lane"].is_string()),
            "{lines:?}"
        );
        let origin = url::Url::parse(&lab.address)?
            .origin()
            .ascii_serialization();
        ensure!(
            metrics
                .iter()
                .all(|message| message["origin"] == origin.as_str())
        );

        // A frame beside it is not its parent.
        outer
            .script("const f = document.createElement('iframe'); f.src = 'sibling.html'; document.body.append(f)")
            .await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        ensure!(state_within(&outer).await? == "finished");

        // Another experiment, with what is wrong in its link told; then a step of it.
        order(&outer, json!({ "falab": 1, "type": "open", "link": "v=1&n=640&rules=fa&hidden=8&lr=fast&epochs=1" })).await?;
        wait(&outer, "error", |data| {
            data["message"]
                .as_str()
                .is_some_and(|m| m.contains("lr=fast"))
        })
        .await?;
        wait(&outer, "state", |data| {
            data["link"] == "v=1&n=640&rules=fa&hidden=8&epochs=1"
        })
        .await?;
        order(&outer, json!({ "falab": 1, "type": "step" })).await?;
        wait(&outer, "state", |data| {
            data["state"] == "paused" && data["lanes"][0]["step"] == 1
        })
        .await?;
        let broken = outer.script("return broken").await?;
        ensure!(
            broken == json!([]),
            "the outer page's policy holds: {broken}"
        );
        Ok(())
    });
}

#[test]
fn without_embed_or_from_another_origin_it_is_deaf() {
    in_browser(async |lab| {
        for fragment in [
            LINK.to_owned(),
            format!("{LINK}&embed=1&origin=https://somewhere.else.example"),
        ] {
            let outer = Page::serving(lab.client.clone(), &course(&lab, &fragment, (800, 500))?)?;
            outer.open("").await?;
            outer.client.clone().enter_frame(0).await?;
            lab.ready().await?;
            outer.client.clone().enter_parent_frame().await?;
            for kind in ["run", "get-state", "explode"] {
                order(&outer, json!({ "falab": 1, "type": kind })).await?;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            ensure!(outer.script("return got").await? == json!([]), "{fragment}");
            ensure!(state_within(&outer).await? == "ready", "{fragment}");
        }
        Ok(())
    });
}

#[test]
fn a_small_frame_shows_plots_run_controls_and_the_way_to_the_lab() {
    in_browser(async |lab| {
        for (width, height, dark, lang, run) in [
            (640, 480, false, "en", "Run"),
            (800, 500, false, "ja", "実行"),
            (800, 500, true, "en", "Run"),
            (390, 600, false, "ja", "実行"),
            (1200, 1000, false, "en", "Run"),
        ] {
            lab.look(width, height, dark).await?;
            lab.open(&format!("#{LINK}&embed=1&run=1&lang={lang}"))
                .await?;
            lab.wait_for("main", "data-state", &["finished"], LIMIT)
                .await?;
            let script = "const seen = (id) => { const b = document.getElementById(id).getBoundingClientRect();
                return b.width > 100 && b.height > 90 && b.bottom <= innerHeight + 1 };
              return [seen('error-canvas'), seen('angle-canvas'), getComputedStyle(document.getElementById('form')).display,
                document.getElementById('open-full').href, document.documentElement.scrollWidth <= innerWidth,
                document.getElementById('run').textContent.trim()]";
            let shown = lab.script(script).await?;
            lab.screenshot(&format!(
                "embed-{width}x{height}-{lang}{}",
                if dark { "-dark" } else { "" }
            ))
            .await?;
            ensure!(
                shown[0] == true && shown[1] == true && shown[4] == true,
                "{width}x{height}: {shown}"
            );
            ensure!(shown[2] == "none" && shown[5] == run, "{shown}");
            ensure!(shown[3] == format!("{}#{LINK}", lab.address), "{shown}");
        }
        Ok(())
    });
}

#[test]
fn the_element_of_the_example_has_methods_and_events() {
    in_browser(async |lab| {
        lab.client
            .goto(&format!("{}www/example.html", lab.address))
            .await?;
        let script = "const el = document.querySelector('#one'); window.ends = [];
            el.addEventListener('falab-finished', ({ detail }) => ends.push(detail));
            el.setAttribute('link', 'v=1&n=640&rules=bp&hidden=8&epochs=1');
            el.addEventListener('falab-state', ({ detail }) => { if (detail.state === 'ready') el.run(); });";
        lab.script(script).await?;
        lab.until("the end", "return ends.length === 1", LIMIT)
            .await?;
        let log = lab
            .script("return document.querySelector('#log').innerText")
            .await?;
        ensure!(
            log.as_str().is_some_and(|log| log.contains("fingerprint")),
            "{log}"
        );
        lab.look(1024, 900, false).await?;
        lab.screenshot("embed-example").await?;
        Ok(())
    });
}
