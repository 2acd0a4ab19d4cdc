//! The t-SNE figures of `falab inside`.

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use ndarray::Array2;

use super::look::{Report, Tsne};
use super::train::Lanes;
use crate::cli::cores;
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

/// Features to embed, or what came of them.
struct Job {
    features: Array2<f32>,
    settings: Settings,
    done: Option<Result<(Vec<Point>, Tsne), String>>,
}

/// Embeds the inputs once and every hidden layer of every lane, writes a figure a lane into `folder` and puts into
/// `report` how good the embeddings are.
///
/// # Errors
/// A file cannot be written.
pub fn write(
    folder: &Path,
    spec: &Spec,
    lanes: &Lanes,
    at: &[u32],
    report: &mut Report,
) -> Result<()> {
    let (mut jobs, mut labels) = (Vec::new(), Vec::new());
    for ended in &lanes.ended {
        let features = Features::new(ended.lane.trainer().network(), &lanes.test, at);
        // The inputs are the same for all lanes.
        let skipped = usize::from(!jobs.is_empty());
        for (index, layer) in features.layers().enumerate().skip(skipped) {
            jobs.push(Job {
                features: layer.to_owned(),
                settings: Settings {
                    seed: spec.settings().seed,
                    index: index as u64,
                    ..Settings::default()
                },
                done: None,
            });
        }
        labels = features.labels;
    }
    let jobs = work(jobs);
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let Some((inputs, mut rest)) = jobs.split_first() else {
        return Ok(());
    };
    report.inputs_tsne = quality(inputs);
    for lane in &mut report.lanes {
        let (own, others) = rest.split_at(lane.layers.len());
        rest = others;
        for (layer, job) in lane.layers.iter_mut().zip(own) {
            layer.tsne = quality(job);
        }
        let mut panels = vec![panel(
            inputs_title(spec),
            report.inputs_neighbour_error,
            inputs,
            &labels,
        )];
        panels.extend(lane.layers.iter().zip(own).map(|(layer, job)| {
            let title = format!("Hidden layer {}, {} units", layer.layer, layer.units);
            panel(title, layer.neighbour_error, job, &labels)
        }));
        let settings = &inputs.settings;
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

/// All jobs, on as many threads as the machine has cores; the embeddings do not know of each other.
fn work(jobs: Vec<Job>) -> Vec<Job> {
    let threads = cores();
    let jobs: Vec<Mutex<Job>> = jobs.into_iter().map(Mutex::new).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(job) =
                    jobs.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    if let Ok(mut job) = job.lock() {
                        job.done = Some(embed(&job));
                    }
                }
            });
        }
    });
    jobs.into_iter()
        .filter_map(|job| job.into_inner().ok())
        .collect()
}

fn embed(job: &Job) -> Result<(Vec<Point>, Tsne), String> {
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

fn quality(job: &Job) -> Option<Tsne> {
    let done = job.done.as_ref()?.as_ref();
    done.ok().map(|(_, quality)| *quality)
}

fn panel<'a>(title: String, error: Option<f64>, job: &'a Job, labels: &'a [u8]) -> Panel<'a> {
    let (points, note) = match &job.done {
        Some(Ok((points, _))) => {
            let error = error.map_or_else(|| "–".to_owned(), |error| format!("{error:.2} %"));
            (points.as_slice(), format!("neighbour error {error}"))
        }
        Some(Err(error)) => ([].as_slice(), error.clone()),
        None => ([].as_slice(), String::new()),
    };
    Panel {
        title,
        note,
        points,
        labels,
    }
}
