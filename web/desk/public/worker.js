/**
 * Lets the desk open without a line. Keeps the shell only (the first page and the built files, whose names carry
 * their hash); what people read and write goes straight to the server and is never kept here.
 */
const SHELF = "tend-shell-1";
const FILES_MAX = 120;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.add(new Request("/", { cache: "reload" }))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("tend-shell-") && name !== SHELF).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const place = new URL(request.url);
  if (request.method !== "GET" || place.origin !== location.origin || place.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (place.pathname.startsWith("/assets/") || place.pathname.startsWith("/icon")) event.respondWith(file(request));
});

/** The newest page when there is a line, else the one kept: every address of the desk is the same page. */
async function page(request) {
  const shelf = await caches.open(SHELF);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && (fresh.headers.get("content-type") ?? "").includes("text/html")) await shelf.put("/", fresh.clone());
    return fresh;
  } catch (broken) {
    const kept = await shelf.match("/");
    if (kept) return kept;
    throw broken;
  }
}

async function file(request) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) {
    await shelf.put(request, fresh.clone());
    const all = await shelf.keys();
    // The oldest go first; the first page was kept first and stays.
    for (const old of all.slice(1, Math.max(1, all.length - FILES_MAX))) await shelf.delete(old);
  }
  return fresh;
}
