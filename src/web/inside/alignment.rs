//! The tab of Theorem 1: the criterion of each hidden layer, and how the weights lie to the feedback.

use web_sys::Element;

use super::lanes::{Of, say, sections};
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::protocol::inspect::Layer;
use crate::web::dom::{Result, by_id, from_template, set_text, within};

pub struct Alignments {
    container: Element,
    sections: Vec<Element>,
}

impl Alignments {
    pub fn new() -> Result<Alignments> {
        Ok(Alignments {
            container: by_id("inside-alignment-lanes")?,
            sections: Vec::new(),
        })
    }

    pub fn rebuild(&mut self, lanes: &[Of]) -> Result<()> {
        self.sections = sections(&self.container, lanes, |_, body| {
            let table: Element = from_template("inside-alignment-template")?;
            body.append_child(&table).map(|_| ())
        })?;
        Ok(())
    }

    pub fn update(&mut self, lanes: &[Of], texts: &Texts) -> Result<()> {
        for (section, of) in self.sections.iter().zip(lanes) {
            let numbers = of.numbers.as_ref();
            say(section, of, numbers.map(|(step, _)| *step), texts)?;
            let body: Element = within(section, "tbody")?;
            let Some((_, numbers)) = numbers else {
                body.set_text_content(None);
                continue;
            };
            while (body.child_element_count() as usize) > numbers.layers.len() {
                body.last_element_child().inspect(Element::remove);
            }
            while (body.child_element_count() as usize) < numbers.layers.len() {
                body.append_child(&from_template::<Element>("inside-layer-template")?.into())?;
            }
            let rows = body.children();
            for (i, layer) in numbers.layers.iter().enumerate() {
                let Some(row) = rows.item(i as u32) else {
                    continue;
                };
                let fields = cells(i, layer, texts);
                let places = row.children();
                for (at, text) in fields.iter().enumerate() {
                    if let Some(place) = places.item(at as u32) {
                        set_text(&place, text);
                    }
                }
            }
            let probe = number(f64::from(numbers.probe));
            let note = fill(texts.inside.on_probe, &[("images", &probe)]);
            set_text(&within::<Element>(section, ".inside-note")?, &note);
        }
        Ok(())
    }
}

/// Layer, L_i, its cosine, its sign, positive samples, angles; what is undefined is said to be.
fn cells(i: usize, layer: &Layer, texts: &Texts) -> [String; 7] {
    let words = &texts.inside;
    let say = |value: Option<f64>, form: fn(f64) -> String| {
        value.map_or_else(|| words.undefined.to_owned(), form)
    };
    let sense = match layer.criterion {
        Some(criterion) if criterion > 0.0 => words.positive,
        Some(criterion) if criterion < 0.0 => words.negative,
        Some(_) => words.zero,
        None => words.undefined,
    };
    [
        (i + 1).to_string(),
        say(layer.criterion, significant),
        say(layer.criterion_cos, |cosine| format!("{cosine:.3}")),
        sense.to_owned(),
        say(layer.positive_percent, |percent| format!("{percent:.1}")),
        say(layer.feedback_deg, |degrees| format!("{degrees:.1}")),
        say(layer.pseudo_inverse_deg, |degrees| format!("{degrees:.1}")),
    ]
}

/// Three digits that count.
fn significant(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-3..1e4).contains(&size) {
        let decimals = if size >= 1.0 { 2 } else { 5 };
        format!("{value:.decimals$}")
    } else {
        format!("{value:.2e}")
    }
}
