//! `cargo xtask startup`: from opening the address to the first curve, from Chromium's performance entries.

use anyhow::Result;

use crate::process::run;
use crate::{page, tools};

/// Builds the page, opens it and writes `benches/results/startup.md`.
///
/// # Errors
/// A tool is missing, or the page does not finish.
pub fn startup() -> Result<()> {
    let dist = page::build()?;
    tools::ensure_packages(
        &["chromium", "chromedriver"],
        &["chromium", "chromium-driver"],
    )?;
    let mut startup = tools::cargo();
    startup
        .args(["test", "--quiet", "-p", "e2e", "--test", "startup", "--"])
        .args(["--ignored", "--nocapture"])
        .env("FALAB_DIST", dist)
        .env("FALAB_BROWSER", "chromium");
    run(&mut startup)
}
