/**
 * Settings: what the firm agreed on.
 *
 * Given an administrator; when a fact and a label are added by keyboard;
 * then they stand in their lists and on the server, a key that is taken is refused with a reason, and a person without
 * the right is offered neither list.
 * Given head office; when an outcome code is worded anew, moved, retired and brought back; then the list and the server say so.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person } from "../world.mjs";

const WORDS = {
  zh: { fact: "新增字段", label: "新增标签" },
  en: { fact: "Add a fact", label: "Add a label" },
};

async function filled(page, button, fields) {
  await page.getByRole("button", { name: loose(button) }).press("Enter");
  const dialog = page.getByRole("dialog");
  for (const [name, text] of Object.entries(fields)) await dialog.locator(`#${name}`).fill(text);
  await dialog.locator(`#${Object.keys(fields).at(-1)}`).press("Enter");
  return dialog;
}

for (const [language, words] of Object.entries(WORDS)) {
  test(`22 a fact and a label are added in the settings (${language})`, async () => {
    const admin = await person("admin", language);
    const key = `pet_${language}`;
    await admin.open("/settings?part=facts");
    await filled(admin, words.fact, { title_zh: "宠物", title_en: "Pet", key });
    await eventually(async () => (await ask(admin, "/api/facts")).some((fact) => fact.key === key && fact.origin === "firm"));
    await admin.getByRole("dialog").waitFor({ state: "detached" });
    await admin.locator(`tr[data-row-key="${key}"]`).waitFor();

    const dialog = await filled(admin, words.fact, { title_zh: "宠物", title_en: "Pet", key });
    await admin.locator(".ant-message-error").waitFor();
    assert.equal(await dialog.locator("#key").inputValue(), key, "what was typed is kept");
    await admin.keyboard.press("Escape");

    await admin.open("/settings?part=labels");
    await filled(admin, words.label, { title_zh: "养猫", title_en: "Has a cat", key: `cat_${language}` });
    await admin.locator(`tr[data-row-key="cat_${language}"]`).waitFor();
    const label = (await ask(admin, "/api/labels")).find((one) => one.key === `cat_${language}`);
    assert.equal(label.set_by, "anyone");
    assert.deepEqual(admin.faults, []);
    await admin.context().close();
  });
}

test("22 an outcome code is worded anew, moved, retired and brought back (zh)", async () => {
  const hq = await person("hq", "zh");
  const codes = async () => (await ask(hq, "/api/outcome-codes"))[""];
  const code = (await codes())[2].code;
  await hq.open("/settings?part=results");
  const row = hq.locator(`tr[data-row-key=" ${code}"]`);
  const act = async (name) => {
    await row.getByRole("button").click();
    await hq.getByRole("menuitem", { name: loose(name) }).click();
  };
  await act("修改");
  const dialog = hq.getByRole("dialog");
  await dialog.locator("#title_zh").fill("先放一放");
  await dialog.locator("#title_zh").press("Enter");
  await dialog.waitFor({ state: "detached" });
  await row.getByText("先放一放").waitFor();
  await act("上移");
  await eventually(async () => (await codes())[1].code === code);
  await act("停用");
  await row.getByText("已停用").waitFor();
  await hq.locator(".undo-bar").getByRole("button").click();
  await eventually(async () => (await codes())[1].retired_at === null);
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

test("22 who may not define them is not offered the lists (zh)", async () => {
  const wang = await person("wang", "zh");
  await wang.open("/settings?part=facts");
  await wang.getByRole("tab").first().waitFor();
  assert.equal(await wang.getByRole("tab").count(), 2, "the own account and tokens only");
  await wang.context().close();
});
