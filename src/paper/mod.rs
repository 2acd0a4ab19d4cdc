//! The paper's tables beside ours, and tables of what its text claims: which experiments their rows are, what the paper
//! gives, and what our runs make of the cells. Page and command line read them; nothing here trains.

mod markdown;
mod plan;
mod rows;
mod run;
mod table;

pub use markdown::markdown;
pub use plan::{PLANS, Plan};
pub use rows::{Figure, Row};
pub use run::Run;
pub use table::{Cell, Entry, Line, Ours, Table};
