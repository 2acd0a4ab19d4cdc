//! Gradient descent with momentum and a gain a coordinate.

use super::Point;
use super::affinities::Affinities;
use super::gradient::Forces;
use super::settings::Settings;

/// Points whose forces take a few milliseconds.
const POINTS_A_PIECE: usize = 2_500;

/// Momentum while P is exaggerated, and after.
const MOMENTUM: [f64; 2] = [0.5, 0.8];

/// A descent under way.
///
/// # References
/// Update and gains as in van der Maaten's and scikit-learn's code (Jacobs 1988): v ← μ v - η gain g, the gain raised
/// by 0.2 where g goes on against v, else multiplied by 0.8, at least 0.01.
pub(super) struct Descent {
    settings: Settings,
    p: Affinities,
    forces: Forces,
    /// Whether `forces` are of the present points.
    begun: bool,
    gradient: Vec<Point>,
    velocity: Vec<Point>,
    gains: Vec<Point>,
    iteration: u32,
}

impl Descent {
    pub fn new(p: Affinities, settings: Settings) -> Descent {
        let m = p.len();
        Descent {
            settings,
            p,
            forces: Forces::default(),
            begun: false,
            gradient: Vec::with_capacity(m),
            velocity: vec![[0.0; 2]; m],
            gains: vec![[1.0; 2]; m],
            iteration: 0,
        }
    }

    /// Iterations done.
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    pub fn affinities(&self) -> &Affinities {
        &self.p
    }

    /// Works on the present iteration; moves the points when its forces are complete.
    pub fn advance(&mut self, points: &mut [Point]) {
        if self.iteration >= self.settings.iterations {
            return;
        }
        if !self.begun {
            self.forces.begin(points);
            self.begun = true;
        }
        let theta = self.settings.theta;
        if !self.forces.advance(points, POINTS_A_PIECE, theta) {
            return;
        }
        let early = self.iteration < self.settings.exaggerated;
        let exaggeration = if early {
            self.settings.exaggeration
        } else {
            1.0
        };
        self.forces
            .gradient(&self.p, points, exaggeration, &mut self.gradient);
        self.step(points, MOMENTUM[usize::from(!early)]);
        self.iteration += 1;
        self.begun = false;
    }

    fn step(&mut self, points: &mut [Point], momentum: f64) {
        let rate = self.settings.learning_rate(points.len());
        for (i, point) in points.iter_mut().enumerate() {
            for (axis, coordinate) in point.iter_mut().enumerate() {
                let slope = self.gradient[i][axis];
                let velocity = &mut self.velocity[i][axis];
                let gain = &mut self.gains[i][axis];
                if *velocity * slope < 0.0 {
                    *gain += 0.2;
                } else {
                    *gain *= 0.8;
                }
                if *gain < 0.01 {
                    *gain = 0.01;
                }
                *velocity = momentum * *velocity - rate * *gain * slope;
                *coordinate += *velocity;
            }
        }
        // The exaggerated descent ends like one of scikit-learn: the next begins at rest.
        if self.iteration + 1 == self.settings.exaggerated {
            self.velocity.fill([0.0; 2]);
            self.gains.fill([1.0; 2]);
        }
    }
}
