//! The runs that a reader's browser keeps: how many, which go when there is no room, and the small curves that stand beside
//! each of them.

use serde::{Deserialize, Serialize};

use crate::spec::{LANES, LaneId, Spec};
use crate::store::{Quantity, Store};

/// Runs that are kept at the most.
pub const MOST: usize = 100;
/// Bytes of all of them at the most.
pub const BYTES: u64 = 64 << 20;
/// Points of a small curve at the most.
const POINTS: usize = 60;

/// What is asked of a kept run when there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: u32,
    /// Milliseconds since 1970.
    pub saved: u64,
    /// Its reader gave it a name.
    pub named: bool,
    pub bytes: u64,
}

/// The runs that have to go, so that what stays is within [`MOST`] and [`BYTES`]: the oldest without a name first, then the
/// oldest with one; the newest of all stays.
#[must_use]
pub fn to_drop(entries: &[Entry]) -> Vec<u32> {
    let mut order: Vec<Entry> = entries.to_vec();
    order.sort_by_key(|entry| (entry.saved, entry.id));
    let newest = order.pop();
    order.sort_by_key(|entry| entry.named);
    let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let mut count = entries.len();
    let mut gone = Vec::new();
    for entry in order {
        if newest.is_none() || (count <= MOST && bytes <= BYTES) {
            break;
        }
        (count, bytes) = (count - 1, bytes - entry.bytes);
        gone.push(entry.id);
    }
    gone
}

/// The test error of a lane over its steps, in few points that were all measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Small(pub Vec<(u64, f64)>);

/// The small curves of a run, those of lane 0 first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview(pub Vec<Small>);

impl Preview {
    /// That of a run.
    #[must_use]
    pub fn of(spec: &Spec, store: &Store) -> Preview {
        let lanes = (0..spec.lanes().len()).map(|i| {
            let points = store.lane(LaneId(i)).series(Quantity::TestError);
            let defined = points.iter().filter_map(|p| Some((p.step, p.value?)));
            Small(fewer(&defined.collect::<Vec<(u64, f64)>>()))
        });
        Preview(lanes.collect())
    }

    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// What [`Preview::to_bytes`] wrote; of anything else nothing.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Preview {
        let sane = |small: &Small| {
            let steps = small.0.iter().map(|point| point.0);
            small.0.len() <= POINTS
                && steps.is_sorted_by(|a, b| a < b)
                && small.0.iter().all(|point| (0.0..=100.0).contains(&point.1))
        };
        let read: Option<Preview> = postcard::from_bytes(bytes).ok();
        let read = read.filter(|preview| preview.0.len() <= LANES && preview.0.iter().all(sane));
        read.unwrap_or_default()
    }

    /// The last test error of a lane, percent.
    #[must_use]
    pub fn last(&self, lane: usize) -> Option<f64> {
        Some(self.0.get(lane)?.0.last()?.1)
    }

    /// Whether it shows the same curves as another one, as far as both go: every value that both have is the same.
    #[must_use]
    pub fn agrees(&self, other: &Preview) -> bool {
        let value = |small: &Small, step: u64| {
            let at = small.0.binary_search_by_key(&step, |point| point.0).ok()?;
            Some(small.0[at].1)
        };
        let agree = |(one, other): (&Small, &Small)| {
            let both = one.0.iter().filter_map(|p| Some((p.1, value(other, p.0)?)));
            both.into_iter().all(|(one, other)| one == other)
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(agree)
    }

    /// The last step of all.
    #[must_use]
    pub fn last_step(&self) -> u64 {
        let lasts = self.0.iter().filter_map(|small| small.0.last());
        lasts.map(|point| point.0).max().unwrap_or(0)
    }
}

/// At most [`POINTS`] of the points, evenly spread, the first and the last among them.
fn fewer(points: &[(u64, f64)]) -> Vec<(u64, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let place = |k: usize| k * (points.len() - 1) / (POINTS - 1);
    (0..POINTS).map(|k| points[place(k)]).collect()
}
