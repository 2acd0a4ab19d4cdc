//! The figures say what they must, in SVG as on the canvas.
#![cfg(feature = "cli")]

use std::sync::LazyLock;

use falab::core::{HiddenLayer, LayerMetrics, Learning, Metrics, Rule};
use falab::lane::Reason;
use falab::lang::ENGLISH;
use falab::plot::angle::{self, AngleView, Measure};
use falab::plot::axis::{Axis, Scale, StepUnit, linear_ticks, log_ticks, nice_above, number};
use falab::plot::error::{self, ErrorView};
use falab::plot::look::Named;
use falab::plot::wires::Wires;
use falab::plot::words::{Layers, Sense, layers, sense};
use falab::plot::{Theme, look, svg};
use falab::spec::{LaneId, Spec};
use falab::store::Store;
use proptest::prelude::*;

const BP: LaneId = LaneId(0);
const DFA: LaneId = LaneId(1);

/// The lanes of figures: BP and DFA.
static NAMED: LazyLock<Vec<Named>> =
    LazyLock::new(|| look::named(Spec::parse("rules=bp-dfa").unwrap().lanes()));

const SIZE: (f64, f64) = (600.0, 360.0);

fn store() -> Store {
    let mut store = Store::default();
    for step in [0, 1, 2, 5, 10, 20, 50, 100] {
        let error = 90.0 / (1.0 + step as f64);
        let angle = (step > 0).then_some(100.0 - step as f64 * 0.6);
        for (id, rule) in [(BP, Rule::Bp), (DFA, Rule::Dfa)] {
            let layer = LayerMetrics {
                angle_update_deg: angle,
                angle_delta_deg: angle,
                angle_delta_spread_deg: angle.map(|_| 12.0),
                ..LayerMetrics::default()
            };
            let point = Metrics {
                rule,
                phase: 1,
                phase_start: 0,
                step,
                epoch: step as f64 / 100.0,
                train_error: error,
                train_loss: 1.0,
                running_error: None,
                running_loss: None,
                test_error: Some(error),
                test_loss: Some(1.0),
                test_images: 1_000,
                layers: vec![layer; 2],
            };
            store.push(id, point);
        }
    }
    let quantity = "a unit of layer 1".to_owned();
    store.finish(
        DFA,
        100,
        Reason::Diverged {
            step: 101,
            quantity,
        },
    );
    store
}

fn error_view(lanes: &[Named], log_y: bool) -> ErrorView<'_, '_> {
    ErrorView {
        lanes,
        train: true,
        test: true,
        log_x: false,
        log_y,
        unit: StepUnit::Epoch,
        steps_per_epoch: 100,
        cursor: Some(20),
        bands: None,
        ghosts: &[],
    }
}

fn angle_view<'a>(lanes: &'a [Named], layers: &'a [usize], measure: Measure) -> AngleView<'a, 'a> {
    AngleView {
        lanes,
        layers,
        measure,
        log_x: true,
        unit: StepUnit::Step,
        steps_per_epoch: 100,
        cursor: None,
        bands: None,
        ghosts: &[],
    }
}

#[test]
fn the_error_figure_names_its_axes_and_ends_its_curves_in_letters() {
    let store = store();
    for log_y in [false, true] {
        let chart = error::chart(
            &store,
            &error_view(&NAMED, log_y),
            &ENGLISH.figures,
            Theme::LIGHT,
            SIZE,
        );
        let text = svg::svg(&chart, "a & b < c").unwrap();
        for word in [
            "error rate (%)",
            "epoch",
            ">\nB\n<",
            ">\nD\n<",
            "a &amp; b &lt; c",
        ] {
            assert!(text.contains(word), "{word} is not in {text}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }
}

#[test]
fn the_angle_figure_names_the_line_at_90_degrees_and_every_layer() {
    let store = store();
    let view = angle_view(&NAMED, &[0, 1], Measure::Update);
    let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::DARK, SIZE);
    let text = svg::svg(&chart, "angles").unwrap();
    for word in [
        "90°: no better than a chance direction",
        "angle (°)",
        "D1",
        "D2",
        "B1",
    ] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
}

#[test]
fn one_layer_of_delta_has_a_band() {
    let store = store();
    let areas = |layers: &[usize], direction| {
        let view = angle_view(&NAMED, layers, direction);
        let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
        svg::svg(&chart, "angles")
            .unwrap()
            .matches("<polygon")
            .count()
    };
    let none = areas(&[0], Measure::Update);
    assert_eq!(areas(&[0], Measure::Delta), none + 2);
    assert_eq!(areas(&[0, 1], Measure::Delta), none);
}

#[test]
fn an_empty_figure_says_what_to_do() {
    let store = Store::default();
    let chart = error::chart(
        &store,
        &error_view(&NAMED, true),
        &ENGLISH.figures,
        Theme::LIGHT,
        SIZE,
    );
    assert!(svg::svg(&chart, "empty").unwrap().contains("Press Run"));
}

proptest! {
    #[test]
    fn a_place_gives_back_its_value(share in 0.0f64..1.0, low in 0.01f64..10.0, times in 2.0f64..1e4) {
        for scale in [Scale::Linear, Scale::Log, Scale::LogSteps] {
            let axis = Axis { scale, low, high: low * times, ticks: Vec::new(), label: String::new() };
            prop_assert!((axis.share(axis.value(share)) - share).abs() < 1e-9);
        }
    }

    #[test]
    fn an_axis_grows_in_calm_jumps(value in 1e-3f64..1e9) {
        let nice = nice_above(value);
        prop_assert!(nice >= value * (1.0 - 1e-9) && nice <= value * 1.51);
    }
}

#[test]
fn numbers_of_a_net_that_diverges_stay_short() {
    use falab::plot::axis::decimals;
    let text = |value: f64| decimals(value, 3);
    assert_eq!(
        (text(0.1234).as_str(), text(-99_999.0).as_str()),
        ("0.123", "-99999.000")
    );
    assert_eq!(
        (text(-3.6e19).as_str(), text(1e5).as_str()),
        ("-3.60e19", "1.00e5")
    );
    assert_eq!(text(f64::INFINITY), "inf");
}

#[test]
fn ticks_are_round_numbers_within_the_range() {
    assert_eq!(
        linear_ticks(0.0, 100.0, 6),
        [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    );
    let texts = |ticks: Vec<f64>| ticks.into_iter().map(number).collect::<Vec<String>>();
    assert_eq!(
        texts(log_ticks(0.5, 100.0)),
        ["0.5", "1", "2", "5", "10", "20", "50", "100"]
    );
    assert_eq!(
        texts(log_ticks(1.0, 1e6)),
        ["1", "10", "100", "1,000", "10,000", "100,000", "1,000,000"]
    );
    assert_eq!(number(-0.25), "−0.25");
}

#[test]
fn angles_speak_as_they_are_defined() {
    for (angle, says) in [
        (None, Sense::Undefined),
        (Some(0.0), Sense::NearlyDownhill),
        (Some(44.9), Sense::NearlyDownhill),
        (Some(45.0), Sense::StillDownhill),
        (Some(90.0), Sense::NoDirection),
        (Some(105.0), Sense::Uphill),
    ] {
        assert_eq!(sense(angle), says, "{angle:?}");
    }
}

/// A store with one hidden layer whose angles are given: (lane, step, angle).
fn angles_of(points: &[(LaneId, u64, Option<f64>)]) -> Store {
    let mut store = Store::default();
    for &(id, step, angle) in points {
        let layer = LayerMetrics {
            angle_update_deg: angle,
            angle_delta_deg: angle,
            angle_delta_spread_deg: angle.map(|_| 10.0),
            ..LayerMetrics::default()
        };
        let point = Metrics {
            rule: if id == BP { Rule::Bp } else { Rule::Dfa },
            phase: 1,
            phase_start: 0,
            step,
            epoch: step as f64 / 100.0,
            train_error: 0.0,
            train_loss: 1.0,
            running_error: None,
            running_loss: None,
            test_error: (step == 0).then_some(50.0),
            test_loss: None,
            test_images: 1_000,
            layers: vec![layer],
        };
        store.push(id, point);
    }
    store
}

/// Where a text stands in an SVG, CSS pixels from the left.
fn left_of(svg: &str, text: &str) -> f64 {
    let at = svg.find(&format!(">\n{text}\n<")).unwrap();
    let tag = &svg[svg[..at].rfind("<text").unwrap()..at];
    let x = tag.split("x=\"").nth(1).unwrap();
    x[..x.find('"').unwrap()].parse::<f64>().unwrap() / 8.0
}

#[test]
fn a_letter_stands_beside_the_end_of_its_own_curve() {
    let mut points = vec![(BP, 0, Some(10.0)), (BP, 1, Some(10.0))];
    points.extend([1, 10, 1000].map(|step| (DFA, step, Some(60.0))));
    let store = angles_of(&points);
    let view = angle_view(&NAMED, &[0], Measure::Update);
    let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
    let text = svg::svg(&chart, "angles").unwrap();
    // BP ended at a tenth of the width; a letter at the right edge would need a line across the plot.
    assert!(left_of(&text, "B") < 150.0 && left_of(&text, "D") > 550.0);
}

#[test]
fn no_dot_marks_an_end_where_the_lane_went_on_without_an_angle() {
    let discs = |last: Option<f64>| {
        let mut store = angles_of(&[(BP, 0, Some(10.0)), (BP, 1, Some(10.0)), (BP, 2, last)]);
        store.finish(BP, 2, Reason::Epochs);
        let view = angle_view(&NAMED, &[0], Measure::Update);
        let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
        let text = svg::svg(&chart, "angles").unwrap();
        text.matches("<circle").count()
    };
    assert_eq!((discs(Some(10.0)), discs(None)), (1, 0));
}

#[test]
fn what_was_measured_is_drawn_over_the_name_of_a_level() {
    let points: Vec<_> = (0..).zip([89.0, 91.0, 88.0, 92.0]).collect();
    let points: Vec<_> = points
        .iter()
        .map(|&(step, a)| (DFA, step, Some(a)))
        .collect();
    let store = angles_of(&points);
    let view = angle_view(&NAMED, &[0], Measure::Delta);
    let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
    let text = svg::svg(&chart, "angles").unwrap();
    let name = text.find("no better than a chance direction").unwrap();
    // Of all lines the curve has the most places.
    let lines = text.match_indices("<polyline").map(|(at, _)| {
        let line = &text[at..at + text[at..].find("/>").unwrap()];
        (line.matches(',').count(), at)
    });
    let (_, curve) = lines.max().unwrap();
    assert!(name < curve, "{text}");
}

#[test]
fn a_band_has_the_gaps_of_its_curve() {
    let points = [20.0, 30.0, f64::NAN, 40.0, 50.0];
    let points: Vec<_> = (0..)
        .zip(points)
        .map(|(step, angle)| (DFA, step, (!angle.is_nan()).then_some(angle)))
        .collect();
    let store = angles_of(&points);
    let areas = |direction| {
        let view = angle_view(&NAMED, &[0], direction);
        let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
        let text = svg::svg(&chart, "angles").unwrap();
        text.matches("<polygon").count()
    };
    assert_eq!(areas(Measure::Delta), areas(Measure::Update) + 2);
}

#[test]
fn letters_of_many_layers_are_thinned_to_the_room_there_is() {
    let mut store = Store::default();
    for step in [0, 10] {
        let layer = |i: usize| LayerMetrics {
            angle_update_deg: Some(i as f64),
            ..LayerMetrics::default()
        };
        let point = Metrics {
            rule: Rule::Dfa,
            phase: 1,
            phase_start: 0,
            step,
            epoch: 0.1,
            train_error: 50.0,
            train_loss: 1.0,
            running_error: None,
            running_loss: None,
            test_error: None,
            test_loss: None,
            test_images: 0,
            layers: (0..40).map(layer).collect(),
        };
        store.push(DFA, point);
    }
    let layers: Vec<usize> = (0..40).collect();
    let view = angle_view(&NAMED, &layers, Measure::Update);
    let chart = angle::chart(&store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
    let text = svg::svg(&chart, "angles").unwrap();
    assert!(text.contains(">\nD1\n<") && text.contains(">\nD40\n<") && !text.contains(">\nD20\n<"));
    // None stands above the figure.
    assert!(!text.contains("y=\"-"));
}

#[test]
fn a_figure_without_curves_says_why() {
    let says = |store: &Store, lanes: &[LaneId], word: &str| {
        let mut named = NAMED.clone();
        named.retain(|named| lanes.contains(&named.id));
        let view = angle_view(&named, &[0], Measure::Update);
        let chart = angle::chart(store, &view, &ENGLISH.figures, Theme::LIGHT, SIZE);
        assert!(svg::svg(&chart, "angles").unwrap().contains(word), "{word}");
    };
    let store = angles_of(&[(DFA, 0, None)]);
    says(&Store::default(), &[DFA], "Press Run");
    says(&store, &[], "No curve to show");
    says(&store, &[BP], "No curve to show");
    says(&store, &[DFA], "No angle is defined yet");
}

#[test]
fn an_error_of_zero_stands_at_a_tick_that_includes_it() {
    let ticks = |store: &Store| {
        let chart = error::chart(
            store,
            &error_view(&NAMED, true),
            &ENGLISH.figures,
            Theme::LIGHT,
            SIZE,
        );
        svg::svg(&chart, "errors").unwrap()
    };
    let zero = angles_of(&[(DFA, 0, None), (DFA, 1, None)]);
    assert!(ticks(&zero).contains(">\n≤5\n<"));
    assert!(ticks(&store()).contains(">\n0.5\n<"));
}

#[test]
fn every_layer_has_its_words_and_one_number_one_sense() {
    let few = layers(&[Some(34.2), None], 6);
    let expected = [
        (1, 1, Some((34.0, 34.0)), Sense::NearlyDownhill),
        (2, 2, None, Sense::Undefined),
    ];
    let plain = |all: &[Layers]| -> Vec<_> {
        let parts = |l: &Layers| (l.first, l.last, l.angles, l.sense);
        all.iter().map(parts).collect()
    };
    assert_eq!(plain(&few), expected);
    let angles = [
        Some(92.9),
        Some(93.4),
        Some(50.0),
        Some(80.4),
        Some(60.0),
        Some(20.0),
        None,
    ];
    let expected = [
        // 92.9 and 93.4 are both shown as 93.
        (1, 2, Some((93.0, 93.0)), Sense::NoDirection),
        (3, 5, Some((50.0, 80.0)), Sense::StillDownhill),
        (6, 6, Some((20.0, 20.0)), Sense::NearlyDownhill),
        (7, 7, None, Sense::Undefined),
    ];
    assert_eq!(plain(&layers(&angles, 6)), expected);
    assert!(layers(&[], 6).is_empty());
}

#[test]
fn a_convolution_is_drawn_as_maps_with_their_number() {
    let spec = Spec::parse("hidden=conv5x8-pool3s2-conv5x17-64").unwrap();
    let drawn = |layers: &[HiddenLayer]| {
        let wires = Wires {
            size: (300.0, 120.0),
            theme: Theme::LIGHT,
            rule: Rule::Dfa,
            learning: &Learning::All,
            layers,
            angles: &[Some(45.0), None, Some(80.0)],
            strong: None,
        };
        let mut text = String::new();
        let mut backend = plotters::prelude::SVGBackend::with_string(&mut text, (3000, 1200));
        wires.draw(&mut backend).unwrap();
        drop(backend);
        text
    };
    let convolutional = drawn(&spec.settings().hidden);
    let numbers = |svg: &str| {
        let texts = svg
            .split("</text>")
            .filter_map(|text| text.rsplit('>').next());
        texts.map(|text| text.trim().to_owned()).collect::<Vec<_>>()
    };
    let texts = numbers(&convolutional);
    assert!(
        texts.contains(&"8".to_owned()) && texts.contains(&"17".to_owned()),
        "{texts:?}"
    );
    let dense = drawn(&HiddenLayer::dense(&[8, 17, 64]));
    assert!(!numbers(&dense).contains(&"17".to_owned()));
}

#[test]
fn every_colour_is_seen_on_every_ground() {
    use falab::plot::look::{colour_of, contrast};
    let black_on_yellow = Theme::of((255, 255, 0), (0, 0, 0));
    let grounds = [
        Theme::LIGHT,
        Theme::DARK,
        Theme::of((0, 0, 0), (255, 255, 255)),
        Theme::of((255, 255, 255), (0, 0, 0)),
        Theme::of((45, 50, 54), (255, 255, 255)),
        black_on_yellow,
    ];
    let rules = [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa, Rule::Shallow];
    for theme in grounds {
        for colour in rules
            .map(|rule| theme.colour(rule))
            .into_iter()
            .chain((0..10).map(|class| theme.class_colour(class)))
        {
            assert!(
                contrast(colour, theme.ground) >= 3.0,
                "{colour:?} {theme:?}"
            );
        }
        assert!(contrast(theme.quiet, theme.ground) >= 4.5, "{theme:?}");
    }
    // The digits of Figure 3 are small text.
    for theme in [Theme::LIGHT, Theme::DARK] {
        for class in 0..10 {
            let seen = contrast(theme.class_colour(class), theme.ground);
            assert!(seen >= 4.5, "class {class} {theme:?}: {seen}");
        }
    }
    assert_eq!(Theme::LIGHT.colour(Rule::Bp), (0x00, 0x21, 0xcd));
    assert!(!black_on_yellow.dark && Theme::of((9, 9, 9), (250, 250, 250)).dark);
    // DFA's red could not be told from grey.
    let white_on_grey = Theme::of((128, 128, 128), (255, 255, 255));
    assert_eq!(white_on_grey.colour(Rule::Dfa), (255, 255, 255));

    assert_eq!(colour_of("rgb(0, 33, 205)"), Some((0, 33, 205)));
    assert_eq!(colour_of("rgba(1, 2, 3, 0.5)"), Some((1, 2, 3)));
    for text in [
        "",
        "red",
        "rgb(1, 2)",
        "rgb(1, 2, 300)",
        "color(srgb 1 0 0)",
    ] {
        assert_eq!(colour_of(text), None, "{text}");
    }
}

#[test]
fn the_name_of_a_level_stands_where_curves_leave_it_room() {
    use falab::plot::mark::room;
    let sides = (50.0, 450.0);
    let at = |runs: &[Vec<(f64, f64)>]| room(100.0, 120.0, sides, runs.iter().map(Vec::as_slice));
    // Without curves: above, on the right.
    let (x, y) = at(&[]);
    assert!(x == 450.0 && y < 100.0, "{x} {y}");
    // A curve above the level on the right half: below it.
    let above = vec![(250.0, 90.0), (450.0, 92.0)];
    assert!(at(std::slice::from_ref(&above)).1 > 100.0);
    // One that sinks through both sides on the right: further left, and clear of it.
    let sinks = vec![(300.0, 40.0), (460.0, 200.0)];
    let (x, _) = at(&[above.clone(), sinks]);
    assert!(x < 330.0, "{x}");
    // Where every place is passed: above on the left, whichever curves they are.
    let band = |y: f64| vec![(40.0, y), (460.0, y)];
    for everywhere in [[band(92.0), band(108.0)], [band(95.0), band(104.0)]] {
        let (x, y) = at(&everywhere);
        assert!(x == 170.0 && y < 100.0, "{x} {y}");
    }
    // Less room than it takes: at the right end, none the less.
    let x = room(100.0, 900.0, sides, std::iter::empty()).0;
    assert!(x == 450.0, "{x}");
}

#[test]
fn the_style_sheets_have_the_colours_of_the_figures() {
    let sheet = |name: &str| {
        let path = format!("{}/www/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let (style, inside) = (sheet("style.css"), sheet("inside.css"));
    let stands = |sheet: &str, name: &str, light: look::Colour, dark: look::Colour| {
        let hex = |(red, green, blue): look::Colour| format!("#{red:02x}{green:02x}{blue:02x}");
        let line = format!("--{name}: light-dark({}, {});", hex(light), hex(dark));
        assert!(sheet.contains(&line), "no {line}");
    };
    for rule in [Rule::Bp, Rule::Fa, Rule::Dfa, Rule::Ifa, Rule::Shallow] {
        let [light, dark] = [Theme::LIGHT, Theme::DARK].map(|theme| theme.colour(rule));
        stands(&style, rule.key(), light, dark);
    }
    for class in 0..10 {
        let [light, dark] = [Theme::LIGHT, Theme::DARK].map(|theme| theme.class_colour(class));
        stands(&inside, &format!("class-{class}"), light, dark);
    }
}
