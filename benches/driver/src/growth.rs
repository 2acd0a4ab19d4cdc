//! How the time of an epoch grows with width, depth, images and lanes: measured natively, drawn beside what the
//! products alone would make of it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use bench_ours::BATCH;
use bench_ours::step::{BATCHES, Net};
use falab::plot::axis::{Axis, Scale, linear_ticks, log_ticks, number};
use falab::plot::curve::{Band, Curve, End};
use falab::plot::surface::Stroke;
use falab::plot::{Chart, Theme, look, svg};
use falab::store::Point;

use crate::machine;
use crate::native;
use crate::shape::{Rule, Shape};

const RULES: [Rule; 2] = [Rule::Bp, Rule::Dfa];
/// Images of an epoch, where they are not what grows.
const IMAGES: u64 = 10_000;
/// Size of a panel, CSS pixels.
const PANEL: (f64, f64) = (470.0, 300.0);

/// Seconds an epoch by what grows.
struct Panel {
    label: &'static str,
    scale: Scale,
    /// Of each rule.
    measured: [Vec<(u64, f64)>; 2],
    /// Of BP: what the products, the images or the lanes a core make of one measured point, the last (lanes: the
    /// first).
    expected: Vec<(u64, f64)>,
}

/// Measures and draws `docs/growth.svg`.
pub fn draw(quick: bool) -> Result<()> {
    let time = Time {
        chunk: native::chunk()?,
        slice: Duration::from_millis(if quick { 60 } else { 400 }),
        repeats: if quick { 2 } else { 5 },
        density: 0.0,
    };
    let density = time.net(&Shape::new(1, 16), Rule::Bp)?.density();
    let time = Time { density, ..time };
    let panels = [time.width()?, time.depth()?, time.images()?, time.lanes()?];
    for panel in &panels {
        println!("\n{}", panel.label);
        println!("{:>8} {:>12} {:>12} {:>12}", "", "BP", "DFA", "expected BP");
        for (i, (at, expected)) in panel.expected.iter().enumerate() {
            let [bp, dfa] = &panel.measured;
            let (bp, dfa) = (bp[i].1, dfa[i].1);
            println!("{at:>8} {bp:>10.4} s {dfa:>10.4} s {expected:>10.4} s");
        }
    }
    let file = xtask::process::root().join("docs/growth.svg");
    std::fs::write(&file, figure(&panels)?)
        .with_context(|| format!("writing {}", file.display()))?;
    println!("\nWritten: docs/growth.svg");
    Ok(())
}

struct Time {
    chunk: Vec<u8>,
    slice: Duration,
    repeats: usize,
    density: f64,
}

impl Time {
    fn net(&self, shape: &Shape, rule: Rule) -> Result<Net> {
        let mut net = Net::new(&shape.hidden(), rule.key(), &self.chunk);
        // The first steps bring memory in.
        if let Ok(net) = &mut net {
            net.run(BATCHES as u32 / 4)
                .map_err(|error| anyhow!(error))?;
        }
        net.map_err(|error| anyhow!(error))
    }

    /// Measures at all places under both rules, several times over, and keeps the least: whatever else runs on the
    /// machine can only add.
    fn least(
        &self,
        places: &[u64],
        measure: impl Fn(u64, Rule) -> Result<f64>,
    ) -> Result<[Vec<(u64, f64)>; 2]> {
        let mut least = RULES.map(|_| places.iter().map(|&at| (at, f64::MAX)).collect());
        for _ in 0..self.repeats {
            for (i, &at) in places.iter().enumerate() {
                for (rule, points) in RULES.into_iter().zip(&mut least) {
                    let points: &mut Vec<(u64, f64)> = points;
                    points[i].1 = points[i].1.min(measure(at, rule)?);
                }
            }
        }
        Ok(least)
    }

    /// A panel of shapes, expected to grow with their operations.
    fn shapes(
        &self,
        label: &'static str,
        places: &[u64],
        shape: impl Fn(u64) -> Shape,
    ) -> Result<Panel> {
        let steps = IMAGES.div_ceil(BATCH as u64) as f64;
        let measured = self.least(places, |at, rule| {
            let mut net = self.net(&shape(at), rule)?;
            let (begin, mut done) = (Instant::now(), 0);
            while begin.elapsed() < self.slice {
                net.run(4).map_err(|error| anyhow!(error))?;
                done += 4;
            }
            Ok(begin.elapsed().as_secs_f64() / f64::from(done) * steps)
        })?;
        let (at, of_last) = *measured[0].last().context("a time")?;
        let operations = |at| shape(at).operations_without_zeros(Rule::Bp, self.density);
        let expected = |&at: &u64| (at, of_last * operations(at));
        let last = operations(at);
        Ok(Panel {
            label,
            scale: Scale::Log,
            expected: places
                .iter()
                .map(expected)
                .map(|(at, time)| (at, time / last))
                .collect(),
            measured,
        })
    }

    fn width(&self) -> Result<Panel> {
        let places = [16, 32, 64, 128, 256, 512, 1024];
        self.shapes("units a layer, two hidden layers", &places, |n| {
            Shape::new(2, n as u32)
        })
    }

    fn depth(&self) -> Result<Panel> {
        let places = [1, 2, 4, 8, 16, 32];
        self.shapes("hidden layers of 128 units", &places, |k| {
            Shape::new(k as u32, 128)
        })
    }

    /// Whole epochs, each step of them made.
    fn images(&self) -> Result<Panel> {
        let places = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];
        let measured = self.least(&places, |images, rule| {
            let mut net = self.net(&Shape::new(2, 128), rule)?;
            let begin = Instant::now();
            net.run(images.div_ceil(BATCH as u64) as u32)
                .map_err(|error| anyhow!(error))?;
            Ok(begin.elapsed().as_secs_f64())
        })?;
        let (most, longest) = *measured[0].last().context("a time")?;
        let expected = |&n: &u64| (n, longest * n as f64 / most as f64);
        Ok(Panel {
            label: "images an epoch, 2x128",
            scale: Scale::Log,
            expected: places.iter().map(expected).collect(),
            measured,
        })
    }

    /// Lanes that all make one epoch at once: the time until the last has ended.
    fn lanes(&self) -> Result<Panel> {
        let places = [1, 2, 3, 4, 5, 6, 7, 8];
        let steps = IMAGES.div_ceil(BATCH as u64) as u32;
        let measured = self.least(&places, |count, rule| {
            let nets = (0..count).map(|_| self.net(&Shape::new(2, 128), rule));
            let mut nets: Vec<Net> = nets.collect::<Result<_>>()?;
            let begin = Instant::now();
            let ended: Result<(), String> = std::thread::scope(|scope| {
                let threads: Vec<_> = nets
                    .iter_mut()
                    .map(|net| scope.spawn(move || net.run(steps)))
                    .collect();
                let mut threads = threads.into_iter();
                threads.try_for_each(|thread| {
                    thread.join().map_err(|_| "a lane panicked".to_owned())?
                })
            });
            ended.map_err(|error| anyhow!(error))?;
            Ok(begin.elapsed().as_secs_f64())
        })?;
        let cores = machine::cores() as f64;
        let one = measured[0].first().context("a time")?.1;
        let expected = |&n: &u64| (n, one * (n as f64 / cores).max(1.0));
        Ok(Panel {
            label: "lanes at once, 2x128",
            scale: Scale::Linear,
            expected: places.iter().map(expected).collect(),
            measured,
        })
    }
}

/// The panels in two rows, as one SVG.
fn figure(panels: &[Panel; 4]) -> Result<String> {
    let (width, height) = PANEL;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\">\n\
         <title>Seconds an epoch against width, depth, images and lanes</title>\n",
        2.0 * width,
        2.0 * height
    );
    for (i, panel) in panels.iter().enumerate() {
        let drawn = panel_svg(panel)?;
        let place = format!(
            "<svg x=\"{}\" y=\"{}\" ",
            (i % 2) as f64 * width,
            (i / 2) as f64 * height
        );
        text += &drawn.replacen("<svg ", &place, 1);
    }
    Ok(text + "</svg>\n")
}

fn panel_svg(panel: &Panel) -> Result<String> {
    let theme = Theme::LIGHT;
    let points = |series: &[(u64, f64)]| -> Vec<Point> {
        let point = |&(step, value)| Point {
            step,
            value: Some(value),
        };
        series.iter().map(point).collect()
    };
    let [bp, dfa] = &panel.measured;
    let series = [points(&panel.expected), points(bp), points(dfa)];
    let rules = [falab::core::Rule::Bp, falab::core::Rule::Dfa];
    let expected = Stroke {
        dash: &[2.0, 3.0],
        ..Stroke::solid(theme.quiet, 1.4)
    };
    let mut curves = vec![Curve {
        points: &series[0],
        band: Band::Bare,
        stroke: expected,
        label: "expected BP".to_owned(),
        end: End::Open,
        stretch: 1.0,
        marker: None,
    }];
    for (rule, points) in rules.into_iter().zip(&series[1..]) {
        let stroke = Stroke::solid(theme.colour(rule), look::width(rule));
        curves.push(Curve {
            points,
            band: Band::Bare,
            stroke,
            label: rule.key().to_uppercase(),
            end: End::Finished,
            stretch: 1.0,
            marker: None,
        });
    }
    let all = || series.iter().flatten().filter_map(|point| point.value);
    let (least, most) = (all().fold(f64::MAX, f64::min), all().fold(0.0, f64::max));
    let (first, last) = (bp[0].0 as f64, bp[bp.len() - 1].0 as f64);
    let chart = Chart {
        size: PANEL,
        theme,
        x: axis(panel.scale, first, last, panel.label, Some(bp)),
        y: match panel.scale {
            Scale::Log => axis(
                Scale::Log,
                least * 0.8,
                most * 1.2,
                "seconds an epoch",
                None,
            ),
            scale => axis(scale, 0.0, most * 1.05, "seconds until all end", None),
        },
        curves,
        phases: Vec::new(),
        mark: None,
        cursor: None,
        ring: None,
        empty: String::new(),
    };
    let title = format!("Seconds an epoch against {}", panel.label);
    svg::svg(&chart, &title).map_err(|error| anyhow!(error))
}

/// An axis with a tick at every measured point, or at round values.
fn axis(scale: Scale, low: f64, high: f64, label: &str, at: Option<&Vec<(u64, f64)>>) -> Axis {
    let ticks = match (at, scale) {
        (Some(points), _) => points.iter().map(|&(at, _)| at as f64).collect(),
        (None, Scale::Log) => log_ticks(low, high),
        (None, _) => linear_ticks(low, high, 5),
    };
    Axis {
        scale,
        low,
        high,
        ticks: ticks.into_iter().map(|tick| (tick, number(tick))).collect(),
        label: label.to_owned(),
    }
}
