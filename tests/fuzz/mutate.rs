//! Seeded changes of an input.

/// SplitMix64: what it must be is the same everywhere, not good.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `end` - 1.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Longest input.
pub const LONGEST: usize = 12_000;

/// Bytes that are rarely expected.
const BYTES: [u8; 12] = [
    0, 1, 0x7f, 0x80, 0xff, b'%', b'&', b'=', b'-', b'\n', b'"', 0xed,
];

/// Numbers at the edges of their types.
const EDGES: [u64; 10] = [
    0,
    1,
    0x7f,
    0xff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x7ff0_0000_0000_0000, // infinity
    0x7ff8_0000_0000_0000, // not a number
    u64::MAX,
];

/// A child of `parent`, one to eight changes away; some are parts of `other`.
pub fn child(random: &mut Random, parent: &[u8], other: &[u8], words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = parent.to_vec();
    let changes = 1 + random.below(8) * random.below(2);
    for _ in 0..changes {
        change(random, &mut bytes, other, words);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8], words: &[Vec<u8>]) {
    let at = random.below(bytes.len() + 1);
    let len = 1 + random.below(16);
    let end = bytes.len().min(at + len);
    match random.below(13) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        2 if at < bytes.len() => bytes[at] = random.next() as u8,
        3 if at < bytes.len() => bytes[at] = *random.one_of(&BYTES),
        4 => bytes.insert(at, *random.one_of(&BYTES)),
        5 => drop(bytes.drain(at..end)),
        6 => bytes.truncate(at),
        7 | 8 if !words.is_empty() => {
            let word = random.one_of(words).clone();
            let over = if random.below(2) == 0 { at } else { end };
            bytes.splice(at..over, word);
        }
        9 => {
            let piece = bytes[at..end].to_vec();
            let times = if random.below(64) == 0 { 1_000 } else { 1 };
            let room = LONGEST.saturating_sub(bytes.len()) / piece.len().max(1);
            let copies = piece.repeat(times.min(room));
            bytes.splice(at..at, copies);
        }
        10 => {
            let from = random.below(other.len() + 1);
            let piece = &other[from..other.len().min(from + 1 + random.below(200))];
            bytes.splice(at..end, piece.iter().copied());
        }
        11 => {
            let edge = random.one_of(&EDGES).to_le_bytes();
            let wide = 1 << random.below(4);
            for (slot, byte) in bytes[at..].iter_mut().zip(&edge[..wide]) {
                *slot = *byte;
            }
        }
        _ => {
            let digit = b'0' + random.below(10) as u8;
            if let Some(slot) = bytes[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                *slot = digit;
            }
        }
    }
}
