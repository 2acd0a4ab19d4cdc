//! How a rule looks, everywhere: one colour, one dash, one letter.
//!
//! The colours were searched for, each within the hues of its name: the least distance of any two (CIEDE2000) is 25 on
//! white and 30 on #0f1419 with normal sight, 12 and 16 over protan, deutan and tritan sight as Machado's matrices of
//! 2009 simulate them at full severity; the contrast to the ground is at least 3.6 and 5.2.

use crate::core::Rule;
use crate::spec::{LaneId, Schedule};

/// Red, green, blue.
pub type Colour = (u8, u8, u8);

/// The colours of a ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub dark: bool,
    pub ground: Colour,
    pub ink: Colour,
    /// Labels of axes.
    pub quiet: Colour,
    /// Grid lines.
    pub hairline: Colour,
}

const LIGHT_CLASSES: [Colour; 10] = [
    (0x20, 0x64, 0xff),
    (0xe0, 0x06, 0x3e),
    (0x64, 0x06, 0x37),
    (0x00, 0x2b, 0x00),
    (0x6d, 0x57, 0x08),
    (0x08, 0x00, 0xa6),
    (0x03, 0x83, 0x54),
    (0x66, 0x64, 0x73),
    (0xc9, 0x1f, 0xa9),
    (0x06, 0x00, 0x00),
];
const DARK_CLASSES: [Colour; 10] = [
    (0x87, 0x84, 0x19),
    (0xff, 0xfd, 0x3b),
    (0xff, 0xa0, 0x00),
    (0x6e, 0x7b, 0xc3),
    (0xca, 0xfe, 0xff),
    (0xc8, 0xba, 0xb4),
    (0xf9, 0x15, 0x7e),
    (0x5c, 0xe5, 0x88),
    (0xf2, 0xa7, 0xff),
    (0x27, 0xa0, 0xa0),
];

impl Theme {
    pub const LIGHT: Theme = Theme {
        dark: false,
        ground: (255, 255, 255),
        ink: (24, 27, 30),
        quiet: (92, 99, 106),
        hairline: (229, 231, 234),
    };
    pub const DARK: Theme = Theme {
        dark: true,
        ground: (15, 20, 25),
        ink: (226, 230, 233),
        quiet: (148, 156, 164),
        hairline: (38, 45, 52),
    };

    /// The theme of a ground and an ink that are not ours, such as those that a system forces on every page.
    #[must_use]
    pub fn of(ground: Colour, ink: Colour) -> Theme {
        let between = |ground: u8, ink: u8| (f64::from(ground) * 0.7 + f64::from(ink) * 0.3) as u8;
        Theme {
            dark: luminance(ground) < luminance(ink),
            ground,
            ink,
            quiet: ink,
            hairline: (
                between(ground.0, ink.0),
                between(ground.1, ink.1),
                between(ground.2, ink.2),
            ),
        }
    }

    /// A colour, or the ink where it could not be told from the ground.
    fn seen(&self, colour: Colour) -> Colour {
        if contrast(colour, self.ground) < LEAST_CONTRAST {
            self.ink
        } else {
            colour
        }
    }

    /// The colour of class 0 to 9 on this ground; another class has the ink's.
    ///
    /// Searched for as the rules' were: the least distance of any two is 25 on white and 26 on #0f1419 with normal sight,
    /// 12 and 13 over the other kinds; the contrast to the ground, as of small text, at least 4.6. A point also bears
    /// its digit.
    #[must_use]
    pub fn class_colour(&self, class: u8) -> Colour {
        let colours = if self.dark {
            &DARK_CLASSES
        } else {
            &LIGHT_CLASSES
        };
        let found = colours.get(usize::from(class));
        self.seen(found.copied().unwrap_or(self.ink))
    }

    /// The colour of a rule on this ground.
    #[must_use]
    pub fn colour(&self, rule: Rule) -> Colour {
        self.seen(match (rule, self.dark) {
            (Rule::Bp, false) => (0x00, 0x21, 0xcd),
            (Rule::Fa, false) => (0xab, 0x7f, 0x14),
            (Rule::Dfa, false) => (0xe6, 0x40, 0xb7),
            (Rule::Ifa, false) => (0x12, 0x8b, 0x5b),
            (Rule::Shallow, false) => (0x18, 0x1b, 0x1e),
            (Rule::Bp, true) => (0x2b, 0x86, 0xff),
            (Rule::Fa, true) => (0xab, 0x83, 0x20),
            (Rule::Dfa, true) => (0xff, 0x3d, 0x98),
            (Rule::Ifa, true) => (0x4b, 0xe3, 0x6b),
            (Rule::Shallow, true) => (0xe2, 0xe6, 0xe9),
        })
    }
}

/// What a curve needs against its ground (WCAG 2.2, 1.4.11).
const LEAST_CONTRAST: f64 = 3.0;

/// Relative luminance of sRGB, 0 black to 1 white, as WCAG 2.2 defines it.
fn luminance((red, green, blue): Colour) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// Contrast of two colours, 1 to 21, as WCAG 2.2 defines it.
#[must_use]
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour of a text as browsers give computed colours, `rgb(0, 33, 205)`; an opacity behind it is left out.
#[must_use]
pub fn colour_of(text: &str) -> Option<Colour> {
    let parts = text.strip_prefix("rgb")?.trim_start_matches('a');
    let parts = parts.strip_prefix('(')?.strip_suffix(')')?;
    let mut parts = parts.split(',').map(|part| part.trim().parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// Lengths of dashes and gaps in turn, CSS pixels; empty is solid.
#[must_use]
pub fn dash(rule: Rule) -> &'static [f64] {
    match rule {
        Rule::Bp | Rule::Dfa => &[],
        Rule::Fa => &[9.0, 4.0],
        Rule::Ifa => &[8.0, 3.0, 2.0, 3.0],
        Rule::Shallow => &[2.0, 3.0],
    }
}

/// Width of a rule's curves, CSS pixels.
#[must_use]
pub fn width(rule: Rule) -> f64 {
    if rule == Rule::Dfa { 2.6 } else { 1.7 }
}

/// A lane as figures name it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub id: LaneId,
    /// The rule that it begins with.
    pub rule: Rule,
    /// Stands at the end of its curves: the letters of its rules, with a number where another lane has the same.
    pub mark: String,
}

/// The lanes of an experiment as figures name them.
#[must_use]
pub fn named(lanes: &[Schedule]) -> Vec<Named> {
    let letters = |lane: &Schedule| -> String {
        let rules = lane.rules();
        rules.into_iter().map(Rule::letter).collect()
    };
    let named = lanes.iter().enumerate().map(|(i, lane)| {
        let mut mark = letters(lane);
        let before = lanes[..i].iter();
        let same = before.filter(|other| letters(other) == mark).count();
        if same > 0 {
            mark += &(same + 1).to_string();
        }
        Named {
            id: LaneId(i),
            rule: lane.first_rule(),
            mark,
        }
    });
    named.collect()
}
