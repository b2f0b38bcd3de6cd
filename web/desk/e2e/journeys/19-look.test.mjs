/**
 * Journey 19. Given a signed-in person; when language, density and theme are changed; then the page changes without a
 * reload, and all three are there again after signing out and in at another window.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signedIn } from "../program.mjs";
import { ask, eventually, look, person, world } from "../world.mjs";

test("19 language, density and theme without reload, kept over a sign-out (zh to en)", async () => {
  const page = await person("boss", "zh");
  await page.evaluate(() => { window.sameDocument = "yes"; });
  await page.getByRole("button", { name: "EN" }).click();
  await page.locator(".frame-nav", { hasText: "Statement" }).waitFor();
  await page.locator(".frame-shade").click();
  await page.locator(".frame-person").click();
  await page.getByRole("menuitem", { name: "Density" }).hover();
  await page.getByRole("menuitem", { name: "Compact" }).click();
  await eventually(async () => (await ask(page, "/api/me")).preferences.density === "compact");
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme, document.documentElement.dataset.density, window.sameDocument]), ["en", "dark", "compact", "yes"]);
  await page.context().close();
  const { browser, address } = await world();
  const again = await signedIn(browser, address, "boss", "zh");
  await again.waitForFunction(() => document.documentElement.lang === "en" && document.documentElement.dataset.theme === "dark" && document.documentElement.dataset.density === "compact");
  await look(again, { language: "zh", theme: "light", density: "comfortable" });
  await again.context().close();
});
