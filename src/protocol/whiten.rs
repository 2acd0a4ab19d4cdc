//! Messages between the page and its whitener, the worker that works out the whitening of an experiment once for all
//! lanes.

use serde::{Deserialize, Serialize};

use crate::data::whitening::Stage;

/// Page to whitener: begin. The training images came in messages before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    pub link: String,
}

/// Whitener to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWhitener {
    /// It listens; what was sent before is lost.
    Ready,
    /// At most every 50 ms: what is being worked out, and the share of all work that is done, 0 to 1.
    Progress {
        stage: Stage,
        share: f64,
    },
    /// The bytes of the whitening come beside this message.
    Done,
    /// The browser did not give the memory, in MB, that it takes.
    NoMemory {
        megabytes: u64,
    },
    Failed {
        message: String,
    },
}
