/**
 * Journey 4. Given a batch; when HQ hands it to a channel and its lead gives it to one person and then balances the team;
 * then three people have the work on their open screens without a reload, and nothing is lost or doubled.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, bring, csv, eventually, person } from "../world.mjs";

const ROWS = Array.from({ length: 30 }, (_, n) => [`Evenly ${String.fromCharCode(65 + Math.floor(n / 10))}${String.fromCharCode(65 + (n % 10))}`, `139000${85100 + n}`, "深圳福田"]);

test("4 a batch goes to a channel, one person, and evenly over the team, live (en)", async () => {
  const hq = await person("hq", "en");
  const batch = await bring(hq, "en", { file: "balance.csv", name: "To be balanced", reason: "Balance", buffer: csv([["Name", "Mobile", "Region"], ...ROWS]) });
  assert.equal(batch.created, ROWS.length);
  await hq.getByRole("button", { name: "Hand out" }).first().click();
  const drawer = hq.locator(".ant-drawer-content, .ant-drawer-section").last();
  await drawer.locator("input[type=radio][value=count]").check();
  await drawer.getByRole("checkbox", { name: /深圳渠道/ }).check();
  await drawer.locator(".ant-input-number-input").first().fill(String(ROWS.length));
  await drawer.locator(".ant-input-number-input").first().blur();
  await drawer.getByRole("button", { name: "Hand out" }).click();
  const mine = async (page) => (await ask(page, `/api/touches?batch=${batch.id}&limit=100`)).items;
  await eventually(async () => (await mine(hq)).length === ROWS.length);

  // A team that no other journey works with.
  const lead = await person("lead", "en");
  const team = (await ask(lead, "/api/units")).find((unit) => unit.name === "福田团队");
  const staff = (await ask(lead, `/api/staff?unit=${team.id}&role=maintainer`)).items;
  await lead.open(`/board?look=table&batch=${batch.id}`);
  await lead.locator(".grid-row").first().waitFor();
  await lead.locator(".grid-head input[type=checkbox]").check();
  await lead.getByRole("button", { name: "Hand out" }).click();
  const dialog = lead.getByRole("dialog");
  await dialog.getByRole("combobox").click();
  await lead.keyboard.type(staff[0].name);
  await lead.locator(".ant-select-item-option").filter({ hasText: `${staff[0].name} · 福田团队` }).first().click();
  await dialog.getByRole("button", { name: "Hand out" }).click();
  await eventually(async () => (await mine(lead)).every((touch) => touch.owner?.id === staff[0].id));

  // Whoever gets nothing has enough already: the two emptiest desks are those that must see something come.
  const desks = (await ask(lead, `/api/board/load?unit=${team.id}`)).filter((desk) => desk.capacity > 0 && staff.slice(1).some((one) => one.id === desk.staff_id));
  desks.sort((a, b) => a.load / a.capacity - b.load / b.capacity);
  const emptiest = desks.slice(0, 2).map((desk) => staff.find((one) => one.id === desk.staff_id));
  const watchers = [];
  for (const one of [staff[0], ...emptiest]) {
    const page = await person(one.login, "en");
    await page.open("/my-day");
    await page.locator("h1, .state h2").first().waitFor();
    watchers.push({ page, one, before: (await ask(page, "/api/my-day")).items.length });
  }
  await lead.open(`/board?look=person&unit=${team.id}`);
  await lead.getByRole("button", { name: "Balance", exact: true }).click();
  const proposal = lead.getByRole("dialog");
  await proposal.locator("li").first().waitFor();
  await proposal.locator(".ant-btn-primary").click();
  await proposal.waitFor({ state: "hidden" });
  for (const { page, one, before } of watchers.slice(1)) {
    // No reload, no question in between: the news moves the list.
    await page.locator(".touch-row, .my-day-news").nth(before).waitFor();
    assert.ok((await ask(page, "/api/my-day")).items.length > before, `${one.name} got nothing`);
  }
  const after = await mine(hq);
  assert.equal(after.length, ROWS.length);
  assert.ok(new Set(after.map((touch) => touch.owner.id)).size >= 3, "spread over three people");
  for (const page of [hq, lead, ...watchers.map((one) => one.page)]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});
