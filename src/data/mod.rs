//! Images and labels: where they come from, which of them an experiment uses, in which order.

pub mod batches;
pub mod cifar;
pub mod idx;
pub mod images;
pub mod mnist;
pub mod own;
pub mod whitening;

pub use batches::Batches;
pub use images::Images;
pub use whitening::Whitening;
