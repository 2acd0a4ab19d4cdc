//! Feedback alignment lab: small networks learn MNIST live, side by side, under backpropagation (BP), feedback
//! alignment (FA), direct (DFA) and indirect feedback alignment (IFA).
//!
//! The rooms, and the one direction in which they may know each other (`tests/direction.rs` proves it):
//!
//! `core`, `lang` ← `spec` ← `data` ← `lane` ← `inside` ← `protocol` ← `store` ← `spread` ← `plot`, `report`, `paper`, `lesson` ← `export` ← `web` | command line
//!
//! | room | what it holds |
//! | --- | --- |
//! | [`core`] | the mathematics; knows no page, clock, file or link |
//! | [`lang`] | what the program says, in every language |
//! | [`spec`] | what an experiment is, valid by construction; its link |
//! | [`data`] | images and labels, chunks, seeded subsets and batches |
//! | [`lane`] | one rule that works through one experiment |
//! | [`inside`] | what a trained net has made of the images: features, t-SNE, confusion, filters |
//! | [`protocol`] | messages between the page and its lanes |
//! | [`store`] | the series of every lane, thinned without losing extremes |
//! | [`spread`] | median and range over the seeds of an experiment |
//! | [`plot`] | figures, for any drawing surface |
//! | [`report`] | records and files that leave the program |
//! | [`paper`] | the paper's table beside ours: its rows as links, cells from runs |
//! | [`export`] | the files that a reader takes along |
//! | [`lesson`] | lessons: their text form, what they wait for and ask |
//! | `web` | the page; the only code that names web-sys |
//! | `cli` | the command line |

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod core;
pub mod data;
pub mod export;
pub mod inside;
pub mod lane;
pub mod lang;
pub mod lesson;
pub mod paper;
pub mod plot;
pub mod protocol;
pub mod report;
pub mod spec;
pub mod spread;
pub mod store;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub mod web;
