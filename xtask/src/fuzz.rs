//! `cargo xtask fuzz`: the targets of `tests/fuzz`, for as many executions as is asked for.

use anyhow::{Result, bail};

use crate::process::run;
use crate::tools;

/// The targets, in the order of `tests/fuzz/main.rs`.
pub const TARGETS: [&str; 16] = [
    "link",
    "field",
    "list",
    "to_lane",
    "from_lane",
    "chunk",
    "idx",
    "set",
    "cifar",
    "gzip",
    "data",
    "run",
    "run_file",
    "trainer",
    "lane",
    "kept",
];

/// Runs one target, or all; each prints its executions, time, outcomes and memory.
///
/// # Errors
/// A finding, or an unknown target.
pub fn fuzz(target: Option<&str>, executions: u64, seed: u64) -> Result<()> {
    tools::ensure_toolchain()?;
    if let Some(target) = target
        && !TARGETS.contains(&target)
    {
        bail!(
            "--target {target} is not possible; allowed: {}",
            TARGETS.join(", ")
        );
    }
    let mut fuzz = tools::cargo();
    fuzz.args([
        "test",
        "--quiet",
        "--test",
        "fuzz",
        "--",
        "--nocapture",
        "--exact",
    ])
    .args(target.map_or(&TARGETS[..], |_| &[]))
    .args(target)
    .env("FALAB_FUZZ_EXECUTIONS", executions.to_string())
    .env("FALAB_FUZZ_SEED", seed.to_string());
    run(&mut fuzz)
}
