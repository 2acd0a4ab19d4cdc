//! What comes from outside, mutated: links, fields, messages, chunks, files of images, gzip, checkpoints, lines of runs, files of runs, lists.
//!
//! Nothing of it may panic, hang, or take memory out of proportion to its length; what can be read is written and read
//! back the same. `cargo test` runs 100,000 executions of each target, `cargo xtask fuzz` as many as it is told.
//!
//! An engine of our own and not cargo-fuzz: libFuzzer's instrumentation needs a nightly compiler. In place of coverage
//! an input is kept that ends in an outcome not seen before: another set of errors, another length of what was read.
//! The same seed gives the same inputs.
//!
//! `corpus/TARGET.txt` holds inputs, a line each, bytes outside of ASCII as `\xNN`. All of them are run first; what was
//! found once stands there.
#![cfg(feature = "cli")]
#![expect(
    clippy::disallowed_methods,
    reason = "the harness looks at the clock; the rules on determinism are for the mathematics"
)]

mod checkpoints;
mod engine;
mod files;
mod mutate;
mod records;
mod texts;
mod wire;

use engine::hold;

#[test]
fn link() {
    hold("link", texts::link);
}

#[test]
fn field() {
    hold("field", texts::field);
}

#[test]
fn list() {
    hold("list", texts::list);
}

#[test]
fn to_lane() {
    hold("to_lane", wire::to_lane);
}

#[test]
fn from_lane() {
    hold("from_lane", wire::from_lane);
}

#[test]
fn chunk() {
    hold("chunk", wire::chunk);
}

#[test]
fn idx() {
    hold("idx", wire::idx);
}

#[test]
fn set() {
    hold("set", files::set);
}

#[test]
fn cifar() {
    hold("cifar", files::cifar);
}

#[test]
fn gzip() {
    hold("gzip", files::gzip);
}

#[test]
fn data() {
    hold("data", files::data);
}

#[test]
fn run() {
    hold("run", records::run);
}

#[test]
fn run_file() {
    hold("run_file", records::run_file);
}

#[test]
fn trainer() {
    hold("trainer", checkpoints::trainer);
}

#[test]
fn lane() {
    hold("lane", checkpoints::lane);
}

#[test]
fn kept() {
    hold("kept", checkpoints::kept);
}
