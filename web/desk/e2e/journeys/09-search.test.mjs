/**
 * Journey 9. Given a customer with a name and a car; when HQ types the initials, the plate or the name into the palette;
 * then the same person is offered each time, and Enter opens the page.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person } from "../world.mjs";

test("9 name, plate and agreement find the same person (en)", async () => {
  const page = await person("hq", "en");
  const rows = (await ask(page, "/api/customers?segment=" + encodeURIComponent('agreements.exists(a, a.plate != "")') + "&limit=1")).items;
  const customer = await ask(page, `/api/customers/${rows[0].id}`);
  const car = customer.agreements.find((one) => one.plate);
  for (const typed of [car.plate, car.number, customer.name]) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").last().fill(typed);
    const option = page.getByRole("option").filter({ hasText: customer.name }).first();
    await option.waitFor();
    await page.keyboard.press("Escape");
  }
  const hits = await ask(page, `/api/search?q=${encodeURIComponent(car.plate)}`);
  assert.equal(hits[0].id, customer.id);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").last().fill(car.plate);
  await page.getByRole("option").filter({ hasText: customer.name }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/customers/${customer.id}`);
  await page.locator("h1", { hasText: customer.name }).waitFor();
  await page.context().close();
});
