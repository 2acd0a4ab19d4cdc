//! Contestants of one shape in one place, and their rounds.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::browser::Remote;
use crate::native::{Local, Torch};
use crate::shape::{Rule, Shape};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Browser,
    Native,
}

impl Place {
    pub fn name(self) -> &'static str {
        match self {
            Place::Browser => "browser",
            Place::Native => "native",
        }
    }
}

/// What a contestant does, and so in which unit its rate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Trains: samples a second.
    Train(Rule),
    /// So many lanes of ours at once, under BP: samples a second together.
    Lanes(usize),
    /// One lane of ours on all cores, under BP: samples a second.
    Cores,
    /// The dense products of this kind: operations a second.
    Products(&'static str),
    /// The limit of the core with so many chains: operations a second.
    Limit(usize),
}

impl Task {
    /// The part of a slice that it needs: the limit and the products settle within milliseconds.
    fn share(&self) -> f64 {
        match self {
            Task::Train(_) | Task::Lanes(_) | Task::Cores => 1.0,
            Task::Products(_) => 0.25,
            Task::Limit(_) => 0.05,
        }
    }
}

pub enum Runner {
    Remote(Remote),
    Local(Local),
    Torch(Torch),
}

pub struct Contestant {
    pub name: String,
    pub task: Task,
    pub runner: Runner,
    /// Work a second in each round.
    pub rates: Vec<f64>,
    /// Loss at the start and at the end, where it trains.
    pub losses: Option<(f64, f64)>,
}

impl Contestant {
    pub fn new(name: &str, task: Task, runner: Runner) -> Contestant {
        Contestant {
            name: name.to_owned(),
            task,
            runner,
            rates: Vec::new(),
            losses: None,
        }
    }

    async fn slice(&mut self, slice: Duration) -> Result<f64> {
        let slice = slice.mul_f64(self.task.share());
        let rate = match &mut self.runner {
            Runner::Remote(remote) => remote.slice(slice).await,
            Runner::Local(local) => local.slice(slice),
            Runner::Torch(torch) => torch.slice(slice),
        };
        rate.with_context(|| self.name.clone())
    }

    /// The loss, of those that tell it.
    async fn loss(&mut self) -> Result<Option<f64>> {
        if !matches!(self.task, Task::Train(_)) {
            return Ok(None);
        }
        let loss = match &mut self.runner {
            Runner::Remote(remote) => remote.loss().await,
            Runner::Local(local) => local.loss(),
            Runner::Torch(torch) => torch.loss(),
        };
        loss.map(Some).with_context(|| self.name.clone())
    }
}

/// Everybody who is measured on one shape in one place.
pub struct Contest {
    pub place: Place,
    pub shape: Shape,
    pub contestants: Vec<Contestant>,
}

impl Contest {
    /// Takes the losses at the start and lets everybody warm up.
    pub async fn begin(&mut self, slice: Duration) -> Result<()> {
        for contestant in &mut self.contestants {
            let loss = contestant.loss().await?;
            contestant.losses = loss.map(|loss| (loss, f64::NAN));
            contestant.slice(slice.mul_f64(0.5)).await?;
        }
        Ok(())
    }

    /// A slice for everybody, in an order that moves on by one a round.
    pub async fn round(&mut self, round: usize, slice: Duration) -> Result<()> {
        let count = self.contestants.len();
        for turn in 0..count {
            let contestant = &mut self.contestants[(turn + round) % count];
            let rate = contestant.slice(slice).await?;
            contestant.rates.push(rate);
        }
        Ok(())
    }

    /// Takes the losses at the end. Who has not learned has not trained, and its speed means nothing.
    pub async fn end(&mut self) -> Result<()> {
        for contestant in &mut self.contestants {
            let loss = contestant.loss().await?;
            if let (Some(loss), Some((before, after))) = (loss, &mut contestant.losses) {
                *after = loss;
                ensure!(
                    loss < *before,
                    "{} on {} does not learn: its loss was {before:.4} and is {loss:.4}",
                    contestant.name,
                    self.shape.name()
                );
            }
            if let Runner::Remote(remote) = &contestant.runner {
                remote.close().await?;
            }
        }
        Ok(())
    }
}
