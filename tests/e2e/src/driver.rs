//! A browser with its driver: started, and ended by its process id.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// A session of a real browser.
pub struct Browser {
    pub client: Client,
    driver: Child,
    /// The display that a browser without a headless form is shown on.
    _display: Option<Display>,
    /// The browser's own folder, fresh for each session.
    profile: PathBuf,
}

/// The browser under test.
#[must_use]
pub fn name() -> String {
    std::env::var("FALAB_BROWSER").unwrap_or_else(|_| "chromium".to_owned())
}

struct Plan {
    program: String,
    arguments: Vec<String>,
    capabilities: Value,
}

fn plan(browser: &str, port: u16, profile: &str) -> Result<Plan> {
    let driver =
        |default: &str| std::env::var("FALAB_DRIVER").unwrap_or_else(|_| default.to_owned());
    Ok(match browser {
        "chromium" => Plan {
            program: driver("chromedriver"),
            arguments: vec![format!("--port={port}")],
            capabilities: json!({
                "browserName": "chrome",
                "goog:loggingPrefs": { "browser": "ALL" },
                "goog:chromeOptions": { "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--hide-scrollbars", format!("--user-data-dir={profile}"),
                ] },
            }),
        },
        "firefox" => Plan {
            program: driver("geckodriver"),
            arguments: vec!["--port".into(), port.to_string()],
            capabilities: json!({
                "browserName": "firefox",
                "moz:firefoxOptions": { "args": ["-headless"] },
            }),
        },
        "webkit" => Plan {
            program: driver("WebKitWebDriver"),
            arguments: vec!["--host=127.0.0.1".into(), format!("--port={port}")],
            capabilities: json!({
                "webkitgtk:browserOptions": {
                    "binary": "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                    "args": ["--automation"],
                },
            }),
        },
        other => bail!("FALAB_BROWSER={other} is not possible; allowed: chromium, firefox, webkit"),
    })
}

/// A virtual display of its own, ended with the browser.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Result<Display> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24"])
            .args(["-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Xvfb (cargo xtask test installs what is missing)")?;
        let mut number = String::new();
        if let Some(output) = server.stdout.as_mut() {
            BufReader::new(output).read_line(&mut number)?;
        }
        let name = format!(":{}", number.trim());
        Ok(Display { server, name })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

impl Browser {
    /// Starts the driver and a session.
    ///
    /// # Errors
    /// The driver cannot be started or does not answer.
    pub async fn start() -> Result<Browser> {
        Browser::open(None).await
    }

    /// [`Browser::start`] of Chromium with a trace of these categories.
    ///
    /// # Errors
    /// The driver cannot be started or does not answer.
    pub async fn traced(categories: &str) -> Result<Browser> {
        Browser::open(Some(categories)).await
    }

    async fn open(traced: Option<&str>) -> Result<Browser> {
        let name = name();
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let profile = std::env::temp_dir().join(format!("falab-e2e-{}-{port}", std::process::id()));
        let mut plan = plan(&name, port, &profile.to_string_lossy())?;
        if let Some(categories) = traced {
            plan.capabilities["goog:loggingPrefs"] = json!({ "performance": "ALL" });
            plan.capabilities["goog:chromeOptions"]["perfLoggingPrefs"] = json!({ "traceCategories": categories, "enableNetwork": false, "enablePage": false });
        }
        let mut command = Command::new(&plan.program);
        command
            .args(&plan.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let display = match name.as_str() {
            "webkit" => Some(Display::start()?),
            _ => None,
        };
        if let Some(display) = &display {
            command
                .env("DISPLAY", &display.name)
                .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        }
        let driver = command.spawn().with_context(|| {
            format!(
                "starting {} (cargo xtask test installs what is missing)",
                plan.program
            )
        })?;
        let Value::Object(capabilities) = plan.capabilities else {
            bail!("capabilities are an object");
        };
        let capabilities: Capabilities = capabilities;
        let address = format!("http://127.0.0.1:{port}");
        let mut last = None;
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            match builder
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
            {
                Ok(client) => {
                    return Ok(Browser {
                        client,
                        driver,
                        _display: display,
                        profile,
                    });
                }
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let mut driver = driver;
        driver.kill().ok();
        bail!("{} did not open a session: {last:?}", plan.program)
    }

    /// Ends the session, then the driver.
    pub async fn close(mut self) {
        self.client.clone().close().await.ok();
        self.driver.kill().ok();
        self.driver.wait().ok();
        std::fs::remove_dir_all(&self.profile).ok();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.kill().ok();
    }
}
