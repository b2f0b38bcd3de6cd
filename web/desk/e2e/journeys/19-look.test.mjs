/**
 * Journey 19. Given a signed-in person; when language, density and theme are changed; then the page changes without a
 * reload, and all three are there again after signing out and in at another window.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signedIn } from "../program.mjs";
import { ask, eventually, look, loose, person, world } from "../world.mjs";

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
  // The palette does the same, by words of either language.
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").last().fill("浅色");
  await page.getByRole("option", { name: "Light theme" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").last().fill("dark theme");
  await page.getByRole("option", { name: "Dark theme" }).waitFor();
  // Nobody is called so: what Enter means waits for that answer.
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await eventually(async () => (await ask(page, "/api/me")).preferences.theme === "dark");
  await page.context().close();
  const { browser, address } = await world();
  const again = await signedIn(browser, address, "boss", "zh");
  await again.waitForFunction(() => document.documentElement.lang === "en" && document.documentElement.dataset.theme === "dark" && document.documentElement.dataset.density === "compact");
  await look(again, { language: "zh", theme: "light", density: "comfortable" });
  await again.context().close();
});

test("19 where the system asks that nothing moves, dialogues stand at once, take the cursor and go (zh)", async () => {
  const page = await person("hq", "zh");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.open("/settings?part=gifts");
  await page.getByRole("button", { name: loose("新增礼品") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input:focus").waitFor();
  await dialog.getByRole("button", { name: loose("取消") }).click();
  await dialog.waitFor({ state: "hidden" });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
