//! The page as a test sees it: states, buttons, screenshots.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::Browser;

/// The page in a browser.
#[derive(Clone)]
pub struct Page {
    pub client: Client,
    /// Its address, without a fragment.
    pub address: String,
}

/// A command that only one driver knows.
#[derive(Debug)]
struct Own(&'static str, Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> std::result::Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

fn is_chromium() -> bool {
    crate::driver::name() == "chromium"
}

impl Page {
    /// Serves the built page from a subfolder.
    ///
    /// # Errors
    /// There is no built page.
    pub fn new(browser: &Browser) -> Result<Page> {
        let dist = Page::dist();
        if !dist.join("index.html").exists() {
            bail!("{} has no page; run: cargo xtask build", dist.display());
        }
        Page::serving(browser.client.clone(), &dist)
    }

    /// Serves another folder to the same browser.
    ///
    /// # Errors
    /// No port is free.
    pub fn serving(client: Client, folder: &Path) -> Result<Page> {
        Page::watched(client, folder, |_| true)
    }

    /// The same; `watch` is told each path that is asked for, may take its time, and by giving false ends the
    /// connection without an answer.
    ///
    /// # Errors
    /// No port is free.
    pub fn watched(
        client: Client,
        folder: &Path,
        watch: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Result<Page> {
        let prefix = "/some/sub%20folder/";
        let server = xtask::server::start_watched(folder, prefix, 0, "", watch)?;
        Ok(Page {
            client,
            address: format!("http://127.0.0.1:{}{prefix}", server.port),
        })
    }

    /// The folder of the built page.
    #[must_use]
    pub fn dist() -> PathBuf {
        let set = std::env::var_os("FALAB_DIST").map(PathBuf::from);
        set.unwrap_or_else(|| xtask::process::root().join("dist"))
    }

    /// Opens an experiment; `fragment` with its `#`, or empty.
    pub async fn open(&self, fragment: &str) -> Result<()> {
        // From elsewhere, so that it is a new page and not another fragment of the same one.
        self.client.goto("about:blank").await?;
        self.client
            .goto(&format!("{}{fragment}", self.address))
            .await?;
        Ok(())
    }

    /// What a script gives.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// An attribute of the first element that fits.
    pub async fn attribute(&self, selector: &str, name: &str) -> Result<Option<String>> {
        let element = self.client.find(Locator::Css(selector)).await;
        Ok(element
            .with_context(|| format!("no {selector}"))?
            .attr(name)
            .await?)
    }

    /// Waits until an attribute has one of these values.
    pub async fn wait_for(
        &self,
        selector: &str,
        name: &str,
        wanted: &[&str],
        limit: Duration,
    ) -> Result<String> {
        let begin = Instant::now();
        let mut last;
        loop {
            last = self.attribute(selector, name).await.ok().flatten();
            if let Some(value) = last.as_deref().filter(|value| wanted.contains(value)) {
                return Ok(value.to_owned());
            }
            if begin.elapsed() > limit {
                bail!("after {limit:?} {selector} has {name}={last:?}, wanted {wanted:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a script gives true; one that fails counts as false, for the page may be on its way.
    pub async fn until(&self, what: &str, script: &str, limit: Duration) -> Result<()> {
        let begin = Instant::now();
        while self.script(script).await.ok() != Some(Value::Bool(true)) {
            if begin.elapsed() > limit {
                bail!("after {limit:?} {what} has not happened");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Waits until the page is ready.
    pub async fn ready(&self) -> Result<()> {
        let limit = Duration::from_secs(60);
        self.wait_for("main", "data-state", &["ready"], limit)
            .await
            .map(|_| ())
    }

    /// Presses the button of an accessible name.
    pub async fn press(&self, name: &str) -> Result<()> {
        let button = self
            .client
            .find(Locator::Css(&format!("button[aria-label='{name}']")))
            .await;
        button
            .with_context(|| format!("no button {name}"))?
            .click()
            .await?;
        Ok(())
    }

    /// The attribute of each lane, in the order of the page: (name, value).
    pub async fn lanes(&self, attribute: &str) -> Result<Vec<(String, String)>> {
        let script = "return [...document.querySelectorAll('[data-rule]')].map(
            (lane) => [lane.dataset.name, lane.getAttribute(arguments[0]) ?? ''])";
        let lanes = self.client.execute(script, vec![json!(attribute)]).await?;
        serde_json::from_value(lanes).context("lanes")
    }

    /// Size of the window's inside, CSS pixels, and the system's colours; elsewhere than in Chromium the size of the
    /// window, and the theme by the page's own button.
    pub async fn look(&self, width: u32, height: u32, dark: bool) -> Result<()> {
        if !is_chromium() {
            self.client.set_window_size(width, height).await?;
            let theme = if dark { "dark" } else { "light" };
            let script = format!(
                "document.documentElement.dataset.theme = '{theme}'; dispatchEvent(new Event('resize'))"
            );
            return self.script(&script).await.map(|_| ());
        }
        let size = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false } });
        self.own("goog/cdp/execute", size).await?;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{ "name": "prefers-color-scheme", "value": scheme }] } });
        self.own("goog/cdp/execute", media).await.map(|_| ())
    }

    /// Writes a screenshot of the window to `target/e2e/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let folder = crate::pictures();
        std::fs::create_dir_all(&folder)?;
        let png = self.client.screenshot().await?;
        std::fs::write(folder.join(format!("{name}.png")), png)?;
        Ok(())
    }

    /// Messages on the browser's console since the last call (Chromium only).
    pub async fn console(&self) -> Result<Vec<String>> {
        if !is_chromium() {
            return Ok(Vec::new());
        }
        let lines = self.own("se/log", json!({ "type": "browser" })).await?;
        let lines = lines.as_array().context("a list of messages")?;
        Ok(lines
            .iter()
            .map(|line| line["message"].to_string())
            .collect())
    }

    /// What Chromium logged of itself, which of a traced session is its trace.
    pub(crate) async fn performance_log(&self) -> Result<Vec<Value>> {
        let lines = self.own("se/log", json!({ "type": "performance" })).await?;
        lines.as_array().cloned().context("a list of messages")
    }

    /// Runs a script in every page and frame that is opened from now on, before its own scripts. Whether this browser
    /// can do so: Chromium alone.
    pub async fn before_its_scripts(&self, script: &str) -> Result<bool> {
        if is_chromium() {
            let command = "Page.addScriptToEvaluateOnNewDocument";
            self.chromium(command, json!({ "source": script })).await?;
        }
        Ok(is_chromium())
    }

    /// Presses and lets go of one key, as a keyboard would.
    pub async fn key(&self, key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(actions).await?;
        Ok(())
    }

    /// The text of an element as it is rendered; empty where there is none.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let script = format!(
            "return document.querySelector({})?.innerText ?? ''",
            json!(selector)
        );
        let text = self.script(&script).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Clicks an element, seen or not.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let script = format!("document.querySelector({}).click()", json!(selector));
        self.script(&script).await?;
        Ok(())
    }

    /// What a lane says on its card.
    pub async fn says(&self, rule: &str) -> Result<String> {
        let script = format!("return document.querySelector('[data-rule={rule}] .says').innerText");
        let says = self.script(&script).await?;
        Ok(says.as_str().unwrap_or_default().to_owned())
    }

    /// The messages in the list of alerts.
    pub async fn alerts(&self) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll('[role=alert] li')].map((item) => item.innerText)";
        serde_json::from_value(self.script(script).await?).context("alerts")
    }

    /// A command of Chromium's own protocol.
    pub async fn chromium(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.own("goog/cdp/execute", body).await
    }

    async fn own(&self, path: &'static str, body: Value) -> Result<Value> {
        let done = self.client.issue_cmd(Own(path, body)).await;
        done.map_err(|error: CmdError| anyhow!("{path}: {error}"))
    }
}
