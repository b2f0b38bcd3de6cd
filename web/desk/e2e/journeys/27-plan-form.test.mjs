/**
 * Journey 27. Given a plan whose text has comments and a condition that no form can say; when its form is changed by keyboard;
 * then only those places of the text change, the comments and the condition stay, the live count follows, and the draft is saved.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, person } from "../world.mjs";

test("27 form and text of a plan are two faces of one file (en)", async () => {
  const page = await person("hq", "en");
  const plan = (await ask(page, "/api/plans")).items.find((one) => one.key === "visit_class_b");
  await page.open(`/plans/${plan.id}`);
  const area = page.locator("textarea.plan-text");
  await area.waitFor();
  const text = (await area.inputValue()).replace("[limits]", "[limits] # as agreed in November").replace('class == "B"', 'class == "B" && has(name)');
  assert.match(text, /today - days\(90\)/);
  await area.fill(text);

  const form = page.locator(".plan-form");
  const row = (name) => form.getByRole("group", { name });
  // What the form has no field for is shown as it is written.
  await form.locator(".plan-as-text code", { hasText: "has(name)" }).waitFor();
  await row(/^class == "B"$/).waitFor();

  const days = row(/last_contact/).getByRole("textbox", { name: "Days" });
  await days.fill("60");
  await days.press("Enter");
  await eventually(async () => (await area.inputValue()).includes("today - days(60)"));

  const value = row(/^class == /).getByRole("combobox", { name: "Value" });
  await value.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await eventually(async () => /class == "[AC]"/.test(await area.inputValue()));

  const cap = form.getByRole("textbox", { name: "At most in 30 days" });
  await cap.fill("1");
  await cap.press("Enter");
  await eventually(async () => (await area.inputValue()).includes("cap_30d = 1"));

  const before = text.split("\n");
  const after = (await area.inputValue()).split("\n");
  assert.equal(after.length, before.length, "no line came or went");
  const changed = after.filter((line, at) => line !== before[at]);
  assert.deepEqual(changed.map((line) => line.split(" = ")[0]), ["who", "cap_30d"]);
  assert.ok(changed[0].includes("&& has(name) &&") && after.includes("[limits] # as agreed in November"));
  await page.getByText(/\d+ people · \d+ ms/).waitFor();

  // And the other way: what is written stands in the form.
  await area.fill((await area.inputValue()).replace("cap_30d = 1", "cap_30d = 4"));
  await eventually(async () => (await cap.inputValue()) === "4");

  await form.getByRole("button", { name: "Add condition" }).first().click();
  await eventually(async () => / && gender == "female"'''/.test(await area.inputValue()));
  // The form follows the text a moment later.
  await row(/^gender == /).waitFor();
  await form.getByRole("button", { name: "Remove condition" }).last().click();
  await eventually(async () => !/ && gender == /.test(await area.inputValue()));
  await page.getByRole("button", { name: "Save draft" }).click();
  await eventually(async () => (await ask(page, `/api/plans/${plan.id}`)).text.includes("today - days(60)"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
