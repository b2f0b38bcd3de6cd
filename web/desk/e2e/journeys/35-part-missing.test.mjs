/**
 * Journey 35. Given a line over which two pieces of code do not come; when "why?" is asked, and when a form with a day is opened;
 * then the page and what was written stand, and a line in the place of what is missing can be closed, or loads the page anew:
 * with the pieces there, both come.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

const WHY = /\/assets\/WhyDrawer-.*\.js/;
const DAY = /\/assets\/DayPicker-.*\.js/;
const line = (within) => within.getByRole("alert").filter({ hasText: "did not come" });

test("35 a part that did not come is missing alone, and comes when the page is loaded anew (en)", async () => {
  const page = await person("wang", "en");
  const { id } = (await ask(page, "/api/customers?limit=100")).items.find((one) => one.owner?.name === "王芳");
  // What the desk's own worker fetches goes past the routes of a page.
  await page.addInitScript(() => delete Navigator.prototype.serviceWorker);
  await page.evaluate(async () => Promise.all((await navigator.serviceWorker.getRegistrations()).map((one) => one.unregister())));
  for (const piece of [WHY, DAY]) await page.route(piece, (route) => route.abort());
  await page.open(`/customers/${id}`);
  await page.locator(".record-head button", { hasText: "Work order" }).waitFor();

  await page.keyboard.press("w");
  await line(page).getByRole("button", { name: "Close" }).click();
  await line(page).waitFor({ state: "detached" });
  await page.keyboard.press("w");
  await line(page).waitFor();
  assert.ok(await page.locator(".record-head h1").isVisible() && await page.locator("#column-facts h3").first().isVisible(), "the page is whole");
  await line(page).getByRole("button", { name: "Close" }).click();

  await page.keyboard.press("t");
  const form = page.getByRole("dialog");
  const title = form.getByLabel("What is to be done");
  await title.fill("Bring the policy document");
  await line(form).waitFor();
  assert.equal(await title.inputValue(), "Bring the policy document");
  for (const piece of [WHY, DAY]) await page.unroute(piece);
  await line(form).getByRole("button", { name: "Reload the page" }).click();
  await form.waitFor({ state: "detached" });
  await page.locator(".record-head button", { hasText: "Work order" }).waitFor();
  await page.keyboard.press("w");
  const drawer = page.locator(".ant-drawer-open");
  await drawer.locator(".why-row").first().waitFor();
  await drawer.locator(".ant-picker input:enabled").waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
