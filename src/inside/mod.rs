//! Looking inside a trained net: pure functions from a network and test images to what a figure shows.
//!
//! Nothing here trains, draws or knows a page. What takes long comes in pieces of a few milliseconds
//! ([`tsne::Embedding::advance`]), and how they are grouped in time changes no bit.

pub mod alignment;
pub mod answer;
pub mod confusion;
pub mod digit;
mod distances;
pub mod eigen;
pub mod features;
pub mod filters;
mod principal;
pub mod separation;
pub mod tsne;
pub mod weights;
