// Keeps one version of the page for use without a network: `cargo xtask build` writes it beside index.html, with every
// file of that version and its SHA-256. A version is kept whole or not at all, and never mixed with another one.
const VERSION = "@VERSION@";
const FILES = "@FILES@";
const { scope } = self.registration;
// Several copies of the page may live on one host.
const OURS = `falab ${new URL(scope).pathname} `;
const NAME = OURS + VERSION;
const addresses = new Set(FILES.map(([path]) => new URL(path, scope).href));

const hash = async (bytes) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};
// The answer again, if its bytes are those of this version.
const checked = async (response, wanted) => {
  if (!response?.ok) return undefined;
  const bytes = await response.arrayBuffer();
  if ((await hash(bytes)) !== wanted) return undefined;
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  return new Response(bytes, { headers });
};
const keep = async () => {
  const cache = await caches.open(NAME);
  const others = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  for (const [path, wanted] of FILES) {
    const address = new URL(path, scope).href;
    if (await cache.match(address)) continue;
    let found;
    for (const cacheName of others) found ??= await checked(await caches.match(address, { cacheName }), wanted);
    found ??= await checked(await fetch(address, { cache: "no-cache" }), wanted);
    if (!found) throw new Error(`${path} is not of version ${VERSION}`);
    await cache.put(address, found);
  }
};
const removeOthers = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== NAME) await caches.delete(name);
  }
};

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(removeOthers()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.hash = url.search = "";
  const address = url.href === scope ? new URL("index.html", scope).href : url.href;
  if (request.method !== "GET" || !addresses.has(address)) return;
  event.respondWith(caches.match(address, { cacheName: NAME }).then((kept) => kept ?? fetch(request)));
});
addEventListener("message", (event) => {
  const [port] = event.ports;
  if (event.data === "size") port?.postMessage(FILES.reduce((sum, [, , bytes]) => sum + bytes, 0));
  if (event.data !== "update") return;
  // Another tab may be in the middle of a run of the old version: it must not get files of the new one.
  event.waitUntil(self.clients.matchAll({ includeUncontrolled: true, type: "window" }).then((all) => {
    const open = all.filter((client) => client.url.startsWith(scope));
    if (open.length > 1) port?.postMessage("others");
    else return self.skipWaiting();
  }));
});
