// MNIST as falab ships it, and what peers need of it.

export const BATCH = 64;
export const BATCHES = 32;
export const INPUTS = 784;
export const CLASSES = 10;
export const PROBE = 256;

/** The bytes of the first training chunk, checked: labels, then pixels. */
export async function load() {
  const folder = "assets/mnist/";
  const table = await (await fetch(`${folder}chunks.txt`)).text();
  const row = table.split("\n").find((line) => line.startsWith("train-0.bin "));
  const packed = await fetch(`${folder}train-0.bin`);
  const stream = packed.body.pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (row === undefined || !row.endsWith(hex)) throw new Error(`train-0.bin is damaged: its checksum is ${hex}`);
  return bytes;
}

/** Pixels 0..=1 and labels of the images that contestants train on, in the order of the file. */
export function images(chunk) {
  const of = chunk.length / (1 + INPUTS);
  const count = BATCH * BATCHES;
  const pixels = Float32Array.from(chunk.subarray(of, of + count * INPUTS), (byte) => byte / 255);
  return { pixels, labels: chunk.slice(0, count) };
}

/** Ten targets an image: 1 at its class, else 0. */
export function targets(labels) {
  const all = new Float32Array(labels.length * CLASSES);
  labels.forEach((label, image) => (all[image * CLASSES + label] = 1));
  return all;
}

/** Mean over images of the sum over outputs of the binary cross-entropy, nats, from pre-activations. */
export function meanLoss(pre, labels) {
  let sum = 0;
  pre.forEach((a, i) => {
    const target = i % CLASSES === labels[Math.floor(i / CLASSES)] ? a : 0;
    sum += Math.max(a, 0) - target + Math.log1p(Math.exp(-Math.abs(a)));
  });
  return sum / (pre.length / CLASSES);
}
