//! `falab table1` as a user meets it: what finished is not run again, whatever killed the program before.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use falab::core::{NUMERICS, Rule};
use falab::paper::{Row, Run};

fn table1(file: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(["table1", "--out"])
        .arg(file)
        .args(arguments)
        .output()
        .expect("falab starts")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Lines of made-up runs of BP and DFA on the first row, 4 epochs.
fn lines() -> Vec<String> {
    let row = &Row::all().unwrap()[0];
    [Rule::Bp, Rule::Dfa]
        .map(|rule| {
            let run = Run {
                row: row.key.clone(),
                rule: rule.key().to_owned(),
                seed: 1,
                epochs_asked: 4,
                epochs: 4,
                reason: "epochs".to_owned(),
                test_error: Some(5.25),
                best_test_error: Some(5.25),
                best_epoch: Some(4),
                train_error: Some(5.0),
                running_error: Some(5.0),
                test_errors: vec![8.0, 7.0, 6.0, 5.25],
                link: row.experiment(&[rule], Some((1, 4))).unwrap().link(),
                fingerprint: "0123456789abcdef".to_owned(),
                numerics: NUMERICS,
                seconds: 1.0,
                date: "2026-11-24".to_owned(),
            };
            serde_json::to_string(&run).unwrap() + "\n"
        })
        .to_vec()
}

const THESE: [&str; 4] = ["--rows", "7x240", "--rules", "bp,dfa"];

#[test]
fn what_stands_in_the_file_is_not_run_again() {
    let folder = folder("table1-again");
    let file = folder.join("runs.jsonl");
    fs::write(&file, lines().concat()).unwrap();
    for epochs in ["4", "3"] {
        let output = table1(&file, &[&THESE[..], &["--epochs", epochs]].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        let said = text(&output.stderr);
        assert!(said.contains("2 of 2 runs stand in"), "{said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), lines().concat());
        // The table is printed and written beside the runs.
        let markdown = fs::read_to_string(folder.join("runs.md")).unwrap();
        assert_eq!(text(&output.stdout), markdown);
        assert!(markdown.contains("5.25<br>1 seed, 4 epochs<br>2026-11-24"));
        let json = fs::read_to_string(folder.join("runs.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["rows"][0]["cells"][0]["ours"]["mean"], 5.25);
    }
}

#[test]
fn a_line_that_was_cut_by_a_kill_is_cut_off_and_said() {
    let folder = folder("table1-cut");
    let file = folder.join("runs.jsonl");
    let lines = lines();
    fs::write(&file, format!("{}{}", lines[0], &lines[1][..100])).unwrap();
    let output = table1(&file, &["--render"]);
    assert!(output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("is cut off (100 bytes)"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), lines[0]);
    // The one that is whole stands, so BP alone is not run again.
    let output = table1(
        &file,
        &["--rows", "7x240", "--rules", "bp", "--epochs", "4"],
    );
    assert!(text(&output.stderr).contains("1 of 1 runs stand in"));
}

#[test]
fn a_line_that_is_no_run_is_named() {
    let file = folder("table1-bad").join("runs.jsonl");
    fs::write(&file, format!("{}{{\"row\":7}}\n", lines()[0])).unwrap();
    let output = table1(&file, &["--render"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("line 2 of") && said.contains("is no run"),
        "{said}"
    );
}

#[test]
fn bad_flags_are_named_with_what_is_allowed() {
    let file = folder("table1-flags").join("runs.jsonl");
    for (flags, named) in [
        (
            ["--rows", "7x24"],
            "'7x24' for '--rows <ROWS>': allowed are 7x240, 100x240",
        ),
        (
            ["--rules", "shallow"],
            "'shallow' for '--rules <RULES>': allowed are bp, fa, dfa, ifa",
        ),
        (["--seeds", "0"], "0 is not in 1..=1000"),
        (["--epochs", "0"], "0 is not in 1..=10000"),
        (["--jobs", "many"], "'many' for '--jobs <JOBS>'"),
    ] {
        let output = table1(&file, &flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        let said = text(&output.stderr);
        assert!(said.contains(named), "{said}");
        assert!(!file.exists(), "{flags:?} made a file");
    }
}
