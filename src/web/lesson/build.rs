//! A step of a lesson as elements of the page: copies of templates, and text.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::lang::Texts;
use crate::lesson::{self, Block, Lesson, Math, Span, Step, Symbol};
use crate::web::dom::{
    Listener, Output, Result, all, from_template, set_attribute, set_text, show, within,
};
use crate::web::events::{Event, push};

/// What stands on the page for a block of a step.
pub struct Part {
    element: HtmlElement,
    /// What a wait's `data-state` is, or what a question says.
    output: Option<Output>,
    inputs: Vec<HtmlInputElement>,
    _listeners: Vec<Listener>,
}

impl Part {
    pub fn reveal(&self, visible: bool) {
        show(&self.element, visible);
    }

    pub fn show_wait(&mut self, met: bool) {
        if let Some(state) = &mut self.output {
            state.set(if met { "met" } else { "waiting" });
        }
    }

    pub fn show_verdict(&mut self, said: &str, chosen: Option<&str>, is_over: bool) {
        if let Some(verdict) = &mut self.output {
            verdict.set(said);
        }
        for input in &self.inputs {
            let checked = chosen == Some(input.value().as_str());
            if input.checked() != checked {
                input.set_checked(checked);
            }
            if input.disabled() != is_over {
                input.set_disabled(is_over);
            }
        }
    }
}

/// The list of all lessons.
pub fn list(body: &Element, lessons: &[Lesson], texts: &Texts) -> Result<Vec<Part>> {
    let list: HtmlElement = from_template("lessons-template")?;
    let mut listeners = Vec::new();
    for lesson in lessons {
        let item: Element = from_template("experiment-template")?;
        let number = lesson.number;
        let title = format!("{number} {}", lesson.title);
        set_text(&within::<Element>(&item, "strong")?, &title);
        let minutes = texts.lesson_minutes(lesson.minutes);
        set_text(&within::<Element>(&item, "span")?, &minutes);
        let button: Element = within(&item, "button")?;
        set_attribute(&button, "data-lesson", &number.to_string());
        let open = move |_| push(Event::Lesson(number));
        listeners.push(Listener::new(&button, "click", open)?);
        list.append_child(&item)?;
    }
    body.append_child(&list)?;
    Ok(vec![Part {
        element: list,
        output: None,
        inputs: Vec::new(),
        _listeners: listeners,
    }])
}

/// A step: its heading, then a part for each of its blocks.
pub fn step(body: &Element, step: &Step, texts: &Texts) -> Result<Vec<Part>> {
    let heading: Element = from_template("lesson-heading-template")?;
    set_text(&heading, &step.heading);
    body.append_child(&heading)?;
    let mut parts = Vec::new();
    for (at, each) in step.blocks.iter().enumerate() {
        let part = block(at, each, texts)?;
        body.append_child(&part.element)?;
        parts.push(part);
    }
    Ok(parts)
}

fn block(at: usize, block: &Block, texts: &Texts) -> Result<Part> {
    let mut listeners = Vec::new();
    let (mut output, mut inputs) = (None, Vec::new());
    let element: HtmlElement = match block {
        Block::Paragraph(line) => {
            let paragraph: HtmlElement = from_template("lesson-paragraph-template")?;
            spans(&paragraph, line, &mut listeners)?;
            paragraph
        }
        Block::Formula { math, symbols } => formula(math, symbols, &mut listeners)?,
        Block::Question { text, options, .. } => {
            let question: HtmlElement = from_template("lesson-question-template")?;
            spans(&within(&question, "legend")?, text, &mut listeners)?;
            let verdict: Element = within(&question, ".verdict")?;
            for (key, words) in options {
                let option: Element = from_template("lesson-option-template")?;
                let input: HtmlInputElement = within(&option, "input")?;
                input.set_name(&format!("prediction-{at}"));
                input.set_value(key);
                set_text(&within::<Element>(&option, "span")?, words);
                let key = key.clone();
                let choose = move |_| push(Event::LessonAnswer(at, key.clone()));
                listeners.push(Listener::new(&input, "change", choose)?);
                question.insert_before(&option, Some(&verdict))?;
                inputs.push(input);
            }
            output = Some(Output::text(verdict));
            question
        }
        Block::Wait(condition) => {
            let wait: HtmlElement = from_template("lesson-wait-template")?;
            let words = texts.waits_for(condition);
            set_text(&within::<Element>(&wait, "span")?, &words);
            output = Some(Output::attribute(&wait, "data-state"));
            wait
        }
        Block::Open { link, label } => {
            let open: HtmlElement = from_template("lesson-open-template")?;
            let button: Element = within(&open, "button")?;
            set_text(&button, label);
            let link = link.clone();
            let press = move |_| push(Event::LessonExperiment(Some(link.clone())));
            listeners.push(Listener::new(&button, "click", press)?);
            open
        }
    };
    Ok(Part {
        element,
        output,
        inputs,
        _listeners: listeners,
    })
}

fn spans(into: &Element, line: &[Span], listeners: &mut Vec<Listener>) -> Result<()> {
    for span in line {
        let (template, text) = match span {
            Span::Text(text) => {
                into.append_with_str_1(text)?;
                continue;
            }
            Span::Strong(text) => ("lesson-strong-template", text),
            Span::Code(text) => ("lesson-code-template", text),
            Span::Term { text, .. } => ("lesson-term-template", text),
        };
        let element: Element = from_template(template)?;
        set_text(&element, text);
        if let Span::Term { meaning, .. } = span {
            explain(&element, meaning, None, listeners)?;
        }
        into.append_child(&element)?;
    }
    Ok(())
}

/// Says a meaning while the pointer or the focus is on an element.
fn explain(
    element: &Element,
    meaning: &str,
    part: Option<lesson::Part>,
    listeners: &mut Vec<Listener>,
) -> Result<()> {
    for name in ["pointerenter", "focus"] {
        let meaning = meaning.to_owned();
        listeners.push(Listener::new(element, name, move |_| {
            push(Event::LessonMeaning(Some((meaning.clone(), part))));
        })?);
    }
    for name in ["pointerleave", "blur"] {
        listeners.push(Listener::new(element, name, |_| {
            push(Event::LessonMeaning(None));
        })?);
    }
    Ok(())
}

/// A formula over its symbols.
fn formula(math: &Math, symbols: &[Symbol], listeners: &mut Vec<Listener>) -> Result<HtmlElement> {
    let figure: HtmlElement = from_template("lesson-formula-template")?;
    let whole: Element = from_template("lesson-math-template")?;
    // The one of each kind is copied; none of them stays.
    let kinds: Vec<Element> = all(&whole, "*")?;
    whole.set_text_content(None);
    draw(&whole, math, &kinds, symbols, listeners)?;
    figure.insert_before(&whole, figure.first_child().as_ref())?;
    let line: Element = within(&figure, "p")?;
    for symbol in symbols {
        let term: Element = from_template("lesson-term-template")?;
        set_text(&term, &symbol.symbol);
        let meaning = format!("{}: {}", symbol.symbol, symbol.meaning);
        explain(&term, &meaning, symbol.part, listeners)?;
        line.append_with_str_1(" ")?;
        line.append_child(&term)?;
    }
    show(&line.unchecked_into(), !symbols.is_empty());
    Ok(figure)
}

fn draw(
    into: &Element,
    math: &Math,
    kinds: &[Element],
    symbols: &[Symbol],
    listeners: &mut Vec<Listener>,
) -> Result<()> {
    let Math::Element { tag, def, inside } = math else {
        if let Math::Text(text) = math {
            into.append_with_str_1(text)?;
        }
        return Ok(());
    };
    let kind = kinds.iter().find(|kind| kind.local_name() == *tag);
    let kind = kind.ok_or("a formula has an element that index.html lacks")?;
    let element: Element = kind.clone_node()?.unchecked_into();
    for part in inside {
        draw(&element, part, kinds, symbols, listeners)?;
    }
    let named = symbols
        .iter()
        .find(|symbol| Some(&symbol.name) == def.as_ref());
    if let Some(symbol) = named {
        let meaning = format!("{}: {}", symbol.symbol, symbol.meaning);
        explain(&element, &meaning, symbol.part, listeners)?;
        set_attribute(&element, "class", "symbol");
    }
    into.append_child(&element)?;
    Ok(())
}
