//! Where a canvas is: its size and whether any of it is in the window, told by the browser when that changes.
//!
//! Asking a canvas for its size in the middle of a frame makes the browser lay the page out at once, for every canvas
//! again; the observers tell it after the layout that takes place anyway.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, IntersectionObserver, IntersectionObserverEntry, ResizeObserver};

use super::dom::Result;
use super::events::{Event, push};

/// A canvas with its size and whether it can be seen.
pub struct Sight {
    pub canvas: HtmlCanvasElement,
    size: Rc<Cell<(f64, f64)>>,
    in_window: Rc<Cell<bool>>,
    sizes: ResizeObserver,
    crossings: IntersectionObserver,
    _told: [Closure<dyn FnMut(Array)>; 2],
}

impl Sight {
    pub fn new(canvas: HtmlCanvasElement) -> Result<Sight> {
        let size = Rc::new(Cell::new((0.0, 0.0)));
        let in_window = Rc::new(Cell::new(false));
        let resized: Closure<dyn FnMut(Array)> = Closure::new({
            let (canvas, size) = (canvas.clone(), size.clone());
            move |_| {
                let (width, height) = (canvas.client_width(), canvas.client_height());
                size.set((f64::from(width), f64::from(height)));
                push(Event::Sight);
            }
        });
        let crossed: Closure<dyn FnMut(Array)> = Closure::new({
            let in_window = in_window.clone();
            move |entries: Array| {
                let last: IntersectionObserverEntry = entries.pop().unchecked_into();
                in_window.set(last.is_intersecting());
                push(Event::Sight);
            }
        });
        let function = |closure: &Closure<dyn FnMut(Array)>| -> Function {
            closure.as_ref().unchecked_ref::<Function>().clone()
        };
        let sizes = ResizeObserver::new(&function(&resized))?;
        let crossings = IntersectionObserver::new(&function(&crossed))?;
        sizes.observe(&canvas);
        crossings.observe(&canvas);
        Ok(Sight {
            canvas,
            size,
            in_window,
            sizes,
            crossings,
            _told: [resized, crossed],
        })
    }

    /// Width and height in CSS pixels; `None` where nothing of it can be seen.
    pub fn size(&self) -> Option<(f64, f64)> {
        let size = self.size.get();
        (self.in_window.get() && size.0 >= 20.0 && size.1 >= 20.0).then_some(size)
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.sizes.disconnect();
        self.crossings.disconnect();
    }
}
