//! Another experiment, and the images that it needs.

use super::{App, Dirty, Said};
use crate::data::mnist;
use crate::data::mnist::Chunk;
use crate::plot::look;
use crate::spec::{DataSet, EXPERIMENTS, LANES, LaneId, Link, Spec, field};
use crate::web::alerts::Alert;
use crate::web::cards::Card;
use crate::web::data::train_needed;
use crate::web::dom::{Result, by_id};
use crate::web::events::Control;
use crate::web::lanes::{Lane, Source, State};
use crate::web::{keep, link};
use web_sys::Element;

/// All images of an experiment on MNIST, in the order in which they are needed.
pub(super) fn chunks_of(spec: &Spec) -> Vec<Chunk> {
    let mut chunks = train_needed(spec.images());
    let test: Vec<_> = mnist::test_chunks().collect();
    // The test probe before the training images beyond the first chunk; the other test images last.
    chunks.splice(1..1, test.iter().take(1).copied());
    chunks.extend(test.iter().skip(1));
    chunks
}

impl App {
    /// Shows a link from outside: its experiment, as it wants it shown.
    pub(super) fn show_link(&mut self, link: &Link) -> Result<()> {
        self.present(link)?;
        self.open(link)
    }

    /// Shows the experiment of a link.
    pub(super) fn open(&mut self, link: &Link) -> Result<()> {
        let alerts = link.errors.iter().cloned().map(Alert::Link).collect();
        self.alerts.set(alerts, self.texts)?;
        self.set_spec(link.spec.clone())?;
        self.receipt.clone_from(&link.receipt);
        self.presentation.at = link.presentation.at;
        if link.errors.is_empty() {
            link::write(&self.link(), false)?;
        }
        for error in &link.errors {
            if let Some(key) = error.key() {
                self.form.mark_wrong(key)?;
            }
        }
        self.start_when_ready = link.run;
        self.plan_arrival(link);
        self.data_arrived()
    }

    /// The canonical link of what is shown, and of how it is shown: with the lesson that is open beside it.
    pub(super) fn link(&self) -> String {
        let lesson = self.lessons.number();
        let lesson = lesson.map_or_else(String::new, |number| format!("&lesson={number}"));
        self.spec_link() + &lesson + &self.presentation.text()
    }

    /// The canonical link of the experiment with its receipts.
    pub(super) fn spec_link(&self) -> String {
        self.spec.link_with(self.receipt.as_ref())
    }

    /// Another experiment: everything goes back to step 0, and receipts of the one before say nothing about it.
    pub(super) fn set_spec(&mut self, spec: Spec) -> Result<()> {
        self.remember_left();
        let same_data = spec.data() == self.spec.data();
        if !same_data {
            // Lanes hold the images of the data set before.
            self.lanes.iter_mut().for_each(Lane::end_worker);
            self.inside.forget_images()?;
        }
        self.spec = spec;
        self.white.keep_for(&self.spec);
        self.receipt = None;
        self.presentation.at = None;
        self.arrival = None;
        self.waiting = None;
        self.files.forget();
        self.looked_at = None;
        self.form.show(&self.spec)?;
        self.said = Said::Nothing;
        let named = |link: &str| Link::read(link).spec == self.spec;
        self.experiment = EXPERIMENTS.iter().find(|e| named(e.link));
        self.figures
            .offer_layers(self.spec.settings().hidden.len(), self.texts)?;
        let schedules = self.spec.lanes();
        if self.lanes.iter().map(|lane| &lane.schedule).ne(schedules) {
            self.rebuild_lanes()?;
        }
        self.store.clear_all();
        self.seeds.begin(&self.spec, same_data)?;
        for id in (0..LANES).map(LaneId) {
            self.keeper.forget(id);
        }
        self.forget_found()?;
        keep::find(&self.spec.first_seed().link());
        for lane in &mut self.lanes {
            lane.reset()?;
        }
        self.show_data()?;
        if self.spec.data().own().is_some() {
            return Ok(());
        }
        self.chunks.fetch(chunks_of(&self.spec));
        Ok(())
    }

    /// New cards for the lanes of the experiment; a lane keeps the worker of the one before in its place.
    pub(super) fn rebuild_lanes(&mut self) -> Result<()> {
        let mut old = std::mem::take(&mut self.lanes).into_iter();
        let cards: Element = by_id("lanes")?;
        cards.set_text_content(None);
        self.view.forget_lanes()?;
        self.tabs.forget();
        self.named = look::named(self.spec.lanes());
        self.unseen.retain(|id| id.0 < self.named.len());
        if self.tab.0 >= self.named.len() {
            self.tab = LaneId(0);
        }
        for (named, schedule) in self.named.iter().zip(self.spec.lanes()) {
            let card = Card::new(named, schedule, self.texts)?;
            let mut lane = Lane::new(named.id, schedule, card);
            if let Some(old) = old.next() {
                lane.adopt(old);
            }
            cards.append_child(&lane.card.element)?;
            self.tabs
                .add(named, schedule, &lane.card.element, self.texts)?;
            self.lanes.push(lane);
            self.view.add_lane(named, schedule, self.texts)?;
        }
        Ok(())
    }

    /// The images without which the lanes cannot begin.
    pub(super) fn needed(&self) -> Vec<Chunk> {
        if self.spec.data().own().is_some() {
            return Vec::new();
        }
        let mut needed = train_needed(self.spec.images());
        needed.extend(mnist::test_chunks().take(1));
        needed
    }

    /// Whether enough is there for the lanes to begin.
    pub(super) fn has_data(&self) -> bool {
        match self.spec.data() {
            DataSet::Mnist => self.chunks.hold_all(&self.needed()),
            DataSet::Own(_) => self.own_set().is_some(),
        }
    }

    /// Workers start while images load and the reader still reads; what is there is sent to them.
    pub(super) fn data_arrived(&mut self) -> Result<()> {
        for lane in &mut self.lanes {
            if lane.state != State::Failed {
                lane.ensure_worker()?;
            }
        }
        self.feed()?;
        if self.has_data() {
            self.set_out()?;
        }
        if self.start_when_ready && self.has_data() {
            self.start_when_ready = false;
            self.control(Control::Run)?;
        }
        Ok(())
    }

    /// Sends one part of the images to one lane, those first that wait for it; the next part follows in a later task, so
    /// that frames are drawn in between.
    pub(super) fn feed(&mut self) -> Result<()> {
        let source = Source::of(&self.spec, &self.chunks, self.own.as_ref());
        if matches!(source, Source::Missing) {
            return self.feed_ghosts();
        }
        if self.white.feed(&self.spec, source)? {
            self.feeding.ask();
            return Ok(());
        }
        for hungry in [true, false] {
            for lane in &mut self.lanes {
                if lane.is_hungry() == hungry && lane.feed(&self.spec, source, &self.white)? {
                    self.feeding.ask();
                    return Ok(());
                }
            }
        }
        if self.seeds.feed(&self.spec, source, &self.white)? {
            self.feeding.ask();
            return Ok(());
        }
        if self.inside.feed(&self.spec, source, &self.white)? {
            // What waited for the images is asked for in a frame.
            self.dirty = Dirty::Page;
            self.feeding.ask();
            return Ok(());
        }
        self.feed_ghosts()
    }

    pub(super) fn field(&mut self, key: &str, text: &str) -> Result<()> {
        let Some(field) = field(key).filter(|_| !self.presentation.keeps(key)) else {
            return Ok(());
        };
        let mut draft = self.spec.draft();
        let spec = field.set(&mut draft, text).and_then(|()| draft.finish());
        let spec = match spec {
            Ok(spec) => spec,
            Err(error) => {
                self.alerts.refuse(error, self.texts)?;
                return self.form.mark_wrong(key);
            }
        };
        let refused = self.refused(key)?;
        self.alerts.set(refused, self.texts)?;
        if spec == self.spec {
            return self.form.show(&self.spec);
        }
        if key == "seeds" {
            self.set_seeds(spec)?;
            return link::write(&self.link(), true);
        }
        let had_run = self.lanes.iter().any(|lane| lane.step > 0);
        self.set_spec(spec)?;
        link::write(&self.link(), true)?;
        if had_run {
            self.said = Said::Changed;
        }
        self.data_arrived()
    }

    /// Texts of the form that could not be used, but for the field of a key, give way to what is in force: in words.
    fn refused(&mut self, but: &str) -> Result<Vec<Alert>> {
        let taken = self.form.take_back(&self.spec, but)?;
        let refused = taken.into_iter().map(|(field, text)| Alert::Refused {
            key: field.key,
            text,
            used: field.get(&self.spec),
        });
        Ok(refused.collect())
    }

    /// Lanes are about to run: the form shows what they run with.
    pub(super) fn take_back_refused(&mut self) -> Result<()> {
        let refused = self.refused("")?;
        match refused.is_empty() {
            true => Ok(()),
            false => self.alerts.set(refused, self.texts),
        }
    }
}
