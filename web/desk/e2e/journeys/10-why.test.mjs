/**
 * Journey 10. Given a customer; when W is pressed on their page and "not due" is chosen;
 * then every plan says whether it is due and the first condition that decided, and another day can be asked.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

test("10 why, and why not (zh)", async () => {
  const page = await person("hq", "zh");
  const gold = (await ask(page, "/api/customers?tier=gold&limit=1")).items[0];
  await page.open(`/customers/${gold.id}`);
  await page.locator("h1", { hasText: gold.name }).waitFor();
  await page.keyboard.press("w");
  const rows = page.locator(".why-row");
  await rows.first().waitFor();
  const why = await ask(page, `/api/customers/${gold.id}/why`);
  assert.equal(await rows.count(), why.answers.length);
  assert.ok(why.answers.every((one) => one.because), "an answer without a reason");
  await page.getByText("近 30 天已联系").waitFor();
  assert.ok((await rows.locator("strong").allTextContents()).every((text) => text.length > 1));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
