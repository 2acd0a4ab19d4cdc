//! Chores of the project, and the small static server that `serve` and the browser tests share.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "chores read the clock; the rules on determinism are for the mathematics"
)]

pub mod bench;
pub mod deny;
pub mod fuzz;
pub mod kept;
pub mod page;
pub mod process;
pub mod server;
pub mod size;
pub mod soak;
pub mod startup;
pub mod test;
pub mod tools;
