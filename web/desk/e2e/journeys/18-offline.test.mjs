/**
 * Journey 18. Given a maintainer in the middle of work; when the connection drops, a result is recorded, and it comes back;
 * then a strip says so meanwhile, the result waits, and it is on the server soon after. When it is taken back after it went
 * out; then it is off the server too. When the page is loaded anew without a line; then what was opened can be read.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { still } from "../still.mjs";
import { ask, busyDay, eventually, person } from "../world.mjs";

test("18 the connection drops, nothing is lost (en)", async () => {
  await busyDay(4);
  const page = await person("wang", "en");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  const row = await page.locator(".touch-row[aria-current=true]").first().textContent();
  const before = (await ask(page, "/api/my-day")).items.length;
  await page.context().setOffline(true);
  await page.locator(".frame-strip").first().waitFor();
  await page.keyboard.press("1");
  await page.keyboard.press("n");
  await page.keyboard.type("Written without a line");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction((n) => document.querySelectorAll(".touch-row").length < n, before, { timeout: 60_000 });
  await page.context().setOffline(false);
  await eventually(async () => (await ask(page, "/api/my-day")).items.length === before - 1, 25_000);
  await page.locator(".frame-strip").waitFor({ state: "detached", timeout: 60_000 });
  assert.ok(row.length > 0);
  await page.context().close();
});

test("18 a result that went out meanwhile is taken back at the server too (zh)", async () => {
  await busyDay(4);
  const page = await person("wang", "zh");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  await page.waitForURL((url) => url.searchParams.has("touch"));
  const id = new URL(page.url()).searchParams.get("touch");
  const code = async () => (await ask(page, `/api/touches/${id}`)).touch.outcome_code;
  const before = await code();
  await page.context().setOffline(true);
  await page.locator(".frame-strip").first().waitFor();
  await page.keyboard.press("1");
  await page.keyboard.press("n");
  await page.keyboard.type("断线时写的");
  await page.keyboard.press("Control+Enter");
  const undo = page.locator(".undo-bar").getByRole("button", { name: /撤销/ });
  await undo.waitFor();
  await page.context().setOffline(false);
  await eventually(async () => (await code()) !== before, 9_000);
  await undo.click();
  await eventually(async () => (await code()) === before);
  // What was written for it is there again.
  await page.locator(`.touch-row[aria-current=true]`).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("textarea")].some((one) => one.value === "断线时写的"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("18 after a reload without a line the list, the card, the story and the words can be read (en)", async () => {
  await busyDay(3);
  const page = await person("wang", "en");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  const name = await page.locator(".my-day .pane h2").first().textContent();
  await still(page);
  // The shell comes from this machine; no answer of the server does.
  await page.route("**/api/**", (route) => route.abort("internetdisconnected"));
  await page.reload();
  await page.locator(".frame-strip").first().waitFor();
  await page.locator(".my-day .pane h2", { hasText: name }).first().waitFor();
  await page.locator(".pad button").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".my-day .bones"));
  assert.equal(await page.locator(".my-day .state").count(), 0, "nothing of it is an error");
  assert.equal(await page.locator(".touch-pane h2").textContent(), await page.locator(".touch-row[aria-current=true] .what").first().textContent());
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.locator(".frame-strip").first().waitFor({ state: "detached" });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
