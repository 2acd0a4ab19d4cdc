// ConvNetJS. Its 'windowgrad' is RMSprop with ε inside the root. It has no logistic outputs with cross-entropy, so the
// last layer here is one, written as its own loss layers are.

import { BATCH, BATCHES, CLASSES, INPUTS, PROBE, images, meanLoss } from "./data.js";

async function library() {
  const text = await (await fetch("node_modules/convnetjs/build/convnet.js")).text();
  self.window = self;
  (0, eval)(text); // it is a script, not a module, and puts itself on `window`
  return self.convnetjs;
}

/** Ten logistic outputs: e = ŷ - y, loss from the pre-activations. */
class LogisticLoss {
  layer_type = "logistic";
  out_sx = 1;
  out_sy = 1;
  out_depth = CLASSES;

  forward(below) {
    this.in_act = below;
    this.out_act = below;
    return below;
  }

  backward(label) {
    const { w, dw } = this.in_act;
    let loss = 0;
    for (let i = 0; i < CLASSES; i += 1) {
      const target = i === label ? 1 : 0;
      dw[i] = 1 / (1 + Math.exp(-w[i])) - target;
      loss += Math.max(w[i], 0) - target * w[i] + Math.log1p(Math.exp(-Math.abs(w[i])));
    }
    return loss;
  }

  getParamsAndGrads() {
    return [];
  }
}

export async function convnet(hidden, _options, chunk) {
  const convnetjs = await library();
  const { pixels, labels } = images(chunk);
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: "input", out_sx: 1, out_sy: 1, out_depth: INPUTS },
    ...hidden.map((num_neurons) => ({ type: "fc", num_neurons, activation: "tanh" })),
    { type: "regression", num_neurons: CLASSES },
  ]);
  net.layers[net.layers.length - 1] = new LogisticLoss();
  const trainer = new convnetjs.Trainer(net, {
    method: "windowgrad",
    ro: 0.99,
    eps: 1e-8,
    learning_rate: 1e-4,
    batch_size: BATCH,
    l1_decay: 0,
    l2_decay: 0,
  });
  const volumes = Array.from({ length: BATCH * BATCHES }, (_, image) => {
    const volume = new convnetjs.Vol(1, 1, INPUTS, 0);
    volume.w.set(pixels.subarray(image * INPUTS, (image + 1) * INPUTS));
    return volume;
  });
  let next = 0;
  return {
    run(steps) {
      for (let sample = 0; sample < steps * BATCH; sample += 1) {
        trainer.train(volumes[next], labels[next]);
        next = (next + 1) % volumes.length;
      }
      return steps * BATCH;
    },
    loss() {
      const outputs = volumes.slice(0, PROBE).flatMap((volume) => [...net.forward(volume).w]);
      return meanLoss(Float64Array.from(outputs), labels);
    },
  };
}
