/**
 * Settings: tokens for programs.
 *
 * Given a person who is signed in; when a token is made with one right;
 * then its text is shown once and works as far as that right reaches, and after it is ended it opens nothing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, loose, person } from "../world.mjs";

const WORDS = {
  zh: { add: "新建令牌", right: "查看关怀计划", save: "保存", kept: "我已保存", end: "立即收回" },
  en: { add: "Make a token", right: "Read care plans", save: "Save", kept: "I have kept it", end: "End now" },
};

for (const [language, words] of Object.entries(WORDS)) {
  test(`23 a token is made, used and ended (${language})`, async () => {
    const hq = await person("hq", language);
    const name = `sync ${language}`;
    await hq.open("/settings?part=tokens");
    await hq.getByRole("button", { name: loose(words.add) }).press("Enter");
    const form = hq.getByRole("dialog");
    await form.locator("#name").fill(name);
    await form.getByRole("checkbox", { name: words.right }).press("Space");
    await form.locator("#password").fill("tend-demo");
    await form.getByRole("button", { name: loose(words.save) }).click();
    const text = await hq.locator(".ant-modal textarea[readonly]").first().inputValue();
    assert.match(text, /^tend_[0-9a-f]{64}$/);
    await hq.keyboard.press("Escape");
    assert.equal(await hq.locator(".ant-modal textarea[readonly]").first().inputValue(), text, "a key does not lose it");
    await hq.getByRole("button", { name: loose(words.kept) }).click();

    const origin = new URL(hq.url()).origin;
    const as = async (path) => (await fetch(`${origin}/api${path}`, { headers: { authorization: `Bearer ${text}` } })).status;
    assert.deepEqual([await as("/plans"), await as("/customers")], [200, 403]);
    await hq.reload();
    const row = hq.locator(".ant-table-row").filter({ hasText: name });
    await row.waitFor();
    assert.ok(!(await hq.content()).includes(text), "shown only once");

    await row.getByRole("button").click();
    await hq.getByRole("dialog").getByRole("button", { name: loose(words.end) }).click();
    await eventually(async () => (await as("/plans")) === 401);
    await row.waitFor({ state: "detached" });
    assert.deepEqual(hq.faults, []);
    await hq.context().close();
  });
}
