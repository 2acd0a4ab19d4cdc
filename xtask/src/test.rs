//! `cargo xtask test`: everything that CI runs, with one line of counts at the end.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::process::{line, on_path, root};
use crate::{page, size, tools};

/// Tests passed and failed.
#[derive(Clone, Copy, Default)]
struct Counts {
    passed: u64,
    failed: u64,
}

#[derive(Default)]
struct Report {
    counts: Counts,
    steps: Vec<(String, f64)>,
    failure: Option<String>,
}

/// Runs all steps; the first that fails ends the run.
///
/// # Errors
/// A step failed, or something that it needs is missing.
pub fn run(quick: bool, browser: &str) -> Result<()> {
    let browsers: &[&str] = match browser {
        "all" => &["chromium", "firefox", "webkit"],
        "chromium" => &["chromium"],
        "firefox" => &["firefox"],
        "webkit" => &["webkit"],
        other => {
            bail!("--browser {other} is not possible; allowed: chromium, firefox, webkit, all")
        }
    };
    tools::ensure_toolchain()?;
    let mut report = Report::default();
    let done = native(&mut report).and_then(|()| {
        if quick {
            return Ok(());
        }
        wasm(&mut report)?;
        arm(&mut report)?;
        in_browsers(&mut report, browsers)
    });
    println!("\n{:>8}  step", "seconds");
    for (step, seconds) in &report.steps {
        println!("{seconds:>8.1}  {step}");
    }
    if let Some(failure) = &report.failure {
        println!("\nfailed: {failure}");
    }
    // A step without tests of its own that failed counts as one failure.
    let failed = report.counts.failed.max(u64::from(done.is_err()));
    println!("\n{} passed, {failed} failed", report.counts.passed);
    done
}

fn native(report: &mut Report) -> Result<()> {
    report.step(
        "formatting",
        tools::cargo().args(["fmt", "--all", "--check"]),
    )?;
    let clippy = |arguments: &[&str]| {
        let mut clippy = tools::cargo();
        clippy.args(["clippy", "--quiet"]).args(arguments);
        clippy.args(["--", "-D", "warnings"]);
        clippy
    };
    report.step("clippy", &mut clippy(&["--workspace", "--all-targets"]))?;
    report.step(
        "clippy of the library alone",
        &mut clippy(&["--lib", "--no-default-features"]),
    )?;
    if on_path("cargo-nextest") {
        report.step(
            "native tests",
            tools::cargo().args(["nextest", "run", "--no-fail-fast"]),
        )?;
    } else {
        report.step(
            "native tests",
            tools::cargo().args(["test", "--all-targets", "--no-fail-fast"]),
        )?;
    }
    report.step(
        "doc tests",
        tools::cargo().args(["test", "--doc", "--quiet"]),
    )?;
    report.step(
        "documentation",
        tools::cargo()
            .args(["doc", "--no-deps", "--quiet", "--workspace"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn wasm(report: &mut Report) -> Result<()> {
    let target = [
        "--target",
        "wasm32-unknown-unknown",
        "--no-default-features",
    ];
    report.step(
        "clippy of the page",
        tools::cargo()
            .args([
                "clippy",
                "--quiet",
                "--lib",
                "--bin",
                "page",
                "--features",
                "web",
            ])
            .args(target)
            .args(["--", "-D", "warnings"]),
    )?;
    let bindgen = tools::ensure_wasm_bindgen()?;
    let runner = bindgen.join("wasm-bindgen-test-runner");
    // With vectors as the page has them, and without any.
    for (name, flags, folder) in [
        ("wasm tests", None, page::target_folder()),
        (
            "wasm tests without simd128",
            Some("-Ctarget-feature=-simd128"),
            page::target_folder().join("without-simd"),
        ),
    ] {
        let mut test = tools::cargo();
        let tests = ["--test", "same_bits", "--test", "embedding_bits"];
        test.arg("test")
            .args(tests)
            .arg("--target-dir")
            .arg(folder)
            .args(target)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner);
        if let Some(flags) = flags {
            test.env("RUSTFLAGS", flags);
        }
        report.step(name, &mut test)?;
    }
    Ok(())
}

/// The kernels and forty steps of every rule on 64-bit ARM, emulated; the same tests ran natively and as wasm.
fn arm(report: &mut Report) -> Result<()> {
    tools::ensure_arm()?;
    let mut test = tools::cargo();
    test.args(["test", "--no-default-features", "--target", tools::ARM])
        .args(["--lib", "--test", "same_bits", "--test", "embedding_bits"])
        .args(["--test", "kernel_twins", "--test", "convolution_twins"])
        .env(
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER",
            "aarch64-linux-gnu-gcc",
        )
        .env(
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
            "qemu-aarch64-static -L /usr/aarch64-linux-gnu",
        );
    report.step("tests on aarch64, emulated", &mut test)
}

fn in_browsers(report: &mut Report, browsers: &[&str]) -> Result<()> {
    let dist = page::build()?;
    report.check("size of the page's code", || size::check(&dist))?;
    report.step(
        "native release build",
        tools::cargo().args(["build", "--release", "--quiet", "--bin", "falab"]),
    )?;
    report.step(
        "native debug build",
        tools::cargo().args(["build", "--quiet", "--bin", "falab"]),
    )?;
    // Here and not with the native tests, because they share e2e's packages, which --quick does without.
    let helpers = ["test", "--quiet", "-p", "xtask", "-p", "bench-driver"];
    report.step("tests of the helpers", tools::cargo().args(helpers))?;
    for &browser in browsers {
        let mut test = tools::cargo();
        test.args(["test", "-p", "e2e", "--no-fail-fast"]);
        if browser != "chromium" {
            // What the page does and the bits it ends in; sizes to the pixel and frame times are Chromium's to tell.
            for name in ["bad_links", "faults", "first_look", "receipts", "same_bits"] {
                test.args(["--test", name]);
            }
        }
        test.args(["--", "--test-threads=1"])
            .env("FALAB_DIST", &dist)
            .env("FALAB_BROWSER", browser);
        match browser {
            "firefox" => {
                tools::ensure_packages(&["firefox-esr"], &["firefox-esr"])?;
                test.env(
                    "FALAB_DRIVER",
                    tools::ensure_geckodriver()?.join("geckodriver"),
                );
            }
            "webkit" => {
                tools::ensure_packages(
                    &["WebKitWebDriver", "xvfb-run"],
                    &["webkit2gtk-driver", "xvfb", "xauth"],
                )?;
            }
            _ => {
                tools::ensure_packages(
                    &["chromium", "chromedriver"],
                    &["chromium", "chromium-driver"],
                )?;
                tools::ensure_japanese_font()?;
                tools::ensure_npm("tests/e2e/axe")?;
            }
        }
        report.step(&format!("browser tests in {browser}"), &mut test)?;
    }
    Ok(())
}

impl Report {
    /// Runs a check of our own, timed like a step.
    fn check(&mut self, name: &str, check: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n» {name}");
        let start = Instant::now();
        let done = check();
        self.steps
            .push((name.to_owned(), start.elapsed().as_secs_f64()));
        if done.is_err() {
            self.failure = Some(name.to_owned());
        }
        done
    }

    /// Runs one step, passes its output through and counts the tests that its closing lines name.
    fn step(&mut self, name: &str, command: &mut Command) -> Result<()> {
        println!("\n» {name}: {}", line(command));
        let start = Instant::now();
        command
            .current_dir(root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("starting {}", line(command)))?;
        let stdout = child.stdout.take().context("its output")?;
        let stderr = child.stderr.take().context("its messages")?;
        let messages = thread::spawn(move || {
            let lines = BufReader::new(stderr).lines().map_while(Result::ok);
            lines
                .filter_map(|line| {
                    eprintln!("{line}");
                    summary(&line)
                })
                .collect::<Vec<Counts>>()
        });
        let lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let mut counts: Vec<Counts> = lines
            .filter_map(|line| {
                println!("{line}");
                summary(&line)
            })
            .collect();
        counts.extend(messages.join().unwrap_or_default());
        for of_line in counts {
            self.counts.passed += of_line.passed;
            self.counts.failed += of_line.failed;
        }
        let status = child.wait()?;
        self.steps
            .push((name.to_owned(), start.elapsed().as_secs_f64()));
        if !status.success() {
            self.failure = Some(name.to_owned());
            bail!("{name} failed ({status}); run it alone: {}", line(command));
        }
        Ok(())
    }
}

/// The counts in a closing line of cargo test ("test result: ok. 3 passed; 0 failed; …") or nextest ("Summary [ 1 s] 3
/// tests run: 3 passed, 0 skipped").
fn summary(text: &str) -> Option<Counts> {
    let plain = strip_colour(text);
    if !plain.contains("test result:") && !plain.trim_start().starts_with("Summary") {
        return None;
    }
    let words: Vec<&str> = plain
        .split([' ', ',', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    let before = |name: &str| {
        let pair = words.windows(2).find(|pair| pair[1] == name);
        pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    Some(Counts {
        passed: before("passed"),
        failed: before("failed"),
    })
}

fn strip_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}
