/**
 * Journey 28. Given head office; when a gift is added to the catalogue and a plan names it with a slip; then the check says
 * the line and the right code; and a version published for a day to come waits, says so, and is taken back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person } from "../world.mjs";

test("28 a gift is named by a plan, which is published for next week and taken back (zh)", async () => {
  const hq = await person("hq", "zh");
  await hq.open("/settings?part=gifts");
  await hq.getByRole("button", { name: "新增礼品" }).click();
  const form = hq.getByRole("dialog");
  await form.locator("#zh").fill("生日礼盒");
  await form.locator("#en").fill("Birthday box");
  await form.locator("#key").fill("birthday_box");
  await form.locator("#cost").fill("168");
  await form.locator("#per_month").fill("50");
  await form.locator(".ant-btn-primary").click();
  await hq.locator('tr[data-row-key="birthday_box"]', { hasText: "¥168" }).waitFor();

  const plan = (await ask(hq, "/api/plans")).items.find((one) => one.key === "birthday_gold_gift");
  await hq.open(`/plans/${plan.id}`);
  const area = hq.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  const naming = (code) => text.replace(/^cost = .*$/m, `gift = "${code}"`);
  await area.fill(naming("birthday_bx"));
  await hq.locator(".plan-problem", { hasText: "birthday_box" }).waitFor();
  await area.fill(naming("birthday_box"));
  await hq.locator(".plan-problem").waitFor({ state: "detached" });

  await hq.getByRole("button", { name: loose("发布") }).first().click();
  const dialog = hq.getByRole("dialog");
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await dialog.locator(".ant-picker input").fill(day);
  await hq.keyboard.press("Tab");
  await dialog.getByLabel(loose("原因")).fill("下周起换礼盒");
  await dialog.getByRole("button", { name: loose("发布") }).click();
  await hq.locator(".plan-waits").waitFor();
  const waits = await ask(hq, `/api/plans/${plan.id}`);
  assert.deepEqual([waits.waiting.from, waits.published], [day, plan.published]);
  assert.ok(await hq.getByRole("button", { name: loose("发布") }).first().isDisabled());
  await hq.locator(".plan-waits").getByRole("button", { name: loose("撤回") }).click();
  await hq.locator(".plan-waits").waitFor({ state: "detached" });
  await eventually(async () => (await ask(hq, `/api/plans/${plan.id}`)).versions[0].state === "withdrawn");
  assert.equal(await area.inputValue(), naming("birthday_box"), "the text is the draft again");
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});
