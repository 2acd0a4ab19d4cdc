//! The tab of first-layer filters: the same units of every lane, on one scale, with what feeds the error back to them.

use web_sys::{Element, HtmlButtonElement, HtmlCanvasElement};

use super::lanes::{Of, say, sections};
use super::picture;
use crate::inside::filters::largest;
use crate::lang::{Texts, fill};
use crate::plot::axis::decimals;
use crate::protocol::inspect::Filter;
use crate::web::dom::{Result, all, by_id, from_template, set_attribute, set_text, show, within};

/// Units that are shown together.
const UNITS: usize = 24;
/// Pixels across of the scale's own picture.
const SCALE: usize = 101;

pub struct FiltersTab {
    container: Element,
    range: Element,
    legend: Element,
    feedback_legend: Element,
    scale: HtmlCanvasElement,
    sections: Vec<Element>,
    pub by_norm: bool,
    pub change: bool,
    pub page: usize,
    /// Largest number of units of any lane; 0 before it is known.
    most: usize,
}

impl FiltersTab {
    pub fn new() -> Result<FiltersTab> {
        Ok(FiltersTab {
            container: by_id("inside-filters-lanes")?,
            range: by_id("inside-units")?,
            legend: by_id("inside-scale-text")?,
            feedback_legend: by_id("inside-feedback-scale")?,
            scale: by_id("inside-scale")?,
            sections: Vec::new(),
            by_norm: true,
            change: false,
            page: 0,
            most: 0,
        })
    }

    /// The units of the page that is shown, the same for all lanes: by number, or by their norm in the first lane.
    pub fn units(&mut self, lanes: &[Of]) -> Vec<u32> {
        let norms = || {
            lanes
                .iter()
                .filter_map(|of| Some(&of.filters.as_ref()?.1.norms))
        };
        self.most = norms().map(Vec::len).max().unwrap_or(0);
        let last = self.most.saturating_sub(1) / UNITS;
        self.page = self.page.min(last);
        let mut order: Vec<usize> = (0..self.most.max(UNITS)).collect();
        if let Some(norms) = norms().next().filter(|_| self.by_norm) {
            order.truncate(norms.len());
            order.sort_by(|&a, &b| norms[b].total_cmp(&norms[a]));
        }
        let shown = order.into_iter().skip(self.page * UNITS).take(UNITS);
        shown.map(|unit| unit as u32).collect()
    }

    pub fn rebuild(&mut self, lanes: &[Of]) -> Result<()> {
        self.sections = sections(&self.container, lanes, |_, body| {
            set_attribute(body, "class", "inside-body inside-units");
            Ok(())
        })?;
        Ok(())
    }

    pub fn update(&mut self, lanes: &[Of], width: usize, texts: &Texts) -> Result<()> {
        let shown = || lanes.iter().filter_map(|of| of.filters.as_ref());
        let all_of = || shown().flat_map(|(_, filters)| &filters.filters);
        let change = self.change;
        let most = largest(all_of().flat_map(|filter| values(filter, change)));
        let fed = largest(
            all_of()
                .filter_map(|filter| filter.feedback.as_ref())
                .flatten(),
        );
        self.say_scale(most, fed, texts)?;
        let first = (self.page * UNITS + 1).to_string();
        let last = (self.page * UNITS + UNITS).min(self.most).to_string();
        let range = [
            ("first", first.as_str()),
            ("last", &last),
            ("all", &self.most.to_string()),
        ];
        let range = if self.most > 0 {
            fill(texts.inside.units, &range)
        } else {
            String::new()
        };
        set_text(&self.range, &range);
        let before: HtmlButtonElement = by_id("inside-before")?;
        before.set_disabled(self.page == 0);
        let after: HtmlButtonElement = by_id("inside-after")?;
        after.set_disabled((self.page + 1) * UNITS >= self.most);
        for (section, of) in self.sections.iter().zip(lanes) {
            say(
                section,
                of,
                of.filters.as_ref().map(|(step, _)| *step),
                texts,
            )?;
            let body: Element = within(section, ".inside-body")?;
            let Some((_, found)) = &of.filters else {
                body.set_text_content(None);
                continue;
            };
            while (body.child_element_count() as usize) > found.filters.len() {
                body.last_element_child().inspect(Element::remove);
            }
            while (body.child_element_count() as usize) < found.filters.len() {
                body.append_child(&from_template::<Element>("inside-unit-template")?.into())?;
            }
            let figures = all::<Element>(&body, "figure")?;
            for (figure, filter) in figures.iter().zip(&found.filters) {
                let norm = found.norms.get(filter.unit as usize).copied();
                draw(
                    figure,
                    filter,
                    (values(filter, change), width),
                    (most, fed),
                    norm.unwrap_or_default(),
                    texts,
                )?;
            }
        }
        Ok(())
    }

    fn say_scale(&self, most: f32, fed: f32, texts: &Texts) -> Result<()> {
        let half = (SCALE / 2) as f32;
        let ramp: Vec<f32> = (0..SCALE).map(|i| (i as f32 - half) / half).collect();
        picture::values(&self.scale, SCALE as u32, &ramp, 1.0)?;
        let values = [("most", &*decimals(f64::from(most), 3))];
        set_text(&self.legend, &fill(texts.inside.scale, &values));
        let values = [("most", &*decimals(f64::from(fed), 3))];
        let text = if fed > 0.0 {
            fill(texts.inside.feedback_scale, &values)
        } else {
            String::new()
        };
        set_text(&self.feedback_legend, &text);
        Ok(())
    }
}

/// What a filter weighs, or how that changed since the start.
fn values(filter: &Filter, change: bool) -> &[f32] {
    match change {
        true => &filter.change,
        false => &filter.weights,
    }
}

/// Draws a unit: its filter, and below it what feeds the error of each class back to it.
fn draw(
    figure: &Element,
    filter: &Filter,
    (values, width): (&[f32], usize),
    (most, fed): (f32, f32),
    norm: f64,
    texts: &Texts,
) -> Result<()> {
    let canvases = all::<HtmlCanvasElement>(figure, "canvas")?;
    let [image, pattern] = canvases.as_slice() else {
        return Ok(());
    };
    // Channels stand below each other, as they do in the filter.
    picture::values(image, width as u32, values, most)?;
    show(pattern, filter.feedback.is_some());
    if let Some(feedback) = &filter.feedback {
        picture::values(pattern, feedback.len() as u32, feedback, fed)?;
    }
    let unit = (filter.unit + 1).to_string();
    set_text(&within::<Element>(figure, "figcaption")?, &unit);
    let norm = decimals(norm, 3);
    let name = fill(texts.inside.unit, &[("unit", &unit), ("norm", &norm)]);
    set_attribute(figure, "aria-label", &name);
    set_attribute(figure, "title", &name);
    Ok(())
}
