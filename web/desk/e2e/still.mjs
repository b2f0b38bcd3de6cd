/** When a page has come to rest: nothing is asked of the server any more, and nothing fades, grows or slides. */

const asking = new WeakMap();
const REST_MS = 300;
const MOST_MS = 30_000;

/** Counts what the page asks for from now on; the stream of events never ends and does not count. */
export function watchRequests(page) {
  const open = new Set();
  asking.set(page, open);
  page.on("request", (one) => one.resourceType() !== "eventsource" && !new URL(one.url()).pathname.startsWith("/api/events") && open.add(one));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (one) => open.delete(one));
  // A page that was left takes its requests with it, and no end of theirs is told.
  page.on("framenavigated", (frame) => frame === page.mainFrame() && open.clear());
}

/** Waits until the page has been at rest for a moment, which on a busy machine may take a while. */
export async function still(page) {
  const until = Date.now() + MOST_MS;
  for (let since = Date.now(); Date.now() - since < REST_MS; ) {
    if (Date.now() > until) throw new Error(`${page.url()} does not come to rest: ${[...(asking.get(page) ?? [])].map((one) => one.url()).join(", ")}`);
    if (asking.get(page)?.size || (await moving(page))) since = Date.now();
    await page.waitForTimeout(50);
  }
}

/** What turns for ever, such as a sign that something is loading, is no movement. */
const moving = (page) =>
  page.evaluate(() => document.getAnimations().some((one) => one.playState === "running" && Number.isFinite(one.effect?.getComputedTiming().endTime ?? 0)));
