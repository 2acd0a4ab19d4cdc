//! The paper's tables beside ours: which experiments their rows are, what the paper gives, and what our runs make of
//! the same cells. Page and command line read it; nothing here trains.

mod markdown;
mod rows;
mod run;
mod table;

pub use markdown::markdown;
pub use rows::{EPOCHS, Figure, ROWS, RULES, Row};
pub use run::Run;
pub use table::{Cell, Entry, Line, Ours, Table};
