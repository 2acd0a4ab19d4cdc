//! The inspector in its worker: it restores lanes from checkpoints and looks inside. What takes long goes in pieces, so
//! that another request or a stop gets through.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use ndarray::Array2;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use super::clock::steady;
use super::dom::{Listener, Result};
use super::worker::{append, ensure_memory, read, whiten};
use crate::data::{Images, Whitening};
use crate::inside::alignment::alignment;
use crate::inside::answer::Answer;
use crate::inside::confusion::predictions;
use crate::inside::features::{Features, test_images_of};
use crate::inside::filters::{self, Order};
use crate::inside::separation::nearest_neighbour_error;
use crate::inside::tsne::{Embedding, Settings, Stage};
use crate::lane::Lane;
use crate::protocol::inspect::{
    Filter, Found, FromInspector, Layer, Question, Stand, ToInspector, What,
};
use crate::protocol::{decode, encode};
use crate::spec::LANES;

/// What its worker is called. A lane's name holds no colon.
pub const NAME: &str = "falab:inspector";
/// Milliseconds of work between two yields.
const WORK_MS: f64 = 12.0;
/// Milliseconds between two messages of points that move.
const MOVING_MS: f64 = 100.0;

/// One t-SNE that is to be made.
struct Panel {
    from: From,
    layer: u32,
    seed: u64,
    labels: Arc<Vec<u8>>,
    features: Array2<f32>,
    /// Once it has begun, with the error of the nearest neighbour in the features.
    begun: Option<(Box<Embedding>, Option<f64>)>,
    /// The last of what was asked for.
    last: bool,
}

/// Where a number comes from.
#[derive(Clone, Copy)]
struct From {
    ticket: u32,
    lane: u32,
    step: u64,
}

struct Inspector {
    scope: DedicatedWorkerGlobalScope,
    train: Arc<Images>,
    test: Arc<Images>,
    checkpoint: Option<Vec<u8>>,
    /// Lanes that were asked about an image last, by their number: a drawing changes more often than they do.
    answering: Vec<Option<Box<Lane>>>,
    white: Option<Arc<Whitening>>,
    panels: VecDeque<Panel>,
    told: f64,
    yield_to: MessagePort,
    waiting: bool,
    _listeners: [Listener; 2],
}

thread_local! {
    static INSPECTOR: RefCell<Option<Inspector>> = const { RefCell::new(None) };
}

fn with(then: impl FnOnce(&mut Inspector)) {
    INSPECTOR.with_borrow_mut(|inspector| {
        if let Some(inspector) = inspector {
            then(inspector);
        }
    });
}

/// Listens, and says so.
pub fn start() -> Result<()> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let channel = MessageChannel::new()?;
    let port = channel.port1();
    let listeners = [
        Listener::new(&scope, "message", |event| {
            let event: MessageEvent = event.unchecked_into();
            with(|inspector| inspector.receive(&event.data()));
        })?,
        Listener::new(&port, "message", |_| with(Inspector::work))?,
    ];
    port.start();
    let inspector = Inspector {
        scope,
        train: Arc::default(),
        test: Arc::default(),
        checkpoint: None,
        answering: Vec::new(),
        white: None,
        panels: VecDeque::new(),
        told: 0.0,
        yield_to: channel.port2(),
        waiting: false,
        _listeners: listeners,
    };
    inspector.post(&FromInspector::Ready);
    INSPECTOR.set(Some(inspector));
    Ok(())
}

impl Inspector {
    fn now(&self) -> f64 {
        let clock = self.scope.performance();
        steady(clock.map_or(0.0, |clock| clock.now()))
    }

    fn post(&self, message: &FromInspector) {
        let bytes = Uint8Array::from(encode(message).as_slice());
        let transfer = Array::of1(&bytes.buffer());
        self.scope
            .post_message_with_transfer(&bytes, &transfer)
            .ok();
    }

    fn tell(&self, from: From, found: Found) {
        let From { ticket, lane, step } = from;
        self.post(&FromInspector::Found {
            ticket,
            lane,
            step,
            found,
        });
    }

    fn fail(&self, ticket: u32, lane: u32, message: String) {
        self.post(&FromInspector::Failed {
            ticket,
            lane,
            message,
        });
    }

    /// A message is bytes of the protocol, or a pair as a lane's worker gets it.
    fn receive(&mut self, data: &JsValue) {
        if let Some(pair) = data.dyn_ref::<Array>() {
            let part = pair.get(0).as_string().unwrap_or_default();
            let bytes: Uint8Array = pair.get(1).unchecked_into();
            let inputs = pair.get(2).as_f64().unwrap_or(0.0) as u32;
            let added = match part.as_str() {
                "train" => append(&mut self.train, &bytes, inputs),
                "test" => append(&mut self.test, &bytes, inputs),
                "white" => Whitening::from_bytes(&bytes.to_vec(), inputs as usize)
                    .map(|white| self.white = Some(Arc::new(white)))
                    .map_err(|error| error.to_string()),
                _ => {
                    self.checkpoint = Some(bytes.to_vec());
                    Ok(())
                }
            };
            if let Err(message) = added {
                self.fail(0, 0, message);
            }
            return;
        }
        let bytes: Uint8Array = data.clone().unchecked_into();
        match decode::<ToInspector>(&bytes.to_vec()) {
            Ok(ToInspector::Stop) => self.panels.clear(),
            Ok(ToInspector::Look {
                ticket,
                lane,
                link,
                stand,
                what,
            }) => match self.standing(lane, &link, stand) {
                Ok(there) => {
                    let step = there.step();
                    self.look(From { ticket, lane, step }, there, what);
                }
                Err(message) => self.fail(ticket, lane, message),
            },
            Err(error) => self.fail(0, 0, error.to_string()),
        }
    }

    /// A lane where it is to be looked at.
    fn standing(
        &mut self,
        at: u32,
        link: &str,
        stand: Stand,
    ) -> std::result::Result<Box<Lane>, String> {
        let checkpoint = self.checkpoint.take();
        let before = self.answering.get_mut(at as usize).and_then(Option::take);
        match (stand, before) {
            (Stand::Before, Some(lane)) => Ok(lane),
            (Stand::Before, None) => Err("the inspector does not have the lane".to_owned()),
            (Stand::Start, _) => self.restore(at, link, None),
            (Stand::Checkpoint, _) => self.restore(at, link, checkpoint.as_deref()),
        }
    }

    /// Asks a net about an image, and keeps the lane for the next one.
    fn answer(&mut self, from: From, lane: Box<Lane>, question: Question) {
        let of = |images: &Images, at: u32| match (at as usize) < images.len() {
            true => Ok(Answer::new(lane.trainer().network(), images, at)),
            false => Err(format!("there is no test image {at}")),
        };
        let answer = match question {
            Question::Test(at) => of(&self.test, at),
            Question::Drawn(pixels) => {
                let inputs = lane.spec().data().shape().units();
                Images::new(&pixels, &[0], inputs)
                    .map_err(|error| error.to_string())
                    .and_then(|mut images| {
                        let white = self.white.clone();
                        images.set_whitening(white.filter(|_| self.test.is_white()));
                        of(&images, 0)
                    })
            }
        };
        match answer {
            Ok(Answer { outputs, hidden }) => self.tell(from, Found::Answer { outputs, hidden }),
            Err(message) => self.fail(from.ticket, from.lane, message),
        }
        let at = from.lane as usize;
        if at < LANES {
            self.answering.resize_with(LANES, || None);
            self.answering[at] = Some(lane);
        }
    }

    fn restore(
        &mut self,
        at: u32,
        link: &str,
        from: Option<&[u8]>,
    ) -> std::result::Result<Box<Lane>, String> {
        let (spec, schedule) = read(link, at)?;
        ensure_memory(spec.memory_bytes_of_net())?;
        whiten(
            &spec,
            self.white.as_ref(),
            [&mut self.train, &mut self.test],
        );
        let lane = Lane::new(&spec, &schedule, self.train.clone(), self.test.clone());
        let lane = lane.map_err(|error| error.to_string())?;
        match from {
            Some(checkpoint) => lane
                .restored(checkpoint)
                .map(Box::new)
                .map_err(|error| error.to_string()),
            None => Ok(Box::new(lane)),
        }
    }

    fn look(&mut self, from: From, mut lane: Box<Lane>, what: What) {
        match what {
            What::Numbers { images } => {
                self.tell(from, numbers(&mut lane, &self.test, images));
            }
            What::Filters { units } => self.tell(from, of_units(&lane, &units)),
            What::Embedding { images, inputs } => self.embed(from, &lane, images, inputs),
            What::Answer { question } => self.answer(from, lane, question),
        }
    }

    /// Puts the t-SNE of a lane's layers into the queue.
    fn embed(&mut self, from: From, lane: &Lane, images: u32, inputs: bool) {
        let network = lane.trainer().network();
        let at = test_images_of(lane.spec().data(), images);
        let features = Features::new(network, &self.test, &at);
        let labels = Arc::new(features.labels);
        let found = Found::Images {
            predictions: predictions(network, &self.test, &at),
            labels: labels.to_vec(),
            images: at,
        };
        self.tell(from, found);
        let of_inputs = inputs.then_some(features.inputs);
        let hidden = (1..).zip(features.hidden);
        let layers = of_inputs
            .map(|inputs| (0, inputs))
            .into_iter()
            .chain(hidden);
        for (layer, features) in layers {
            self.panels.push_back(Panel {
                from,
                layer,
                seed: lane.spec().settings().seed,
                labels: labels.clone(),
                features,
                begun: None,
                last: false,
            });
        }
        match self.panels.back_mut() {
            Some(panel) => panel.last = true,
            None => self.tell(from, Found::Done),
        }
        self.wake_up();
    }

    /// Comes back as soon as messages that wait have been read.
    fn wake_up(&mut self) {
        if !self.waiting {
            self.waiting = true;
            self.yield_to.post_message(&JsValue::NULL).ok();
        }
    }

    /// Works for a few milliseconds on the first panel.
    fn work(&mut self) {
        self.waiting = false;
        let Some(mut panel) = self.panels.pop_front() else {
            return;
        };
        let now = self.now();
        if self.is_done(&mut panel, now) {
            if panel.last {
                self.tell(panel.from, Found::Done);
            }
        } else {
            self.panels.push_front(panel);
        }
        if !self.panels.is_empty() {
            self.wake_up();
        }
    }

    /// Whether a panel is done after some more work on it.
    fn is_done(&mut self, panel: &mut Panel, began: f64) -> bool {
        let Some((embedding, error)) = &mut panel.begun else {
            let features = std::mem::take(&mut panel.features);
            let settings = Settings {
                seed: panel.seed,
                index: u64::from(panel.layer),
                ..Settings::default()
            };
            let error = nearest_neighbour_error(features.view(), &panel.labels);
            return match Embedding::new(features.view(), settings) {
                Ok(embedding) => {
                    panel.begun = Some((Box::new(embedding), error));
                    false
                }
                Err(reason) => {
                    let (layer, reason) = (panel.layer, reason.to_string());
                    self.tell(panel.from, Found::NoPanel { layer, reason });
                    true
                }
            };
        };
        let mut progress = embedding.advance();
        while progress.stage != Stage::Done && self.now() - began < WORK_MS {
            progress = embedding.advance();
        }
        let done = progress.stage == Stage::Done;
        let now = self.now();
        if done || now - self.told >= MOVING_MS {
            self.told = now;
            let moves = matches!(progress.stage, Stage::Descent | Stage::Done);
            let points = embedding.points().iter();
            let found = Found::Panel {
                layer: panel.layer,
                done: if moves { progress.done } else { 0 },
                of: if moves { progress.of } else { 0 },
                neighbour_error: *error,
                points: points
                    .filter(|_| moves)
                    .map(|&[x, y]| [x as f32, y as f32])
                    .collect(),
            };
            self.tell(panel.from, found);
        }
        done
    }
}

/// Alignment on the probe of training images, and what the net takes test images for.
fn numbers(lane: &mut Lane, test: &Images, images: u32) -> Found {
    let measured = lane.look();
    let trainer = lane.trainer();
    let (network, feedback) = (trainer.network(), trainer.feedback());
    let aligned = alignment(trainer.phase().rule, network, feedback, lane.probe());
    let layers = measured
        .iter()
        .zip(aligned)
        .map(|(measured, aligned)| Layer {
            criterion: measured.criterion,
            criterion_cos: measured.criterion_cos,
            positive_percent: aligned.positive_percent,
            feedback_deg: aligned.feedback_deg,
            pseudo_inverse_deg: aligned.pseudo_inverse_deg,
        });
    let probe = lane.probe().iter().map(|(_, labels)| labels.len() as u32);
    let at = test_images_of(lane.spec().data(), images);
    Found::Numbers {
        layers: layers.collect(),
        probe: probe.sum(),
        labels: at.iter().map(|&image| test.label(image as usize)).collect(),
        predictions: predictions(network, test, &at),
    }
}

/// The filters of these units, and the norms of all.
fn of_units(lane: &Lane, units: &[u32]) -> Found {
    let trainer = lane.trainer();
    let (network, feedback) = (trainer.network(), trainer.feedback());
    let (rule, start) = (trainer.phase().rule, trainer.start());
    let all = network.layers[0].weights().ncols();
    let mut found = filters::filters(rule, network, start, feedback, Order::Unit, all);
    let norms = found.iter().map(|filter| filter.norm).collect();
    let chosen = units.iter().filter_map(|&unit| {
        let filter = found.get_mut(unit as usize)?;
        Some(Filter {
            unit,
            weights: std::mem::take(&mut filter.weights),
            change: std::mem::take(&mut filter.change),
            feedback: filter.feedback.take(),
        })
    });
    Found::Filters {
        filters: chosen.collect(),
        norms,
    }
}
