//! `cargo xtask deny`: licences, sources, banned packages and known vulnerabilities, by cargo-deny and `deny.toml`.
//!
//! `cargo xtask test` does not need it: `tests/packages.rs` holds licences and sources with what cargo itself tells.

use anyhow::{Context as _, Result};

use crate::process::{command, root, run};
use crate::tools;

/// Brings cargo-deny and runs its checks. Vulnerabilities need the RustSec database from the net; where it cannot be
/// fetched this is said and the rest is checked.
///
/// # Errors
/// A check failed, or cargo-deny cannot be brought.
pub fn deny() -> Result<()> {
    tools::ensure_toolchain()?;
    let program = tools::ensure_cargo_deny()?.join("cargo-deny");
    let program = program.to_str().context("its path is no text")?;
    let deny = |arguments: &[&str]| {
        let mut deny = command(program);
        deny.args(["--all-features", "--workspace"]);
        deny.args(arguments).current_dir(root());
        deny
    };
    run(&mut deny(&["check", "licenses", "bans", "sources"]))?;
    let fetched = deny(&["fetch", "db"]).status();
    if fetched.is_ok_and(|status| status.success()) {
        return run(&mut deny(&["--offline", "check", "advisories"]));
    }
    println!("» the database of vulnerabilities could not be fetched: they were not checked");
    Ok(())
}
