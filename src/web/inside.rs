//! The view that looks inside: filters, alignment, confusion and t-SNE of every lane, worked out by an inspector of its
//! own while the lanes train on.

mod alignment;
mod confusion;
mod digit;
mod embedding;
mod field;
mod filters;
pub(super) mod helper;
mod lanes;
mod listening;
mod panel;
mod picture;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlButtonElement, HtmlDialogElement, HtmlElement, HtmlSelectElement};

use super::dom::{Listener, Result, all, by_id, document, set_attribute, set_text, show};
use super::events::Event;
use super::inspector::NAME;
use super::lanes::Source;
use super::meter::now;
use super::tabs;
use super::texts::Fault;
use super::view::Screen;
use super::whitening::Whitenings;
use crate::core::shape::LayerShape;
use crate::lang::{Texts, fill};
use crate::protocol::decode;
use crate::protocol::inspect::{Found, FromInspector, Stand, ToInspector, What};
use crate::spec::{LaneId, Spec};
use alignment::Alignments;
use confusion::Confusions;
pub use digit::Choice;
use digit::DigitTab;
use embedding::EmbeddingTab;
pub use field::Pen;
use filters::FiltersTab;
use helper::Helper;
use lanes::Of;
pub use lanes::{Looked, LookedAt};
use picture::Picture;

/// Milliseconds between two checkpoints of a lane that is looked at while it trains.
pub const EVERY_MS: f64 = 2_000.0;

/// Milliseconds for which the slider of moments rests before t-SNE follows it.
const REST_MS: f64 = 400.0;

/// One of the view's tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Filters,
    Alignment,
    Confusion,
    Embedding,
    Digit,
}

impl Tab {
    const ALL: [Tab; 5] = [
        Tab::Filters,
        Tab::Alignment,
        Tab::Confusion,
        Tab::Embedding,
        Tab::Digit,
    ];

    /// Its part of the ids in index.html.
    fn key(self) -> &'static str {
        match self {
            Tab::Filters => "filters",
            Tab::Alignment => "alignment",
            Tab::Confusion => "confusion",
            Tab::Embedding => "embedding",
            Tab::Digit => "digit",
        }
    }
}

/// What can happen to the view.
#[derive(Debug)]
pub enum Act {
    Open,
    /// The view at its tab of one's own digit.
    OpenDigit,
    Close,
    Tab(Tab),
    /// A choice of a tab changed.
    Choice,
    /// Another page of units.
    Page(i32),
    /// A cell of a confusion matrix was pressed: lane, class, class taken for.
    Cell(LaneId, usize, usize),
    Compute,
    Stop,
    Draw(Pen),
    /// Another test image for the lanes to answer.
    Choose(Choice),
    /// This one.
    Show(u32),
    /// The pointer is at this place of a panel, or left it.
    Point(usize, Option<(f64, f64)>),
    /// Arrow keys on a panel.
    Walk(usize, i32),
    /// Bytes from an inspector of this generation.
    Told(u32, Uint8Array),
    Died(u32, Fault),
}

/// What the view is drawn from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub spec: &'a Spec,
    pub source: Source<'a>,
    pub texts: &'static Texts,
    pub screen: Screen,
    /// Sizes or colours changed.
    pub all: bool,
}

/// The worker that looks inside.
fn inspector(generation: u32) -> Result<Helper> {
    Helper::new(
        generation,
        NAME,
        |generation, data| Event::Inside(Act::Told(generation, data.unchecked_into())),
        |generation, fault| Event::Inside(Act::Died(generation, fault)),
    )
}

impl Sources<'_> {
    /// Pixels across of a first-layer filter: a kernel's, or an image's.
    pub fn filter_width(&self) -> usize {
        match self.spec.shapes().first() {
            Some(LayerShape::Convolution(geometry)) => geometry.kernel.size,
            _ => self.spec.data().shape().width,
        }
    }

    /// What test images are drawn from.
    pub fn picture(&self) -> Picture<'_> {
        Picture {
            source: self.source,
            shape: self.spec.data().shape(),
        }
    }
}

pub struct Inside {
    dialog: HtmlDialogElement,
    open_button: HtmlElement,
    status: Element,
    tab: Tab,
    images: u32,
    lanes: Vec<Of>,
    /// The language that the sections were made in.
    spoken: &'static str,
    helper: Option<Helper>,
    generation: u32,
    tickets: u32,
    fault: Option<Fault>,
    filters: FiltersTab,
    alignments: Alignments,
    confusions: Confusions,
    embeddings: EmbeddingTab,
    digit: DigitTab,
    /// Something came since the last frame.
    stale: bool,
    /// When the slider of moments was moved, milliseconds, while t-SNE has not followed it.
    moved: Option<f64>,
    _listeners: Vec<Listener>,
}

impl Inside {
    pub fn new() -> Result<Inside> {
        Ok(Inside {
            dialog: by_id("inside")?,
            open_button: by_id("open-inside")?,
            status: by_id("inside-status")?,
            tab: Tab::Filters,
            images: 1_000,
            lanes: Vec::new(),
            spoken: "",
            helper: None,
            generation: 0,
            tickets: 0,
            fault: None,
            filters: FiltersTab::new()?,
            alignments: Alignments::new()?,
            confusions: Confusions::new()?,
            embeddings: EmbeddingTab::new()?,
            digit: DigitTab::new()?,
            stale: true,
            moved: None,
            _listeners: listening::listeners()?,
        })
    }

    pub fn is_open(&self) -> bool {
        self.helper.is_some() || self.fault.is_some()
    }

    /// Opens the view, with an inspector of its own.
    pub fn open(&mut self) -> Result<()> {
        if !self.is_open() {
            self.generation += 1;
            self.helper = Some(inspector(self.generation)?);
            self.fit()?;
            self.dialog.show();
            cover(true)?;
            set_attribute(&self.dialog, "data-state", "open");
            set_attribute(&self.open_button, "aria-expanded", "true");
            self.choose(self.tab)?;
        }
        by_id::<HtmlElement>(&format!("inside-tab-{}", self.tab.key()))?.focus()
    }

    /// Leaves the bar free, however many rows it has.
    fn fit(&self) -> Result<()> {
        let bar: HtmlElement = by_id("bar")?;
        let height = format!("{}px", bar.offset_height());
        self.dialog.style().set_property("--bar-height", &height)
    }

    /// Another data set: the inspector begins anew with other images.
    pub fn forget_images(&mut self) -> Result<()> {
        if self.helper.is_some() {
            self.generation += 1;
            self.helper = Some(inspector(self.generation)?);
            self.lanes.clear();
            self.embeddings.clear()?;
            self.digit.forget_images();
            self.spoken = "";
        }
        Ok(())
    }

    /// Closes it and ends the inspector; what was found is found anew when it opens again.
    pub fn close(&mut self) -> Result<()> {
        if !self.is_open() {
            return Ok(());
        }
        (self.helper, self.fault, self.moved) = (None, None, None);
        self.lanes.clear();
        self.embeddings.clear()?;
        self.spoken = "";
        cover(false)?;
        // The focus goes back to where it was, if that can have it.
        self.dialog.close();
        set_attribute(&self.dialog, "data-state", "closed");
        set_attribute(&self.open_button, "aria-expanded", "false");
        match document()?.active_element() {
            Some(focus) if focus.tag_name() != "BODY" => Ok(()),
            _ => self.open_button.focus(),
        }
    }

    /// Shows a tab.
    pub fn choose(&mut self, tab: Tab) -> Result<()> {
        self.tab = tab;
        self.stale = true;
        for other in Tab::ALL {
            let button: HtmlElement = by_id(&format!("inside-tab-{}", other.key()))?;
            let chosen = other == tab;
            set_attribute(
                &button,
                "aria-selected",
                if chosen { "true" } else { "false" },
            );
            button.set_tab_index(if chosen { 0 } else { -1 });
            show(&by_id(&format!("inside-{}", other.key()))?, chosen);
        }
        Ok(())
    }

    /// Reads the choices of the tabs.
    pub fn read_choices(&mut self) -> Result<()> {
        self.stale = true;
        let value = |id: &str| -> Result<String> { Ok(by_id::<HtmlSelectElement>(id)?.value()) };
        self.filters.by_norm = value("inside-order")? == "norm";
        self.filters.change = value("inside-quantity")? == "change";
        self.images = match value("inside-confusion-images")?.as_str() {
            "1000" => 1_000,
            _ => u32::MAX,
        };
        Ok(())
    }

    pub fn turn_page(&mut self, by: i32) {
        self.stale = true;
        self.filters.page = self.filters.page.saturating_add_signed(by as isize);
    }

    pub fn choose_cell(&mut self, cell: (LaneId, usize, usize)) {
        self.stale = true;
        let again = self.confusions.chosen == Some(cell);
        self.confusions.chosen = (!again).then_some(cell);
    }

    pub fn draw(&mut self, pen: Pen) {
        self.stale = true;
        self.digit.draw(pen);
    }

    pub fn choose_image(&mut self, choice: Choice, spec: &Spec) -> Result<()> {
        self.stale = true;
        for of in &mut self.lanes {
            of.forget_old_numbers();
        }
        self.digit.choose(choice, spec.data())
    }

    /// Shows what the lanes say of a test image.
    pub fn show_image(&mut self, at: u32) -> Result<()> {
        self.digit.ask_of(at);
        self.choose(Tab::Digit)?;
        by_id::<HtmlElement>("inside-tab-digit")?.focus()
    }

    /// Begins the t-SNE of the chosen lanes.
    pub fn compute(&mut self, texts: &Texts) -> Result<()> {
        self.stale = true;
        self.tell_to_stop()?;
        for (id, at, ticket, what) in
            self.embeddings
                .begin(&self.lanes, &mut self.tickets, texts)?
        {
            self.send(id, &at, at.stand(), ticket, what)?;
        }
        for of in &mut self.lanes {
            of.forget_answering();
        }
        Ok(())
    }

    /// The slider of moments was moved: what was worked out of another moment follows when it rests.
    pub fn follow(&mut self) {
        if self.embeddings.is_begun() {
            self.moved = Some(now());
        }
    }

    /// Whether the view waits for the slider to rest.
    pub fn is_following(&self) -> bool {
        self.moved.is_some()
    }

    /// Ends the t-SNE where it is.
    pub fn stop(&mut self, texts: &Texts) -> Result<()> {
        self.stale = true;
        self.embeddings
            .stop(Some(texts.inside.was_stopped.to_owned()));
        self.tell_to_stop()
    }

    fn tell_to_stop(&self) -> Result<()> {
        match &self.helper {
            Some(helper) if helper.ready => helper.send(&ToInspector::Stop, None),
            _ => Ok(()),
        }
    }

    pub fn point(
        &mut self,
        panel: usize,
        place: Option<(f64, f64)>,
        sources: Sources,
    ) -> Result<()> {
        self.embeddings
            .point(panel, place, sources.picture(), sources.texts)
    }

    pub fn walk(&mut self, panel: usize, by: i32, sources: Sources) -> Result<()> {
        self.embeddings
            .walk(panel, by, sources.picture(), sources.texts)
    }

    /// Sends the inspector the next part of the images that it needs; tells whether it did.
    pub fn feed(&mut self, spec: &Spec, source: Source, white: &Whitenings) -> Result<bool> {
        match &mut self.helper {
            Some(helper) => helper.feed(spec, source, white),
            None => Ok(false),
        }
    }

    /// The inspector ended.
    pub fn died(&mut self, generation: u32, fault: Fault) {
        if self
            .helper
            .as_ref()
            .is_some_and(|helper| helper.generation == generation)
        {
            self.helper = None;
            self.fault = Some(fault);
            self.stale = true;
        }
    }

    /// The inspector answered.
    pub fn told(&mut self, generation: u32, bytes: &Uint8Array, sources: Sources) -> Result<()> {
        let Some(helper) = self
            .helper
            .as_mut()
            .filter(|helper| helper.generation == generation)
        else {
            return Ok(());
        };
        self.stale = true;
        match decode::<FromInspector>(&bytes.to_vec()) {
            Ok(FromInspector::Ready) => helper.ready = true,
            Ok(FromInspector::Found {
                ticket,
                lane,
                step,
                found,
            }) => self.answered(ticket, lane, step, Ok(found), sources)?,
            Ok(FromInspector::Failed {
                ticket,
                lane,
                message,
            }) => {
                if ticket == 0 {
                    self.died(generation, Fault::Other(message));
                } else {
                    self.answered(ticket, lane, 0, Err(message), sources)?;
                }
            }
            Err(error) => self.died(generation, Fault::Other(error.to_string())),
        }
        Ok(())
    }

    fn answered(
        &mut self,
        ticket: u32,
        lane: u32,
        step: u64,
        found: std::result::Result<Found, String>,
        sources: Sources,
    ) -> Result<()> {
        let asked = self.lanes.iter_mut().find(|of| {
            let is_it = of.asked.as_ref().is_some_and(|asked| asked.0 == ticket);
            is_it && of.looked.id.0 as u32 == lane
        });
        match asked {
            Some(of) => {
                of.answered(ticket, step, found);
                Ok(())
            }
            None => self
                .embeddings
                .told(ticket, found, sources.screen, sources.texts),
        }
    }

    fn send(&self, id: LaneId, at: &LookedAt, stand: Stand, ticket: u32, what: What) -> Result<()> {
        let Some(helper) = &self.helper else {
            return Ok(());
        };
        let message = ToInspector::Look {
            ticket,
            lane: id.0 as u32,
            link: at.link.clone(),
            stand,
            what,
        };
        let checkpoint = at.checkpoint.as_ref();
        helper.send(&message, checkpoint.filter(|_| stand == Stand::Checkpoint))
    }

    /// Brings the view up to date with these lanes, and asks for what is missing.
    pub fn show(&mut self, looked: Vec<Looked>, sources: Sources) -> Result<()> {
        let texts = sources.texts;
        self.renew(looked, sources)?;
        let fed = self
            .helper
            .as_ref()
            .is_some_and(|helper| helper.is_fed(sources.spec, sources.source));
        if fed {
            self.digit.check_disagreed(&self.lanes);
            self.digit.find_disagreed(&self.lanes, sources.spec.data());
            self.ask()?;
        }
        if self.moved.is_some_and(|moved| now() - moved >= REST_MS) {
            self.moved = None;
            if self.embeddings.is_of_another_moment(&self.lanes) {
                self.compute(texts)?;
            }
        }
        let status = match (&self.fault, fed) {
            (Some(fault), _) => fill(
                texts.inside.inspector_died,
                &[("reason", &fault.words(texts))],
            ),
            (None, false) => texts.inside.inspector_starts.to_owned(),
            (None, true) if self.lanes.is_empty() => texts.inside.no_lane_seen.to_owned(),
            (None, true) => String::new(),
        };
        set_text(&self.status, &status);
        by_id::<HtmlButtonElement>("inside-compute")?.set_disabled(!fed || self.lanes.is_empty());
        if sources.all {
            self.fit()?;
        }
        if !self.stale && !sources.all {
            return Ok(());
        }
        self.stale = false;
        match self.tab {
            Tab::Filters => self
                .filters
                .update(&self.lanes, sources.filter_width(), texts),
            Tab::Alignment => self.alignments.update(&self.lanes, texts),
            Tab::Confusion => self.confusions.update(&self.lanes, sources, texts),
            Tab::Embedding => self.embeddings.update(sources.screen, sources.all, texts),
            Tab::Digit => self.digit.update(&self.lanes, sources, texts),
        }
    }

    /// Takes what the page knows of the lanes; other lanes, or another language, get sections anew.
    fn renew(&mut self, looked: Vec<Looked>, sources: Sources) -> Result<()> {
        let texts = sources.texts;
        let same = |of: &Of, looked: &Looked| {
            let of = &of.looked;
            (of.id, &of.name, &of.mark, of.rule)
                == (looked.id, &looked.name, &looked.mark, looked.rule)
        };
        let pairs = self.lanes.iter().zip(&looked);
        let classes = sources.spec.data().classes();
        let unchanged = self.spoken == texts.code
            && self.confusions.classes() == classes
            && self.lanes.len() == looked.len()
            && pairs.into_iter().all(|(of, looked)| same(of, looked));
        if unchanged {
            for (of, looked) in self.lanes.iter_mut().zip(looked) {
                // The header says whether the lane is waited for.
                self.stale |=
                    of.looked.run != looked.run || of.looked.at.is_some() != looked.at.is_some();
                of.renew(looked);
            }
            return Ok(());
        }
        self.spoken = texts.code;
        self.stale = true;
        let mut old = std::mem::take(&mut self.lanes);
        for looked in looked {
            // What is known of a lane that stays is kept.
            let at = old
                .iter()
                .position(|of| of.looked.id == looked.id && of.looked.name == looked.name);
            self.lanes.push(match at {
                Some(at) => {
                    let mut of = old.swap_remove(at);
                    of.renew(looked);
                    of
                }
                None => Of::new(looked),
            });
        }
        self.filters.rebuild(&self.lanes)?;
        self.alignments.rebuild(&self.lanes)?;
        self.confusions.rebuild(&self.lanes, classes)?;
        self.digit.rebuild(&self.lanes)?;
        if self.embeddings.is_at_work() {
            self.tell_to_stop()?;
        }
        self.embeddings.rebuild(&self.lanes)
    }

    /// Asks for what the shown tab needs of each lane where it stands now, one thing at a time.
    fn ask(&mut self) -> Result<()> {
        let what = match self.tab {
            Tab::Filters => What::Filters {
                units: self.filters.units(&self.lanes),
            },
            Tab::Alignment | Tab::Confusion => What::Numbers {
                images: self.images,
            },
            Tab::Digit if self.digit.wants_disagreed => What::Numbers {
                images: self.images,
            },
            Tab::Digit => match self.digit.question() {
                Some(question) => What::Answer {
                    question: question.clone(),
                },
                None => return Ok(()),
            },
            Tab::Embedding => return Ok(()),
        };
        for at in 0..self.lanes.len() {
            let ticket = self.tickets + 1;
            let of = &mut self.lanes[at];
            let id = of.looked.id;
            if let Some((looked_at, stand)) = of.ask(ticket, &what) {
                self.tickets = ticket;
                self.send(id, &looked_at, stand, ticket, what.clone())?;
            }
        }
        Ok(())
    }
}

/// What lies under the view, or no longer: the keyboard does not go where nothing is seen.
fn cover(covered: bool) -> Result<()> {
    let page = document()?.document_element();
    let page = page.ok_or_else(|| wasm_bindgen::JsValue::from_str("no page"))?;
    for below in all::<Element>(&page, "main, footer")? {
        below.toggle_attribute_with_force("inert", covered)?;
    }
    Ok(())
}
