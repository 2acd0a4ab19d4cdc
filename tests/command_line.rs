//! `falab` as a user meets it.
#![cfg(feature = "cli")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn falab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(arguments)
        .output()
        .expect("falab starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const SMALL: &str = "#v=1&n=640&hidden=2x16&epochs=2&evals=2";

#[test]
fn json_lines_hold_every_measurement_and_end_in_a_fingerprint() {
    let output = falab(&["run", SMALL, "--format", "jsonl", "--rules", "dfa,bp"]);
    assert!(output.status.success());
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let rules: Vec<&str> = lines
        .iter()
        .map(|line| line["rule"].as_str().unwrap())
        .collect();
    assert!(
        rules.is_sorted_by(|a, b| a == b || (*a == "dfa" && *b == "bp")),
        "{rules:?}"
    );
    let first = &lines[0];
    assert_eq!(
        (&first["type"], &first["step"]),
        (&"metrics".into(), &0.into())
    );
    for key in [
        "epoch",
        "train_error",
        "train_loss",
        "test_error",
        "test_loss",
    ] {
        assert!(first[key].is_f64(), "{key} in {first}");
    }
    let layer = &first["layers"][1];
    for key in [
        "angle_update_deg",
        "angle_delta_deg",
        "criterion",
        "criterion_cos",
        "weight_norm",
        "weight_change",
        "update_norm",
        "saturated",
        "feedback_angle_deg",
    ] {
        assert!(layer.get(key).is_some(), "{key} in {layer}");
    }
    // DFA starts from zero weights: the true gradient is zero and the angle undefined.
    assert_eq!(layer["angle_update_deg"], Value::Null);
    let finished: Vec<&Value> = lines
        .iter()
        .filter(|line| line["type"] == "finished")
        .collect();
    assert_eq!(finished.len(), 2);
    for end in finished {
        assert_eq!(
            (&end["step"], &end["reason"]),
            (&20.into(), &"epochs".into())
        );
        let print = end["fingerprint"].as_str().unwrap();
        assert!(print.len() == 16 && print.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}

#[test]
fn csv_has_as_many_fields_in_every_row() {
    let output = falab(&["run", SMALL, "--format", "csv", "--rules", "ifa"]);
    let text = text(&output.stdout);
    let counts: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
    assert!(
        counts.len() > 5 && counts.iter().all(|&count| count == 30),
        "{counts:?}"
    );
    assert!(text.starts_with("rule,step,epoch,train_error,"));
}

#[test]
fn a_bad_link_ends_with_status_2_and_names_key_value_and_what_is_allowed() {
    let output = falab(&["run", "#v=1&lr=fast"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr).trim(),
        "falab: lr=fast is not possible; allowed: a number above 0 and up to 1e6"
    );
    assert!(output.stdout.is_empty());
    assert_eq!(
        falab(&["run", SMALL, "--rules", "bq"]).status.code(),
        Some(2)
    );
}

#[test]
fn links_come_from_standard_input_too() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(["run", "-", "--rules", "bp", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let links = format!("https://example.org/{SMALL}\n\n{SMALL}&seed=2\n");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(links.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let prints: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["type"] == "finished")
        .map(|line| line["fingerprint"].clone())
        .collect();
    assert_eq!(prints.len(), 2);
    assert_ne!(prints[0], prints[1]);
}

#[test]
fn figures_are_written_where_asked() {
    let folder = std::env::temp_dir().join(format!("falab-figures-{}", std::process::id()));
    let output = falab(&["run", SMALL, "--plot", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for name in ["error.svg", "angle.svg"] {
        let figure = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(
            figure.starts_with("<svg") && figure.contains("v=1&amp;n=640"),
            "{name}"
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
}
