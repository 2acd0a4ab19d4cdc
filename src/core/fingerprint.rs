//! One number that proves that two runs ended in the same bits.

use sha2::{Digest as _, Sha256};

use super::NUMERICS;
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
    let mut bytes = Vec::new();
    for layer in &network.layers {
        for parameters in layer.parameters() {
            bytes.clear();
            bytes.extend((parameters.len() as u64).to_le_bytes());
            for &value in parameters {
                let bits = if value.is_nan() {
                    0x7fc0_0000
                } else {
                    value.to_bits()
                };
                bytes.extend(bits.to_le_bytes());
            }
            hash.update(&bytes);
        }
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

/// A fingerprint as users see it: 16 hex digits.
#[must_use]
pub fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}
