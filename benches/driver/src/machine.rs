//! Where and when it was measured, and against what.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::browser::Pages;

#[derive(Debug)]
pub struct Machine {
    /// UTC, such as 2026-11-24.
    pub date: String,
    pub processor: String,
    pub cores: usize,
    pub system: String,
    pub browser: String,
}

impl Machine {
    pub async fn read(pages: &Pages) -> Result<Machine> {
        let word = |value: Value| value.as_str().map(str::to_owned);
        let date = pages
            .plain
            .script("return new Date().toISOString().slice(0, 10)")
            .await?;
        let agent = pages.plain.script("return navigator.userAgent").await?;
        let agent = word(agent).context("the browser's name")?;
        let browser = agent
            .split_whitespace()
            .find(|word| word.contains("Chrome/"));
        Ok(Machine {
            date: word(date).context("a date")?,
            processor: processor(),
            cores: cores(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            browser: browser.unwrap_or(&agent).replace('/', " "),
        })
    }
}

/// The processor's name for itself, where the system tells it.
pub fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = text.lines();
    let name = lines.find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(
        || "unknown processor".to_owned(),
        |(_, name)| name.trim().to_owned(),
    )
}

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Versions of the peers that are built from lock files.
#[derive(Debug)]
pub struct Versions {
    pub tensorflow: String,
    pub convnet: String,
    pub candle: String,
}

impl Versions {
    pub fn read() -> Result<Versions> {
        let file = |path: &str| {
            let path = xtask::process::root().join("benches").join(path);
            std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
        };
        let packages: Value = serde_json::from_str(&file("peers/package-lock.json")?)?;
        let package = |name: &str| {
            let version = &packages["packages"][format!("node_modules/{name}")]["version"];
            let version = version.as_str().map(str::to_owned);
            version.with_context(|| format!("{name} is not in package-lock.json"))
        };
        let lock = file("candle/Cargo.lock")?;
        let mut lines = lock
            .lines()
            .skip_while(|line| *line != "name = \"candle-core\"");
        let candle = lines
            .nth(1)
            .and_then(|line| line.strip_prefix("version = "));
        let candle = candle.context("candle-core is not in its Cargo.lock")?;
        Ok(Versions {
            tensorflow: package("@tensorflow/tfjs-backend-wasm")?,
            convnet: package("convnetjs")?,
            candle: candle.trim_matches('"').to_owned(),
        })
    }
}
