/**
 * Journey 3. Given a batch that changed customers who were there before; when HQ looks at what undoing takes back and undoes it;
 * then the old values are back, and the customers whom it brought are gone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, bring, csv, eventually, loose, person } from "../world.mjs";

const HEADINGS = ["姓名", "手机", "地区", "职业"];

test("3 a batch that had changed customers is undone: old values are back (zh)", async () => {
  const hq = await person("hq", "zh");
  const old = await bring(hq, "zh", { file: "旧.csv", name: "撤销前", reason: "老客户", buffer: csv([HEADINGS, ["撤回甲", "13900084001", "深圳南山", "教师"], ["撤回乙", "13900084002", "深圳福田", "司机"]]) });
  assert.equal(old.created, 2);
  const was = Object.fromEntries((await ask(hq, `/api/customers?batch=${old.id}`)).items.map((row) => [row.name, row.id]));
  const seen = async (name) => {
    const page = await ask(hq, `/api/customers/${was[name]}`);
    return [page.region, page.facts.find((fact) => fact.key === "occupation").value];
  };
  const batch = await bring(hq, "zh", { file: "新.csv", name: "要撤销的", reason: "资料更新", duplicates: "merge", buffer: csv([HEADINGS, ["撤回甲", "13900084001", "上海浦东", "医生"], ["撤回乙", "13900084002", "北京朝阳", "厨师"], ["撤回丙", "13900084003", "深圳南山", "会计"]]) });
  assert.deepEqual([batch.updated + batch.duplicates > 0, batch.created], [true, 1]);
  assert.deepEqual(await seen("撤回甲"), ["上海浦东", "医生"]);

  await hq.getByRole("button", { name: loose("撤销批次") }).click();
  const dialog = hq.getByRole("dialog");
  await dialog.getByText("2 位").first().waitFor();
  await dialog.locator(".ant-btn-primary").click();
  await eventually(async () => (await ask(hq, `/api/batches/${batch.id}`)).state === "undone", 30_000);
  assert.deepEqual(await seen("撤回甲"), ["深圳南山", "教师"]);
  assert.deepEqual(await seen("撤回乙"), ["深圳福田", "司机"]);
  assert.deepEqual((await ask(hq, `/api/customers?q=${encodeURIComponent("撤回丙")}`)).items, []);
  await hq.getByText("已撤销").first().waitFor();
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});
