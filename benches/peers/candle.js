// candle-core, compiled to wasm with the flags of our own crate.

import init, { CandleNet } from "./candle/bench_candle.js";
import { BATCH, images } from "./data.js";

export async function candle(hidden, _options, chunk) {
  await init();
  const { pixels, labels } = images(chunk);
  const net = new CandleNet(new Uint32Array(hidden), pixels, labels);
  return {
    run(steps) {
      net.run(steps);
      return steps * BATCH;
    },
    loss: () => net.loss(),
  };
}
