//! The text form of hidden layers: `conv5x8-pool3s2-conv5x16-pool3s2-2x64-10`.
//!
//! ```text
//! convKxM[sS][pP]   M maps with K x K kernels, stride S (1), P zeros around the maps (⌊(K - 1) / 2⌋: an odd kernel of
//!                   stride 1 keeps the size)
//! poolK[sS]         the largest of K x K units of a map, stride S (K); directly behind a convolution
//! N, CxN            a dense layer of N units, C of them; behind the convolutions
//! ```
//! A side of n units becomes one of ⌊(n + 2P - K) / S⌋ + 1, rounded down as in the author's published Torch code.

use super::number;
use crate::core::{Convolution, HiddenLayer, Window};

/// Most hidden layers.
pub(super) const LAYERS: usize = 100;
/// Most units of a dense layer: those of the paper's widest.
const WIDTH: u64 = 2_048;
/// Largest side of a kernel.
const KERNEL: u64 = 11;
/// Most maps of a convolution.
const MAPS: u64 = 512;
/// Largest side of a pool.
const POOL: u64 = 4;

/// The canonical text: runs of equal widths as CxN, strides and paddings only where they are not the usual ones.
pub(super) fn text(hidden: &[HiddenLayer]) -> String {
    let is_dense = |layer: &HiddenLayer| matches!(layer, HiddenLayer::Dense(_));
    let runs = hidden.chunk_by(|a, b| a == b && is_dense(a));
    let texts = runs.map(|run| match (run.len(), run[0]) {
        (1, HiddenLayer::Dense(width)) => width.to_string(),
        (count, HiddenLayer::Dense(width)) => format!("{count}x{width}"),
        (_, HiddenLayer::Convolution(convolution)) => block(convolution),
    });
    texts.collect::<Vec<String>>().join("-")
}

fn block(convolution: Convolution) -> String {
    let Convolution { maps, kernel, pool } = convolution;
    let mut text = format!("conv{}x{maps}", kernel.size);
    if kernel.stride != 1 {
        text += &format!("s{}", kernel.stride);
    }
    if kernel.padding != usual_padding(kernel.size) {
        text += &format!("p{}", kernel.padding);
    }
    if let Some(pool) = pool {
        text += &format!("-pool{}", pool.size);
        if pool.stride != pool.size {
            text += &format!("s{}", pool.stride);
        }
    }
    text
}

fn usual_padding(size: u32) -> u32 {
    (size - 1) / 2
}

/// Hidden layers, each within its limits; whether they fit on each other is not looked at.
pub(super) fn parse(text: &str) -> Option<Vec<HiddenLayer>> {
    let mut hidden = Vec::new();
    // Whether the part before was a convolution, whose pool may follow.
    let mut open = false;
    for part in text.split('-') {
        let (count, layer) = if let Some(part) = part.strip_prefix("conv") {
            if matches!(hidden.last(), Some(HiddenLayer::Dense(_))) {
                return None;
            }
            (1, HiddenLayer::Convolution(parse_convolution(part)?))
        } else if let Some(part) = part.strip_prefix("pool") {
            match hidden.last_mut() {
                Some(HiddenLayer::Convolution(below)) if open => {
                    below.pool = Some(parse_pool(part)?);
                }
                _ => return None,
            }
            open = false;
            continue;
        } else {
            let (count, width) = part.split_once('x').unwrap_or(("1", part));
            let count = number::parse_whole(count, 1, LAYERS as u64)? as usize;
            (count, HiddenLayer::Dense(whole(width, 1, WIDTH)?))
        };
        open = matches!(layer, HiddenLayer::Convolution(_));
        if hidden.len() + count > LAYERS {
            return None;
        }
        hidden.extend(std::iter::repeat_n(layer, count));
    }
    Some(hidden)
}

fn whole(text: &str, low: u64, high: u64) -> Option<u32> {
    number::parse_whole(text, low, high).map(|x| x as u32)
}

/// `5x32s2p0`.
fn parse_convolution(text: &str) -> Option<Convolution> {
    let (text, padding) = tail(text, 'p');
    let (text, stride) = tail(text, 's');
    let (size, maps) = text.split_once('x')?;
    let size = whole(size, 1, KERNEL)?;
    let kernel = Window {
        size,
        stride: stride.map_or(Some(1), |stride| whole(stride, 1, size.into()))?,
        padding: padding.map_or(Some(usual_padding(size)), |padding| {
            whole(padding, 0, u64::from(size) - 1)
        })?,
    };
    Some(Convolution {
        maps: whole(maps, 1, MAPS)?,
        kernel,
        pool: None,
    })
}

/// `3s2`.
fn parse_pool(text: &str) -> Option<Window> {
    let (size, stride) = tail(text, 's');
    let size = whole(size, 2, POOL)?;
    Some(Window {
        size,
        stride: stride.map_or(Some(size), |stride| whole(stride, 1, size.into()))?,
        padding: 0,
    })
}

/// What stands before and behind `letter`.
fn tail(text: &str, letter: char) -> (&str, Option<&str>) {
    match text.split_once(letter) {
        Some((head, tail)) => (head, Some(tail)),
        None => (text, None),
    }
}
