// A database of this page with one store in it, opened when it is first asked for; `make` makes the store in a new one. What
// could not be opened is tried again with the next question. Gives the function that does one transaction: `ask` gets the
// store, and what its request finds is the result.
export const transactions = (name, store, make, options) => {
  let database;
  const open = () => database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => make(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another tab holds an older version"));
  }).catch((error) => { database = undefined; throw error; });
  return async (mode, ask) => {
    const transaction = (await open()).transaction(store, mode, options);
    return new Promise((resolve, reject) => {
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave up"));
    });
  };
};
