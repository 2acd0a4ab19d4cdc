//! What decides an embedding beside its features.

/// The numbers of a t-SNE.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Effective number of neighbours of a row, 2 to a third of the other rows.
    pub perplexity: f64,
    /// Factor of P in the first [`exaggerated`](Settings::exaggerated) iterations.
    pub exaggeration: f64,
    pub exaggerated: u32,
    /// Iterations in all.
    pub iterations: u32,
    /// A cell of points stands for one where its side is less than θ times its distance; 0 is exact, 0.7 the most.
    pub theta: f64,
    /// The experiment's seed, and which of its embeddings this is (0 the inputs, i hidden layer i).
    pub seed: u64,
    pub index: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            perplexity: 30.0,
            exaggeration: 12.0,
            exaggerated: 250,
            iterations: 1_000,
            theta: 0.5,
            seed: 1,
            index: 0,
        }
    }
}

/// Largest number of rows; distances between all pairs are looked at.
pub const MOST_ROWS: usize = 10_000;

/// Settings and features that make no embedding.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    #[error("t-SNE of {rows} rows is not possible; allowed are 7 to {MOST_ROWS}")]
    Rows { rows: usize },
    #[error(
        "perplexity {perplexity} is not possible for {rows} rows; allowed are 2 to {}",
        most_perplexity(*.rows)
    )]
    Perplexity { perplexity: f64, rows: usize },
    #[error("theta {theta} is not possible; allowed are 0 to 0.7")]
    Theta { theta: f64 },
    #[error("row {row} holds a number that is not finite")]
    NotFinite { row: usize },
    #[error("all {rows} rows are the same: there are no neighbours to keep")]
    Alike { rows: usize },
}

/// A third of the other rows: three times the perplexity are looked at as neighbours.
fn most_perplexity(rows: usize) -> usize {
    rows.saturating_sub(1) / 3
}

impl Settings {
    /// Whether they fit so many rows.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self, rows: usize) -> Result<(), SettingsError> {
        if !(7..=MOST_ROWS).contains(&rows) {
            return Err(SettingsError::Rows { rows });
        }
        let perplexity = self.perplexity;
        if !(2.0..=most_perplexity(rows) as f64).contains(&perplexity) {
            return Err(SettingsError::Perplexity { perplexity, rows });
        }
        let theta = self.theta;
        // Up to 0.7 < 1/√2 no cell that holds a point is ever taken as one for that point.
        if !(0.0..=0.7).contains(&theta) {
            return Err(SettingsError::Theta { theta });
        }
        Ok(())
    }

    /// Neighbours of a row that P knows.
    pub(super) fn neighbours(&self) -> usize {
        (3.0 * self.perplexity) as usize
    }

    /// m / exaggeration / 4, at least 50.
    ///
    /// # References
    /// scikit-learn's `learning_rate="auto"`; Belkina et al. 2019.
    pub(super) fn learning_rate(&self, m: usize) -> f64 {
        let rate = m as f64 / self.exaggeration / 4.0;
        if rate > 50.0 { rate } else { 50.0 }
    }
}
