/**
 * Journey 11. Given a plan in the editor; when a fact's name is written wrong; then the line, the column and the right
 * name are shown at once; when it is set right, the live count appears.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

test("11 a wrong fact name shows line, column and the right name (en)", async () => {
  const page = await person("hq", "en");
  const plan = (await ask(page, "/api/plans")).items.find((one) => one.key.includes("birthday"));
  await page.open(`/plans/${plan.id}`);
  const area = page.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  assert.match(text, /\btier\b/);
  await area.fill(text.replace(/\btier\b/, "teir"));
  const problem = page.locator(".plan-problem").first();
  await problem.waitFor();
  const line = text.slice(0, text.search(/\btier\b/)).split("\n").length;
  assert.match(await problem.textContent(), new RegExp(`Line ${line}, column \\d+.*tier`, "s"));
  await problem.click();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "TEXTAREA");
  await area.fill(text);
  await page.getByText(/\d+ people · \d+ ms/).waitFor();
  await page.context().close();
});
