// The browser's own storage: one record a lane of an experiment, found by the experiment's link.
import { transactions } from "./database.js";

const make = (database) =>
  database.createObjectStore("lanes", { keyPath: ["link", "lane"] }).createIndex("saved", "saved");
const work = transactions("falab", "lanes", make, { durability: "relaxed" });
const of = (link) => IDBKeyRange.bound([link], [link, []]);
const others = (link) => [IDBKeyRange.upperBound([link]), IDBKeyRange.lowerBound([link, []])];

// A checkpoint is put as a Blob, which the browser writes elsewhere: bytes are serialised in the page's thread, and 15 MB of
// them held it for 40 to 400 ms. Private windows of WebKit store no Blob: there the bytes themselves have to do.
let blobs = true;
const longest = 256 * 2 ** 20;
const store = (record) => work("readwrite", (lanes) => lanes.put(record));
const pack = async (record) => {
  if (!blobs || !record.checkpoint) return store(record);
  try {
    await store({ ...record, checkpoint: new Blob([record.checkpoint]) });
  } catch (error) {
    if (error.name === "QuotaExceededError") throw error;
    await store(record);
    blobs = false;
  }
};
const unpacked = async (record) => {
  const { checkpoint } = record;
  if (!(checkpoint instanceof Blob) || checkpoint.size > longest) return record;
  return { ...record, checkpoint: new Uint8Array(await checkpoint.arrayBuffer()) };
};

// Where there is no room, the other experiments make some. One record after the other, so that none that had to wait
// takes the place of a newer one.
const write = async (record) => {
  try {
    await pack(record);
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    await work("readwrite", (lanes) => others(record.link).forEach((range) => lanes.delete(range)));
    await pack(record);
  }
};
let before = Promise.resolve();
export const put = (record) => {
  const written = before.then(() => write(record));
  before = written.catch(() => {});
  return written;
};
export const get = async (link) =>
  Promise.all((await work("readonly", (lanes) => lanes.getAll(of(link)))).map(unpacked));
export const remove = (link, lane) =>
  work("readwrite", (lanes) => lanes.delete(lane === undefined ? of(link) : [link, lane]));

// Forgets all but the experiments that were kept last, without reading what they hold.
export const prune = (most) => work("readwrite", (lanes) => {
  const links = new Set();
  lanes.index("saved").openKeyCursor(null, "prev").onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const [link] = cursor.primaryKey;
    if (links.size < most || links.has(link)) links.add(link);
    else lanes.delete(cursor.primaryKey);
    cursor.continue();
  };
});
