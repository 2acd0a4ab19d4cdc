//! A training run as bytes: everything that decides how it goes on, so that it ends in the same bits as if it had
//! never been interrupted.
//!
//! A checkpoint is read into an object of the same experiment, whose shapes say how long everything must be: nothing is
//! allocated by what the bytes claim. A checksum behind the whole tells damage.
//!
//! ```text
//! "falabck1", numerics u32 | what it is of: length u32, text | body: numbers little-endian | SHA-256 of all before it
//! ```

use sha2::{Digest as _, Sha256};

use super::NUMERICS;

const MAGIC: &[u8; 8] = b"falabck1";
const DIGEST: usize = 32;

/// Bytes that are no checkpoint of this experiment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    #[error("it is no checkpoint: it does not begin with falabck1")]
    Magic,
    #[error("it is damaged: its checksum does not fit its {bytes} bytes")]
    Checksum { bytes: usize },
    #[error("it was made with numerics version {found}, here is {NUMERICS}")]
    Numerics { found: u32 },
    #[error("it is of another run: {found}, expected {expected}")]
    OtherRun { found: String, expected: String },
    #[error("it ends within {what}")]
    Truncated { what: &'static str },
    #[error("{what} holds {found}, expected {expected}")]
    Value {
        what: &'static str,
        found: u64,
        expected: u64,
    },
    #[error("{what} is {found}, allowed: up to {most}")]
    TooMuch {
        what: &'static str,
        found: u64,
        most: u64,
    },
}

/// Bytes of a checkpoint under way.
pub struct Writer(Vec<u8>);

impl Writer {
    /// A checkpoint of the run that `of` names.
    #[must_use]
    pub fn new(of: &str) -> Writer {
        let mut writer = Writer(MAGIC.to_vec());
        writer.u32(NUMERICS);
        writer.bytes(of.as_bytes());
        writer
    }

    pub fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    pub fn f64(&mut self, value: f64) {
        self.u64(value.to_bits());
    }

    /// A value that may be missing.
    pub fn option(&mut self, value: Option<f64>) {
        self.u32(u32::from(value.is_some()));
        self.f64(value.unwrap_or_default());
    }

    /// Length and bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.u32(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }

    /// Numbers whose count the reader knows.
    pub fn floats(&mut self, values: &[f32]) {
        self.0.extend(
            values
                .iter()
                .flat_map(|value| value.to_bits().to_le_bytes()),
        );
    }

    /// Flags whose count the reader knows.
    pub fn flags(&mut self, values: &[bool]) {
        self.0.extend(values.iter().map(|&value| u8::from(value)));
    }

    /// The whole, with its checksum.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let digest = Sha256::digest(&self.0);
        self.0.extend_from_slice(&digest);
        self.0
    }
}

/// The rest of a checkpoint that is being read.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The body of a checkpoint of the run that `of` names.
    ///
    /// # Errors
    /// It is damaged, of another version or of another run.
    pub fn new(bytes: &'a [u8], of: &str) -> Result<Reader<'a>, CheckpointError> {
        if !bytes.starts_with(MAGIC) {
            return Err(CheckpointError::Magic);
        }
        let (body, digest) = bytes.split_at(bytes.len().saturating_sub(DIGEST));
        if body.len() < MAGIC.len() || Sha256::digest(body).as_slice() != digest {
            return Err(CheckpointError::Checksum { bytes: bytes.len() });
        }
        let mut reader = Reader(&body[MAGIC.len()..]);
        let found = reader.u32("its numerics version")?;
        if found != NUMERICS {
            return Err(CheckpointError::Numerics { found });
        }
        let found = reader.bytes("what it is of")?;
        if found != of.as_bytes() {
            return Err(CheckpointError::OtherRun {
                found: String::from_utf8_lossy(found).chars().take(300).collect(),
                expected: of.to_owned(),
            });
        }
        Ok(reader)
    }

    fn take(&mut self, len: usize, what: &'static str) -> Result<&'a [u8], CheckpointError> {
        let taken = self.0.split_at_checked(len);
        let (taken, rest) = taken.ok_or(CheckpointError::Truncated { what })?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn u32(&mut self, what: &'static str) -> Result<u32, CheckpointError> {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(self.take(4, what)?);
        Ok(u32::from_le_bytes(bytes))
    }

    pub fn u64(&mut self, what: &'static str) -> Result<u64, CheckpointError> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.take(8, what)?);
        Ok(u64::from_le_bytes(bytes))
    }

    pub fn f64(&mut self, what: &'static str) -> Result<f64, CheckpointError> {
        self.u64(what).map(f64::from_bits)
    }

    pub fn option(&mut self, what: &'static str) -> Result<Option<f64>, CheckpointError> {
        let is_some = self.flag(what)?;
        let value = self.u64(what)?;
        // A value that is missing is written as zero, so that one state has one text.
        if !is_some && value != 0 {
            return Err(CheckpointError::Value {
                what,
                found: value,
                expected: 0,
            });
        }
        Ok(is_some.then(|| f64::from_bits(value)))
    }

    /// 0 or 1.
    pub fn flag(&mut self, what: &'static str) -> Result<bool, CheckpointError> {
        let found = self.u32(what)?;
        if found > 1 {
            return Err(CheckpointError::Value {
                what,
                found: found.into(),
                expected: 1,
            });
        }
        Ok(found == 1)
    }

    /// A number of at most `most`.
    pub fn at_most(&mut self, most: u64, what: &'static str) -> Result<u64, CheckpointError> {
        let found = self.u64(what)?;
        if found > most {
            return Err(CheckpointError::TooMuch { what, found, most });
        }
        Ok(found)
    }

    pub fn bytes(&mut self, what: &'static str) -> Result<&'a [u8], CheckpointError> {
        let len = self.u32(what)? as usize;
        self.take(len, what)
    }

    /// Fills `values`.
    pub fn floats(
        &mut self,
        values: &mut [f32],
        what: &'static str,
    ) -> Result<(), CheckpointError> {
        let bytes = self.take(values.len() * 4, what)?;
        for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *value = f32::from_bits(u32::from_le_bytes(*bytes));
        }
        Ok(())
    }

    /// Fills `values`.
    pub fn flags(
        &mut self,
        values: &mut [bool],
        what: &'static str,
    ) -> Result<(), CheckpointError> {
        let bytes = self.take(values.len(), what)?;
        for (value, &byte) in values.iter_mut().zip(bytes) {
            if byte > 1 {
                return Err(CheckpointError::Value {
                    what,
                    found: byte.into(),
                    expected: 1,
                });
            }
            *value = byte == 1;
        }
        Ok(())
    }

    /// A count that must be `expected`.
    pub fn count(&mut self, expected: u64, what: &'static str) -> Result<(), CheckpointError> {
        let found = self.u64(what)?;
        if found == expected {
            return Ok(());
        }
        Err(CheckpointError::Value {
            what,
            found,
            expected,
        })
    }

    /// That nothing is left.
    pub fn finish(self) -> Result<(), CheckpointError> {
        match self.0.len() {
            0 => Ok(()),
            found => Err(CheckpointError::Value {
                what: "the space behind its end",
                found: found as u64,
                expected: 0,
            }),
        }
    }
}
