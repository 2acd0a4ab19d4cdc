//! A link is the text form of an experiment: nothing is lost, nothing breaks the reader.

use falab::core::{NUMERICS, Rule};
use falab::spec::{EXPERIMENTS, FIELDS, Link, LinkError, Receipt, Spec, Verdict};
use proptest::prelude::*;

/// A text for each field, all of them valid.
fn any_spec() -> impl Strategy<Value = Spec> {
    let number = |low: f64, high: f64| (low..high).prop_map(|x| x.to_string()).boxed();
    let whole = |low: u64, high: u64| (low..=high).prop_map(|x| x.to_string()).boxed();
    let words = |words: &'static [&'static str]| {
        proptest::sample::select(words)
            .prop_map(str::to_owned)
            .boxed()
    };
    let rules = proptest::sample::subsequence(Rule::ALL.to_vec(), 1..=5).prop_map(|rules| {
        let keys: Vec<&str> = rules.iter().map(|rule| rule.key()).collect();
        keys.join("-")
    });
    let hidden = proptest::collection::vec((1u32..4, 1u32..300), 1..6).prop_map(|runs| {
        let runs: Vec<String> = runs.iter().map(|(k, n)| format!("{k}x{n}")).collect();
        runs.join("-")
    });
    let texts: Vec<BoxedStrategy<String>> = FIELDS
        .iter()
        .map(|field| match field.key {
            "data" => Just("mnist".to_owned()).boxed(),
            "n" => whole(1024, 60_000),
            "rules" => rules.clone().boxed(),
            "hidden" => hidden.clone().boxed(),
            "act" => words(&["tanh", "logistic", "relu"]),
            "init" => words(&[
                "paper",
                "uniform",
                "zero",
                "scaled",
                "small:1e-3",
                "small:0.25",
            ]),
            "fb" => words(&["uniform", "gauss", "sign"]),
            "fbscale" => words(&["auto", "0.5", "1e-4", "17"]),
            "opt" => words(&["rmsprop", "sgd", "momentum", "adam"]),
            "lr" => number(1e-6, 10.0),
            "rho" | "momentum" => number(0.0, 0.999),
            "eps" => number(1e-9, 1.0),
            "batch" => whole(1, 1024),
            "dropout" => words(&["none", "0.1-0.5", "1e-2-0.3", "0-0.9"]),
            "adv" => number(0.0, 1.0),
            "epochs" => whole(1, 10_000),
            "steps" => words(&["none", "1", "1000000000"]),
            "stop" => number(0.0, 100.0),
            "evals" => whole(1, 100),
            "seed" => whole(0, (1 << 53) - 1),
            key => panic!("the test does not know the field {key}"),
        })
        .collect();
    texts.prop_map(|texts| {
        let mut draft = Spec::default().draft();
        for (field, text) in FIELDS.iter().zip(&texts) {
            field.set(&mut draft, text).expect("a valid text");
        }
        draft.finish().expect("a small net")
    })
}

/// An experiment and a receipt of some of its lanes, made with any numerics version.
fn any_receipt() -> impl Strategy<Value = (Spec, Receipt)> {
    let numerics = prop_oneof![Just(NUMERICS), any::<u32>()];
    (any_spec(), numerics, any::<[u64; 5]>(), 1..32usize).prop_map(
        |(spec, numerics, prints, chosen)| {
            let lanes = spec.rules().iter().zip(prints).enumerate();
            let some: Vec<(Rule, u64)> = lanes
                .filter(|(i, _)| *i == 0 || chosen >> i & 1 == 1)
                .map(|(_, (&rule, print))| (rule, print))
                .collect();
            let receipt = Receipt::made_with(numerics, some).expect("the first lane at least");
            (spec, receipt)
        },
    )
}

proptest! {
    #[test]
    fn every_receipt_comes_back_and_leaves_the_experiment_alone((spec, receipt) in any_receipt()) {
        let text = spec.link_with(Some(&receipt));
        let link = Link::read(&format!("https://example.org/lab/#{text}"));
        prop_assert_eq!(&link.spec, &spec);
        prop_assert_eq!(link.receipt.as_ref(), Some(&receipt));
        prop_assert_eq!(link.text(), text);
        if receipt.numerics() == NUMERICS {
            prop_assert_eq!(&link.errors, &[]);
        } else {
            let present = NUMERICS;
            let value = receipt.numerics();
            prop_assert_eq!(&link.errors, &[LinkError::ReceiptNumerics { value, present }]);
        }
    }

    #[test]
    fn any_text_of_a_receipt_is_read_or_named(
        text in "([a-z]{0,7}:[0-9a-fA-F]{14,17}-?|[0-9a-z:%+ -]{0,30}){0,4}", num in "[0-9]{0,11}",
    ) {
        let link = Link::read(&format!("num={num}&receipt={text}"));
        prop_assert!(link.receipt.is_some() || !link.errors.is_empty(), "{:?}", link);
        prop_assert_eq!(&link.spec, &Spec::default());
        let again = Link::read(&link.text());
        prop_assert_eq!(again.receipt, link.receipt);
    }

    #[test]
    fn every_experiment_comes_back_from_its_link(spec in any_spec()) {
        let link = spec.link();
        prop_assert_eq!(Spec::parse(&link), Ok(spec.clone()));
        let url = format!("https://example.org/lab/#{link}");
        prop_assert_eq!(Spec::parse(&url), Ok(spec));
    }

    #[test]
    fn any_text_is_read_without_panic(text in ".{0,200}") {
        let link = Link::read(&text);
        prop_assert_eq!(Spec::parse(&link.spec.link()), Ok(link.spec));
    }

    #[test]
    fn any_values_of_known_keys_are_read_without_panic(
        pairs in proptest::collection::vec((0..FIELDS.len(), "[0-9a-z.:eExX%&=+-]{0,30}"), 0..8)
    ) {
        let parts: Vec<String> =
            pairs.iter().map(|(i, text)| format!("{}={text}", FIELDS[*i].key)).collect();
        let link = Link::read(&parts.join("&"));
        prop_assert_eq!(Spec::parse(&link.spec.link()), Ok(link.spec));
    }
}

fn message(link: &str) -> String {
    let errors = Spec::parse(link).expect_err(link);
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    texts.join("\n")
}

#[test]
fn errors_name_key_value_and_what_is_allowed() {
    for (link, expected) in [
        (
            "n=63",
            "n=63 is not possible; allowed: a whole number from 64 to 60000",
        ),
        (
            "lr=inf",
            "lr=inf is not possible; allowed: a number above 0 and up to 1e6",
        ),
        (
            "lr=NaN",
            "lr=NaN is not possible; allowed: a number above 0 and up to 1e6",
        ),
        (
            "seed=-1",
            "seed=-1 is not possible; allowed: a whole number from 0 to 9007199254740991",
        ),
        (
            "act=sine",
            "act=sine is not possible; allowed: tanh, logistic, relu",
        ),
        (
            "rules=bp-bp",
            "rules=bp-bp is not possible; allowed: one or more of bp, fa, dfa, ifa, shallow, each at most once, joined by -",
        ),
        (
            "hiden=3",
            "hiden=3: there is no key hiden; is hidden meant?",
        ),
        (
            "lr=1&lr=2",
            "lr is given twice; lr=2 was left out; allowed: each key once",
        ),
        (
            "n=100&batch=128",
            "batch=128 is not possible; allowed: at most n, which is 100",
        ),
        ("v=2", "v=2 is a link of another version; allowed: v=1"),
        ("seed", "“seed” has no “=”; allowed: key=value, joined by &"),
        (
            "num=0",
            "num=0: this link was made with numerics version 0, here is 1; the experiment is the same, the bits may differ",
        ),
        (
            "num=two",
            "num=two is not possible; allowed: a version, a whole number",
        ),
        (
            "receipt=bp:0123456789abcdef&num=0",
            "num=0: this link and its receipt were made with numerics version 0, here is 1; \
             the experiment is the same, the receipt cannot be checked",
        ),
        (
            "receipt=",
            "receipt: “” is not possible; allowed: rule:16 hex digits, such as bp:0123456789abcdef, \
             each rule at most once, joined by -",
        ),
    ] {
        assert_eq!(message(link), expected, "{link}");
    }
    assert!(message("zzzz=1").contains("allowed: v, num, run, receipt, data, n, rules"));
    assert!(message("hidden=100x2000").starts_with("hidden=100x2000 needs 1"));
    assert!(message("hidden=101x2").contains("1 to 100 layers"));
}

#[test]
fn the_part_of_a_receipt_that_cannot_be_used_is_named() {
    let print = "0123456789abcdef";
    for (receipt, part) in [
        (
            format!("bp:{print}-dfa:{}", &print[1..]),
            "dfa:123456789abcdef",
        ),
        (format!("bp:{print}0"), "bp:0123456789abcdef0"),
        (format!("bq:{print}"), "bq:0123456789abcdef"),
        (format!("bp:{print}-bp:{print}"), "bp:0123456789abcdef"),
        (format!("bp:{print}-"), ""),
        (format!("bp{print}"), "bp0123456789abcdef"),
        ("bp:+123456789abcdef".to_owned(), "bp:+123456789abcdef"),
        (format!("BP:{print}"), "BP:0123456789abcdef"),
    ] {
        let link = Link::read(&format!("seed=7&receipt={receipt}"));
        let part = part.to_owned();
        assert_eq!(link.errors, [LinkError::Receipt { part }], "{receipt}");
        // The rest applies.
        assert_eq!((link.text().as_str(), link.receipt), ("v=1&seed=7", None));
    }
}

#[test]
fn a_receipt_speaks_about_rules_that_the_link_runs() {
    let link = Link::read("rules=bp-dfa&receipt=ifa:0000000000000001-dfa:00000000000000FF");
    let texts: Vec<String> = link.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "receipt: ifa:0000000000000001 is for a rule that this link does not run; allowed: its rules, bp-dfa"
        ]
    );
    assert_eq!(
        link.text(),
        format!("v=1&rules=bp-dfa&num={NUMERICS}&receipt=dfa:00000000000000ff")
    );
}

#[test]
fn a_verdict_is_same_or_different_or_not_possible() {
    let of = |numerics| Receipt::made_with(numerics, [(Rule::Dfa, 7), (Rule::Bp, 5)]);
    let receipt = of(NUMERICS).expect("two lanes");
    assert_eq!(
        receipt.text(),
        "bp:0000000000000005-dfa:0000000000000007",
        "in the order of the rules"
    );
    assert_eq!(receipt.verdict(Rule::Bp, 5), Some(Verdict::Reproduced));
    let differs = Verdict::Differs { expected: 7 };
    assert_eq!(receipt.verdict(Rule::Dfa, 8), Some(differs));
    assert_eq!(receipt.verdict(Rule::Fa, 7), None);
    let numerics = NUMERICS + 1;
    let other = of(numerics).expect("two lanes");
    let unchecked = Some(Verdict::Unchecked { numerics });
    assert_eq!(other.verdict(Rule::Bp, 5), unchecked);
    assert_eq!(other.verdict(Rule::Bp, 6), unchecked);
    assert_eq!(Receipt::new([]), None);
}

#[test]
fn foreign_texts_are_shortened_and_escaped() {
    let text = message(&format!("seed={}%00%0a", "9".repeat(300)));
    assert!(
        text.len() < 200 && !text.contains('\n') && text.contains('…'),
        "{text}"
    );
}

#[test]
fn what_is_right_applies_when_something_is_wrong() {
    let link = Link::read("#v=1&hidden=3x50&lr=fast&seed=7&run=1");
    assert_eq!(link.spec.link(), "v=1&hidden=3x50&seed=7");
    assert!(link.run);
    assert!(matches!(&link.errors[..], [LinkError::Value { key, .. }] if key == "lr"));
    let too_large = Link::read("hidden=100x2000&seed=7");
    assert_eq!(too_large.spec.link(), "v=1&seed=7");
}

#[test]
fn links_are_short_and_canonical() {
    for (typed, canonical) in [
        ("", "v=1"),
        (
            "#v=1&hidden=3x50&lr=1e-4&seed=7",
            "v=1&hidden=3x50&lr=1e-4&seed=7",
        ),
        (
            "seed=7&lr=0.0001&hidden=50-50-50",
            "v=1&hidden=3x50&lr=1e-4&seed=7",
        ),
        ("hidden=64-64-10&lr=1e-3&epochs=20", "v=1&hidden=2x64-10"),
        ("rules=dfa-bp", "v=1&rules=bp-dfa"),
        (
            "lr=0.25&rho=0.9&dropout=0.1-0.5",
            "v=1&lr=0.25&rho=0.9&dropout=0.1-0.5",
        ),
        ("hidden%3D3x50&hidden=3%7850", "v=1&hidden=3x50"),
        ("num=1&dropout=0-0", "v=1"),
        ("run=1&seed=2", "v=1&seed=2"),
    ] {
        assert_eq!(Link::read(typed).spec.link(), canonical, "{typed}");
    }
}

#[test]
fn the_defaults_are_the_first_look_and_every_experiment_is_valid() {
    assert_eq!(Spec::parse(""), Ok(Spec::default()));
    assert_eq!(Spec::default().link(), "v=1");
    for field in FIELDS {
        assert_eq!(
            field.get(&Spec::default()),
            field.default_text(),
            "{}",
            field.key
        );
    }
    for experiment in EXPERIMENTS {
        let spec = Spec::parse(experiment.link).expect(experiment.title);
        assert_eq!(spec.link(), experiment.link, "{}", experiment.title);
        assert_eq!(experiment.watch.matches(". ").count(), 1, "two sentences");
    }
}

/// The form's markup and the table of knobs name the same keys.
#[test]
fn the_page_has_a_control_for_every_field() {
    let page = include_str!("../index.html");
    for field in FIELDS {
        let name = format!("name=\"{}\"", field.key);
        assert!(page.contains(&name), "index.html has no control {name}");
    }
    for (at, _) in page.match_indices(" name=\"") {
        let rest = &page[at + 7..];
        let name = &rest[..rest.find('"').expect("a closing quote")];
        let known = FIELDS.iter().any(|field| field.key == name);
        assert!(
            known || ["viewport", "description", "color-scheme"].contains(&name),
            "{name}"
        );
    }
}
