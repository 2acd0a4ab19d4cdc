//! `cargo xtask bench`: brings the peers, builds both sides and starts the driver, which measures.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::page::{bindgen, copy_folder, target_folder};
use crate::process::{command, on_path, output, root, run, timed};
use crate::tools;

/// The version of PyTorch that is measured.
const TORCH: &str = "2.15.0";

/// The files of the peers' packages that the benchmark page loads.
const SCRIPTS: [&str; 4] = [
    "@tensorflow/tfjs-core/dist/tf-core.min.js",
    "@tensorflow/tfjs-layers/dist/tf-layers.min.js",
    "@tensorflow/tfjs-backend-wasm/dist",
    "convnetjs/build/convnet.js",
];

/// Runs the driver with these arguments, after building what they need.
///
/// # Errors
/// A tool is missing, or something does not build or run.
pub fn run_driver(arguments: &[OsString]) -> Result<()> {
    tools::ensure_toolchain()?;
    let mut driver = tools::cargo();
    driver.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "bench-driver",
        "--",
    ]);
    driver.args(arguments);
    let alone = ["--growth", "--help", "-h"];
    if !arguments
        .iter()
        .any(|word| alone.iter().any(|name| word == name))
    {
        tools::ensure_packages(
            &["chromium", "chromedriver"],
            &["chromium", "chromium-driver"],
        )?;
        driver.env("FALAB_BENCH_SITE", site()?);
        match torch() {
            Ok(python) => driver.env("FALAB_TORCH", python),
            Err(error) => driver.env("FALAB_TORCH_MISSING", format!("{error:#}")),
        };
    }
    timed("Measuring", || run(&mut driver))
}

/// The folder of the benchmark page, with everything that it loads.
fn site() -> Result<PathBuf> {
    let tools = tools::ensure_wasm_bindgen()?;
    let peers = root().join("benches/peers");
    tools::ensure_npm("benches/peers")?;
    let wasm = ["--release", "--quiet", "--target", "wasm32-unknown-unknown"];
    timed("Compiling our step", || {
        run(tools::cargo()
            .args(["build", "--package", "bench-ours"])
            .args(wasm))
    })?;
    let of_candle = target_folder().join("candle");
    timed("Compiling candle", || {
        run(tools::cargo()
            .args(["build", "--locked"])
            .args(wasm)
            .arg("--target-dir")
            .arg(&of_candle)
            // With our flags for wasm: it is faster with them than with its own (3x400: 6,100 against 4,900 samples/s).
            .current_dir(root().join("benches/candle")))
    })?;
    let site = target_folder().join("bench");
    timed("Putting the benchmark page together", || {
        if site.exists() {
            fs::remove_dir_all(&site).with_context(|| format!("emptying {}", site.display()))?;
        }
        let built = "wasm32-unknown-unknown/release";
        let ours = target_folder().join(built).join("bench_ours.wasm");
        bindgen(&tools, &ours, &site.join("ours"))?;
        let candle = of_candle.join(built).join("bench_candle.wasm");
        bindgen(&tools, &candle, &site.join("candle"))?;
        for entry in fs::read_dir(&peers)? {
            let path = entry?.path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if matches!(ending, Some("html" | "js")) {
                copy(&path, &site.join(path.file_name().unwrap_or_default()))?;
            }
        }
        for script in SCRIPTS {
            let of_package = Path::new("node_modules").join(script);
            copy(&peers.join(&of_package), &site.join(of_package))?;
        }
        copy(&root().join("assets/mnist"), &site.join("assets/mnist"))
    })?;
    Ok(site)
}

/// Copies a file or a folder, making the folders above it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        return copy_folder(from, to);
    }
    let above = to.parent().unwrap_or(to);
    fs::create_dir_all(above).with_context(|| format!("making {}", above.display()))?;
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}

/// A python that has PyTorch: in the user's cache, brought once. Two to five gigabytes with what PyPI's wheel wants.
fn torch() -> Result<PathBuf> {
    let place = tools::folder()?.join(format!("torch-{TORCH}"));
    let python = place.join("bin/python");
    let has_torch = || {
        let version = output(
            command(&python.to_string_lossy())
                .args(["-c", "import torch; print(torch.__version__)"]),
        );
        version.is_some_and(|version| version.starts_with(TORCH))
    };
    if has_torch() {
        return Ok(python);
    }
    anyhow::ensure!(on_path("python3"), "python3 is not on PATH");
    timed(&format!("Bringing PyTorch {TORCH}, once"), || {
        run(command("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&place))?;
        run(command(&python.to_string_lossy())
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .arg(format!("torch=={TORCH}")))
    })?;
    anyhow::ensure!(has_torch(), "PyTorch is installed but does not start");
    Ok(python)
}
