/**
 * Journey 15. Given a masked phone; when it is opened with a reason; then the number shows, and the ledger tells who and why;
 * and a colleague of another branch does not find the customer at all, by name, number or address.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

const REASON = "The customer called, checking who it is";

test("15 a number opens with a reason, the ledger shows it, another branch finds nobody (en)", async () => {
  const wang = await person("wang", "en");
  const mine = (await ask(wang, "/api/customers?limit=50")).items.find((row) => row.phone_masked && row.owner?.name === "王芳");
  await wang.open(`/customers/${mine.id}`);
  await wang.getByRole("button", { name: "Show the full number" }).first().click();
  const dialog = wang.getByRole("dialog");
  await dialog.getByRole("textbox").fill(REASON);
  await wang.keyboard.press("Tab");
  await dialog.locator(".ant-modal-footer .ant-btn-primary").click();
  const number = await wang.locator("dd .money", { hasText: /^\+?\d[\d ]{9,}$/ }).first().textContent();
  await wang.locator(".ant-segmented-item", { hasText: "Views" }).click();
  await wang.locator(".story-item", { hasText: REASON }).filter({ hasText: "王芳" }).first().waitFor();

  const hq = await person("hq", "en");
  const units = await ask(hq, "/api/units");
  const home = units.find((unit) => unit.id === mine.unit.id);
  const far = (await ask(hq, "/api/staff?role=maintainer&limit=200")).items.find((one) => !one.left_on && units.find((unit) => unit.id === one.unit_id)?.parent_id !== home.parent_id);
  const other = await person(far.login, "en");
  assert.equal(await other.evaluate(async (path) => (await fetch(path)).status, `/api/customers/${mine.id}`), 404);
  for (const typed of [mine.name, number.replace(/\D/g, "").slice(-4), number.replace(/\D/g, "").slice(-11)]) {
    const hits = await ask(other, `/api/search?q=${encodeURIComponent(typed)}`);
    assert.ok(hits.every((hit) => hit.id !== mine.id), `found by ${typed}`);
  }
  await other.open(`/customers/${mine.id}`);
  await other.locator('[role="alert"]').waitFor();
  for (const page of [wang, hq, other]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});
