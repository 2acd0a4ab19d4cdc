//! Strokes that redraw an image: its ink is thinned to lines one pixel wide (Zhang and Suen 1984), which are followed from
//! end to end.

const SIDE: i32 = 28;

/// Neighbours of a pixel, clockwise from above.
const AROUND: [(i32, i32); 8] = [
    (0, -1),
    (1, -1),
    (1, 0),
    (1, 1),
    (0, 1),
    (-1, 1),
    (-1, 0),
    (-1, -1),
];

struct Ink(Vec<bool>);

impl Ink {
    fn has(&self, x: i32, y: i32) -> bool {
        (0..SIDE).contains(&x) && (0..SIDE).contains(&y) && self.0[(y * SIDE + x) as usize]
    }

    fn all(&self) -> Vec<(i32, i32)> {
        let places = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
        places.filter(|&(x, y)| self.has(x, y)).collect()
    }

    fn neighbours(&self, (x, y): (i32, i32)) -> Vec<(i32, i32)> {
        // Beside and above or below first: a corner is not cut.
        let order = [0, 2, 4, 6, 1, 3, 5, 7].map(|i| AROUND[i]);
        let places = order.into_iter().map(|(dx, dy)| (x + dx, y + dy));
        places.filter(|&(x, y)| self.has(x, y)).collect()
    }

    fn thin(&mut self) {
        loop {
            let mut changed = false;
            for second in [false, true] {
                let gone: Vec<(i32, i32)> = self
                    .all()
                    .into_iter()
                    .filter(|&place| self.is_rim(place, second))
                    .collect();
                changed |= !gone.is_empty();
                for (x, y) in gone {
                    self.0[(y * SIDE + x) as usize] = false;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Whether a pixel may go: it is no end, its going parts nothing, and it lies at the rim of this turn.
    fn is_rim(&self, (x, y): (i32, i32), second: bool) -> bool {
        let p = AROUND.map(|(dx, dy)| self.has(x + dx, y + dy));
        let count = p.iter().filter(|&&ink| ink).count();
        let turns = (0..8).filter(|&i| !p[i] && p[(i + 1) % 8]).count();
        let [up, _, right, _, down, _, left, _] = p;
        let open = if second {
            !(up && right && left) && !(up && down && left)
        } else {
            !(up && right && down) && !(right && down && left)
        };
        (2..=6).contains(&count) && turns == 1 && open
    }
}

/// Strokes of an image of 28x28 bytes, points in shares of the field.
pub fn of_image(pixels: &[u8]) -> Vec<Vec<[f32; 2]>> {
    let mut ink = Ink(pixels.iter().map(|&byte| byte > 127).collect());
    ink.thin();
    let point = |(x, y): (i32, i32)| [x, y].map(|at| (at as f32 + 0.5) / SIDE as f32);
    let whole = Ink(ink.0.clone());
    let mut strokes = Vec::new();
    // From an end where there is one.
    while let Some(&start) = ink
        .all()
        .iter()
        .min_by_key(|&&place| (ink.neighbours(place).len(), place.1, place.0))
    {
        let mut stroke = Vec::new();
        // What was drawn before is where this line begins, and where it ends.
        let drawn = |ink: &Ink, place| {
            let around = whole.neighbours(place).into_iter();
            around.filter(|&(x, y)| !ink.has(x, y)).collect::<Vec<_>>()
        };
        stroke.extend(drawn(&ink, start).first().copied());
        let mut at = start;
        loop {
            let before = stroke.last().copied();
            stroke.push(at);
            ink.0[(at.1 * SIDE + at.0) as usize] = false;
            match ink.neighbours(at).first() {
                Some(&next) => at = next,
                None => {
                    let mut ends = drawn(&ink, at).into_iter();
                    stroke.extend(ends.find(|&end| Some(end) != before && !stroke.contains(&end)));
                    break;
                }
            }
        }
        strokes.push(stroke.into_iter().map(point).collect());
    }
    strokes
}
