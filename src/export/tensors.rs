//! Weights and feedback as a safetensors file: a header in JSON, then the numbers of every matrix, little-endian f32,
//! row by row. (<https://github.com/huggingface/safetensors>, version 0.3 of the format.)

use super::PROGRAM;
use crate::core::layer::Layer;
use crate::core::trainer::Trainer;
use crate::core::{NUMERICS, Rule, fingerprint};
use crate::report::json::Writer;
use crate::spec::Spec;

/// The name and the shape of a matrix.
pub type Tensor = (String, Vec<u32>);

/// What a lane gives along: where it stands, and its matrices, whose numbers come behind each other in `data`.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub lane: String,
    pub rule: Rule,
    pub step: u64,
    pub fingerprint: u64,
    pub tensors: Vec<Tensor>,
}

/// The matrices of a lane as it stands: weights and bias of every layer, counted from 1, and the feedback of its rule,
/// counted from 1 by the hidden layer that it reaches.
#[must_use]
pub fn tensors(lane: &str, trainer: &Trainer) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    let size = |n: usize| n as u32;
    for (i, shape) in (1..).zip(trainer.network().shapes()) {
        let (rows, columns) = shape.weights();
        let of = |what: &str| format!("{lane}.layers.{i}.{what}");
        tensors.push((of("weight"), vec![size(rows), size(columns)]));
        tensors.push((of("bias"), vec![size(columns)]));
    }
    for (i, matrix) in (1..).zip(trainer.feedback()) {
        let shape = vec![size(matrix.nrows()), size(matrix.ncols())];
        tensors.push((format!("{lane}.feedback.{i}"), shape));
    }
    tensors
}

/// Their numbers, in the same order.
#[must_use]
pub fn data(trainer: &Trainer) -> Vec<u8> {
    let layers = trainer.network().layers.iter();
    let feedback = trainer.feedback().iter();
    let feedback = feedback.map(|matrix| matrix.as_slice().unwrap_or_default());
    let all = layers.flat_map(Layer::parameters).chain(feedback);
    let all: Vec<&[f32]> = all.collect();
    let mut data = Vec::with_capacity(4 * all.iter().map(|part| part.len()).sum::<usize>());
    for part in all {
        data.extend(part.iter().flat_map(|value| value.to_le_bytes()));
    }
    data
}

/// Bytes of the numbers of a lane.
#[must_use]
pub fn bytes(tensors: &[Tensor]) -> u64 {
    let count = |(_, shape): &Tensor| shape.iter().map(|&n| u64::from(n)).product::<u64>();
    4 * tensors.iter().map(count).sum::<u64>()
}

/// What stands before the numbers of these lanes.
#[must_use]
pub fn header(spec: &Spec, lanes: &[Weights]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.object(|header| {
        header.key("__metadata__").object(|about| {
            let mut say = |key: &str, value: &str| about.key(key).text(value);
            say("program", &format!("falab {PROGRAM}"));
            say("numerics", &NUMERICS.to_string());
            say("link", &spec.link());
            for lane in lanes {
                say(&format!("{}.rule", lane.lane), lane.rule.key());
                say(&format!("{}.step", lane.lane), &lane.step.to_string());
                let print = fingerprint::hex(lane.fingerprint);
                say(&format!("{}.fingerprint", lane.lane), &print);
            }
        });
        let mut at = 0;
        for tensor in lanes.iter().flat_map(|lane| &lane.tensors) {
            header.key(&tensor.0).object(|about| {
                about.key("dtype").text("F32");
                about
                    .key("shape")
                    .list(&tensor.1, |to, &n| to.whole(n.into()));
                let end = at + bytes(std::slice::from_ref(tensor));
                about.key("data_offsets").list([at, end], Writer::whole);
                at = end;
            });
        }
    });
    let mut text = writer.done().into_bytes();
    // Numbers begin at a multiple of eight bytes.
    text.resize(text.len().next_multiple_of(8), b' ');
    [&(text.len() as u64).to_le_bytes(), text.as_slice()].concat()
}
