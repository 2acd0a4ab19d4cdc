//! Weights and feedback as a safetensors file: a header in JSON, then the numbers of every matrix, little-endian f32,
//! row by row (<https://github.com/huggingface/safetensors>).

use super::PROGRAM;
use crate::core::shape::{LayerShape, Sweep};
use crate::core::{NUMERICS, fingerprint};
use crate::inside::weights::{Weights, bytes};
use crate::report::json::Writer;
use crate::spec::Spec;

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
            let activation = crate::spec::field("act").map(|field| field.get(spec));
            say("activation", &activation.unwrap_or_default());
            say("layers", &layers(spec));
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
                let end = at + bytes(tensor);
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

/// What each layer is, as JSON: what a net of convolutions needs beside its weights.
fn layers(spec: &Spec) -> String {
    let mut writer = Writer::default();
    writer.list(spec.shapes(), |all, shape| {
        all.object(|layer| match shape {
            LayerShape::Dense { n_in, n_out } => {
                layer.key("kind").text("dense");
                layer.key("inputs").whole(n_in as u64);
                layer.key("outputs").whole(n_out as u64);
            }
            LayerShape::Convolution(geometry) => {
                layer.key("kind").text("convolution");
                sweep(layer, &geometry.kernel);
                layer.key("maps").whole(geometry.maps.channels as u64);
                if let Some(pool) = &geometry.pool {
                    layer.key("pool").object(|layer| sweep(layer, pool));
                }
            }
        });
    });
    writer.done()
}

/// A window that moves over maps of channels, height and width.
fn sweep(to: &mut Writer, sweep: &Sweep) {
    let input = &sweep.input;
    let sides = [input.channels, input.height, input.width];
    to.key("input")
        .list(sides, |to, side| to.whole(side as u64));
    to.key("size").whole(sweep.size as u64);
    to.key("stride").whole(sweep.stride as u64);
    to.key("padding").whole(sweep.padding as u64);
}
