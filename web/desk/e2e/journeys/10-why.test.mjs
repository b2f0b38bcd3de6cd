/**
 * Journey 10. Given a gold customer whose birthday is tomorrow and whose renewal is due a week after; when "why?" is asked on the
 * page for that day; then the birthday says that the one contact of the day held it back, and for which plan; every plan names the
 * first condition that decided; and today the birthday is not due.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, person, send } from "../world.mjs";

const later = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

test("10 why, and why not: the cap held a birthday back, and for which plan (zh)", async () => {
  const page = await person("wang", "zh");
  const today = (await ask(page, "/api/me")).today;
  const tomorrow = later(today, 1);
  const facts = { name: "盖满堂", phone: "13900091010", region: "深圳南山", tier: "gold", lifecycle: "active", birthday: `1980${tomorrow.slice(4)}` };
  const made = await send(page, "POST", "/api/customers", { facts });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id } = made.body;
  const policy = await send(page, "POST", `/api/customers/${id}/agreements`, { kind: "policy", number: "P-91010", product: "康宁终身", status: "active", start: "2019-12-01", due: later(tomorrow, 7), premium: { minor: 1240000, currency: "CNY" } });
  assert.ok(policy.status < 300, JSON.stringify(policy.body));
  await eventually(async () => (await ask(page, `/api/customers/${id}/why?day=${tomorrow}`)).answers.some((one) => one.held_by));

  await page.open(`/customers/${id}`);
  await page.locator("h1", { hasText: "盖满堂" }).waitFor();
  await page.keyboard.press("w");
  const rows = page.locator(".why-row");
  await rows.first().waitFor();
  const birthday = rows.filter({ hasText: "金卡生日致电" }).first();
  await birthday.getByText("未到").waitFor();
  await page.getByRole("textbox", { name: "哪一天" }).fill(tomorrow);
  await page.keyboard.press("Enter");
  await birthday.getByText("暂缓").waitFor();
  const why = await ask(page, `/api/customers/${id}/why?day=${tomorrow}`);
  assert.equal(await rows.count(), why.answers.length);
  assert.ok(why.answers.every((one) => one.because), "an answer without a reason");
  await page.getByText("近 30 天已联系").waitFor();
  await birthday.getByText(/让位于\s*.*T-7/).waitFor();
  await rows.filter({ hasText: "续期提醒 T-7" }).first().getByText("到期应联系").waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
