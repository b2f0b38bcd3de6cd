/**
 * Journey: two records of one person. Given a second record of a customer with the same phone; when 王芳 sees the hint,
 * compares both side by side, takes the other's occupation and merges by keyboard; then one record is left, the old
 * link leads to it, and the toast parts them again as they were.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person, send } from "../world.mjs";

test("two records are merged side by side and parted by the toast (zh)", async () => {
  const page = await person("wang", "zh");
  const number = `139${String(Date.now()).slice(-8)}`;
  const made = async (occupation) => (await send(page, "POST", "/api/customers", { facts: { name: "林小满", phone: number, occupation } })).body;
  const kept = await made("教师");
  const other = await made("会计");

  await page.open(`/customers/${kept.id}`);
  await page.getByText("疑似重复").waitFor();
  await page.getByRole("link", { name: "与林小满并排比对" }).click();
  await page.getByRole("heading", { name: "合并客户" }).waitFor();
  await page.getByRole("radio", { name: "会计" }).check();
  await page.keyboard.press("Control+Enter");
  await page.locator(".undo-bar").waitFor();
  await page.getByText("已并入的记录").waitFor();
  const merged = await ask(page, `/api/customers/${other.id}`);
  assert.equal(merged.id, kept.id);
  assert.equal(merged.facts.find((fact) => fact.key === "occupation").value, "会计");

  await page.locator(".undo-bar button").click();
  const back = await eventually(async () => {
    const now = await ask(page, `/api/customers/${other.id}`);
    return now.id === other.id ? now : null;
  });
  assert.equal(back.facts.find((fact) => fact.key === "occupation").value, "会计");
  assert.equal((await ask(page, `/api/customers/${kept.id}`)).facts.find((fact) => fact.key === "occupation").value, "教师");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("an old link leads to the record that stays, and a split says what stays (en)", async () => {
  const page = await person("wang", "en");
  const number = `138${String(Date.now()).slice(-8)}`;
  const made = async () => (await send(page, "POST", "/api/customers", { facts: { name: "Lin Xiaoman", phone: number } })).body;
  const [kept, other] = [await made(), await made()];
  const body = { other_id: other.id, other_version: other.version, take: [], reason: "same phone" };
  const merged = await send(page, "POST", `/api/customers/${kept.id}/merges`, body, { "if-match": `"${kept.version}"` });
  assert.equal(merged.status, 201, JSON.stringify(merged.body));

  await page.open(`/customers/${other.id}`);
  await page.waitForURL(new RegExp(kept.id));
  await page.getByRole("button", { name: "Part Lin Xiaoman" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/stays with this customer|Goes back/).first().waitFor();
  await dialog.getByRole("textbox").fill("mother and daughter");
  await dialog.getByRole("button", { name: "Part", exact: true }).click();
  await eventually(async () => (await ask(page, `/api/customers/${other.id}`)).id === other.id);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

/**
 * Given two records side by side with a choice made and a reason written; when a colleague changes the record that is to stay;
 * then the page says what was changed and merges nothing until that was looked at; the choice and the reason are still there,
 * and the merge takes them.
 */
test("what was chosen outlives a colleague's change (zh)", async () => {
  const page = await person("wang", "zh");
  const hq = await person("hq", "zh");
  const number = `137${String(Date.now()).slice(-8)}`;
  const made = async (occupation) => (await send(page, "POST", "/api/customers", { facts: { name: "林大满", phone: number, occupation } })).body;
  const [kept, other] = [await made("教师"), await made("会计")];
  await page.open(`/customers/${kept.id}/merge?other=${other.id}`);
  await page.getByRole("radio", { name: "会计" }).check();
  const reason = page.getByPlaceholder("为什么是同一个人（可不填）");
  await reason.fill("同一个手机");
  const changed = await send(hq, "PATCH", `/api/customers/${kept.id}`, { facts: { occupation: "医生" } }, { "if-match": `"${kept.version}"` });
  assert.ok(changed.status < 300, JSON.stringify(changed.body));
  await page.getByText("其中一条记录刚被改过").waitFor();
  await page.getByRole("radio", { name: "医生" }).waitFor();
  assert.equal(await page.getByRole("radio", { name: "会计" }).isChecked(), true);
  assert.equal(await reason.inputValue(), "同一个手机");
  // What nobody looked at is not merged.
  await page.keyboard.press("Control+Enter");
  assert.equal(await page.locator(".page .ant-btn-primary").isDisabled(), true);
  assert.equal((await ask(page, `/api/customers/${other.id}`)).id, other.id);
  await page.getByRole("button", { name: loose("看过了") }).click();
  await page.getByText("其中一条记录刚被改过").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Enter");
  await page.getByText("已并入的记录").waitFor();
  const merged = await ask(page, `/api/customers/${other.id}`);
  assert.equal(merged.id, kept.id);
  assert.equal(merged.facts.find((fact) => fact.key === "occupation").value, "会计");
  assert.deepEqual([...page.faults, ...hq.faults], []);
  await page.context().close();
  await hq.context().close();
});

test("a comparison without the other record says where one begins (en)", async () => {
  const page = await person("wang", "en");
  const mine = (await ask(page, "/api/customers?limit=1")).items[0];
  await page.open(`/customers/${mine.id}/merge`);
  await page.getByText("No other record is chosen").waitFor();
  await page.getByRole("link", { name: "Back to the customer" }).click();
  await page.waitForURL(new RegExp(`/customers/${mine.id}$`));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
