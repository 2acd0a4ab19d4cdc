//! Sums in f64 over many f32: norms, distances and the products behind an angle.
//!
//! Value i belongs to partial sum i mod 4, and the four are added as (0 + 1) + (2 + 3). That order is the definition, on
//! every target, so vectors of two or four f64 give the same bits as a loop; one sum after the other would wait for
//! each addition.

/// Partial sums of a sum.
const LANES: usize = 4;

type Lanes = [f64; LANES];

/// [a·a, a·b, b·b].
///
/// # Panics
/// The lengths differ.
#[must_use]
pub fn dots(a: &[f32], b: &[f32]) -> [f64; 3] {
    assert_eq!(a.len(), b.len(), "products of unequal lengths");
    let mut sums = [[0.0; LANES]; 3];
    add_dots(a, b, &mut sums);
    sums.map(total)
}

/// Σ (a - b)², every difference in f64.
///
/// # Panics
/// The lengths differ.
#[must_use]
pub fn square_distance(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len(), "distance of unequal lengths");
    let mut sums = [0.0; LANES];
    add_square_distance(a, b, &mut sums);
    total(sums)
}

/// Σ a².
#[must_use]
pub fn square_norm(a: &[f32]) -> f64 {
    let mut sums = [0.0; LANES];
    add_squares(a, &mut sums);
    total(sums)
}

fn total([a, b, c, d]: Lanes) -> f64 {
    (a + b) + (c + d)
}

super::widest! {
    add_dots(a: &[f32], b: &[f32], sums: &mut [Lanes; 3]) {
        let [mut aa, mut ab, mut bb] = *sums;
        let ((a_quads, a_rest), (b_quads, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        for (a, b) in a_quads.iter().zip(b_quads) {
            for lane in 0..LANES {
                let (a, b) = (f64::from(a[lane]), f64::from(b[lane]));
                aa[lane] += a * a;
                ab[lane] += a * b;
                bb[lane] += b * b;
            }
        }
        for (lane, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
            let (a, b) = (f64::from(a), f64::from(b));
            aa[lane] += a * a;
            ab[lane] += a * b;
            bb[lane] += b * b;
        }
        *sums = [aa, ab, bb];
    }
}

super::widest! {
    add_square_distance(a: &[f32], b: &[f32], sums: &mut Lanes) {
        let mut lanes = *sums;
        let ((a_quads, a_rest), (b_quads, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        for (a, b) in a_quads.iter().zip(b_quads) {
            for lane in 0..LANES {
                let difference = f64::from(a[lane]) - f64::from(b[lane]);
                lanes[lane] += difference * difference;
            }
        }
        for (lane, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
            let difference = f64::from(a) - f64::from(b);
            lanes[lane] += difference * difference;
        }
        *sums = lanes;
    }
}

super::widest! {
    add_squares(a: &[f32], sums: &mut Lanes) {
        let mut lanes = *sums;
        let (quads, rest) = a.as_chunks::<LANES>();
        for a in quads {
            for lane in 0..LANES {
                let a = f64::from(a[lane]);
                lanes[lane] += a * a;
            }
        }
        for (lane, &a) in rest.iter().enumerate() {
            let a = f64::from(a);
            lanes[lane] += a * a;
        }
        *sums = lanes;
    }
}

#[cfg(test)]
mod tests {
    use super::{dots, square_distance, square_norm};

    /// The definition, value by value.
    fn by_definition(values: impl Iterator<Item = f64>) -> u64 {
        let mut lanes = [0.0; 4];
        for (i, value) in values.enumerate() {
            lanes[i % 4] += value;
        }
        ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])).to_bits()
    }

    #[test]
    fn sums_have_the_bits_of_their_definition_at_every_length() {
        let value = |i: usize| ((i * 7919 % 1009) as f32 - 500.0) * 1.37e-3;
        for len in [0, 1, 3, 4, 5, 10, 50, 127, 128, 1001] {
            let a: Vec<f32> = (0..len).map(value).collect();
            let b: Vec<f32> = (0..len).map(|i| value(i + 13)).collect();
            let pairs = || {
                let pairs = a.iter().zip(&b);
                pairs.map(|(&a, &b)| (f64::from(a), f64::from(b)))
            };
            let [aa, ab, bb] = dots(&a, &b).map(f64::to_bits);
            assert_eq!(aa, by_definition(pairs().map(|(a, _)| a * a)), "{len}");
            assert_eq!(ab, by_definition(pairs().map(|(a, b)| a * b)), "{len}");
            assert_eq!(bb, by_definition(pairs().map(|(_, b)| b * b)), "{len}");
            assert_eq!(square_norm(&a).to_bits(), aa, "{len}");
            let distance = square_distance(&a, &b).to_bits();
            let squares = pairs().map(|(a, b)| (a - b) * (a - b));
            assert_eq!(distance, by_definition(squares), "{len}");
        }
    }
}
