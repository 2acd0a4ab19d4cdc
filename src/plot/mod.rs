//! Figures, generic over plotters' `DrawingBackend`: canvas in the page, SVG in the command line and in tests.
//!
//! Coordinates inside are CSS pixels; [`surface::Surface`] turns them into [`surface::UNIT`] backend units a pixel, so
//! that backends with whole coordinates still place a curve to an eighth of a pixel, and the device's pixel ratio is
//! one factor in the backend.
#![expect(
    clippy::disallowed_methods,
    reason = "logarithms and extremes of pixels: nothing here goes back into the mathematics"
)]

pub mod angle;
pub mod axis;
pub mod bands;
pub mod chart;
pub mod code;
pub mod curve;
pub mod error;
mod ghosts;
pub mod look;
pub mod mark;
pub mod points;
pub mod small;
pub mod surface;
pub mod svg;
pub mod track;
pub mod wires;
pub mod words;

pub use chart::Chart;
pub use look::Theme;
