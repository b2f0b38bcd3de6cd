/**
 * A session that ended elsewhere.
 *
 * Given a person at work and a slow line; when the session is gone at the next question; then the sign-in page comes,
 * knows the one way back, and leads there after the password. (While that page was fetched the desk once named the way
 * back to the way back without end, until the browser had no memory left.)
 *
 * Given a page with customers that nobody touches; when the session is ended elsewhere; then the page is gone by itself.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { person, world } from "../world.mjs";

test("a session that ended elsewhere leads to the sign-in page and back (zh)", async () => {
  const page = await person("lead", "zh");
  await page.open("/board?look=table");
  await page.route(/\/assets\/SignIn-.*\.js/, async (route) => {
    await new Promise((later) => setTimeout(later, 1500));
    await route.continue();
  });
  await page.context().clearCookies();
  // Whatever is asked next is refused; the desk may have found out by itself by now.
  await page.locator("a[href='/customers']").first().click({ timeout: 3_000 }).catch(() => undefined);
  await page.locator("input[autocomplete=username]").waitFor();
  const back = new URL(page.url()).searchParams.get("back") ?? "";
  assert.ok(back.startsWith("/") && !back.includes("sign-in"), back);
  await page.locator("input[autocomplete=username]").fill("lead");
  await page.locator("input[type=password]").fill("tend-demo");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a page that nobody touches goes by itself when its session was ended elsewhere (en)", async () => {
  const { address } = await world();
  const page = await person("lead", "en");
  await page.open("/board");
  await page.locator(".board-card").first().waitFor();
  // As another window or a colleague with the right would: this page is told nothing but the end of its stream.
  const ended = await page.context().request.delete(`${address}/api/session`, { headers: { origin: address, "sec-fetch-site": "same-origin", "idempotency-key": `${Math.random()}` } });
  assert.ok(ended.ok(), `${ended.status()}`);
  // A stream looks after its session now and then only.
  await page.locator("input[autocomplete=username]").waitFor();
  assert.equal(await page.locator(".board-card").count(), 0);
  assert.equal(new URL(page.url()).searchParams.get("back"), "/board");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
