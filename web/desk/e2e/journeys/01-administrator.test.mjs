/**
 * Journey 1. Given an administrator who was just hired; when they sign in, set a password of their own and a second factor,
 * add a branch and two people; then the next sign-in asks for the code, and the two set their passwords and sign in to their
 * branch.
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { signedIn } from "../program.mjs";
import { ask, eventually, loose, person, send, world } from "../world.mjs";

const HANDED = "first-Day-2026";
const PASSWORD = "own-Words-2026";

/** Signs in with the password that was handed over, sets another, and signs in with that. */
async function arrive(browser, address, login) {
  const page = await signedIn(browser, address, login, "zh", HANDED);
  await page.getByRole("heading", { name: "请设置自己的密码" }).waitFor();
  assert.equal((await ask(page, "/api/me")).duty, "set_password");
  await page.locator("input[autocomplete=new-password]").fill(PASSWORD);
  await page.getByRole("button", { name: loose("设置密码") }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/sign-in"));
  await page.context().close();
  return signedIn(browser, address, login, "zh", PASSWORD);
}

/** The six digits of an authenticator app (RFC 6238), some steps of 30 s ahead. */
function digits(secret, ahead = 0) {
  const bits = [...secret.replace(/=/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = mac.at(-1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function filled(dialog, fields) {
  for (const [name, text] of Object.entries(fields)) await dialog.locator(`[id$="${name}"]`).fill(text);
}

/** Chooses in a field of a form, as a person does: open, type, Enter. */
async function chosen(page, dialog, name, text) {
  await dialog.locator(`[id$="${name}"]`).click();
  await page.keyboard.type(text);
  await page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option").filter({ hasText: text }).first().click();
}

test("1 a new administrator: second factor, a branch, two people (zh)", async () => {
  const { browser, address } = await world();
  const old = await person("admin", "zh");
  const top = (await ask(old, "/api/units")).find((unit) => unit.parent_id === null);
  const made = await send(old, "POST", "/api/staff", { login: "admin2", name: "新管理员", role: "admin", unit_id: top.id, capacity_per_day: 0, password: HANDED });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await old.context().close();

  const page = await arrive(browser, address, "admin2");
  await page.goto(`${address}/settings?part=account`);
  await page.getByRole("button", { name: loose("设置验证器") }).click();
  const secret = await page.locator("a[href^=otpauth]").textContent();
  await page.locator("input[autocomplete=one-time-code]").fill(digits(secret));
  await page.getByRole("button", { name: loose("确认开启") }).click();
  // Whoever sits there proves who they are, and gets the recovery codes once.
  const proof = page.getByRole("dialog");
  await proof.locator("input[type=password]").fill(PASSWORD);
  await proof.locator("button[type=submit]").click();
  const codes = page.getByRole("dialog").filter({ hasText: "恢复码" });
  assert.ok((await codes.locator("textarea").inputValue()).split("\n").length >= 8);
  await codes.getByRole("button", { name: loose("我已保存") }).click();
  await eventually(async () => (await ask(page, "/api/me")).second_factor === true);
  await page.context().close();

  const again = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const admin = await again.newPage();
  await admin.goto(`${address}/sign-in`);
  await admin.locator("input[autocomplete=username]").fill("admin2");
  await admin.locator("input[type=password]").fill(PASSWORD);
  await admin.keyboard.press("Enter");
  const code = admin.locator("input[autocomplete=one-time-code]");
  await code.waitFor();
  // Another code than the one that was used: a code counts once.
  await code.fill(digits(secret, 1));
  await admin.keyboard.press("Enter");
  await admin.waitForURL((url) => !url.pathname.startsWith("/sign-in"));

  await admin.goto(`${address}/settings?part=units`);
  await admin.getByRole("button", { name: loose("新增机构") }).click();
  const unit = admin.getByRole("dialog");
  await filled(unit, { name: "龙华团队", region: "深圳龙华" });
  await unit.locator('[id$="region"]').press("Enter");
  const branch = await eventually(async () => (await ask(admin, "/api/units")).find((one) => one.name === "龙华团队"));
  await unit.waitFor({ state: "hidden" });

  await admin.getByRole("tab", { name: "员工" }).click();
  for (const [login, name] of [["longhua1", "龙一"], ["longhua2", "龙二"]]) {
    await admin.getByRole("button", { name: loose("新增员工") }).click();
    const form = admin.getByRole("dialog");
    await filled(form, { name, login, password: HANDED });
    await chosen(admin, form, "unit_id", "龙华团队");
    await form.locator('[id$="password"]').press("Enter");
    await eventually(async () => (await ask(admin, `/api/staff?unit=${branch.id}`)).items.some((one) => one.login === login));
    await form.waitFor({ state: "hidden" });
  }
  // The list shows a page of the firm, more on demand, and finds one of them by a part of the name.
  const list = admin.locator(".ant-table-row");
  await admin.getByText(/已显示 50 人，共 \d+ 人/).waitFor();
  assert.equal(await list.count(), 50);
  await admin.getByRole("button", { name: loose("加载更多") }).click();
  await admin.getByText(/已显示 100 人，共 \d+ 人/).waitFor();
  assert.equal(await list.count(), 100);
  await admin.getByPlaceholder(loose("按姓名或账号查找")).fill("龙一");
  await admin.getByText("共 1 人", { exact: true }).waitFor();
  await list.filter({ hasText: "longhua1" }).waitFor();
  const people = (await ask(admin, `/api/staff?unit=${branch.id}`)).items;
  assert.deepEqual(people.map((one) => [one.name, one.role]).sort(), [["龙一", "maintainer"], ["龙二", "maintainer"]]);
  await again.close();

  const first = await arrive(browser, address, "longhua1");
  assert.equal((await ask(first, "/api/me")).unit_name, "龙华团队");
  assert.match(first.url(), /\/my-day/);
  await first.context().close();
});
