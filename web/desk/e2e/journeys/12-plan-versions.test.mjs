/**
 * Two people write one plan. Given an editor with unsaved changes; when a colleague saves the plan first;
 * then the colleague's text is shown beside one's own, nothing is overwritten unseen, and after "keep mine" one's own is saved;
 * publishing shows the difference to the version that runs, and what it changes in each person's work, without waiting for
 * that, and asks for a reason.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person, send } from "../world.mjs";

test("a plan is never overwritten unseen, and publishing shows the difference (zh)", async () => {
  const page = await person("hq", "zh");
  const plan = (await ask(page, "/api/plans")).items.find((one) => one.key.includes("birthday"));
  await page.open(`/plans/${plan.id}`);
  const area = page.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  await area.fill(`# 我的修改\n${text}`);
  const other = await person("hq", "zh");
  assert.ok((await send(other, "PUT", `/api/plans/${plan.id}/draft`, { text: `# 同事的修改\n${text}` })).status < 300);
  await page.getByRole("button", { name: loose("存为草稿") }).click({ timeout: 2_000 }).catch(() => undefined);
  await page.locator(".plan-conflict .new", { hasText: "同事的修改" }).waitFor();
  assert.match((await ask(page, `/api/plans/${plan.id}`)).text, /同事的修改/);
  assert.match(await area.inputValue(), /我的修改/);
  await page.getByRole("button", { name: loose("保留我的") }).click();
  await page.getByRole("button", { name: loose("存为草稿") }).click();
  await eventually(async () => /我的修改/.test((await ask(page, `/api/plans/${plan.id}`)).text));

  await page.getByRole("button", { name: loose("发布") }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.locator(".plan-diff .new", { hasText: "我的修改" }).waitFor();
  // A comment changes nobody's work; a plan about nearly everybody does.
  const load = dialog.getByRole("region", { name: loose("头 7 天每个人的工作") });
  await load.getByText("没有人的工作会变").waitFor({ timeout: 60_000 });
  await dialog.getByRole("button", { name: loose("取消") }).click();
  const mine = await area.inputValue();
  await area.fill(mine.replace(/^who = .*$/m, `who = '''lifecycle in ["new", "active", "lead"]'''`).replace(/^cap_30d = .*$/m, "cap_30d = 3").replace(/^cooldown_days = .*$/m, "cooldown_days = 1"));
  await page.getByRole("button", { name: loose("发布") }).first().click();
  await load.locator("tbody tr").first().waitFor({ timeout: 60_000 });
  await load.getByText(/\d+ 人变多/).waitFor();
  await dialog.getByRole("button", { name: loose("取消") }).click();
  await area.fill(mine);
  await page.getByRole("button", { name: loose("发布") }).first().click();
  await dialog.getByLabel(loose("原因")).fill("走查：加一行说明");
  await dialog.getByRole("button", { name: loose("发布") }).click();
  await eventually(async () => (await ask(page, `/api/plans/${plan.id}`)).versions.some((one) => one.reason === "走查：加一行说明"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
  await other.context().close();
});

/**
 * Given a reason written for publishing; when a colleague saves the plan first and the server refuses; then the form
 * is still there with the reason, one more click in it does not overwrite theirs unseen, and after a look at both texts it publishes.
 */
test("a reason that was written for publishing outlives a refusal (en)", async () => {
  const page = await person("hq", "en");
  const other = await person("hq", "en");
  const plan = (await ask(page, "/api/plans")).items.find((one) => one.key.includes("birthday"));
  await page.open(`/plans/${plan.id}`);
  const area = page.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  await area.fill(`# Mine\n${text}`);
  await page.getByRole("button", { name: "Publish" }).first().click();
  const dialog = page.getByRole("dialog");
  const reason = dialog.getByLabel("Reason");
  await reason.fill("Kept over a refusal");
  assert.ok((await send(other, "PUT", `/api/plans/${plan.id}/draft`, { text: `# Theirs\n${text}` })).status < 300);
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.getByText("A colleague has just saved this plan.").first().waitFor();
  assert.equal(await reason.inputValue(), "Kept over a refusal");
  // What the colleague saved is on the page by now, behind the form.
  await page.locator(".plan-conflict").waitFor();
  await dialog.locator(".ant-btn-loading").waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.waitForTimeout(1_000);
  assert.match((await ask(page, `/api/plans/${plan.id}`)).text, /^# Theirs/);
  assert.equal(await reason.inputValue(), "Kept over a refusal");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Keep mine" }).click();
  await page.getByRole("button", { name: "Publish" }).first().click();
  assert.equal(await reason.inputValue(), "Kept over a refusal");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await eventually(async () => (await ask(page, `/api/plans/${plan.id}`)).versions.some((one) => one.reason === "Kept over a refusal"));
  assert.deepEqual([...page.faults, ...other.faults], []);
  await page.context().close();
  await other.context().close();
});
