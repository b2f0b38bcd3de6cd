/**
 * Journey 8. Given a batch whose work a maintainer has done; when HQ draws a sample, takes a slip back, accepts two and returns
 * one with a reason (which stays in its field while the server refuses it), and the maintainer mends it;
 * then HQ accepts it too, and the statement counts each work order once.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, bring, csv, eventually, loose, person, send } from "../world.mjs";

const NAMES = ["核验甲", "核验乙", "核验丙"];
const REASON = "备注太短，请写明客户原话";

/** The maintainer opens one work order and records the first result with a note. */
async function recorded(page, name, note) {
  await page.locator(".touch-row").filter({ hasText: name }).click();
  await page.locator(".my-day .pane h2", { hasText: name }).first().waitFor();
  await page.locator(".pad button").first().waitFor();
  await page.locator(".pad button").first().click();
  await page.locator(".result textarea").fill(note);
  await page.keyboard.press("Control+Enter");
  await page.locator(".touch-row").filter({ hasText: name }).waitFor({ state: "detached" });
}

/** HQ draws everything of the batch that waits for a verdict. */
async function drawn(hq, batch) {
  await hq.open("/verification");
  await hq.getByRole("combobox").first().click();
  await hq.keyboard.type(batch.name);
  await hq.locator(".ant-select-item-option").filter({ hasText: batch.name }).click();
  await hq.locator(".page-acts .ant-input-number-input").first().fill("100");
  await hq.getByRole("button", { name: loose("抽取") }).click();
}

test("8 a sample is verified, one result returned and mended, the statement adds up (zh)", async () => {
  const hq = await person("hq", "zh");
  const batch = await bring(hq, "zh", { file: "核验.csv", name: "核验批次", reason: "抽样核验", buffer: csv([["姓名", "手机", "地区"], ...NAMES.map((name, n) => [name, `1390008600${n}`, "深圳南山"])]) });
  const wang = await person("wang", "zh");
  const me = await ask(wang, "/api/me");
  const given = await send(hq, "POST", `/api/batches/${batch.id}/hand-out`, { to: [{ unit_id: me.unit_id, count: NAMES.length }], not_after: me.today });
  assert.ok(given.status < 300, JSON.stringify(given.body));
  const touches = (await ask(hq, `/api/touches?batch=${batch.id}`)).items;
  const to = await send(hq, "POST", "/api/touches/hand-out", { touch_ids: touches.map((one) => one.id), staff_id: me.id });
  assert.ok(to.status < 300, JSON.stringify(to.body));

  await wang.open("/my-day");
  for (const name of NAMES) await recorded(wang, name, "已通话");

  await drawn(hq, batch);
  const slip = hq.locator(".verify-list .grid-row").filter({ hasText: NAMES[0] });
  await slip.click();
  await hq.locator("h2", { hasText: NAMES[0] }).waitFor();
  await hq.keyboard.press("a");
  await slip.waitFor({ state: "detached" });
  await hq.keyboard.press("Control+z");
  await slip.waitFor();
  for (const [name, key] of [[NAMES[0], "a"], [NAMES[1], "r"], [NAMES[2], "a"]]) {
    await hq.locator(".verify-list .grid-row").filter({ hasText: name }).click();
    await hq.locator("h2", { hasText: name }).waitFor();
    await hq.keyboard.press(key);
    if (key === "r") {
      const dialog = hq.getByRole("dialog");
      await dialog.locator("textarea").fill(REASON);
      await hq.route("**/api/touches/*/verification", (route) => route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify({ status: 409, code: "touch_not_done", title: "refused", detail: "refused" }) }), { times: 1 });
      const [refused] = await Promise.all([hq.waitForResponse((answer) => answer.url().endsWith("/verification") && answer.request().method() === "POST"), dialog.locator(".ant-btn-dangerous").click()]);
      assert.equal(refused.status(), 409);
      await dialog.locator(".ant-btn-dangerous:not(.ant-btn-loading)").waitFor();
      assert.equal(await dialog.locator("textarea").inputValue(), REASON);
      await dialog.locator(".ant-btn-dangerous").click();
      await dialog.waitFor({ state: "hidden" });
    }
    await hq.locator(".verify-list .grid-row").filter({ hasText: name }).waitFor({ state: "detached" });
  }

  const row = wang.locator(".touch-row").filter({ hasText: NAMES[1] });
  await row.waitFor();
  await row.click();
  await wang.getByText(REASON).first().waitFor();
  await recorded(wang, NAMES[1], "客户说月底前缴清，已约 28 日回访");

  await drawn(hq, batch);
  await hq.locator(".verify-list .grid-row").filter({ hasText: NAMES[1] }).click();
  await hq.locator("h2", { hasText: NAMES[1] }).waitFor();
  await hq.keyboard.press("a");
  const statement = () => ask(hq, `/api/statements?by=person&batch=${batch.id}`);
  const { totals, rows } = await eventually(async () => { const now = await statement(); return now.totals.verified === NAMES.length ? now : null; });
  assert.equal(totals.handed_out, NAMES.length);
  for (const figure of ["handed_out", "open", "accepted", "done", "failed", "expired", "verified", "returned"]) assert.equal(rows.reduce((sum, one) => sum + one[figure], 0), totals[figure], figure);
  assert.equal(totals.open + totals.accepted + totals.done + totals.failed + totals.expired + totals.verified + totals.returned, totals.handed_out);
  await hq.open(`/statements?by=person&batch=${batch.id}`);
  await hq.locator(".ant-table-summary").getByText(String(NAMES.length)).first().waitFor();
  assert.deepEqual([...hq.faults, ...wang.faults], []);
  await hq.context().close();
  await wang.context().close();
});
