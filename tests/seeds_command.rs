//! `falab run` with several seeds is as many runs with one.
#![cfg(feature = "cli")]

use std::process::{Command, Output};

use serde_json::Value;

const SMALL: &str = "v=1&n=640&hidden=2x16&epochs=2&evals=2&rules=bp-dfa";

fn falab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .expect("falab starts")
}

fn lines(arguments: &[&str]) -> Vec<String> {
    let output = falab(arguments);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn each_seed_gives_the_lines_of_its_own_link() {
    let together = lines(&[
        "run",
        &format!("{SMALL}&seed=4&seeds=3"),
        "--format",
        "jsonl",
    ]);
    let mut alone = Vec::new();
    for seed in 4..7 {
        let link = format!("{SMALL}&seed={seed}");
        let of_seed = lines(&["run", &link, "--format", "jsonl"]);
        let named = |line: String| {
            let start = line.find(r#","lane""#).unwrap();
            format!(r#"{},"seed":{seed}{}"#, &line[..start], &line[start..])
        };
        alone.extend(of_seed.into_iter().map(named));
    }
    assert_eq!(together, alone);
    let prints = together.iter().filter(|line| line.contains("fingerprint"));
    assert_eq!(prints.count(), 6);
}

#[test]
fn one_seed_says_nothing_of_seeds() {
    let of = |format| lines(&["run", SMALL, "--format", format]).join(" ");
    for format in ["jsonl", "csv", "table"] {
        assert!(!of(format).contains("seed"), "{format}");
    }
}

#[test]
fn rows_begin_with_their_seed_and_the_table_ends_in_the_comparison() {
    let link = format!("{SMALL}&seeds=3");
    let rows = lines(&["run", &link, "--format", "csv"]);
    assert!(rows[0].starts_with("seed,lane,rule,"));
    let columns = |row: &String| row.split(',').count();
    assert!(rows.iter().all(|row| columns(row) == columns(&rows[0])));
    let seeds: Vec<&str> = rows[1..]
        .iter()
        .filter_map(|row| row.split(',').next())
        .collect();
    assert!(seeds.is_sorted() && seeds.first() == Some(&"1") && seeds.last() == Some(&"3"));

    // The same medians as by hand.
    let records = lines(&["run", &link, "--format", "jsonl"]);
    let errors = |lane: &str| {
        let records = records
            .iter()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let last = records.filter(|record| record["step"] == 20 && record["lane"] == lane);
        let mut errors: Vec<f64> = last
            .filter_map(|record| record["test_error"].as_f64())
            .collect();
        errors.sort_by(f64::total_cmp);
        errors
    };
    let table = lines(&["run", &link]);
    let text = table.join("\n");
    assert!(
        text.contains("Test error on 10000 test images over 3 seeds, 1 to 3, after step 20:"),
        "{text}"
    );
    for lane in ["bp", "dfa"] {
        let errors = errors(lane);
        let (median, low, high) = (errors[1], errors[0], errors[2]);
        let line = format!("{lane}: median {median:.2} %, lowest {low:.2} %, highest {high:.2} %");
        assert!(table.contains(&line), "{line} in {text}");
    }
    let last = table.last().unwrap();
    assert!(
        last.ends_with("3 seeds.") && last.contains("bp") && last.contains("dfa"),
        "{last}"
    );
}

#[test]
fn seeds_that_end_early_are_not_left_out_of_the_comparison() {
    let link = "v=1&n=640&hidden=16&rules=bp-fa&stop=35&epochs=20&seeds=3&evals=1";
    let records = lines(&["run", link, "--format", "jsonl"]);
    let ends = records
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|record| record["type"] == "finished");
    let ends: Vec<u64> = ends.filter_map(|end| end["step"].as_u64()).collect();
    let (first, last) = (ends.iter().min().unwrap(), ends.iter().max().unwrap());
    assert!(first < last, "{ends:?}");
    let table = lines(&["run", link]).join("\n");
    let head = format!("Test error on 10000 test images over 3 seeds, 1 to 3, after step {first}:");
    assert!(table.contains(&head), "{table}");
    assert!(table.contains("\nEnded first: seed "), "{table}");
}

#[test]
fn a_seed_that_diverges_is_said() {
    let link =
        "v=1&n=640&hidden=4x32&rules=bp-dfa&act=relu&opt=sgd&init=scaled&lr=1e6&epochs=2&seeds=2";
    let table = lines(&["run", link]).join("\n");
    assert!(table.contains("\nDiverged: seed 1 "), "{table}");
    assert!(
        table.contains("over 2 seeds, 1 to 2, after step"),
        "{table}"
    );
}

#[test]
fn a_receipt_is_held_to_the_first_seed() {
    let records = lines(&["run", &format!("{SMALL}&seeds=2"), "--format", "jsonl"]);
    let ends = records
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let ends: Vec<Value> = ends
        .filter(|end| end["type"] == "finished" && end["lane"] == "bp")
        .collect();
    let print = |at: usize| ends[at]["fingerprint"].as_str().unwrap().to_owned();
    let link = |print: String| format!("{SMALL}&seeds=2&receipt=bp:{print}");
    let output = falab(&["run", &link(print(0)), "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("\"receipt\":\"reproduced\"").count(), 1);
    // The second seed's fingerprint is another one.
    let output = falab(&["run", &link(print(1))]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn figures_of_several_seeds_say_so_and_have_bands() {
    let folder = std::env::temp_dir().join(format!("falab-seeds-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    lines(&["run", &format!("{SMALL}&seeds=3"), "--plot", path]);
    for name in ["error.svg", "angle.svg"] {
        let svg = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(
            svg.contains("line: median of 3 seeds, band: lowest to highest"),
            "{name}"
        );
        assert!(svg.contains("<polygon"), "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn kept_lanes_of_several_seeds_are_taken_up_and_removed() {
    let folder = std::env::temp_dir().join(format!("falab-kept-seeds-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    let link = format!("{SMALL}&seeds=2");
    let plain = lines(&["run", &link, "--format", "jsonl"]);
    let kept = ["--checkpoint", path, "--checkpoint-every", "0"];
    let mut arguments = vec!["run", &link, "--format", "jsonl"];
    arguments.extend(kept);
    assert_eq!(lines(&arguments), plain);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(folder).unwrap();
}
