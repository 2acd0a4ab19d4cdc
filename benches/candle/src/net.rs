//! Tanh layers, ten logistic outputs, binary cross-entropy from the pre-activations, candle's backward pass.

use candle_core::{Device, Result, Tensor, Var};

use crate::rmsprop::RmsProp;

const INPUTS: usize = 784;
const CLASSES: usize = 10;
const BATCH: usize = 64;

pub struct Net {
    /// Weights [n_in, n_out] and bias [n_out] of each layer.
    layers: Vec<(Var, Var)>,
    optimizer: RmsProp,
    /// Inputs [BATCH, INPUTS] and targets [BATCH, CLASSES].
    batches: Vec<(Tensor, Tensor)>,
    next: usize,
}

impl Net {
    pub fn new(hidden: &[u32], pixels: &[f32], labels: &[u8]) -> Result<Net> {
        let device = Device::Cpu;
        let mut widths = vec![INPUTS];
        widths.extend(hidden.iter().map(|&width| width as usize));
        widths.push(CLASSES);
        let mut layers = Vec::new();
        for pair in widths.windows(2) {
            let h = 1.0 / (pair[0] as f32).sqrt();
            let weights = Var::rand(-h, h, (pair[0], pair[1]), &device)?;
            layers.push((weights, Var::rand(-h, h, pair[1], &device)?));
        }
        let mut batches = Vec::new();
        let of_batch = pixels
            .chunks_exact(BATCH * INPUTS)
            .zip(labels.chunks_exact(BATCH));
        for (pixels, labels) in of_batch {
            let mut targets = vec![0f32; BATCH * CLASSES];
            for (row, &label) in targets.chunks_exact_mut(CLASSES).zip(labels) {
                row[usize::from(label)] = 1.0;
            }
            batches.push((
                Tensor::from_slice(pixels, (BATCH, INPUTS), &device)?,
                Tensor::from_vec(targets, (BATCH, CLASSES), &device)?,
            ));
        }
        Ok(Net {
            optimizer: RmsProp::new(&layers)?,
            layers,
            batches,
            next: 0,
        })
    }

    fn batch_loss(&self, at: usize) -> Result<Tensor> {
        let (inputs, targets) = &self.batches[at];
        let mut h = inputs.clone();
        for (i, (weights, bias)) in self.layers.iter().enumerate() {
            h = h.matmul(weights)?.broadcast_add(bias)?;
            if i + 1 < self.layers.len() {
                h = h.tanh()?;
            }
        }
        // max(a, 0) - a y + ln(1 + e^-|a|)
        let tail = (h.abs()?.neg()?.exp()? + 1.0)?.log()?;
        let each = ((h.relu()? - (h * targets)?)? + tail)?;
        each.sum_all()? / BATCH as f64
    }

    pub fn run(&mut self, steps: u32) -> Result<()> {
        for _ in 0..steps {
            let gradients = self.batch_loss(self.next)?.backward()?;
            self.optimizer.step(&self.layers, &gradients)?;
            self.next = (self.next + 1) % self.batches.len();
        }
        Ok(())
    }

    pub fn loss(&self) -> Result<f64> {
        let probe = 4;
        let mut sum = 0.0;
        for at in 0..probe {
            sum += f64::from(self.batch_loss(at)?.to_scalar::<f32>()?);
        }
        Ok(sum / probe as f64)
    }
}
