// Stands in the place of sw.js where the page is being worked on (`cargo xtask serve`): forgets what an earlier version
// kept, and itself, so that nobody looks at a stale build.
const ours = `falab ${new URL(self.registration.scope).pathname} `;
addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  const stale = (await caches.keys()).filter((name) => name.startsWith(ours));
  for (const name of stale) await caches.delete(name);
  await self.registration.unregister();
  if (stale.length === 0) return;
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) {
    await client.navigate(client.url);
  }
})()));
