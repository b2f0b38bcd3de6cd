/**
 * Journey 15. Given a masked phone; when it is opened with a reason; then the number shows and the story keeps who and why;
 * and a colleague of another branch does not find the customer at all.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

test("15 a number opens with a reason; another branch finds nobody (en)", async () => {
  const wang = await person("wang", "en");
  const mine = (await ask(wang, "/api/customers?limit=50")).items.find((row) => row.phone_masked);
  await wang.open(`/customers/${mine.id}`);
  await wang.getByRole("button", { name: "Show the full number" }).first().click();
  const dialog = wang.getByRole("dialog");
  await dialog.getByRole("textbox").fill("The customer called, checking who it is");
  await wang.keyboard.press("Tab");
  await dialog.locator(".ant-modal-footer .ant-btn-primary").click();
  await wang.locator("dd .money", { hasText: /^\+?\d[\d ]{9,}$/ }).first().waitFor();
  const hq = await person("hq", "en");
  const other = (await ask(hq, "/api/customers?limit=200")).items.find((row) => row.owner && row.owner.name !== "王芳" && row.unit?.name !== mine.unit?.name);
  const answer = await wang.evaluate(async (path) => (await fetch(path)).status, `/api/customers/${other.id}`);
  assert.equal(answer, 404);
  await wang.open(`/customers/${other.id}`);
  await wang.locator('[role="alert"]').waitFor();
  await wang.context().close();
  await hq.context().close();
});
