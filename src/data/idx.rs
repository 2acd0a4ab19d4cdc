//! IDX, the format in which MNIST and its kin are handed around.
//!
//! Big-endian: two zero bytes, the type (8 = unsigned byte), the number of dimensions, each dimension as u32, the data.

/// A file that is not the IDX file that was expected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdxError {
    #[error("the file ends after {bytes} bytes, within its header of {header}")]
    Truncated { bytes: usize, header: usize },
    #[error(
        "bytes 0 to 3 are {found:02x?}, expected 00 00 08 {dimensions:02x} (unsigned bytes, {dimensions} dimensions)"
    )]
    Magic { found: [u8; 4], dimensions: u8 },
    #[error("the header announces {expected} bytes of data, the file has {found}")]
    Length { expected: u64, found: usize },
}

/// The dimensions and the data of an IDX file of unsigned bytes with `D` dimensions.
///
/// # Errors
/// A wrong magic number, or a length that differs from what the header announces.
pub fn parse<const D: usize>(bytes: &[u8]) -> Result<([u32; D], &[u8]), IdxError> {
    let header = 4 + 4 * D;
    if bytes.len() < header {
        return Err(IdxError::Truncated {
            bytes: bytes.len(),
            header,
        });
    }
    let found = [bytes[0], bytes[1], bytes[2], bytes[3]];
    if found != [0, 0, 8, D as u8] {
        return Err(IdxError::Magic {
            found,
            dimensions: D as u8,
        });
    }
    let (words, _) = bytes[4..header].as_chunks::<4>();
    let dimensions: [u32; D] = std::array::from_fn(|d| u32::from_be_bytes(words[d]));
    let data = &bytes[header..];
    let expected = dimensions
        .iter()
        .fold(1u64, |product, &n| product.saturating_mul(u64::from(n)));
    if expected != data.len() as u64 {
        return Err(IdxError::Length {
            expected,
            found: data.len(),
        });
    }
    Ok((dimensions, data))
}
