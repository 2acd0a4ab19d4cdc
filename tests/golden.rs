//! Every rule, activation, optimiser and mask against the vectors of an independent float64 reference.
//!
//! `GOLDEN_DIR` points the test at another folder of files in the same format (`tests/golden/README.md`).

use std::path::PathBuf;

use falab::core::diagnostics::{Block, Diagnostics, matrix_angle_deg};
use falab::core::inputs::Inputs;
use falab::core::layer::Layer;
use falab::core::loss;
use falab::core::network::{Network, Pass};
use falab::core::regularise::Masks;
use falab::core::rule::{Deltas, Rescale, propagate};
use falab::core::scalar::{ByExp, Logistic};
use falab::core::trainer::Trainer;
use falab::core::{
    Activation, HiddenLayer, LayerMetrics, Optimizer, OptimizerKind, Rule, Settings,
};
use ndarray::{Array1, Array2, ArrayView2};
use serde_json::Value;

/// Of the largest entry of an array: what f32 arithmetic should reach.
const RELATIVE: f64 = 1e-5;
/// Degrees; an angle divides by norms, which costs digits where vectors are short.
const DEGREES: f64 = 0.02;

struct Golden {
    name: String,
    json: Value,
}

impl Golden {
    fn all() -> Vec<Golden> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let folder = std::env::var_os("GOLDEN_DIR").map_or(here, PathBuf::from);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("GOLDEN_DIR {}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .collect();
        files.sort();
        assert!(!files.is_empty(), "no *.json in {}", folder.display());
        files
            .into_iter()
            .map(|path| Golden {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                json: serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
            })
            .collect()
    }

    fn sizes(&self) -> Vec<usize> {
        let sizes = self.json["sizes"].as_array().unwrap();
        sizes.iter().map(|n| n.as_u64().unwrap() as usize).collect()
    }

    fn activation(&self) -> Activation {
        match self.json["act"].as_str().unwrap() {
            "tanh" => Activation::Tanh,
            "logistic" => Activation::Logistic,
            "relu" => Activation::Relu,
            other => panic!("activation {other} is not known"),
        }
    }

    fn network(&self) -> Network {
        let weights = self.json["W"].as_array().unwrap();
        let biases = self.json["b"].as_array().unwrap();
        Network {
            layers: weights
                .iter()
                .zip(biases)
                .map(|(w, b)| Layer::dense(matrix(w), Array1::from_vec(floats(&b["data"]))))
                .collect(),
            activation: self.activation(),
        }
    }

    fn feedback(&self, rule: Rule) -> Vec<Array2<f32>> {
        let matrices = |key: &str| -> Vec<Array2<f32>> {
            self.json[key]
                .as_array()
                .unwrap()
                .iter()
                .map(matrix)
                .collect()
        };
        match rule {
            Rule::Bp | Rule::Shallow => Vec::new(),
            Rule::Fa => matrices("F_layer_2_to_L"),
            Rule::Dfa => matrices("B_hidden_1_to_K"),
            Rule::Ifa => matrices("B_hidden_1_to_K")[..1].to_vec(),
        }
    }

    fn inputs(&self) -> Inputs {
        match self.json.get("x_u8") {
            Some(pixels) => {
                let rows: Vec<Vec<u8>> = pixels["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|pixel| pixel.as_u64().unwrap() as u8)
                    .collect::<Vec<u8>>()
                    .chunks(self.sizes()[0])
                    .map(<[u8]>::to_vec)
                    .collect();
                Inputs::from_pixels(self.sizes()[0], rows.iter().map(Vec::as_slice))
            }
            None => Inputs::Dense(matrix(&self.json["x"])),
        }
    }

    fn labels(&self) -> Vec<u8> {
        let labels = self.json["labels"].as_array().unwrap();
        labels.iter().map(|n| n.as_u64().unwrap() as u8).collect()
    }

    fn masks(&self) -> Option<Masks> {
        let masks: Vec<Array2<f32>> = self
            .json
            .get("masks_scaled")?
            .as_array()?
            .iter()
            .map(matrix)
            .collect();
        Some(Masks {
            input: masks[0].clone(),
            hidden: masks[1..].to_vec(),
        })
    }

    fn settings(&self, optimizer: Optimizer) -> Settings {
        let sizes = self.sizes();
        Settings {
            hidden: sizes[1..sizes.len() - 1]
                .iter()
                .map(|&n| HiddenLayer::Dense(n as u32))
                .collect(),
            activation: self.activation(),
            optimizer,
            ..Settings::default()
        }
    }

    /// Rules of the file with their values.
    fn rules(&self) -> Vec<(Rule, &Value)> {
        let rules = self.json["rules"].as_object().unwrap();
        rules
            .iter()
            .map(|(key, value)| (Rule::from_key(key).unwrap(), value))
            .collect()
    }
}

fn floats64(values: &Value) -> Vec<f64> {
    let values = values.as_array().unwrap();
    values.iter().map(|value| value.as_f64().unwrap()).collect()
}

fn floats(values: &Value) -> Vec<f32> {
    floats64(values)
        .into_iter()
        .map(|value| value as f32)
        .collect()
}

fn matrix(value: &Value) -> Array2<f32> {
    let shape = floats64(&value["shape"]);
    let shape = (shape[0] as usize, shape[1] as usize);
    let data = if value.get("all_zero").is_some() {
        vec![0.0; shape.0 * shape.1]
    } else if let Some(integers) = value.get("int_over_2^20") {
        let integers = floats64(integers).into_iter();
        integers.map(|n| (n / 1_048_576.0) as f32).collect()
    } else {
        floats(&value["data"])
    };
    Array2::from_shape_vec(shape, data).unwrap()
}

fn assert_close(what: &str, found: impl IntoIterator<Item = f32>, expected: &[f64]) {
    let found: Vec<f32> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{what}: number of entries");
    let largest = expected
        .iter()
        .map(|x| x.abs())
        .fold(0.0, |largest, x| if x > largest { x } else { largest });
    for (k, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(
            error <= RELATIVE * largest + 1e-9,
            "{what}[{k}]: {found}, expected {expected} (largest {largest})"
        );
    }
}

/// Compares with a whole array, or with the rows and sums that stand for one.
fn assert_array(what: &str, found: ArrayView2<f32>, expected: &Value) {
    let Some(rows) = expected.get("rows") else {
        assert_close(what, found.iter().copied(), &floats64(&expected["data"]));
        return;
    };
    for (row, data) in floats64(rows)
        .iter()
        .zip(expected["rows_data"].as_array().unwrap())
    {
        let of_row = found.row(*row as usize).to_vec();
        assert_close(&format!("{what} row {row}"), of_row, &floats64(data));
    }
    let values: Vec<f64> = found.iter().map(|&value| f64::from(value)).collect();
    let size: f64 = values.iter().map(|value| value.abs()).sum();
    let sum: f64 = values.iter().sum();
    let sum_sq: f64 = values.iter().map(|value| value * value).sum();
    let weighted = values
        .iter()
        .enumerate()
        .map(|(k, value)| value * ((k % 97) as f64 - 48.0));
    let sum_k: f64 = weighted.sum();
    let of = |key: &str| expected[key].as_f64().unwrap();
    assert!(
        (sum - of("sum")).abs() <= RELATIVE * size,
        "{what}: sum {sum}"
    );
    assert!(
        (sum_sq - of("sum_sq")).abs() <= RELATIVE * of("sum_sq"),
        "{what}: sum_sq {sum_sq}"
    );
    assert!(
        (sum_k - of("sum_k")).abs() <= RELATIVE * 48.0 * size,
        "{what}: sum_k {sum_k}"
    );
}

fn assert_option(what: &str, found: Option<f64>, expected: &Value, tolerance: f64) {
    match (found, expected.as_f64()) {
        (None, None) => {}
        (Some(found), Some(expected)) => assert!(
            (found - expected).abs() <= tolerance,
            "{what}: {found}, expected {expected}"
        ),
        (found, expected) => panic!("{what}: {found:?}, expected {expected:?}"),
    }
}

fn assert_metrics(what: &str, layers: &[LayerMetrics], expected: &Value) {
    let expected = expected.as_array().unwrap();
    assert_eq!(layers.len(), expected.len());
    for (i, (layer, expected)) in layers.iter().zip(expected).enumerate() {
        let what = format!("{what} layer {}", i + 1);
        let check = |name: &str, found, key: &str, tolerance| {
            assert_option(&format!("{what} {name}"), found, &expected[key], tolerance);
        };
        check("angle of dW", layer.angle_update_deg, "angle_dW", DEGREES);
        check(
            "angle of δ",
            layer.angle_delta_deg,
            "angle_delta_per_sample",
            DEGREES,
        );
        check("L", layer.criterion, "L", 1e-6);
        check("cos L", layer.criterion_cos, "cosL", 1e-5);
    }
}

#[test]
fn the_forward_pass_and_the_loss_are_those_of_the_reference() {
    for golden in Golden::all() {
        let name = &golden.name;
        let network = golden.network();
        let masks = golden.masks();
        let (inputs, labels) = (masked_inputs(&golden), golden.labels());
        let mut pass = Pass::new(&network, labels.len());
        network.forward(
            &inputs,
            masks.as_ref().map_or(&[], |masks| &masks.hidden),
            &mut pass,
        );
        for (i, h) in golden.json["h"].as_array().unwrap().iter().enumerate() {
            assert_array(&format!("{name} h_{}", i + 1), pass.hidden(i), h);
        }
        assert_array(&format!("{name} a_L"), pass.output(), &golden.json["a_out"]);
        let outputs = pass.output().mapv(Logistic::at);
        assert_array(&format!("{name} ŷ"), outputs.view(), &golden.json["yhat"]);
        let mut error = Array2::zeros(pass.output().dim());
        loss::output_error(pass.output(), &labels, error.view_mut());
        assert_array(&format!("{name} e"), error.view(), &golden.json["e"]);
        let loss = loss::tally(pass.output(), &labels).mean_loss().unwrap();
        let expected = golden.json["loss_value"].as_f64().unwrap();
        assert!(
            (loss - expected).abs() <= 1e-6 * expected,
            "{name}: loss {loss}, not {expected}"
        );
    }
}

fn masked_inputs(golden: &Golden) -> Inputs {
    match golden.masks() {
        Some(masks) => golden.inputs().masked(masks.input.view()),
        None => golden.inputs(),
    }
}

#[test]
fn deltas_and_gradients_of_every_rule_are_those_of_the_reference() {
    for golden in Golden::all() {
        let network = golden.network();
        let masks = golden.masks();
        let (inputs, labels) = (masked_inputs(&golden), golden.labels());
        let mut pass = Pass::new(&network, labels.len());
        network.forward(
            &inputs,
            masks.as_ref().map_or(&[], |masks| &masks.hidden),
            &mut pass,
        );
        let deltas_of = |rule: Rule| {
            let mut deltas = Deltas::new(&network, labels.len(), Rescale::Off);
            loss::output_error(pass.output(), &labels, deltas.begin(labels.len()));
            propagate(rule, &network, &golden.feedback(rule), &pass, &mut deltas);
            deltas
        };
        let truth = deltas_of(Rule::Bp);
        for (rule, expected) in golden.rules() {
            let what = format!("{} {}", golden.name, rule.key());
            let deltas = deltas_of(rule);
            for (i, layer) in network.layers.iter().enumerate() {
                let mut gradient = layer.zeros_like();
                layer.gradient(pass.below(i, &inputs), deltas.delta(i), &mut gradient);
                let what = |name: &str| format!("{what} {name}_{}", i + 1);
                assert_array(&what("δ"), deltas.delta(i), &expected["delta"][i]);
                assert_array(&what("dW"), gradient.weights(), &expected["dW"][i]);
                let bias = gradient.parameters()[1].to_vec();
                assert_close(&what("db"), bias, &floats64(&expected["db"][i]["data"]));
            }
            for (i, expected) in expected["hidden_metrics"]
                .as_array()
                .unwrap()
                .iter()
                .enumerate()
            {
                let angle = matrix_angle_deg(deltas.delta(i), truth.delta(i));
                let what = format!("{what} flattened angle of δ_{}", i + 1);
                assert_option(&what, angle, &expected["angle_delta"], DEGREES);
            }
        }
    }
}

#[test]
fn angles_and_the_criterion_are_those_of_the_reference() {
    for golden in Golden::all() {
        let network = golden.network();
        let masks = golden.masks();
        let block: Block = (masked_inputs(&golden), golden.labels());
        for (rule, expected) in golden.rules() {
            let (_, layers) = Diagnostics::new(&network).measure(
                rule,
                &network,
                &golden.feedback(rule),
                masks.as_ref().map_or(&[], |masks| &masks.hidden),
                std::slice::from_ref(&block),
            );
            let what = format!("{} {}", golden.name, rule.key());
            assert_metrics(&what, &layers, &expected["hidden_metrics"]);
        }
    }
}

fn optimizer(run: &Value) -> Optimizer {
    let of = |key: &str, default: f64| run.get(key).and_then(Value::as_f64).unwrap_or(default);
    assert_ne!(
        run.get("eps_inside"),
        Some(&Value::Bool(true)),
        "ε inside the root is not ours"
    );
    Optimizer {
        kind: match run["opt"].as_str().unwrap() {
            "rmsprop" => OptimizerKind::RmsProp,
            "sgd" => OptimizerKind::Sgd,
            "momentum" => OptimizerKind::Momentum,
            "adam" => OptimizerKind::Adam,
            other => panic!("optimiser {other} is not known"),
        },
        lr: of("lr", 1e-3),
        rho: of("rho", of("beta2", 0.99)),
        eps: of("eps", 1e-8),
        momentum: of("momentum", of("beta1", 0.9)),
    }
}

#[test]
fn one_and_three_steps_of_every_optimiser_are_those_of_the_reference() {
    for golden in Golden::all() {
        let masks = golden.masks();
        for (rule, values) in golden.rules() {
            for run in values["opt"].as_array().unwrap() {
                let settings = golden.settings(optimizer(run));
                let labels = golden.labels();
                let mut trainer = Trainer::from_parts(
                    &settings,
                    rule,
                    golden.network(),
                    golden.feedback(rule),
                    labels.len(),
                );
                let mut losses = Vec::new();
                for steps in 1..=3 {
                    let tally = trainer
                        .step_masked(&golden.inputs(), &labels, masks.as_ref(), false)
                        .unwrap();
                    losses.push(tally.mean_loss().unwrap() as f32);
                    let Some(after) = run.get(format!("after_{steps}")) else {
                        continue;
                    };
                    let what = format!(
                        "{} {} {} after {steps}",
                        golden.name,
                        rule.key(),
                        run["opt"]
                    );
                    assert_close(
                        &format!("{what}: losses"),
                        losses.clone(),
                        &floats64(&after["loss_before_each_step"]),
                    );
                    for (i, layer) in trainer.network().layers.iter().enumerate() {
                        let what = format!("{what}: layer {}", i + 1);
                        assert_array(&format!("{what} W"), layer.weights(), &after["W"][i]);
                        let bias = layer.parameters()[1].to_vec();
                        assert_close(
                            &format!("{what} b"),
                            bias,
                            &floats64(&after["b"][i]["data"]),
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn fast_sign_inputs_are_those_of_the_reference() {
    for golden in Golden::all() {
        let Some(fgsm) = golden.json.get("fgsm") else {
            continue;
        };
        let settings = Settings {
            adversarial: fgsm["eps"].as_f64().unwrap(),
            ..golden.settings(Settings::default().optimizer)
        };
        let labels = golden.labels();
        let mut trainer = Trainer::from_parts(
            &settings,
            Rule::Bp,
            golden.network(),
            Vec::new(),
            labels.len(),
        );
        let masks = golden.masks();
        let perturbed = trainer.perturb(&golden.inputs(), &labels, masks.as_ref());
        assert_array(&golden.name, perturbed, &fgsm["x_adv"]);
    }
}
