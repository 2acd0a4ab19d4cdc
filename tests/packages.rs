//! Packages come from crates.io alone, under the licences that `deny.toml` allows.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn every_locked_package_is_of_crates_io_with_its_checksum() {
    for file in ["Cargo.lock", "benches/candle/Cargo.lock"] {
        let text = read(file);
        let (mut foreign, mut own) = (0, 0);
        for package in text.split("[[package]]").skip(1) {
            let line = |key: &str| package.lines().find_map(|line| line.strip_prefix(key));
            match line("source = ") {
                None => own += 1,
                Some(source) => {
                    assert_eq!(
                        source, "\"registry+https://github.com/rust-lang/crates.io-index\"",
                        "{file}: {package}"
                    );
                    assert!(
                        line("checksum = ").is_some_and(|sum| sum.len() == 66),
                        "{file}: {package}"
                    );
                    foreign += 1;
                }
            }
        }
        assert!(foreign > 50 && own < 10, "{file}: {foreign} and {own}");
    }
}

/// The licences in `deny.toml`.
fn allowed() -> Vec<String> {
    let text = read("deny.toml");
    let list = text
        .split("\nallow = [")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    list.split(',')
        .map(|word| word.trim().trim_matches('"').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Packages that may be under one more licence, as lines of `deny.toml` say: (package, licence).
fn exceptions() -> Vec<(String, String)> {
    let text = read("deny.toml");
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("{ allow = ["));
    let found = lines.map(|line| {
        let words: Vec<&str> = line.split('"').collect();
        (words[3].to_owned(), words[1].to_owned())
    });
    found.collect()
}

/// Whether an SPDX expression can be met with these licences; "/" is an old way to write OR.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    // AND binds closer than OR; the parentheses that packages use are around an OR, which this reads as stricter or
    // looser only where both kinds meet.
    let mixed = expression.contains('(');
    let is_allowed = |licence: &str| allowed.iter().any(|known| known == licence.trim());
    if mixed {
        return plain
            .split(" AND ")
            .all(|part| part.split(" OR ").any(is_allowed));
    }
    plain
        .split(" OR ")
        .any(|part| part.split(" AND ").all(is_allowed))
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
    for met in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "(MIT OR GPL-3.0) AND Unicode-3.0",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for refused in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR Apache-2.0) AND GPL-3.0",
        "",
    ] {
        assert!(!is_met(refused, &allowed), "{refused}");
    }
}

#[test]
fn licences_are_free() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // For the two targets that are shipped; metadata of others would have to be fetched.
    let mut metadata = Command::new(cargo);
    metadata.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--all-features",
    ]);
    for target in ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"] {
        metadata.args(["--filter-platform", target]);
    }
    let output = metadata
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (allowed, exceptions) = (allowed(), exceptions());
    let packages = all["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    for package in packages {
        let (name, licence) = (
            package["name"].as_str().unwrap_or_default(),
            package["license"].as_str().unwrap_or_default(),
        );
        let is_exception = |(of, one): &(String, String)| of == name && one == licence;
        if exceptions.iter().any(is_exception) {
            continue;
        }
        assert!(
            is_met(licence, &allowed),
            "{} {}: {licence:?}; allowed: {allowed:?}",
            package["name"],
            package["version"]
        );
    }
}
