//! Shapes: units laid out as maps, windows that move over them, and what the layers of a net read and drive.

use super::settings::{HiddenLayer, Settings, Window};

/// The units of a sample as maps, one a channel. A row of units holds them channel by channel, each map row by row;
/// units without a place are one map of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

impl Volume {
    /// Units, channels · height · width.
    #[must_use]
    pub fn units(self) -> usize {
        self.channels * self.height * self.width
    }

    /// Places of a map, height · width.
    #[must_use]
    pub fn places(self) -> usize {
        self.height * self.width
    }
}

impl From<usize> for Volume {
    /// So many units without a place.
    fn from(units: usize) -> Volume {
        Volume {
            channels: 1,
            height: 1,
            width: units,
        }
    }
}

/// A square window that moves over maps: a kernel, or a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweep {
    pub input: Volume,
    /// Side of the window.
    pub size: usize,
    /// Steps from one window to the next.
    pub stride: usize,
    /// Zeros around each map.
    pub padding: usize,
    /// Windows down and across.
    pub height: usize,
    pub width: usize,
}

impl Sweep {
    /// `window` over maps of `input`: ⌊(length + 2 padding - size) / stride⌋ + 1 windows along each side, so what is
    /// too little for a last window stays out of all. `None` if not one window fits.
    ///
    /// # References
    /// Rounded down as in the author's published Torch code, where three 3x3 pools of stride 2 bring 32 to 15, 7 and 3.
    #[must_use]
    pub fn new(input: Volume, window: Window) -> Option<Sweep> {
        let (size, stride) = (window.size as usize, window.stride as usize);
        let padding = window.padding as usize;
        let count = |length: usize| {
            let spare = (length + 2 * padding).checked_sub(size)?;
            spare.checked_div(stride).map(|steps| steps + 1)
        };
        Some(Sweep {
            input,
            size,
            stride,
            padding,
            height: count(input.height)?,
            width: count(input.width)?,
        })
    }

    /// Windows of a map.
    #[must_use]
    pub fn places(&self) -> usize {
        self.height * self.width
    }

    /// Units below a window, over all channels: channels · size².
    #[must_use]
    pub fn fan_in(&self) -> usize {
        self.input.channels * self.size * self.size
    }

    /// What `channels` maps with a unit a window are.
    #[must_use]
    pub fn output(&self, channels: usize) -> Volume {
        Volume {
            channels,
            height: self.height,
            width: self.width,
        }
    }
}

/// A convolution with the max-pool behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    pub kernel: Sweep,
    /// What the kernels drive, before the pool.
    pub maps: Volume,
    pub pool: Option<Sweep>,
}

impl Geometry {
    /// What the layers above read.
    #[must_use]
    pub fn output(&self) -> Volume {
        self.pool
            .map_or(self.maps, |pool| pool.output(self.maps.channels))
    }
}

/// What a layer reads and drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerShape {
    Dense { n_in: usize, n_out: usize },
    Convolution(Geometry),
}

impl LayerShape {
    /// Rows and columns of its weights; the rows are the fan-in of a unit.
    #[must_use]
    pub fn weights(&self) -> (usize, usize) {
        match *self {
            LayerShape::Dense { n_in, n_out } => (n_in, n_out),
            LayerShape::Convolution(geometry) => (geometry.kernel.fan_in(), geometry.maps.channels),
        }
    }

    /// Weights and biases; those of a net that is too large need more than 32 bits.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let (rows, columns) = self.weights();
        (rows as u64 + 1) * columns as u64
    }

    /// Units that the layer above reads.
    #[must_use]
    pub fn n_out(&self) -> usize {
        match self {
            LayerShape::Dense { n_out, .. } => *n_out,
            LayerShape::Convolution(geometry) => geometry.output().units(),
        }
    }
}

/// A window larger than the maps that it moves over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {size}x{size} {what} of layer {layer} with padding {padding} does not fit on the {height}x{width} units that it reads"
)]
pub struct DoesNotFit {
    /// Counted from 1.
    pub layer: usize,
    /// `kernel` or `pool`.
    pub what: &'static str,
    pub size: u32,
    pub padding: u32,
    pub height: usize,
    pub width: usize,
}

/// The layers from `input` through `hidden` to `outputs` units, the output layer last.
///
/// # Errors
/// A kernel or a pool is larger than what it reads.
pub fn shapes(
    hidden: &[HiddenLayer],
    input: Volume,
    outputs: usize,
) -> Result<Vec<LayerShape>, DoesNotFit> {
    let mut below = input;
    let mut layers = Vec::with_capacity(hidden.len() + 1);
    for (layer, form) in (1..).zip(hidden) {
        let sweep = |what, input: Volume, window: Window| {
            Sweep::new(input, window).ok_or(DoesNotFit {
                layer,
                what,
                size: window.size,
                padding: window.padding,
                height: input.height,
                width: input.width,
            })
        };
        let (shape, above) = match *form {
            HiddenLayer::Dense(units) => {
                let (n_in, n_out) = (below.units(), units as usize);
                (LayerShape::Dense { n_in, n_out }, Volume::from(n_out))
            }
            HiddenLayer::Convolution(convolution) => {
                let kernel = sweep("kernel", below, convolution.kernel)?;
                let maps = kernel.output(convolution.maps as usize);
                let pool = convolution.pool.map(|pool| sweep("pool", maps, pool));
                let geometry = Geometry {
                    kernel,
                    maps,
                    pool: pool.transpose()?,
                };
                (LayerShape::Convolution(geometry), geometry.output())
            }
        };
        layers.push(shape);
        below = above;
    }
    layers.push(LayerShape::Dense {
        n_in: below.units(),
        n_out: outputs,
    });
    Ok(layers)
}

impl Settings {
    /// [`shapes`] of its hidden layers.
    ///
    /// # Panics
    /// A kernel or a pool is larger than what it reads; a `Spec` holds no such net.
    #[must_use]
    pub fn shapes(&self, input: impl Into<Volume>, outputs: usize) -> Vec<LayerShape> {
        #[expect(clippy::panic, reason = "stated under Panics")]
        shapes(&self.hidden, input.into(), outputs).unwrap_or_else(|error| panic!("{error}"))
    }
}
