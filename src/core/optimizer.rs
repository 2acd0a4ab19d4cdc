//! Optimisers: from a gradient to a change of the parameters.

use super::layer::Layer;
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
    /// Updates made, for Adam's bias correction.
    updates: u64,
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
            settings,
            updates: 0,
        }
    }

    /// Opens an update: call once a step, before [`OptimizerState::apply`].
    pub fn begin(&mut self) {
        self.updates += 1;
    }

    /// Changes the parameters of layer `i` by its gradient.
    pub fn apply(&mut self, i: usize, layer: &mut Layer, gradient: &Layer) {
        let settings = self.settings;
        let lr = settings.lr as f32;
        let eps = settings.eps as f32;
        let (momentum, rho) = (settings.momentum as f32, settings.rho as f32);
        let (co_momentum, co_rho) = (
            (1.0 - settings.momentum) as f32,
            (1.0 - settings.rho) as f32,
        );
        let weights = layer.parameters_mut();
        let gradients = gradient.parameters();
        let first = self.first.get_mut(i).map(Layer::parameters_mut);
        match (settings.kind, first) {
            (OptimizerKind::RmsProp, Some(first)) => {
                for ((w, m), g) in weights.into_iter().zip(first).zip(gradients) {
                    rmsprop(w, m, g, lr, rho, co_rho, eps);
                }
            }
            (OptimizerKind::Momentum, Some(first)) => {
                for ((w, v), g) in weights.into_iter().zip(first).zip(gradients) {
                    for ((w, v), &g) in w.iter_mut().zip(v).zip(g) {
                        *v = momentum * *v + g;
                        *w -= lr * *v;
                    }
                }
            }
            (OptimizerKind::Adam, Some(first)) => {
                // 1 - βᵗ in f64 by libm, so that it is the same everywhere.
                let t = self.updates as f64;
                let first_scale = (1.0 / (1.0 - libm::pow(settings.momentum, t))) as f32;
                let second_scale = (1.0 / (1.0 - libm::pow(settings.rho, t))) as f32;
                let second = self.second[i].parameters_mut();
                for (((w, m), v), g) in weights.into_iter().zip(first).zip(second).zip(gradients) {
                    for (((w, m), v), &g) in w.iter_mut().zip(m).zip(v).zip(g) {
                        *m = momentum * *m + co_momentum * g;
                        *v = rho * *v + co_rho * (g * g);
                        *w -= lr * (*m * first_scale) / ((*v * second_scale).sqrt() + eps);
                    }
                }
            }
            _ => {
                for (w, g) in weights.into_iter().zip(gradients) {
                    for (w, &g) in w.iter_mut().zip(g) {
                        *w -= lr * g;
                    }
                }
            }
        }
    }
}

super::kernel::widest! {
    // m ← ρ m + (1-ρ) g²; w ← w - lr · g / (√m + ε), ε outside the root as in Torch7.
    rmsprop(
        weights: &mut [f32],
        mean: &mut [f32],
        gradient: &[f32],
        lr: f32,
        rho: f32,
        co_rho: f32,
        eps: f32
    ) {
        for ((w, m), &g) in weights.iter_mut().zip(mean).zip(gradient) {
            *m = rho * *m + co_rho * (g * g);
            *w -= lr * g / (m.sqrt() + eps);
        }
    }
}
