// TensorFlow.js, wasm backend; `way` is "minimize" (core and an optimizer) or "layers" (a model and trainOnBatch).

import { BATCH, BATCHES, CLASSES, INPUTS, PROBE, images, meanLoss, targets } from "./data.js";

const FOLDER = new URL("node_modules/@tensorflow/", self.location.href).href;
const RATE = 1e-4;
const DECAY = 0.99;
const EPSILON = 1e-8;

async function backend(threads) {
  const cores = navigator.hardwareConcurrency;
  // It takes half of the cores that it sees, so it is shown twice as many: one thread a core.
  if (threads) Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 * cores });
  const scripts = ["tfjs-core/dist/tf-core.min.js", "tfjs-layers/dist/tf-layers.min.js", "tfjs-backend-wasm/dist/tf-backend-wasm.min.js"];
  importScripts(...scripts.map((script) => FOLDER + script));
  const { tf } = self;
  // The wasm backend looks here for where its threads find their script.
  tf.wasm.setWasmPaths(`${FOLDER}tfjs-backend-wasm/dist/`);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", threads);
  if (threads) tf.wasm.setThreadsCount(cores);
  if (!(await tf.setBackend("wasm"))) throw new Error("the wasm backend of TensorFlow.js does not start");
  await tf.ready();
  return tf;
}

/** Σ over outputs, mean over samples. */
function crossEntropy(tf, labels, pre) {
  // Core's functions, because the chained methods come with another package.
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(pre))));
  const each = tf.add(tf.sub(tf.relu(pre), tf.mul(pre, labels)), tail);
  return tf.div(tf.sum(each), BATCH);
}

function byMinimize(tf, widths) {
  const layers = widths.slice(1).map((width, i) => {
    const h = 1 / Math.sqrt(widths[i]);
    return [tf.variable(tf.randomUniform([widths[i], width], -h, h)), tf.variable(tf.randomUniform([width], -h, h))];
  });
  const optimizer = tf.train.rmsprop(RATE, DECAY, 0, EPSILON);
  const forward = (inputs) =>
    layers.reduce((below, [weights, bias], i) => {
      const pre = tf.add(tf.matMul(below, weights), bias);
      return i + 1 < layers.length ? tf.tanh(pre) : pre;
    }, inputs);
  return {
    forward,
    step([inputs, labels]) {
      optimizer.minimize(() => crossEntropy(tf, labels, forward(inputs)));
    },
  };
}

function byLayers(tf, widths) {
  const model = tf.sequential();
  widths.slice(1).forEach((units, i) => {
    const h = 1 / Math.sqrt(widths[i]);
    const initializer = tf.initializers.randomUniform({ minval: -h, maxval: h });
    const activation = i + 2 < widths.length ? "tanh" : "linear";
    const inputShape = [widths[i]];
    model.add(tf.layers.dense({ units, activation, inputShape, kernelInitializer: initializer, biasInitializer: initializer }));
  });
  model.compile({
    optimizer: tf.train.rmsprop(RATE, DECAY, 0, EPSILON),
    loss: (labels, pre) => crossEntropy(tf, labels, pre),
  });
  return {
    forward: (inputs) => model.predict(inputs),
    step: ([inputs, labels]) => model.trainOnBatch(inputs, labels),
  };
}

export async function tensorflow(hidden, { way, threads }, chunk) {
  const tf = await backend(threads);
  const { pixels, labels } = images(chunk);
  const wanted = targets(labels);
  const batches = Array.from({ length: BATCHES }, (_, i) => [
    tf.tensor2d(pixels.slice(i * BATCH * INPUTS, (i + 1) * BATCH * INPUTS), [BATCH, INPUTS]),
    tf.tensor2d(wanted.slice(i * BATCH * CLASSES, (i + 1) * BATCH * CLASSES), [BATCH, CLASSES]),
  ]);
  const widths = [INPUTS, ...hidden, CLASSES];
  const net = way === "layers" ? byLayers(tf, widths) : byMinimize(tf, widths);
  const probe = tf.tensor2d(pixels.slice(0, PROBE * INPUTS), [PROBE, INPUTS]);
  let next = 0;
  return {
    notes: { threads: tf.wasm.getThreadsCount(), version: tf.version_core },
    async run(steps) {
      for (let step = 0; step < steps; step += 1) {
        await net.step(batches[next]);
        next = (next + 1) % BATCHES;
      }
      return steps * BATCH;
    },
    async loss() {
      const pre = tf.tidy(() => net.forward(probe));
      const values = await pre.data();
      pre.dispose();
      return meanLoss(values, labels);
    },
  };
}
