//! The pinned toolchain and tools: found where they are, else brought, once, outside the build folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{command, on_path, output, root, run, timed};

/// The compiler of everything but xtask itself. There is no rust-toolchain.toml, because that would stop cargo before
/// xtask can run wherever rustup does not install by itself.
pub const TOOLCHAIN: &str = "1.99.1";

const WASM: &str = "wasm32-unknown-unknown";

/// Installs the pinned toolchain with what the project needs of it, if it is missing.
///
/// # Errors
/// rustup is missing or fails.
pub fn ensure_toolchain() -> Result<()> {
    let complete = || {
        let list = |what: &str| {
            let arguments = [what, "list", "--installed", "--toolchain", TOOLCHAIN];
            output(command("rustup").args(arguments)).unwrap_or_default()
        };
        let components = list("component");
        list("target").contains(WASM)
            && ["clippy", "rustfmt"]
                .iter()
                .all(|name| components.contains(name))
    };
    if complete() {
        return Ok(());
    }
    if !on_path("rustup") {
        bail!("rustup is missing: install it from https://rustup.rs, then run this again");
    }
    timed(&format!("Installing Rust {TOOLCHAIN} with {WASM}"), || {
        run(command("rustup").args([
            "toolchain",
            "install",
            TOOLCHAIN,
            "--profile",
            "minimal",
            "-c",
            "clippy",
            "-c",
            "rustfmt",
            "-t",
            WASM,
        ]))
    })
}

/// 64-bit ARM, on which the kernels' tests run emulated.
pub const ARM: &str = "aarch64-unknown-linux-gnu";

/// Brings what tests for [`ARM`] need where this machine is none: the target, a linker and an emulator.
///
/// # Errors
/// They are missing and cannot be installed.
pub fn ensure_arm() -> Result<()> {
    let arguments = ["target", "list", "--installed", "--toolchain", TOOLCHAIN];
    let installed = output(command("rustup").args(arguments)).unwrap_or_default();
    if !installed.contains(ARM) {
        let arguments = ["target", "add", ARM, "--toolchain", TOOLCHAIN];
        run(command("rustup").args(arguments))?;
    }
    ensure_packages(
        &["aarch64-linux-gnu-gcc", "qemu-aarch64-static"],
        &[
            "gcc-aarch64-linux-gnu",
            "libc6-dev-arm64-cross",
            "qemu-user-static",
        ],
    )
}

/// cargo of the pinned toolchain.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = command("rustup");
    // Variables that the outer cargo set for its own toolchain would mix the two.
    cargo
        .env_remove("RUSTC")
        .env_remove("RUSTDOC")
        .env_remove("CARGO");
    cargo.args(["run", TOOLCHAIN, "cargo"]);
    cargo
}

/// The folder for tools: in the user's cache, so that `cargo clean` keeps them.
pub(crate) fn folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let cache = cache.or_else(|| home.map(|home| PathBuf::from(home).join(".cache")));
    Ok(cache
        .context("neither XDG_CACHE_HOME nor HOME is set: no place for tools")?
        .join("falab/tools"))
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("reading Cargo.lock")?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()
        .and_then(|line| line.strip_prefix("version = "));
    let version = version.with_context(|| format!("{package} is not in Cargo.lock"))?;
    Ok(version.trim_matches('"').to_owned())
}

/// A program that cargo can install, in the version that is asked for.
struct Tool<'a> {
    package: &'a str,
    version: &'a str,
    /// The programs of the package that are needed; the first one tells its version.
    programs: &'a [&'a str],
}

impl Tool<'_> {
    /// The folder that holds the programs. From PATH, from the tool folder, by cargo-binstall, or from source.
    fn ensure(&self) -> Result<PathBuf> {
        let first = self.programs[0];
        if self.fits(Path::new(first))
            && let Some(folder) = which(first)
        {
            return Ok(folder);
        }
        let place = folder()?.join(format!("{}-{}", self.package, self.version));
        let bin = place.join("bin");
        if self.fits(&bin.join(first)) {
            return Ok(bin);
        }
        let what = format!("Bringing {} {}", self.package, self.version);
        if on_path("cargo-binstall") {
            let binstall = timed(&format!("{what} by cargo-binstall"), || {
                run(command("cargo")
                    .args(["binstall", "--no-confirm", "--root"])
                    .arg(&place)
                    .arg(format!("{}@{}", self.package, self.version)))
            });
            match binstall {
                Ok(()) if self.fits(&bin.join(first)) => return Ok(bin),
                _ => println!("» cargo-binstall could not; building from source"),
            }
        }
        timed(&format!("{what} from source, once"), || {
            let mut install = cargo();
            install
                .args(["install", self.package, "--version", self.version, "--root"])
                .arg(&place)
                // A light profile: these programs run for a second, so they need not be fast.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
            for program in self.programs {
                install.args(["--bin", program]);
            }
            run(&mut install)
        })?;
        Ok(bin)
    }

    fn fits(&self, program: &Path) -> bool {
        let version = output(Command::new(program).arg("--version"));
        version.is_some_and(|text| text.split_whitespace().any(|word| word == self.version))
    }
}

fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join(program).is_file())
}

/// The folder of wasm-bindgen and wasm-bindgen-test-runner, in the version of the wasm-bindgen crate.
///
/// # Errors
/// They cannot be brought.
pub fn ensure_wasm_bindgen() -> Result<PathBuf> {
    Tool {
        package: "wasm-bindgen-cli",
        version: &locked_version("wasm-bindgen")?,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    }
    .ensure()
}

/// The folder of geckodriver, which Debian does not package.
///
/// # Errors
/// It cannot be brought.
pub fn ensure_geckodriver() -> Result<PathBuf> {
    Tool {
        package: "geckodriver",
        version: "0.36.0",
        programs: &["geckodriver"],
    }
    .ensure()
}

/// The folder of cargo-deny.
///
/// # Errors
/// It cannot be brought.
pub fn ensure_cargo_deny() -> Result<PathBuf> {
    Tool {
        package: "cargo-deny",
        version: "0.20.2",
        programs: &["cargo-deny"],
    }
    .ensure()
}

/// Makes sure that Japanese has characters to be drawn with.
///
/// # Errors
/// There is no such font and none can be installed.
pub fn ensure_japanese_font() -> Result<()> {
    let fonts = output(command("fc-list").arg(":lang=ja"));
    if fonts.is_some_and(|fonts| !fonts.trim().is_empty()) {
        return Ok(());
    }
    install("a Japanese font", &["fonts-noto-cjk"])
}

/// Installs what the lock file of a folder of the project names.
///
/// # Errors
/// npm is missing and cannot be installed, or fails.
pub fn ensure_npm(folder: &str) -> Result<()> {
    ensure_packages(&["npm"], &["npm"])?;
    timed(&format!("Installing the packages of {folder}"), || {
        let mut npm = command("npm");
        npm.args(["ci", "--silent", "--no-audit", "--no-fund"]);
        npm.arg("--ignore-scripts").current_dir(root().join(folder));
        run(&mut npm)
    })
}

/// Installs Debian packages if one of `programs` is missing and that is allowed, else says what to run.
///
/// # Errors
/// They are missing and cannot be installed.
pub fn ensure_packages(programs: &[&str], packages: &[&str]) -> Result<()> {
    if programs.iter().all(|program| on_path(program)) {
        return Ok(());
    }
    install(&programs.join(", "), packages)
}

fn install(what: &str, packages: &[&str]) -> Result<()> {
    let install = format!(
        "apt-get update && apt-get install -y {}",
        packages.join(" ")
    );
    let root = output(command("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !root || !on_path("apt-get") {
        bail!("the tests need {what}; run: sudo sh -c '{install}'");
    }
    timed(&format!("Installing {}", packages.join(", ")), || {
        let mut shell = command("sh");
        shell.args(["-c", &format!("({install}) >/dev/null")]);
        shell.env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut shell)
    })
}
