// One contestant. A classic worker, because TensorFlow.js and ConvNetJS come as scripts and not as modules.

const modules = {
  falab: "./falab.js",
  products: "./falab.js",
  limit: "./falab.js",
  candle: "./candle.js",
  tensorflow: "./tensorflow.js",
  convnet: "./convnet.js",
};

let contestant;
// Work between two looks at the clock; grows until it takes about this long, so that looking costs nothing.
const GRAIN = 5;
let grain = 1;

const calls = {
  async open({ contestant: name, hidden, options, chunk }) {
    const module = await import(modules[name]);
    contestant = await module[name](hidden, options, chunk);
    return contestant.notes ?? {};
  },

  async slice({ milliseconds }) {
    let amount = 0;
    let now = performance.now();
    const begin = now;
    while (now - begin < milliseconds) {
      const last = now;
      const done = contestant.run(grain);
      amount += typeof done === "number" ? done : await done;
      now = performance.now();
      if (now - last < GRAIN) grain = Math.ceil(grain * Math.min(2, GRAIN / Math.max(now - last, 0.1)));
    }
    return { amount, seconds: (now - begin) / 1000 };
  },

  loss: () => contestant.loss(),
};

onmessage = async ({ data: request }) => {
  try {
    postMessage({ answer: await calls[request.call](request) });
  } catch (error) {
    postMessage({ error: `${error?.stack ?? error}` });
  }
};
