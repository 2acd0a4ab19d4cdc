//! A quadtree over points: what is far stands for one point.
//!
//! Points are sorted along Morton's curve, so every cell is a range of them, and cells lie in the order in which a walk
//! meets them, each with the cell that comes after all of its own. A walk is a loop without a stack.

use super::Point;

/// Points up to which a cell is not divided.
const LEAF: usize = 6;
/// Levels of the tree: 2¹⁶ cells a side.
const LEVELS: u32 = 16;

struct Cell {
    /// Mean of its points.
    centre: Point,
    /// Number of its points.
    mass: f64,
    /// Squared length of its side.
    side_squared: f64,
    /// The cell after all those within this one.
    next: u32,
    /// Its points are `first..end` in the tree's order.
    first: u32,
    end: u32,
    is_leaf: bool,
}

/// The tree of some points.
#[derive(Default)]
pub(super) struct Tree {
    cells: Vec<Cell>,
    /// The points along Morton's curve, and their numbers.
    sorted: Vec<Point>,
    order: Vec<u32>,
    /// Morton code and number of each point.
    keys: Vec<u64>,
    side: f64,
}

impl Tree {
    /// Builds it anew; memory is kept.
    pub fn build(&mut self, points: &[Point]) {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points {
            for axis in 0..2 {
                if point[axis] < low[axis] {
                    low[axis] = point[axis];
                }
                if point[axis] > high[axis] {
                    high[axis] = point[axis];
                }
            }
        }
        let (width, height) = (high[0] - low[0], high[1] - low[1]);
        self.side = if width > height { width } else { height };
        let cells = f64::from(1_u32 << LEVELS);
        let scale = if self.side > 0.0 {
            cells / self.side
        } else {
            0.0
        };
        let last = (1_u32 << LEVELS) - 1;
        let coordinate = |x: f64, low: f64| {
            let cell = ((x - low) * scale) as u32;
            if cell < last { cell } else { last }
        };
        self.keys.clear();
        self.keys.extend(points.iter().enumerate().map(|(i, p)| {
            let code = spread(coordinate(p[0], low[0])) | spread(coordinate(p[1], low[1])) << 1;
            u64::from(code) << 32 | i as u64
        }));
        self.keys.sort_unstable();
        self.order.clear();
        self.order.extend(self.keys.iter().map(|&key| key as u32));
        self.sorted.clear();
        let order = self.order.iter();
        self.sorted.extend(order.map(|&i| points[i as usize]));
        self.cells.clear();
        self.add(0, points.len(), 0);
    }

    /// Adds the cell of points `first..end`, which share the first `level` levels, and those within it.
    fn add(&mut self, first: usize, end: usize, mut level: u32) {
        // The smallest cell that holds them all.
        let differ = |a: u64, b: u64| ((a ^ b) >> 32) as u32;
        let spread = differ(self.keys[first], self.keys[end - 1]);
        let shared = if spread == 0 {
            LEVELS
        } else {
            spread.leading_zeros() / 2
        };
        if shared > level {
            level = shared;
        }
        let points = &self.sorted[first..end];
        let mass = points.len() as f64;
        let mut sum = [0.0; 2];
        for point in points {
            sum[0] += point[0];
            sum[1] += point[1];
        }
        let side = self.side / f64::from(1_u32 << level);
        let is_leaf = points.len() <= LEAF || level == LEVELS;
        let at = self.cells.len();
        self.cells.push(Cell {
            centre: [sum[0] / mass, sum[1] / mass],
            mass,
            side_squared: side * side,
            next: 0,
            first: first as u32,
            end: end as u32,
            is_leaf,
        });
        if !is_leaf {
            let shift = 32 + 2 * (LEVELS - 1 - level);
            let mut begin = first;
            for quarter in 0..4 {
                let rest = &self.keys[begin..end];
                let count = rest.partition_point(|key| key >> shift & 3 <= quarter);
                if count > 0 {
                    self.add(begin, begin + count, level + 1);
                }
                begin += count;
            }
        }
        self.cells[at].next = self.cells.len() as u32;
    }

    /// The number of the point at `place` in the tree's order.
    pub fn point(&self, place: usize) -> usize {
        self.order[place] as usize
    }

    /// Σ_j w_ij² (y_i - y_j) and Σ_j w_ij over all other points, w = 1 / (1 + |y_i - y_j|²), for the point at `place`
    /// in the tree's order.
    ///
    /// # References
    /// van der Maaten 2014, section 4.2.
    pub fn repulsion(&self, place: usize, theta: f64) -> (Point, f64) {
        let [x, y] = self.sorted[place];
        let theta_squared = theta * theta;
        let (mut fx, mut fy, mut sum) = (0.0, 0.0, 0.0);
        let mut at = 0;
        while let Some(cell) = self.cells.get(at) {
            let (dx, dy) = (x - cell.centre[0], y - cell.centre[1]);
            let squared = dx * dx + dy * dy;
            if cell.side_squared < theta_squared * squared {
                let w = 1.0 / (1.0 + squared);
                let mass_w = cell.mass * w;
                sum += mass_w;
                fx += mass_w * w * dx;
                fy += mass_w * w * dy;
                at = cell.next as usize;
            } else if cell.is_leaf {
                let (first, end) = (cell.first as usize, cell.end as usize);
                for (j, point) in (first..end).zip(&self.sorted[first..end]) {
                    if j != place {
                        let (dx, dy) = (x - point[0], y - point[1]);
                        let w = 1.0 / (1.0 + dx * dx + dy * dy);
                        sum += w;
                        fx += w * w * dx;
                        fy += w * w * dy;
                    }
                }
                at = cell.next as usize;
            } else {
                at += 1;
            }
        }
        ([fx, fy], sum)
    }
}

/// The low 16 bits, a zero between any two.
fn spread(x: u32) -> u32 {
    let x = (x | x << 8) & 0x00ff_00ff;
    let x = (x | x << 4) & 0x0f0f_0f0f;
    let x = (x | x << 2) & 0x3333_3333;
    (x | x << 1) & 0x5555_5555
}
