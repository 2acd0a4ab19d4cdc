//! Lessons: every file is read, says the same in both languages, and what it waits for happens.
#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use falab::cli::dataset;
use falab::data::Images;
use falab::lane::{Advance, Lane};
use falab::lesson::{Block, Condition, Lesson, Moment, Question, Span, Verdict, files};
use falab::spec::{LESSONS, LaneId, Link, Spec};
use falab::store::Store;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lessons")
}

/// The files of a language by name.
fn texts(language: &str) -> BTreeMap<String, String> {
    let ending = format!(".{language}.md");
    let entries = fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let lessons = names.filter(|name| name.ends_with(&ending));
    lessons
        .map(|name| {
            (
                name.clone(),
                fs::read_to_string(folder().join(name)).unwrap(),
            )
        })
        .collect()
}

fn lessons(language: &str) -> Vec<Lesson> {
    let read = |(name, text): (&String, &String)| Lesson::parse(name, text);
    let lessons = texts(language);
    let lessons: Result<Vec<Lesson>, _> = lessons.iter().map(read).collect();
    lessons.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn ten_lessons_are_numbered_through_in_every_language() {
    for language in ["en", "ja"] {
        let numbers: Vec<u32> = lessons(language).iter().map(|l| l.number).collect();
        assert_eq!(numbers, (1..=10).collect::<Vec<u32>>(), "{language}");
    }
}

/// What of a block is the same in every language.
fn skeleton(block: &Block) -> String {
    match block {
        Block::Paragraph(_) => "paragraph".to_owned(),
        Block::Formula { math, symbols } => {
            let names: Vec<_> = symbols.iter().map(|s| (&s.name, s.part)).collect();
            format!("{math:?} {names:?}")
        }
        Block::Question {
            question, options, ..
        } => {
            let keys: Vec<&String> = options.iter().map(|(key, _)| key).collect();
            format!("{question:?} {keys:?}")
        }
        Block::Wait(condition) => format!("{condition:?}"),
        Block::Open { link, .. } => link.clone(),
    }
}

#[test]
fn languages_teach_the_same() {
    for (english, other) in lessons("en").iter().zip(lessons("ja")) {
        assert_eq!(english.link, other.link);
        assert_eq!(english.minutes, other.minutes);
        let of = |lesson: &Lesson| -> Vec<Vec<String>> {
            let steps = lesson.steps.iter();
            steps
                .map(|step| step.blocks.iter().map(skeleton).collect())
                .collect()
        };
        assert_eq!(of(english), of(&other), "lesson {}", english.number);
    }
}

#[test]
fn links_are_canonical_and_have_no_mistake() {
    for lesson in lessons("en") {
        let opened = lesson.steps.iter().flat_map(|step| &step.blocks);
        let opened = opened.filter_map(|block| match block {
            Block::Open { link, .. } => Some(link),
            _ => None,
        });
        for link in opened.chain([&lesson.link]) {
            let read = Link::parse(link).unwrap();
            // A default that is written out would be dropped from the address.
            assert_eq!(read.spec.link().len(), link.len(), "{link}");
        }
    }
}

fn images() -> (Arc<Images>, Arc<Images>) {
    static IMAGES: OnceLock<(Arc<Images>, Arc<Images>)> = OnceLock::new();
    let load = || {
        let (train, test) = dataset::load(10_000).unwrap();
        (Arc::new(train), Arc::new(test))
    };
    IMAGES.get_or_init(load).clone()
}

/// Trains all lanes of an experiment to their ends.
fn trained(spec: &Spec) -> Store {
    let mut store = Store::default();
    for (at, schedule) in spec.lanes().iter().enumerate() {
        let (train, test) = images();
        let mut lane = Lane::new(spec, schedule, train, test).unwrap();
        loop {
            match lane.advance() {
                Advance::Measured(point) => store.push(LaneId(at), *point),
                Advance::Finished { reason, .. } => {
                    store.finish(LaneId(at), lane.step(), reason);
                    break;
                }
                Advance::Stepped | Advance::Measuring | Advance::NeedsTest => {}
            }
        }
    }
    store
}

/// Runs every experiment of a lesson: all waits come to their end, and each prediction to these answers.
fn happens(number: u32, answers: &[&[&str]]) {
    let lesson = lessons("en").into_iter().find(|l| l.number == number);
    let lesson = lesson.unwrap();
    let mut runs: BTreeMap<String, (Spec, Store)> = BTreeMap::new();
    let mut expected = answers.iter();
    for (i, step) in lesson.steps.iter().enumerate() {
        for (j, block) in step.blocks.iter().enumerate() {
            let link = lesson.link_before(i, j);
            let (spec, store) = runs.entry(link.to_owned()).or_insert_with(|| {
                let spec = Spec::parse(link).unwrap();
                let store = trained(&spec);
                (spec, store)
            });
            let now = Moment {
                spec,
                store,
                paused: false,
            };
            match block {
                Block::Wait(Condition::Paused) => {}
                Block::Wait(condition) => {
                    assert!(condition.holds(&now), "{number}: {condition:?}");
                }
                Block::Question { question, .. } => {
                    let Verdict::Known { keys, .. } = question.verdict(&now) else {
                        panic!("{number}: {question:?} stays open");
                    };
                    assert_eq!(&keys, expected.next().unwrap(), "{number}: {question:?}");
                }
                _ => {}
            }
        }
    }
    assert_eq!(expected.next(), None);
}

#[test]
fn lesson_1_happens() {
    happens(1, &[&["yes"]]);
}

#[test]
fn lesson_2_happens() {
    happens(2, &[&["bp"], &["yes"]]);
}

#[test]
fn lesson_3_happens() {
    happens(3, &[&["bp"], &["yes"]]);
}

#[test]
fn lesson_4_happens() {
    happens(4, &[&["bp"], &["bp"]]);
}

#[test]
fn lesson_5_happens() {
    happens(5, &[&["ifa"], &["yes"]]);
}

#[test]
fn lesson_6_happens() {
    happens(6, &[&["yes"]]);
}

#[test]
fn lesson_7_happens() {
    happens(7, &[&["fa", "dfa"], &["bp"], &["yes"]]);
}

#[test]
fn lesson_9_happens() {
    happens(9, &[&["yes"], &["bp.dfa2"]]);
}

/// That the winner of one seed loses with the next is what the lesson is about.
#[test]
fn lesson_10_happens() {
    happens(10, &[&["dfa"], &["bp"]]);
}

#[test]
fn a_bundle_gives_back_its_files() {
    let bundle = "%% 01-a.en.md\none\ntwo\n%% 02-b.en.md\nthree\n";
    let found: Vec<(&str, &str)> = files(bundle).collect();
    assert_eq!(
        found,
        [("01-a.en.md", "one\ntwo\n"), ("02-b.en.md", "three\n")]
    );
    assert_eq!(files("").count(), 0);
}

const HEAD: &str = "---\ntitle: A\nlink: v=1&rules=bp&hidden=3x50\nminutes: 5\n---\n## B\n";

fn parse(body: &str) -> Result<Lesson, String> {
    Lesson::parse("01-a.en.md", &format!("{HEAD}{body}")).map_err(|error| error.to_string())
}

#[test]
fn a_mistake_is_told_with_file_line_and_what_is_allowed() {
    for (body, line, named) in [
        ("> wait: error fa < 10\n", 7, "error LANE < 10"),
        ("> wait: angle bp 4 < 60\n", 7, "angle LANE LAYER"),
        ("> wait: error bp < low\n", 7, "finished"),
        ("> stop\n", 7, "> wait"),
        ("text\n\n> open: hidden=0x3 | A\n", 9, "hidden"),
        (
            "? Which?\n- bp: A\n- fa: B\n= first error < 10\n",
            10,
            "bp, none",
        ),
        (
            "? Which?\n- bp: A\n- none: B\n= last error\n",
            10,
            "first error < 10",
        ),
        ("```math\n<mtable></mtable>\n```\n", 9, "mrow, mi"),
        ("```math\n<mi onclick=\"x\">a</mi>\n```\n", 9, "def="),
        ("```math\n<mfrac><mi>a</mi></mfrac>\n```\n", 9, "2 elements"),
        ("```math\n<mi def=\"w\">W</mi>\n```\n", 9, "explained"),
        ("a **strong word\n", 7, "**"),
        ("a [term]{without an end\n", 7, "}"),
    ] {
        let error = parse(body).unwrap_err();
        assert!(
            error.starts_with(&format!("01-a.en.md, line {line}: ")),
            "{body}: {error}"
        );
        assert!(error.contains(named), "{body}: {error}");
    }
    for (file, text, named) in [
        ("a.en.md", HEAD, "01-name.en.md"),
        ("01-a.en.md", "", "---"),
        ("01-a.en.md", "---\ntitle: A\n---\n", "link: …"),
        (
            "01-a.en.md",
            "---\ncolour: A\n---\n",
            "title, link, minutes",
        ),
    ] {
        let error = Lesson::parse(file, text).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn text_and_conditions_are_read() {
    let lesson = parse("a **b** `c` [d]{e}\nf\n\n> wait: angle bp 2 > 60.5 after 7\n").unwrap();
    let text = |text: &str| Span::Text(text.to_owned());
    let term = Span::Term {
        text: "d".to_owned(),
        meaning: "e".to_owned(),
    };
    let spans = vec![
        text("a "),
        Span::Strong("b".to_owned()),
        text(" "),
        Span::Code("c".to_owned()),
        text(" "),
        term,
        text(" f"),
    ];
    assert_eq!(lesson.steps[0].blocks[0], Block::Paragraph(spans));
    let Block::Wait(condition) = &lesson.steps[0].blocks[1] else {
        panic!("a wait");
    };
    assert_eq!(
        *condition,
        Condition::Is {
            lane: "bp".to_owned(),
            quantity: falab::lesson::Quantity::Angle(2),
            below: false,
            value: 60.5,
            after: 7
        }
    );
}

#[test]
fn nothing_is_known_before_anything_was_measured() {
    let spec = Spec::parse("v=1&rules=bp-fa").unwrap();
    let store = Store::default();
    let now = Moment {
        spec: &spec,
        store: &store,
        paused: false,
    };
    assert!(!Condition::Finished.holds(&now));
    assert!(!Condition::Step(0).holds(&now));
    assert!(!Condition::Paused.holds(&now));
    let first = Question::First {
        quantity: falab::lesson::Quantity::Error,
        below: true,
        value: 10.0,
    };
    assert_eq!(first.verdict(&now), Verdict::Open);
}

#[test]
fn a_link_names_a_lesson_and_the_experiment_knows_nothing_of_it() {
    let link = Link::parse("lesson=3&seed=7").unwrap();
    assert_eq!((link.lesson, link.text().as_str()), (Some(3), "v=1&seed=7"));
    assert_eq!(Link::parse("v=1").unwrap().lesson, None);
    for bad in ["lesson=0", "lesson=11", "lesson=100", "lesson=three"] {
        let errors = Link::parse(bad).unwrap_err();
        let said = format!("{bad} is not possible; allowed: 1, 2, …, {LESSONS}");
        assert_eq!(errors[0].to_string(), said);
    }
    assert_eq!(lessons("en").len(), LESSONS as usize);
    // The page names those that there are.
    assert_eq!(Link::read("lesson=11").lesson, Some(11));
}
