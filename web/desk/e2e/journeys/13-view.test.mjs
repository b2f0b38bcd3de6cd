/**
 * Journey 13. Given a narrowed customers list; when HQ saves it as a view for the firm and pins it;
 * then a colleague who opens its address sees the same conditions and only customers of their own scope.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, loose, person } from "../world.mjs";

test("13 a view is shared, pinned, and opened from its address (zh)", async () => {
  const hq = await person("hq", "zh");
  await hq.open("/customers?tier=gold&columns=name,owner,unit");
  await hq.getByRole("button", { name: loose("存为视图") }).click();
  const dialog = hq.getByRole("dialog");
  await dialog.getByRole("textbox").fill("金卡重点");
  await dialog.getByText("全公司").click();
  await dialog.getByRole("button", { name: loose("保存") }).click();
  await hq.waitForURL(/view=vw_/);
  const address = new URL(hq.url());
  assert.deepEqual([...address.searchParams.keys()], ["view"]);
  await hq.getByRole("button", { name: "置顶 金卡重点" }).focus();
  await hq.keyboard.press("Enter");
  await hq.getByRole("button", { name: "取消置顶 金卡重点" }).waitFor();

  const wang = await person("wang", "zh");
  await wang.open(address.pathname + address.search);
  await wang.locator("h1", { hasText: "金卡重点" }).waitFor();
  const mine = await ask(wang, "/api/customers?tier=gold&limit=100");
  const shown = await ask(hq, "/api/customers?tier=gold&limit=100");
  assert.ok(mine.items.length < shown.items.length);
  await wang.locator(".table-foot").getByText(`${mine.items.length} 条`).waitFor();
  assert.deepEqual(await wang.locator(".grid-head [role=columnheader]").allTextContents().then((all) => all.filter(Boolean)), ["姓名", "归属", "机构"]);
  assert.deepEqual([...hq.faults, ...wang.faults], []);
  await hq.context().close();
  await wang.context().close();
});
