/**
 * Journey 7. Given a customer who cannot be reached; when the work order is put off with S to tomorrow 10:00;
 * then it leaves the list of today and waits for tomorrow 10:00.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, person } from "../world.mjs";

test("7 snoozed to tomorrow 10:00 by keyboard (zh)", async () => {
  await busyDay(6);
  const page = await person("wang", "zh");
  const today = (await ask(page, "/api/me")).today;
  const item = (await ask(page, "/api/my-day")).items.find((row) => row.not_after > today && !row.snoozed_until);
  await page.open(`/my-day?touch=${item.id}`);
  await page.locator(".pad button").first().waitFor();
  await page.keyboard.press("s");
  await page.getByRole("menuitem", { name: "明天 10:00" }).click();
  const touch = await eventually(async () => {
    const now = (await ask(page, `/api/touches/${item.id}`)).touch;
    return now.snoozed_until ? now : null;
  });
  const until = new Date(touch.snoozed_until).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" });
  assert.match(until, /10:00:00$/);
  const tomorrow = until.slice(0, 10);
  assert.ok(tomorrow > today);
  assert.ok(!(await ask(page, "/api/my-day")).items.some((one) => one.id === item.id), "it left the list of today");
  assert.ok((await ask(page, `/api/my-day?day=${tomorrow}`)).items.some((one) => one.id === item.id), "it is there tomorrow");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
