//! Limits are the same wherever an experiment comes from, and no count comes near the end of its type.

use std::sync::Arc;

use falab::core::checkpoint::{CheckpointError, Writer};
use falab::core::layer::Layer;
use falab::data::{Images, mnist};
use falab::lane::{Advance, Lane, Reason};
use falab::spec::{Draft, FIELDS, Kind, LONGEST_LINK, Link, LinkError, MOST_ERRORS, Spec};

#[test]
fn a_link_that_is_too_long_is_told_so_and_not_read() {
    let link = Link::read(&format!("v=1&seed=7&hidden={}", "9".repeat(1 << 20)));
    assert_eq!(link.spec, Spec::default());
    let [LinkError::TooLong { bytes, limit }] = link.errors[..] else {
        panic!("{:?}", link.errors)
    };
    assert_eq!((bytes, limit), (18 + (1 << 20), LONGEST_LINK));
}

#[test]
fn of_thousands_of_mistakes_a_few_are_told_and_the_rest_counted() {
    let parts: Vec<String> = (0..1_000).map(|i| format!("k{i}=1")).collect();
    let link = Link::read(&format!("{}&seed=7", parts.join("&")));
    assert_eq!(link.spec, Spec::parse("seed=7").unwrap());
    assert_eq!(link.errors.len(), MOST_ERRORS + 1);
    let last = link.errors.last().unwrap().to_string();
    assert_eq!(
        last,
        format!(
            "{} more mistakes in this link are not listed",
            1_000 - MOST_ERRORS
        )
    );
}

/// The form and the link set a field through [`FIELDS`]; a message carries a link, and so does the command line.
#[test]
fn a_link_takes_what_the_form_takes_and_nothing_else() {
    let mut tried = 0;
    for field in FIELDS {
        let edges = match field.kind {
            Kind::Whole { low, high } => {
                let beyond = [low.wrapping_sub(1), low, high, high + 1];
                beyond.map(|x| x.to_string()).to_vec()
            }
            Kind::Number { low, high } => {
                [low, low * 0.999, high, high * 1.000_001, -1.0, f64::NAN]
                    .map(|x| x.to_string())
                    .to_vec()
            }
            Kind::Choice(words) => words
                .iter()
                .map(|&word| word.to_owned())
                .chain(["other".to_owned()])
                .collect(),
            Kind::Text => [
                "",
                "-",
                "100x2000",
                "101x1",
                "1x2001",
                "1000000000",
                "1000000001",
                "1001",
                "0.91-0",
            ]
            .map(str::to_owned)
            .to_vec(),
        };
        for text in edges {
            let mut draft = Draft::default();
            let of_form = field.set(&mut draft, &text).and_then(|()| draft.finish());
            let of_link = Spec::parse(&format!("{}={text}", field.key));
            assert_eq!(of_form.is_ok(), of_link.is_ok(), "{}={text}", field.key);
            if let (Err(of_form), Err(of_link)) = (of_form, of_link) {
                assert_eq!(of_form, of_link[0]);
            }
            tried += 1;
        }
    }
    assert!(tried > 80);
}

/// Images with a few lit pixels.
fn images(count: usize) -> Arc<Images> {
    let mut pixels = vec![0; count * mnist::INPUTS];
    for image in pixels.chunks_mut(mnist::INPUTS) {
        image[100] = 200;
    }
    let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
    Arc::new(Images::new(&pixels, &labels, mnist::INPUTS).unwrap())
}

/// A checkpoint of the longest experiment, at this step.
fn checkpoint(fresh: &Lane, spec: &Spec, step: u64, images_of_epoch: u32) -> Vec<u8> {
    let mut writer = Writer::new(&format!("bp {}", spec.link()));
    writer.u32(0); // the phase, and where it began
    writer.u64(0);
    writer.u64(step);
    writer.u64(0); // feedback was never drawn anew
    writer.u32(0);
    let network = fresh.trainer().network();
    for part in network.layers.iter().flat_map(Layer::parameters) {
        writer.floats(part);
    }
    writer.u64(step); // updates
    writer.u64(0); // SGD has no state
    writer.u64(0);
    for layer in &network.layers {
        writer.flags(&vec![false; layer.n_in()]);
    }
    writer.u64(0); // norms of the last update
    writer.u32(0);
    writer.u32(images_of_epoch);
    writer.f64(0.0);
    writer.option(None);
    writer.u32(1);
    writer.finish()
}

#[test]
fn the_longest_experiment_comes_to_its_end_with_exact_counts() {
    let spec =
        Spec::parse("n=60000&batch=1&hidden=1&epochs=10000&opt=sgd&rules=bp&stop=0").unwrap();
    let (train, test) = (images(60_000), images(10_000));
    let fresh = || Lane::new(&spec, &spec.lanes()[0], train.clone(), test.clone()).unwrap();
    let last = 600_000_000;
    let bytes = checkpoint(&fresh(), &spec, last - 3, 59_997);
    let mut lane = fresh().restored(&bytes).unwrap();
    let mut steps = 0;
    let reason = loop {
        match lane.advance() {
            Advance::Finished { reason, .. } => break reason,
            Advance::Stepped => steps += 1,
            _ => {}
        }
    };
    assert_eq!((reason, steps, lane.step()), (Reason::Epochs, 3, last));
    assert_eq!(lane.epoch().to_bits(), 10_000f64.to_bits());

    // Behind its end, and with counts that are not of its step, nothing is gone on with.
    for (step, images) in [(last + 1, 1), (u64::MAX, 15), (last - 3, 7), (0, 1)] {
        let error = fresh()
            .restored(&checkpoint(&fresh(), &spec, step, images))
            .err()
            .unwrap();
        assert!(
            matches!(
                error,
                CheckpointError::TooMuch { .. } | CheckpointError::Value { .. }
            ),
            "{step}: {error}"
        );
    }
}
