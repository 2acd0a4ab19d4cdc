//! Lists of runs and the bounds of the history: what is read back, what is refused with its place, what goes when there is
//! no room.
#![cfg(feature = "cli")]

use falab::core::{LayerMetrics, Metrics};
use falab::report::history::{BYTES, Entry, MOST, Preview, to_drop};
use falab::report::run::{Listed, RUNS, Run, Stand, head, read_all};
use falab::spec::{LaneId, Spec};
use falab::store::Store;

fn measured(spec: &Spec, points: u64) -> Store {
    let mut store = Store::default();
    for (i, lane) in spec.lanes().iter().enumerate() {
        for step in 0..points {
            let point = Metrics {
                rule: lane.first_rule(),
                phase: 1,
                phase_start: 0,
                step,
                epoch: 0.0,
                train_error: 90.0,
                train_loss: 1.0,
                running_error: None,
                running_loss: None,
                test_error: (step % 2 == 0).then(|| 90.0 / (1.0 + step as f64)),
                test_loss: None,
                test_images: if step % 2 == 0 { 1_000 } else { 0 },
                layers: vec![LayerMetrics::default(); 2],
            };
            store.push(LaneId(i), point);
        }
    }
    store
}

fn run(link: &str, points: u64) -> Run {
    let spec = Spec::parse(link).unwrap();
    let stand = |rule| Stand {
        rule,
        step: points,
        fingerprint: None,
    };
    let stands: Vec<Stand> = spec.lanes().iter().map(|l| stand(l.first_rule())).collect();
    Run::of(&spec, &stands, &measured(&spec, points))
}

const LINK: &str = "v=1&n=1280&rules=bp-dfa&hidden=2x16";

/// A list as the page writes it: a head in the place of the first byte of each.
fn list(runs: &[(&str, u64, &Run)]) -> String {
    let one = |(name, saved, run): &(&str, u64, &Run)| head(name, *saved, 1) + &run.text()[1..];
    format!(
        "[\n{}]\n",
        runs.iter().map(one).collect::<Vec<String>>().join(",\n")
    )
}

#[test]
fn a_file_of_one_run_is_a_list_of_one_without_a_name() {
    let run = run(LINK, 8);
    let read = read_all(run.text().as_bytes()).unwrap();
    let (name, saved, seeds) = (None, None, None);
    let listed = Listed {
        name,
        saved,
        seeds,
        run,
    };
    assert_eq!(read, [listed]);
}

#[test]
fn a_list_brings_back_every_run_with_its_name_and_time() {
    let (first, second) = (run(LINK, 8), run("v=1&n=640&rules=ifa&hidden=2x16", 3));
    let name = "quotes \" and \\, 日本語, <b>&amp;";
    let text = list(&[(name, 1_700_000_000_000, &first), ("", 5, &second)]);
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    let read = read_all(text.as_bytes()).unwrap();
    assert_eq!(read[0].name.as_deref(), Some(name));
    assert_eq!(read[0].saved, Some(1_700_000_000_000));
    assert_eq!((&read[0].run, &read[1].run), (&first, &second));
    assert!(read_all(b"[]").unwrap().is_empty());
}

#[test]
fn what_is_wrong_in_a_list_is_named_with_its_place() {
    let good = run(LINK, 4);
    let bad = good.text().replace("\"rule\":\"dfa\"", "\"rule\":\"xyz\"");
    let text = format!("[{},{}]", good.text(), bad);
    let words = read_all(text.as_bytes()).unwrap_err().to_string();
    assert!(
        words.contains("[1].lanes[1].rule") && words.contains("xyz"),
        "{words}"
    );
    assert!(words.contains("bp, fa, dfa"), "{words}");
    let unnamed = format!(
        "[{},{}]",
        good.text(),
        good.text().replace("\"falab\":\"run\",", "")
    );
    let words = read_all(unnamed.as_bytes()).unwrap_err().to_string();
    assert!(words.contains("[1].falab"), "{words}");
    let cut = &text[..text.len() - 40];
    let words = read_all(cut.as_bytes()).unwrap_err().to_string();
    assert!(words.contains("no JSON"), "{words}");
    let many = format!("[{}0]", "0,".repeat(RUNS));
    let words = read_all(many.as_bytes()).unwrap_err().to_string();
    assert!(words.contains("100"), "{words}");
    let named = head(&"x".repeat(301), 0, 1) + &good.text()[1..];
    let words = read_all(named.as_bytes()).unwrap_err().to_string();
    assert!(words.contains("name is"), "{words}");
}

#[test]
fn the_oldest_without_a_name_go_first_and_the_newest_stays() {
    let entry = |id: u32, named: bool, bytes: u64| Entry {
        id,
        saved: u64::from(id),
        named,
        bytes,
    };
    let full: Vec<Entry> = (0..MOST as u32).map(|id| entry(id, false, 10)).collect();
    assert!(to_drop(&full).is_empty());
    let mut more = full.clone();
    more.push(entry(MOST as u32, false, 10));
    assert_eq!(to_drop(&more), [0]);
    // The first two have names.
    more[0].named = true;
    more[1].named = true;
    assert_eq!(to_drop(&more), [2]);
    for entry in &mut more {
        entry.named = true;
    }
    assert_eq!(to_drop(&more), [0]);
    let large = [
        entry(1, true, BYTES / 2),
        entry(2, false, BYTES / 4),
        entry(3, false, BYTES / 2),
    ];
    assert_eq!(to_drop(&large), [2]);
    // One that is larger than all room alone is not thrown away as it comes.
    assert!(to_drop(&[entry(1, false, 2 * BYTES)]).is_empty());
    assert_eq!(
        to_drop(&[entry(1, true, 5), entry(2, false, 2 * BYTES)]),
        [1]
    );
    assert!(to_drop(&[]).is_empty());
}

#[test]
fn a_preview_holds_points_that_were_measured_and_nothing_else_is_read_as_one() {
    let spec = Spec::parse(LINK).unwrap();
    let preview = Preview::of(&spec, &measured(&spec, 500));
    assert_eq!(preview.0.len(), 2);
    for small in &preview.0 {
        assert_eq!(small.0.len(), 60);
        assert_eq!((small.0[0].0, small.0[59].0), (0, 498));
        for (step, error) in &small.0 {
            assert!(step % 2 == 0, "nothing was measured at step {step}");
            assert!((error - 90.0 / (1.0 + *step as f64)).abs() < 1e-12);
        }
    }
    assert_eq!(preview.last_step(), 498);
    assert_eq!(preview.last(5), None);
    assert_eq!(Preview::from_bytes(&preview.to_bytes()), preview);
    assert_eq!(Preview::of(&spec, &Store::default()).last(0), None);
    let mut wrong = preview.clone();
    wrong.0[0].0[3].1 = f64::NAN;
    assert_eq!(Preview::from_bytes(&wrong.to_bytes()), Preview::default());
    wrong.0[0].0[3] = (0, 5.0);
    assert_eq!(Preview::from_bytes(&wrong.to_bytes()), Preview::default());
    assert_eq!(Preview::from_bytes(&[0xff; 40]), Preview::default());
}

#[test]
fn a_preview_agrees_with_one_of_the_same_run_that_ended_sooner_and_with_no_other() {
    let spec = Spec::parse(LINK).unwrap();
    let of = |steps: u64| Preview::of(&spec, &measured(&spec, steps));
    // The longer ones keep fewer of their points.
    for (short, long) in [(10, 40), (40, 500), (300, 500)] {
        let (short, long) = (of(short), of(long));
        assert!(short.agrees(&long) && long.agrees(&short));
    }
    let mut other = of(40);
    other.0[1].0[3].1 += 1e-9;
    assert!(!other.agrees(&of(40)) && !of(10).agrees(&other));
    other.0.pop();
    assert!(!other.agrees(&of(40)));
    assert!(Preview::default().agrees(&Preview::default()));
}

#[test]
fn the_first_of_several_seeds_says_how_many_there_were() {
    let first = run(LINK, 8);
    let text = |seeds: u32| format!("[{}{}]", head("", 5, seeds), &first.text()[1..]);
    let seeds = |text: &str| read_all(text.as_bytes()).unwrap()[0].seeds;
    assert_eq!(seeds(&text(1)), None);
    assert_eq!(seeds(&text(7)), Some(7));
    let alone = |n: u32| read_all(first.text_of(n).as_bytes()).unwrap()[0].seeds;
    assert_eq!((alone(1), alone(7)), (None, Some(7)));
    assert_eq!(first.text_of(1), first.text());
    let again = first.spec().with_seeds(7).unwrap();
    assert_eq!(
        (again.seeds(), again.first_seed()),
        (7, first.spec().clone())
    );
    for impossible in [0, 21] {
        assert_eq!(first.spec().with_seeds(impossible), None);
    }
}
