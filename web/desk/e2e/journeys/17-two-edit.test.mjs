/**
 * Journey 17. Given two people with one customer open; when both change a fact; then each sees that the other is there,
 * the second is not allowed to overwrite silently, is told, and saves on top of the newest.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, person, send } from "../world.mjs";

test("17 the second of two editors is warned (zh)", async () => {
  const hq = await person("hq", "zh");
  const wang = await person("wang", "zh");
  const mine = (await ask(wang, "/api/customers?limit=1")).items[0];
  await hq.open(`/customers/${mine.id}`);
  await wang.open(`/customers/${mine.id}`);
  await wang.getByText("林晓 也在看").waitFor();
  const seen = await ask(wang, `/api/customers/${mine.id}`);
  const first = await send(hq, "PATCH", `/api/customers/${mine.id}`, { facts: { occupation: "教师" } }, { "if-match": `"${seen.version}"` });
  assert.ok(first.status < 300, JSON.stringify(first.body));
  const second = await send(wang, "PATCH", `/api/customers/${mine.id}`, { facts: { occupation: "医生" } }, { "if-match": `"${seen.version}"` });
  assert.equal(second.status, 412);

  // On the screen: 王芳 is writing when the colleague saves another value; she is shown both before anything is saved.
  const edit = wang.getByRole("button", { name: "修改“职业”" });
  await edit.click();
  const field = wang.getByRole("textbox", { name: "职业" });
  await field.fill("护士");
  await hq.getByText("王芳 正在修改").waitFor();
  const now = await ask(hq, `/api/customers/${mine.id}`);
  assert.ok((await send(hq, "PATCH", `/api/customers/${mine.id}`, { facts: { occupation: "律师" } }, { "if-match": `"${now.version}"` })).status < 300);
  const conflict = wang.locator(".fact-conflict");
  await conflict.getByText("律师").waitFor();
  assert.equal(await field.inputValue(), "护士", "what she wrote is kept");
  await wang.keyboard.press("Enter");
  assert.equal((await ask(wang, `/api/customers/${mine.id}`)).facts.find((fact) => fact.key === "occupation").value, "律师", "nothing was overwritten unseen");
  await conflict.getByRole("button", { name: "保留我的" }).click();
  await field.press("Enter");
  await eventually(async () => (await ask(wang, `/api/customers/${mine.id}`)).facts.find((fact) => fact.key === "occupation").value === "护士");
  await edit.click();
  await field.fill("司机");
  const newest = await ask(hq, `/api/customers/${mine.id}`);
  assert.ok((await send(hq, "PATCH", `/api/customers/${mine.id}`, { facts: { occupation: "教师" } }, { "if-match": `"${newest.version}"` })).status < 300);
  await conflict.getByRole("button", { name: "采用对方的" }).click();
  await wang.getByText("教师").first().waitFor();
  assert.equal((await eventually(async () => (await ask(wang, `/api/customers/${mine.id}`)).facts.find((fact) => fact.key === "occupation"))).value, "教师");
  await hq.context().close();
  await wang.context().close();
});
