/**
 * Journey 2. Given an Excel file of 60 rows with 40 bad cells (25 days that do not exist, 15 rows without a name); when HQ empties one kind for all, brings the file in, fetches
 * the error file, repairs it and brings it in again; then each time rows = accepted + rejected + duplicates, and in the end
 * every row is in.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ask, bring, person } from "../world.mjs";
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
