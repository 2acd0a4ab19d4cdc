// The reader's own data sets in the browser's storage: one record a data set, found by its checksum. A database of its
// own, so that lanes and images do not wait for each other's version.
import { transactions } from "./database.js";

const make = (database) => database.createObjectStore("sets", { keyPath: "id" }).createIndex("saved", "saved");
const work = transactions("falab-data", "sets", make);

export const put_set = (record) => work("readwrite", (sets) => sets.put(record));
export const get_set = (id) => work("readonly", (sets) => sets.get(id));

// Forgets all but the data sets that were kept last.
export const prune_sets = (most) => work("readwrite", (sets) => {
  let count = 0;
  sets.index("saved").openKeyCursor(null, "prev").onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    if (++count > most) sets.delete(cursor.primaryKey);
    cursor.continue();
  };
});
