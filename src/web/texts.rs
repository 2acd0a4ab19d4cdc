//! What the page says from Rust, one table a language.

use super::meter::{FrameTimes, LongTasks};
use crate::core::Rule;
use crate::lane::Reason;
use crate::plot::axis::number;
use crate::plot::error::Labels;
use crate::plot::words::{self, Sense};

/// The words of a language.
pub struct Texts {
    pub figures: Labels<'static>,
    pub idle: &'static str,
    pub running: &'static str,
    pub paused: &'static str,
    pub diverged: &'static str,
    pub failed: &'static str,
    pub full_speed: &'static str,
    pub copied: &'static str,
    pub copied_with_receipts: &'static str,
    pub copy_by_hand: &'static str,
    pub changed: &'static str,
    pub slowed: &'static str,
    pub all_layers: &'static str,
    pub ready: &'static str,
    pub receipt_waits: &'static str,
    pub reproduced: &'static str,
    pub differs: &'static str,
    pub unchecked: &'static str,
    pub loading_table: &'static str,
    pub not_run: &'static str,
    pub not_in_paper: &'static str,
}

pub const ENGLISH: Texts = Texts {
    figures: crate::plot::error::ENGLISH,
    idle: "ready",
    running: "running",
    paused: "paused",
    diverged: "diverged",
    failed: "stopped",
    full_speed: "full",
    copied: "Link copied",
    copied_with_receipts: "Link with receipts copied",
    copy_by_hand: "Copy the link from the field",
    changed: "Settings changed: back to step 0, press Run",
    slowed: "The browser slowed the lanes while this tab was in the background",
    all_layers: "all",
    ready: "Ready",
    receipt_waits: "checked at the end",
    reproduced: "reproduced, bit for bit",
    differs: "differs",
    unchecked: "cannot be checked",
    loading_table: "Loading the table",
    not_run: "not run",
    not_in_paper: "none",
};

impl Texts {
    /// A rule's full name.
    pub fn rule(&self, rule: Rule) -> &'static str {
        match rule {
            Rule::Bp => "Backpropagation",
            Rule::Fa => "Feedback alignment",
            Rule::Dfa => "Direct feedback alignment",
            Rule::Ifa => "Indirect feedback alignment",
            Rule::Shallow => "Shallow control",
        }
    }

    /// A rule's short name.
    pub fn short(&self, rule: Rule) -> &'static str {
        match rule {
            Rule::Bp => "BP",
            Rule::Fa => "FA",
            Rule::Dfa => "DFA",
            Rule::Ifa => "IFA",
            Rule::Shallow => "shallow",
        }
    }

    /// How a rule carries the error to a hidden layer.
    pub fn about(&self, rule: Rule) -> &'static str {
        match rule {
            Rule::Bp => "the error goes back through the forward weights, layer by layer",
            Rule::Fa => "the error goes back through fixed random weights, layer by layer",
            Rule::Dfa => {
                "the output's error reaches each hidden layer directly, through fixed random weights"
            }
            Rule::Ifa => {
                "the output's error reaches the first hidden layer through fixed random weights, and goes forward \
                 from there"
            }
            Rule::Shallow => "no error reaches the hidden layers, only the output learns",
        }
    }

    /// The same for a lane card that has measured nothing yet.
    pub fn brief(&self, rule: Rule) -> String {
        let how = match rule {
            Rule::Bp => "errors go back through the weights",
            Rule::Fa => "errors go back by fixed random weights",
            Rule::Dfa => "errors go straight to each hidden layer",
            Rule::Ifa => "errors go to the first layer, then forward",
            Rule::Shallow => "only the output learns",
        };
        format!("{}: {how}", self.rule(rule))
    }

    /// What a button of the legend stands for.
    pub fn legend(&self, rule: Rule) -> String {
        let (name, about) = (self.rule(rule), self.about(rule));
        format!("{name}: {about}. Press to show or hide it in the plots")
    }

    /// The paper's table could not be shown.
    pub fn no_table(&self, file: &str, reason: &str) -> String {
        format!("{file} could not be read: {reason}. Close and open this view to try again")
    }

    /// The button that opens a row of the paper's table.
    pub fn open_row(&self, net: &str) -> String {
        format!("Open {net} with all four rules")
    }

    /// The button that opens a cell of the paper's table.
    pub fn open_cell(&self, net: &str, rule: Rule) -> String {
        format!("Open {net}, {}", self.short(rule))
    }

    /// What an angle means.
    pub fn sense(&self, sense: Sense) -> &'static str {
        match sense {
            Sense::NearlyDownhill => "nearly downhill",
            Sense::StillDownhill => "still downhill",
            Sense::NoDirection => "no direction yet",
            Sense::Uphill => "uphill on these images",
            Sense::Undefined => "undefined",
        }
    }

    /// Why a lane ended.
    pub fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::Epochs => "done: epochs".to_owned(),
            Reason::Steps => "done: steps".to_owned(),
            Reason::Error => "done: error reached".to_owned(),
            Reason::Diverged { step, quantity } => {
                format!("Diverged in step {step}: {quantity} left the finite numbers")
            }
        }
    }

    /// Every hidden layer in words, a line each; of many layers, neighbours of one sense share a line.
    pub fn each_layer(&self, angles: &[Option<f64>]) -> String {
        let lines = words::layers(angles, 6).into_iter().map(|layers| {
            let (first, last) = (layers.first, layers.last);
            let who = match first == last {
                true => format!("Layer {first}"),
                false => format!("Layers {first} to {last}"),
            };
            let says = self.sense(layers.sense);
            match layers.angles {
                None => format!("{who}: {says}"),
                Some((low, high)) if low == high => format!("{who}: {low:.0}°, {says}"),
                Some((low, high)) => format!("{who}: {low:.0}° to {high:.0}°, {says}"),
            }
        });
        lines.collect::<Vec<String>>().join("\n")
    }

    /// What a lane card says about its layers: each of two, else the most telling one.
    pub fn layers(&self, rule: Rule, angles: &[Option<f64>]) -> String {
        match rule {
            Rule::Bp if angles.iter().all(Option::is_none) => {
                return "The gradient is zero in every hidden layer".to_owned();
            }
            Rule::Bp if angles.iter().any(Option::is_none) => {
                return "The true gradient itself: 0° where it is not zero".to_owned();
            }
            Rule::Bp => return "The true gradient itself: 0° in every layer".to_owned(),
            Rule::Shallow => return "Hidden layers stay as they start".to_owned(),
            _ => {}
        }
        let defined = angles
            .iter()
            .enumerate()
            .filter_map(|(i, angle)| Some((i, (*angle)?)));
        let Some((i, angle)) = defined.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return "Angles are undefined: a gradient is zero".to_owned();
        };
        if angles.len() <= 2 {
            return self.each_layer(angles);
        }
        let says = self.sense(words::shown_sense(Some(angle)));
        format!("Widest in layer {}: {angle:.0}°, {says}", i + 1)
    }

    /// A value that was last measured at an earlier step than the one that is read.
    pub fn measured_at(&self, value: &str, step: u64) -> String {
        format!("{value} (step {})", number(step as f64))
    }

    /// What the columns of a table of angles are.
    pub fn layer_columns(&self, shown: usize, all: usize) -> String {
        if shown == all {
            "layer".to_owned()
        } else {
            format!("layer, of {all}")
        }
    }

    /// Speed of all lanes.
    pub fn steps_a_second(&self, rate: f64) -> String {
        format!("{rate} {}/s", if rate == 1.0 { "step" } else { "steps" })
    }

    /// Which step is read.
    pub fn readout(&self, step: u64, epoch: f64) -> String {
        format!("after step {step}, epoch {epoch:.2}")
    }

    /// Main-thread time of the last frames.
    pub fn frame_times(&self, times: &FrameTimes) -> String {
        format!(
            "median {:.1}, 95 % within {:.1}, longest {:.1} ms",
            times.median, times.p95, times.longest
        )
    }

    pub fn long_tasks(&self, tasks: Option<LongTasks>) -> String {
        match tasks {
            None => "not told by this browser".to_owned(),
            Some(LongTasks { count: 0, .. }) => "none".to_owned(),
            Some(tasks) => format!("{}, longest {:.0} ms", tasks.count, tasks.longest),
        }
    }

    pub fn message_rate(&self, messages: f64, bytes: f64) -> String {
        format!("{messages:.0}/s, {:.1} kB/s", bytes / 1e3)
    }

    /// How many of the measured points are kept.
    pub fn density(&self, kept: &str, measured: &str, megabytes: &str) -> String {
        if kept == measured {
            format!("all {kept} points, {megabytes} MB")
        } else {
            format!("{kept} of {measured} points, {megabytes} MB")
        }
    }

    pub fn loading(&self, file: &str, done: u64, all: u64) -> String {
        format!(
            "Loading MNIST, {file}: {:.1} of {:.1} MB",
            done as f64 / 1e6,
            all as f64 / 1e6
        )
    }

    pub fn load_failed(&self, file: &str, reason: &str) -> String {
        format!("{file} could not be loaded: {reason}")
    }

    pub fn lane_died(&self, rule: Rule, message: &str) -> String {
        format!(
            "{} stopped: {message}. Reset it to start it again",
            self.short(rule)
        )
    }

    /// A lane that ended in other bits than its receipt says.
    pub fn differs_from(&self, expected: &str) -> String {
        format!("Differs from its receipt: expected {expected}")
    }

    /// All receipts of the link together: lanes that are the same, that differ, that have not ended.
    pub fn receipts(&self, same: usize, other: usize, open: usize) -> String {
        match (same, other, open) {
            (0, 0, 1) => "Receipt of 1 lane, checked at its end".to_owned(),
            (0, 0, open) => format!("Receipts of {open} lanes, checked at their ends"),
            (1, 0, 0) => "Receipt reproduced, bit for bit".to_owned(),
            (same, 0, 0) => format!("All {same} receipts reproduced, bit for bit"),
            _ => {
                let counts = [
                    (same, "reproduced, bit for bit"),
                    (other, if other == 1 { "differs" } else { "differ" }),
                    (open, "open"),
                ];
                let parts = counts.iter().filter(|(count, _)| *count > 0);
                let parts: Vec<String> = parts
                    .map(|(count, word)| format!("{count} {word}"))
                    .collect();
                format!("Receipts: {}", parts.join("; "))
            }
        }
    }

    /// Receipts of another numerics version.
    pub fn receipts_unchecked(&self, made_with: u32, present: u32) -> String {
        format!(
            "Receipts made with numerics version {made_with}, this page has {present}: cannot be checked"
        )
    }

    /// How many lanes of the experiment have a receipt that can be shared.
    pub fn receipts_to_share(&self, ended: usize, lanes: usize) -> String {
        if ended == 0 {
            return "Receipts can be added once a lane has run to its end".to_owned();
        }
        format!(
            "Fingerprints of {ended} of {lanes} lanes, which ran to their end here. Whoever opens the link \
             sees whether theirs are the same"
        )
    }
}
