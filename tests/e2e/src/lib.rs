//! Drives real browsers over WebDriver against the built page, served from a subfolder on 127.0.0.1.
//!
//! `FALAB_DIST` is the built page, `FALAB_BROWSER` chromium (the default), firefox or webkit, `FALAB_DRIVER` the
//! driver's program where it is not on PATH. `cargo xtask test` sets them.

#![allow(
    clippy::disallowed_methods,
    reason = "tests wait by the clock; the rules on determinism are for the mathematics"
)]

mod driver;
pub mod native;
mod page;
pub mod soak;
pub mod trace;

pub use driver::{Browser, name};
pub use page::Page;

use std::future::Future;
use std::path::PathBuf;

/// Where screenshots go.
#[must_use]
pub fn pictures() -> PathBuf {
    xtask::process::root().join("target/e2e")
}

/// Another number on every call: the time, in nanoseconds.
#[must_use]
pub fn fresh_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(1, |since| since.as_nanos() as u64)
}

/// Opens a browser, runs a test in it, and closes it whatever happened.
///
/// # Panics
/// The test failed.
pub fn in_browser<F>(test: impl FnOnce(Page) -> F)
where
    F: Future<Output = anyhow::Result<()>>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            let browser = Browser::start().await?;
            let page = Page::new(&browser)?;
            let done = test(page.clone()).await;
            if done.is_err() {
                page.screenshot("failure").await.ok();
                eprintln!("console: {:#?}", page.console().await.unwrap_or_default());
            }
            browser.close().await;
            done
        })
    });
    if let Err(error) = done {
        panic!("{error:?}");
    }
}
