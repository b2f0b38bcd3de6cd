/**
 * Journey 9. Given a customer with a name and a car; when HQ types the initials, the end of the phone, the plate, the number of the agreement or the name into the palette;
 * then the same person is offered each time, and Enter opens the page.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, person, send } from "../world.mjs";

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

test("9 initials, the end of the phone and the plate find the same person, and Enter opens it (zh)", async () => {
  const page = await person("hq", "zh");
  const made = (await send(page, "POST", "/api/customers", { facts: { name: "欧阳小满", phone: "13900096317", region: "深圳南山" } })).body;
  const car = await send(page, "POST", `/api/customers/${made.id}/agreements`, { kind: "vehicle_cover", number: "V-96317", plate: "粤B·Q6317", product: "车险" });
  assert.ok(car.status < 300, JSON.stringify(car.body));
  for (const typed of ["oyxm", "ouyang", "6317", "13900096317", "粤BQ6317", "V-96317"]) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").last().fill(typed);
    await page.getByRole("option").filter({ hasText: "欧阳小满" }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").last().fill("oyxm");
  await page.getByRole("option").filter({ hasText: "欧阳小满" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/customers/${made.id}`);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("9 a search that failed does not read as nothing found (en)", async () => {
  const page = await person("hq", "en");
  await page.route("**/api/search?**", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "internal" }) }));
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByRole("combobox").fill("Ouyang");
  await palette.getByRole("alert").filter({ hasText: "could not be looked up" }).waitFor();
  assert.equal(await palette.getByText("Nothing found").count(), 0);
  assert.deepEqual(page.faults.filter((fault) => !fault.startsWith("500 ")), []);
  await page.context().close();
});
