/**
 * Every screen, in both themes, is free of what axe can find, and can be reached and left by keyboard.
 *
 * Given a signed-in person; when each screen they see is opened in light and in dark;
 * then axe (WCAG 2.2 A and AA) reports nothing, and Tab reaches the page's own controls with a visible focus.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { unvisited } from "../routes.mjs";
import { ask, person } from "../world.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function faultsOf(page) {
  return page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? node.all[0]?.message ?? ""}`).join(" | ")}`);
  }, RULES);
}

async function mergeOf(page) {
  const [one, other] = (await ask(page, "/api/customers?limit=2")).items;
  return `/customers/${one.id}/merge?other=${other.id}`;
}

const SCREENS = {
  wang: { language: "zh", open: async (page) => ["/my-day", "/customers", `/customers/${(await ask(page, "/api/customers?limit=1")).items[0].id}`, "/statements"] },
  lead: { language: "en", open: () => ["/board", "/board?look=person", "/board?look=table", "/batches"] },
  hq: {
    language: "zh",
    open: async (page) => [await mergeOf(page), "/batches", "/batches/new", `/batches/${(await ask(page, "/api/batches")).items[0].id}`, "/customers", "/verification", "/exports", "/traces", `/traces/${(await ask(page, "/api/traces?state=open")).items[0].id}`, "/statements", "/plans", "/plans?part=playbooks", "/plans?part=runs", `/plans/${(await ask(page, "/api/plans")).items[0].id}`, "/settings?part=account", "/settings?part=results"],
  },
  admin: { language: "en", open: () => ["/settings?part=units", "/settings?part=staff", "/settings?part=facts", "/settings?part=labels", "/settings?part=scripts", "/settings?part=templates", "/settings?part=gifts", "/settings?part=calendar", "/settings?part=tokens", "/settings?part=sign-in", "/settings?part=webhooks", "/settings?part=health"] },
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
      await page.evaluate(AXE);
      for (const theme of ["light", "dark"]) {
        await page.waitForFunction((one) => (document.documentElement.dataset.theme === "dark") === (one === "dark"), theme);
        await page.waitForTimeout(200);
        for (const fault of await faultsOf(page)) found.push(`${theme} ${path} ${fault}`);
        await page.locator(".frame-shade").click();
      }
    }
    assert.deepEqual(found, []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("axe looked at every address of the desk", () => assert.deepEqual(unvisited(visited), []));
