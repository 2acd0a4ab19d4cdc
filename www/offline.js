// Keeps the page for use without a network, after its first use and when it is idle; says how much that is, takes it away
// again, and offers a new version without forcing it on anybody. Whatever fails here, the page works on.
const scope = new URL("./", location).href;
const element = (id) => document.getElementById(id);
const SWITCH = "falab-offline";
const isOff = () => { try { return localStorage.getItem(SWITCH) === "off"; } catch { return true; } };
const turn = (off) => { try { off ? localStorage.setItem(SWITCH, "off") : localStorage.removeItem(SWITCH); } catch {} };

// A question to a service worker, by a channel of its own.
const ask = (worker, question) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  worker.postMessage(question, [port2]);
});
const settled = (worker) => new Promise((resolve) => {
  const look = () => {
    if (["activated", "redundant"].includes(worker.state)) resolve(worker.state);
  };
  worker.addEventListener("statechange", look);
  look();
});
const show = (kept) => {
  element("open-offline").hidden = false;
  element("offline-kept").hidden = !kept;
  element("offline-keep").hidden = kept;
};
const kept = async (worker) => {
  if ((await settled(worker)) !== "activated") return;
  const bytes = await ask(worker, "size");
  element("offline-size").textContent = `${(bytes / 1e6).toFixed(1)} MB`;
  show(true);
};
const offer = (worker) => {
  element("update").hidden = false;
  element("update-later").onclick = () => { element("update").hidden = true; };
  element("update-reload").onclick = async () => {
    settled(worker).then((state) => { if (state === "activated") location.reload(); });
    if ((await ask(worker, "update")) === "others") element("update-tabs").hidden = false;
  };
};
const watch = (registration) => {
  if (registration.active) kept(registration.active);
  if (registration.waiting && registration.active) offer(registration.waiting);
  const arrived = () => {
    const worker = registration.installing;
    if (!worker) return;
    const isFirst = !registration.active;
    if (isFirst) return void kept(worker);
    worker.addEventListener("statechange", () => { if (worker.state === "installed") offer(worker); });
  };
  registration.addEventListener("updatefound", arrived);
  arrived();
};
const keep = async () => watch(await navigator.serviceWorker.register("./sw.js", { scope: "./" }));
const remove = async () => {
  turn(true);
  const registration = await navigator.serviceWorker.getRegistration(scope);
  if (registration?.scope === scope) await registration.unregister();
  const ours = `falab ${new URL(scope).pathname} `;
  for (const name of await caches.keys()) if (name.startsWith(ours)) await caches.delete(name);
  element("update").hidden = true;
  show(false);
};
// Once lanes have run and stand still.
const firstUse = () => new Promise((resolve) => {
  const main = document.querySelector("main");
  let ran = false;
  const observer = new MutationObserver(() => {
    const { state } = main.dataset;
    ran ||= state === "running";
    if (!ran || !["paused", "finished"].includes(state)) return;
    observer.disconnect();
    (self.requestIdleCallback ?? setTimeout)(resolve);
  });
  observer.observe(main, { attributeFilter: ["data-state"] });
});
const begin = async () => {
  element("offline-remove").onclick = () => remove().catch(() => {});
  element("offline-keep").onclick = () => { turn(false); keep().catch(() => {}); };
  if (isOff()) return void show(false);
  const registration = await navigator.serviceWorker.getRegistration(scope);
  if (registration?.scope === scope) return void watch(registration);
  await firstUse();
  await keep();
};
// A frame keeps nothing: it is another page's guest.
if (isSecureContext && window === parent && "serviceWorker" in navigator) begin().catch(() => {});
