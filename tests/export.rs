//! What `falab run LINK --export FOLDER` writes: every file whole, consistent with the records, and with the link in it.
#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use falab::data::Images;
use falab::export::file_name;
use falab::export::tensors::header;
use falab::inside::confusion::predictions;
use falab::inside::weights::{Weights, parts};
use falab::lane::{Advance, Lane};
use falab::report::run::Run;
use falab::spec::Spec;
use serde_json::Value;

fn falab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_falab"))
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .expect("falab starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // One test leaves a file in its place.
    fs::remove_file(&folder).ok();
    fs::remove_dir_all(&folder).ok();
    folder
}

/// The files of an experiment by the ends of their names.
fn exported(link: &str, name: &str, more: &[&str]) -> (Output, BTreeMap<String, Vec<u8>>) {
    let folder = folder(name);
    let mut arguments = vec!["run", link, "--export", folder.to_str().unwrap()];
    arguments.extend(more);
    let output = falab(&arguments);
    let stem = file_name(&Spec::parse(link).unwrap(), "");
    let files = fs::read_dir(&folder).map_or_else(
        |_| BTreeMap::new(),
        |files| {
            let files = files.map(|file| {
                let path = file.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap();
                let ending = name.strip_prefix(&stem).unwrap().to_owned();
                (ending, fs::read(&path).unwrap())
            });
            files.collect()
        },
    );
    (output, files)
}

const LINK: &str = "v=1&n=640&rules=bp-dfa&hidden=2x16&epochs=2&evals=2&seed=3";

#[test]
fn every_file_says_what_the_records_say() {
    let (output, files) = exported(LINK, "export", &["--format", "csv"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "angle.svg",
            "cite.bib",
            "error.svg",
            "report.md",
            "run.json",
            "series.csv",
            "weights.safetensors"
        ]
    );
    let of = |name: &str| text(&files[name]);

    // Without its head the CSV is what the command prints.
    let csv = of("series.csv");
    let (head, rows): (Vec<&str>, Vec<&str>) = csv.lines().partition(|line| line.starts_with('#'));
    let printed = text(&output.stdout);
    assert_eq!(rows, printed.lines().collect::<Vec<_>>());
    assert!(
        head.contains(&format!("# link {LINK}").as_str()),
        "{head:?}"
    );
    assert!(head.contains(&"# seed=3") && head.contains(&"# lr=1e-3"));

    let run = Run::read(&files["run.json"]).unwrap();
    assert_eq!(run.spec().link(), LINK);
    let json: Value = serde_json::from_slice(&files["run.json"]).unwrap();
    for (at, lane) in ["bp", "dfa"].iter().enumerate() {
        let print = json["lanes"][at]["fingerprint"].as_str().unwrap();
        assert_eq!(json["lanes"][at]["step"], 20);
        let line = format!("# lane {lane}: step 20, end by epochs, fingerprint {print}");
        assert!(head.contains(&line.as_str()), "{head:?}");
        assert!(of("report.md").contains(&format!("`{print}`")));
        let note = format!("{lane}: step 20, fingerprint {print}");
        assert!(of("cite.bib").contains(&note), "{}", of("cite.bib"));
        // The report's command carries the receipts, so that it checks them.
        assert!(of("report.md").contains(&format!("{lane}:{print}")));
    }
    let cite = of("cite.bib");
    assert!(cite.contains("@inproceedings{nokland2016direct,"));
    assert!(cite.contains(&format!("\\url{{#{LINK}}}")), "{cite}");
    assert_eq!(cite.matches('{').count(), cite.matches('}').count());

    for figure in ["error.svg", "angle.svg"] {
        let svg = of(figure);
        let escaped = LINK.replace('&', "&amp;");
        assert!(well_formed(&svg), "{figure}");
        assert!(
            svg.contains(&format!("#{escaped}")),
            "{figure} holds no link"
        );
        for word in [">BP<", ">DFA<", "Hidden layers 2x16", "numerics version"] {
            let folded: String = svg.split_whitespace().collect();
            let word: String = word.split_whitespace().collect();
            assert!(folded.contains(&word), "{figure} lacks {word}");
        }
    }
}

/// Whether every tag is closed in its order, and there is one root.
fn well_formed(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    for piece in svg.split('<').skip(1) {
        let Some((tag, after)) = piece.split_once('>') else {
            return false;
        };
        if after.contains('&') && !after.contains(';') {
            return false;
        }
        let name = tag.split_whitespace().next().unwrap_or("");
        if let Some(closed) = tag.strip_prefix('/') {
            if open.pop() != Some(closed.trim()) {
                return false;
            }
        } else {
            roots += usize::from(open.is_empty());
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    open.is_empty() && roots == 1
}

#[test]
fn a_report_speaks_the_language_that_is_asked_for() {
    let (output, files) = exported(LINK, "export-ja", &["--lang", "ja"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = text(&files["report.md"]);
    assert!(
        report.contains("## 設定") && report.contains("誤り率"),
        "{report}"
    );
    assert!(text(&files["error.svg"]).contains("2x16の誤り率"));
    // What programs read does not change with it.
    let (_, english) = exported(LINK, "export-en", &[]);
    for name in ["run.json", "series.csv", "cite.bib", "weights.safetensors"] {
        assert_eq!(files[name], english[name], "{name}");
    }
}

#[test]
fn a_lane_that_diverges_is_said_and_gives_no_weights() {
    let link = "v=1&n=640&rules=bp&hidden=4x32&act=relu&init=scaled&opt=sgd&lr=1e6&epochs=2";
    let (output, files) = exported(link, "export-diverged", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!files.contains_key("weights.safetensors"));
    let run = Run::read(&files["run.json"]).unwrap();
    let end = run.lanes()[0].end().unwrap();
    assert_eq!(end.key(), "diverged");
    assert!(text(&files["series.csv"]).contains("diverged in step"));
    assert!(text(&files["report.md"]).contains("diverged in step"));
}

#[test]
fn an_export_is_of_one_link_with_all_its_lanes() {
    let folder = folder("export-two");
    let name = folder.to_str().unwrap();
    let two = falab(&["run", LINK, LINK, "--export", name]);
    assert_eq!(two.status.code(), Some(2));
    let says = text(&two.stderr);
    assert!(
        says.contains("--export: 2 links are given; allowed: one"),
        "{says}"
    );
    let rules = falab(&["run", LINK, "--rules", "bp", "--export", name]);
    assert_eq!(rules.status.code(), Some(2));
    assert!(!folder.exists());
    // A folder that cannot be made is named.
    fs::write(&folder, "a file").unwrap();
    let blocked = falab(&[
        "run",
        "v=1&n=64&rules=bp&hidden=1x4&steps=1",
        "--export",
        name,
    ]);
    assert_eq!(blocked.status.code(), Some(1));
    // Before anything is trained.
    assert!(blocked.stdout.is_empty());
    assert!(
        text(&blocked.stderr).contains(name),
        "{}",
        text(&blocked.stderr)
    );
}

#[test]
fn a_run_that_was_kept_at_its_end_exports_the_same_bytes() {
    let kept = folder("export-kept");
    let (output, plain) = exported(LINK, "export-plain", &[]);
    assert!(output.status.success());
    let (output, again) = exported(
        LINK,
        "export-checkpoint",
        &["--checkpoint", kept.to_str().unwrap()],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(plain == again);
}

/// Python with numpy; `None`, with the reason printed, where it cannot be had.
fn numpy() -> Option<PathBuf> {
    let has = |python: &Path| {
        let output = Command::new(python).args(["-c", "import numpy"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let system = PathBuf::from("python3");
    if has(&system) {
        return Some(system);
    }
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("numpy");
    let own = place.join("bin/python3");
    if !has(&own) {
        let made = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&place)
            .output();
        let installed = Command::new(&own)
            .args(["-m", "pip", "install", "--quiet", "numpy"])
            .output();
        if !has(&own) {
            eprintln!("skipped: numpy cannot be installed: {made:?} {installed:?}");
            return None;
        }
    }
    Some(own)
}

#[test]
fn numpy_reads_the_weights_and_predicts_the_same() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = fs::read_to_string(source.join("tests/numpy/predict.py")).unwrap();
    let docs = fs::read_to_string(source.join("docs/export.md")).unwrap();
    assert!(
        docs.contains(script.trim()),
        "docs/export.md shows another script"
    );
    let Some(python) = numpy() else { return };
    let (train, test) = falab::cli::dataset::load(640).unwrap();
    let (train, test) = (Arc::new(train), Arc::new(test));
    for (link, steps) in [
        ("v=1&n=640&rules=dfa&hidden=3x20&act=tanh&epochs=9", 60),
        (
            "v=1&n=640&rules=fa&hidden=20-12&act=logistic&init=uniform&epochs=9",
            60,
        ),
        (
            "v=1&n=640&rules=ifa&hidden=conv5x4-pool3s2-conv3x6s2p0-16&act=relu&init=scaled&epochs=9",
            20,
        ),
    ] {
        let spec = Spec::parse(link).unwrap();
        let schedule = &spec.lanes()[0];
        let mut lane = Lane::new(&spec, schedule, Arc::clone(&train), Arc::clone(&test)).unwrap();
        while lane.step() < steps {
            assert!(!matches!(lane.advance(), Advance::Finished { .. }));
        }
        check(&python, &spec, &lane, &test);
    }
}

fn check(python: &Path, spec: &Spec, lane: &Lane, test: &Images) {
    let folder = folder("export-numpy");
    fs::create_dir_all(&folder).unwrap();
    let name = lane.schedule().name();
    let weights = Weights::of(name, lane.trainer());
    let mut file = header(spec, std::slice::from_ref(&weights));
    let begin = file.len();
    assert_eq!(begin % 8, 0);
    let numbers = parts(lane.trainer()).into_iter().flatten();
    file.extend(numbers.flat_map(|number| number.to_le_bytes()));
    assert_eq!((file.len() - begin) as u64, weights.bytes());
    let at: Vec<u32> = (0..1_000).collect();
    let pixels: Vec<u8> = at.iter().flat_map(|&i| test.pixels(i as usize)).collect();
    let ours = predictions(lane.trainer().network(), test, &at);
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let output = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/numpy/main.py"))
        .arg(put("weights", &file))
        .arg(put("images", &pixels))
        .args([&test.inputs().to_string(), name])
        .arg(put("predictions", &ours))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let print = falab::core::fingerprint::hex(lane.trainer().fingerprint());
    let says = text(&output.stdout);
    let [step, found, wrong, count] = says.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{says}");
    };
    assert_eq!(step, lane.step().to_string());
    assert_eq!(found, print);
    assert_eq!((wrong, count), ("0", "1000"), "{}", spec.link());
}
