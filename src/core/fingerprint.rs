//! One number that proves that two runs ended in the same bits.

use sha2::{Digest as _, Sha256};

use super::NUMERICS;
use super::layer::Layer;
use super::network::Network;

/// The first 64 bits of SHA-256 over numerics version, step and every layer's shape, weights and bias (little-endian).
///
/// A not-a-number counts as one fixed pattern, because its payload is not defined by IEEE 754.
#[must_use]
pub fn fingerprint(network: &Network, step: u64) -> u64 {
    let mut hash = Sha256::new();
    hash.update(b"falab");
    hash.update(NUMERICS.to_le_bytes());
    hash.update(step.to_le_bytes());
    for layer in &network.layers {
        for parameters in layer.parameters() {
            hash.update(bytes(parameters));
        }
    }
    first_64(hash)
}

/// A fingerprint of each part alone, weights and bias of the first layer, of the second and so on: where two runs
/// differ, the first part that does tells which quantity to look at.
#[must_use]
pub fn parts(network: &Network) -> Vec<u64> {
    let parts = network.layers.iter().flat_map(Layer::parameters);
    parts
        .map(|parameters| {
            let mut hash = Sha256::new();
            hash.update(bytes(parameters));
            first_64(hash)
        })
        .collect()
}

/// What the part at `index` of [`parts`] is.
#[must_use]
pub fn part_name(index: usize) -> String {
    let kind = if index.is_multiple_of(2) {
        "weights"
    } else {
        "bias"
    };
    format!("{kind} of layer {}", index / 2 + 1)
}

/// Length and bits, little-endian.
fn bytes(parameters: &[f32]) -> Vec<u8> {
    let mut bytes = (parameters.len() as u64).to_le_bytes().to_vec();
    bytes.extend(parameters.iter().flat_map(|value| {
        let bits = if value.is_nan() {
            0x7fc0_0000
        } else {
            value.to_bits()
        };
        bits.to_le_bytes()
    }));
    bytes
}

fn first_64(hash: Sha256) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    u64::from_be_bytes(first)
}

/// A fingerprint as users see it: 16 hex digits.
#[must_use]
pub fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}
