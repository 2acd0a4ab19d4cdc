// What the driver calls. Every contestant lives in a worker of its own, so that none slows another by its garbage.

import { load } from "./data.js";

const workers = new Map();
const data = load();

/** Sends one request to a worker and gives its answer. */
function ask(worker, request, transfer = []) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.answer));
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker failed to load"));
    worker.postMessage(request, transfer);
  });
}

function named(id) {
  const worker = workers.get(id);
  if (worker === undefined) throw new Error(`${id} is not open`);
  return worker;
}

window.bench = {
  /** Opens a contestant under the name `id`; gives its notes. */
  async open(id, contestant, hidden, options) {
    const worker = new Worker("worker.js");
    workers.set(id, worker);
    return ask(worker, { call: "open", contestant, hidden, options, chunk: (await data).slice() });
  },

  /** Trains for about `milliseconds`; gives { samples, seconds }. */
  slice: (id, milliseconds) => ask(named(id), { call: "slice", milliseconds }),

  /** Several contestants at once; gives the list of their answers. */
  together: (ids, milliseconds) => Promise.all(ids.map((id) => window.bench.slice(id, milliseconds))),

  /** Mean loss an image on the first 256 images, nats, summed over the ten outputs. */
  loss: (id) => ask(named(id), { call: "loss" }),

  close(id) {
    named(id).terminate();
    workers.delete(id);
  },
};

await data;
document.querySelector("output").textContent = crossOriginIsolated ? "ready, isolated" : "ready";
document.documentElement.dataset.state = "ready";
