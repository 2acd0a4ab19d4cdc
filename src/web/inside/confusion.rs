//! The tab of confusion: which class each lane takes for which, and the test images on which lanes disagree.

use web_sys::Element;

use super::Sources;
use super::lanes::{Numbers, Of, say, sections};
use super::picture::{self, Picture};
use crate::inside::confusion::{Confusion, disagreements};
use crate::inside::features::test_images_of;
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::spec::{DataSet, LaneId};
use crate::web::dom::{Result, all, by_id, from_template, set_attribute, set_text, within};

/// Images that are drawn together at the most.
const DRAWN: usize = 60;
/// Classes up to which counts are a table.
const MOST_CLASSES: usize = 20;

/// Test images as they are drawn and numbered.
type Images<'a> = (Picture<'a>, &'a DataSet);

pub struct Confusions {
    container: Element,
    sections: Vec<Element>,
    classes: usize,
    disagreed: Element,
    disagreed_note: Element,
    chosen_images: Element,
    chosen_note: Element,
    /// Lane, class and the class that it is taken for.
    pub chosen: Option<(LaneId, usize, usize)>,
    /// What the images were drawn from: steps of the lanes, the number of images, the cell.
    drawn: Option<Drawn>,
}

type Drawn = (
    Vec<(LaneId, Option<u64>)>,
    usize,
    Option<(LaneId, usize, usize)>,
    &'static str,
);

impl Confusions {
    pub fn new() -> Result<Confusions> {
        Ok(Confusions {
            container: by_id("inside-confusion-lanes")?,
            sections: Vec::new(),
            classes: 0,
            disagreed: by_id("inside-disagreed")?,
            disagreed_note: by_id("inside-disagreed-note")?,
            chosen_images: by_id("inside-cell-images")?,
            chosen_note: by_id("inside-cell-note")?,
            chosen: None,
            drawn: None,
        })
    }

    /// Classes that it was made for.
    pub fn classes(&self) -> usize {
        self.classes
    }

    pub fn rebuild(&mut self, lanes: &[Of], classes: usize) -> Result<()> {
        self.classes = classes;
        let classes = self.table_classes();
        (self.chosen, self.drawn) = (None, None);
        self.sections = sections(&self.container, lanes, |of, inside| {
            let table: Element = from_template("inside-confusion-template")?;
            let head: Element = within(&table, "thead tr")?;
            let body: Element = within(&table, "tbody")?;
            for class in 0..classes {
                let name: Element = from_template("head-template")?;
                set_text(&name, &class.to_string());
                head.append_child(&name)?;
                let row: Element = from_template("row-template")?;
                set_text(&within::<Element>(&row, "th")?, &class.to_string());
                for taken in 0..classes {
                    let cell: Element = from_template("inside-count-template")?;
                    let button: Element = within(&cell, "button")?;
                    let place = format!("{} {class} {taken}", of.looked.id.0);
                    set_attribute(&button, "data-cell", &place);
                    if class == taken {
                        set_attribute(&cell, "class", "right");
                    }
                    row.append_child(&cell)?;
                }
                body.append_child(&row)?;
            }
            inside.append_child(&table).map(|_| ())
        })?;
        Ok(())
    }

    /// Classes of the table; a table of more would not be read, and none is shown.
    fn table_classes(&self) -> usize {
        match self.classes > MOST_CLASSES {
            true => 0,
            false => self.classes,
        }
    }

    pub fn update(&mut self, lanes: &[Of], sources: Sources, texts: &'static Texts) -> Result<()> {
        let (picture, data) = (sources.picture(), sources.spec.data());
        let classes = self.table_classes().max(1);
        for (section, of) in self.sections.iter().zip(lanes) {
            let numbers = of.numbers.as_ref();
            say(section, of, numbers.map(|(step, _)| *step), texts)?;
            let Some((_, numbers)) = numbers else {
                continue;
            };
            let confusion = Confusion::new(self.classes, &numbers.labels, &numbers.predictions);
            let error = confusion.error_percent();
            let error = error.map_or_else(String::new, |error| format!("{error:.2}"));
            set_attribute(section, "data-error", &error);
            let images = number(f64::from(confusion.images()));
            let values = [("error", error.as_str()), ("images", &images)];
            let note = fill(texts.inside.error_on, &values);
            set_text(&within::<Element>(section, ".inside-note")?, &note);
            // Without numbers it would be a table of buttons without names.
            within::<Element>(section, "table")?.remove_attribute("hidden")?;
            let buttons = all::<Element>(section, "[data-cell]")?;
            for (i, button) in buttons.iter().enumerate() {
                let (class, taken) = (i / classes, i % classes);
                let count = confusion.counts[class][taken];
                set_text(button, &count.to_string());
                let of_class: u32 = confusion.counts[class].iter().sum();
                set_attribute(button, "data-shade", shade(count, of_class));
                let [count, class, taken] =
                    [count, class as u32, taken as u32].map(|x| x.to_string());
                let values = [
                    ("count", count.as_str()),
                    ("class", &class),
                    ("taken", &taken),
                ];
                set_attribute(button, "aria-label", &fill(texts.inside.cell, &values));
            }
        }
        let steps = lanes.iter().map(|of| {
            let step = of.numbers.as_ref().map(|(step, _)| *step);
            (of.looked.id, step)
        });
        let images = lanes
            .iter()
            .filter_map(|of| Some(of.numbers.as_ref()?.1.labels.len()));
        let drawn = (steps.collect(), images.sum(), self.chosen, texts.code);
        if self.drawn.as_ref() != Some(&drawn) {
            self.drawn = Some(drawn);
            self.draw_chosen(lanes, (picture, data), texts)?;
            self.draw_disagreed(lanes, (picture, data), texts)?;
        }
        Ok(())
    }

    /// The images of the chosen cell.
    fn draw_chosen(&self, lanes: &[Of], (picture, data): Images, texts: &Texts) -> Result<()> {
        self.chosen_images.set_text_content(None);
        let found = self.chosen.and_then(|(id, class, taken)| {
            let of = lanes.iter().find(|of| of.looked.id == id)?;
            Some((of, &of.numbers.as_ref()?.1, class, taken))
        });
        let Some((of, numbers, class, taken)) = found else {
            set_text(&self.chosen_note, texts.inside.choose_cell);
            return Ok(());
        };
        let at = test_images_of(data, numbers.labels.len() as u32);
        let pairs = numbers.labels.iter().zip(&numbers.predictions).zip(at);
        let fits =
            |(&label, &said): (&u8, &u8)| (usize::from(label), usize::from(said)) == (class, taken);
        let images: Vec<u32> = pairs
            .filter(|&(pair, _)| fits(pair))
            .map(|(_, image)| image)
            .collect();
        let texts_of = [
            ("lane", of.looked.name.clone()),
            ("class", class.to_string()),
            ("taken", taken.to_string()),
            ("count", number(images.len() as f64)),
            ("shown", number(images.len().min(DRAWN) as f64)),
        ];
        let values = texts_of
            .each_ref()
            .map(|(key, value)| (*key, value.as_str()));
        set_text(&self.chosen_note, &fill(texts.inside.of_cell, &values));
        for &image in images.iter().take(DRAWN) {
            let words = format!("#{image}");
            let name = fill(texts.inside.image, &[("image", &image.to_string())]);
            let figure = picture::figure(picture, image, &words, &name)?;
            self.chosen_images.append_child(&figure)?;
        }
        Ok(())
    }

    /// The images that not all lanes take for the same.
    fn draw_disagreed(&self, lanes: &[Of], (picture, data): Images, texts: &Texts) -> Result<()> {
        self.disagreed.set_text_content(None);
        let known: Vec<(&Of, &Numbers)> = lanes
            .iter()
            .filter_map(|of| Some((of, &of.numbers.as_ref()?.1)))
            .collect();
        let images = known.first().map_or(0, |(_, numbers)| numbers.labels.len());
        let same = known
            .iter()
            .all(|(_, numbers)| numbers.labels.len() == images);
        if known.len() < 2 || !same {
            set_text(&self.disagreed_note, texts.inside.no_lanes_to_compare);
            set_attribute(&self.disagreed, "data-count", "");
            return Ok(());
        }
        let at = test_images_of(data, images as u32);
        let predictions: Vec<Vec<u8>> = known
            .iter()
            .map(|(_, numbers)| numbers.predictions.clone())
            .collect();
        let found = disagreements(&at, &known[0].1.labels, &predictions);
        set_attribute(&self.disagreed, "data-count", &found.len().to_string());
        let numbers = [found.len(), images, found.len().min(DRAWN)].map(|x| number(x as f64));
        let [count, images, shown] = numbers.each_ref().map(String::as_str);
        let values = [("count", count), ("images", images), ("shown", shown)];
        set_text(&self.disagreed_note, &fill(texts.inside.disagree, &values));
        for found in found.iter().take(DRAWN) {
            let marks = known.iter().map(|(of, _)| of.looked.mark.as_str());
            let says: Vec<String> = marks
                .zip(&found.predictions)
                .map(|(mark, said)| format!("{mark}{said}"))
                .collect();
            let words = format!("{}: {}", found.label, says.join(" "));
            let name = fill(texts.inside.image, &[("image", &found.image.to_string())]);
            let figure = picture::figure(picture, found.image, &words, &name)?;
            self.disagreed.append_child(&figure)?;
        }
        Ok(())
    }
}

/// How much of its class a count is: the more the stronger.
fn shade(count: u32, of_class: u32) -> &'static str {
    match 1_000 * u64::from(count) / u64::from(of_class.max(1)) {
        0 => "0",
        1..10 => "1",
        10..30 => "2",
        30..100 => "3",
        _ => "4",
    }
}
