//! How a rule looks, everywhere: one colour, one dash, one letter.
//!
//! The colours were searched for: the least distance of any two (CIE76, over normal sight and simulated protan, deutan
//! and tritan sight at full severity) is 41 on white and 44 on #0f1419, the contrast to the ground at least 3.6 and 4.5.

use crate::core::Rule;

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

    /// The colour of a rule on this ground.
    #[must_use]
    pub fn colour(&self, rule: Rule) -> Colour {
        match (rule, self.dark) {
            (Rule::Bp, false) => (0x00, 0x21, 0xcd),
            (Rule::Fa, false) => (0xab, 0x7f, 0x14),
            (Rule::Dfa, false) => (0xe6, 0x40, 0xb7),
            (Rule::Ifa, false) => (0x12, 0x8b, 0x5b),
            (Rule::Shallow, false) => (0x18, 0x1b, 0x1e),
            (Rule::Bp, true) => (0x4c, 0x84, 0xf6),
            (Rule::Fa, true) => (0xf5, 0x4b, 0x02),
            (Rule::Dfa, true) => (0xc2, 0x5e, 0x73),
            (Rule::Ifa, true) => (0x61, 0xfc, 0x8c),
            (Rule::Shallow, true) => (0xe2, 0xe6, 0xe9),
        }
    }
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
