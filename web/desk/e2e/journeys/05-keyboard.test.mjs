/**
 * Journey 5. Given a maintainer with work for today; when five work orders are worked by keyboard alone
 * (number, note where it is asked for, E); then five are closed on the server and the sixth is in front.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, person } from "../world.mjs";

test("5 five work orders by keyboard alone (zh)", async () => {
  await busyDay(10);
  const page = await person("wang", "zh");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  const before = (await ask(page, "/api/my-day")).items.length;
  assert.ok(before > 5, `only ${before} work orders`);
  for (let done = 1; done <= 5; done += 1) {
    await page.locator(".pad button").first().waitFor();
    await page.keyboard.press("1");
    await page.locator('.pad button[aria-pressed="true"]').waitFor();
    await page.keyboard.press("n");
    await page.keyboard.type("走查：已通话");
    await page.keyboard.press("Control+Enter");
    await eventually(async () => (await ask(page, "/api/my-day")).items.length <= before - done);
    await page.waitForFunction((left) => document.querySelectorAll(".touch-row").length <= left, before - done);
  }
  assert.equal((await ask(page, "/api/my-day")).items.length, before - 5);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
