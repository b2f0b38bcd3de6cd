/**
 * The trace of a sale. Given a maintainer whose customer's car cover can be renewed; when she opens a trace on the
 * customer's page and tries to close it at once; then she is told step by step what is missing. When she supplies each
 * step, the remark put into the firm's form for her; then the sale closes, quality finds it in the list and takes the
 * evidence file out.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person, send } from "../world.mjs";

const WORDS = {
  zh: { open: "开立追溯", save: "保存", sell: "成交", ok: "知道了", show: "补凭证", form: "采用统一格式", note: "备注", supply: "提交备注", file: "选择文件", points: "已说明免责", out: "导出凭证文件", why: "监管检查" },
  en: { open: "Open a trace", save: "Save", sell: "Close as sold", ok: "OK", show: "Supply", form: "Put into the form", note: "remark", supply: "Supply the remark", file: "Choose a file", points: "exclusions told: not covered", out: "Evidence file", why: "the regulator asks" },
};
const PDF = { name: "quote.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n% a quote\n") };

/** A customer of hers for whom the car process can be opened. */
async function customerWithCar(page) {
  const { items } = await ask(page, "/api/customers?limit=200");
  for (const { id } of items) {
    const { choices, traces } = await ask(page, `/api/customers/${id}/traces`);
    if (traces.length === 0 && choices[0]?.process === "car_renewal_quote") return id;
  }
  throw new Error("nobody of hers has a car");
}

for (const language of ["zh", "en"]) {
  test(`a sale leaves evidence for every step, or is not closed (${language})`, async () => {
    const words = WORDS[language];
    const page = await person("wang", language);
    const customer = await customerWithCar(page);
    await page.open(`/customers/${customer}`);
    await page.getByRole("button", { name: loose(words.open) }).click();
    await page.getByRole("dialog").getByRole("button", { name: loose(words.save) }).click();
    await page.waitForURL(/\/traces\/trc_/);
    const id = page.url().split("/").at(-1);
    await page.locator(".trace-step").first().waitFor();
    assert.equal(await page.locator(".trace-step.gap").count(), 5);

    // Closed at once: refused, with the list.
    await page.keyboard.press("e");
    const refused = page.locator(".trace-gaps li");
    await refused.first().waitFor();
    assert.equal(await refused.count(), 5);
    await page.locator(".ant-modal-confirm-btns button").click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    // Each step by what it accepts: a remark in the form, or a file.
    for (let left = 5; left > 0; left -= 1) {
      await page.locator(".trace-step.gap").first().getByRole("button").click();
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      const note = dialog.locator(".ant-segmented-item").filter({ hasText: loose(words.note) });
      if (await note.count()) {
        await note.click();
        await dialog.locator("textarea").fill(words.points);
        await dialog.getByRole("button", { name: loose(words.form) }).click();
        await page.waitForFunction(() => /【|\[/.test(document.querySelector(".supply textarea")?.value ?? ""));
        const text = await dialog.locator("textarea").inputValue();
        const filled = language === "zh" ? text.replace("【方式】…", "【方式】电话").replace("…", "无") : text.replace("[By] …", "[By] phone").replace("…", "none");
        await dialog.locator("textarea").fill(filled);
        await dialog.getByRole("button", { name: loose(words.supply) }).click();
      } else {
        const file = dialog.locator(".ant-segmented-item").filter({ hasText: /^(文件|file)$/ });
        if (await file.count()) await file.click();
        await dialog.locator("input[type=file]").setInputFiles(PDF);
      }
      await dialog.waitFor({ state: "hidden" });
      await eventually(async () => (await ask(page, `/api/traces/${id}`)).gaps === left - 1);
      await page.waitForFunction((wanted) => document.querySelectorAll(".trace-step.gap").length === wanted, left - 1);
    }
    await page.getByRole("button", { name: loose(words.sell) }).click();
    await page.locator(".record-head .badge.done").waitFor();
    assert.equal((await ask(page, `/api/traces/${id}`)).state, "sold");
    const late = await send(page, "POST", `/api/traces/${id}/evidence`, { step: "card", kind: "note", remark: "" });
    assert.equal(late.body.code, "trace_closed");
    assert.deepEqual(page.faults, []);
    await page.context().close();

    const quality = await person("qa", language);
    await quality.open("/traces?state=sold");
    await quality.locator(`a[href="/traces/${id}"]`).click();
    await quality.getByRole("button", { name: loose(words.out) }).first().click();
    const reason = quality.getByRole("dialog");
    await reason.locator("textarea").fill(words.why);
    const [download] = await Promise.all([quality.waitForEvent("download"), reason.getByRole("button", { name: loose(words.out) }).click()]);
    assert.equal(download.suggestedFilename(), `${id}.zip`);
    assert.deepEqual(quality.faults, []);
    await quality.context().close();
  });
}
