//! The t-SNE figures of `falab inside`.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use ndarray::Array2;

use super::look::{Report, Tsne};
use super::train::Lanes;
use crate::cli::on_threads;
use crate::inside::features::Features;
use crate::inside::tsne::{Embedding, Point, Settings, trustworthiness};
use crate::plot::axis::number;
use crate::plot::points::{Panel, Points};
use crate::plot::{Theme, svg};
use crate::spec::{DataSet, Spec, TEST_PROBE};

/// Neighbours on which trustworthiness looks.
const NEIGHBOURS: usize = 12;
/// Side of a panel, CSS pixels.
const SIDE: f64 = 420.0;

/// Features to embed.
struct Job {
    features: Array2<f32>,
    settings: Settings,
}

/// What came of a job, or why nothing did.
type Embedded = Result<(Vec<Point>, Tsne), String>;

/// Embeds the inputs once and every hidden layer of every lane, writes a figure a lane into `folder`, which is there,
/// and puts into `report` how good the embeddings are.
///
/// # Errors
/// A file cannot be written.
pub fn write(
    folder: &Path,
    spec: &Spec,
    lanes: &Lanes,
    at: &[u32],
    report: &mut Report,
    threads: usize,
) -> Result<()> {
    let settings = Settings {
        seed: spec.settings().seed,
        ..Settings::default()
    };
    let (mut jobs, mut labels) = (Vec::new(), Vec::new());
    for ended in &lanes.ended {
        let features = Features::new(ended.lane.trainer().network(), &lanes.test, at);
        // The inputs are the same for all lanes.
        let skipped = usize::from(!jobs.is_empty());
        for (index, layer) in features.layers().enumerate().skip(skipped) {
            jobs.push(Job {
                features: layer.to_owned(),
                settings: Settings {
                    index: index as u64,
                    ..settings.clone()
                },
            });
        }
        labels = features.labels;
    }
    // The embeddings do not know of each other.
    let done = on_threads(threads, &jobs, embed);
    let Some((inputs, mut rest)) = done.split_first() else {
        return Ok(());
    };
    report.inputs_tsne = quality(inputs);
    for lane in &mut report.lanes {
        let (own, others) = rest.split_at(lane.layers.len());
        rest = others;
        for (layer, embedded) in lane.layers.iter_mut().zip(own) {
            layer.tsne = quality(embedded);
        }
        let mut panels = vec![panel(
            inputs_title(spec),
            report.inputs_neighbour_error,
            inputs,
            &labels,
        )];
        panels.extend(lane.layers.iter().zip(own).map(|(layer, embedded)| {
            let title = format!("Hidden layer {}, {} units", layer.layer, layer.units);
            panel(title, layer.neighbour_error, embedded, &labels)
        }));
        let count = |value: u32| number(f64::from(value));
        let caption = vec![
            format!(
                "{} after step {} (epoch {:.2}), on {} test images spread evenly over {}.",
                lane.lane.to_uppercase(),
                number(lane.step as f64),
                lane.epoch,
                count(report.images),
                pool(spec, report.images),
            ),
            format!(
                "t-SNE: perplexity {}, {} iterations, seed {}.",
                settings.perplexity,
                count(settings.iterations),
                settings.seed
            ),
            "A digit is a test image of that class. Places have no unit; distances between clusters say little.".to_owned(),
            "Neighbour error: the share of these images whose nearest other one of them".to_owned(),
            "(Euclidean distance in the panel's features, not in the plane) is of another class.".to_owned(),
            report.link.clone(),
        ];
        let figure = Points {
            side: SIDE,
            theme: Theme::LIGHT,
            panels,
            legend: "class".to_owned(),
            caption,
        };
        let title = format!("falab t-SNE of {}, {}", lane.lane, report.link);
        let text =
            svg::points(&figure, &title).map_err(|error| anyhow!("t-SNE figure: {error}"))?;
        let path = folder.join(format!("tsne-{}.svg", lane.lane));
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn inputs_title(spec: &Spec) -> String {
    let white = if spec.zca().is_some() { ", white" } else { "" };
    match spec.data() {
        DataSet::Mnist => format!("Inputs, 784 pixels{white}"),
        DataSet::Own(own) => format!("Inputs, {} of {}{white}", own.inputs(), own.size()),
    }
}

/// Over what so many test images are spread.
fn pool(spec: &Spec, images: u32) -> String {
    match (spec.data(), images > TEST_PROBE) {
        (data, true) => format!("all {}", number(f64::from(data.test()))),
        (DataSet::Mnist, false) => "every tenth of the test set".to_owned(),
        (DataSet::Own(_), false) => format!("the {} of the test probe", spec.test_probe()),
    }
}

fn embed(job: &Job) -> Embedded {
    let features = job.features.view();
    let embedding = Embedding::new(features, job.settings.clone());
    let mut embedding = embedding.map_err(|error| error.to_string())?;
    embedding.finish();
    let points = embedding.points().to_vec();
    let quality = Tsne {
        trustworthiness: trustworthiness(features, &points, NEIGHBOURS),
        divergence: embedding.divergence(),
    };
    Ok((points, quality))
}

fn quality(embedded: &Embedded) -> Option<Tsne> {
    embedded.as_ref().ok().map(|(_, quality)| *quality)
}

fn panel<'a>(
    title: String,
    error: Option<f64>,
    embedded: &'a Embedded,
    labels: &'a [u8],
) -> Panel<'a> {
    let (points, note) = match embedded {
        Ok((points, _)) => {
            let error = error.map_or_else(|| "–".to_owned(), |error| format!("{error:.2} %"));
            (points.as_slice(), format!("neighbour error {error}"))
        }
        Err(error) => ([].as_slice(), error.clone()),
    };
    Panel {
        title,
        note,
        points,
        labels,
    }
}
