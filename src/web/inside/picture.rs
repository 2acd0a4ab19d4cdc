//! Small pictures: test images, and values on a diverging scale.

use wasm_bindgen::{Clamped, JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};

use crate::core::shape::{LayerShape, Volume};
use crate::web::dom::{Result, from_template, set_attribute, set_text, within};
use crate::web::lanes::Source;

/// Ends of the diverging scale, negative and positive; zero is white. Blue and orange differ for every kind of sight.
const NEGATIVE: [f32; 3] = [5.0, 65.0, 160.0];
const POSITIVE: [f32; 3] = [190.0, 75.0, 0.0];

pub fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d")?;
    let context = context.ok_or_else(|| JsValue::from_str("the browser draws no canvas"))?;
    Ok(context.unchecked_into())
}

/// Fills a canvas with pixels: red, green, blue of each, row by row.
fn paint(canvas: &HtmlCanvasElement, width: u32, pixels: &[[u8; 3]]) -> Result<()> {
    let height = pixels.len() as u32 / width.max(1);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let bytes: Vec<u8> = pixels
        .iter()
        .flat_map(|&[r, g, b]| [r, g, b, 255])
        .collect();
    let data = ImageData::new_with_u8_clamped_array(Clamped(&bytes), width)?;
    context(canvas)?.put_image_data(&data, 0.0, 0.0)
}

/// Draws values on the diverging scale from -`most` to `most`; all white where `most` is 0.
pub fn values(canvas: &HtmlCanvasElement, width: u32, values: &[f32], most: f32) -> Result<()> {
    let pixels: Vec<[u8; 3]> = values.iter().map(|&value| colour(value, most)).collect();
    paint(canvas, width, &pixels)
}

/// Draws bytes dark on light, as ink on paper.
pub fn ink(canvas: &HtmlCanvasElement, width: u32, bytes: &[u8]) -> Result<()> {
    let pixels: Vec<[u8; 3]> = bytes.iter().map(|&byte| [255 - byte; 3]).collect();
    paint(canvas, width, &pixels)
}

/// Activations of a layer as a picture: its width and values. Maps of a convolution stand side by side, a pixel apart;
/// units of a dense layer in rows of `across`.
pub fn tiles(units: &[f32], shape: Option<&LayerShape>, across: usize) -> (u32, Vec<f32>) {
    let Some(LayerShape::Convolution(geometry)) = shape else {
        let width = units.len().clamp(1, across);
        let mut values = units.to_vec();
        values.resize(units.len().div_ceil(width) * width, 0.0);
        return (width as u32, values);
    };
    let map = geometry.output();
    let columns = map.channels.clamp(1, 8);
    let (width, height) = (map.width + 1, map.height + 1);
    let across = columns * width - 1;
    let mut values = vec![0.0; across * (map.channels.div_ceil(columns) * height - 1)];
    for (i, &unit) in units.iter().enumerate() {
        let (channel, place) = (i / map.places(), i % map.places());
        let (left, top) = (channel % columns * width, channel / columns * height);
        let (column, row) = (place % map.width, place / map.width);
        values[(top + row) * across + left + column] = unit;
    }
    (across as u32, values)
}

fn colour(value: f32, most: f32) -> [u8; 3] {
    let share = if most > 0.0 {
        (value / most).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    let end = if share < 0.0 { NEGATIVE } else { POSITIVE };
    // White to the end of its sign.
    end.map(|end| (255.0 + (end - 255.0) * share.abs()) as u8)
}

/// What test images are drawn from: where they are, and their shape.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    pub source: Source<'a>,
    pub shape: Volume,
}

/// Draws a test image: one channel dark on light, as ink on paper, three in their colours, of others the mean over
/// channels; tells whether its chunk is there.
pub fn image(canvas: &HtmlCanvasElement, picture: Picture, image: u32) -> Result<bool> {
    let shape = picture.shape;
    let Some((_, bytes)) = picture.source.test_image(image, shape.units() as u32) else {
        return Ok(false);
    };
    let places = shape.places();
    let pixel = |at: usize| match shape.channels {
        3 => [bytes[at], bytes[places + at], bytes[2 * places + at]],
        channels => {
            let sum: u32 = (0..channels)
                .map(|c| u32::from(bytes[c * places + at]))
                .sum();
            [255 - (sum / channels as u32) as u8; 3]
        }
    };
    let pixels: Vec<[u8; 3]> = (0..places).map(pixel).collect();
    paint(canvas, shape.width as u32, &pixels)?;
    Ok(true)
}

/// A test image with words under it.
pub fn figure(picture: Picture, at: u32, words: &str, name: &str) -> Result<Element> {
    let figure: Element = from_template("inside-image-template")?;
    let canvas: HtmlCanvasElement = within(&figure, "canvas")?;
    let button: Element = within(&figure, "button")?;
    set_attribute(&button, "data-image", &at.to_string());
    set_attribute(&button, "aria-label", name);
    image(&canvas, picture, at)?;
    set_text(&within::<Element>(&figure, "figcaption")?, words);
    Ok(figure)
}
