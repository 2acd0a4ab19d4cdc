//! Optimisers: from a gradient to a change of the parameters.

use std::ops::Range;

use ndarray::ArrayView2;

use super::checkpoint::{CheckpointError, Reader, Writer};
use super::kernel::Rows;
use super::layer::{Below, Descent, Layer, Piece};
use super::network::Network;
use super::settings::{Optimizer, OptimizerKind};

/// An optimiser with its state: one or two numbers a parameter.
#[derive(Clone, Debug)]
pub struct OptimizerState {
    settings: Optimizer,
    /// m of RMSprop, v of momentum, first moment of Adam; empty for SGD.
    first: Vec<Layer>,
    /// Second moment of Adam; empty else.
    second: Vec<Layer>,
    /// Rows of each layer's weights that ever had a gradient other than zero.
    touched: Vec<Vec<bool>>,
    /// Updates made, for Adam's bias correction.
    updates: u64,
}

/// The numbers of an update, as f32.
#[derive(Clone, Copy)]
struct Numbers {
    lr: f32,
    eps: f32,
    rho: f32,
    co_rho: f32,
    momentum: f32,
    co_momentum: f32,
    /// 1 / (1 - βᵗ) of Adam's two moments.
    first_scale: f32,
    second_scale: f32,
}

impl OptimizerState {
    #[must_use]
    pub fn new(settings: Optimizer, network: &Network) -> OptimizerState {
        let state = |kinds: &[OptimizerKind]| {
            if kinds.contains(&settings.kind) {
                network.zeros_like()
            } else {
                Vec::new()
            }
        };
        OptimizerState {
            first: state(&[
                OptimizerKind::RmsProp,
                OptimizerKind::Momentum,
                OptimizerKind::Adam,
            ]),
            second: state(&[OptimizerKind::Adam]),
            touched: network
                .layers
                .iter()
                .map(|layer| vec![false; layer.weights().nrows()])
                .collect(),
            settings,
            updates: 0,
        }
    }

    /// Forgets its state: as it was before the first update.
    pub fn forget(&mut self) {
        self.updates = 0;
        let layers = self.first.iter_mut().chain(&mut self.second);
        for part in layers.flat_map(Layer::parameters_mut) {
            part.fill(0.0);
        }
        for touched in &mut self.touched {
            touched.fill(false);
        }
    }

    /// Writes all of its state.
    pub fn save(&self, writer: &mut Writer) {
        writer.u64(self.updates);
        for layers in [&self.first, &self.second] {
            writer.u64(layers.len() as u64);
            for part in layers.iter().flat_map(Layer::parameters) {
                writer.floats(part);
            }
        }
        for touched in &self.touched {
            writer.flags(touched);
        }
    }

    /// Reads the state that [`OptimizerState::save`] wrote after so many updates.
    ///
    /// # Errors
    /// It is not that of this optimiser, or not after so many updates.
    pub fn load(&mut self, reader: &mut Reader, updates: u64) -> Result<(), CheckpointError> {
        reader.count(updates, "the number of updates")?;
        self.updates = updates;
        for layers in [&mut self.first, &mut self.second] {
            reader.count(layers.len() as u64, "the number of layers with a state")?;
            for part in layers.iter_mut().flat_map(Layer::parameters_mut) {
                reader.floats(part, "the state of the optimiser")?;
            }
        }
        for touched in &mut self.touched {
            reader.flags(touched, "the rows that had a gradient")?;
        }
        Ok(())
    }

    /// Opens an update: call once a step, before [`OptimizerState::update`].
    pub fn begin(&mut self) {
        self.updates += 1;
    }

    /// Changes the parameters of layer `i` by the gradient of `delta` with what is `below` it.
    ///
    /// # Shapes
    /// `below` [batch, n_in], `delta` [batch, n_out].
    pub fn update(&mut self, i: usize, layer: &mut Layer, below: Below, delta: ArrayView2<f32>) {
        let numbers = self.numbers();
        let kind = self.settings.kind;
        let [first, first_of_bias] = state_of(i, &mut self.first);
        let [second, second_of_bias] = state_of(i, &mut self.second);
        let update = |width, first, second, touched| Update {
            kind,
            numbers,
            width,
            first,
            second,
            touched,
        };
        let width = layer.weights().ncols();
        let bias = layer.parameters()[1].len();
        let updates = [
            update(width, first, second, &mut self.touched[i]),
            update(bias, first_of_bias, second_of_bias, &mut []),
        ];
        layer.descend(below, delta, updates);
    }

    fn numbers(&self) -> Numbers {
        let Optimizer {
            lr,
            rho,
            eps,
            momentum,
            ..
        } = self.settings;
        // 1 - βᵗ in f64 by libm, so that it is the same everywhere.
        let t = self.updates as f64;
        let correction = |beta: f64| (1.0 / (1.0 - libm::pow(beta, t))) as f32;
        Numbers {
            lr: lr as f32,
            eps: eps as f32,
            rho: rho as f32,
            co_rho: (1.0 - rho) as f32,
            momentum: momentum as f32,
            co_momentum: (1.0 - momentum) as f32,
            first_scale: correction(momentum),
            second_scale: correction(rho),
        }
    }
}

/// What a layer has of a kind of state, for its weights and its bias; nothing where there is none of that kind.
fn state_of(i: usize, layers: &mut [Layer]) -> [&mut [f32]; 2] {
    match layers.get_mut(i) {
        Some(layer) => layer.parameters_mut(),
        None => [&mut [], &mut []],
    }
}

/// The state of some rows, where there is state of that kind.
fn of_rows(state: &mut [f32], range: Range<usize>) -> &mut [f32] {
    match state.is_empty() {
        true => &mut [],
        false => &mut state[range],
    }
}

/// The state of some rows of parameters, for one update.
struct Update<'a> {
    kind: OptimizerKind,
    numbers: Numbers,
    /// Parameters a row.
    width: usize,
    first: &'a mut [f32],
    second: &'a mut [f32],
    /// Whether a row ever had a gradient other than zero; empty for a bias, which always has.
    touched: &'a mut [bool],
}

impl Descent for Update<'_> {
    fn split_at(self, row: usize) -> (Self, Self) {
        // State that an optimiser does not have is cut to nothing.
        let cut = |state: usize| (row * self.width).min(state);
        let (first, rest_of_first) = self.first.split_at_mut(cut(self.first.len()));
        let (second, rest_of_second) = self.second.split_at_mut(cut(self.second.len()));
        let (touched, rest_touched) = self.touched.split_at_mut(row.min(self.touched.len()));
        let upper = Update {
            first,
            second,
            touched,
            ..self
        };
        let lower = Update {
            first: rest_of_first,
            second: rest_of_second,
            touched: rest_touched,
            ..upper
        };
        (upper, lower)
    }

    fn take(&mut self, piece: Piece) {
        let rows = piece.first..piece.first + piece.parameters.len() / self.width;
        let range = rows.start * self.width..rows.end * self.width;
        let (kind, numbers) = (self.kind, self.numbers);
        let first = of_rows(self.first, range.clone());
        let second = of_rows(self.second, range);
        match piece.gradient {
            Rows::Values(gradient) => {
                if !self.touched.is_empty() {
                    self.touched[rows].fill(true);
                }
                change(kind, numbers, piece.parameters, first, second, gradient);
            }
            Rows::Zero => {
                let touched = &self.touched[rows];
                rest(kind, numbers, piece, first, second, touched);
            }
        }
    }
}

/// Changes parameters and their state by their gradient.
fn change(
    kind: OptimizerKind,
    numbers: Numbers,
    parameters: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    gradient: &[f32],
) {
    match kind {
        OptimizerKind::RmsProp => rmsprop(numbers, parameters, first, gradient),
        OptimizerKind::Sgd => sgd(numbers, parameters, gradient),
        OptimizerKind::Momentum => with_momentum(numbers, parameters, first, gradient),
        OptimizerKind::Adam => adam(numbers, parameters, first, second, gradient),
    }
}

/// [`change`] for whole rows whose gradient is zero, with what that leaves to do and to the same bits.
fn rest(
    kind: OptimizerKind,
    numbers: Numbers,
    piece: Piece,
    first: &mut [f32],
    second: &mut [f32],
    touched: &[bool],
) {
    if kind == OptimizerKind::Sgd {
        return; // w - lr · 0 is w.
    }
    let row = piece.width;
    let zeros = [0.0; 256];
    for (r, parameters) in piece.parameters.chunks_exact_mut(row).enumerate() {
        if !touched[r] {
            continue; // The state is zero too, and stays so; w - lr · 0 is w.
        }
        let range = r * row..(r + 1) * row;
        if kind == OptimizerKind::RmsProp {
            // m ← ρ m + (1-ρ) 0²; w - lr · 0 / (√m + ε) is w.
            decay(numbers.rho, &mut first[range]);
            continue;
        }
        for (at, parameters) in range
            .step_by(zeros.len())
            .zip(parameters.chunks_mut(zeros.len()))
        {
            let len = parameters.len();
            let second = match kind {
                OptimizerKind::Adam => &mut second[at..at + len],
                _ => &mut [],
            };
            change(
                kind,
                numbers,
                parameters,
                &mut first[at..at + len],
                second,
                &zeros[..len],
            );
        }
    }
}

super::kernel::widest! {
    // m ← ρ m + (1-ρ) g²; w ← w - lr · g / (√m + ε), ε outside the root as in Torch7.
    rmsprop(numbers: Numbers, weights: &mut [f32], mean: &mut [f32], gradient: &[f32]) {
        let Numbers { lr, eps, rho, co_rho, .. } = numbers;
        for ((w, m), &g) in weights.iter_mut().zip(mean).zip(gradient) {
            *m = rho * *m + co_rho * (g * g);
            *w -= lr * g / (m.sqrt() + eps);
        }
    }
}

super::kernel::widest! {
    decay(rho: f32, mean: &mut [f32]) {
        for m in mean {
            *m *= rho;
        }
    }
}

super::kernel::widest! {
    // w ← w - lr · g.
    sgd(numbers: Numbers, weights: &mut [f32], gradient: &[f32]) {
        for (w, &g) in weights.iter_mut().zip(gradient) {
            *w -= numbers.lr * g;
        }
    }
}

super::kernel::widest! {
    // v ← μ v + g; w ← w - lr · v.
    with_momentum(numbers: Numbers, weights: &mut [f32], velocity: &mut [f32], gradient: &[f32]) {
        let Numbers { lr, momentum, .. } = numbers;
        for ((w, v), &g) in weights.iter_mut().zip(velocity).zip(gradient) {
            *v = momentum * *v + g;
            *w -= lr * *v;
        }
    }
}

super::kernel::widest! {
    // m ← β₁ m + (1-β₁) g; v ← β₂ v + (1-β₂) g²; w ← w - lr · m̂ / (√v̂ + ε) (Kingma and Ba 2015).
    adam(
        numbers: Numbers,
        weights: &mut [f32],
        first: &mut [f32],
        second: &mut [f32],
        gradient: &[f32]
    ) {
        let Numbers { lr, eps, rho, co_rho, momentum, co_momentum, first_scale, second_scale } = numbers;
        for (((w, m), v), &g) in weights.iter_mut().zip(first).zip(second).zip(gradient) {
            *m = momentum * *m + co_momentum * g;
            *v = rho * *v + co_rho * (g * g);
            *w -= lr * (*m * first_scale) / ((*v * second_scale).sqrt() + eps);
        }
    }
}
