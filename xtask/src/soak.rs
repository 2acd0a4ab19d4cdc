//! `cargo xtask soak`: four lanes at full speed in Chromium for as long as is asked for.

use anyhow::Result;

use crate::process::run;
use crate::{page, tools};

/// Builds the page, runs it and writes `benches/results/soak.{json,md,svg}`.
///
/// # Errors
/// Something grows, or a tool is missing.
pub fn soak(minutes: f64) -> Result<()> {
    let dist = page::build()?;
    tools::ensure_packages(
        &["chromium", "chromedriver"],
        &["chromium", "chromium-driver"],
    )?;
    println!("» {minutes} minutes, a reading every ten seconds");
    let mut soak = tools::cargo();
    soak.args(["test", "--quiet", "-p", "e2e", "--test", "soak", "--"])
        .args(["--ignored", "--nocapture"])
        .env("FALAB_DIST", dist)
        .env("FALAB_BROWSER", "chromium")
        .env("FALAB_SOAK_MINUTES", minutes.to_string());
    run(&mut soak)
}
