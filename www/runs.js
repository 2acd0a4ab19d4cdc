// The runs that the reader's browser keeps: one record a run, its JSON form as a Blob, which is read only when it is asked
// for. A database of its own, so that a newer form of it never holds up lanes or images.
import { transactions } from "./database.js";

const make = (database) => database.createObjectStore("runs", { keyPath: "id", autoIncrement: true });
const work = transactions("falab-history", "runs", make);
const get = (id) => work("readonly", (runs) => runs.get(id));

export const list_runs = () => work("readonly", (runs) => runs.getAll());
export const put_run = (record, text) =>
  work("readwrite", (runs) => runs.put({ ...record, run: new Blob([text], { type: "application/json" }) }));
export const rename_run = (id, name) => work("readwrite", (runs) => {
  runs.get(id).onsuccess = ({ target: { result } }) => { if (result) runs.put({ ...result, name }); };
});

// What was removed last, until something else is.
let gone = [];
export const drop_runs = (ids) => work("readwrite", (runs) => ids.forEach((id) => runs.delete(id)));
export const remove_runs = async (ids) => {
  const removed = await Promise.all([...ids].map(get));
  await drop_runs(ids);
  gone = removed.filter((record) => record);
};
export const undo_remove = async () => {
  await work("readwrite", (runs) => gone.forEach((record) => runs.put(record)));
  gone = [];
};

const longest = 64 * 2 ** 20;
export const text_of = async (id) => {
  const blob = (await get(id))?.run;
  if (!(blob instanceof Blob) || blob.size > longest) throw new Error("the run is not there");
  return blob.text();
};

// A list of all, each with what stands in the place of its first byte.
export const join_runs = async (ids, heads) => {
  const parts = [];
  for (const [i, id] of ids.entries()) {
    const blob = (await get(id))?.run;
    if (blob instanceof Blob) parts.push(parts.length ? ",\n" : "[\n", heads[i], blob.slice(1));
  }
  parts.push(parts.length ? "]\n" : "[]\n");
  const anchor = document.getElementById("save-anchor");
  anchor.href = URL.createObjectURL(new Blob(parts, { type: "application/json" }));
  anchor.download = "falab-history.json";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
};
