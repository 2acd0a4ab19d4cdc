// The runs that the reader's browser keeps: a record a run, and beside it, under its number with a minus, one with its JSON
// form, which is read only when it is asked for. Bytes and no Blob, because WebKitGTK stored none in the windows of its
// driver. A database of its own, so that a newer form of it never holds up lanes or images.
import { transactions } from "./database.js";

const make = (database) => database.createObjectStore("runs", { keyPath: "id", autoIncrement: true });
const work = transactions("falab-history", "runs", make);
const get = (id) => work("readonly", (runs) => runs.get(id));

const both = (ids) => [...ids].flatMap((id) => [id, -id]);

export const list_runs = () => work("readonly", (runs) => runs.getAll(IDBKeyRange.lowerBound(0)));
export const put_run = (record, text) => {
  const bytes = new TextEncoder().encode(text);
  return work("readwrite", (runs) => {
    runs.put({ ...record, bytes: bytes.length }).onsuccess = ({ target: { result } }) => runs.put({ id: -result, text: bytes });
  });
};
export const rename_run = (id, name) => work("readwrite", (runs) => {
  runs.get(id).onsuccess = ({ target: { result } }) => { if (result) runs.put({ ...result, name }); };
});

// What was removed last, until something else is.
let gone = [];
export const drop_runs = (ids) => work("readwrite", (runs) => both(ids).forEach((id) => runs.delete(id)));
export const remove_runs = async (ids) => {
  const removed = await Promise.all(both(ids).map(get));
  await drop_runs(ids);
  gone = removed.filter((record) => record);
};
export const undo_remove = async () => {
  await work("readwrite", (runs) => gone.forEach((record) => runs.put(record)));
  gone = [];
};

const longest = 64 * 2 ** 20;
const bytes_of = async (id) => {
  const text = (await get(-id))?.text;
  return text instanceof Uint8Array && text.length <= longest ? text : undefined;
};
export const text_of = async (id) => {
  const bytes = await bytes_of(id);
  if (!bytes) throw new Error("the run is not there");
  return new TextDecoder().decode(bytes);
};

// A list of all, each with what stands in the place of its first byte.
export const join_runs = async (ids, heads) => {
  const parts = [];
  for (const [i, id] of ids.entries()) {
    const bytes = await bytes_of(id);
    if (bytes) parts.push(parts.length ? ",\n" : "[\n", heads[i], bytes.subarray(1));
  }
  parts.push(parts.length ? "]\n" : "[]\n");
  const anchor = document.getElementById("save-anchor");
  anchor.href = URL.createObjectURL(new Blob(parts, { type: "application/json" }));
  anchor.download = "falab-history.json";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
};
