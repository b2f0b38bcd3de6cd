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
