//! A report for eyes; "–" is undefined.

use super::look::{LaneReport, Report, Tsne};

/// Disagreements that are written out.
const SHOWN: usize = 10;
/// Classes up to which confusion is a table of counts.
const MOST_CLASSES: usize = 20;

fn cell(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}

/// Tables of everything in a report.
pub fn table(report: &Report) -> String {
    let mut text = format!("{}, {} test images\n", report.link, report.images);
    separation(report, &mut text);
    if report.inputs_tsne.is_some() {
        pictures(report, &mut text);
    }
    for lane in &report.lanes {
        confusion(lane, &mut text);
    }
    disagreements(report, &mut text);
    text
}

fn separation(report: &Report, text: &mut String) {
    *text += "\nNeighbour error (%): images whose nearest other of these (Euclidean distance) is of another class\n";
    *text += &format!(
        "{:<24}{:>10}\n",
        "inputs",
        cell(report.inputs_neighbour_error, 2)
    );
    *text += "\nAngles (°) of forward weights to feedback and to its pseudo-inverse; criterion > 0 (% of the probe)\n";
    *text += &format!(
        "{:<9}{:>8}{:>9}{:>7}{:>7}{:>13}{:>11}{:>11}{:>13}\n",
        "lane",
        "step",
        "epoch",
        "layer",
        "units",
        "neighbour %",
        "feedback°",
        "inverse°",
        "criterion %"
    );
    for lane in &report.lanes {
        for layer in &lane.layers {
            *text += &format!(
                "{:<9}{:>8}{:>9.2}{:>7}{:>7}{:>13}{:>11}{:>11}{:>13}\n",
                lane.lane,
                lane.step,
                lane.epoch,
                layer.layer,
                layer.units,
                cell(layer.neighbour_error, 2),
                cell(layer.feedback_angle_deg, 1),
                cell(layer.pseudo_inverse_angle_deg, 1),
                cell(layer.positive_criterion, 1),
            );
        }
    }
    let probes = report.lanes.first().map_or(0, |lane| lane.probe);
    *text += &format!("The probe is the first {probes} images of the training subset.\n");
}

fn pictures(report: &Report, text: &mut String) {
    *text += "\nt-SNE: trustworthiness (12 neighbours, 1 is best) and KL(P‖Q) (nats)\n";
    let line = |name: &str, place: &str, tsne: Option<Tsne>| {
        format!(
            "{name:<9}{place:>8}{:>10}{:>10}\n",
            cell(tsne.and_then(|tsne| tsne.trustworthiness), 4),
            cell(tsne.and_then(|tsne| tsne.divergence), 4)
        )
    };
    *text += &line("all", "inputs", report.inputs_tsne);
    for lane in &report.lanes {
        for layer in &lane.layers {
            *text += &line(&lane.lane, &format!("layer {}", layer.layer), layer.tsne);
        }
    }
}

fn confusion(lane: &LaneReport, text: &mut String) {
    *text += &format!(
        "\n{}: {} after step {} (epoch {:.2}), fingerprint {}\n",
        lane.lane,
        match lane.end {
            "diverged" => "diverged".to_owned(),
            end => format!("end by {end}"),
        },
        lane.step,
        lane.epoch,
        lane.fingerprint
    );
    let Some(confusion) = &lane.confusion else {
        return;
    };
    *text += &format!(
        "error {} % of these images; {}",
        cell(lane.test_error, 2),
        match confusion.len() > MOST_CLASSES {
            true => "taken for another class most often\n",
            false => "rows are true classes, columns those taken for\n     ",
        }
    );
    if confusion.len() > MOST_CLASSES {
        return often(confusion, text);
    }
    for class in 0..confusion.len() {
        *text += &format!("{class:>5}");
    }
    *text += "\n";
    for (class, row) in confusion.iter().enumerate() {
        *text += &format!("{class:>5}");
        for count in row {
            *text += &format!("{count:>5}");
        }
        *text += "\n";
    }
}

/// The mistakes that are made most often, where a table would be too wide; ties by class.
fn often(confusion: &[Vec<u32>], text: &mut String) {
    let counts = confusion.iter().enumerate();
    let mut wrong: Vec<(u32, usize, usize)> = counts
        .flat_map(|(class, row)| {
            row.iter()
                .enumerate()
                .map(move |(taken, &n)| (n, class, taken))
        })
        .filter(|&(count, class, taken)| count > 0 && class != taken)
        .collect();
    wrong.sort_by_key(|&(count, class, taken)| (std::cmp::Reverse(count), class, taken));
    for (count, class, taken) in wrong.into_iter().take(SHOWN) {
        *text += &format!("{count:>5} of class {class} taken for {taken}\n");
    }
}

fn disagreements(report: &Report, text: &mut String) {
    let compared = report.lanes.iter().filter(|lane| lane.confusion.is_some());
    let lanes: Vec<&str> = compared.map(|lane| lane.lane.as_str()).collect();
    if lanes.len() < 2 {
        return;
    }
    let found = &report.disagreements;
    *text += &format!(
        "\n{} take {} of these images for different classes",
        lanes.join(", "),
        found.len()
    );
    *text += if found.len() > SHOWN {
        "; the first:\n"
    } else {
        "\n"
    };
    for image in found.iter().take(SHOWN) {
        let taken = lanes.iter().zip(&image.predictions);
        let taken: Vec<String> = taken
            .map(|(lane, class)| format!("{lane} {class}"))
            .collect();
        let original = image.original.map(|number| number.to_string());
        *text += &format!(
            "test image {:>5} ({} in the original file), a {}: {}\n",
            image.image,
            original.unwrap_or_default(),
            image.label,
            taken.join(", ")
        );
    }
}
