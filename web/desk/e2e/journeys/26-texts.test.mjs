/**
 * Settings: scripts, templates and the working calendar.
 *
 * Given head office; when a template is written with a name that nobody knows, mended by what the screen suggests, saved
 * and edited; then it stands in its list with its history; a script of a playbook is edited in place; and a day of the
 * firm stands in the calendar before that of the state.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../axe.mjs";
import { ask, eventually, person } from "../world.mjs";

test("26 a template is written, mended by its suggestion and remembered (zh)", async () => {
  const hq = await person("hq", "zh");
  await hq.open("/settings?part=templates");
  await hq.getByRole("button", { name: "新增模板" }).click();
  const dialog = hq.getByRole("dialog");
  await dialog.locator("#text-key").fill("winter_sms");
  await dialog.getByLabel("第 1 种措辞 · 中文").fill("{customer.honorific}，{birthdya}快乐");
  await dialog.getByLabel("第 1 种措辞 · 英文").fill("Keep warm");
  await dialog.getByText(/第 1 行第 \d+ 列.*改为 birthday/).waitFor();
  assert.deepEqual(await faultsOf(hq), []);
  await dialog.getByLabel("第 1 种措辞 · 中文").fill("{customer.honorific}，天冷添衣。");
  await dialog.locator(".text-wrong").waitFor({ state: "detached" });
  await dialog.locator(".ant-btn-primary").last().click();
  await dialog.waitFor({ state: "detached" });
  // The list of a firm with two playbooks has more pages than one.
  await hq.getByPlaceholder("按键、渠道或内容查找").fill("winter_sms");
  await hq.locator('tr[data-row-key="winter_sms"]').waitFor();
  await hq.getByRole("button", { name: "更多 winter_sms" }).click();
  await hq.getByRole("menuitem", { name: "历史" }).click();
  await hq.getByRole("dialog").getByText("天冷添衣").waitFor();
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

test("26 a script of a playbook is edited, and a day of the firm is kept (en)", async () => {
  const admin = await person("admin", "en");
  await admin.open("/settings?part=scripts");
  await admin.getByRole("button", { name: "More birthday", exact: true }).click();
  await admin.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("What to say · English").first().waitFor();
  await dialog.getByLabel("Title · English").fill("Birthday wishes");
  await dialog.locator(".ant-btn-primary").last().click();
  await eventually(async () => (await ask(admin, "/api/scripts")).some((one) => one.key === "birthday" && one.title.en === "Birthday wishes" && one.edited));

  await admin.open("/settings?part=calendar");
  await admin.getByRole("button", { name: "Add a day" }).click();
  const year = new Date().getFullYear();
  await admin.getByRole("dialog").locator("#day").fill(`${year}-12-24`);
  await admin.keyboard.press("Tab");
  await admin.getByRole("dialog").locator("#title").fill("Founders' day");
  await admin.getByRole("dialog").locator("#title").press("Enter");
  await admin.locator(`tr[data-row-key="${year}-12-24"]`).waitFor();
  await admin.getByRole("dialog").waitFor({ state: "hidden" });
  assert.deepEqual(await faultsOf(admin), []);
  await admin.getByRole("button", { name: `Remove ${year}-12-24` }).click();
  await admin.locator(`tr[data-row-key="${year}-12-24"]`).waitFor({ state: "detached" });
  assert.deepEqual(admin.faults, []);
  await admin.context().close();
});
