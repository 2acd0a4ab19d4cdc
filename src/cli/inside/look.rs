//! The numbers of `falab inside`.

use serde::Serialize;

use super::train::{Ended, Lanes};
use crate::core::diagnostics::Block;
use crate::core::fingerprint;
use crate::data::batches::Batches;
use crate::inside::alignment::{self, alignment};
use crate::inside::confusion::{self, Confusion, predictions};
use crate::inside::features::{Features, originals};
use crate::inside::separation::nearest_neighbour_error;
use crate::lane::{Reason, TRAIN_PROBE};
use crate::spec::Spec;

/// All that is printed.
#[derive(Serialize)]
pub struct Report {
    pub link: String,
    /// Test images that were looked at.
    pub images: u32,
    /// Error rate of the nearest neighbour in the inputs, percent: the share of these images whose nearest other one of
    /// them (Euclidean distance) is of another class.
    pub inputs_neighbour_error: Option<f64>,
    pub inputs_tsne: Option<Tsne>,
    pub lanes: Vec<LaneReport>,
    /// Images that lanes take for different classes, in order; none of a lane that diverged.
    pub disagreements: Vec<Disagreement>,
}

/// One trained lane.
#[derive(Serialize)]
pub struct LaneReport {
    pub lane: String,
    /// Of its last phase.
    pub rule: &'static str,
    pub step: u64,
    pub epoch: f64,
    /// Why it ended.
    pub end: &'static str,
    pub fingerprint: String,
    /// Wrong of these images, percent.
    pub test_error: Option<f64>,
    /// Images by true class (row) and class taken for (column).
    pub confusion: Option<Vec<Vec<u32>>>,
    pub layers: Vec<LayerReport>,
    /// Training images on which `positive_criterion` is measured.
    pub probe: usize,
}

/// One hidden layer, from the input side.
#[derive(Serialize)]
pub struct LayerReport {
    pub layer: usize,
    pub units: usize,
    /// As [`Report::inputs_neighbour_error`], on the layer's activations.
    pub neighbour_error: Option<f64>,
    /// Degrees; see [`alignment::Alignment`], as the next two.
    pub feedback_angle_deg: Option<f64>,
    pub pseudo_inverse_angle_deg: Option<f64>,
    /// Percent of the probe.
    pub positive_criterion: Option<f64>,
    pub tsne: Option<Tsne>,
}

/// How good a t-SNE is.
#[derive(Clone, Copy, Serialize)]
pub struct Tsne {
    /// With 12 neighbours, 0 to 1.
    pub trustworthiness: Option<f64>,
    /// KL(P‖Q), nats.
    pub divergence: Option<f64>,
}

#[derive(Serialize)]
pub struct Disagreement {
    /// Its number among the test images as they are kept, from 0: the test probe first.
    pub image: u32,
    /// Its number in the original file, or in the test files one behind the other, from 0.
    pub original: Option<u32>,
    pub label: u8,
    /// By lane, those that diverged left out.
    pub predictions: Vec<u8>,
}

/// Looks inside all lanes, on the test images `at`.
pub fn look(spec: &Spec, lanes: &Lanes, at: &[u32]) -> Report {
    let batches = Batches::of_pool(
        spec.settings().seed,
        spec.images(),
        spec.batch(),
        spec.pool(),
    );
    let subset = batches.subset();
    let probe = lanes.train.blocks(&subset[..subset.len().min(TRAIN_PROBE)]);
    let mut report = Report {
        link: spec.link(),
        images: at.len() as u32,
        inputs_neighbour_error: None,
        inputs_tsne: None,
        lanes: Vec::new(),
        disagreements: Vec::new(),
    };
    let mut all = Vec::new();
    let mut labels = Vec::new();
    for ended in &lanes.ended {
        let features = Features::new(ended.lane.trainer().network(), &lanes.test, at);
        if report.inputs_neighbour_error.is_none() {
            report.inputs_neighbour_error =
                nearest_neighbour_error(features.inputs.view(), &features.labels);
        }
        let found = predictions(ended.lane.trainer().network(), &lanes.test, at);
        report.lanes.push(lane(
            ended,
            &features,
            &found,
            &probe,
            spec.data().classes(),
        ));
        if !is_diverged(ended) {
            all.push(found);
        }
        labels = features.labels;
    }
    let originals = originals(spec.data());
    report.disagreements = confusion::disagreements(at, &labels, &all)
        .into_iter()
        .map(|found| Disagreement {
            image: found.image,
            original: originals.get(found.image as usize).copied(),
            label: found.label,
            predictions: found.predictions,
        })
        .collect();
    report
}

pub fn is_diverged(ended: &Ended) -> bool {
    matches!(ended.reason, Reason::Diverged { .. })
}

fn lane(
    ended: &Ended,
    features: &Features,
    found: &[u8],
    probe: &[Block],
    classes: usize,
) -> LaneReport {
    let trainer = ended.lane.trainer();
    let (network, feedback) = (trainer.network(), trainer.feedback());
    // The outputs of a net that diverged are no numbers, and say nothing.
    let confusion = (!is_diverged(ended)).then(|| Confusion::new(classes, &features.labels, found));
    let aligned = if is_diverged(ended) {
        vec![alignment::Alignment::default(); network.hidden()]
    } else {
        alignment(ended.rule, network, feedback, probe)
    };
    let layers = features.hidden.iter().zip(aligned).enumerate();
    LaneReport {
        lane: ended.name.clone(),
        rule: ended.rule.key(),
        step: ended.lane.step(),
        epoch: ended.lane.epoch(),
        end: ended.reason.key(),
        fingerprint: fingerprint::hex(ended.fingerprint),
        test_error: confusion.as_ref().and_then(Confusion::error_percent),
        confusion: confusion.map(|confusion| confusion.counts),
        layers: layers
            .map(|(i, (features_of, aligned))| LayerReport {
                layer: i + 1,
                units: features_of.ncols(),
                neighbour_error: nearest_neighbour_error(features_of.view(), &features.labels),
                feedback_angle_deg: aligned.feedback_deg,
                pseudo_inverse_angle_deg: aligned.pseudo_inverse_deg,
                positive_criterion: aligned.positive_percent,
                tsne: None,
            })
            .collect(),
        probe: probe.iter().map(|(_, labels)| labels.len()).sum(),
    }
}
