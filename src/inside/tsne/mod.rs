//! t-SNE: points in the plane whose neighbours are those of the features.
//!
//! P says how near two rows of the features are, Q the same of two points, and gradient descent on KL(P‖Q) moves the
//! points. The gradient's repulsive part is Barnes and Hut's approximation.
//!
//! The same bits everywhere: rows' distances by the product kernel, the rest in f64 of + - × ÷ √ and the functions of
//! [`scalar`](crate::core::scalar), every sum in an order that no grouping in time changes, no threads, and the seed's own stream for
//! the one random draw. The published crate `bhtsne` was not taken: it sums on as many threads as there are (rayon),
//! and calls std's `exp` and `ln`, which differ between native code and wasm.
//!
//! # References
//! van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 2008; van der Maaten, "Accelerating t-SNE using
//! tree-based algorithms", JMLR 2014. Learning rate and start as scikit-learn's (Belkina et al. 2019; Kobak and Berens
//! 2019).

mod affinities;
mod descent;
mod gradient;
mod settings;
mod tree;
mod trust;

use ndarray::{Array2, ArrayView2, Axis};

pub use affinities::Affinities;
pub use gradient::{Forces, divergence};
pub use settings::{Settings, SettingsError};
pub use trust::trustworthiness;

use super::principal::{self, Search};
use affinities::Neighbours;
use descent::Descent;

/// A place in the plane; t-SNE has no unit.
pub type Point = [f64; 2];

/// Standard deviation of the start's first coordinate, as in scikit-learn: small against 1, where forces change.
const START: f64 = 1e-4;

/// What an embedding is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nearest neighbours of rows; counted in rows.
    Neighbours,
    /// Principal components, for the start; counted in turns.
    Start,
    /// Gradient descent; counted in iterations.
    Descent,
    Done,
}

/// How far an embedding has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    /// Of the stage's `of`.
    pub done: u32,
    pub of: u32,
}

/// Features on their way to points in the plane.
///
/// Its classes stay with whoever draws: t-SNE never sees them.
pub struct Embedding {
    settings: Settings,
    /// Rows minus their mean: [m, n].
    centred: Array2<f32>,
    /// Zeros before the descent.
    points: Vec<Point>,
    work: Work,
}

enum Work {
    Neighbours(Box<Neighbours>),
    Start(Affinities, Search, u32),
    Descent(Box<Descent>),
}

impl Embedding {
    /// An embedding of the rows of `features`, nothing done yet.
    ///
    /// # Shapes
    /// `features` [m, n].
    ///
    /// # Errors
    /// Settings that are not possible for so many rows, a row that is not finite, or rows that are all the same.
    pub fn new(features: ArrayView2<f32>, settings: Settings) -> Result<Embedding, SettingsError> {
        settings.check(features.nrows())?;
        if let Some(row) = features
            .rows()
            .into_iter()
            .position(|row| !row.iter().all(|x| x.is_finite()))
        {
            return Err(SettingsError::NotFinite { row });
        }
        let first = features.row(0);
        if features.rows().into_iter().all(|row| row == first) {
            return Err(SettingsError::Alike {
                rows: features.nrows(),
            });
        }
        let mut centred = features.to_owned();
        for mut column in centred.axis_iter_mut(Axis(1)) {
            let sum = column.iter().fold(0.0, |sum, &x| sum + f64::from(x));
            let mean = (sum / column.len() as f64) as f32;
            column -= mean;
        }
        let neighbours = Neighbours::new(&centred, &settings);
        Ok(Embedding {
            points: vec![[0.0; 2]; features.nrows()],
            settings,
            centred,
            work: Work::Neighbours(Box::new(neighbours)),
        })
    }

    /// Does the next piece of work, a few milliseconds for up to 5,000 rows, and says how far it has come.
    pub fn advance(&mut self) -> Progress {
        match &mut self.work {
            Work::Neighbours(neighbours) => {
                if let Some(affinities) = neighbours.advance(&self.centred) {
                    let (m, n) = self.centred.dim();
                    let search = Search::new(m, n, self.settings.seed, self.settings.index);
                    self.work = Work::Start(affinities, search, 0);
                }
            }
            Work::Start(affinities, search, turns) => {
                if *turns < principal::TURNS {
                    search.turn(&self.centred);
                    *turns += 1;
                } else {
                    let affinities = std::mem::take(affinities);
                    self.points = start(search, &self.centred);
                    // Only distances and start needed the features.
                    self.centred = Array2::zeros((0, 0));
                    self.work =
                        Work::Descent(Box::new(Descent::new(affinities, self.settings.clone())));
                }
            }
            Work::Descent(descent) => descent.advance(&mut self.points),
        }
        self.progress()
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let (stage, done, of) = match &self.work {
            Work::Neighbours(neighbours) => {
                (Stage::Neighbours, neighbours.rows(), self.points.len())
            }
            Work::Start(_, _, turns) => (Stage::Start, *turns as usize, principal::TURNS as usize),
            Work::Descent(descent) => {
                let (done, of) = (descent.iteration(), self.settings.iterations);
                let stage = if done < of {
                    Stage::Descent
                } else {
                    Stage::Done
                };
                (stage, done as usize, of as usize)
            }
        };
        Progress {
            stage,
            done: done as u32,
            of: of as u32,
        }
    }

    /// The points as they are now, one a row of the features; all 0 before the descent.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// KL(P‖Q) of the present points in nats, P not exaggerated; looks at all pairs. Undefined before the descent.
    #[must_use]
    pub fn divergence(&self) -> Option<f64> {
        match &self.work {
            Work::Descent(descent) => Some(divergence(descent.affinities(), &self.points)),
            Work::Neighbours(_) | Work::Start(..) => None,
        }
    }

    /// All of the work at once.
    pub fn finish(&mut self) {
        while self.advance().stage != Stage::Done {}
    }
}

/// The first two principal components, both scaled so that the first has standard deviation [`START`].
fn start(search: &mut Search, centred: &Array2<f32>) -> Vec<Point> {
    let [(first, variance), (second, _)] = search.finish(centred);
    let scale = START / variance.sqrt();
    let scale = if scale.is_finite() { scale } else { 0.0 };
    let pairs = first.iter().zip(&second);
    pairs.map(|(x, y)| [x * scale, y * scale]).collect()
}
