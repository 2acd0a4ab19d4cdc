//! The tab of t-SNE: a panel for the inputs and one for each hidden layer of the chosen lanes.

use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};

use super::lanes::{LookedAt, Of};
use super::panel::Panel;
use super::picture::{self, Picture};
use crate::lang::{Texts, fill};
use crate::plot::axis::number;
use crate::protocol::inspect::{Found, What};
use crate::spec::LaneId;
use crate::web::dom::{Result, by_id, from_template, set_attribute, set_text, show, within};
use crate::web::meter::now;
use crate::web::view::Screen;

/// A lane whose layers are shown.
struct Shown {
    ticket: u32,
    mark: String,
    name: String,
    step: u64,
    predictions: Vec<u8>,
}

pub struct EmbeddingTab {
    state: Element,
    status: Element,
    grid: Element,
    choices: Element,
    point: HtmlElement,
    shown: Vec<Shown>,
    images: Vec<u32>,
    labels: Vec<u8>,
    panels: Vec<Panel>,
    /// Lanes whose panels are not all done, and when the work began, milliseconds.
    left: usize,
    began: f64,
    took: Option<f64>,
    failed: Option<String>,
    screen: Option<Screen>,
}

/// What is to be asked of the inspector: lane, where it stands, ticket, what.
pub type Wanted = (LaneId, LookedAt, u32, What);

impl EmbeddingTab {
    pub fn new() -> Result<EmbeddingTab> {
        Ok(EmbeddingTab {
            state: by_id("inside-embedding")?,
            status: by_id("inside-embedding-status")?,
            grid: by_id("inside-panels")?,
            choices: by_id("inside-embedding-lanes")?,
            point: by_id("inside-point")?,
            shown: Vec::new(),
            images: Vec::new(),
            labels: Vec::new(),
            panels: Vec::new(),
            left: 0,
            began: 0.0,
            took: None,
            failed: None,
            screen: None,
        })
    }

    /// Offers these lanes, the first two of them chosen; what was drawn of others goes.
    pub fn rebuild(&mut self, lanes: &[Of]) -> Result<()> {
        self.clear()?;
        self.choices.set_text_content(None);
        for (i, of) in lanes.iter().enumerate() {
            let choice: Element = from_template("inside-choice-template")?;
            set_attribute(&choice, "data-rule-name", of.looked.rule.key());
            let input: HtmlInputElement = within(&choice, "input")?;
            input.set_value(&of.looked.id.0.to_string());
            input.set_checked(i < 2);
            set_text(&within::<Element>(&choice, "b")?, &of.looked.mark);
            set_text(&within::<Element>(&choice, "span")?, &of.looked.name);
            self.choices.append_child(&choice)?;
        }
        Ok(())
    }

    /// Nothing is shown and nothing is on its way.
    pub fn clear(&mut self) -> Result<()> {
        self.grid.set_text_content(None);
        self.panels.clear();
        self.shown.clear();
        (self.left, self.took, self.failed) = (0, None, None);
        show(&self.point, false);
        Ok(())
    }

    /// Begins anew with the chosen lanes where they stand now; `tickets` numbers what is asked for.
    pub fn begin(&mut self, lanes: &[Of], tickets: &mut u32, texts: &Texts) -> Result<Vec<Wanted>> {
        self.clear()?;
        let select: HtmlSelectElement = by_id("inside-embedding-images")?;
        let images = select.value().parse().unwrap_or(1_000);
        let inputs = crate::web::dom::all::<HtmlInputElement>(&self.choices, "input")?;
        let chosen: Vec<String> = inputs
            .iter()
            .filter(|input| input.checked())
            .map(HtmlInputElement::value)
            .collect();
        let mut wanted = Vec::new();
        for of in lanes {
            let is_chosen = chosen.contains(&of.looked.id.0.to_string());
            let Some(at) = of.looked.at.clone().filter(|_| is_chosen) else {
                continue;
            };
            *tickets += 1;
            self.shown.push(Shown {
                ticket: *tickets,
                mark: of.looked.mark.clone(),
                name: of.looked.name.clone(),
                step: at.step,
                predictions: Vec::new(),
            });
            let what = What::Embedding {
                images,
                inputs: wanted.is_empty(),
            };
            wanted.push((of.looked.id, at, *tickets, what));
        }
        self.left = wanted.len();
        self.began = now();
        if wanted.is_empty() {
            self.failed = Some(texts.inside.no_lane_chosen.to_owned());
        }
        Ok(wanted)
    }

    /// Whether something was worked out, or is.
    pub fn is_begun(&self) -> bool {
        !self.shown.is_empty()
    }

    /// Whether a lane that is shown is now looked at where it stood at another step.
    pub fn is_of_another_moment(&self, lanes: &[Of]) -> bool {
        self.shown.iter().any(|shown| {
            let of = lanes.iter().find(|of| of.looked.mark == shown.mark);
            of.and_then(|of| of.looked.at.as_ref())
                .is_some_and(|at| at.step != shown.step)
        })
    }

    pub fn is_at_work(&self) -> bool {
        self.left > 0
    }

    /// Takes an answer, if it is one to what was begun last.
    pub fn told(
        &mut self,
        ticket: u32,
        found: std::result::Result<Found, String>,
        screen: Screen,
        texts: &Texts,
    ) -> Result<()> {
        let Some(at) = self.shown.iter().position(|shown| shown.ticket == ticket) else {
            return Ok(());
        };
        match found {
            Ok(Found::Images {
                images,
                labels,
                predictions,
            }) => {
                (self.images, self.labels) = (images, labels);
                self.shown[at].predictions = predictions;
            }
            Ok(Found::Panel {
                layer,
                done,
                of,
                neighbour_error,
                points,
            }) => {
                let title = self.title(at, layer, texts);
                let now = now();
                let panel = self.panel(at, layer)?;
                panel.take((done, of), neighbour_error, points, now);
                panel.say(&title, texts);
                let panel = self.find(at, layer);
                if let Some(panel) = panel {
                    self.panels[panel].draw(&self.labels, screen)?;
                }
            }
            Ok(Found::NoPanel { layer, reason }) => {
                let title = self.title(at, layer, texts);
                let panel = self.panel(at, layer)?;
                panel.failed = Some(reason);
                panel.say(&title, texts);
            }
            Ok(Found::Done) => {
                self.left = self.left.saturating_sub(1);
                if self.left == 0 {
                    self.took = Some(now() - self.began);
                }
            }
            Ok(_) => {}
            Err(message) => {
                self.left = 0;
                self.failed = Some(message);
            }
        }
        Ok(())
    }

    /// The work was stopped, or the inspector is gone.
    pub fn stop(&mut self, reason: Option<String>) {
        if self.left > 0 {
            self.left = 0;
            self.failed = reason;
            for panel in &mut self.panels {
                panel.stopped = true;
            }
        }
    }

    fn find(&self, at: usize, layer: u32) -> Option<usize> {
        self.panels
            .iter()
            .position(|panel| (panel.lane, panel.layer) == (at, layer))
    }

    fn panel(&mut self, at: usize, layer: u32) -> Result<&mut Panel> {
        if self.find(at, layer).is_none() {
            let panel = Panel::new(self.panels.len(), at, layer)?;
            self.grid.append_child(&panel.element)?;
            self.panels.push(panel);
        }
        let found = self.find(at, layer).unwrap_or_default();
        Ok(&mut self.panels[found])
    }

    fn title(&self, at: usize, layer: u32, texts: &Texts) -> String {
        if layer == 0 {
            return texts.inside.inputs.to_owned();
        }
        let shown = &self.shown[at];
        let (layer, step) = (layer.to_string(), number(shown.step as f64));
        let values = [
            ("lane", shown.name.as_str()),
            ("layer", &layer),
            ("step", &step),
        ];
        fill(texts.inside.panel, &values)
    }

    /// Brings words and, where colours or sizes changed, panels up to date.
    pub fn update(&mut self, screen: Screen, all: bool, texts: &Texts) -> Result<()> {
        let words = &texts.inside;
        let (state, text) = match (&self.failed, self.left, self.took) {
            (Some(reason), ..) => ("failed", fill(words.no_embedding, &[("reason", reason)])),
            (None, 1.., _) => ("computing", words.computing.to_owned()),
            (None, 0, Some(took)) => {
                let seconds = format!("{:.1}", took / 1e3);
                ("done", fill(words.took, &[("seconds", &seconds)]))
            }
            (None, 0, None) => ("idle", words.press_compute.to_owned()),
        };
        set_attribute(&self.state, "data-state", state);
        set_text(&self.status, &text);
        show(&by_id("inside-stop")?, self.left > 0);
        if all || self.screen != Some(screen) {
            self.screen = Some(screen);
            for i in 0..self.panels.len() {
                let title = self.title(self.panels[i].lane, self.panels[i].layer, texts);
                self.panels[i].say(&title, texts);
                self.panels[i].draw(&self.labels, screen)?;
            }
        }
        Ok(())
    }

    /// Reads the point of a panel that is next to a place on its canvas, CSS pixels; none leaves the reading.
    pub fn point(
        &mut self,
        panel: usize,
        place: Option<(f64, f64)>,
        picture: Picture,
        texts: &Texts,
    ) -> Result<()> {
        let nearest = place.and_then(|place| self.panels.get(panel)?.nearest(place));
        self.read(panel, nearest, picture, texts)
    }

    /// Goes on by so many points.
    pub fn walk(&mut self, panel: usize, by: i32, picture: Picture, texts: &Texts) -> Result<()> {
        let Some(view) = self.panels.get(panel) else {
            return Ok(());
        };
        let count = view.points.len() as i64;
        if count == 0 {
            return Ok(());
        }
        let at = view.read.map_or(0, |at| at as i64 + i64::from(by));
        self.read(panel, Some(at.rem_euclid(count) as usize), picture, texts)
    }

    fn read(
        &mut self,
        panel: usize,
        at: Option<usize>,
        picture: Picture,
        texts: &Texts,
    ) -> Result<()> {
        let Some(view) = self.panels.get_mut(panel) else {
            return Ok(());
        };
        if view.read == at {
            return Ok(());
        }
        view.read = at;
        if let Some(screen) = self.screen {
            view.draw(&self.labels, screen)?;
        }
        let Some(image) = at.and_then(|at| self.images.get(at)) else {
            show(&self.point, false);
            return Ok(());
        };
        let at = at.unwrap_or_default();
        picture::image(&within(&self.point, "canvas")?, picture, *image)?;
        let says: Vec<String> = self
            .shown
            .iter()
            .filter_map(|shown| {
                let said = shown.predictions.get(at)?.to_string();
                let values = [("lane", shown.mark.as_str()), ("class", &said)];
                Some(fill(texts.inside.lane_says, &values))
            })
            .collect();
        let (image, label) = (image.to_string(), self.labels[at].to_string());
        let says = says.join(", ");
        let values = [
            ("image", image.as_str()),
            ("class", &label),
            ("says", &says),
        ];
        set_text(
            &within::<Element>(&self.point, "p")?,
            &fill(texts.inside.point, &values),
        );
        show(&self.point, true);
        Ok(())
    }
}
