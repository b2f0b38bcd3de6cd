/**
 * Journey 21. Given a desk under its content policy; when a person works through the screens; then the browser reports no
 * violation; and when markup or a script is slipped into the page, or another site sends a form, then nothing of it runs.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { ask, person, world } from "../world.mjs";

const SCREENS = ["/my-day", "/customers", "/plans", "/statements", "/settings"];

test("21 nothing that is slipped into the page runs (en)", async () => {
  const hq = await person("hq", "en");
  await hq.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample.trim()}`));
  });
  for (const screen of SCREENS) {
    await hq.open(screen);
    await hq.waitForLoadState("networkidle").catch(() => undefined);
    // A dialogue locks the page behind it and measures its scrollbar by styles of their own.
    await hq.keyboard.press("Control+k");
    await hq.getByRole("dialog").waitFor();
    await hq.keyboard.press("Escape");
    await hq.getByRole("dialog").waitFor({ state: "detached" });
    assert.deepEqual(await hq.evaluate(() => globalThis.violations), [], screen);
  }
  const tried = await hq.evaluate(async () => {
    const attempt = (deed) => { try { deed(); return "done"; } catch (thrown) { return thrown.name; } };
    // What the driver itself runs may evaluate texts; what the page runs later may not.
    const later = (deed) => new Promise((tell) => { setTimeout(() => tell(attempt(deed)), 0); });
    globalThis.ran = 0;
    const box = document.body.appendChild(document.createElement("div"));
    return {
      markup: attempt(() => { box.innerHTML = '<img src=x onerror="ran++">'; }),
      words: attempt(() => { box.innerHTML = "words without markup"; }),
      frame: attempt(() => { box.appendChild(document.createElement("iframe")).srcdoc = "<script>parent.ran++</script>"; }),
      address: attempt(() => { document.head.appendChild(document.createElement("script")).src = "/assets/other.js"; }),
      text: attempt(() => { document.head.appendChild(document.createElement("script")).text = "ran++"; }),
      evaluation: await later(() => { (0, eval)("ran++"); }),
      handler: attempt(() => { box.setAttribute("onclick", "ran++"); box.click(); }),
      policy: attempt(() => { globalThis.trustedTypes.createPolicy("mine", { createHTML: (text) => text }); }),
    };
  });
  assert.equal(tried.words, "done");
  for (const name of ["markup", "frame", "address", "text", "evaluation", "policy"]) assert.notEqual(tried[name], "done", name);
  assert.equal(await hq.evaluate(() => globalThis.ran), 0);
  await hq.context().close();
});

test("21 a form that another site sends changes nothing (en)", async () => {
  const { address } = await world();
  const hq = await person("hq", "en");
  const before = await ask(hq, "/api/me");
  const elsewhere = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<form method=post action="${address}/api/notices/read" enctype="text/plain"><button>win</button></form>`);
  });
  await new Promise((ready) => elsewhere.listen(0, "127.0.0.1", ready));
  const page = await hq.context().newPage();
  // Another port of the same machine is the same site to a cookie; only the origin tells the two apart.
  await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
  const [answer] = await Promise.all([page.waitForResponse(`${address}/api/notices/read`), page.getByRole("button").click()]);
  assert.equal(answer.status(), 403);
  assert.equal((await answer.json()).code, "other_site");
  assert.deepEqual(await ask(hq, "/api/me"), before);
  elsewhere.close();
  await hq.context().close();
});
