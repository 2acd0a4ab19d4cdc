//! A run as JSON: what is written is read back, serde_json reads the same, and a file that is wrong is refused with the
//! place, what stands there and what is allowed.
#![cfg(feature = "cli")]

use falab::core::{LayerMetrics, Metrics, Rule};
use falab::lane::Reason;
use falab::report::run::{Allowed, LARGEST, Run, RunError, Stand};
use falab::spec::{LaneId, Spec};
use falab::store::{LayerQuantity, Quantity, Store};
use proptest::prelude::*;
use serde_json::Value;

fn metrics(rule: Rule, step: u64, value: f64, angle: Option<f64>, tested: bool) -> Metrics {
    let layer = LayerMetrics {
        angle_update_deg: angle,
        criterion: Some(-value),
        weight_norm: value.abs(),
        ..LayerMetrics::default()
    };
    Metrics {
        rule,
        phase: 1,
        phase_start: 0,
        step,
        epoch: 0.0,
        train_error: value.abs() / 10.0,
        train_loss: value.abs(),
        running_error: (step > 0).then_some(50.0),
        running_loss: None,
        test_error: tested.then_some(7.5),
        test_loss: tested.then_some(0.1),
        test_images: if tested { 1_000 } else { 0 },
        layers: vec![layer; 2],
    }
}

/// A run of two lanes, one at its end and one that diverged, with `count` points each.
fn run(count: u64, value: impl Fn(u64) -> (f64, Option<f64>, bool)) -> (Run, Store) {
    let spec = Spec::parse("v=1&hidden=2x8&rules=bp-dfa&epochs=10000").unwrap();
    let mut store = Store::default();
    for (id, rule) in [(LaneId(0), Rule::Bp), (LaneId(1), Rule::Dfa)] {
        for step in 0..count {
            let (value, angle, tested) = value(step);
            store.push(id, metrics(rule, step, value, angle, tested));
        }
    }
    store.finish(LaneId(0), count, Reason::Steps);
    let quantity = "weights of \"layer\" 1\n\\".to_owned();
    let reason = Reason::Diverged {
        step: count,
        quantity,
    };
    store.finish(LaneId(1), count, reason);
    let stand = |rule, fingerprint| Stand {
        rule,
        step: count,
        fingerprint,
    };
    let stands = [stand(Rule::Bp, Some(0x0123)), stand(Rule::Dfa, None)];
    (Run::of(&spec, &stands, &store), store)
}

fn small() -> Run {
    run(3, |step| (step as f64, Some(90.0), true)).0
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        points in proptest::collection::vec((-1e3..1e3, proptest::option::of(0.0..180.0), any::<bool>()), 1..3_000)
    ) {
        let (run, store) = run(points.len() as u64, |step| points[step as usize]);
        let text = run.text();
        let read = Run::read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read, &run);
        prop_assert_eq!(read.text(), text);
        // The series that figures are drawn from are the store's, to the bit.
        let again = read.store();
        prop_assert!(!again.is_empty());
        for id in [LaneId(0), LaneId(1)] {
            for quantity in Quantity::all(2) {
                prop_assert_eq!(again.lane(id).of(quantity), store.lane(id).of(quantity));
            }
            prop_assert_eq!(again.lane(id).phases(), store.lane(id).phases());
            prop_assert_eq!(again.lane(id).end(), store.lane(id).end());
        }
    }
}

#[test]
fn another_reader_of_json_finds_the_same() {
    let (run, store) = run(1_500, |step| {
        (1.0 / (step as f64 + 3.0), Some(89.123), step == 7)
    });
    let value: Value = serde_json::from_str(&run.text()).unwrap();
    assert_eq!(value["falab"], "run");
    assert_eq!(value["version"], 1);
    assert_eq!(value["program"], env!("CARGO_PKG_VERSION"));
    assert_eq!(value["numerics"], falab::core::NUMERICS);
    assert_eq!(value["link"], "v=1&rules=bp-dfa&hidden=2x8&epochs=10000");
    assert_eq!(value["settings"]["lr"], "1e-3");
    assert_eq!(value["settings"]["hidden"], "2x8");
    let lanes = value["lanes"].as_array().unwrap();
    assert_eq!(lanes[0]["name"], "bp");
    assert_eq!(lanes[0]["reason"], "steps");
    assert_eq!(lanes[0]["fingerprint"], "0000000000000123");
    assert!(lanes[1]["fingerprint"].is_null());
    assert_eq!(lanes[1]["reason"], "diverged");
    assert_eq!(
        lanes[1]["diverged"]["quantity"],
        "weights of \"layer\" 1\n\\"
    );
    let series = lanes[0]["series"].as_array().unwrap();
    let of = |name: &str, layer: Option<u64>| {
        let found = series
            .iter()
            .find(|one| one["quantity"] == name && one["layer"].as_u64() == layer);
        found.unwrap()
    };
    // That it was thinned is said, and what is left is the store's.
    let train = of("train_error", None);
    let held = store.lane(LaneId(0)).series(Quantity::TrainError);
    assert_eq!(train["measured"], 1_500);
    assert_eq!(train["kept"], held.len());
    assert!(held.len() <= 1_000);
    for (i, point) in held.iter().enumerate() {
        assert_eq!(train["steps"][i], point.step);
        assert_eq!(train["values"][i].as_f64(), point.value);
    }
    let angle = of("angle_update_deg", Some(2));
    assert_eq!(angle["values"][0], 89.123);
    assert!(of("update_norm", Some(1))["values"][0].is_null());
    // What was measured once has one point.
    assert_eq!(of("test_images", None)["steps"], serde_json::json!([7]));
    assert!(series.iter().all(|one| one["quantity"] != "running_loss"));
}

#[test]
fn fields_that_are_not_known_are_left_out_and_order_does_not_matter() {
    let run = small();
    let mut value: Value = serde_json::from_str(&run.text()).unwrap();
    value["later"] = serde_json::json!({ "a": [1, [2.5e-3, null, true, "]}"], { "b": {} }] });
    value["lanes"][0]["colour"] = "blue".into();
    value["lanes"][1]["series"][0]["unit"] = serde_json::json!([[[]]]);
    // As serde_json writes it: keys by the alphabet, so lanes come before the link; with spaces and escapes.
    for text in [
        serde_json::to_string(&value).unwrap(),
        serde_json::to_string_pretty(&value).unwrap(),
        format!("\u{feff}{value}").replace("\"blue\"", r#""\u0062\ud83d\ude00\/\u00e9""#),
    ] {
        assert_eq!(Run::read(text.as_bytes()).unwrap(), run);
    }
}

/// What is said of a run after a change of its JSON.
fn said(change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&small().text()).unwrap();
    change(&mut value);
    let error = Run::read(value.to_string().as_bytes()).unwrap_err();
    error.to_string()
}

#[test]
fn an_error_names_the_place_the_value_and_what_is_allowed() {
    let set = |pointer: &str, to: Value| {
        said(|value| *value.pointer_mut(pointer).unwrap() = to).replace('\n', " ")
    };
    for (pointer, to, words) in [
        ("/falab", "net".into(), "falab is net; allowed: run"),
        ("/version", 2.into(), "version is 2; allowed: 1 to 1"),
        (
            "/link",
            "v=1&lr=-1".into(),
            "link: lr=-1 is not possible; allowed: a number above 0 and up to 1e6",
        ),
        (
            "/numerics",
            (-1).into(),
            "numerics is -1; allowed: a whole number",
        ),
        (
            "/lanes/0/name",
            "fa".into(),
            "lanes[0].name is fa; allowed: bp, dfa",
        ),
        (
            "/lanes/1/name",
            "bp".into(),
            "lanes[1].rule is dfa; allowed: bp",
        ),
        (
            "/lanes/0/rule",
            "backprop".into(),
            "lanes[0].rule is backprop; allowed: bp, fa, dfa, ifa, shallow",
        ),
        (
            "/lanes/0/step",
            10_000_000.into(),
            "lanes[0].step is 10000000; allowed: 0 to 1.57e6",
        ),
        (
            "/lanes/0/reason",
            "bored".into(),
            "lanes[0].reason is bored; allowed: null, epochs, steps, error, diverged",
        ),
        (
            "/lanes/0/fingerprint",
            "0123".into(),
            "lanes[0].fingerprint is 0123; allowed: [0-9a-f]{16}",
        ),
        (
            "/lanes/0/phases/0/phase",
            2.into(),
            "lanes[0].phases[0].phase is 2; allowed: 1 to 1",
        ),
        (
            "/lanes/0/series/0/quantity",
            "accuracy".into(),
            "lanes[0].series[0].quantity is accuracy; allowed: train_error, train_loss,",
        ),
        (
            "/lanes/0/series/1/quantity",
            "train_error".into(),
            "lanes[0].series[1].quantity is train_error; allowed: each quantity once",
        ),
        (
            "/lanes/0/series/9/layer",
            7.into(),
            "lanes[0].series[9].layer is 7; allowed: 1 to 2",
        ),
        (
            "/lanes/0/series/0/steps/2",
            1.into(),
            "lanes[0].series[0].steps[2] is 1; allowed: more than 1, which stands before it",
        ),
        (
            "/lanes/0/series/0/values/1",
            100.5.into(),
            "lanes[0].series[0].values[1] is 100.5; allowed: 0 to 1e2",
        ),
        (
            "/lanes/0/series/0/values/1",
            "x".into(),
            "lanes[0].series[0].values[1] is \\\"x\\\"; allowed: a number or null",
        ),
        (
            "/lanes/0/series/0/kept",
            2.into(),
            "lanes[0].series[0].steps is 3; allowed: 2, as there are points",
        ),
        (
            "/lanes/0/series/0/measured",
            2.into(),
            "lanes[0].series[0].measured is 2; allowed: 3 to 9.007199254740991e15",
        ),
        (
            "/lanes/0/series/0/values",
            vec![0; 1_001].into(),
            "lanes[0].series[0].values is > 1000; allowed: at most 1000",
        ),
        (
            "/lanes",
            vec![Value::Null; 2].into(),
            "lanes[0] is null; allowed: an object {…}",
        ),
    ] {
        let found = set(pointer, to);
        assert!(found.starts_with(words), "{pointer}: {found}");
    }
    let missing = said(|value| drop(value["lanes"][1].as_object_mut().unwrap().remove("step")));
    assert_eq!(missing, "lanes[1].step is missing");
    let missing = said(|value| drop(value.as_object_mut().unwrap().remove("link")));
    assert_eq!(missing, "link is missing");
    let swapped = said(|value| value["lanes"].as_array_mut().unwrap().reverse());
    assert_eq!(swapped, "lanes[1].name is bp; allowed: ");
}

#[test]
fn what_is_no_json_is_refused_at_its_byte() {
    for (text, words) in [
        (
            "",
            "the file is no JSON: at byte 0 stands the end of the file; allowed: {",
        ),
        (
            "[1]",
            "the file is no JSON: at byte 0 stands [1; allowed: {",
        ),
        ("{}", "falab is missing"),
        (
            "{\"falab\" 1}",
            "the file is no JSON: at byte 9 stands 1; allowed: :",
        ),
        (
            "{\"falab\":\"run\",}",
            "the file is no JSON: at byte 15 stands }; allowed: \"",
        ),
        (
            "{\"falab\":\"run\"} x",
            "the file is no JSON: at byte 16 stands x; allowed: the end of the file",
        ),
        ("{\"a\":01}", "the file is no JSON"),
        ("{\"a\":\"\\x\"}", "the file is no JSON: at byte 6"),
        ("{\"a\":\"\\ud800\"}", "the file is no JSON: at byte 6"),
        ("{\"a\":nul}", "the file is no JSON: at byte 5 stands nul"),
        ("{\"a\":\"\u{1}\"}", "the file is no JSON: at byte 6"),
    ] {
        let error = Run::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{text:?}: {error}");
    }
    let deep = format!("{{\"a\":{}", "[".repeat(1 << 20));
    let error = Run::read(deep.as_bytes()).unwrap_err();
    assert!(
        error.to_string().ends_with("allowed: at most 100"),
        "{error}"
    );
    let error = Run::read(b"{\"a\":\"\xff\"}").unwrap_err();
    assert!(error.to_string().contains("at byte 6"), "{error}");
    let bytes = vec![b' '; LARGEST + 1];
    assert_eq!(
        Run::read(&bytes),
        Err(RunError::TooLarge {
            bytes: LARGEST + 1,
            limit: LARGEST
        })
    );
    assert!(matches!(
        Run::read(b"{\"falab\":\"a\",\"version\":9}"),
        Err(RunError::Value {
            allowed: Allowed::Words(_),
            ..
        })
    ));
}

#[test]
fn numbers_are_read_to_the_bit_as_serde_json_reads_them() {
    for number in [
        "0",
        "-0",
        "1e-320",
        "5e-324",
        "1.7976931348623157e59",
        "0.1",
        "123456.789e-3",
        "2.5E+2",
    ] {
        let mut value: Value = serde_json::from_str(&small().text()).unwrap();
        value["lanes"][0]["series"][1]["values"][0] = 0.25.into();
        let text = value
            .to_string()
            .replacen("[0.25,", &format!("[{number},"), 1);
        let run = Run::read(text.as_bytes()).unwrap();
        let read = run.lanes()[0].series(2);
        let expected: f64 = serde_json::from_str(number).unwrap();
        let found = read.series(Quantity::TrainLoss)[0].value.unwrap();
        assert_eq!(found.to_bits(), expected.to_bits(), "{number}");
    }
    assert!(
        !small().lanes()[0]
            .series(2)
            .series(Quantity::Layer(0, LayerQuantity::AngleUpdate))
            .is_empty()
    );
}
