/**
 * Journey 16. Given a maintainer with customers; when the administrator records that they leave and who inherits,
 * then they are out and their customers are orphans; when the day is planned, the orphans get first contacts on the heir's list;
 * when the lead hands the customers over, the heir owns them, and nobody is left over.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signedIn } from "../program.mjs";
import { ask, eventually, loose, person, send, world } from "../world.mjs";

test("16 someone leaves: orphans, first contacts, hand-over (zh)", async () => {
  const { browser, address } = await world();
  const lead = await person("lead", "zh");
  const team = (await ask(lead, "/api/units")).find((unit) => unit.name === "罗湖团队");
  const [leaver, heir] = (await ask(lead, `/api/staff?unit=${team.id}&role=maintainer`)).items.filter((one) => !one.left_on);
  const owned = async (staff) => (await ask(lead, `/api/customers?owner=${staff.id}&limit=200`)).items;
  const theirs = await owned(leaver);
  assert.ok(theirs.length > 0, `${leaver.name} has no customers`);
  const gone = await signedIn(browser, address, leaver.login, "zh");

  const admin = await person("admin", "zh");
  await admin.open(`/settings?part=staff&q=${encodeURIComponent(leaver.login)}`);
  const row = admin.locator(`tr[data-row-key="${leaver.id}"]`);
  await row.getByRole("button").last().click();
  await admin.getByRole("menuitem", { name: loose("离职交接") }).click();
  const form = admin.getByRole("dialog");
  await form.locator('[id$="heir_id"]').click();
  await admin.keyboard.type(heir.name);
  await admin.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option").filter({ hasText: heir.name }).first().click();
  await form.locator(".ant-btn-dangerous").click();
  await form.waitFor({ state: "hidden" });
  await row.getByText("离职").first().waitFor();
  assert.equal(await gone.evaluate(async () => (await fetch("/api/me")).status), 401);
  await gone.context().close();

  const hq = await person("hq", "zh");
  const today = (await ask(hq, "/api/me")).today;
  const run = await send(hq, "POST", "/api/plan-runs", { day: today });
  assert.ok(run.status < 300, JSON.stringify(run.body));
  const contacts = (await ask(lead, `/api/touches?owner=${heir.id}&limit=200`)).items.filter((touch) => touch.business_type === "orphan" && theirs.some((one) => one.id === touch.customer.id));
  assert.ok(contacts.length > 0, "no first contact on the heir's list");

  await lead.open("/board");
  await lead.getByRole("button", { name: loose("离职交接") }).click();
  const dialog = lead.getByRole("dialog");
  await dialog.getByRole("combobox").first().click();
  await lead.keyboard.type(leaver.name);
  await lead.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option").filter({ hasText: leaver.name }).first().click();
  // The heir that was named is proposed.
  await dialog.getByText(heir.name).first().waitFor();
  await dialog.locator(".ant-modal-footer .ant-btn-primary:enabled").click();
  await lead.waitForURL(/\/customers\?.*bulk=/);
  const id = new URL(lead.url()).searchParams.get("bulk");
  const done = await eventually(async () => { const one = await ask(lead, `/api/bulk-edits/${id}`); return one.state === "done" ? one : null; }, 60_000);
  assert.deepEqual([done.changed, done.refused], [theirs.length, 0]);
  assert.deepEqual(await owned(leaver), []);
  const now = new Set((await owned(heir)).map((one) => one.id));
  assert.ok(theirs.every((one) => now.has(one.id)));
  for (const page of [lead, admin, hq]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});
