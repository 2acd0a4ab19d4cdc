//! What each event leads to.

use super::{App, Dirty, Said};
use crate::spec::{DataSet, EXPERIMENTS, Link, Receipt};
use crate::web::class::Act;
use crate::web::dom::{Result, by_id, set_attribute};
use crate::web::events::Event;
use crate::web::lanes::State;
use crate::web::meter::now;
use crate::web::view::Screen;
use crate::web::{language, link};
use web_sys::{Element, HtmlDialogElement, HtmlElement};

impl App {
    pub(super) fn update(&mut self, event: Event) -> Result<()> {
        self.dirty = match event {
            // What is measured or over marks the page itself; the panel's numbers are no part of it.
            Event::Message(..) | Event::Seeds(_) => self.dirty.max(Dirty::Numbers),
            Event::Tick | Event::Feed | Event::Frame | Event::KeepDue => self.dirty,
            // A frame may have come in between, and with it another rest.
            Event::NumbersDue if self.dirty == Dirty::Nothing => Dirty::Nothing,
            Event::NumbersDue => self.dirty.max(Dirty::Points),
            _ => Dirty::Page,
        };
        match event {
            Event::Seeds(act) => self.seeding(act),
            Event::Control(control) => {
                if !self.leave_arrival(control) {
                    self.control(control)?;
                }
                // At once, not a frame later: who pressed Step and waits for "paused" must not see the pause before.
                self.render()
            }
            Event::Lane(id, control) => self.control_lane(id, control),
            Event::Field(key, text) => self.field(&key, &text),
            Event::Link => {
                let link = link::read()?;
                if let Some(texts) = link.lang {
                    self.speak(texts)?;
                }
                let from = link.presentation.at;
                let begins = from.is_some() && from != self.presentation.at;
                if link.spec != self.spec || !link.errors.is_empty() || begins {
                    self.show_link(&link)?;
                    return self.follow_lesson(&link);
                }
                // The same experiment: what has run stays, and is compared with the receipts that came or went.
                self.receipt.clone_from(&link.receipt);
                self.present(&link)?;
                link::write(&self.link(), false)?;
                self.follow_lesson(&link)
            }
            Event::Experiment(i) => {
                by_id::<HtmlElement>("experiments")?.hide_popover().ok();
                match EXPERIMENTS.get(i) {
                    Some(experiment) => {
                        let link = Link::read(experiment.link);
                        link::write(&link.text(), true)?;
                        self.open(&link)
                    }
                    None => Ok(()),
                }
            }
            Event::Share => {
                let ended = self
                    .lanes
                    .iter()
                    .filter_map(|lane| Some((lane.schedule.name().to_owned(), lane.fingerprint?)));
                let earned = Receipt::new(ended);
                let opened_with = self.receipt.is_some();
                self.share
                    .open(&self.spec, earned.as_ref(), opened_with, self.texts)
            }
            Event::Change => self.change(),
            Event::ShareChoice => self.share.choose(self.texts),
            Event::ShareLanguage => self.share.copy(self.texts),
            Event::Language => {
                let texts = self.texts.next();
                language::keep(texts);
                self.speak(texts)
            }
            Event::Paper => {
                by_id::<HtmlElement>("experiments")?.hide_popover().ok();
                self.paper.open(self.texts)
            }
            Event::PaperTable => self.paper.choose(self.texts),
            Event::PaperLoaded(name, loaded) => {
                self.paper.loaded(&name, loaded, self.texts);
                Ok(())
            }
            Event::PaperExperiment(link) => {
                self.paper.close();
                let link = Link::read(&link);
                link::write(&link.text(), true)?;
                self.open(&link)
            }
            Event::Lessons => self.open_lessons(),
            Event::LessonsLoaded(code, loaded) => self.lessons_loaded(code, loaded),
            Event::Lesson(number) => self.open_lesson(number),
            Event::LessonWalk(on) => self.walk_lesson(on),
            Event::LessonClose => self.close_lesson(),
            Event::LessonAnswer(block, key) => {
                self.lessons.answer(block, key);
                Ok(())
            }
            Event::LessonExperiment(link) => self.lesson_experiment(link),
            Event::LessonMeaning(meaning) => {
                let words = meaning.as_ref().map(|(words, _)| words.as_str());
                self.lessons.say_meaning(words);
                self.make_strong(meaning.as_ref().and_then(|(_, part)| *part));
                Ok(())
            }
            Event::Callout(never) => self.welcome.dismiss(never),
            Event::Inside(act) => self.inside(act),
            Event::Promise => by_id::<HtmlDialogElement>("promise")?.show_modal(),
            Event::Host(origin, order) => self.host(&origin, order),
            Event::Class(act) => {
                match act {
                    Act::Open => self.class.open(self.spec_link(), self.texts)?,
                    Act::Choose => self.class.choose(self.texts)?,
                    Act::Copy => self.class.copy(self.texts)?,
                    Act::SaveSvg | Act::SavePng => self.class.save(act == Act::SaveSvg),
                }
                Ok(())
            }
            Event::Print(begins) => self.print(begins),
            Event::IdleChoice => {
                self.idle.choose();
                Ok(())
            }
            Event::Compare(act) => self.compare(act),
            Event::Runs(act) => self.runs(act),
            Event::Export(act) => self.export(act),
            Event::OpenForm(open) => {
                let form: Element = by_id("form")?;
                form.class_list().toggle_with_force("open", open)?;
                let button: HtmlElement = by_id("open-form")?;
                set_attribute(
                    &button,
                    "aria-expanded",
                    if open { "true" } else { "false" },
                );
                let focus: HtmlElement = by_id(if open { "close-form" } else { "open-form" })?;
                focus.focus()
            }
            Event::Speed(speed) => {
                self.speed = speed;
                self.send_pace()
            }
            Event::InStep(in_step) => {
                self.in_step = in_step;
                self.send_pace()
            }
            Event::Legend(id) => {
                if self.unseen.contains(&id) {
                    self.unseen.retain(|other| *other != id);
                } else {
                    self.unseen.push(id);
                }
                Ok(())
            }
            Event::Tab(id) => {
                self.tab = id;
                Ok(())
            }
            Event::View => {
                self.figures.read_options();
                Ok(())
            }
            Event::Resized => {
                self.screen = Screen::now()?;
                self.tabs.resized()?;
                self.all_canvases = true;
                Ok(())
            }
            Event::Sight => {
                self.all_canvases = true;
                Ok(())
            }
            Event::NumbersDue => {
                self.later_at = None;
                Ok(())
            }
            Event::Painted => Ok(()),
            Event::Feed => self.feed(),
            Event::Performance(open) => self.performance.open(open),
            Event::MeasureAnew => {
                self.meter.start_over();
                self.performance.forget();
                Ok(())
            }
            Event::Tick => {
                let (store, meter) = (&self.store, &self.meter);
                self.performance.read(&self.lanes, store, meter, self.texts)
            }
            Event::Pointer(plot, x) => {
                let steps = self.steps(plot);
                self.figures.point(plot, x, &steps);
                Ok(())
            }
            Event::Walk(plot, by) => {
                self.walk(plot, by);
                Ok(())
            }
            Event::Access(act) => {
                self.access(act);
                Ok(())
            }
            Event::Message(id, generation, bytes, beside) => {
                self.message(id, generation, &bytes, beside)
            }
            Event::KeepDue => {
                self.pause_if_idle()?;
                self.keep_due()
            }
            Event::Found(link, kept) => self.found(&link, kept),
            Event::NotKept(reason) => self.not_kept(reason),
            Event::Resume(wanted) => self.resume(wanted),
            Event::OpenHistory => {
                self.open_history()?;
                Ok(())
            }
            Event::Look(place) => {
                self.look(place);
                Ok(())
            }
            Event::GoBack => self.go_back(),
            Event::Died(id, generation, fault) => self.died(id, generation, fault),
            Event::Loaded(file, bytes) => {
                self.chunks.progress(file, bytes);
                Ok(())
            }
            Event::Chunk(file, bytes) => {
                self.chunks.hold(file, bytes);
                self.data_arrived()
            }
            Event::LoadFailed(file, reason) => {
                self.chunks.fail(file, reason);
                Ok(())
            }
            Event::Retry => {
                self.chunks.retry();
                Ok(())
            }
            Event::Own => self.open_own(),
            Event::OwnFiles(files) => self.own_files(&files),
            Event::OwnRead(read) => self.own_read(read),
            Event::OwnFound(wanted, kept) => self.own_found(&wanted, kept),
            Event::OwnKept(fault) => self.own_kept(fault),
            Event::OwnMnist => {
                by_id::<HtmlDialogElement>("own-dialog")?.close();
                self.choose_data(&DataSet::Mnist)
            }
            Event::White(act) => self.white(act),
            Event::CloseAlerts => {
                self.alerts.set(Vec::new(), self.texts)?;
                by_id::<HtmlElement>("run")?.focus()
            }
            Event::Hidden(hidden) => self.hidden(hidden),
            Event::Frame => {
                self.frame_asked = false;
                self.render()
            }
        }
    }

    /// Compares the pace while the tab was hidden with the pace before.
    pub(super) fn hidden(&mut self, hidden: bool) -> Result<()> {
        if self.frame_asked {
            self.request_frame(hidden)?;
        }
        let now = now();
        let steps: u64 = self.lanes.iter().map(|lane| lane.step).sum();
        let batch = f64::from(self.spec.batch());
        let running = self
            .lanes
            .iter()
            .filter(|lane| lane.state == State::Running);
        if hidden {
            self.pace = running.map(|lane| lane.samples_per_second / batch).sum();
            self.hidden_since = Some((now, steps));
            // The tab may be closed now, and nothing is said of that.
            self.remember_left();
            return Ok(());
        }
        self.meter.came_back();
        if let Some((since, before)) = self.hidden_since.take() {
            let seconds = (now - since) / 1e3;
            let pace = steps.saturating_sub(before) as f64 / seconds;
            if running.count() > 0 && seconds > 3.0 && pace < 0.25 * self.pace {
                self.said = Said::Slowed;
            }
        }
        Ok(())
    }
}
