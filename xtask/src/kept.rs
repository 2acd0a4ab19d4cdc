//! The service worker of a build: it names every file with its hash, and its version is the hash of them all.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

/// Writes `sw.js` and the manifest to the root of a build, because a service worker reaches no further up than it lies.
///
/// # Errors
/// Those of the file system.
pub fn write(dist: &Path) -> Result<()> {
    let manifest = "manifest.webmanifest";
    fs::rename(dist.join("www").join(manifest), dist.join(manifest)).context(manifest)?;
    let template = fs::read_to_string(dist.join("www/sw.js")).context("reading www/sw.js")?;
    for name in ["www/sw.js", "sw.js"] {
        if dist.join(name).exists() {
            fs::remove_file(dist.join(name)).context(name)?;
        }
    }
    fs::write(dist.join("sw.js"), filled(&template, dist)?).context("writing sw.js")
}

/// The service worker of what lies in a folder.
fn filled(template: &str, dist: &Path) -> Result<String> {
    let mut files = Vec::new();
    list(dist, "", &mut files)?;
    files.sort();
    let mut all = Sha256::new();
    let mut lines = String::from("[\n");
    for path in &files {
        let bytes = fs::read(dist.join(path)).with_context(|| path.clone())?;
        let hash = hex(&Sha256::digest(&bytes));
        let line = format!("  [\"{path}\", \"{hash}\", {}],\n", bytes.len());
        all.update(line.as_bytes());
        lines += &line;
    }
    // What the worker itself does is part of the version.
    all.update(template.as_bytes());
    let version = &hex(&all.finalize())[..16];
    let text = template
        .replace("\"@FILES@\"", &(lines + "]"))
        .replace("@VERSION@", version);
    ensure!(!text.contains('@'), "sw.js has places that nothing fills");
    Ok(text)
}

/// Paths of all files within a folder, parted by `/`; only names that need no quoting.
fn list(folder: &Path, before: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        ensure!(
            name.chars().all(plain),
            "{name}: a name that a list of files cannot hold"
        );
        let path = format!("{before}{name}");
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_byte_of_any_file_is_another_version() {
        let folder = std::env::temp_dir().join(format!("falab-kept-{}", std::process::id()));
        fs::create_dir_all(folder.join("www")).unwrap();
        fs::write(folder.join("index.html"), "one").unwrap();
        fs::write(folder.join("www/a.js"), "two").unwrap();
        let template = "const VERSION = \"@VERSION@\"; const FILES = \"@FILES@\";";
        let first = filled(template, &folder).unwrap();
        assert_eq!(filled(template, &folder).unwrap(), first);
        assert!(first.contains("[\"www/a.js\", \""), "{first}");
        let version = |text: &str| text.split('"').nth(1).unwrap().to_owned();
        fs::write(folder.join("www/a.js"), "twO").unwrap();
        let second = filled(template, &folder).unwrap();
        assert_ne!(version(&first), version(&second));
        fs::write(folder.join("a b"), "").unwrap();
        assert!(filled(template, &folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
