//! Which class a network takes for which, and the images on which networks disagree.

use super::features;
use crate::core::network::Network;
use crate::data::Images;

/// The class of the largest output for each of the images `at`, in that order; the lowest class wins a tie, as in
/// [`loss::tally`](crate::core::loss::tally).
#[must_use]
pub fn predictions(network: &Network, images: &Images, at: &[u32]) -> Vec<u8> {
    let mut found = Vec::with_capacity(at.len());
    features::passes(network, images, at, |_, _, pass| {
        for row in pass.output().rows() {
            let mut best = 0;
            for (class, &a) in row.iter().enumerate() {
                if a > row[best] {
                    best = class;
                }
            }
            found.push(best as u8);
        }
    });
    found
}

/// Images by true class (row) and class taken for (column): [classes, classes].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    pub counts: Vec<Vec<u32>>,
}

impl Confusion {
    /// Counts pairs of labels and [`predictions`], all of them below `classes`.
    #[must_use]
    pub fn new(classes: usize, labels: &[u8], predictions: &[u8]) -> Confusion {
        let mut counts = vec![vec![0; classes]; classes];
        for (&label, &prediction) in labels.iter().zip(predictions) {
            counts[usize::from(label)][usize::from(prediction)] += 1;
        }
        Confusion { counts }
    }

    /// Images in all.
    #[must_use]
    pub fn images(&self) -> u32 {
        self.counts.iter().flatten().sum()
    }

    /// Error rate in percent: what is off the diagonal; undefined without images.
    #[must_use]
    pub fn error_percent(&self) -> Option<f64> {
        let right: u32 = (0..self.counts.len())
            .map(|class| self.counts[class][class])
            .sum();
        let images = self.images();
        (images > 0).then(|| 100.0 * f64::from(images - right) / f64::from(images))
    }
}

/// An image that networks take for different classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// Its number among the test images.
    pub image: u32,
    pub label: u8,
    /// The class that each network takes it for, in the order of the networks.
    pub predictions: Vec<u8>,
}

/// The images of `at` on which not all networks agree, in the order of `at`.
///
/// # Shapes
/// `at` and `labels` `[m]`, each network's `predictions` `[m]`.
#[must_use]
pub fn disagreements(at: &[u32], labels: &[u8], predictions: &[Vec<u8>]) -> Vec<Disagreement> {
    let images = at.iter().zip(labels).enumerate();
    images
        .map(|(i, (&image, &label))| Disagreement {
            image,
            label,
            predictions: predictions.iter().map(|of_net| of_net[i]).collect(),
        })
        .filter(|found| found.predictions.windows(2).any(|pair| pair[0] != pair[1]))
        .collect()
}
