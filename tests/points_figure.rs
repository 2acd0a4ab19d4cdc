//! The figure of labelled points says what it must.
#![cfg(feature = "cli")]

use falab::plot::points::{Panel, Points};
use falab::plot::{Theme, svg};

const LABELS: [u8; 4] = [0, 7, 7, 9];
const PLACES: [[f64; 2]; 4] = [[-3.0, 0.0], [1.0, 0.5], [1.0, 1.0], [5.0, -1.0]];

fn figure(panels: usize, theme: Theme) -> Points<'static> {
    let panel = |i: usize| Panel {
        title: format!("panel {i}"),
        note: format!("note {i}"),
        points: &PLACES,
        labels: &LABELS,
    };
    Points {
        side: 200.0,
        theme,
        panels: (0..panels).map(panel).collect(),
        legend: "class".to_owned(),
        caption: vec!["one < two".to_owned()],
    }
}

/// How often an element with this text and colour occurs.
fn count(text: &str, content: &str, colour: (u8, u8, u8)) -> usize {
    let (red, green, blue) = colour;
    let fill = format!("fill=\"#{red:02X}{green:02X}{blue:02X}\"");
    let elements = text.split("<text").skip(1);
    elements
        .filter(|element| element.contains(&fill) && element.contains(&format!("\n{content}\n")))
        .count()
}

#[test]
fn every_point_is_its_digit_in_the_colour_of_its_class() {
    for theme in [Theme::LIGHT, Theme::DARK] {
        let text = svg::points(&figure(3, theme), "t-SNE").unwrap();
        for class in 0..10 {
            let points = LABELS.iter().filter(|&&label| label == class).count();
            let found = count(&text, &class.to_string(), theme.class_colour(class));
            assert_eq!(found, 3 * points + 1, "class {class}: points and legend");
        }
        for word in ["panel 2", "note 0", "class", "one &lt; two"] {
            assert!(text.contains(word), "{word}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }
}

#[test]
fn points_stand_within_their_panel_on_one_scale() {
    let figure = figure(1, Theme::LIGHT);
    let text = svg::points(&figure, "t-SNE").unwrap();
    let number = |element: &str, name: &str| -> f64 {
        let at = element.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        let rest = &element[at..];
        rest[..rest.find('"').unwrap()].parse().unwrap()
    };
    let elements: Vec<&str> = text.split("<text").skip(3).take(4).collect();
    let places: Vec<(f64, f64)> = elements
        .iter()
        .map(|element| (number(element, "x") / 8.0, number(element, "y") / 8.0))
        .collect();
    // 8 wide and 2 high: 200 pixels less the rims, both axes alike, the second upward.
    let scale = 200.0 * 0.92 / 8.0;
    let across = places[3].0 - places[0].0;
    let down = places[3].1 - places[2].1;
    assert!((across - 8.0 * scale).abs() < 0.2, "{across}");
    assert!((down - 2.0 * scale).abs() < 0.2, "{down}");
    for (x, y) in places {
        assert!(
            (14.0..214.0).contains(&x) && (40.0..240.0).contains(&y),
            "{x}, {y}"
        );
    }
}

#[test]
fn panels_stand_in_a_grid_and_one_point_or_none_is_drawn_too() {
    let size = |panels: usize| figure(panels, Theme::LIGHT).size();
    assert_eq!(size(4).0, size(3).0);
    assert!(size(5).0 > size(4).0 && size(1).0 < size(2).0);
    let mut one = figure(1, Theme::LIGHT);
    one.panels[0].points = &PLACES[..1];
    assert!(!svg::points(&one, "one").unwrap().contains("NaN"));
    one.panels[0].points = &[];
    let text = svg::points(&one, "none").unwrap();
    assert!(!text.contains("NaN") && text.contains("note 0"));
}
