/**
 * Journey 2. Given an Excel file of 60 rows with 40 bad cells (25 days that do not exist, 15 rows without a name); when HQ empties one kind for all, brings the file in, fetches
 * the error file, repairs it and brings it in again; then each time rows = accepted + rejected + duplicates, and in the end
 * every row is in.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ask, bring, csv, loose, person, send } from "../world.mjs";
import { rowsOf, workbook } from "../workbook.mjs";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADINGS = ["Name", "Mobile", "Region", "Birthday"];
const [GOOD, BAD_DAYS, NAMELESS] = [20, 25, 15];
const ROWS = Array.from({ length: GOOD + BAD_DAYS + NAMELESS }, (_, n) => [
  n >= GOOD + BAD_DAYS ? "" : `Import ${String.fromCharCode(65 + Math.floor(n / 26))}${String.fromCharCode(65 + (n % 26))}`,
  n >= GOOD + BAD_DAYS ? "" : `139000${82000 + n}`,
  "Shenzhen",
  n >= GOOD && n < GOOD + BAD_DAYS ? "1980-13-45" : "1980-05-06",
]);
const adds = (batch) => assert.equal(batch.rows, batch.accepted + batch.rejected + batch.duplicates);

test("2 an Excel file with 40 bad cells: one kind fixed for all, the rest repaired in the error file (en)", async () => {
  const hq = await person("hq", "en");
  const first = await bring(hq, "en", {
    file: "list.xlsx", mimeType: XLSX, buffer: workbook([HEADINGS, ...ROWS]), name: "Forty bad cells", reason: "To see what is refused",
    fix: async (checked) => {
      const kinds = hq.locator(".sheet tbody tr");
      await kinds.first().waitFor();
      const bad = await kinds.evaluateAll((all) => all.map((row) => Number(row.cells[2].textContent)));
      assert.equal(bad.reduce((sum, n) => sum + n, 0), BAD_DAYS + NAMELESS);
      await kinds.filter({ hasText: "Birthday" }).getByRole("combobox").click();
      await hq.locator(".ant-select-item-option").filter({ hasText: "Leave all empty" }).click();
      await hq.getByRole("button", { name: "Check again" }).click();
      await hq.getByRole("button", { name: "Check again" }).waitFor({ state: "detached" });
      await checked();
    },
  });
  adds(first);
  assert.deepEqual([first.rows, first.accepted, first.rejected], [60, GOOD + BAD_DAYS, NAMELESS]);

  const [download] = await Promise.all([hq.waitForEvent("download"), hq.getByRole("button", { name: "Download the error file" }).click()]);
  const refused = rowsOf(readFileSync(await download.path()));
  const heading = refused.findIndex((row) => row.includes("Mobile"));
  const [name, mobile] = ["Name", "Mobile"].map((one) => refused[heading].indexOf(one));
  const rows = refused.slice(heading + 1);
  assert.equal(rows.length, NAMELESS);
  rows.forEach((row, n) => { row[name] = `Repaired ${String.fromCharCode(65 + n)}`; row[mobile] = `139000${83000 + n}`; });
  const second = await bring(hq, "en", { file: "repaired.xlsx", mimeType: XLSX, buffer: workbook([refused[heading], ...rows]), name: "Repaired", reason: "Repaired rows" });
  adds(second);
  assert.deepEqual([second.rows, second.accepted, second.rejected], [NAMELESS, NAMELESS, 0]);
  const both = await Promise.all([first, second].map(async (batch) => (await ask(hq, `/api/customers?batch=${batch.id}&limit=100`)).items.length));
  assert.equal(both[0] + both[1], ROWS.length);
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

/**
 * Given a file with a row that looks like two customers on file, one that repeats it and one that shares only the phone; when HQ
 * looks at them side by side and decides by keyboard (the second customer; a new one; left out); then that is what is on file.
 */
test("2 duplicates side by side: the same person, a new one, left out (zh)", async () => {
  const hq = await person("hq", "zh");
  const [phone, mail] = [`139${String(Date.now()).slice(-8)}`, `side${Date.now()}@example.com`];
  const made = async (facts) => (await send(hq, "POST", "/api/customers", { facts })).body;
  const first = await made({ name: "并排甲", phone, occupation: "教师" });
  const second = await made({ name: "并排甲", mail });
  const batch = await bring(hq, "zh", {
    file: "并排.csv", name: "并排比对", reason: "看清楚再导入",
    buffer: csv([["姓名", "手机", "邮箱", "职业"], ["并排甲", phone, mail, "会计"], ["并排甲", phone, "", "司机"], ["并排乙", phone, "", ""]]),
    fix: async () => {
      const rows = hq.locator("[data-alike]");
      await rows.nth(2).waitFor();
      assert.deepEqual(await rows.evaluateAll((all) => all.map((one) => one.dataset.alike)), ["2", "3", "4"]);
      await rows.first().locator("td.differs", { hasText: "教师" }).waitFor();
      assert.equal(await rows.first().locator("thead a").count(), 2, "both customers on file");
      const ways = rows.first().getByRole("radio");
      assert.equal(await ways.first().isChecked(), true, "the likeliest, by the rule");
      // J goes to a row, its numbers decide: the second customer; a new one; left out.
      await hq.keyboard.press("j");
      await hq.keyboard.press("2");
      await rows.first().getByText("已决定").waitFor();
      await hq.keyboard.press("j");
      await rows.nth(1).getByRole("radio", { name: loose("另一位新客户") }).check();
      await rows.nth(1).getByText("已决定").waitFor();
      await hq.keyboard.press("j");
      await rows.nth(2).getByRole("radio", { name: loose("不导入这一行") }).check();
      await hq.getByText("已决定 3 行").waitFor();
    },
  });
  adds(batch);
  assert.deepEqual([batch.created, batch.updated, batch.duplicates], [1, 1, 3]);
  const occupation = async ({ id }) => (await ask(hq, `/api/customers/${id}`)).facts.find((fact) => fact.key === "occupation")?.value;
  assert.deepEqual([await occupation(first), await occupation(second)], ["教师", "会计"]);
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

/** Says how the file is read, in the field of that name, and waits for a heading of what is read then. */
async function saysOf(hq, field, option, heading) {
  await hq.getByRole("combobox", { name: field }).click();
  await hq.locator(".ant-select-item-option").filter({ hasText: option }).click();
  await hq.locator(".sheet thead th", { hasText: heading }).first().waitFor();
}

/** Given a workbook whose first sheet is a cover; when HQ names the second; then that one is read and comes in. */
test("2 the list stands on the second sheet (en)", async () => {
  const hq = await person("hq", "en");
  const list = [HEADINGS, ["Second Sheet A", "13900084011", "Shenzhen", "1980-05-06"], ["Second Sheet B", "13900084012", "Shenzhen", "1981-05-06"]];
  const batch = await bring(hq, "en", {
    file: "cover.xlsx", mimeType: XLSX, buffer: workbook({ "Read me": [["How to read this list"], ["One line for each customer"]], List: list }), name: "Second sheet", reason: "The list is on the second sheet",
    read: async () => {
      await hq.locator(".sheet", { hasText: "One line for each customer" }).waitFor();
      await saysOf(hq, "Sheet", "List", "Mobile");
    },
  });
  adds(batch);
  assert.deepEqual([batch.rows, batch.accepted], [2, 2]);
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

/** Given a list in GB18030; when it is said to be Big5, the headings are no words; when it is said right, they are, and its rows come in. */
test("2 a list whose encoding was said wrongly is put right (zh)", async () => {
  const hq = await person("hq", "zh");
  // 姓名,手机,地区 and two rows, as a Chinese spreadsheet writes a text table.
  const buffer = Buffer.from("d0d5c3fb2ccad6bbfa2cb5d8c7f80d0ab8c4c2ebbcd72c31333930303038343030312cc9eedbda0d0ab8c4c2ebd2d22c31333930303038343030322cc9eedbda", "hex");
  const batch = await bring(hq, "zh", {
    file: "改码.csv", buffer, name: "改码批次", reason: "编码改对再导入",
    read: async () => {
      await hq.locator(".sheet thead th", { hasText: "姓名" }).waitFor();
      await hq.getByRole("combobox", { name: "编码" }).click();
      await hq.locator(".ant-select-item-option").filter({ hasText: "Big5" }).click();
      await hq.locator(".sheet thead th", { hasText: "姓名" }).waitFor({ state: "detached" });
      await saysOf(hq, "编码", "GB18030", "姓名");
    },
  });
  adds(batch);
  assert.deepEqual([batch.rows, batch.accepted], [2, 2]);
  assert.ok((await ask(hq, `/api/customers?batch=${batch.id}&limit=10`)).items.some((one) => one.name === "改码甲"));
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

/** Given an import whose columns are mapped and whose reason is written; when it is dropped and the toast takes that back; then all of it is there again. */
test("2 an import that was dropped comes back by the toast (zh)", async () => {
  const hq = await person("hq", "zh");
  await hq.open("/batches/new");
  await hq.setInputFiles("input[type=file]", { name: "反悔.csv", mimeType: "text/csv", buffer: csv([["姓名", "手机"], ["反悔甲", "13900084021"]]) });
  await hq.getByRole("button", { name: loose("下一步") }).click();
  const reason = hq.locator(".batch-fields input.ant-input").last();
  await reason.fill("先别丢");
  await hq.getByRole("button", { name: loose("放弃这次导入") }).click();
  await hq.getByText("把文件拖到这里，或点击选择").waitFor();
  await hq.locator(".undo-bar button").click();
  await reason.waitFor();
  assert.equal(await reason.inputValue(), "先别丢");
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});
