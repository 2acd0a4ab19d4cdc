//! Where lanes stand, kept in memory and in the browser's storage, so that neither a worker that dies nor a reload loses
//! what was computed.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::dom::{Result, window};
use super::events::{Event, push};
use crate::spec::{LANES, LaneId};
use crate::store::LaneSeries;

#[wasm_bindgen(raw_module = "./www/storage.js")]
extern "C" {
    fn put(record: &JsValue) -> Promise;
    fn get(link: &str) -> Promise;
    fn remove(link: &str, lane: Option<u32>) -> Promise;
    fn prune(most: u32) -> Promise;
}

/// Milliseconds between two checkpoints of a lane at the least.
pub const EVERY_MS: f64 = 5_000.0;
/// Bytes a millisecond that keeping may move: large nets are kept less often.
const BYTES_A_MS: f64 = 2_000.0;
/// Experiments that the browser keeps.
const EXPERIMENTS: u32 = 5;
/// Bytes of checkpoints in memory, of all lanes.
const MEMORY: u32 = 64 << 20;
/// Bytes of a record's part that are read.
const LONGEST: u32 = 256 << 20;
/// Moments of one lane in memory.
const MOMENTS: usize = 24;

/// Where a lane stood.
#[derive(Clone)]
pub struct Moment {
    pub step: u64,
    /// Of the experiment that the checkpoint belongs to.
    pub link: String,
    pub checkpoint: Uint8Array,
}

/// What the browser held of a lane.
#[derive(Debug)]
pub struct Kept {
    pub lane: LaneId,
    pub step: u64,
    /// Milliseconds since 1970.
    pub saved: u64,
    /// None of a lane that diverged.
    pub checkpoint: Option<Uint8Array>,
    pub series: Vec<u8>,
}

/// The moments of every lane.
#[derive(Default)]
pub struct Keeper {
    moments: [Vec<Moment>; LANES],
    /// When a checkpoint of a lane was last asked for.
    asked: [f64; LANES],
    /// When a lane was last put into the browser's storage.
    stored: [f64; LANES],
    /// The storage failed once; it was said.
    failed: bool,
}

impl Keeper {
    /// Whether it is time for another checkpoint of a lane, `every` so many milliseconds at the soonest; notes that it was
    /// asked for then.
    pub fn is_due(&mut self, id: LaneId, now: f64, every: f64) -> bool {
        let (Some(moments), Some(asked)) = (self.moments.get(id.0), self.asked.get_mut(id.0))
        else {
            return false;
        };
        let last = moments.last();
        let bytes = last.map_or(0.0, |last| f64::from(last.checkpoint.length()));
        let since = now - *asked;
        let due = since >= every && since >= bytes / BYTES_A_MS;
        if due {
            *asked = now;
        }
        due
    }

    /// The steps at which some lane was kept, ascending, each once; none before each lane that was kept stood somewhere.
    pub fn steps(&self) -> Vec<u64> {
        let firsts = self.moments.iter().filter_map(|moments| moments.first());
        let first = firsts.map(|moment| moment.step).max().unwrap_or(0);
        let moments = self.moments.iter().flatten();
        let steps = moments.map(|moment| moment.step);
        let mut steps: Vec<u64> = steps.filter(|&step| step >= first).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The last moment of a lane at or before a step; `None` is now.
    pub fn at(&self, id: LaneId, step: Option<u64>) -> Option<&Moment> {
        let moments = self.moments.get(id.0)?;
        let Some(step) = step else {
            return moments.last();
        };
        moments.iter().rfind(|moment| moment.step <= step)
    }

    /// Whether the browser's storage should have a lane again; notes that it has then.
    pub fn is_to_be_stored(&mut self, id: LaneId, now: f64, at_rest: bool) -> bool {
        let Some(stored) = self.stored.get_mut(id.0) else {
            return false;
        };
        let due = at_rest || now - *stored >= EVERY_MS;
        if due {
            *stored = now;
        }
        due
    }

    /// Holds a moment of a lane in memory. When there are too many, every other one goes, the oldest and the newest
    /// stay.
    pub fn hold(&mut self, id: LaneId, moment: Moment) {
        let Some(moments) = self.moments.get_mut(id.0) else {
            return;
        };
        // A lane that was set back has other moments from here on.
        moments.retain(|other| other.step < moment.step);
        moments.push(moment);
        if moments.len() > MOMENTS {
            thin(moments);
        }
        let bytes = |moments: &Vec<Moment>| -> u32 {
            moments
                .iter()
                .map(|moment| moment.checkpoint.length())
                .sum()
        };
        while self.moments.iter().map(bytes).sum::<u32>() > MEMORY
            && let Some(most) = self.moments.iter_mut().max_by_key(|moments| moments.len())
            && most.len() > 1
        {
            thin(most);
        }
    }

    /// Forgets the moments of a lane.
    pub fn forget(&mut self, id: LaneId) {
        if let (Some(moments), Some(asked)) = (self.moments.get_mut(id.0), self.asked.get_mut(id.0))
        {
            moments.clear();
            *asked = 0.0;
        }
    }

    /// Puts a lane into the browser's storage.
    pub fn store(
        &self,
        link: &str,
        id: LaneId,
        step: u64,
        checkpoint: Option<&Uint8Array>,
        series: &LaneSeries,
    ) -> Result<()> {
        let record = Object::new();
        let set = |key: &str, value: &JsValue| Reflect::set(&record, &key.into(), value);
        set("link", &link.into())?;
        set("lane", &(id.0 as u32).into())?;
        set("step", &(step as f64).into())?;
        set("saved", &js_sys::Date::now().into())?;
        if let Some(checkpoint) = checkpoint {
            set("checkpoint", checkpoint)?;
        }
        set("series", &Uint8Array::from(series.to_bytes().as_slice()))?;
        then(put(&record), |done| {
            if let Err(error) = done {
                push(Event::NotKept(words(&error)));
            }
        });
        Ok(())
    }

    /// The storage failed; tells whether that is new.
    pub fn fails(&mut self) -> bool {
        !std::mem::replace(&mut self.failed, true)
    }
}

/// Every other one of the moments between the oldest and the newest goes.
fn thin(moments: &mut Vec<Moment>) {
    let last = moments.len() - 1;
    let mut i = 0;
    moments.retain(|_| {
        let stays = i == last || i % 2 == 0;
        i += 1;
        stays
    });
    if last == 1 {
        moments.remove(0);
    }
}

/// Forgets what the browser holds of an experiment, or of one of its lanes.
pub fn forget(link: &str, lane: Option<LaneId>) {
    then(remove(link, lane.map(|id| id.0 as u32)), |_| {});
}

/// Looks for what the browser holds of an experiment, and lets go of those that were kept long ago.
pub fn find(link: &str) {
    then(prune(EXPERIMENTS), |_| {});
    let of = link.to_owned();
    then(get(link), move |found| match found {
        Ok(found) => {
            let lanes: Array = found.unchecked_into();
            let kept: Vec<Kept> = lanes.iter().filter_map(|record| read(&record)).collect();
            push(Event::Found(of, kept));
        }
        Err(error) => push(Event::NotKept(words(&error))),
    });
}

/// A record of the storage, which anybody may have written.
fn read(record: &JsValue) -> Option<Kept> {
    let field = |key: &str| Reflect::get(record, &key.into()).ok();
    let number = |key: &str| field(key)?.as_f64().filter(|x| (0.0..9e15).contains(x));
    let bytes = |key: &str| {
        let bytes = field(key)?.dyn_into::<Uint8Array>().ok();
        bytes.filter(|bytes| bytes.length() <= LONGEST)
    };
    let lane = number("lane")? as usize;
    (lane < LANES).then_some(Kept {
        lane: LaneId(lane),
        step: number("step")? as u64,
        saved: number("saved")? as u64,
        checkpoint: bytes("checkpoint"),
        series: bytes("series")?.to_vec(),
    })
}

fn then(promise: Promise, after: impl FnOnce(Result<JsValue>) + 'static) {
    spawn_local(async move { after(JsFuture::from(promise).await) });
}

/// An error in its own words.
fn words(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok();
    let message = message.and_then(|message| message.as_string());
    message.unwrap_or_else(|| "the browser gives no reason".to_owned())
}

/// A clock that asks for checkpoints while the page is open.
pub fn start_clock(due: &js_sys::Function) -> Result<()> {
    window()?.set_interval_with_callback_and_timeout_and_arguments_0(due, 1_000)?;
    Ok(())
}
