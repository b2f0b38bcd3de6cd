/**
 * Given a batch of two that was handed out; when HQ goes from the batch to its statement, takes the batch off again and names a
 * unit, and from the batch to the board; then each page says that it shows one batch only, has a way out of that, and its
 * address says what it shows; so does the statement of somebody who follows a link and may choose neither.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, bring, csv, eventually, person, send } from "../world.mjs";

const NAMES = ["对账甲", "对账乙"];
const asked = (page, name) => new URL(page.url()).searchParams.get(name);

async function handedOut(hq) {
  const batch = await bring(hq, "zh", { file: "对账.csv", name: "对账批次", reason: "按批次对账", buffer: csv([["姓名", "手机", "地区"], ...NAMES.map((name, n) => [name, `1390008730${n}`, "深圳南山"])]) });
  const wang = await person("wang", "zh");
  const me = await ask(wang, "/api/me");
  await wang.context().close();
  const given = await send(hq, "POST", `/api/batches/${batch.id}/hand-out`, { to: [{ unit_id: me.unit_id, count: NAMES.length }], not_after: me.today });
  assert.ok(given.status < 300, JSON.stringify(given.body));
  return { batch, unit: me.unit_id };
}

test("33 a batch, its statement and its board lead to each other and say what they show (zh)", async () => {
  const hq = await person("hq", "zh");
  const { batch, unit } = await handedOut(hq);

  await hq.open(`/batches/${batch.id}`);
  await hq.getByRole("link", { name: "看对账单" }).click();
  await hq.waitForURL(/\/statements/);
  assert.deepEqual([asked(hq, "by"), asked(hq, "batch")], ["person", batch.id]);
  const total = hq.locator(".ant-table-summary td").nth(1);
  await total.getByText(String(NAMES.length), { exact: true }).waitFor();
  await hq.locator(".page-acts").getByText("对账批次").waitFor();
  // Without the batch and with a unit: the same figures as the server gives for it.
  await hq.locator(".page-acts .ant-select", { hasText: "对账批次" }).hover();
  await hq.locator(".page-acts .ant-select", { hasText: "对账批次" }).locator(".ant-select-clear").click();
  await eventually(async () => asked(hq, "batch") === null);
  await hq.getByRole("combobox", { name: "机构" }).click();
  const name = (await ask(hq, "/api/units")).find((one) => one.id === unit).name;
  await hq.keyboard.type(name);
  await hq.locator(".ant-select-item-option").filter({ hasText: name }).first().click();
  await eventually(async () => asked(hq, "unit") === unit);
  const there = await ask(hq, `/api/statements?${new URL(hq.url()).searchParams}`);
  await total.getByText(String(there.totals.handed_out), { exact: true }).waitFor();
  // A row opens by its own button.
  await hq.locator(".ant-table-row button").first().focus();
  await hq.keyboard.press("Enter");
  await hq.locator(".ant-drawer").getByRole("link").first().waitFor();

  await hq.open(`/batches/${batch.id}`);
  await hq.getByRole("link", { name: "看工单" }).click();
  await hq.waitForURL(/\/board/);
  const chip = hq.locator(".label-chip", { hasText: "批次：对账批次" });
  await chip.waitFor();
  await eventually(async () => (await hq.locator(".grid-row").count()) === NAMES.length);
  await hq.getByRole("combobox", { name: "状态" }).click();
  await hq.locator(".ant-select-item-option").first().click();
  const state = await eventually(async () => asked(hq, "state"));
  await hq.reload();
  await chip.waitFor();
  assert.deepEqual([asked(hq, "state"), asked(hq, "batch")], [state, batch.id]);
  // The other looks show the batch too, and the chip takes it off.
  await hq.locator(".page-acts .ant-segmented-item").first().click();
  const cards = () => hq.locator(".board-card").count();
  await eventually(async () => (await cards()) === NAMES.length);
  await chip.getByRole("button", { name: "不限批次" }).click();
  await chip.waitFor({ state: "detached" });
  assert.equal(asked(hq, "batch"), null);
  await eventually(async () => (await cards()) > NAMES.length);

  await hq.open(`/customers?batch=${batch.id}`);
  await eventually(async () => (await hq.locator(".grid-row").count()) === NAMES.length);
  await chip.getByRole("button", { name: "不限批次" }).click();
  await eventually(async () => asked(hq, "batch") === null && (await hq.locator(".grid-row").count()) > NAMES.length);

  const boss = await person("boss", "zh");
  await boss.open(`/statements?batch=${batch.id}&unit=${unit}`);
  for (const [said, off, part] of [["只看一个批次", "不限批次", "batch"], ["只看一个机构", "不限机构", "unit"]]) {
    const only = boss.locator(".label-chip", { hasText: said });
    await only.getByRole("button", { name: off }).click();
    await only.waitFor({ state: "detached" });
    await eventually(async () => asked(boss, part) === null);
  }
  for (const page of [hq, boss]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test("33 on a phone the statement fits the screen, and a line opens what is behind it (en)", async () => {
  const hq = await person("hq", "en", { width: 390, height: 844 });
  await hq.open("/statements?by=person");
  const line = hq.locator(".statement-table .ant-table-row").first();
  await line.waitFor();
  const [page, name] = await Promise.all([hq.locator(".frame-page").evaluate((one) => [one.scrollWidth, one.clientWidth]), line.locator("td").first().boundingBox()]);
  assert.ok(page[0] <= page[1], `${page[0]} wide on a screen of ${page[1]}`);
  assert.ok(name.width >= 80, `names have ${name.width}`);
  // As many figures as fit, each under its own heading.
  assert.deepEqual([await line.locator("td").count(), await hq.locator(".statement-table .ant-table-summary td").count()], [4, 4]);
  await line.locator("button").evaluate((one) => one.click());
  await hq.locator(".ant-drawer .ant-table-row").first().waitFor();
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});
