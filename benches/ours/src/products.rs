//! The dense product kernel alone, at the shapes of a net: the only file here that names the kernel.

use falab::core::kernel::{self, Batch, Start};
use falab::data::mnist::{CLASSES, INPUTS};
use ndarray::Array2;

use crate::BATCH;

/// Which of the three products of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// X · W of every layer.
    Forward,
    /// δ · Wᵀ of every layer but the first.
    Back,
    /// Xᵀ · δ of every layer.
    Gradient,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Forward, Kind::Back, Kind::Gradient];

    /// Its word between page and driver.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Kind::Forward => "forward",
            Kind::Back => "back",
            Kind::Gradient => "gradient",
        }
    }

    /// The kind of a word.
    ///
    /// # Errors
    /// There is none.
    pub fn from_key(key: &str) -> Result<Kind, String> {
        let found = Kind::ALL.into_iter().find(|kind| kind.key() == key);
        found.ok_or_else(|| format!("product {key}; allowed: forward, back, gradient"))
    }
}

struct Operands {
    /// [BATCH, n_in], without a zero.
    x: Array2<f32>,
    /// [n_in, n_out]
    w: Array2<f32>,
    /// [BATCH, n_out]
    delta: Array2<f32>,
    /// Results: as `delta`, as `x`.
    forward: Array2<f32>,
    back: Array2<f32>,
}

/// The operands of a net's products.
pub struct Products {
    layers: Vec<Operands>,
}

impl Products {
    /// For hidden widths `hidden`.
    #[must_use]
    pub fn new(hidden: &[u32]) -> Products {
        let mut widths = vec![INPUTS];
        widths.extend(hidden.iter().map(|&width| width as usize));
        widths.push(CLASSES);
        // Values between ½ and 1½: no zero, nothing subnormal.
        let filled = |rows: usize, columns: usize| {
            Array2::from_shape_fn((rows, columns), |(r, c)| {
                0.5 + ((r * 31 + c * 17) % 101) as f32 / 101.0
            })
        };
        let layers = widths.windows(2).map(|pair| Operands {
            x: filled(BATCH, pair[0]),
            w: filled(pair[0], pair[1]),
            delta: filled(BATCH, pair[1]),
            forward: Array2::zeros((BATCH, pair[1])),
            back: Array2::zeros((BATCH, pair[0])),
        });
        Products {
            layers: layers.collect(),
        }
    }

    /// Makes the products of `kind` of all layers `repeats` times, each as a layer makes it; returns the operations
    /// done.
    pub fn run(&mut self, kind: Kind, repeats: u32) -> f64 {
        let mut operations = 0.0;
        for _ in 0..repeats {
            let skipped = usize::from(kind == Kind::Back);
            for layer in self.layers.iter_mut().skip(skipped) {
                let (x, w, delta) = (layer.x.view(), layer.w.view(), layer.delta.view());
                match kind {
                    Kind::Forward => kernel::product(x, w, layer.forward.view_mut(), Start::Zero),
                    Kind::Back => {
                        kernel::product(delta, w.t(), layer.back.view_mut(), Start::Zero);
                    }
                    Kind::Gradient => {
                        // The optimiser takes the rows as they come; here they are only looked at.
                        kernel::outer(Batch::Dense(x), delta, 1.0 / BATCH as f32, |_, rows| {
                            std::hint::black_box(rows);
                        });
                    }
                }
                operations += 2.0 * BATCH as f64 * layer.w.len() as f64;
            }
        }
        std::hint::black_box(&self.layers);
        operations
    }
}
