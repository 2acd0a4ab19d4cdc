// The browser's own storage: one record a lane of an experiment, found by the experiment's link.
let database;
const open = () => database ??= new Promise((resolve, reject) => {
  const request = indexedDB.open("falab", 1);
  request.onupgradeneeded = () => {
    const lanes = request.result.createObjectStore("lanes", { keyPath: ["link", "lane"] });
    lanes.createIndex("saved", "saved");
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  request.onblocked = () => reject(new Error("another tab holds an older version"));
});
const work = async (mode, ask) => {
  const transaction = (await open()).transaction("lanes", mode, { durability: "relaxed" });
  return new Promise((resolve, reject) => {
    const request = ask(transaction.objectStore("lanes"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave up"));
  });
};
const of = (link) => IDBKeyRange.bound([link], [link, []]);
const others = (link) => [IDBKeyRange.upperBound([link]), IDBKeyRange.lowerBound([link, []])];

// Where there is no room, the other experiments make some. One record after the other, so that none that had to wait
// takes the place of a newer one.
const write = async (record) => {
  const put = () => work("readwrite", (lanes) => lanes.put(record));
  try {
    await put();
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    await work("readwrite", (lanes) => others(record.link).forEach((range) => lanes.delete(range)));
    await put();
  }
};
let before = Promise.resolve();
export const put = (record) => {
  const written = before.then(() => write(record));
  before = written.catch(() => {});
  return written;
};
export const get = (link) => work("readonly", (lanes) => lanes.getAll(of(link)));
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
