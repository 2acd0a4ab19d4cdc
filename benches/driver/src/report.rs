//! Prints the results, and writes them to `benches/results/latest.md` and `latest.json`.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::contest::Place;
use crate::goals::{Goal, fastest, goals, ours};
use crate::shape::Rule;
use crate::summary::{Part, Results, Row, Together};
use crate::table::{Table, grouped};

/// Prints everything, and writes it unless it is too short to quote.
pub fn write(results: &Results) -> Result<()> {
    let goals = goals(results);
    println!("\n{}", text(results, &goals, Table::aligned));
    if results.quick {
        println!("Not written, because --quick is too short to quote.");
        return Ok(());
    }
    let folder = xtask::process::root().join("benches/results");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let markdown = format!("# Benchmarks\n\n{}", text(results, &goals, Table::markdown));
    let json = serde_json::to_string_pretty(&records(results, &goals))? + "\n";
    for (name, content) in [("latest.md", markdown), ("latest.json", json)] {
        let path = folder.join(name);
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
        println!("Written: benches/results/{name}");
    }
    Ok(())
}

fn text(results: &Results, goals: &[Goal], style: fn(&Table) -> String) -> String {
    let machine = &results.machine;
    let quick = if results.quick {
        " (--quick: too short to quote)"
    } else {
        ""
    };
    let mut text = format!(
        "{}, {}, {} cores, {}, {}; {} rounds of {} ms a contestant{quick}.\n",
        machine.date,
        machine.processor,
        machine.cores,
        machine.system,
        machine.browser,
        results.rounds,
        results.slice.as_millis(),
    );
    text += &format!(
        "\nIn short: median samples/s of falab, and how many times those of the peer's fastest way they are\n\n{}",
        style(&short(results))
    );
    for part in &results.parts {
        text += &format!(
            "\n{}, {}; limit {:.1} GFLOP/s\n\n{}",
            part.shape.widths(),
            part.place.name(),
            crate::summary::median(&part.limit),
            style(&rates(part))
        );
    }
    text += &format!(
        "\nThe dense product kernel alone, no zero skipped, as often as a step under BP makes each product\n\n{}",
        style(&products(results))
    );
    text += &format!(
        "\nSeveral cores, under BP: four lanes at once, and one lane whose products are dealt out\n\n{}",
        style(&lanes(results))
    );
    text += "\nRatios to reach\n\n";
    for goal in goals {
        text += &format!("- {}\n", goal.line());
    }
    text += &format!("\nHow to read it\n\n{}", notes(results));
    text
}

/// One row a shape, for the README.
fn short(results: &Results) -> Table {
    let head = [
        "shape",
        "browser BP",
        "DFA",
        "× TensorFlow.js",
        "× candle-core",
        "× ConvNetJS",
        "native BP",
        "DFA",
        "× PyTorch",
    ];
    let mut table = Table::new(&head, 1);
    for in_browser in results
        .parts
        .iter()
        .filter(|part| part.place == Place::Browser)
    {
        let shape = in_browser.shape;
        let mut row = vec![shape.widths()];
        let natively = results.part(&shape, Place::Native);
        let peers: [(Option<&Part>, &[&str]); 2] = [
            (
                Some(in_browser),
                &["TensorFlow.js", "candle-core", "ConvNetJS"],
            ),
            (natively, &["PyTorch"]),
        ];
        for (part, names) in peers {
            let of = |rule| part.and_then(|part| ours(part, rule));
            for rule in [Rule::Bp, Rule::Dfa] {
                row.push(of(rule).map_or_else(String::new, |row| grouped(row.median)));
            }
            for name in names {
                let pair = of(Rule::Bp).zip(part.and_then(|part| fastest(part, name)));
                row.push(pair.map_or_else(String::new, |(ours, theirs)| {
                    format!("{:.1}", ours.median / theirs.median)
                }));
            }
        }
        table.push(row);
    }
    table
}

fn rates(part: &Part) -> Table {
    let mut table = Table::new(
        &[
            "contestant",
            "rule",
            "samples/s min",
            "median",
            "max",
            "falab BP by this",
            "GFLOP/s effective",
            "true",
            "of the limit",
            "loss before",
            "after",
        ],
        2,
    );
    for row in &part.rows {
        table.push(vec![
            row.name.clone(),
            row.rule.name().to_owned(),
            grouped(row.min),
            grouped(row.median),
            grouped(row.max),
            format!("{:.2}", row.ours_by_this),
            format!("{:.2}", row.effective),
            format!("{:.2}", row.really),
            percent(row.of_limit),
            format!("{:.3}", row.loss_before),
            format!("{:.3}", row.loss_after),
        ]);
    }
    table
}

fn products(results: &Results) -> Table {
    let head = [
        "shape",
        "where",
        "limit",
        "X W",
        "δ Wᵀ",
        "Xᵀ δ",
        "all",
        "of the limit",
        "in the best round",
    ];
    let mut table = Table::new(&head, 2);
    for part in &results.parts {
        let mut row = vec![part.shape.name(), part.place.name().to_owned()];
        row.push(format!("{:.1}", crate::summary::median(&part.limit)));
        row.extend(
            part.products
                .iter()
                .map(|product| format!("{:.1}", product.median)),
        );
        let all = part.products.last();
        for share in [
            all.map(|all| all.of_limit),
            all.map(|all| all.of_limit_at_best),
        ] {
            row.push(share.map_or(String::new(), percent));
        }
        table.push(row);
    }
    table
}

fn lanes(results: &Results) -> Table {
    let head = [
        "shape",
        "where",
        "samples/s of four lanes",
        "by one",
        "of one lane on all cores",
        "by one on one core",
    ];
    let mut table = Table::new(&head, 2);
    for part in &results.parts {
        let of_cores =
            |text: fn(&Together) -> String| part.cores.as_ref().map_or(String::new(), text);
        table.push(vec![
            part.shape.name(),
            part.place.name().to_owned(),
            grouped(part.lanes.median),
            format!("{:.2}", part.lanes.by_one),
            of_cores(|cores| grouped(cores.median)),
            of_cores(|cores| format!("{:.2}", cores.by_one)),
        ]);
    }
    table
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn notes(results: &Results) -> String {
    let torch = match &results.notes.torch {
        Ok(version) => format!("PyTorch {version} on one thread, eager"),
        Err(reason) => format!("PyTorch was left out: {reason}"),
    };
    let threads = results.notes.tensorflow_threads.map_or_else(
        || "an unknown number of threads".to_owned(),
        |count| format!("{count} threads by its own count"),
    );
    format!(
        "- All train the same net on the same {images} MNIST images (the first of train-0.bin, {lit:.1} % of pixels not zero), batch 64, tanh, ten logistic outputs, binary cross-entropy, RMSprop with ρ 0.99, ε 1e-8, lr 1e-4. TensorFlow.js and ConvNetJS ('windowgrad') have ε inside the root. ConvNetJS has no logistic outputs with cross-entropy; its last layer here is ours.\n\
         - Ours is timed from the bytes of the images to the new weights; for the others the batches lie ready as f32.\n\
         - Loss: mean an image over the first 256 images, nats, summed over the ten outputs, before and after the run; who learns nothing ends the run with an error. DFA starts from zero weights, all others uniform in ±1/√n_in (ConvNetJS: normal).\n\
         - falab BP by this: median over rounds of the ratio within the round. The list of ratios to reach takes ratios of medians.\n\
         - GFLOP/s effective: the dense products that a step amounts to, 2·(forward + gradient) and for BP 2·δWᵀ, for DFA 2·eB; no biases, activations, loss, optimiser. True: without the products with a zero pixel that we leave out.\n\
         - Limit: x ← x·factor + addend in registers only, a rounding a product and one a sum, four lanes in wasm, natively eight with AVX2 and sixteen with AVX-512, as the products; the best of several numbers of independent chains in each round. Fused instructions, which PyTorch may use, go beyond the native limit. A chain waits for its own result and the products of a tile do not, so these may pass the limit. Where another guest of the host is busy beside this core, a chain that waits for its own results loses less than products that keep the core busy: the best round says what these reach when they are left alone.\n\
         - TensorFlow.js {tensorflow}, wasm backend with SIMD; threads: on a page isolated from other origins, {threads}. candle-core {candle} with simd128, in-place RMSprop. ConvNetJS {convnet}. {torch}.\n",
        images = 64 * bench_ours::step::BATCHES,
        lit = 100.0 * results.notes.density,
        tensorflow = results.versions.tensorflow,
        candle = results.versions.candle,
        convnet = results.versions.convnet,
    )
}

/// A number, or null where it is not finite.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn records(results: &Results, goals: &[Goal]) -> Value {
    let machine = &results.machine;
    let row = |row: &Row| {
        json!({
            "contestant": row.name, "rule": row.rule.key(), "samples_per_s": row.rates,
            "median": number(row.median), "falab_bp_by_this": number(row.ours_by_this),
            "gflops_effective": number(row.effective), "gflops_true": number(row.really),
            "of_limit": number(row.of_limit),
            "loss_before": number(row.loss_before), "loss_after": number(row.loss_after),
        })
    };
    let part = |part: &Part| {
        let products = part.products.iter().map(|product| {
            json!({ "kind": product.kind, "gflops": number(product.median), "of_limit": number(product.of_limit),
                    "of_limit_at_best": number(product.of_limit_at_best) })
        });
        json!({
            "shape": part.shape.widths(), "place": part.place.name(),
            "limit_gflops": part.limit,
            "rows": part.rows.iter().map(row).collect::<Vec<_>>(),
            "products": products.collect::<Vec<_>>(),
            "lanes": { "count": crate::native::LANES, "samples_per_s": number(part.lanes.median),
                       "by_one": number(part.lanes.by_one) },
            "cores": part.cores.as_ref().map(|cores| json!({ "samples_per_s": number(cores.median),
                                                             "by_one": number(cores.by_one) })),
        })
    };
    let goal = |goal: &Goal| json!({ "what": goal.what, "reached": number(goal.reached), "wanted": goal.wanted, "holds": goal.holds() });
    json!({
        "date": machine.date, "processor": machine.processor, "cores": machine.cores,
        "system": machine.system, "browser": machine.browser,
        "rounds": results.rounds, "slice_ms": results.slice.as_millis() as u64, "quick": results.quick,
        "density": number(results.notes.density),
        "versions": {
            "tfjs": results.versions.tensorflow, "tfjs_threads": results.notes.tensorflow_threads,
            "candle-core": results.versions.candle, "convnetjs": results.versions.convnet,
            "torch": results.notes.torch.as_deref().ok(),
        },
        "parts": results.parts.iter().map(part).collect::<Vec<_>>(),
        "goals": goals.iter().map(goal).collect::<Vec<_>>(),
    })
}
