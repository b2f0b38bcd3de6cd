/**
 * Journey: two records of one person. Given a second record of a customer with the same phone; when 王芳 sees the hint,
 * compares both side by side, takes the other's occupation and merges by keyboard; then one record is left, the old
 * link leads to it, and the toast parts them again as they were.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, person, send } from "../world.mjs";

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
