//! `falab inside` as a user meets it.
#![cfg(feature = "cli")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_dir_all(&folder).ok();
    folder
}

#[test]
fn the_number_of_threads_changes_no_byte_of_what_is_printed_and_drawn() {
    let of = |threads: &str| {
        let folder = folder(&format!("inside-on-{threads}"));
        let path = folder.to_str().unwrap();
        let arguments = ["inside", SMALL, "--images", "100", "--format", "json"];
        let more = ["--threads", threads, "--plot", path];
        let output = falab(&[arguments.as_slice(), more.as_slice()].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        let figures = ["bp", "dfa", "ifa"];
        let figures = figures.map(|lane| std::fs::read(folder.join(format!("tsne-{lane}.svg"))));
        (text(&output.stdout), figures.map(Result::unwrap))
    };
    let alone = of("1");
    for threads in ["2", "7"] {
        assert!(of(threads) == alone, "{threads} threads");
    }
}

const SMALL: &str = "#v=1&n=640&hidden=2x16&epochs=3&evals=1&rules=bp-dfa-ifa";

#[test]
fn json_holds_every_layer_of_every_lane_and_a_figure_each() {
    let folder = folder("inside-figures");
    let path = folder.to_str().unwrap();
    let arguments = ["inside", SMALL, "--images", "200", "--rules", "dfa,bp"];
    let more = ["--format", "json", "--plot", path];
    let output = falab(&[arguments.as_slice(), more.as_slice()].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["images"], 200);
    let percent = |value: &Value| value.as_f64().is_some_and(|p| (0.0..=100.0).contains(&p));
    assert!(percent(&report["inputs_neighbour_error"]));
    let lanes = report["lanes"].as_array().unwrap();
    let rules: Vec<&str> = lanes
        .iter()
        .map(|lane| lane["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["dfa", "bp"]);
    for lane in lanes {
        assert_eq!(
            (&lane["step"], &lane["end"]),
            (&30.into(), &"epochs".into())
        );
        let rows = lane["confusion"].as_array().unwrap();
        let counts = rows.iter().flat_map(|row| row.as_array().unwrap());
        let images: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
        assert_eq!((rows.len(), images), (10, 200));
        let layers = lane["layers"].as_array().unwrap();
        assert_eq!(layers.len(), 2);
        for layer in layers {
            assert!(percent(&layer["neighbour_error"]) && percent(&layer["positive_criterion"]));
            let trust = layer["tsne"]["trustworthiness"].as_f64().unwrap();
            assert!((0.8..=1.0).contains(&trust), "{trust}");
            assert_eq!(layer["feedback_angle_deg"].is_f64(), lane["rule"] == "dfa");
        }
    }
    // The same net as `falab run` trains.
    let run = falab(&["run", SMALL, "--rules", "dfa", "--format", "jsonl"]);
    let print = lanes[0]["fingerprint"].as_str().unwrap();
    assert!(text(&run.stdout).contains(print));
    for rule in ["bp", "dfa"] {
        let figure = std::fs::read_to_string(folder.join(format!("tsne-{rule}.svg"))).unwrap();
        for words in [
            "Inputs, 784 pixels",
            "Hidden layer 2, 16 units",
            "perplexity 30",
        ] {
            assert!(figure.contains(words), "{words}");
        }
        assert!(!figure.contains("NaN"));
    }
}

#[test]
fn an_image_on_which_lanes_disagree_has_its_number_in_the_original_file() {
    let output = falab(&["inside", SMALL, "--images", "2000", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = report["disagreements"].as_array().unwrap();
    assert!(found.len() > 10);
    for image in found {
        let number = |key: &str| image[key].as_u64().unwrap();
        // Every tenth image of the file is kept first, then come the others.
        let expected = match number("image") {
            kept @ 0..1000 => 10 * kept,
            kept => (kept - 1000) / 9 * 10 + (kept - 1000) % 9 + 1,
        };
        assert_eq!(number("original"), expected, "{image}");
    }
    let table = text(&falab(&["inside", SMALL, "--images", "100"]).stdout);
    assert!(table.contains("0 in the original file), a "), "{table}");
}

#[test]
fn the_table_says_on_what_and_names_disagreements() {
    let output = falab(&["inside", SMALL, "--images", "100"]);
    assert!(output.status.success());
    let table = text(&output.stdout);
    for words in [
        "100 test images",
        "inputs ",
        "The probe is the first 640 images",
        "rows are true classes",
        "bp, dfa, ifa take",
    ] {
        assert!(table.contains(words), "{words} is not in {table}");
    }
}

#[test]
fn layers_that_tell_nothing_and_lanes_that_diverge_are_shown_as_such() {
    // Zero weights, hardly trained: all features of the second layer stay the same until it moves.
    let folder = folder("inside-nothing");
    let path = folder.to_str().unwrap();
    let link = "v=1&n=64&hidden=2x8&rules=bp&init=zero&epochs=1&steps=1";
    let output = falab(&["inside", link, "--images", "100", "--plot", path]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let figure = std::fs::read_to_string(folder.join("tsne-bp.svg")).unwrap();
    assert!(figure.contains("all 100 rows are the same"));

    let link = "v=1&n=640&hidden=4x32&rules=bp-dfa&act=relu&opt=sgd&init=scaled&lr=1e6&epochs=2";
    let output = falab(&["inside", link, "--images", "100", "--format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let diverged = report["lanes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|lane| lane["end"] == "diverged");
    for lane in diverged.clone() {
        assert_eq!(
            (&lane["confusion"], &lane["test_error"]),
            (&Value::Null, &Value::Null)
        );
    }
    assert!(diverged.count() > 0, "{report}");
}

#[test]
fn a_lane_that_is_kept_goes_on_and_ends_in_the_same_bits() {
    let folder = folder("inside-kept");
    let path = folder.to_str().unwrap();
    let look = |more: &[&str]| {
        let base = ["inside", SMALL, "--images", "100", "--format", "json"];
        let output = falab(&[base.as_slice(), more].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let plain = look(&[]);
    assert_eq!(look(&["--checkpoint", path]), plain);
    assert_eq!(look(&["--checkpoint", path]), plain);
}

#[test]
fn bad_links_and_flags_end_with_status_2() {
    for arguments in [
        ["inside", "v=1&hiden=3", "--images", "100"],
        ["inside", "v=1", "--images", "99"],
        ["inside", "v=1", "--images", "5001"],
        ["inside", "v=1", "--rules", "rprop"],
    ] {
        let output = falab(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
    let message = text(&falab(&["inside", "v=1", "--images", "99"]).stderr);
    assert!(
        message.contains("99") && message.contains("100 to 5000"),
        "{message}"
    );
}
