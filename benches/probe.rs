//! How far the angles on a probe are from those on 10,000 images, `cargo bench --bench probe`: what a probe's size
//! costs in precision, as `measuring` says what it costs in time.

use falab::cli::dataset;
use falab::core::LayerMetrics;
use falab::core::diagnostics::Block;
use falab::core::trainer::Trainer;
use falab::data::batches::Batches;
use falab::spec::Spec;

/// The rules that have angles, on two nets of the first look's images.
const LINKS: [&str; 2] = ["v=1&rules=fa-dfa-ifa", "v=1&rules=fa-dfa-ifa&hidden=3x50"];

/// From the first steps to the end of twenty epochs.
const STEPS: [u64; 9] = [2, 5, 20, 50, 100, 157, 500, 1_000, 3_140];

const SIZES: [usize; 4] = [64, 250, 500, 1_000];

/// Probes of each size, of images of their own.
const PROBES: usize = 10;

/// The two angles of a layer.
const ANGLES: [fn(&LayerMetrics) -> Option<f64>; 2] = [
    |layer| layer.angle_update_deg,
    |layer| layer.angle_delta_deg,
];

/// Root mean square difference to `truth` over probes, of each hidden layer.
fn deviations(
    truth: &[LayerMetrics],
    probes: &[Vec<LayerMetrics>],
    angle: fn(&LayerMetrics) -> Option<f64>,
) -> Vec<f64> {
    let of_layer = |i: usize| {
        let of_all = angle(&truth[i])?;
        let squares = probes.iter().filter_map(|layers| {
            let difference = angle(&layers[i])? - of_all;
            Some(difference * difference)
        });
        Some((squares.sum::<f64>() / probes.len() as f64).sqrt())
    };
    (0..truth.len()).filter_map(of_layer).collect()
}

fn main() {
    // `cargo test --all-targets` starts this too, without the flag.
    let quick = !std::env::args().any(|word| word == "--bench");
    let steps = if quick { &STEPS[..1] } else { &STEPS[..] };
    let (train, _) = dataset::load(10_000).expect("the images of this binary");
    // By size and angle: a value a lane, step and hidden layer.
    let mut found = vec![[const { Vec::new() }; 2]; SIZES.len()];
    for link in LINKS {
        let spec = Spec::parse(link).expect("a link");
        let seed = spec.settings().seed;
        let mut batches = Batches::of_pool(seed, spec.images(), spec.batch(), spec.pool());
        let images = batches.subset().to_vec();
        let all = train.blocks(&images);
        for lane in spec.lanes() {
            let (rule, batch) = (lane.first_rule(), spec.batch() as usize);
            let data = spec.data();
            let mut trainer =
                Trainer::new(spec.settings(), rule, data.shape(), data.classes(), batch);
            let mut block = Block::default();
            for &step in steps {
                while trainer.steps() < step {
                    train.write_batch(batches.at(trainer.steps()), &mut block);
                    let (inputs, labels) = &block;
                    trainer.step(inputs, labels, false).expect("finite numbers");
                }
                let (_, truth) = trainer.measure(&all);
                for (size, found) in SIZES.into_iter().zip(&mut found) {
                    let probes = images.chunks_exact(size).take(PROBES);
                    let probes: Vec<_> = probes
                        .map(|images| trainer.measure(&train.blocks(images)).1)
                        .collect();
                    for (angle, found) in ANGLES.into_iter().zip(found) {
                        found.extend(deviations(&truth, &probes, angle));
                    }
                }
            }
        }
    }
    println!(
        "Angles on a probe against those on all 10,000 images, degrees: root mean square over {PROBES} probes; median, \
         90 % and largest over lanes, steps {steps:?} and hidden layers of {LINKS:?}.\n"
    );
    println!("{:>7}  {:>22}  {:>22}", "images", "of the update", "of δ");
    for (size, found) in SIZES.iter().zip(found) {
        let [update, delta] = found.map(|mut values| {
            values.sort_by(f64::total_cmp);
            let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
            format!("{:.1}, {:.1}, {:.1}", at(0.5), at(0.9), at(1.0))
        });
        println!("{size:>7}  {update:>22}  {delta:>22}");
    }
}
