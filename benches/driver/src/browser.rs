//! The benchmark page in two real browsers: as any host serves it, and isolated from other origins, which is what
//! TensorFlow.js needs for its threads.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bench_ours::limit::CHAINS;
use bench_ours::products::Kind;
use e2e::{Browser, Page};
use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};

use crate::contest::{Contest, Contestant, Place, Runner, Task};
use crate::native::LANES;
use crate::shape::{Rule, Shape};
use crate::summary::Notes;

/// The headers of an isolated page.
const ISOLATION: &str = "Cross-Origin-Opener-Policy: same-origin\r\n\
                         Cross-Origin-Embedder-Policy: require-corp\r\n\
                         Cross-Origin-Resource-Policy: same-origin\r\n";

pub struct Pages {
    browsers: [Browser; 2],
    pub plain: Page,
    isolated: Page,
}

impl Pages {
    /// Starts the browsers and waits until both pages have their data.
    pub async fn open() -> Result<Pages> {
        let site = std::env::var_os("FALAB_BENCH_SITE").map(PathBuf::from);
        let site = site.context("FALAB_BENCH_SITE is not set; run: cargo xtask bench")?;
        let browsers = [Browser::start().await?, Browser::start().await?];
        let page = |browser: &Browser, headers: &'static str| -> Result<Page> {
            let server = xtask::server::start_with(&site, "/bench/", 0, headers)?;
            Ok(Page {
                client: browser.client.clone(),
                address: format!("http://127.0.0.1:{}/bench/", server.port),
            })
        };
        let plain = page(&browsers[0], "")?;
        let isolated = page(&browsers[1], ISOLATION)?;
        for page in [&plain, &isolated] {
            let patience = Some(Duration::from_secs(300));
            let timeouts = TimeoutConfiguration::new(patience, patience, None);
            page.client.update_timeouts(timeouts).await?;
            page.open("").await?;
            let ready = page.wait_for("html", "data-state", &["ready"], Duration::from_secs(60));
            if let Err(error) = ready.await {
                let console = page.console().await.unwrap_or_default();
                return Err(error).with_context(|| format!("the benchmark page: {console:?}"));
            }
        }
        let is_isolated = isolated.script("return crossOriginIsolated").await?;
        ensure!(
            is_isolated == json!(true),
            "the second page is not isolated"
        );
        Ok(Pages {
            browsers,
            plain,
            isolated,
        })
    }

    pub async fn close(self) {
        for browser in self.browsers {
            browser.close().await;
        }
    }
}

/// Calls a function of `window.bench` and waits for its answer.
async fn call(page: &Page, name: &str, arguments: Value) -> Result<Value> {
    let script = "const [name, list, done] = arguments;
        window.bench[name](...list).then((answer) => done({ answer: answer ?? null }),
                                         (error) => done({ error: `${error?.stack ?? error}` }));";
    let answer = page
        .client
        .execute_async(script, vec![json!(name), arguments])
        .await?;
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => anyhow::bail!("{name}: {error}"),
        None => Ok(answer["answer"].clone()),
    }
}

/// One contestant on a page, or several lanes of it.
pub struct Remote {
    page: Page,
    ids: Vec<String>,
}

impl Remote {
    /// Work a second, of all lanes together.
    pub async fn slice(&self, slice: Duration) -> Result<f64> {
        let milliseconds = slice.as_secs_f64() * 1000.0;
        let answers = call(&self.page, "together", json!([self.ids, milliseconds])).await?;
        let answers = answers.as_array().context("a list of answers")?;
        let rates = answers.iter().map(|answer| {
            let amount = answer["amount"].as_f64().context("an amount")?;
            Ok(amount / answer["seconds"].as_f64().context("seconds")?)
        });
        rates.sum()
    }

    pub async fn loss(&self) -> Result<f64> {
        let loss = call(&self.page, "loss", json!([self.ids[0]])).await?;
        loss.as_f64().context("a finite loss")
    }

    pub async fn close(&self) -> Result<()> {
        for id in &self.ids {
            let script = "window.bench.close(arguments[0])";
            self.page.client.execute(script, vec![json!(id)]).await?;
        }
        Ok(())
    }
}

/// Opens everybody who runs in a browser.
pub async fn contest(pages: &Pages, shape: &Shape, notes: &mut Notes) -> Result<Contest> {
    let mut contestants = Vec::new();
    let plan = plan();
    for (number, (name, task, contestant, options)) in plan.into_iter().enumerate() {
        let threads = options["threads"] == json!(true);
        let page = if threads {
            &pages.isolated
        } else {
            &pages.plain
        };
        let lanes = if let Task::Lanes(lanes) = task {
            lanes
        } else {
            1
        };
        let mut ids = Vec::new();
        for lane in 0..lanes {
            let id = format!("{number}.{lane}");
            let arguments = json!([id, contestant, shape.hidden(), options]);
            let answer = call(page, "open", arguments).await;
            let answer = answer.with_context(|| format!("opening {name}"))?;
            if let Some(density) = answer["density"].as_f64() {
                notes.density = density;
            }
            if threads {
                notes.tensorflow_threads = answer["threads"].as_u64();
            }
            ids.push(id);
        }
        let page = page.clone();
        contestants.push(Contestant::new(
            &name,
            task,
            Runner::Remote(Remote { page, ids }),
        ));
    }
    Ok(Contest {
        place: Place::Browser,
        shape: *shape,
        contestants,
    })
}

/// Name, task, contestant of the page, its options.
fn plan() -> Vec<(String, Task, &'static str, Value)> {
    let mut plan = Vec::new();
    for rule in [Rule::Bp, Rule::Dfa] {
        let options = json!({ "rule": rule.key() });
        plan.push(("falab".to_owned(), Task::Train(rule), "falab", options));
    }
    let bp = Task::Train(Rule::Bp);
    for (threads, with) in [(false, ""), (true, ", threads")] {
        for (way, called) in [("minimize", "minimize"), ("layers", "trainOnBatch")] {
            let name = format!("TensorFlow.js {called}{with}");
            let options = json!({ "way": way, "threads": threads });
            plan.push((name, bp.clone(), "tensorflow", options));
        }
    }
    plan.push(("candle-core".to_owned(), bp.clone(), "candle", Value::Null));
    plan.push(("ConvNetJS".to_owned(), bp, "convnet", Value::Null));
    let lanes = json!({ "rule": "bp" });
    plan.push((
        format!("falab, {LANES} lanes"),
        Task::Lanes(LANES),
        "falab",
        lanes,
    ));
    for kind in Kind::ALL.map(Kind::key) {
        let options = json!({ "kind": kind });
        let name = format!("products {kind}");
        plan.push((name, Task::Products(kind), "products", options));
    }
    for chains in CHAINS {
        let options = json!({ "chains": chains });
        let name = format!("limit {chains}");
        plan.push((name, Task::Limit(chains), "limit", options));
    }
    plan
}
