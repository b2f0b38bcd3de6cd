/**
 * The board by hand. Given a lead before the lanes of a team; when a card is pulled to another lane, or its button is used by
 * keyboard alone; then the work order is that person's, on the server and on the screen, and can be taken back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, person } from "../world.mjs";

test("a card goes to another lane by mouse and by keyboard, and comes back (zh)", async () => {
  await busyDay(6);
  const lead = await person("lead", "zh");
  const wang = (await ask(lead, `/api/colleagues?q=${encodeURIComponent("王芳")}`))[0];
  const unit = (await ask(lead, `/api/staff?q=wang`)).items.find((one) => one.id === wang.id).unit_id;
  const other = (await ask(lead, `/api/staff?unit=${unit}&role=maintainer`)).items.find((one) => one.id !== wang.id && !one.left_on);
  await lead.open(`/board?look=person&unit=${unit}`);
  const lane = (name) => lead.locator(`.board-column[aria-label="${name}"]`);
  const card = lane("王芳").locator(".board-card.moves").first();
  await card.waitFor();
  await lead.locator(".team li").first().waitFor();
  const name = await card.locator("a").textContent();
  const mine = async (staff) => (await ask(lead, `/api/touches?owner=${staff.id}&state=open&limit=200`)).items.filter((touch) => touch.customer.name === name).length;
  const [before, there] = [await mine(wang), await mine(other)];
  await card.dragTo(lane(other.name));
  await eventually(async () => (await mine(wang)) === before - 1 && (await mine(other)) === there + 1);
  await lane(other.name).getByText(name).first().waitFor();
  await lead.getByRole("button", { name: /撤销/ }).click();
  await eventually(async () => (await mine(wang)) === before);
  await lane("王芳").getByText(name).first().waitFor();
  await lane(other.name).getByText(name).first().waitFor({ state: "detached" });

  await lane("王芳").locator(".board-move").first().focus();
  const moved = (await lane("王芳").locator(".board-card a").first().textContent());
  await lead.keyboard.press("Enter");
  const menu = lead.locator(".ant-dropdown:not(.ant-dropdown-hidden)");
  await menu.waitFor();
  const count = async () => (await ask(lead, `/api/touches?owner=${other.id}&state=open&limit=200`)).items.filter((touch) => touch.customer.name === moved).length;
  const had = await count();
  await lead.waitForFunction(() => document.activeElement?.closest(".ant-dropdown"));
  for (let press = 0; press < 30; press += 1) {
    if (await lead.locator(".ant-dropdown-menu-item-active", { hasText: other.name }).count()) break;
    await lead.keyboard.press("ArrowDown");
  }
  await lead.keyboard.press("Enter");
  await eventually(async () => (await count()) === had + 1);
  assert.deepEqual(lead.faults, []);
  await lead.context().close();
});
