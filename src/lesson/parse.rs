//! The text form of a lesson; `www/lessons/README.md` describes it.

use super::{
    Block, Condition, Lesson, LessonError, Math, Part, Quantity, Question, Span, Step, Symbol,
};
use crate::spec::{Link, Schedule, Spec};

const CONDITIONS: &str = "error LANE < 10, train LANE > 50, angle LANE LAYER < 60, each with `after STEP` or without; \
                          step > 100, finished, paused";
const QUESTIONS: &str =
    "first error < 10, lowest error, highest angle 1, holds CONDITION; error, train or angle LAYER";

/// What separates the files in a bundle: a line of this and the name of a file.
const FILE: &str = "%% ";

/// The files of a bundle: their names and texts.
pub struct Files<'a> {
    rest: &'a str,
}

/// The files that were joined into one text, each behind a line `%% NAME`.
#[must_use]
pub fn files(bundle: &str) -> Files<'_> {
    Files { rest: bundle }
}

impl<'a> Iterator for Files<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let begin = self.rest.find(FILE)? + FILE.len();
        let (name, rest) = self.rest[begin..].split_once('\n')?;
        let end = rest.find("\n%% ").map_or(rest.len(), |at| at + 1);
        let (text, rest) = rest.split_at(end);
        self.rest = rest;
        Some((name.trim(), text))
    }
}

struct Lines<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).map(|line| line.trim_end())
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.peek()?;
        self.at += 1;
        Some(line)
    }

    /// An error in the line that was read last.
    fn wrong(&self, found: &str, allowed: &str) -> LessonError {
        LessonError::new(self.file, self.at.max(1), found, allowed)
    }
}

pub(super) fn lesson(file: &str, text: &str) -> Result<Lesson, LessonError> {
    let mut lines = Lines {
        file,
        lines: text.lines().collect(),
        at: 0,
    };
    let number = file.get(..2).and_then(|digits| digits.parse::<u32>().ok());
    let number = number.filter(|number| *number > 0);
    let number = number.ok_or_else(|| lines.wrong(file, "a file called 01-name.en.md"))?;
    let [mut title, mut link, mut minutes] = [const { None::<String> }; 3];
    let first = lines.next().unwrap_or_default();
    if first != "---" {
        return Err(lines.wrong(first, "--- before title, link and minutes"));
    }
    loop {
        let line = lines.next();
        let line = line.ok_or_else(|| lines.wrong("", "--- behind title, link and minutes"))?;
        let (key, value) = match line.split_once(": ") {
            _ if line == "---" => break,
            Some(pair) => pair,
            None => return Err(lines.wrong(line, "title: …, link: …, minutes: …")),
        };
        let place = match key {
            "title" => &mut title,
            "link" => &mut link,
            "minutes" => &mut minutes,
            _ => return Err(lines.wrong(key, "title, link, minutes")),
        };
        *place = Some(value.trim().to_owned());
    }
    let needed = |value: Option<String>, key: &str| {
        value.ok_or_else(|| lines.wrong("", &format!("{key}: …")))
    };
    let (title, link) = (needed(title, "title")?, needed(link, "link")?);
    let minutes = needed(minutes, "minutes")?;
    let minutes = minutes.parse().ok().filter(|minutes| *minutes > 0);
    let minutes = minutes.ok_or_else(|| lines.wrong("minutes", "a whole number"))?;
    let mut spec = experiment(&lines, &link)?;
    let mut steps: Vec<Step> = Vec::new();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        if let Some(heading) = line.strip_prefix("## ") {
            steps.push(Step {
                heading: heading.to_owned(),
                blocks: Vec::new(),
            });
            continue;
        }
        let block = block(&mut lines, line, &spec)?;
        if let Block::Open { link, .. } = &block {
            spec = experiment(&lines, link)?;
        }
        let step = steps.last_mut();
        let step = step.ok_or_else(|| lines.wrong(line, "## and a heading before it"))?;
        step.blocks.push(block);
    }
    if steps.is_empty() {
        return Err(lines.wrong("", "## and a heading"));
    }
    Ok(Lesson {
        number,
        title,
        link,
        minutes,
        steps,
    })
}

fn experiment(lines: &Lines, link: &str) -> Result<Spec, LessonError> {
    Link::parse(link).map(|link| link.spec).map_err(|errors| {
        let first = errors.first().map(ToString::to_string);
        lines.wrong(link, &first.unwrap_or_default())
    })
}

fn block(lines: &mut Lines, line: &str, spec: &Spec) -> Result<Block, LessonError> {
    if let Some(text) = line.strip_prefix("? ") {
        return question(lines, text, spec);
    }
    if line == "```math" {
        return formula(lines);
    }
    if let Some(order) = line.strip_prefix("> ") {
        let (key, value) = order.split_once(": ").unwrap_or((order, ""));
        return match key {
            "wait" => Ok(Block::Wait(condition(lines, value, spec)?)),
            "open" => {
                let (link, label) = value
                    .split_once(" | ")
                    .ok_or_else(|| lines.wrong(value, "> open: LINK | words of the button"))?;
                Ok(Block::Open {
                    link: link.trim().to_owned(),
                    label: label.trim().to_owned(),
                })
            }
            _ => Err(lines.wrong(line, "> wait: CONDITION, > open: LINK | WORDS")),
        };
    }
    let mut text = line.to_owned();
    while let Some(more) = lines.peek() {
        let ends = ["## ", "? ", "> ", "```", "- ", "= "];
        if more.is_empty() || ends.iter().any(|mark| more.starts_with(mark)) {
            break;
        }
        // Lines of Latin text are parted by a blank, those of Japanese by nothing.
        if text.ends_with(|last: char| last.is_ascii()) || more.starts_with(|c: char| c.is_ascii())
        {
            text.push(' ');
        }
        text += more;
        lines.at += 1;
    }
    Ok(Block::Paragraph(spans(lines, &text)?))
}

/// `**strong**`, `` `code` ``, `[term]{its definition}` and text.
fn spans(lines: &Lines, text: &str) -> Result<Vec<Span>, LessonError> {
    let mut found = Vec::new();
    let mut rest = text;
    let open = |rest: &str| {
        let marks = ["**", "`", "["];
        let places = marks
            .into_iter()
            .filter_map(|mark| Some((rest.find(mark)?, mark)));
        places.min()
    };
    while let Some((at, mark)) = open(rest) {
        if at > 0 {
            found.push(Span::Text(rest[..at].to_owned()));
        }
        let behind = &rest[at + mark.len()..];
        let close = if mark == "[" { "]{" } else { mark };
        let part = behind.split_once(close);
        let (inside, after) = part.ok_or_else(|| lines.wrong(&rest[at..], close))?;
        rest = after;
        found.push(match mark {
            "**" => Span::Strong(inside.to_owned()),
            "`" => Span::Code(inside.to_owned()),
            _ => {
                let part = after.split_once('}');
                let (meaning, after) = part.ok_or_else(|| lines.wrong(after, "}"))?;
                rest = after;
                Span::Term {
                    text: inside.to_owned(),
                    meaning: meaning.to_owned(),
                }
            }
        });
    }
    if !rest.is_empty() {
        found.push(Span::Text(rest.to_owned()));
    }
    Ok(found)
}

fn formula(lines: &mut Lines) -> Result<Block, LessonError> {
    let mut text = String::new();
    loop {
        match lines.next() {
            Some("```") => break,
            Some(line) => text += line,
            None => return Err(lines.wrong("", "``` behind a formula")),
        }
    }
    let math = Math::parse(&text).map_err(|(found, allowed)| lines.wrong(&found, &allowed))?;
    let mut symbols = Vec::new();
    while let Some(line) = lines.peek().and_then(|line| line.strip_prefix("- ")) {
        lines.at += 1;
        let form = "- name symbol: meaning, or - name symbol (forward|feedback|layers): meaning";
        let (head, meaning) = line
            .split_once(": ")
            .ok_or_else(|| lines.wrong(line, form))?;
        let words: Vec<&str> = head.split(' ').collect();
        let [name, symbol, part @ ..] = words.as_slice() else {
            return Err(lines.wrong(line, form));
        };
        let part = match part {
            [] => None,
            [word] => {
                let fits = |(name, _): &&(&str, Part)| *word == format!("({name})");
                let found = Part::ALL.iter().find(fits);
                Some(found.ok_or_else(|| lines.wrong(word, form))?.1)
            }
            _ => return Err(lines.wrong(line, form)),
        };
        symbols.push(Symbol {
            name: (*name).to_owned(),
            symbol: (*symbol).to_owned(),
            meaning: meaning.to_owned(),
            part,
        });
    }
    for def in math.defs() {
        if !symbols.iter().any(|symbol| symbol.name == def) {
            return Err(lines.wrong(def, "a symbol that is explained below the formula"));
        }
    }
    Ok(Block::Formula { math, symbols })
}

fn question(lines: &mut Lines, text: &str, spec: &Spec) -> Result<Block, LessonError> {
    let text = spans(lines, text)?;
    let mut options = Vec::new();
    while let Some(line) = lines.peek().and_then(|line| line.strip_prefix("- ")) {
        lines.at += 1;
        let option = line.split_once(": ");
        let (key, words) = option.ok_or_else(|| lines.wrong(line, "- key: words"))?;
        options.push((key.to_owned(), words.to_owned()));
    }
    let line = lines.next().unwrap_or_default();
    let metric = line.strip_prefix("= ");
    let metric = metric.ok_or_else(|| lines.wrong(line, &format!("= and one of {QUESTIONS}")))?;
    let (kind, rest) = metric.split_once(' ').unwrap_or((metric, ""));
    let quantity = |lines: &Lines, words: &[&str]| {
        quantity(words, spec).ok_or_else(|| lines.wrong(metric, QUESTIONS))
    };
    let words: Vec<&str> = rest.split(' ').collect();
    let question = match kind {
        "first" => {
            let [of @ .., sign, value] = words.as_slice() else {
                return Err(lines.wrong(metric, QUESTIONS));
            };
            let compared = comparison(sign, value);
            let (below, value) = compared.ok_or_else(|| lines.wrong(metric, QUESTIONS))?;
            Question::First {
                quantity: quantity(lines, of)?,
                below,
                value,
            }
        }
        "lowest" | "highest" => Question::Extreme {
            quantity: quantity(lines, &words)?,
            lowest: kind == "lowest",
        },
        "holds" => Question::Holds(condition(lines, rest, spec)?),
        _ => return Err(lines.wrong(metric, QUESTIONS)),
    };
    let mut allowed: Vec<&str> = match question {
        Question::Holds(_) => vec!["yes", "no"],
        _ => spec.lanes().iter().map(Schedule::name).collect(),
    };
    if !matches!(question, Question::Holds(_)) {
        allowed.push("none");
    }
    for (key, _) in &options {
        if !allowed.contains(&key.as_str()) {
            return Err(lines.wrong(key, &allowed.join(", ")));
        }
    }
    if options.len() < 2 {
        return Err(lines.wrong(metric, "two options or more above it"));
    }
    Ok(Block::Question {
        text,
        question,
        options,
    })
}

fn comparison(sign: &str, value: &str) -> Option<(bool, f64)> {
    let value: f64 = value.parse().ok().filter(|value: &f64| value.is_finite())?;
    match sign {
        "<" => Some((true, value)),
        ">" => Some((false, value)),
        _ => None,
    }
}

/// `error`, `train`, or `angle` and a hidden layer of the net.
fn quantity(words: &[&str], spec: &Spec) -> Option<Quantity> {
    match words {
        ["error"] => Some(Quantity::Error),
        ["train"] => Some(Quantity::Train),
        ["angle", layer] => {
            let layer: usize = layer.parse().ok()?;
            let is_there = (1..=spec.settings().hidden.len()).contains(&layer);
            is_there.then_some(Quantity::Angle(layer))
        }
        _ => None,
    }
}

fn condition(lines: &Lines, text: &str, spec: &Spec) -> Result<Condition, LessonError> {
    let read = || {
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["finished"] => return Some(Condition::Finished),
            ["paused"] => return Some(Condition::Paused),
            ["step", ">", steps] => return Some(Condition::Step(steps.parse().ok()?)),
            _ => {}
        }
        let (words, after) = match words.as_slice() {
            [words @ .., "after", step] => (words, step.parse().ok()?),
            words => (words, 0),
        };
        let [kind, lane, layer @ .., sign, value] = words else {
            return None;
        };
        let (below, value) = comparison(sign, value)?;
        spec.lane(lane)?;
        let of: Vec<&str> = std::iter::once(*kind)
            .chain(layer.iter().copied())
            .collect();
        Some(Condition::Is {
            lane: (*lane).to_owned(),
            quantity: quantity(&of, spec)?,
            below,
            value,
            after,
        })
    };
    read().ok_or_else(|| lines.wrong(text, CONDITIONS))
}
