//! Bytes between page and lanes, and of images.

use falab::core::Rule;
use falab::core::metrics::{LayerMetrics, Metrics};
use falab::data::{Images, idx, mnist};
use falab::lane::Reason;
use falab::protocol::{FromLane, ToLane, Until, decode, encode};

use super::engine::{Target, outcome, words};

/// Bytes that a list may take before its entries are read, whatever length it claims: serde takes room for one
/// megabyte at the most, and a list of measurements holds lists.
const CLAIMED: u64 = 3 << 20;

/// Lengths of lists, and text, as postcard writes them.
fn lengths() -> Vec<Vec<u8>> {
    let mut all = words("v=1&hidden=3x50 \u{0} weights");
    all.push(vec![0xff, 0xff, 0xff, 0xff, 0x0f]);
    all.push(vec![
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ]);
    all.push(vec![0x80; 11]);
    all
}

/// Page to lane.
pub fn to_lane() -> Target {
    let start = ToLane::Start {
        run: 3,
        lane: 2,
        link: "v=1&hidden=3x50".to_owned(),
        from: true,
    };
    let go = |until| ToLane::Go {
        until,
        steps_per_second: Some(20.0),
    };
    let messages = [
        start,
        go(Until::End),
        go(Until::Step(u64::MAX)),
        go(Until::Ceiling(7)),
        ToLane::Pause,
        ToLane::Keep,
        ToLane::Give,
        ToLane::Edit {
            link: "v=1&phases=bp@5s;dfa".to_owned(),
        },
    ];
    Target {
        seeds: messages.iter().map(encode).collect(),
        words: lengths(),
        memory: (8, 1_000),
        execute: Box::new(|input| match decode::<ToLane>(input) {
            Ok(message) => {
                let bytes = encode(&message);
                assert_eq!(encode(&decode::<ToLane>(&bytes).unwrap()), bytes);
                outcome((std::mem::discriminant(&message), bytes.len()))
            }
            Err(error) => outcome(error.to_string().rsplit(':').next()),
        }),
    }
}

/// Lane to page.
pub fn from_lane() -> Target {
    let point = Metrics {
        rule: Rule::Dfa,
        phase: 1,
        phase_start: 0,
        step: 400,
        epoch: 1.5,
        train_error: 5.0,
        train_loss: 0.2,
        running_error: Some(7.0),
        running_loss: None,
        test_error: Some(f64::NAN),
        test_loss: None,
        test_images: 10_000,
        layers: vec![LayerMetrics::default(); 2],
    };
    let progress = |metrics| FromLane::Progress {
        run: 1,
        step: 400,
        epoch: 1.5,
        samples_per_second: 1e5,
        memory_bytes: 1 << 24,
        metrics,
    };
    let finished = |reason| FromLane::Finished {
        run: 1,
        step: 7,
        reason,
        fingerprint: u64::MAX,
        parts: vec![1, 2],
    };
    let messages = [
        FromLane::Ready,
        progress(Vec::new()),
        progress(vec![point; 2]),
        FromLane::Paused {
            run: 1,
            step: u64::MAX,
        },
        FromLane::Kept {
            run: 1,
            step: 7,
            link: "v=1".to_owned(),
        },
        finished(Reason::Epochs),
        finished(Reason::Diverged {
            step: 3,
            quantity: "W_1".to_owned(),
        }),
        FromLane::Failed {
            run: 1,
            message: "no memory".to_owned(),
        },
    ];
    Target {
        seeds: messages.iter().map(encode).collect(),
        words: lengths(),
        memory: (100, CLAIMED),
        execute: Box::new(|input| match decode::<FromLane>(input) {
            Ok(message) => {
                // Bytes and not messages are compared: what is not a number differs from itself.
                let bytes = encode(&message);
                assert_eq!(encode(&decode::<FromLane>(&bytes).unwrap()), bytes);
                outcome((std::mem::discriminant(&message), bytes.len().min(500)))
            }
            Err(error) => outcome(error.to_string().rsplit(':').next()),
        }),
    }
}

/// The decompressed bytes of a chunk; the first two tell how many inputs an image has where they are no chunk.
pub fn chunk() -> Target {
    let image = |label: u8| {
        [
            vec![label],
            (0..mnist::INPUTS).map(|i| (i % 7) as u8).collect(),
        ]
        .concat()
    };
    Target {
        seeds: vec![
            Vec::new(),
            image(3),
            [vec![1, 2], vec![0, 9, 200, 0], vec![5; 1568]].concat(),
        ],
        words: vec![vec![0; 785], vec![255; 784]],
        // Positions of pixels take two bytes, and vectors grow by doubling.
        memory: (40, 20_000),
        execute: Box::new(|input| {
            for chunk in mnist::train_chunks().chain(mnist::test_chunks()) {
                assert!(chunk.check_length(input.len()).is_err());
            }
            let mut images = Images::default();
            let unpacked = mnist::unpack(input, &mut images);
            assert_eq!(
                unpacked.is_ok(),
                input.len().is_multiple_of(1 + mnist::INPUTS)
            );
            if unpacked.is_ok() {
                let (labels, pixels) = input.split_at(images.len());
                for (i, (label, pixels)) in
                    labels.iter().zip(pixels.chunks(mnist::INPUTS)).enumerate()
                {
                    assert_eq!(
                        (images.label(i), images.pixels(i).as_slice()),
                        (*label, pixels)
                    );
                }
            }
            let inputs = input
                .first_chunk::<2>()
                .map_or(0, |two| usize::from(u16::from_le_bytes(*two)) * 2);
            let labels = input.len() / (inputs + 1);
            let other = Images::new(&input[labels..], &input[..labels], inputs);
            if let Ok(other) = &other {
                assert_eq!((other.len(), other.inputs()), (labels, inputs));
            }
            outcome((images.len(), other.map_or(0, |other| other.len()).min(20)))
        }),
    }
}

/// An IDX file of one or three dimensions.
pub fn idx() -> Target {
    let file = |dimensions: &[u32], data: &[u8]| {
        let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
        bytes.extend(dimensions.iter().flat_map(|n| n.to_be_bytes()));
        bytes.extend(data);
        bytes
    };
    fn check<const D: usize>(input: &[u8]) -> u64 {
        match idx::parse::<D>(input) {
            Ok((dimensions, data)) => {
                let header = [0, 0, 8, D as u8].into_iter();
                let written = header.chain(dimensions.iter().flat_map(|n| n.to_be_bytes()));
                assert!(
                    written
                        .chain(data.iter().copied())
                        .eq(input.iter().copied())
                );
                outcome((D, data.len()))
            }
            Err(error) => outcome((D, std::mem::discriminant(&error))),
        }
    }
    Target {
        seeds: vec![
            file(&[3], &[1, 2, 3]),
            file(&[2, 2, 3], &[9; 12]),
            file(&[0, u32::MAX, u32::MAX], &[]),
            file(&[u32::MAX; 3], &[0]),
        ],
        words: vec![vec![255; 4], vec![0, 0, 8, 1], vec![0, 0, 8, 3]],
        memory: (0, 100),
        execute: Box::new(|input| check::<1>(input) ^ check::<3>(input).rotate_left(1)),
    }
}
