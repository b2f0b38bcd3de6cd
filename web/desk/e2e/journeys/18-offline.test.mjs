/**
 * Journey 18. Given a maintainer in the middle of work; when the connection drops, a result is recorded, and it comes back;
 * then a strip says so meanwhile, the result waits, and it is on the server soon after.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, person } from "../world.mjs";

test("18 the connection drops, nothing is lost (en)", async () => {
  await busyDay(4);
  const page = await person("wang", "en");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  const row = await page.locator(".touch-row[aria-current=true]").first().textContent();
  const before = (await ask(page, "/api/my-day")).items.length;
  await page.context().setOffline(true);
  await page.locator(".frame-strip").first().waitFor();
  await page.keyboard.press("1");
  await page.keyboard.press("n");
  await page.keyboard.type("Written without a line");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction((n) => document.querySelectorAll(".touch-row").length < n, before, { timeout: 60_000 });
  await page.context().setOffline(false);
  await eventually(async () => (await ask(page, "/api/my-day")).items.length === before - 1, 25_000);
  await page.locator(".frame-strip").waitFor({ state: "detached", timeout: 60_000 });
  assert.ok(row.length > 0);
  await page.context().close();
});
