//! A link is the text form of an experiment: nothing is lost, nothing breaks the reader.

use falab::core::{NUMERICS, Rule};
use falab::lang::ENGLISH;
use falab::spec::{EXPERIMENTS, FIELDS, Link, LinkError, Receipt, Spec, Verdict};
use proptest::prelude::*;

/// Up to two convolutions that fit on MNIST's 28x28, with and without stride, padding and pool.
fn blocks() -> impl Strategy<Value = Vec<String>> {
    let block = (1u32..=5, 1u32..=12, 0u32..=5, 0u32..=5, 0u32..=3, 0u32..=3);
    let text = |(kernel, maps, stride, padding, pool, pool_stride)| {
        let mut text = format!("conv{kernel}x{maps}");
        if (1..=2.min(kernel)).contains(&stride) {
            text += &format!("s{stride}");
        }
        if padding < kernel {
            text += &format!("p{padding}");
        }
        if pool >= 2 {
            text += &format!("-pool{pool}");
            if (1..=2).contains(&pool_stride) {
                text += &format!("s{pool_stride}");
            }
        }
        text
    };
    proptest::collection::vec(block.prop_map(text), 0..=2)
}

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
    let hidden = (
        blocks(),
        proptest::collection::vec((1u32..4, 1u32..300), 1..6),
    )
        .prop_map(|(blocks, runs)| {
            let runs = runs.iter().map(|(k, n)| format!("{k}x{n}"));
            blocks.into_iter().chain(runs).collect::<Vec<_>>().join("-")
        });
    // Not all windows fit on what is left of an image.
    let hidden = hidden
        .prop_filter("it does not fit", |hidden| {
            Spec::parse(&format!("hidden={hidden}")).is_ok()
        })
        .boxed();
    let texts: Vec<BoxedStrategy<String>> = FIELDS
        .iter()
        .map(|field| match field.key {
            "data" => Just("mnist".to_owned()).boxed(),
            "n" => whole(1024, 60_000),
            "zca" => words(&["none", "0.1", "1e-6", "1"]),
            "rules" => rules.clone().boxed(),
            "phases" => any_phases(),
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
            "evals" => prop_oneof![Just("auto".to_owned()), whole(1, 100)].boxed(),
            // The last seed of a link is one, too.
            "seed" => whole(0, (1 << 53) - 20),
            "seeds" => whole(1, 20),
            key => panic!("the test does not know the field {key}"),
        })
        .collect();
    // How much memory a net takes depends on its batch, too.
    texts.prop_filter_map("it is too large", |texts| {
        let mut draft = Spec::default().draft();
        for (field, text) in FIELDS.iter().zip(&texts) {
            field.set(&mut draft, text).expect("a valid text");
        }
        // Feedback against the weights does not go past a pool.
        let spec = draft.clone().finish().or_else(|_| {
            let phases = FIELDS.iter().find(|field| field.key == "phases");
            let none = phases.map(|phases| phases.set(&mut draft, "none"));
            none.expect("a field").expect("a valid text");
            draft.finish()
        });
        match spec {
            Ok(spec) => Some(spec),
            Err(LinkError::TooLarge { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    })
}

/// Lanes with phases, or none.
fn any_phases() -> BoxedStrategy<String> {
    let one_of = |words: &'static [&'static str]| proptest::sample::select(words);
    let length = one_of(&["@1e", "@50e", "@300s", "@2.5err", "@1e-3err", "@0err"]);
    let learning = one_of(&["", "-freeze1", "-only2", "-freeze1.2"]);
    let feedback = one_of(&["", "-redraw", "-anti"]);
    let rule = one_of(&["bp", "fa", "dfa", "ifa", "shallow"]);
    let stage = (rule, length, learning, feedback, one_of(&["", "-fresh"])).prop_map(
        |(rule, length, learning, feedback, fresh)| {
            let feedback = match rule {
                "bp" | "shallow" => "",
                _ => feedback,
            };
            (rule, length, format!("{learning}{feedback}{fresh}"))
        },
    );
    let stages = proptest::collection::vec(stage, 1..5);
    let lane = (
        one_of(&["", "a:", "b2:", "bp:", "dfa.bp:"]),
        stages,
        any::<bool>(),
    );
    let lanes = proptest::collection::vec(lane, 1..=8).prop_map(|lanes| {
        let mut names: Vec<&str> = Vec::new();
        let texts = lanes.iter().map(|(name, stages, open)| {
            // A name is given once.
            let name = if names.contains(name) { "" } else { *name };
            names.push(name);
            let last = stages.len() - 1;
            let stages = stages.iter().enumerate().map(|(i, (rule, length, rest))| {
                let length = if *open && i == last { "" } else { *length };
                format!("{rule}{length}{rest}")
            });
            format!("{name}{}", stages.collect::<Vec<_>>().join(";"))
        });
        texts.collect::<Vec<_>>().join(",")
    });
    prop_oneof![Just("none".to_owned()), lanes].boxed()
}

/// An experiment and a receipt of some of its lanes, made with any numerics version.
fn any_receipt() -> impl Strategy<Value = (Spec, Receipt)> {
    let numerics = prop_oneof![Just(NUMERICS), any::<u32>()];
    (any_spec(), numerics, any::<[u64; 8]>(), 1..256usize).prop_map(
        |(spec, numerics, prints, chosen)| {
            let lanes = spec.lanes().iter().zip(prints).enumerate();
            let some: Vec<(String, u64)> = lanes
                .filter(|(i, _)| *i == 0 || chosen >> i & 1 == 1)
                .map(|(_, (lane, print))| (lane.name().to_owned(), print))
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
            "seeds=0",
            "seeds=0 is not possible; allowed: a whole number from 1 to 20",
        ),
        (
            "seeds=21",
            "seeds=21 is not possible; allowed: a whole number from 1 to 20",
        ),
        (
            "seed=9007199254740990&seeds=3",
            "seeds=3 is not possible; allowed: at most 2, since no seed is larger than 9007199254740991",
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
            "batch=128 is not possible; allowed: at most n, the number of training images, which is 100",
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
            "receipt: “” is not possible; allowed: lane:16 hex digits, such as bp:0123456789abcdef, \
             each lane at most once, joined by -",
        ),
    ] {
        assert_eq!(message(link), expected, "{link}");
    }
    assert!(
        message("zzzz=1")
            .contains("allowed: v, num, run, lang, lesson, receipt, at, title, note, hide, lock, embed, origin, data, n, zca, rules, phases")
    );
    assert!(message("hidden=100x2000").starts_with("hidden=100x2000 needs 1"));
    assert!(message("hidden=101x2").contains("1 to 100 layers"));
    for text in [
        "conv",
        "conv5",
        "conv5x",
        "conv0x8",
        "conv12x8",
        "conv5x0",
        "conv5x513",
        "conv5x8s0",
        "conv5x8s6",
        "conv5x8p5",
        "conv5x8p0s1",
        "conv5x8s1s1",
        "conv5x8-pool5",
        "conv5x8-pool1",
        "conv5x8-pool3s4",
        "conv5x8-pool3p1",
        "pool3s2",
        "pool2-conv5x8",
        "64-conv5x8",
        "conv5x8-64-pool2",
        "conv5x8-pool2-pool2",
        "2xconv5x8",
        "conv5x8-",
        "2049",
    ] {
        let message = message(&format!("hidden={text}"));
        assert!(
            message.starts_with(&format!("hidden={text} is not possible; allowed: KxN")),
            "{message}"
        );
        assert!(message.contains("conv5x8-pool3s2"), "{message}");
    }
    // Windows that do not fit are named with their sizes.
    assert_eq!(
        message("hidden=conv5x2-pool4-conv5x2-pool4-conv3x2p0"),
        "hidden=conv5x2-pool4-conv5x2-pool4-conv3x2p0 is not possible; allowed: kernels and pools that fit; \
         the 3x3 kernel of layer 3 with padding 0 does not fit on the 1x1 units that it reads"
    );
    assert_eq!(
        message("hidden=conv11x4s9p0-pool3"),
        "hidden=conv11x4s9p0-pool3 is not possible; allowed: kernels and pools that fit; \
         the 3x3 pool of layer 1 with padding 0 does not fit on the 2x2 units that it reads"
    );
    assert!(message("hidden=conv11x512-conv11x512-2048").contains("MB"));
    let widest = ["conv11x512p10"; 100].join("-");
    assert!(message(&format!("hidden={widest}")).contains("fewer or narrower layers"));
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
        (format!("BQ:{print}"), "BQ:0123456789abcdef"),
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
fn a_receipt_speaks_about_lanes_that_the_link_runs() {
    let link = Link::read("rules=bp-dfa&receipt=ifa:0000000000000001-dfa:00000000000000FF");
    let texts: Vec<String> = link.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "receipt: ifa:0000000000000001 is for a lane that this link does not run; allowed: its lanes, bp, dfa"
        ]
    );
    assert_eq!(
        link.text(),
        format!("v=1&rules=bp-dfa&num={NUMERICS}&receipt=dfa:00000000000000ff")
    );
}

#[test]
fn a_verdict_is_same_or_different_or_not_possible() {
    let prints = || [("dfa".to_owned(), 7), ("bp".to_owned(), 5)];
    let of = |numerics| Receipt::made_with(numerics, prints());
    let receipt = of(NUMERICS).expect("two lanes");
    assert_eq!(
        receipt.text(),
        "dfa:0000000000000007-bp:0000000000000005",
        "in the order given"
    );
    assert_eq!(receipt.verdict("bp", 5), Some(Verdict::Reproduced));
    let differs = Verdict::Differs { expected: 7 };
    assert_eq!(receipt.verdict("dfa", 8), Some(differs));
    assert_eq!(receipt.verdict("fa", 7), None);
    let numerics = NUMERICS + 1;
    let other = of(numerics).expect("two lanes");
    let unchecked = Some(Verdict::Unchecked { numerics });
    assert_eq!(other.verdict("bp", 5), unchecked);
    assert_eq!(other.verdict("bp", 6), unchecked);
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
        (
            "hidden=conv5x32s1p2-pool3s2-conv4x7s2p1-pool2s2-conv3x64p0-9-9",
            "v=1&hidden=conv5x32-pool3s2-conv4x7s2-pool2-conv3x64p0-2x9",
        ),
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
        let words = experiment.words(ENGLISH);
        let spec = Spec::parse(experiment.link).expect(words.title);
        assert_eq!(spec.link(), experiment.link, "{}", words.title);
        assert_eq!(words.watch.matches(". ").count(), 1, "two sentences");
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
            known
                || [
                    "viewport",
                    "description",
                    "color-scheme",
                    "theme-color",
                    "theme"
                ]
                .contains(&name),
            "{name}"
        );
    }
}

#[test]
fn parameters_and_memory_of_a_convolutional_net_are_counted() {
    let spec = |hidden: &str| Spec::parse(&format!("hidden={hidden}")).unwrap();
    // 28 to 13 to 6 behind pools of stride 2.
    let small = spec("conv5x8-pool3s2-conv5x16-pool3s2-64");
    let expected = (25 + 1) * 8 + (8 * 25 + 1) * 16 + (16 * 36 + 1) * 64 + 65 * 10;
    assert_eq!(small.parameters(), expected);
    // The paper's net, here on MNIST: 28 to 13, 6 and 2.
    let paper = spec("conv5x96-pool3s2-conv5x128-pool3s2-conv5x256-pool3s2-2x2048");
    let kernels = (25 + 1) * 96 + (96 * 25 + 1) * 128 + (128 * 25 + 1) * 256;
    assert_eq!(
        paper.parameters(),
        kernels + (256 * 4 + 1 + 2049) * 2048 + 20_490
    );
    assert!(paper.memory_bytes_per_lane() > 7 * 4 * paper.parameters());
    assert!(paper.memory_bytes_per_lane() > small.memory_bytes_per_lane());
}
