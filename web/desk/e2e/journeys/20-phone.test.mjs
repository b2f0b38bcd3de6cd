/**
 * Journey 20. Given a phone (390×844); when a maintainer opens My day, calls the first, records a result;
 * then the list, the card, the result sheet and the list again follow, and nothing is wider than the screen.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, loose, person } from "../world.mjs";

test("20 on a phone: list, card, result, next (zh)", async () => {
  await busyDay(5);
  const page = await person("wang", "zh", { width: 390, height: 844 });
  await page.open("/my-day");
  const narrow = async () => assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, "wider than the phone");
  await page.locator(".touch-row").first().waitFor();
  await narrow();
  const before = (await ask(page, "/api/my-day")).items.length;
  await page.locator(".touch-row").first().click();
  await page.locator(".my-day-acts").waitFor();
  await narrow();
  await page.locator(".my-day-acts").getByRole("button", { name: loose("打电话") }).click();
  const call = page.getByRole("dialog");
  await call.getByRole("button", { name: loose("显示号码") }).click();
  await call.locator(".call-number", { hasText: /^\+?[\d ]{11,}$/ }).waitFor();
  assert.match(await call.getByRole("link", { name: loose("拨号") }).getAttribute("href"), /^tel:\+?\d{11,}$/);
  await narrow();
  await call.getByRole("button", { name: loose("记录结果") }).click();
  const sheet = page.locator(".ant-drawer").last();
  await sheet.locator(".pad button").first().click();
  await sheet.locator("textarea").fill("路上记的");
  await sheet.getByRole("button", { name: loose("记录") }).last().click();
  await eventually(async () => (await ask(page, "/api/my-day")).items.length === before - 1);
  await page.locator(".touch-row").first().waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
