//! Rooms know only the rooms to their left: `core`, `lang` ← `spec` ← `data` ← `lane` ← … (see ARCHITECTURE.md).

use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom up. Rooms of one row are siblings and never meet.
const ROWS: [&[&str]; 11] = [
    &["core", "lang"],
    &["spec"],
    &["data"],
    &["lane"],
    &["inside"],
    &["protocol"],
    &["store"],
    &["spread"],
    &["plot", "report", "paper", "lesson"],
    &["export"],
    &["web", "cli"],
];

fn row(room: &str) -> usize {
    let found = ROWS.iter().position(|row| row.contains(&room));
    found.unwrap_or_else(|| panic!("src/{room} is in no row of this test"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_room_knows_a_room_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut arrows = 0;
    for path in files(&src) {
        let relative = path.strip_prefix(&src).unwrap();
        let first = relative.components().next().unwrap();
        let room = Path::new(first.as_os_str())
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap();
        if room == "lib" || room == "bin" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let used = &rest[..end];
            assert!(
                !used.is_empty(),
                "{}: `use crate::{{…}}` hides a direction",
                relative.display()
            );
            arrows += 1;
            assert!(
                used == room || row(used) < row(room),
                "src/{} uses crate::{used}",
                relative.display()
            );
        }
    }
    assert!(
        arrows > 30,
        "found only {arrows} uses: is this test still reading?"
    );
}
