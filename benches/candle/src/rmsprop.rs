//! RMSprop in place: m ← ρ m + (1-ρ) g², w ← w - lr · g / (√m + ε). As candle's in-place operations it is two passes
//! without a copy; composed of tensor operations it would be nine.

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, InplaceOp2, InplaceOp3, Layout, Result, Tensor, Var, bail};

const RHO: f32 = 0.99;
const EPSILON: f32 = 1e-8;
const RATE: f32 = 1e-4;

pub struct RmsProp {
    /// m of weights and bias of each layer.
    means: Vec<(Tensor, Tensor)>,
}

impl RmsProp {
    pub fn new(layers: &[(Var, Var)]) -> Result<RmsProp> {
        let mut means = Vec::new();
        for (weights, bias) in layers {
            means.push((weights.zeros_like()?, bias.zeros_like()?));
        }
        Ok(RmsProp { means })
    }

    pub fn step(&self, layers: &[(Var, Var)], gradients: &GradStore) -> Result<()> {
        for ((weights, bias), (of_weights, of_bias)) in layers.iter().zip(&self.means) {
            for (parameter, mean) in [(weights, of_weights), (bias, of_bias)] {
                let Some(gradient) = gradients.get(parameter) else {
                    bail!("a parameter has no gradient");
                };
                let gradient = gradient.contiguous()?;
                mean.inplace_op2(&gradient, &Mean)?;
                parameter.inplace_op3(mean, &gradient, &Descend)?;
            }
        }
        Ok(())
    }
}

struct Mean;
struct Descend;

fn floats<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let (from, to) = layout
        .contiguous_offsets()
        .ok_or_else(|| candle_core::Error::Msg("not contiguous".to_owned()))?;
    Ok(&storage.as_slice::<f32>()?[from..to])
}

fn floats_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let offsets = layout.contiguous_offsets();
    match (storage, offsets) {
        (CpuStorage::F32(values), Some((from, to))) => Ok(&mut values[from..to]),
        _ => bail!("not contiguous f32"),
    }
}

impl InplaceOp2 for Mean {
    fn name(&self) -> &'static str {
        "rmsprop-mean"
    }

    fn cpu_fwd(
        &self,
        mean: &mut CpuStorage,
        of_mean: &Layout,
        gradient: &CpuStorage,
        of_gradient: &Layout,
    ) -> Result<()> {
        let gradient = floats(gradient, of_gradient)?;
        for (m, g) in floats_mut(mean, of_mean)?.iter_mut().zip(gradient) {
            *m = RHO * *m + (1.0 - RHO) * (g * g);
        }
        Ok(())
    }
}

impl InplaceOp3 for Descend {
    fn name(&self) -> &'static str {
        "rmsprop-descend"
    }

    fn cpu_fwd(
        &self,
        parameter: &mut CpuStorage,
        of_parameter: &Layout,
        mean: &CpuStorage,
        of_mean: &Layout,
        gradient: &CpuStorage,
        of_gradient: &Layout,
    ) -> Result<()> {
        let state = floats(mean, of_mean)?
            .iter()
            .zip(floats(gradient, of_gradient)?);
        for (w, (m, g)) in floats_mut(parameter, of_parameter)?.iter_mut().zip(state) {
            *w -= RATE * g / (m.sqrt() + EPSILON);
        }
        Ok(())
    }
}
