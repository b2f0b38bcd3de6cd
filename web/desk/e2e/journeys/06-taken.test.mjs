/**
 * Journey 6. Given a work order that waits for somebody, and two people who look at its customer; when the first takes it
 * and the second, whose screen has not heard of it yet, tries to; then the second is told who has it, and the work order has one owner.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, bring, csv, person, send } from "../world.mjs";

test("6 a work order that another took cannot be taken twice, and the second sees who has it (en)", async () => {
  const hq = await person("hq", "en");
  const batch = await bring(hq, "en", { file: "one.csv", name: "One to take", reason: "Take it", buffer: csv([["Name", "Mobile", "Region"], ["Taken Once", "13900097001", "深圳南山"]]) });
  const lead = await person("lead", "en");
  const channel = (await ask(lead, "/api/me")).unit_id;
  const handed = await send(hq, "POST", `/api/batches/${batch.id}/hand-out`, { to: [{ unit_id: channel, count: 1 }] });
  assert.equal(handed.body.total, 1, JSON.stringify(handed.body));
  const [touch] = (await ask(hq, `/api/touches?batch=${batch.id}`)).items;
  for (const page of [hq, lead]) {
    await page.open(`/customers/${touch.customer.id}`);
    await page.getByRole("button", { name: "Take it" }).waitFor();
  }
  // The news of the first does not reach the second in time.
  await hq.route((url) => url.pathname === "/api/touches", () => undefined);
  await lead.getByRole("button", { name: "Take it" }).click();
  const mine = (await ask(lead, "/api/me")).name;
  await lead.locator(".story-item.now").getByRole("link", { name: /Work on it/ }).waitFor();
  await hq.getByRole("button", { name: "Take it" }).click();
  await hq.locator(".ant-message", { hasText: mine }).waitFor();
  await hq.unrouteAll({ behavior: "ignoreErrors" });
  await hq.reload();
  await hq.locator(".story-item.now", { hasText: mine }).waitFor();
  assert.equal(await hq.getByRole("button", { name: "Take it" }).count(), 0);
  assert.equal((await ask(hq, `/api/touches/${touch.id}`)).touch.owner.name, mine);
  for (const page of [hq, lead]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});
