//! The view that looks inside: where lanes are looked at, and what is asked of them for it.

use super::{App, Dirty};
use crate::plot::look::Named;
use crate::spec::LaneId;
use crate::web::dom::Result;
use crate::web::inside::{Act, Looked, LookedAt, Sources, Tab};
use crate::web::lanes::{Source, State};

impl App {
    /// Answers what happened to the view.
    pub(super) fn inside(&mut self, act: Act) -> Result<()> {
        let sources = Sources {
            spec: &self.spec,
            source: Source::of(&self.spec, &self.chunks, self.own.as_ref()),
            texts: self.texts,
            screen: self.screen,
            all: false,
        };
        match act {
            Act::Open => {
                self.inside.open()?;
                self.ask_where_lanes_stand()
            }
            Act::OpenDigit => {
                self.inside.choose(Tab::Digit)?;
                self.inside.open()?;
                self.ask_where_lanes_stand()
            }
            Act::Close => self.inside.close(),
            Act::Tab(tab) => self.inside.choose(tab),
            Act::Choice => self.inside.read_choices(),
            Act::Page(by) => {
                self.inside.turn_page(by);
                Ok(())
            }
            Act::Cell(id, class, taken) => {
                self.inside.choose_cell((id, class, taken));
                Ok(())
            }
            Act::Compute => self.inside.compute(self.texts),
            Act::Stop => self.inside.stop(self.texts),
            Act::Draw(pen) => {
                self.inside.draw(pen);
                Ok(())
            }
            Act::Choose(choice) => self.inside.choose_image(choice, &self.spec),
            Act::Show(at) => self.inside.show_image(at),
            Act::Point(panel, place) => self.inside.point(panel, place, sources),
            Act::Walk(panel, by) => self.inside.walk(panel, by, sources),
            Act::Told(generation, bytes) => {
                self.inside.told(generation, &bytes, sources)?;
                self.feed()
            }
            Act::Died(generation, fault) => {
                self.inside.died(generation, fault);
                Ok(())
            }
        }
    }

    /// The moment of a lane that is looked at: that of the slider, else the last that was kept, its start before the first step. `None` until the
    /// lane has told where it stands.
    pub(super) fn checkpoint_of(&self, id: LaneId) -> Option<LookedAt> {
        if let Some(moment) = self.keeper.at(id, self.looked_at) {
            return Some(LookedAt {
                step: moment.step,
                link: moment.link.clone(),
                checkpoint: Some(moment.checkpoint.clone()),
            });
        }
        let lane = self.lanes.iter().find(|lane| lane.id == id)?;
        (lane.step == 0).then(|| LookedAt {
            step: 0,
            link: self.spec.first_seed().link(),
            checkpoint: None,
        })
    }

    /// Asks lanes that train or stand for a checkpoint.
    fn ask_where_lanes_stand(&self) -> Result<()> {
        for lane in &self.lanes {
            if !matches!(lane.state, State::Idle | State::Failed) {
                lane.ask_to_keep()?;
            }
        }
        Ok(())
    }

    /// Brings the view up to date, if it is open.
    pub(super) fn look_inside(&mut self, all: bool) -> Result<()> {
        if !self.inside.is_open() {
            return Ok(());
        }
        let looked = self.seen();
        let looked = looked
            .iter()
            .filter_map(|named| self.looked(named))
            .collect();
        let sources = Sources {
            spec: &self.spec,
            source: Source::of(&self.spec, &self.chunks, self.own.as_ref()),
            texts: self.texts,
            screen: self.screen,
            all,
        };
        self.inside.show(looked, sources)?;
        if self.inside.is_following() {
            self.dirty = self.dirty.max(Dirty::Numbers);
        }
        Ok(())
    }

    fn looked(&self, named: &Named) -> Option<Looked> {
        let lane = self.lanes.iter().find(|lane| lane.id == named.id)?;
        Some(Looked {
            id: named.id,
            mark: named.mark.clone(),
            rule: named.rule,
            name: self.texts.lane(&lane.schedule),
            run: lane.run,
            at: self.checkpoint_of(named.id),
        })
    }
}
