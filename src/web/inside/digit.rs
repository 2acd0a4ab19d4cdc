//! The tab of one's own digit: what every lane says of a drawing, or of a test image, while it learns.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, HtmlInputElement};

use super::Sources;
use super::field::{Field, KeyPen, Pen};
use super::lanes::{Numbers, Of, say, sections};
use super::picture;
use crate::inside::answer::Answer;
use crate::inside::confusion::disagreements;
use crate::inside::digit::{SIDE, image};
use crate::inside::features::test_images_of;
use crate::inside::filters;
use crate::lang::{Texts, fill};
use crate::plot::axis::{decimals, number};
use crate::protocol::inspect::Question;
use crate::spec::DataSet;
use crate::web::dom::{Result, all, by_id, from_template, set_attribute, set_text, show, within};

/// Outputs that are shown of a lane, and hidden layers.
const OUTPUTS: usize = 10;
const LAYERS: usize = 8;
/// Units of a layer in a row.
const UNITS: usize = 32;

pub struct DigitTab {
    field: Field,
    /// What the lanes are asked about.
    question: Option<Question>,
    container: Element,
    sections: Vec<Element>,
    verdict: Element,
    pen_note: Element,
    seen: HtmlCanvasElement,
    said_pen: Option<KeyPen>,
    /// An image that lanes disagree on is looked for: what they take the test images for is asked.
    pub wants_disagreed: bool,
    /// Images on which they disagreed then, the next one last: lanes that train may agree on one by the time they are
    /// asked about it. `None` once an image is found, or none is looked for.
    candidates: Option<Vec<u32>>,
    /// It was looked for, and there is none.
    none_disagreed: bool,
}

impl DigitTab {
    pub fn new() -> Result<DigitTab> {
        Ok(DigitTab {
            field: Field::new()?,
            question: None,
            container: by_id("inside-digit-lanes")?,
            sections: Vec::new(),
            verdict: by_id("digit-verdict")?,
            pen_note: by_id("digit-pen")?,
            seen: by_id("digit-seen")?,
            said_pen: None,
            wants_disagreed: false,
            candidates: None,
            none_disagreed: false,
        })
    }

    pub fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// Another data set: its images are others.
    pub fn forget_images(&mut self) {
        self.question = None;
        self.field.act(Pen::Clear);
    }

    pub fn draw(&mut self, pen: Pen) {
        if self.field.act(pen) {
            (self.wants_disagreed, self.none_disagreed) = (false, false);
            self.candidates = None;
            self.question = image(&self.field.strokes).map(Question::Drawn);
        }
    }

    /// Asks about a test image instead of a drawing.
    pub fn ask_of(&mut self, at: u32) {
        self.field.act(Pen::Clear);
        (self.wants_disagreed, self.candidates) = (false, None);
        self.question = Some(Question::Test(at));
    }

    /// The test image of the number field, or any, or the next one on which lanes disagree.
    pub fn choose(&mut self, choice: Choice, data: &DataSet) -> Result<()> {
        let field: HtmlInputElement = by_id("digit-number")?;
        match choice {
            Choice::Number => {
                let at = field.value_as_number();
                if at >= 0.0 && at < f64::from(data.test()) {
                    self.ask_of(at as u32);
                } else {
                    field.report_validity();
                }
            }
            Choice::Any => {
                let at = js_sys::Math::random() * f64::from(data.test());
                self.ask_of(at as u32);
            }
            Choice::Disagreed => (self.wants_disagreed, self.candidates) = (true, None),
        }
        Ok(())
    }

    /// Where the lanes' predictions are known and an image is wanted on which they differ, looks for those behind the
    /// present one, then for those before it.
    pub fn find_disagreed(&mut self, lanes: &[Of], data: &DataSet) {
        let known: Vec<&Numbers> = lanes
            .iter()
            .filter_map(|of| Some(&of.numbers.as_ref()?.1))
            .collect();
        let images = known.first().map_or(0, |numbers| numbers.labels.len());
        let same = known.iter().all(|numbers| numbers.labels.len() == images);
        if !self.wants_disagreed || known.len() < lanes.len() || !same || images == 0 {
            return;
        }
        self.wants_disagreed = false;
        let at = test_images_of(data, images as u32);
        let predictions: Vec<Vec<u8>> = known
            .iter()
            .map(|numbers| numbers.predictions.clone())
            .collect();
        let found = disagreements(&at, &known[0].labels, &predictions);
        let before = match self.question {
            Some(Question::Test(at)) => Some(at),
            _ => None,
        };
        let mut images: Vec<u32> = found.iter().map(|found| found.image).collect();
        let behind = images.partition_point(|&image| Some(image) <= before);
        images.rotate_left(behind);
        images.reverse();
        self.ask_of_next(images);
    }

    /// Asks about the next image on which lanes disagreed.
    fn ask_of_next(&mut self, mut left: Vec<u32>) {
        match left.pop() {
            Some(at) => {
                self.ask_of(at);
                self.candidates = Some(left);
            }
            None => (self.question, self.none_disagreed) = (None, true),
        }
    }

    /// Goes on to the next image where all lanes answered, and agree.
    pub fn check_disagreed(&mut self, lanes: &[Of]) {
        let answers = self.answers(lanes);
        if self.candidates.is_none() || answers.len() < lanes.len() {
            return;
        }
        let agree = answers.windows(2).all(|pair| pair[0].1 == pair[1].1);
        if let Some(left) = self.candidates.take().filter(|_| agree) {
            self.ask_of_next(left);
        }
    }

    /// What lanes say of the present image, those that have answered.
    fn answers<'a>(&self, lanes: &'a [Of]) -> Vec<(&'a Of, Option<usize>)> {
        let answer = |of: &'a Of| {
            let (_, question, answer) = of.answer.as_ref()?;
            (Some(question) == self.question()).then(|| (of, answer.class()))
        };
        lanes.iter().filter_map(answer).collect()
    }

    pub fn rebuild(&mut self, lanes: &[Of]) -> Result<()> {
        self.sections = sections(&self.container, lanes, |_, body| {
            let answer: Element = from_template("digit-answer-template")?;
            body.append_child(&answer).map(|_| ())
        })?;
        Ok(())
    }

    pub fn update(&mut self, lanes: &[Of], sources: Sources, texts: &'static Texts) -> Result<()> {
        let data = sources.spec.data();
        let shape = data.shape();
        let can_draw = (shape.width, shape.height, shape.channels) == (SIDE, SIDE, 1);
        show(&by_id("digit-drawing")?, can_draw);
        show(&by_id("digit-no-drawing")?, !can_draw);
        let last = data.test().saturating_sub(1).to_string();
        set_attribute(&by_id::<Element>("digit-number")?, "max", &last);
        self.field.draw()?;
        self.say_pen(texts);
        self.draw_seen(sources)?;
        for (section, of) in self.sections.iter().zip(lanes) {
            let answer = of.answer.as_ref();
            let current = answer.filter(|(_, question, _)| Some(question) == self.question());
            match current {
                Some((step, _, answer)) => {
                    say(section, of, Some(*step), texts)?;
                    self.show_answer(section, of, answer, sources, texts)?;
                }
                // The answer before stays until the new one is there, a frame or two.
                None if self.question.is_some() && answer.is_some() => {}
                None => {
                    let words = match self.question {
                        Some(_) => of.words(None, texts),
                        None => String::new(),
                    };
                    set_text(&within::<Element>(section, ".at")?, &words);
                    set_attribute(section, "data-step", "");
                    show(&within(section, ".digit-answer")?, false);
                }
            }
        }
        self.say_verdict(lanes, sources, texts);
        Ok(())
    }

    fn say_pen(&mut self, texts: &Texts) {
        let pen = self.field.pen;
        if self.said_pen.is_some_and(|said| said != pen) {
            let words = if pen.down {
                texts.inside.pen_down
            } else {
                texts.inside.pen_up
            };
            let [column, row] = [pen.column + 1, pen.row + 1].map(|at| at.to_string());
            let values = [("column", column.as_str()), ("row", row.as_str())];
            set_text(&self.pen_note, &fill(words, &values));
        }
        self.said_pen = Some(pen);
    }

    /// The image that the nets get.
    fn draw_seen(&self, sources: Sources) -> Result<()> {
        let canvas = &self.seen;
        let (words, picture) = (&sources.texts.inside, sources.picture());
        let name = match &self.question {
            Some(Question::Drawn(pixels)) => {
                picture::ink(canvas, SIDE as u32, pixels)?;
                words.seen_drawing.to_owned()
            }
            Some(Question::Test(at)) => {
                picture::image(canvas, picture, *at)?;
                fill(words.image, &[("image", &at.to_string())])
            }
            None => {
                picture::ink(canvas, SIDE as u32, &[0; SIDE * SIDE])?;
                words.seen_nothing.to_owned()
            }
        };
        set_attribute(canvas, "aria-label", &name);
        set_text(&by_id::<Element>("digit-seen-text")?, &name);
        Ok(())
    }

    fn show_answer(
        &self,
        section: &Element,
        of: &Of,
        answer: &Answer,
        sources: Sources,
        texts: &Texts,
    ) -> Result<()> {
        let place: HtmlElement = within(section, ".digit-answer")?;
        show(&place, true);
        let class = answer.class().map(|class| class.to_string());
        let class = class.as_deref().unwrap_or("–");
        set_text(&within::<Element>(&place, ".digit-class")?, class);
        set_attribute(section, "data-class", class);
        let percent = |output: f32| format!("{:.1}", f64::from(output) * 100.0);
        let best = answer.class().map(|class| answer.outputs[class]);
        let best = best.map_or_else(|| texts.inside.undefined.to_owned(), percent);
        let note = fill(texts.inside.output_of, &[("percent", &best)]);
        set_text(&within::<Element>(&place, ".digit-sure")?, &note);
        let bars: Element = within(&place, ".digit-bars")?;
        let shown = largest(&answer.outputs);
        let items: Vec<HtmlElement> = copies(&bars, "digit-bar-template", shown.len())?;
        for (item, &class) in items.iter().zip(&shown) {
            let output = answer.outputs[class];
            let share = if output.is_nan() { 0.0 } else { output };
            item.style()
                .set_property("--share", &format!("{share:.4}"))?;
            let is_best = answer.class() == Some(class);
            set_attribute(item, "data-best", if is_best { "true" } else { "false" });
            set_text(&within::<Element>(item, "b")?, &class.to_string());
            set_text(&within::<Element>(item, "span")?, &short(output));
        }
        self.show_layers(&place, of, answer, sources, texts)
    }

    /// The activations of the hidden layers, or of some of many.
    fn show_layers(
        &self,
        place: &Element,
        of: &Of,
        answer: &Answer,
        sources: Sources,
        texts: &Texts,
    ) -> Result<()> {
        let layers: Element = within(place, ".digit-layers")?;
        let count = answer.hidden.len();
        let shown = count.min(LAYERS);
        let figures: Vec<Element> = copies(&layers, "digit-layer-template", shown)?;
        let shapes = sources.spec.shapes();
        for (i, figure) in figures.iter().enumerate() {
            // Of more layers than are shown, spread evenly from the first to the last.
            let layer = match shown {
                1 => 0,
                _ => i * (count - 1) / (shown - 1),
            };
            let units = &answer.hidden[layer];
            let most = filters::largest(units);
            let canvas: HtmlCanvasElement = within(figure, "canvas")?;
            let (width, tiled) = picture::tiles(units, shapes.get(layer), UNITS);
            picture::values(&canvas, width, &tiled, most)?;
            let [number_of, many] = [layer + 1, units.len()].map(|x| number(x as f64));
            let most = decimals(f64::from(most), 2);
            let values = [
                ("layer", number_of.as_str()),
                ("units", &many),
                ("most", &most),
            ];
            let words = fill(texts.inside.activations, &values);
            set_text(&within::<Element>(figure, "figcaption")?, &words);
            let name = format!("{}, {words}", of.looked.name);
            set_attribute(&canvas, "aria-label", &name);
        }
        Ok(())
    }

    /// Whether the lanes agree, in words.
    fn say_verdict(&self, lanes: &[Of], sources: Sources, texts: &Texts) {
        let answers = self.answers(lanes);
        set_attribute(&self.verdict, "data-settled", "false");
        if self.wants_disagreed || self.candidates.is_some() {
            return set_text(&self.verdict, texts.inside.looking);
        }
        let Some(question) = &self.question else {
            if self.none_disagreed {
                return set_text(&self.verdict, texts.inside.all_agree);
            }
            return set_text(&self.verdict, texts.inside.draw_something);
        };
        if answers.len() < lanes.len() || answers.is_empty() {
            return;
        }
        set_attribute(&self.verdict, "data-settled", "true");
        let words = &texts.inside;
        let name = |class: Option<usize>| class.map_or("–".to_owned(), |class| class.to_string());
        let first = answers[0].1;
        let same = answers.iter().all(|&(_, class)| class == first);
        let says = answers.iter().map(|&(of, class)| {
            let values = [("lane", of.looked.name.as_str()), ("class", &name(class))];
            fill(words.lane_says, &values)
        });
        let mut text = match (same, answers.len()) {
            (true, 1) => says.collect::<String>(),
            (true, _) => fill(words.lanes_agree, &[("class", &name(first))]),
            (false, _) => {
                let says: Vec<String> = says.collect();
                fill(words.lanes_disagree, &[("says", &says.join(", "))])
            }
        };
        if let Question::Test(at) = question
            && let Some((label, _)) = sources
                .source
                .test_image(*at, sources.spec.data().shape().units() as u32)
        {
            let label = label.to_string();
            text = format!("{text}. {}", fill(words.its_class, &[("class", &label)]));
        }
        set_attribute(
            &self.verdict,
            "data-agree",
            if same { "true" } else { "false" },
        );
        set_text(&self.verdict, &text);
    }
}

/// How a test image is chosen.
#[derive(Clone, Copy, Debug)]
pub enum Choice {
    Number,
    Any,
    Disagreed,
}

/// So many copies of a template's element as the children of `parent`, which are left alone where they are so many.
fn copies<T: JsCast>(parent: &Element, template: &str, count: usize) -> Result<Vec<T>> {
    if parent.child_element_count() as usize != count {
        parent.set_text_content(None);
        for _ in 0..count {
            parent.append_child(&from_template(template)?)?;
        }
    }
    all(parent, ":scope > *")
}

/// An output in percent, in no more than three characters: ten stand beside each other.
fn short(output: f32) -> String {
    let percent = f64::from(output) * 100.0;
    match format!("{percent:.1}") {
        text if text == "0.0" || text == "-0.0" => "0".to_owned(),
        text if text.len() <= 3 => text,
        _ => format!("{percent:.0}"),
    }
}

/// The classes of the largest outputs, in ascending order.
fn largest(outputs: &[f32]) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..outputs.len()).collect();
    classes.sort_by(|&a, &b| outputs[b].total_cmp(&outputs[a]).then(a.cmp(&b)));
    classes.truncate(OUTPUTS);
    classes.sort_unstable();
    classes
}
