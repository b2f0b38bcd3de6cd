/**
 * Every screen, in both themes, is free of what axe can find, and can be reached and left by keyboard.
 *
 * Given a signed-in person; when each screen they see is opened in light and in dark;
 * then axe (WCAG 2.2 A and AA) reports nothing, and Tab reaches the page's own controls with a visible focus.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../axe.mjs";
import { unvisited } from "../routes.mjs";
import { ask, person, world } from "../world.mjs";

async function mergeOf(page) {
  const [one, other] = (await ask(page, "/api/customers?limit=2")).items;
  return `/customers/${one.id}/merge?other=${other.id}`;
}

const SCREENS = {
  wang: { language: "zh", open: async (page) => ["/my-day", "/customers", `/customers/${(await ask(page, "/api/customers?limit=1")).items[0].id}`, "/statements"] },
  lead: { language: "en", open: () => ["/board", "/board?look=person", "/board?look=table", "/batches"] },
  hq: {
    language: "zh",
    open: async (page) => [await mergeOf(page), "/batches", "/batches/new", `/batches/${(await ask(page, "/api/batches")).items[0].id}`, "/customers", "/verification", "/exports", "/traces", `/traces/${(await ask(page, "/api/traces?state=open")).items[0].id}`, "/statements", "/plans", "/plans?part=playbooks", "/plans?part=runs", `/plans/${(await ask(page, "/api/plans")).items[0].id}`, "/settings?part=account", "/settings?part=results", "/settings?part=remarks", "/settings?part=processes"],
  },
  admin: { language: "en", open: () => ["/settings?part=units", "/settings?part=staff", "/settings?part=roles", "/settings?part=facts", "/settings?part=labels", "/settings?part=scripts", "/settings?part=templates", "/settings?part=gifts", "/settings?part=calendar", "/settings?part=tokens", "/settings?part=sign-in", "/settings?part=webhooks", "/settings?part=health"] },
  qa: { language: "en", open: () => ["requests", "rules", "keep", "holds", "purposes"].map((of) => `/settings?part=rights&of=${of}`) },
};

const visited = [];

for (const [login, { language, open }] of Object.entries(SCREENS)) {
  test(`axe finds nothing on the screens of ${login}, light and dark`, async () => {
    const page = await person(login, language);
    const found = [];
    for (const path of await open(page)) {
      await page.open(path);
      visited.push(path);
      await page.waitForFunction(() => document.querySelector(".frame-page h1, .frame-page h2") && !document.querySelector(".frame-page .bones"), null, { timeout: 60_000 });
      for (const theme of ["light", "dark"]) {
        await page.waitForFunction((one) => (document.documentElement.dataset.theme === "dark") === (one === "dark"), theme);
        for (const fault of await faultsOf(page)) found.push(`${theme} ${path} ${fault}`);
        await page.locator(".frame-shade").click();
      }
    }
    assert.deepEqual(found, []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("axe finds nothing on the page before the sign-in, light and dark, nor on one that does not exist (zh, en)", async () => {
  const { browser, address } = await world();
  const found = [];
  for (const [locale, colorScheme] of [["zh-CN", "light"], ["en-US", "dark"]]) {
    const context = await browser.newContext({ locale, colorScheme });
    const page = await context.newPage();
    await page.goto(`${address}/sign-in`);
    await page.locator("input[autocomplete=username]").waitFor();
    for (const fault of await faultsOf(page)) found.push(`${colorScheme} /sign-in ${fault}`);
    await context.close();
  }
  const page = await person("wang", "zh");
  await page.goto(`${address}/nowhere`);
  await page.locator(".state h2").waitFor();
  for (const fault of await faultsOf(page)) found.push(`/nowhere ${fault}`);
  await page.context().close();
  assert.deepEqual(found, []);
});

test("axe looked at every address of the desk", () => assert.deepEqual(unvisited(visited), []));
