//! The binary batches of CIFAR-10 and CIFAR-100: records without a header.
//!
//! A record is its labels and then 3,072 bytes: the red, the green and the blue channel, 32 rows of 32 each. CIFAR-10
//! has one label, 0 to 9; CIFAR-100 a coarse one, 0 to 19, and the fine one, 0 to 99, that is used here.

/// Numbers an image: 3 x 32 x 32.
pub const INPUTS: usize = 3072;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cifar {
    Ten,
    Hundred,
}

/// A batch that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CifarError {
    /// So many bytes are left behind the last whole record.
    Length { bytes: usize, left: usize },
    /// A label, at this byte of the file.
    Label { byte: usize, value: u8, most: u8 },
}

impl Cifar {
    /// Labels a record.
    #[must_use]
    pub fn labels(self) -> usize {
        match self {
            Cifar::Ten => 1,
            Cifar::Hundred => 2,
        }
    }

    /// Bytes a record.
    #[must_use]
    pub fn record(self) -> usize {
        self.labels() + INPUTS
    }

    #[must_use]
    pub fn classes(self) -> u32 {
        match self {
            Cifar::Ten => 10,
            Cifar::Hundred => 100,
        }
    }

    /// The largest value of each label of a record.
    fn most(self) -> &'static [u8] {
        match self {
            Cifar::Ten => &[9],
            Cifar::Hundred => &[19, 99],
        }
    }

    /// Whether these are whole records with labels within their range.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(self, bytes: &[u8]) -> Result<(), CifarError> {
        let left = bytes.len() % self.record();
        if left != 0 || bytes.is_empty() {
            let bytes = bytes.len();
            return Err(CifarError::Length { bytes, left });
        }
        for (at, record) in bytes.chunks_exact(self.record()).enumerate() {
            for (i, (&value, &most)) in record.iter().zip(self.most()).enumerate() {
                if value > most {
                    let byte = at * self.record() + i;
                    return Err(CifarError::Label { byte, value, most });
                }
            }
        }
        Ok(())
    }

    /// Adds the labels and pixels of a batch that was checked.
    pub fn unpack(self, bytes: &[u8], labels: &mut Vec<u8>, pixels: &mut Vec<u8>) {
        for record in bytes.chunks_exact(self.record()) {
            labels.push(record[self.labels() - 1]);
            pixels.extend_from_slice(&record[self.labels()..]);
        }
    }
}
