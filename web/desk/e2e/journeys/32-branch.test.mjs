/**
 * Journey 32. Given an administrator of a branch; when they open what holds in the whole firm; then they read it, nothing can be
 * changed there, and a line says who may; somebody of operations there reads plans in the same way; when the administrator
 * records by mistake that somebody left and takes it back, or brings a person back who left, then that person signs in again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signedIn } from "../program.mjs";
import { ask, eventually, loose, person, send, world } from "../world.mjs";

const HANDED = "first-Day-2026";
const PASSWORD = "own-Words-2026";

/** A person of 深圳渠道, with a password of their own. */
async function ofBranch(login, name, role) {
  const { browser, address } = await world();
  const admin = await person("admin", "zh");
  const branch = (await ask(admin, "/api/units")).find((unit) => unit.name === "深圳渠道");
  const made = await send(admin, "POST", "/api/staff", { login, name, role, unit_id: branch.id, capacity_per_day: 0, password: HANDED });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await admin.context().close();
  const first = await signedIn(browser, address, login, "zh", HANDED);
  await first.locator("input[autocomplete=new-password]").fill(PASSWORD);
  await first.getByRole("button", { name: loose("设置密码") }).click();
  await first.waitForURL((url) => url.pathname.startsWith("/sign-in"));
  await first.context().close();
  return signedIn(browser, address, login, "zh", PASSWORD);
}

test("32 a branch reads what head office decides; who left by mistake comes back (zh)", async () => {
  const { browser, address } = await world();
  const page = await ofBranch("admin_sz", "深圳管理员", "admin");
  assert.equal((await ask(page, "/api/me")).seat, "below");
  await page.goto(`${address}/settings?part=sign-in`);
  await page.getByText("只有总部的管理员可以修改").waitFor();
  assert.equal(await page.locator(".frame-page input[type=checkbox]:enabled").count(), 0);
  assert.equal(await page.locator(".frame-page button[type=submit]").count(), 0);
  await page.goto(`${address}/settings?part=webhooks`);
  await page.getByText("只有总部的管理员可以修改").waitFor();
  for (const part of ["rules", "keep"]) {
    await page.goto(`${address}/settings?part=rights&of=${part}`);
    await page.getByText("只有总部的质检或管理员可以修改").waitFor();
    assert.equal(await page.locator(".frame-page input[type=checkbox]:enabled").count(), 0, part);
  }
  for (const part of ["facts", "labels", "scripts", "templates", "gifts", "calendar"]) {
    await page.goto(`${address}/settings?part=${part}`);
    await page.getByText("只有总部机构的“总部”角色或管理员可以修改").waitFor();
    assert.equal(await page.locator(".frame-page .page-acts .ant-btn-primary").count(), 0, part);
  }
  await page.goto(`${address}/settings?part=rights&of=holds`);
  await page.getByText("只有总部的质检或管理员可以设置和解除").waitFor();
  assert.equal(await page.getByRole("button", { name: loose("保全全公司") }).count(), 0);

  const operator = await ofBranch("hq_sz", "深圳运营", "hq");
  for (const path of ["/plans", "/plans?part=playbooks", "/plans?part=runs", "/settings?part=results", "/settings?part=remarks", "/settings?part=processes"]) {
    await operator.goto(`${address}${path}`);
    await operator.getByText(/只有总部机构的“总部”角色(或管理员)?可以修改/).waitFor();
    assert.equal(await operator.locator(".frame-page .ant-btn-primary").count(), 0, path);
  }
  await operator.goto(`${address}/plans`);
  await operator.locator(".ant-table-row a").first().click();
  await operator.locator("textarea.plan-text[readonly]").waitFor();
  await operator.getByText("只有总部机构的“总部”角色可以修改").waitFor();
  assert.equal(await operator.locator(".page-acts .ant-btn-primary").count(), 0);

  const branch = (await ask(page, "/api/me")).unit_id;
  const made = await send(page, "POST", "/api/staff", { login: "by_mistake", name: "误办离职", role: "maintainer", unit_id: branch, capacity_per_day: 10, password: HANDED });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const state = async () => (await ask(page, `/api/staff/${made.body.id}`)).left_on;
  const row = page.locator(`tr[data-row-key="${made.body.id}"]`);
  const leaves = async () => {
    await row.getByRole("button").last().click();
    await page.getByRole("menuitem", { name: loose("离职交接") }).click();
    await page.getByRole("dialog").locator(".ant-btn-dangerous").click();
    await row.getByRole("button", { name: loose("恢复在职") }).waitFor();
  };
  await page.goto(`${address}/settings?part=staff&q=by_mistake`);
  await leaves();
  await page.locator(".undo-bar").getByRole("button").click();
  await eventually(async () => (await state()) === null);
  await row.getByText("在职", { exact: true }).waitFor();
  await leaves();
  await row.getByRole("button", { name: loose("恢复在职") }).click();
  await page.getByRole("dialog").locator(".ant-btn-primary").click();
  await row.getByText("在职", { exact: true }).waitFor();
  const again = await signedIn(browser, address, "by_mistake", "zh", HANDED);
  await again.getByRole("heading", { name: "请设置自己的密码" }).waitFor();
  for (const one of [page, operator, again]) {
    assert.deepEqual(one.faults, []);
    await one.context().close();
  }
});
