//! What the page says about a lesson's waits and predictions.

use crate::core::Rule;
use crate::lang::{Texts, fill};
use crate::lesson::{Condition, Quantity, Question, Verdict};
use crate::plot::axis::number;

impl Texts {
    pub fn lesson_count(&self, lesson: u32, all: usize, minutes: u32) -> String {
        let (lesson, all) = (lesson.to_string(), all.to_string());
        let values = [("number", lesson.as_str()), ("all", &all)];
        let count = fill(self.lab.lesson_count, &values);
        format!(
            "{count}{}{}",
            self.lab.part_join,
            self.lesson_minutes(minutes)
        )
    }

    pub fn lesson_minutes(&self, minutes: u32) -> String {
        fill(
            self.lab.lesson_minutes,
            &[("minutes", &minutes.to_string())],
        )
    }

    pub fn lesson_at(&self, at: usize, all: usize) -> String {
        let (at, all) = (at.to_string(), all.to_string());
        fill(self.lab.lesson_at, &[("at", &at), ("all", &all)])
    }

    pub fn no_lessons(&self, file: &str, reason: &str) -> String {
        fill(self.lab.no_lessons, &[("file", file), ("reason", reason)])
    }

    pub fn no_lesson(&self, lesson: u32, all: usize) -> String {
        let (lesson, all) = (lesson.to_string(), all.to_string());
        fill(self.lab.no_lesson, &[("number", &lesson), ("all", &all)])
    }

    /// What a step waits for.
    pub fn waits_for(&self, condition: &Condition) -> String {
        let lab = &self.lab;
        match condition {
            Condition::Is {
                lane,
                quantity,
                below,
                value,
                after,
            } => {
                let name = self.lane_of_key(lane);
                let (unit, what) = match quantity {
                    Quantity::Error => (" %", fill(lab.wait_error, &[("lane", &name)])),
                    Quantity::Train => (" %", fill(lab.wait_train, &[("lane", &name)])),
                    Quantity::Angle(layer) => {
                        let values = [("lane", name.as_str()), ("layer", &layer.to_string())];
                        ("°", fill(lab.wait_angle, &values))
                    }
                };
                let value = format!("{value}{unit}");
                let text = if *below {
                    lab.wait_below
                } else {
                    lab.wait_above
                };
                let condition = fill(text, &[("what", &what), ("value", &value)]);
                if *after == 0 {
                    return condition;
                }
                let step = number(*after as f64);
                let values = [("condition", condition.as_str()), ("step", &step)];
                fill(lab.wait_after, &values)
            }
            Condition::Step(step) => fill(lab.wait_step, &[("step", &number(*step as f64))]),
            Condition::Finished => lab.wait_finished.to_owned(),
            Condition::Paused => lab.wait_paused.to_owned(),
        }
    }

    /// A prediction beside what happened.
    pub fn prediction(
        &self,
        question: &Question,
        options: &[(String, String)],
        chosen: Option<&str>,
        verdict: &Verdict,
    ) -> String {
        let lab = &self.lab;
        let Verdict::Known { keys, step, value } = verdict else {
            return lab.is_open.to_owned();
        };
        let Some(chosen) = chosen else {
            // Who has not predicted yet is not told what it was, but that it was.
            return fill(lab.is_over, &[("reset", self.page.reset)]);
        };
        let words = |key: &str| {
            let option = options.iter().find(|(other, _)| other == key);
            option.map_or_else(|| self.lane_of_key(key), |(_, words)| words.clone())
        };
        let names: Vec<String> = keys.iter().map(|key| words(key)).collect();
        let mut answer = names.join(lab.and_lane);
        if let Some(step) = step {
            let values = [("answer", answer.as_str()), ("step", &number(*step as f64))];
            answer = fill(lab.decided_at, &values);
        }
        if let Some(value) = value {
            let (text, value) = match question {
                Question::Extreme {
                    quantity: Quantity::Angle(_),
                    ..
                } => (lab.decided_degrees, format!("{value:.0}")),
                _ => (lab.decided_with, format!("{value:.2}")),
            };
            answer = fill(text, &[("answer", &answer), ("value", &value)]);
        }
        if keys.iter().any(|key| key == chosen) {
            return fill(lab.foretold, &[("answer", &answer)]);
        }
        let said = words(chosen);
        fill(
            lab.foretold_otherwise,
            &[("said", &said), ("answer", &answer)],
        )
    }

    /// A lane's name by its key: short names of rules, or the key of a lane that is no rule.
    fn lane_of_key(&self, key: &str) -> String {
        let names = key.split('.').map(|part| {
            let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
            Rule::from_key(letters).map(|rule| self.short(rule))
        });
        let names: Option<Vec<&str>> = names.collect();
        match names {
            Some(names) => names.join(self.lab.lane_arrow),
            None if key == "none" => self.lab.lane_none.to_owned(),
            None => key.to_owned(),
        }
    }
}
