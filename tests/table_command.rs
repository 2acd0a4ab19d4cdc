//! `falab table NAME` as a user meets it: what finished is not run again, whatever killed the program before.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use falab::cli::table::file::Runs;
use falab::cli::table::{jobs, work};
use falab::core::{NUMERICS, Rule};
use falab::paper::{Plan, Row, Run};
use falab::spec::Spec;

fn table1(file: &Path, arguments: &[&str]) -> Output {
    table("table1", file, arguments)
}

fn table(name: &str, file: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_falab"))
        .env("LC_ALL", "C")
        .args(["table", name, "--out"])
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
    let row = &Plan::of_key("table1").unwrap().rows().unwrap()[0];
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
        (["--seeds", "0"], "allowed are whole numbers from 1 to 1000"),
        (
            ["--epochs", "0"],
            "allowed are whole numbers from 1 to 10000",
        ),
        (
            ["--jobs", "many"],
            "'many' for '--jobs <JOBS>': allowed are whole numbers from 1 to 1024",
        ),
    ] {
        let output = table1(&file, &flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        let said = text(&output.stderr);
        assert!(said.contains(named), "{said}");
        assert!(!file.exists(), "{flags:?} made a file");
    }
}

/// Trains what is missing of a small row, and tells how many runs that were.
fn train(file: &Path, row: &Row, epochs: u32) -> usize {
    let mut runs = Runs::open(file).unwrap();
    let rows = std::slice::from_ref(row);
    let jobs = jobs(rows, &[Rule::Bp, Rule::Dfa], 2, Some(epochs), runs.all()).unwrap();
    let count = jobs.len();
    work::through(jobs, 2, |run| runs.add(run)).unwrap();
    count
}

#[test]
fn after_an_interruption_only_what_is_missing_is_trained_and_ends_in_the_same_bits() {
    let file = folder("table1-trained").join("runs.jsonl");
    let row = Row {
        key: "small".to_owned(),
        net: "2×16 tanh".to_owned(),
        spec: Spec::parse("v=1&n=640&hidden=2x16&epochs=300&evals=1").unwrap(),
        paper: Vec::new(),
    };
    assert_eq!(train(&file, &row, 2), 4);
    let whole = fs::read_to_string(&file).unwrap();
    let runs: Vec<Run> = whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for run in &runs {
        assert_eq!(
            (run.epochs, run.reason.as_str(), run.test_errors.len()),
            (2, "epochs", 2)
        );
        assert_eq!(run.test_error, run.test_errors.last().copied());
        let rule = Rule::from_key(&run.rule).unwrap();
        assert!(run.is_of(&row, rule));
        // The link alone gives the same run on the command line.
        let output = Command::new(env!("CARGO_BIN_EXE_falab"))
            .args(["run", "--format", "jsonl", &run.link])
            .output()
            .unwrap();
        assert!(
            text(&output.stdout).contains(&run.fingerprint),
            "{}",
            run.link
        );
    }
    assert_eq!(train(&file, &row, 2), 0);
    assert_eq!(train(&file, &row, 1), 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), whole);
    // Killed while it wrote the last line.
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    fs::write(&file, &whole[..last + 40]).unwrap();
    assert_eq!(train(&file, &row, 2), 1);
    let again = fs::read_to_string(&file).unwrap();
    assert_eq!(again[..last], whole[..last]);
    let (before, after): (Run, Run) = (
        serde_json::from_str(&whole[last..]).unwrap(),
        serde_json::from_str(&again[last..]).unwrap(),
    );
    assert_eq!(after.fingerprint, before.fingerprint);
    assert_eq!(after.test_errors, before.test_errors);
    // More epochs are other runs.
    assert_eq!(train(&file, &row, 3), 4);
}

#[test]
fn rows_rules_and_epochs_are_those_of_the_table_that_is_named() {
    let file = folder("table-names").join("runs.jsonl");
    for (name, flags, named) in [
        (
            "depht",
            ["--rules", "bp"],
            "'depht' for '<NAME>': allowed are table1, depth, relu, ifa",
        ),
        (
            "relu",
            ["--rows", "7x240"],
            "'7x240' for '--rows <ROWS>': allowed are 1x64, 2x64, 3x64, 5x64, 10x64, 20x64",
        ),
        (
            "ifa",
            ["--rules", "dfa"],
            "'dfa' for '--rules <RULES>': allowed are ifa",
        ),
    ] {
        let output = table(name, &file, &flags);
        assert_eq!(output.status.code(), Some(2), "{name} {flags:?}");
        let said = text(&output.stderr);
        assert!(said.contains(named), "{said}");
        assert!(!file.exists(), "{name} {flags:?} made a file");
    }
    // Without --epochs each row is run for its own.
    let depth = Plan::of_key("depth").unwrap().rows().unwrap();
    let epochs: Vec<u32> = jobs(&depth, &[Rule::Dfa], 1, None, &[])
        .unwrap()
        .iter()
        .map(|job| job.epochs)
        .collect();
    assert_eq!(epochs.iter().filter(|&&epochs| epochs == 10).count(), 15);
    assert_eq!(epochs.iter().filter(|&&epochs| epochs == 3).count(), 1);
}
