//! The experiment on one sheet of paper: both figures, how lanes stand, the settings in words, the link.

use web_sys::{Element, HtmlCanvasElement, HtmlElement};

use super::dom::{Listener, Result, all, by_id, from_template, set_text, show, window, within};
use super::events::{Event, Plot, push};
use crate::spec::{Spec, field};

/// CSS pixels of a figure on paper.
pub const SIZE: (f64, f64) = (700.0, 236.0);
/// Dots of a canvas a CSS pixel: 384 an inch.
pub const RATIO: f64 = 4.0;

pub struct Sheet {
    place: HtmlElement,
    results: Element,
    settings: Element,
    _listeners: [Listener; 3],
}

impl Sheet {
    pub fn new() -> Result<Sheet> {
        let window = window()?;
        let press: Element = by_id("print")?;
        Ok(Sheet {
            place: by_id("sheet")?,
            results: by_id("sheet-results")?,
            settings: by_id("sheet-settings")?,
            _listeners: [
                Listener::new(&window, "beforeprint", |_| push(Event::Print(true)))?,
                Listener::new(&window, "afterprint", |_| push(Event::Print(false)))?,
                // Not an event of the page: "beforeprint" comes within this call, and is answered at once.
                Listener::new(&press, "click", |_| {
                    if let (Ok(menu), Ok(window)) =
                        (by_id::<HtmlElement>("preferences"), super::dom::window())
                    {
                        menu.hide_popover().ok();
                        window.print().ok();
                    }
                })?,
            ],
        })
    }

    /// The canvas of a figure.
    pub fn canvas(plot: Plot) -> Result<HtmlCanvasElement> {
        let figure: Element = by_id(match plot {
            Plot::Error => "sheet-error",
            Plot::Angle => "sheet-angle",
        })?;
        within(&figure, "canvas")
    }

    /// Hides the sheet and gives the memory of its figures back.
    pub fn clear(&self) -> Result<()> {
        show(&self.place, false);
        for plot in Plot::ALL {
            Sheet::canvas(plot)?.set_width(0);
        }
        Ok(())
    }

    /// Fills the words of the sheet and shows it. `angle`: what its second figure shows, and what that means; `results`:
    /// the cells of each lane, its name first; `link`, then the runs that are compared, a line each.
    pub fn fill(
        &self,
        (title, note): (&str, &str),
        angle: (&str, &str),
        results: &[Vec<String>],
        spec: &Spec,
        (link, ghosts): (&str, &str),
    ) -> Result<()> {
        for (id, text) in [
            ("sheet-title", title),
            ("sheet-note", note),
            ("sheet-link", link),
            ("sheet-ghosts", ghosts),
        ] {
            set_text(&by_id(id)?, text);
        }
        let figure: Element = by_id("sheet-angle")?;
        set_text(&within(&figure, "h2")?, angle.0);
        set_text(&within(&figure, "figcaption")?, angle.1);
        self.results.set_text_content(None);
        for cells in results {
            let row: Element = from_template("row-template")?;
            for (i, text) in cells.iter().enumerate() {
                if i == 0 {
                    set_text(&within(&row, "th")?, text);
                    continue;
                }
                let cell: Element = from_template("cell-template")?;
                set_text(&cell, text);
                row.append_child(&cell)?;
            }
            self.results.append_child(&row)?;
        }
        self.fill_settings(spec)?;
        show(&self.place, true);
        Ok(())
    }

    /// Every setting that the experiment has, in the groups and words of the form.
    fn fill_settings(&self, spec: &Spec) -> Result<()> {
        self.settings.set_text_content(None);
        let form: Element = by_id("form")?;
        for group in all::<Element>(&form, "fieldset")? {
            let line: Element = from_template("settings-template")?;
            let legend: Element = within(&group, "legend")?;
            set_text(&within(&line, "dt")?, &text(&legend));
            let values: Element = within(&line, "dd")?;
            let mut last = None;
            for control in all::<Element>(&group, "[name]")? {
                let name = control.get_attribute("name").unwrap_or_default();
                let Some(field) = field(&name).filter(|_| last.as_ref() != Some(&name)) else {
                    continue;
                };
                let place = control.closest(".field")?;
                let label = match field.key {
                    // Lanes with phases stand in their own field.
                    "rules" if spec.has_phases() => continue,
                    "rules" => legend.clone(),
                    "data" => within(&group, ".own-row label")?,
                    // The optimiser does not have what the form hides.
                    _ => match place.filter(|place| !place.has_attribute("hidden")) {
                        Some(place) => within(&place, "label")?,
                        None => continue,
                    },
                };
                let setting: Element = from_template("setting-template")?;
                set_text(&within(&setting, "span")?, &text(&label));
                set_text(&within(&setting, "b")?, &field.get(spec));
                values.append_child(&setting)?;
                last = Some(name);
            }
            self.settings.append_child(&line)?;
        }
        Ok(())
    }
}

fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}
