//! Messages between the page and a lane in its worker: one enum each way, one codec.
//!
//! Images and checkpoints travel beside these messages as transferred buffers, because copying them through the codec
//! would double their memory.

pub mod host;
pub mod inspect;
pub mod whiten;

use serde::{Deserialize, Serialize};

use crate::core::Metrics;
use crate::inside::weights::Weights;
use crate::lane::Reason;

/// How far a lane may go without asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// To the end of the experiment.
    End,
    /// Pause once this step is done.
    Step(u64),
    /// Go on to this step at the most, then wait for a new `Go` without calling it a pause (lanes in step).
    Ceiling(u64),
}

/// Page to lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToLane {
    /// Begin the experiment of `link` afresh, waiting at step 0. The images came in messages before.
    Start {
        run: u32,
        /// Which of its lanes, counted from 0.
        lane: u32,
        link: String,
        /// Go on from the checkpoint that was sent before, in place of step 0.
        from: bool,
    },
    /// Go on by this link, which agrees with the present one on everything that was done.
    Edit {
        link: String,
    },
    /// Send a checkpoint of the present step.
    Keep,
    /// Train, at most this many steps a second (`None`: at full speed).
    Go {
        until: Until,
        steps_per_second: Option<f64>,
    },
    Pause,
    /// Send weights and feedback of the present step, for a file.
    Give,
}

/// Lane to page. `run` tells messages of an earlier run from those of the present one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromLane {
    /// The worker listens; what was sent before is lost.
    Ready,
    /// At most one a frame: where the lane is, and what was measured since the last one.
    Progress {
        run: u32,
        step: u64,
        epoch: f64,
        /// Training images a second of the time spent training, of the last messages; 0 before it is known.
        samples_per_second: f64,
        /// WebAssembly memory that the lane has taken, bytes.
        memory_bytes: u64,
        metrics: Vec<Metrics>,
    },
    /// The lane stands still at this step, and waits.
    Paused { run: u32, step: u64 },
    Finished {
        run: u32,
        step: u64,
        reason: Reason,
        fingerprint: u64,
        /// Of each layer's weights and bias alone.
        parts: Vec<u64>,
    },
    /// The checkpoint that was asked for comes beside this message; not of a lane that diverged.
    Kept {
        run: u32,
        step: u64,
        /// Of the experiment that the checkpoint belongs to.
        link: String,
    },
    /// The lane cannot go on; the text says what happened.
    Failed { run: u32, message: String },
    /// The numbers of these matrices come beside this message; not of a lane that diverged.
    Gives { run: u32, weights: Weights },
}

/// A message that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("message of {bytes} bytes is not of this version's protocol: {source}")]
pub struct CodecError {
    bytes: usize,
    source: postcard::Error,
}

/// The bytes of a message.
#[must_use]
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    #[expect(
        clippy::expect_used,
        reason = "a Vec grows as needed; there is no other way to fail"
    )]
    postcard::to_allocvec(message).expect("serialising to memory")
}

/// The message in these bytes.
///
/// # Errors
/// Bytes that are not a message of type `T`.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, CodecError> {
    postcard::from_bytes(bytes).map_err(|source| CodecError {
        bytes: bytes.len(),
        source,
    })
}
