//! Points of several seeds at the same steps, bounded.

use super::{Range, Spread};

/// What a seed measured at a step; what is undefined is NaN.
#[derive(Clone, Debug)]
struct Row {
    step: u64,
    values: Vec<f64>,
}

/// The rows of every seed. The steps that are kept are decided by whichever seed comes first; the last row of a seed is
/// there whatever its step is, since the end counts most.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Steps that are kept, ascending.
    grid: Vec<u64>,
    /// Of the steps that come now one in so many is kept.
    every: u64,
    /// Steps that came.
    came: u64,
    /// The last of them.
    last: Option<u64>,
    most: usize,
    seeds: Vec<Vec<Row>>,
}

impl Rows {
    pub(super) fn new(seeds: usize, most: usize) -> Rows {
        Rows {
            grid: Vec::new(),
            every: 1,
            came: 0,
            last: None,
            most,
            seeds: vec![Vec::new(); seeds],
        }
    }

    pub(super) fn push(&mut self, seed: usize, step: u64, values: Vec<f64>) {
        if self.last.is_none_or(|last| last < step) {
            self.last = Some(step);
            if self.came.is_multiple_of(self.every) {
                self.grid.push(step);
            }
            self.came += 1;
        }
        if self.grid.len() > self.most {
            self.thin();
        }
        let grid = &self.grid;
        let Some(rows) = self.seeds.get_mut(seed) else {
            return;
        };
        if rows.last().is_some_and(|last| last.step >= step) {
            return; // It was told before.
        }
        rows.pop_if(|last| grid.binary_search(&last.step).is_err());
        rows.push(Row { step, values });
    }

    pub(super) fn resize(&mut self, seeds: usize, most: usize) {
        self.seeds.resize(seeds, Vec::new());
        self.most = most;
        while self.grid.len() > most {
            self.thin();
        }
    }

    /// Every other step goes.
    fn thin(&mut self) {
        let mut at = 0;
        self.grid.retain(|_| {
            at += 1;
            at % 2 == 1
        });
        self.every *= 2;
        let grid = &self.grid;
        for rows in &mut self.seeds {
            let last = rows.last().map(|row| row.step);
            let stays = |row: &Row| Some(row.step) == last || grid.binary_search(&row.step).is_ok();
            rows.retain(stays);
        }
    }

    pub(super) fn clear(&mut self, seed: usize) {
        if let Some(rows) = self.seeds.get_mut(seed) {
            rows.clear();
        }
        if self.seeds.iter().all(Vec::is_empty) {
            *self = Rows::new(self.seeds.len(), self.most);
        }
    }

    /// The value of a column that a seed has at a step; `None` if it has no point there or the value is undefined.
    pub(super) fn value(&self, seed: usize, step: u64, column: usize) -> Option<f64> {
        let rows = self.seeds.get(seed)?;
        let at = rows.binary_search_by_key(&step, |row| row.step).ok()?;
        let value = rows[at].values.get(column).copied();
        value.filter(|value| value.is_finite())
    }

    /// The last step at which a seed has a point.
    pub(super) fn last_step(&self, seed: usize) -> Option<u64> {
        self.seeds.get(seed)?.last().map(|row| row.step)
    }

    /// The steps of all seeds, in no order, some more than once.
    pub(super) fn all_steps(&self) -> Vec<u64> {
        self.seeds.iter().flatten().map(|row| row.step).collect()
    }

    /// The steps at which every seed that has come so far has a point, ascending.
    pub(super) fn steps(&self) -> Vec<u64> {
        self.walk(|_, _| {})
    }

    pub(super) fn spreads(&self, column: usize) -> Vec<Spread> {
        let mut spreads = Vec::new();
        self.walk(|step, rows| {
            let values = rows.iter().filter_map(|row| row.values.get(column));
            let values: Vec<f64> = values.copied().filter(|value| value.is_finite()).collect();
            spreads.push(Spread {
                step,
                seeds: values.len() as u32,
                of: Range::of(&values),
            });
        });
        spreads
    }

    /// Hands on the rows of each step at which every seed that has come so far has one; tells the steps.
    fn walk(&self, mut each: impl FnMut(u64, &[&Row])) -> Vec<u64> {
        let mut steps = Vec::new();
        let mut next = vec![0; self.seeds.len()];
        let mut there: Vec<&Row> = Vec::with_capacity(self.seeds.len());
        loop {
            let ahead = || {
                let seeds = self.seeds.iter().zip(&next);
                seeds.filter_map(|(rows, &at)| rows.get(at))
            };
            let Some(step) = ahead().map(|row| row.step).min() else {
                return steps;
            };
            there.clear();
            there.extend(ahead().filter(|row| row.step == step));
            // Who has a row ahead, but not this one, has come further without it.
            if there.len() == ahead().count() {
                each(step, &there);
                steps.push(step);
            }
            for (rows, at) in self.seeds.iter().zip(&mut next) {
                *at += usize::from(rows.get(*at).is_some_and(|row| row.step == step));
            }
        }
    }
}
