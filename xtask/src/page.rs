//! Builds the page into `dist/`: one wasm file, its JavaScript, and the static files beside it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process::{command, root, run, timed};
use crate::{kept, size, tools};

/// Builds the page; returns the folder, which any static host can serve from any path.
///
/// # Errors
/// A tool, the compiler or the file system fails.
pub fn build() -> Result<PathBuf> {
    tools::ensure_toolchain()?;
    let tools = tools::ensure_wasm_bindgen()?;
    timed("Compiling the page", || {
        run(tools::cargo().args([
            "build",
            "--quiet",
            "--release",
            "--no-default-features",
            "--features",
            "web",
            "--bin",
            "page",
            "--target",
            "wasm32-unknown-unknown",
        ]))
    })?;
    timed("Putting dist/ together", || {
        let dist = root().join("dist");
        if dist.exists() {
            fs::remove_dir_all(&dist).context("emptying dist/")?;
        }
        fs::create_dir_all(&dist).context("making dist/")?;
        let wasm = target_folder().join("wasm32-unknown-unknown/release/page.wasm");
        bindgen(&tools, &wasm, &dist)?;
        // Packed here, because many plain hosts send wasm as it is; under a name that no host takes for a packed file.
        let wasm = dist.join("page_bg.wasm");
        fs::write(dist.join("page.bin"), size::packed(&wasm)?).context("writing page.bin")?;
        fs::remove_file(&wasm).context("removing page_bg.wasm")?;
        fs::copy(root().join("index.html"), dist.join("index.html"))
            .context("copying index.html")?;
        copy_folder(&root().join("www"), &dist.join("www"))?;
        join_lessons(&dist.join("www/lessons"))?;
        copy_folder(&root().join("assets"), &dist.join("assets"))?;
        kept::write(&dist)?;
        Ok(dist)
    })
}

/// Joins the lessons of each language into one file, `en.txt` for all `NN-name.en.md`, each behind a line with its name;
/// the files themselves are left out.
fn join_lessons(folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).context("reading www/lessons")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let is_lesson = |name: &&String| name.starts_with(|first: char| first.is_ascii_digit());
    let languages: BTreeSet<&str> = names
        .iter()
        .filter(is_lesson)
        .filter_map(|name| name.strip_suffix(".md")?.rsplit('.').next())
        .collect();
    for language in languages {
        let mut joined = String::new();
        let ending = format!(".{language}.md");
        for name in names.iter().filter(|name| name.ends_with(&ending)) {
            let text = fs::read_to_string(folder.join(name))
                .with_context(|| format!("reading the lesson {name}"))?;
            joined += &format!("%% {name}\n{}\n", text.trim_end());
        }
        fs::write(folder.join(format!("{language}.txt")), joined).context("joining the lessons")?;
    }
    for name in &names {
        fs::remove_file(folder.join(name)).context("leaving out a lesson's own file")?;
    }
    Ok(())
}

/// Writes a wasm file and its JavaScript module into `folder`, with the wasm-bindgen that lies in `tools`.
///
/// # Errors
/// wasm-bindgen fails.
pub fn bindgen(tools: &Path, wasm: &Path, folder: &Path) -> Result<()> {
    run(command(&tools.join("wasm-bindgen").to_string_lossy())
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--remove-producers-section",
        ])
        .arg("--remove-name-section")
        .arg("--out-dir")
        .arg(folder)
        .arg(wasm))
}

/// Where cargo puts what it builds.
#[must_use]
pub fn target_folder() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").map(|folder| root().join(folder));
    set.unwrap_or_else(|| root().join("target"))
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// Those of the file system.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        let target = to.join(name);
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    Ok(())
}
