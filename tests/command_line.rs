//! `falab` as a user meets it.
#![cfg(feature = "cli")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn falab(arguments: &[&str]) -> Output {
    speaking("C", arguments)
}

/// In the language of a locale.
fn speaking(locale: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(arguments)
        .env("LC_ALL", locale)
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
fn the_number_of_threads_changes_no_byte_of_what_is_printed() {
    // Wide enough for its products to be dealt out.
    let link = "#v=1&n=320&hidden=2x300&epochs=1&rules=bp-dfa";
    let of = |threads: &str| {
        let output = falab(&["run", link, "--format", "jsonl", "--threads", threads]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let alone = of("1");
    assert_eq!(alone.matches("fingerprint").count(), 2, "{alone}");
    for threads in ["2", "3", "8"] {
        assert_eq!(of(threads), alone, "{threads} threads");
    }
    for (value, command) in [
        ("0", "run"),
        ("1025", "run"),
        ("two", "verify"),
        ("0", "inside"),
    ] {
        let output = falab(&[command, link, "--threads", value]);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        let says = format!("invalid value '{value}' for '--threads <THREADS>'");
        assert!(told.contains(&says), "{told}");
        assert!(told.contains("whole numbers from 1 to 1024"), "{told}");
    }
}

#[test]
fn csv_has_as_many_fields_in_every_row() {
    let output = falab(&["run", SMALL, "--format", "csv", "--rules", "ifa"]);
    let text = text(&output.stdout);
    let counts: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
    assert!(
        counts.len() > 5 && counts.iter().all(|&count| count == 33),
        "{counts:?}"
    );
    assert!(text.starts_with("lane,rule,phase,phase_start,step,epoch,train_error,"));
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
fn figures_and_csv_are_of_one_link() {
    let folder = std::env::temp_dir().join(format!("falab-two-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    for (more, named) in [
        (["--plot", path], "--plot: 2 links are given; allowed: one"),
        (
            ["--format", "csv"],
            "--format csv: 2 links are given; allowed: one, or more with --format jsonl",
        ),
    ] {
        let output = falab(
            &[
                &["run", TINY, "v=1&n=64&rules=bp&hidden=4&steps=4"],
                more.as_slice(),
            ]
            .concat(),
        );
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert!(
            text(&output.stderr).contains(named),
            "{}",
            text(&output.stderr)
        );
    }
    assert!(!folder.exists());
}

#[test]
fn a_folder_that_takes_no_figure_is_named_before_anything_is_trained() {
    let place = std::env::temp_dir().join(format!("falab-no-folder-{}", std::process::id()));
    std::fs::write(&place, "a file").unwrap();
    for path in [place.clone(), place.join("below")] {
        let name = path.to_str().unwrap();
        for command in ["run", "inside"] {
            let output = falab(&[command, TINY, "--plot", name]);
            assert_eq!(output.status.code(), Some(1));
            assert!(output.stdout.is_empty());
            let says = text(&output.stderr);
            assert!(says.contains(name), "{says}");
        }
    }
    std::fs::remove_file(place).unwrap();
}

#[test]
fn a_folder_for_figures_is_left_without_anything_else() {
    let folder = std::env::temp_dir().join(format!("falab-clean-{}", std::process::id()));
    let output = falab(&["run", TINY, "--plot", folder.to_str().unwrap()]);
    assert!(output.status.success());
    let names = std::fs::read_dir(&folder).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["angle.svg", "error.svg"]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_printed_and_drawn_names_the_lanes_that_were_run() {
    let folder = std::env::temp_dir().join(format!("falab-named-{}", std::process::id()));
    let path = folder.to_str().unwrap();
    let run = "v=1&n=64&rules=dfa-shallow&hidden=4&steps=3";
    let of_run = falab::spec::Spec::parse(run).unwrap().link();
    let rules = ["--rules", "shallow,dfa,dfa", "--plot", path];
    let output = falab(&[&["run", TINY], rules.as_slice()].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    // A rule that is named twice is one lane.
    assert_eq!(text(&output.stdout).matches("fingerprint").count(), 2);
    let in_svg = of_run.replace('&', "&amp;");
    for name in ["error.svg", "angle.svg"] {
        let figure = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(figure.contains(&in_svg), "{name}");
    }
    let inside = [&["inside", TINY, "--images", "100"], rules.as_slice()].concat();
    assert!(text(&falab(&inside).stdout).starts_with(&format!("{of_run}, 100 test images")));
    let figure = std::fs::read_to_string(folder.join("tsne-dfa.svg")).unwrap();
    assert!(figure.contains(&in_svg));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_link_of_another_numerics_version_without_a_receipt_is_trained_and_said_to_be_one() {
    let output = falab(&["run", &format!("{TINY}&num=2")]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stdout, falab(&["run", TINY]).stdout);
    let says = text(&output.stderr);
    assert!(
        says.starts_with("falab: num=2: this link was made with numerics version 2"),
        "{says}"
    );
    // What else is wrong stays an error.
    let output = falab(&["run", &format!("{TINY}&num=2&hiden=3")]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_table_of_several_links_says_whose_rows_follow() {
    let other = "v=1&n=64&rules=bp&hidden=4&steps=4";
    let output = falab(&["run", TINY, other]);
    let table = text(&output.stdout);
    for link in [TINY, other] {
        let canonical = falab::spec::Spec::parse(link).unwrap().link();
        let head = format!("{canonical}\nlane ");
        assert_eq!(table.matches(&head).count(), 1, "{table}");
    }
    assert!(text(&falab(&["run", other]).stdout).starts_with("lane "));
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

const TINY: &str = "v=1&n=64&rules=bp-dfa&hidden=4&steps=3";

/// The receipt of [`TINY`], from what `falab run` prints.
fn receipt() -> (String, String) {
    let output = falab(&["run", TINY, "--format", "jsonl"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let prints: Vec<String> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["type"] == "finished")
        .inspect(|line| assert!(line.get("receipt").is_none() && line.get("expected").is_none()))
        .map(|line| line["fingerprint"].as_str().unwrap().to_owned())
        .collect();
    (prints[0].clone(), prints[1].clone())
}

const WRONG: &str = "0123456789abcdef";

#[test]
fn run_compares_with_the_receipt_and_ends_with_status_3_if_a_lane_differs() {
    let (bp, dfa) = receipt();
    let good = format!("{TINY}&receipt=bp:{bp}-dfa:{dfa}");
    let output = falab(&["run", &good, "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let reproduced = text(&output.stdout)
        .matches("\"receipt\":\"reproduced\"")
        .count();
    assert_eq!(reproduced, 2);

    let half = format!("{TINY}&receipt=bp:{bp}-dfa:{WRONG}");
    let output = falab(&["run", &half, "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        text(&output.stderr).trim(),
        format!("falab: dfa differs from its receipt: expected {WRONG}, found {dfa}, in {TINY}")
    );
    let ends: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["type"] == "finished")
        .collect();
    assert_eq!(
        (&ends[0]["receipt"], ends[0].get("expected")),
        (&"reproduced".into(), None)
    );
    assert_eq!(
        (&ends[1]["receipt"], &ends[1]["expected"]),
        (&"differs".into(), &WRONG.into())
    );

    let table = falab(&["run", &half]);
    assert_eq!(table.status.code(), Some(3));
    let table = text(&table.stdout);
    assert!(
        table.contains(&format!("fingerprint {bp}, reproduced")),
        "{table}"
    );
    assert!(
        table.contains(&format!("fingerprint {dfa}, differs: expected {WRONG}")),
        "{table}"
    );

    // A lane that is not run is not compared, and said not to be.
    for (flag, lane) in [("--rules", "bp"), ("--lanes", "bp")] {
        let output = falab(&["run", &half, flag, lane]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(
            text(&output.stderr).trim(),
            format!("falab: dfa not run: what the receipt of {TINY} says of it is not compared")
        );
    }
    let output = falab(&["run", &half, "--rules", "fa"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("bp, dfa not run"));
    // A rule with the name of a lane with phases is another lane.
    let named = "v=1&n=64&phases=bp:bp@2s;dfa&hidden=4&steps=3";
    let receipt = format!("{named}&receipt=bp:{bp}");
    let output = falab(&["run", &receipt, "--rules", "bp"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("bp not run"));
}

#[test]
fn a_bad_receipt_ends_with_status_2_before_anything_is_trained() {
    for (link, named) in [
        (
            "rules=bp&receipt=dfa:0123456789abcdef",
            "receipt: dfa:0123456789abcdef is for a lane that this link does not run; allowed: its lanes, bp",
        ),
        (
            "receipt=bp:123",
            "receipt: “bp:123” is not possible; allowed: lane:16 hex digits",
        ),
        (
            "num=7&receipt=bp:0123456789abcdef",
            "made with numerics version 7, here is",
        ),
    ] {
        let output = falab(&["run", link]);
        assert_eq!(output.status.code(), Some(2), "{link}");
        assert!(
            text(&output.stderr).contains(named),
            "{}",
            text(&output.stderr)
        );
        assert!(output.stdout.is_empty(), "{link}");
    }
}

/// Runs `falab verify -` on these lines.
fn verify(lines: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(["verify", "-"])
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(lines.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn verify_runs_every_link_and_says_a_line_about_each() {
    let (bp, dfa) = receipt();
    let good = format!("{TINY}&receipt=bp:{bp}-dfa:{dfa}");
    let part = format!("{TINY}&receipt=dfa:{dfa}");
    // Links may begin with the # of an address, comments too.
    let list = format!(
        "# Two ways to write a link, and one lane alone\n\n#{good}\r\n  https://example.org/lab/#{good}\n\
         # receipt=of nothing\n{part}\n"
    );
    let (status, out, messages) = verify(&list);
    assert_eq!(status, Some(0), "{messages}");
    assert_eq!(
        out,
        format!(
            "line 3: reproduced (bp, dfa): {TINY}\n\
             line 4: reproduced (bp, dfa): {TINY}\n\
             line 6: reproduced (dfa; no receipt of bp): {TINY}\n\
             3 links: 3 reproduced, bit for bit; 0 differ\n"
        )
    );

    let wrong = format!("{TINY}&receipt=bp:{bp}-dfa:{WRONG}");
    let (status, out, messages) = verify(&format!("{wrong}\n{good}\n"));
    assert_eq!(status, Some(3));
    assert_eq!(
        out,
        format!(
            "line 1: differs (dfa expected {WRONG}, found {dfa}; bp reproduced): {TINY}\n\
             line 2: reproduced (bp, dfa): {TINY}\n\
             2 links: 1 reproduced, bit for bit; 1 differ\n"
        )
    );
    assert_eq!(
        messages,
        "falab: 1 of 2 links in standard input differ from their receipts\n"
    );
}

#[test]
fn verify_names_every_bad_line_and_trains_nothing_then() {
    let (bp, _) = receipt();
    let list = format!(
        "{TINY}&receipt=bp:{bp}\n{TINY}\n#hiden=3&receipt=bp:{bp}\nlr=fast\nnum=0&receipt=bp:{bp}\n"
    );
    let (status, out, messages) = verify(&list);
    assert_eq!((status, out.as_str()), (Some(2), ""));
    let messages: Vec<&str> = messages.lines().collect();
    for (message, named) in messages.iter().zip([
        "falab: line 2 of standard input: no receipt in v=1&n=64",
        "falab: line 3 of standard input: hiden=3: there is no key hiden; is hidden meant?",
        "falab: line 4 of standard input: lr=fast is not possible",
        "falab: line 5 of standard input: num=0: this link and its receipt were made with numerics version 0",
    ]) {
        assert!(message.starts_with(named), "{message}");
    }
    assert_eq!(messages.len(), 4);
    // Nothing to verify is nothing verified.
    let (status, _, messages) = verify("# none\n\n");
    assert_eq!(
        (status, messages.as_str()),
        (Some(2), "falab: standard input holds no link\n")
    );
    let output = falab(&["verify", "no-such-file"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no-such-file"));
}

#[test]
fn a_reader_who_has_seen_enough_gets_no_error_message() {
    use std::io::{BufRead as _, BufReader};
    let mut falab = Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(["run", "v=1&n=640&hidden=2x16&epochs=50"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(falab.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let output = falab.wait_with_output().unwrap();
    assert!(
        !text(&output.stderr).contains("ipe"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn it_speaks_the_language_of_the_flag_else_of_the_locale() {
    for (locale, flags, japanese) in [
        ("ja_JP.UTF-8", vec![], true),
        ("C", vec!["--lang", "ja"], true),
        ("ja_JP.UTF-8", vec!["--lang=en"], false),
        ("de_DE.UTF-8", vec![], false),
    ] {
        let speaks = |arguments: &[&str]| {
            let arguments = [flags.as_slice(), arguments].concat();
            let output = speaking(locale, &arguments);
            (
                output.status.code(),
                text(&output.stdout) + &text(&output.stderr),
            )
        };
        let (status, help) = speaks(&["run", "--help"]);
        assert_eq!(status, Some(0));
        let usage = if japanese { "使い方：" } else { "Usage:" };
        assert!(
            help.contains(usage) && help.contains("--checkpoint-every"),
            "{help}"
        );
        assert_eq!(help.contains("学習率"), japanese, "{help}");
        assert_eq!(help.contains("Learning rate"), !japanese, "{help}");

        let (status, told) = speaks(&["run", "lr=fast&hidden=3x50"]);
        assert_eq!(status, Some(2));
        assert!(told.contains("lr=fast"), "{told}");
        assert_eq!(told.contains("使えません"), japanese, "{told}");

        let (status, told) = speaks(&["run", SMALL, "--rules", "bp,xx"]);
        assert_eq!(status, Some(2));
        assert!(told.contains("xx") && told.contains("shallow"), "{told}");
        assert_eq!(told.contains("使えません"), japanese, "{told}");
    }
    let unknown = falab(&["--lang", "xx", "run", SMALL]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("allowed are en, ja"));
}

#[test]
fn records_are_the_same_in_every_language() {
    for format in ["jsonl", "csv"] {
        let of = |locale| {
            let output = speaking(locale, &["run", SMALL, "--rules", "bp", "--format", format]);
            assert!(output.status.success());
            text(&output.stdout)
        };
        assert_eq!(of("C"), of("ja_JP.UTF-8"));
    }
}

#[test]
fn figures_and_the_table_for_eyes_speak_the_language() {
    let folder = std::env::temp_dir().join(format!("falab-figures-ja-{}", std::process::id()));
    let plot = folder.to_string_lossy();
    let output = speaking(
        "ja_JP.UTF-8",
        &["run", SMALL, "--rules", "bp", "--plot", &plot],
    );
    assert!(output.status.success());
    assert!(text(&output.stdout).starts_with("レーン"));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a figure");
    let (error, angle) = (read("error.svg"), read("angle.svg"));
    assert!(error.contains("誤り率（%）") && error.contains("エポック"));
    assert!(angle.contains("角度（°）") && angle.contains("90°：無作為な方向と同じ"));
    std::fs::remove_dir_all(&folder).ok();
}
