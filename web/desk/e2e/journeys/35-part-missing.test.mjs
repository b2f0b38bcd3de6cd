/**
 * Journey 35. Given a line over which a piece of code does not come; when "why?" is asked, and when a form with a day is opened;
 * then the page and what was written stand, one line says what is missing and can be closed or tried again, and with the piece
 * there the part comes in its place and takes the focus.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

const WHY = /\/assets\/WhyDrawer-.*\.js/;
const DAY = /\/assets\/DayPicker-.*\.js/;
const line = (within) => within.getByRole("alert").filter({ hasText: "did not come" });

test("35 a part that did not come is missing alone, and comes when it is tried again (en)", async () => {
  const page = await person("wang", "en");
  const { id } = (await ask(page, "/api/customers?limit=100")).items.find((one) => one.owner?.name === "王芳");
  for (const piece of [WHY, DAY]) await page.route(piece, (route) => route.abort());
  await page.open(`/customers/${id}`);
  await page.locator(".record-head button", { hasText: "Work order" }).waitFor();

  await page.keyboard.press("w");
  await line(page).getByRole("button", { name: "Close" }).click();
  await line(page).waitFor({ state: "detached" });
  await page.keyboard.press("w");
  await line(page).waitFor();
  assert.ok(await page.locator(".record-head h1").isVisible() && await page.locator("#column-facts h3").first().isVisible(), "the page is whole");
  await page.unroute(WHY);
  await line(page).getByRole("button", { name: "Try again" }).click();
  const drawer = page.locator(".ant-drawer-open");
  await drawer.locator(".why-row").first().waitFor();
  await line(drawer).waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });

  await page.keyboard.press("t");
  const form = page.getByRole("dialog");
  const title = form.getByLabel("What is to be done");
  await title.fill("Bring the policy document");
  await line(form).waitFor();
  await page.unroute(DAY);
  await line(form).getByRole("button", { name: "Try again" }).press("Enter");
  await form.locator(".ant-picker input").waitFor();
  await page.waitForFunction(() => document.activeElement?.closest(".ant-picker"));
  assert.match(await form.locator(".ant-picker input").inputValue(), /^\d{4}-\d\d-\d\d$/);
  assert.equal(await title.inputValue(), "Bring the policy document");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
