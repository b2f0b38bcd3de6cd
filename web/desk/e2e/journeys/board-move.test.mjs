/**
 * The board by hand. Given a lead before the lanes of a team; when a card is pulled to another lane, or its button is used by
 * keyboard alone; then the work order is that person's, on the server and on the screen, and can be taken back. So can a
 * hand-out from the table and a balance, which moves what it showed. A column shows what stands behind its first rows.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, person, send } from "../world.mjs";

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

/** A lead, the unit of 王芳, and another maintainer of it. */
async function team(language) {
  const lead = await person("lead", language);
  const wang = (await ask(lead, `/api/colleagues?q=${encodeURIComponent("王芳")}`))[0];
  const unit = (await ask(lead, "/api/staff?q=wang")).items.find((one) => one.id === wang.id).unit_id;
  const other = (await ask(lead, `/api/staff?unit=${unit}&role=maintainer`)).items.find((one) => one.id !== wang.id && !one.left_on);
  const owners = async () => Object.fromEntries((await ask(lead, `/api/touches?unit=${unit}&state=open&limit=200`)).items.map((touch) => [touch.id, touch.owner?.id ?? ""]));
  return { lead, wang, unit, other, owners };
}

test("a hand-out from the table and a balance are taken back within their seconds (en)", async () => {
  await busyDay(30);
  const { lead, wang, unit, other, owners } = await team("en");
  const undo = lead.locator(".undo-bar").getByRole("button", { name: /Undo/ });
  await lead.open(`/board?look=table&unit=${unit}&state=assigned`);
  await lead.locator(".grid-row").first().waitFor();
  const one = (await ask(lead, `/api/touches?unit=${unit}&state=assigned&limit=50`)).items.find((touch) => touch.owner?.id === wang.id);
  const owner = async () => (await ask(lead, `/api/touches/${one.id}`)).touch.owner?.id;
  const tick = lead.locator(`[data-row="${one.id}"] input[type=checkbox]`);
  for (let page = 0; page < 40 && (await tick.count()) === 0; page += 1) {
    await lead.locator(".grid-row").last().scrollIntoViewIfNeeded();
    await lead.waitForTimeout(100);
  }
  await tick.check();
  await lead.getByRole("button", { name: "Hand out" }).click();
  const dialog = lead.getByRole("dialog");
  await dialog.getByRole("combobox").click();
  await lead.keyboard.type(other.name);
  await lead.locator(".ant-select-item-option").filter({ hasText: other.name }).first().click();
  await dialog.getByRole("button", { name: "Hand out" }).click();
  await eventually(async () => (await owner()) === other.id);
  await undo.click();
  await eventually(async () => (await owner()) === wang.id);

  await lead.open(`/board?look=person&unit=${unit}`);
  const before = await owners();
  await lead.getByRole("button", { name: "Balance", exact: true }).click();
  const proposal = lead.getByRole("dialog");
  await proposal.locator("li").first().waitFor();
  // What comes in meanwhile changes nothing of what is shown and agreed to.
  const shown = await proposal.locator("li").allTextContents();
  const [row] = (await ask(lead, `/api/touches?owner=${wang.id}&state=assigned&limit=1`)).items;
  const moved = await send(lead, "POST", "/api/board/moves", { moves: [{ touch_id: row.id, version: row.version, staff_id: other.id }] });
  assert.equal(moved.body.moved.length, 1, JSON.stringify(moved.body));
  await lead.waitForTimeout(1_000);
  assert.deepEqual(await proposal.locator("li").allTextContents(), shown);
  await proposal.locator(".ant-btn-primary").click();
  await proposal.waitFor({ state: "hidden" });
  await eventually(async () => Object.entries(await owners()).some(([id, now]) => id !== row.id && before[id] !== undefined && before[id] !== now));
  await undo.click();
  await eventually(async () => Object.entries(await owners()).every(([id, now]) => id === row.id || before[id] === undefined || before[id] === now));
  assert.deepEqual(lead.faults, []);
  await lead.context().close();
});

test("a column of the board shows what stands behind its first rows (en)", async () => {
  const lead = await person("lead", "en");
  const columns = await ask(lead, "/api/board?group=state");
  const at = columns.findIndex((column) => column.next);
  assert.ok(at >= 0, "no column of the board is longer than its first rows");
  await lead.open("/board");
  const column = lead.locator(".board-column").nth(at);
  await column.locator(".board-card").first().waitFor();
  const before = await column.locator(".board-card").count();
  await column.getByRole("button", { name: /^\d+ more$/ }).click();
  await eventually(async () => (await column.locator(".board-card").count()) > before);
  const shown = await column.locator(".board-card").evaluateAll((cards) => cards.map((card) => card.dataset.touch));
  assert.equal(new Set(shown).size, shown.length, "no card stands there twice");
  assert.deepEqual(lead.faults, []);
  await lead.context().close();
});
