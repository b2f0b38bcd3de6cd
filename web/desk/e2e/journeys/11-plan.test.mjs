/**
 * Journey 11. Given a plan in the editor; when a fact's name is written wrong; then the line, the column and the right
 * name are shown at once; when it is set right, the live count appears. A plan is begun in the list and opens as a draft; what
 * is not saved of it is there again after a reload; another begins as its copy.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, loose, person } from "../world.mjs";

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

test("11 a plan is begun, what is not saved outlives a reload, and another begins as its copy (zh)", async () => {
  const page = await person("hq", "zh");
  await page.open("/plans");
  await page.getByRole("button", { name: loose("新建计划") }).click();
  const form = page.getByRole("dialog");
  await form.locator("#zh").fill("走查计划");
  await form.locator("#en").fill("Walked plan");
  await form.locator("#key").fill("walked_plan");
  await form.getByRole("button", { name: loose("保存") }).click();
  await page.waitForURL(/\/plans\/pln_/);
  const id = page.url().split("/").at(-1);
  const area = page.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  assert.match(text, /^key = "walked_plan"/);
  await page.getByText(/\d+ 人 · \d+ 毫秒/).waitFor();
  assert.equal((await ask(page, `/api/plans/${id}`)).state, "draft");

  await area.fill(`# 写了一半\n${text}`);
  await page.getByText("有未保存的修改").waitFor();
  await page.reload();
  await area.waitFor();
  await page.getByText("已恢复上次没保存的修改").waitFor();
  assert.match(await area.inputValue(), /^# 写了一半/);
  await page.getByRole("button", { name: "放弃它" }).click();
  assert.equal(await area.inputValue(), text);

  await page.open("/plans");
  await page.getByRole("button", { name: "复制“走查计划”" }).click();
  const copy = page.getByRole("dialog");
  await copy.waitFor();
  assert.equal(await copy.locator("#key").inputValue(), "walked_plan_copy");
  assert.equal(await copy.locator("#zh").inputValue(), "走查计划（副本）");
  // A slip beside the dialog throws nothing away.
  await page.mouse.click(5, 5);
  assert.ok(await copy.isVisible());
  await page.keyboard.press("Escape");
  await copy.waitFor({ state: "hidden" });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
