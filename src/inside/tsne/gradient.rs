//! The objective KL(P‖Q) and its gradient.

use super::Point;
use super::affinities::Affinities;
use super::tree::Tree;
use crate::core::scalar;

/// The gradient of KL(P‖Q) at some points, worked out in pieces:
///
/// 4 (Σ_j p_ij w_ij (y_i - y_j) - Σ_j w_ij² (y_i - y_j) / Z), w_ij = 1 / (1 + |y_i - y_j|²), Z = Σ_{k≠l} w_kl,
///
/// the first sum over the neighbours in P, the second and Z from the tree.
///
/// # References
/// van der Maaten 2014, equations 5 to 8.
#[derive(Default)]
pub struct Forces {
    tree: Tree,
    /// In the tree's order, as far as done: Σ_j w_ij² (y_i - y_j), and Σ_j w_ij.
    repulsion: Vec<(Point, f64)>,
}

impl Forces {
    /// Begins anew at these points.
    pub fn begin(&mut self, points: &[Point]) {
        self.tree.build(points);
        self.repulsion.clear();
    }

    /// Works out the repulsion of up to `count` points more; whether that was all.
    pub fn advance(&mut self, points: &[Point], count: usize, theta: f64) -> bool {
        let first = self.repulsion.len();
        let end = first + count;
        let end = if end < points.len() {
            end
        } else {
            points.len()
        };
        let rest = (first..end).map(|place| self.tree.repulsion(place, theta));
        self.repulsion.extend(rest);
        self.repulsion.len() == points.len()
    }

    /// The gradient at the points that it began with, P multiplied by `exaggeration`; the repulsion is all done.
    pub fn gradient(
        &self,
        p: &Affinities,
        points: &[Point],
        exaggeration: f64,
        out: &mut Vec<Point>,
    ) {
        let z = self.repulsion.iter().fold(0.0, |sum, (_, w)| sum + w);
        out.clear();
        out.extend((0..points.len()).map(|i| attraction(p, points, i)));
        for (place, ([fx, fy], _)) in self.repulsion.iter().enumerate() {
            let [gx, gy] = &mut out[self.tree.point(place)];
            *gx = 4.0 * (exaggeration * *gx - fx / z);
            *gy = 4.0 * (exaggeration * *gy - fy / z);
        }
    }

    /// The gradient at once.
    ///
    /// # Shapes
    /// `p` [m, m], `points` `[m]`.
    #[must_use]
    pub fn whole(p: &Affinities, points: &[Point], theta: f64) -> Vec<Point> {
        let mut forces = Forces::default();
        forces.begin(points);
        forces.advance(points, points.len(), theta);
        let mut gradient = Vec::new();
        forces.gradient(p, points, 1.0, &mut gradient);
        gradient
    }
}

/// Σ_j p_ij w_ij (y_i - y_j).
fn attraction(p: &Affinities, points: &[Point], i: usize) -> Point {
    let [x, y] = points[i];
    let (columns, values) = p.row(i);
    let mut sum = [0.0; 2];
    for (&j, &p) in columns.iter().zip(values) {
        let [xj, yj] = points[j as usize];
        let (dx, dy) = (x - xj, y - yj);
        let force = p / (1.0 + dx * dx + dy * dy);
        sum[0] += force * dx;
        sum[1] += force * dy;
    }
    sum
}

/// KL(P‖Q) = Σ p_ij ln(p_ij / q_ij) in nats, q_ij = w_ij / Z over all pairs, exactly.
#[must_use]
pub fn divergence(p: &Affinities, points: &[Point]) -> f64 {
    let w = |i: usize, j: usize| {
        let (dx, dy) = (points[i][0] - points[j][0], points[i][1] - points[j][1]);
        1.0 / (1.0 + dx * dx + dy * dy)
    };
    let mut z = 0.0;
    for i in 0..points.len() {
        for j in 0..i {
            z += 2.0 * w(i, j);
        }
    }
    let mut sum = 0.0;
    for i in 0..points.len() {
        let (columns, values) = p.row(i);
        for (&j, &p) in columns.iter().zip(values) {
            if p > 0.0 {
                sum += p * scalar::ln_f64(p * z / w(i, j as usize));
            }
        }
    }
    sum
}
