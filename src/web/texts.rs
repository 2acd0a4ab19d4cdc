//! Sentences of the page: the words of the language around rules, angles and numbers.

use wasm_bindgen::{JsCast as _, JsValue};

use super::meter::{FrameTimes, LongTasks};
use crate::core::{HiddenLayer, Learning, NewFeedback, Rule};
use crate::lane::Reason;
use crate::lang::{self, Texts, fill};
use crate::plot::axis::number;
use crate::plot::words;
use crate::spec::{EXPERIMENTS, Link, Schedule, Spec, Stage, rule_words};
use crate::store::ghost::Ghost;

/// What went wrong outside the mathematics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    WorkerEnded,
    MessageUnread,
    Server(u16),
    EmptyAnswer,
    Request,
    /// A file of more than so many megabytes.
    TooLarge(u64),
    /// In the browser's words, or a program's.
    Other(String),
}

impl From<JsValue> for Fault {
    fn from(error: JsValue) -> Fault {
        let message = error
            .dyn_ref::<js_sys::Error>()
            .map(|error| String::from(error.message()));
        let message = message.or_else(|| error.as_string());
        message.map_or(Fault::Request, Fault::Other)
    }
}

impl Fault {
    pub fn words(&self, texts: &Texts) -> String {
        let lab = &texts.lab;
        match self {
            Fault::WorkerEnded => lab.worker_ended.to_owned(),
            Fault::MessageUnread => lab.message_unread.to_owned(),
            Fault::Server(status) => fill(lab.server_answered, &[("status", &status.to_string())]),
            Fault::EmptyAnswer => lab.empty_answer.to_owned(),
            Fault::Request => lab.request_failed.to_owned(),
            Fault::TooLarge(most) => {
                fill(texts.ghosts.too_large, &[("limit", &number(*most as f64))])
            }
            Fault::Other(message) => message.clone(),
        }
    }
}

/// Why a lane goes no further.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Note {
    #[default]
    None,
    Ended(Reason),
    /// And the step from which it can go on, if it was kept.
    Died(Fault, Option<u64>),
}

impl Note {
    pub fn words(&self, schedule: &Schedule, texts: &Texts) -> String {
        match self {
            Note::None => String::new(),
            Note::Ended(reason) => texts.reason(reason),
            Note::Died(fault, kept) => {
                let (lane, reason) = (texts.lane(schedule), fault.words(texts));
                let [lane, reason] = [("rule", lane.as_str()), ("reason", &reason)];
                match kept {
                    None => fill(texts.lab.lane_died, &[lane, reason]),
                    Some(step) => {
                        let step = number(*step as f64);
                        let values = [lane, reason, ("step", step.as_str())];
                        fill(texts.lab.lane_died_at, &values)
                    }
                }
            }
        }
    }
}

/// A whole number without separators.
fn whole(number: impl ToString) -> String {
    number.to_string()
}

impl Texts {
    fn of_rule(&self, rule: Rule) -> &lang::Rule {
        rule_words(rule, self)
    }

    /// A rule's full name.
    pub fn rule(&self, rule: Rule) -> &'static str {
        self.of_rule(rule).name
    }

    /// A rule's short name.
    pub fn short(&self, rule: Rule) -> &'static str {
        self.of_rule(rule).short
    }

    fn named(&self, text: &str, rule: Rule, about: &str) -> String {
        fill(text, &[("name", self.rule(rule)), ("about", about)])
    }

    /// A rule's full name, and how it carries the error to a hidden layer.
    pub fn about(&self, rule: Rule) -> String {
        self.named(self.lab.rule_about, rule, self.of_rule(rule).about)
    }

    /// The same for a lane card that has measured nothing yet.
    pub fn brief(&self, rule: Rule) -> String {
        self.named(self.lab.rule_about, rule, self.of_rule(rule).brief)
    }

    /// The same with what each of its layers says, a line each.
    pub fn measured(&self, rule: Rule, layers: &str) -> String {
        let layers = layers.replace('\n', self.lab.part_join);
        self.named(self.lab.rule_about, rule, &layers)
    }

    /// A lane's name: its rules' short names.
    pub fn lane(&self, schedule: &Schedule) -> String {
        let rules = schedule.rules().into_iter();
        let names: Vec<&str> = rules.map(|rule| self.short(rule)).collect();
        names.join(self.lab.lane_arrow)
    }

    /// The same in full.
    pub fn full_name(&self, schedule: &Schedule) -> String {
        let rules = schedule.rules().into_iter();
        let names: Vec<&str> = rules.map(|rule| self.rule(rule)).collect();
        names.join(self.lab.lane_then)
    }

    /// What its rules do.
    pub fn about_lane(&self, schedule: &Schedule) -> String {
        let rules = schedule.rules().into_iter();
        let about: Vec<String> = rules.map(|rule| self.about(rule)).collect();
        about.join(self.lab.lane_about_then)
    }

    /// What a button of the legend stands for.
    pub fn legend(&self, schedule: &Schedule) -> String {
        let rules = schedule.rules();
        match rules.as_slice() {
            [rule] => self.named(self.lab.legend, *rule, self.of_rule(*rule).about),
            _ => {
                let (name, about) = (self.lane(schedule), self.about_lane(schedule));
                fill(self.lab.legend, &[("name", &name), ("about", &about)])
            }
        }
    }

    /// A text about one lane alone, such as [`lang::Lab::lane_step`].
    pub fn of_lane(&self, text: &str, schedule: &Schedule) -> String {
        fill(text, &[("rule", &self.lane(schedule))])
    }

    /// The browser holds lanes of this experiment.
    pub fn was_kept(&self, first: u64, last: u64, minutes_ago: u64) -> String {
        let lab = &self.lab;
        let steps = match first == last {
            true => lab.at_step,
            false => lab.at_steps,
        };
        let (first, last) = (number(first as f64), number(last as f64));
        let steps = fill(steps, &[("first", &first), ("last", &last)]);
        let (ago, count) = match minutes_ago {
            0 => (lab.ago_now, 0),
            1 => (lab.ago_minute, 1),
            minutes if minutes < 120 => (lab.ago_minutes, minutes),
            minutes if minutes < 2_880 => (lab.ago_hours, minutes / 60),
            minutes => (lab.ago_days, minutes / 1_440),
        };
        let ago = fill(ago, &[("count", &whole(count))]);
        fill(lab.was_kept, &[("steps", &steps), ("ago", &ago)])
    }

    /// How many moments can be looked at.
    pub fn moments(&self, count: usize) -> String {
        match count {
            0 => self.lab.moments_none.to_owned(),
            count => fill(self.lab.moments, &[("count", &whole(count))]),
        }
    }

    /// What an experiment is called that nobody named: its title in the menu, else its link.
    pub fn run_name(&self, spec: &Spec) -> String {
        let link = spec.link();
        let known = EXPERIMENTS
            .iter()
            .find(|known| Link::read(known.link).spec == *spec);
        match known {
            Some(known) => known.words(self).title.to_owned(),
            None => link.trim_start_matches("v=1&").replace('&', " "),
        }
    }

    /// The browser's storage cannot be used.
    pub fn not_kept(&self, reason: &str) -> String {
        fill(self.lab.not_kept, &[("reason", reason)])
    }

    /// The dialog that changes a lane.
    pub fn change_lane(&self, name: &str) -> String {
        fill(self.lab.change_lane, &[("rule", name)])
    }

    /// A lane's present phase.
    pub fn stage(&self, at: usize, stage: &Stage, all: usize) -> String {
        let lab = &self.lab;
        let list = |text: &str, layers: &[u32]| {
            let words: Vec<String> = layers.iter().map(ToString::to_string).collect();
            fill(text, &[("layers", &words.join(", "))])
        };
        let mut parts = vec![self.short(stage.phase.rule).to_owned()];
        match &stage.phase.learning {
            Learning::All => {}
            Learning::Frozen(layers) => parts.push(list(lab.stage_frozen, layers)),
            Learning::Only(layers) => parts.push(list(lab.stage_only, layers)),
        }
        match stage.phase.feedback {
            NewFeedback::Kept => {}
            NewFeedback::Redrawn => parts.push(lab.stage_redrawn.to_owned()),
            NewFeedback::Opposed => parts.push(lab.stage_opposed.to_owned()),
        }
        let (at, all, parts) = (whole(at + 1), whole(all), parts.join(", "));
        let values = [("at", at.as_str()), ("all", &all), ("parts", &parts)];
        fill(lab.stage, &values)
    }

    /// A choice of what learns.
    pub fn layer_frozen(&self, layer: usize, output: bool) -> String {
        match output {
            true => self.lab.but_output.to_owned(),
            false => fill(self.lab.but_layer, &[("layer", &whole(layer))]),
        }
    }

    /// The other choice.
    pub fn layer_only(&self, layer: usize, output: bool) -> String {
        match output {
            true => self.lab.output_alone.to_owned(),
            false => fill(self.lab.layer_alone, &[("layer", &whole(layer))]),
        }
    }

    pub fn no_feedback(&self, rule: Rule) -> String {
        fill(self.lab.no_feedback, &[("rule", self.short(rule))])
    }

    /// What a hidden layer is, behind its name, where it is a convolution.
    fn form(&self, who: String, layer: Option<&HiddenLayer>) -> String {
        let Some(HiddenLayer::Convolution(convolution)) = layer else {
            return who;
        };
        let (size, count) = (whole(convolution.kernel.size), convolution.maps);
        let maps = if count == 1 {
            self.lab.form_map
        } else {
            self.lab.form_maps
        };
        let maps = fill(maps, &[("count", &whole(count))]);
        let values = [("who", who.as_str()), ("size", &size), ("maps", &maps)];
        fill(self.lab.layer_form, &values)
    }

    /// The paper's table could not be shown.
    pub fn no_table(&self, file: &str, reason: &str) -> String {
        fill(self.lab.no_table, &[("file", file), ("reason", reason)])
    }

    /// The button that opens a row of the paper's table.
    pub fn open_row(&self, net: &str) -> String {
        fill(self.lab.open_row, &[("net", net)])
    }

    /// The button that opens a cell of the paper's table.
    pub fn open_cell(&self, net: &str, rule: Rule) -> String {
        fill(
            self.lab.open_cell,
            &[("net", net), ("rule", self.short(rule))],
        )
    }

    /// Why a lane ended.
    pub fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::Epochs => self.lab.done_epochs.to_owned(),
            Reason::Steps => self.lab.done_steps.to_owned(),
            Reason::Error => self.lab.done_error.to_owned(),
            Reason::Diverged { step, quantity } => {
                let values = [
                    ("step", number(*step as f64)),
                    ("quantity", quantity.clone()),
                ];
                let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
                fill(self.lab.diverged_in, &values)
            }
        }
    }

    /// Every hidden layer in words, a line each, a convolution of `forms` with what it is; of many layers, neighbours
    /// of one sense share a line.
    pub fn each_layer(&self, angles: &[Option<f64>], forms: &[HiddenLayer]) -> String {
        let lines = words::layers(angles, 6).into_iter().map(|layers| {
            let (first, last) = (whole(layers.first), whole(layers.last));
            let who = match first == last {
                true => self.lab.layer_one,
                false => self.lab.layer_many,
            };
            let who = fill(who, &[("first", &first), ("last", &last)]);
            let form = (layers.first == layers.last).then(|| forms.get(layers.first - 1));
            let who = self.form(who, form.flatten());
            let says = ("says", layers.sense.words(self));
            let who = ("who", who.as_str());
            match layers.angles {
                None => fill(self.lab.layer_says, &[who, says]),
                Some((low, high)) if low == high => {
                    let angle = format!("{low:.0}");
                    fill(self.lab.layer_angle, &[who, says, ("angle", &angle)])
                }
                Some((low, high)) => {
                    let (low, high) = (format!("{low:.0}"), format!("{high:.0}"));
                    let values = [who, says, ("low", &low), ("high", &high)];
                    fill(self.lab.layer_angles, &values)
                }
            }
        });
        lines.collect::<Vec<String>>().join("\n")
    }

    /// What a lane card says about its layers: each of two, else the most telling one.
    pub fn layers(&self, rule: Rule, angles: &[Option<f64>]) -> String {
        match rule {
            Rule::Bp if angles.iter().all(Option::is_none) => {
                return self.lab.gradient_zero.to_owned();
            }
            Rule::Bp if angles.iter().any(Option::is_none) => {
                return self.lab.gradient_partly.to_owned();
            }
            Rule::Bp => return self.lab.gradient_itself.to_owned(),
            Rule::Shallow => return self.lab.hidden_stay.to_owned(),
            _ => {}
        }
        let defined = angles
            .iter()
            .enumerate()
            .filter_map(|(i, angle)| Some((i, (*angle)?)));
        let Some((i, angle)) = defined.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return self.lab.angles_undefined.to_owned();
        };
        if angles.len() <= 2 {
            return self.each_layer(angles, &[]);
        }
        let says = words::shown_sense(Some(angle)).words(self);
        let (layer, angle) = (whole(i + 1), format!("{angle:.0}"));
        let values = [("layer", layer.as_str()), ("angle", &angle), ("says", says)];
        fill(self.lab.widest, &values)
    }

    /// A value that was last measured at an earlier step than the one that is read.
    pub fn measured_at(&self, value: &str, step: u64) -> String {
        let step = number(step as f64);
        fill(self.lab.measured_at, &[("value", value), ("step", &step)])
    }

    /// What a lane of another run is called.
    pub fn lane_of(&self, ghost: &Ghost, schedule: &Schedule) -> String {
        let name = self.lane(schedule);
        let values = [("lane", name.as_str()), ("run", ghost.letter())];
        fill(self.ghosts.lane_of, &values)
    }

    /// What the columns of a table of angles are.
    pub fn layer_columns(&self, shown: usize, all: usize) -> String {
        if shown == all {
            self.lab.columns_all.to_owned()
        } else {
            fill(self.lab.columns_some, &[("all", &whole(all))])
        }
    }

    /// Speed of all lanes.
    pub fn steps_a_second(&self, rate: f64) -> String {
        let text = match rate == 1.0 {
            true => self.lab.step_a_second,
            false => self.lab.steps_a_second,
        };
        fill(text, &[("rate", &whole(rate))])
    }

    /// Which step is read.
    pub fn readout(&self, step: u64, epoch: f64) -> String {
        let (step, epoch) = (number(step as f64), format!("{epoch:.2}"));
        fill(self.lab.readout, &[("step", &step), ("epoch", &epoch)])
    }

    /// Main-thread time of the last frames.
    pub fn frame_times(&self, times: &FrameTimes) -> String {
        let [median, p95, longest] =
            [times.median, times.p95, times.longest].map(|ms| format!("{ms:.1}"));
        let values = [
            ("median", median.as_str()),
            ("p95", &p95),
            ("longest", &longest),
        ];
        fill(self.lab.frame_times, &values)
    }

    pub fn long_tasks(&self, tasks: Option<LongTasks>) -> String {
        match tasks {
            None => self.lab.tasks_untold.to_owned(),
            Some(LongTasks { count: 0, .. }) => self.lab.tasks_none.to_owned(),
            Some(tasks) => {
                let (count, longest) = (whole(tasks.count), format!("{:.0}", tasks.longest));
                fill(
                    self.lab.tasks_some,
                    &[("count", &count), ("longest", &longest)],
                )
            }
        }
    }

    pub fn message_rate(&self, messages: f64, bytes: f64) -> String {
        let (messages, kilobytes) = (format!("{messages:.0}"), format!("{:.1}", bytes / 1e3));
        let values = [("messages", messages.as_str()), ("kilobytes", &kilobytes)];
        fill(self.lab.message_rate, &values)
    }

    /// How many of the measured points are kept.
    pub fn density(&self, kept: &str, measured: &str, megabytes: &str) -> String {
        let text = if kept == measured {
            self.lab.density_all
        } else {
            self.lab.density_some
        };
        let values = [
            ("kept", kept),
            ("measured", measured),
            ("megabytes", megabytes),
        ];
        fill(text, &values)
    }

    pub fn loading(&self, file: &str, done: u64, all: u64) -> String {
        let [done, all] = [done, all].map(|bytes| format!("{:.1}", bytes as f64 / 1e6));
        let values = [("file", file), ("done", &done), ("all", &all)];
        fill(self.lab.loading_file, &values)
    }

    pub fn load_failed(&self, file: &str, fault: &Fault) -> String {
        let values = [("file", file), ("reason", &fault.words(self))];
        fill(self.lab.load_failed, &values)
    }

    /// A lane that ended in other bits than its receipt says.
    pub fn differs_from(&self, expected: &str) -> String {
        fill(self.lab.differs_from, &[("expected", expected)])
    }

    /// All receipts of the link together: lanes that are the same, that differ, that have not ended.
    pub fn receipts(&self, same: usize, other: usize, open: usize) -> String {
        let lab = &self.lab;
        match (same, other, open) {
            (0, 0, 1) => lab.receipt_open.to_owned(),
            (0, 0, open) => fill(lab.receipts_open, &[("open", &whole(open))]),
            (1, 0, 0) => lab.receipt_same.to_owned(),
            (same, 0, 0) => fill(lab.receipts_same, &[("same", &whole(same))]),
            _ => {
                let differ = if other == 1 {
                    lab.part_differs
                } else {
                    lab.part_differ
                };
                let counts = [
                    (same, lab.part_same),
                    (other, differ),
                    (open, lab.part_open),
                ];
                let parts = counts.iter().filter(|(count, _)| *count > 0);
                let parts: Vec<String> = parts
                    .map(|(count, text)| fill(text, &[("count", &whole(count))]))
                    .collect();
                fill(lab.receipts_mixed, &[("parts", &parts.join(lab.part_join))])
            }
        }
    }

    /// Receipts of another numerics version.
    pub fn receipts_unchecked(&self, made_with: u32, present: u32) -> String {
        let (made_with, present) = (whole(made_with), whole(present));
        let values = [("made_with", made_with.as_str()), ("present", &present)];
        fill(self.lab.receipts_unchecked, &values)
    }

    /// How many lanes of the experiment have a receipt that can be shared.
    pub fn receipts_to_share(&self, ended: usize, lanes: usize) -> String {
        if ended == 0 {
            return self.lab.no_receipts.to_owned();
        }
        let (ended, lanes) = (whole(ended), whole(lanes));
        let values = [("ended", ended.as_str()), ("lanes", &lanes)];
        fill(self.lab.receipts_to_share, &values)
    }

    /// Seeds and epochs that a figure of the paper's table stands on, and how many of the seeds ended by themselves.
    pub fn stands_on(&self, seeds: f64, epochs: f64, threshold: f64, diverged: f64) -> String {
        let lab = &self.lab;
        let counted = |count: f64, one, many| {
            let text = if count == 1.0 { one } else { many };
            fill(text, &[("count", &whole(count))])
        };
        let seeds = counted(seeds, lab.seed_one, lab.seeds);
        let epochs = counted(epochs, lab.epoch_one, lab.epochs);
        let mut words = fill(lab.stands_on, &[("seeds", &seeds), ("epochs", &epochs)]);
        for (count, text) in [(threshold, lab.at_threshold), (diverged, lab.did_diverge)] {
            if count > 0.0 {
                words += &counted(count, text, text);
            }
        }
        words
    }
}
