// Our step, our products, and the limit of a core. run() gives samples trained, or operations done.

import init, { OurNet, OurProducts, limit as chains, limit_chains } from "./ours/bench_ours.js";
import { BATCH } from "./data.js";

export async function falab(hidden, { rule }, chunk) {
  await init();
  const net = new OurNet(new Uint32Array(hidden), rule, chunk);
  return {
    notes: { density: net.density() },
    run(steps) {
      net.run(steps);
      return steps * BATCH;
    },
    loss: () => net.loss(),
  };
}

export async function products(hidden, { kind }) {
  await init();
  const of = new OurProducts(new Uint32Array(hidden));
  return { run: (repeats) => of.run(kind, repeats) };
}

export async function limit(_hidden, { chains: number }) {
  await init();
  return { notes: { chains: [...limit_chains()] }, run: (thousands) => chains(number, thousands * 1000) };
}
