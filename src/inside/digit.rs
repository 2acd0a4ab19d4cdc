//! A drawing made into an image as MNIST's makers made theirs: its longer side fills a box of 20 pixels, and its centre of
//! mass stands in the middle of 28x28 (LeCun, Cortes and Burges, "The MNIST database").
//!
//! The pen has one width in the image, however large the drawing is: the mean ink of a test image of MNIST, 103 pixels, is
//! met by it. Everything is +, -, ×, ÷ and √ in one order, so that a drawing gives the same bytes everywhere.

/// Pixels a side.
pub const SIDE: usize = 28;
/// Pixels that the longer side of the ink fills.
const BOX: f32 = 20.0;
/// Half the width of a line, in pixels, to where its ink is half.
const PEN: f32 = 1.25;
/// Where the centre of mass stands: in MNIST's images at pixel 14.0 of 0 to 27, whose middle is half a pixel further.
const MIDDLE: f32 = 14.5;
/// A drawing smaller than this share of the field is not made larger than one of this size: a dot stays a dot.
const SMALLEST: f32 = 0.1;
/// The box may move so far before it would leave the image.
const FARTHEST: f32 = 4.0;

/// A line drawn without lifting the pen: points (x to the right, y downwards) in shares of the field, 0 to 1.
pub type Stroke = Vec<[f32; 2]>;

/// The image of a drawing: [28 · 28] bytes row by row, 0 paper, 255 ink; `None` where nothing is drawn.
#[must_use]
pub fn image(strokes: &[Stroke]) -> Option<Vec<u8>> {
    let points = || strokes.iter().flatten();
    let mut bounds: Option<([f32; 2], [f32; 2])> = None;
    for &point in points() {
        let (least, most) = bounds.get_or_insert((point, point));
        for axis in 0..2 {
            if point[axis] < least[axis] {
                least[axis] = point[axis];
            }
            if point[axis] > most[axis] {
                most[axis] = point[axis];
            }
        }
    }
    let (least, most) = bounds?;
    let mut longest = SMALLEST;
    for axis in 0..2 {
        if most[axis] - least[axis] > longest {
            longest = most[axis] - least[axis];
        }
    }
    let scale = (BOX - 2.0 * PEN) / longest;
    let placed = |shift: [f32; 2]| -> Vec<Stroke> {
        let place = |point: &[f32; 2]| {
            [0, 1].map(|axis| {
                let middle = (least[axis] + most[axis]) / 2.0;
                (point[axis] - middle) * scale + MIDDLE + shift[axis]
            })
        };
        strokes
            .iter()
            .map(|stroke| stroke.iter().map(place).collect())
            .collect()
    };
    let ink = render(&placed([0.0; 2]));
    let off = centre_of_mass(&ink);
    let shift = off.map(|off| {
        let shift = MIDDLE - off;
        let shift = if shift > FARTHEST { FARTHEST } else { shift };
        if shift < -FARTHEST { -FARTHEST } else { shift }
    });
    let ink = render(&placed(shift));
    Some(ink.iter().map(|&ink| (ink * 255.0 + 0.5) as u8).collect())
}

/// Ink of each pixel, 0 to 1: all of it within the pen, none from a pixel further on.
fn render(strokes: &[Stroke]) -> Vec<f32> {
    let mut ink = vec![0.0; SIDE * SIDE];
    for stroke in strokes {
        let first = stroke.first().map(|&point| (point, point));
        let lines = stroke.windows(2).map(|pair| (pair[0], pair[1]));
        for (from, to) in first.into_iter().chain(lines) {
            draw_line(&mut ink, from, to);
        }
    }
    ink
}

fn draw_line(ink: &mut [f32], from: [f32; 2], to: [f32; 2]) {
    let along = [to[0] - from[0], to[1] - from[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let pixels = |axis: usize| {
        let (a, b) = (from[axis], to[axis]);
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        let first = (low - PEN - 1.0) as usize; // Below 0 it is 0.
        let last = (high + PEN + 1.0) as usize;
        first..if last < SIDE { last + 1 } else { SIDE }
    };
    for row in pixels(1) {
        for column in pixels(0) {
            let at = [column as f32 + 0.5 - from[0], row as f32 + 0.5 - from[1]];
            let share = if square > 0.0 {
                (at[0] * along[0] + at[1] * along[1]) / square
            } else {
                0.0
            };
            let share = if share < 0.0 { 0.0 } else { share };
            let share = if share > 1.0 { 1.0 } else { share };
            let away = [at[0] - share * along[0], at[1] - share * along[1]];
            let distance = (away[0] * away[0] + away[1] * away[1]).sqrt();
            let covered = PEN + 0.5 - distance;
            let covered = if covered > 1.0 { 1.0 } else { covered };
            let pixel = &mut ink[row * SIDE + column];
            if covered > *pixel {
                *pixel = covered;
            }
        }
    }
}

/// Centre of mass of the ink: x and y in pixels from the left and the top; the middle where there is none.
fn centre_of_mass(ink: &[f32]) -> [f32; 2] {
    let (mut sums, mut mass) = ([0.0_f32; 2], 0.0_f32);
    for (i, &ink) in ink.iter().enumerate() {
        sums[0] += ink * ((i % SIDE) as f32 + 0.5);
        sums[1] += ink * ((i / SIDE) as f32 + 0.5);
        mass += ink;
    }
    if mass > 0.0 {
        sums.map(|sum| sum / mass)
    } else {
        [MIDDLE; 2]
    }
}
