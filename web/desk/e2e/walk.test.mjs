/**
 * The main job, walked in a real browser through all hands, once in Chinese and once in English.
 *
 * Given a sample firm; when HQ brings in a file with a bad cell and hands the batch to a channel, its lead hands it to
 * a maintainer, the maintainer records a result by keyboard, and HQ verifies it;
 * then each of them sees it without being told, and the statement adds up.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { signedIn, startBrowser, startProgram } from "./program.mjs";
import { tellOfFailure } from "./told.mjs";

let program;
let browser;
before(async () => {
  program = await startProgram();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await program?.stop();
});
afterEach(tellOfFailure);

const WORDS = {
  zh: { next: "下一步", start: "开始导入", handOut: "分派", channel: "深圳渠道" },
  en: { next: "Next", start: "Import", handOut: "Hand out", channel: "深圳渠道" },
};

function file(language) {
  const mark = language === "zh" ? 1 : 2;
  const heading = language === "zh" ? "姓名,手机,地区,保单号" : "Name,Mobile,Region,Policy number";
  const rows = [1, 2].map((n) => `走查${mark}${n},1390007${mark}00${n},深圳南山,W${mark}${n}`);
  return { name: `walk-${language}.csv`, mimeType: "text/csv", buffer: Buffer.from([heading, ...rows, `,123,深圳南山,`].join("\r\n")) };
}

const loose = (text) => new RegExp(`^${[...text.replace(/\s/g, "")].join("\\s*")}`);

for (const language of ["zh", "en"]) {
  test(`the main job in ${language}`, async () => {
    const words = WORDS[language];
    const batch = language === "zh" ? "走查批次" : "Walk batch";

    // HQ brings the file in.
    const hq = await signedIn(browser, program.address, "hq", language);
    await hq.goto(`${program.address}/batches/new`);
    await hq.setInputFiles("input[type=file]", file(language));
    await hq.getByRole("button", { name: loose(words.next) }).click();
    await hq.locator(".batch-fields input.ant-input").first().fill(batch);
    await hq.locator(".batch-fields input.ant-input").last().fill(language === "zh" ? "走查：续期提醒" : "Walk: renewal");
    await hq.getByRole("button", { name: loose(words.next) }).click();
    await hq.getByRole("button", { name: loose(words.start) }).click();
    await hq.waitForURL(/\/batches\/bat_/);
    const id = hq.url().split("/").at(-1);
    const imported = await eventually(async () => {
      const one = await ask(hq, `/api/batches/${id}`);
      return one.state === "imported" ? one : null;
    });
    assert.equal(imported.rows, imported.accepted + imported.rejected + imported.duplicates);
    assert.deepEqual([imported.accepted, imported.rejected], [2, 1]);

    // HQ hands it to the channel.
    await hq.getByRole("button", { name: loose(words.handOut) }).first().click();
    const drawer = hq.locator(".ant-drawer-content, .ant-drawer-section").last();
    await drawer.locator("input[type=radio][value=count]").check();
    await drawer.getByRole("checkbox", { name: new RegExp(words.channel) }).check();
    await drawer.locator(".ant-input-number-input").first().fill("2");
    await drawer.locator(".ant-input-number-input").first().blur();
    await drawer.getByRole("button", { name: loose(words.handOut) }).click();
    await eventually(async () => (await ask(hq, `/api/touches?batch=${id}`)).items.length === 2);

    // The lead hands both to 王芳.
    const lead = await signedIn(browser, program.address, "lead", language);
    await lead.goto(`${program.address}/board?look=table&batch=${id}`);
    await lead.locator(".grid-row").first().waitFor();
    await lead.locator(".grid-head input[type=checkbox]").check();
    await lead.getByRole("button", { name: loose(words.handOut) }).click();
    const dialog = lead.getByRole("dialog");
    await dialog.getByRole("combobox").click();
    await lead.keyboard.type("王芳");
    await lead.locator(".ant-select-item-option").filter({ hasText: "王芳" }).first().click();
    await dialog.getByRole("button", { name: loose(words.handOut) }).click();
    await eventually(async () => (await ask(lead, `/api/touches?batch=${id}&state=assigned`)).items.length === 2);

    // 王芳 works them by keyboard.
    const wang = await signedIn(browser, program.address, "wang", language);
    await wang.goto(`${program.address}/my-day`);
    const row = wang.locator(".touch-row").filter({ hasText: `走查${language === "zh" ? 1 : 2}1` });
    await row.click();
    await wang.locator(".my-day .pane h2", { hasText: `走查${language === "zh" ? 1 : 2}1` }).first().waitFor();
    await wang.locator(".pad button").first().waitFor();
    await wang.locator(".pad button").first().click();
    const note = wang.locator("textarea");
    await note.fill(language === "zh" ? "客户说月底缴费" : "Will pay by the end of the month");
    await wang.keyboard.press("Control+Enter");
    const done = await eventually(async () => {
      const all = (await ask(hq, `/api/touches?batch=${id}`)).items;
      return all.find((touch) => ["done", "failed"].includes(touch.state));
    });
    assert.equal(done.customer.name, `走查${language === "zh" ? 1 : 2}1`);

    // HQ verifies, and the statement adds up.
    await hq.goto(`${program.address}/verification`);
    await hq.locator(".verify-list .grid-row").filter({ hasText: done.customer.name }).click();
    await hq.locator(".reason").waitFor();
    await hq.keyboard.press("a");
    await eventually(async () => (await ask(hq, `/api/touches/${done.id}`)).touch.state === "verified");
    const statement = await ask(hq, `/api/statements?by=person&batch=${id}`);
    const { totals } = statement;
    assert.equal(totals.handed_out, 2);
    assert.equal(totals.verified, 1);
    assert.equal(totals.open + totals.accepted + totals.done + totals.failed + totals.expired + totals.verified + totals.returned, 2);
    await hq.goto(`${program.address}/statements?by=person&batch=${id}`);
    await hq.getByText("王芳").first().waitFor();

    for (const page of [hq, lead, wang]) {
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });
}

/** What the page itself would get from the server. */
async function ask(page, path) {
  return page.evaluate(async (address) => (await fetch(address)).json(), path);
}

/** Waits until something holds, and answers with it. */
async function eventually(look, ms = 15_000) {
  const until = Date.now() + ms;
  for (;;) {
    const found = await look().catch(() => null);
    if (found) return found;
    if (Date.now() > until) throw new Error(`not within ${ms} ms: ${look}`);
    await new Promise((go) => setTimeout(go, 150));
  }
}
