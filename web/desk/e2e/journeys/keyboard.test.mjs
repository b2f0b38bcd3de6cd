/**
 * Every screen without a mouse.
 *
 * Given a person with a keyboard alone; when they sign in, go to each screen they have and do its work;
 * then Tab reaches every control of it in turn with a focus that can be seen and never gets stuck,
 * and the work of the screen can be done: open, choose, write, confirm, close.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESSES, unvisited } from "../routes.mjs";
import { still } from "../still.mjs";
import { ask, busyDay, eventually, loose, person, world } from "../world.mjs";

/** The most presses for one walk around a screen. */
const MOST = 220;

/** Presses Tab until what has the focus fits; the way a person would look for it. */
async function tabTo(page, selector, { text, back } = {}) {
  for (let press = 0; press < 160; press += 1) {
    const there = await page.evaluate(([wanted, words]) => {
      const now = document.activeElement;
      return Boolean(now?.matches(wanted)) && (!words || (now.textContent + (now.getAttribute("aria-label") ?? "")).replace(/\s/g, "").includes(words));
    }, [selector, text?.replace(/\s/g, "")]);
    if (there) return;
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
  }
  throw new Error(`Tab does not reach ${selector} ${text ?? ""}`);
}

/** Tabs once through the page; answers with what cannot be reached and what shows no focus. */
async function wander(page) {
  await page.evaluate(() => {
    document.querySelector(".frame-skip")?.focus();
    for (const old of document.querySelectorAll("[data-met]")) old.removeAttribute("data-met");
  });
  const unseen = new Set();
  let steps = 0;
  // From the top: a long list at the end of a page may take more steps than we walk.
  for (let ends = 0; steps < MOST && ends < 2; steps += 1) {
    await page.keyboard.press("Tab");
    const met = await page.evaluate(() => {
      const now = document.activeElement;
      if (!now || now === document.body) return { edge: true };
      // A date field has several stops of its own.
      if (now === window.metLast) return { shown: true };
      window.metLast = now;
      if (now.dataset.met) return { end: true };
      now.dataset.met = "1";
      const shows = (one) => { const style = getComputedStyle(one); return (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none"; };
      // A field may show its focus on the frame around it; a hidden radio on its label.
      const around = now.closest(".ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-picker, .ant-segmented-item, .ant-segmented, .ant-checkbox-wrapper, .ant-checkbox, label") ?? now;
      const bordered = ["INPUT", "TEXTAREA"].includes(now.tagName) || around !== now;
      return { shown: bordered || shows(now) || [...now.children].some(shows), who: `${now.tagName.toLowerCase()}.${now.className.split(" ")[0]} ${(now.textContent ?? "").slice(0, 20)}` };
    });
    if (met.end) break;
    if (met.edge) ends += 1;
    else if (!met.shown) unseen.add(met.who);
  }
  const missed = await page.evaluate((exhausted) => {
    // One of a group takes the focus, arrows move in it; steppers of a number and pages have keys or a frame of their own.
    const roving = "[role=tab], [role=radio], input[type=radio], [role=option], [role=menuitem], [role=separator], .ant-input-number-action, .ant-pagination-item-link, .board-card *, .touch-row";
    // A long list draws only the rows in sight; what comes after one of more rows than we walk is walked to on other screens.
    const list = document.querySelector(".grid-body");
    const beyond = (one) => list && (list.contains(one) || (exhausted && (list.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0));
    return [...document.querySelectorAll(".frame a[href], .frame button, .frame input, .frame textarea, .frame select, .frame [role=button]")]
      .filter((one) => !one.disabled && one.type !== "hidden" && one.getAttribute("aria-hidden") !== "true" && one.checkVisibility({ visibilityProperty: true }) && !beyond(one))
      .filter((one) => !one.dataset.met && !one.matches(roving) && !one.closest("[aria-hidden=true]") && !(one.tagName === "A" && one.classList.contains("frame-skip")))
      .map((one) => `${one.tagName.toLowerCase()}.${one.className.split(" ")[0]} ${(one.getAttribute("aria-label") ?? one.textContent ?? "").slice(0, 30)}`);
  }, steps >= MOST);
  return { steps, unseen: [...unseen], missed };
}

const settled = (page) => page.waitForFunction(() => document.querySelector(".frame-page h1, .frame-page h2, .touch-row") && !document.querySelector(".frame-page .bones"), null, { timeout: 60_000 });

const walked = [];
const addressesOf = (start) => ADDRESSES.filter((path) => path.startsWith(`/${start}`));

/** Each role's screens through the navigation, and once around each of them. */
for (const [login, language, deeper] of [
  ["wang", "zh", async (page) => [`/customers/${(await ask(page, "/api/customers?limit=1")).items[0].id}`]],
  ["lead", "en", () => addressesOf("board?")],
  ["hq", "zh", async (page) => [...(await ask(page, "/api/customers?limit=2")).items.reduce((one, other) => [`/customers/${one.id}/merge?other=${other.id}`]), "/settings?part=results", "/settings?part=remarks", "/settings?part=processes", "/batches/new", `/batches/${(await ask(page, "/api/batches")).items[0].id}`, ...addressesOf("plans?"), `/plans/${(await ask(page, "/api/plans")).items[0].id}`]],
  ["admin", "en", () => addressesOf("settings").filter((path) => !/results|remarks|processes|rights/.test(path))],
  ["qa", "zh", async (page) => [...addressesOf("settings?part=rights&of="), `/traces/${(await ask(page, "/api/traces?state=open")).items[0].id}`]],
]) {
  test(`every screen of ${login} can be reached and walked through by Tab (${language})`, async () => {
    const page = await person(login, language);
    await settled(page);
    const faults = [];
    const around = async (place) => {
      await settled(page);
      await still(page);
      let { steps, unseen, missed } = await wander(page);
      // A live screen may get something while it is walked through; the next walk reaches it.
      if (missed.length > 0) {
        const before = new Set(missed);
        ({ steps, unseen, missed } = await wander(page));
        missed = missed.filter((one) => before.has(one));
      }
      if (steps < 5) faults.push(`${place}: ${steps} steps`);
      if (unseen.length > 0) faults.push(`${place}: no visible focus on ${unseen.join(", ")}`);
      if (missed.length > 0) faults.push(`${place}: not reached ${[...new Set(missed)].join(", ")}`);
    };
    const links = await page.locator(".frame-nav a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    walked.push(...links);
    for (const href of links) {
      await page.reload();
      await settled(page);
      await tabTo(page, `.frame-nav a[href="${href}"]`);
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === href.split("?")[0]);
      await around(href);
    }
    for (const path of await deeper(page)) {
      walked.push(path);
      await page.open(path);
      await around(path);
    }
    assert.deepEqual(faults, []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test("every address of the desk was walked through by keyboard", () => assert.deepEqual(unvisited(walked), []));

test("signing in by keyboard, any screen through the palette, its keys on the sheet (en)", async () => {
  const { browser, address } = await world();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`);
  await page.locator("input[autocomplete=username]").waitFor();
  await tabTo(page, "input[autocomplete=username]");
  await page.keyboard.type("hq");
  await tabTo(page, "input[type=password]");
  await page.keyboard.type("tend-demo");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await settled(page);
  for (const [typed, path] of [["Plans", "/plans"], ["Statement", "/statements"]]) {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").waitFor();
    await page.keyboard.type(typed);
    await page.getByRole("option", { name: typed }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === path);
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await settled(page);
  await page.keyboard.press("?");
  // By what it holds, not by its title: the language follows the person, and an earlier walk may have chosen the other.
  const sheet = page.getByRole("dialog");
  await sheet.locator(".key-sheet kbd").first().waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "hidden" });
  await context.close();
});

test("a customer found, opened, noted and asked why, by keyboard (zh)", async () => {
  const page = await person("wang", "zh");
  await page.open("/customers");
  await page.locator(".grid-row a").first().waitFor();
  await tabTo(page, ".grid-row a");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/customers\/cus_/);
  await page.locator(".record-head h1").waitFor();
  await page.keyboard.press("w");
  const drawer = page.locator(".ant-drawer-content, .ant-drawer-section").last();
  await drawer.waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });
  await tabTo(page, ".record textarea");
  await page.keyboard.type("键盘写的备注");
  await tabTo(page, "button", { text: "保存备注" });
  await page.keyboard.press("Enter");
  await page.locator(".story-item", { hasText: "键盘写的备注" }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a file brought in by keyboard (en)", async () => {
  const page = await person("hq", "en");
  // Long before it is needed: the browser is told to hold the dialogue back, and that takes its time.
  const opened = page.waitForEvent("filechooser");
  await page.open("/batches");
  await settled(page);
  await page.keyboard.press("i");
  await page.waitForURL(/\/batches\/new/);
  await page.locator(".drop input").waitFor();
  await settled(page);
  await tabTo(page, ".drop input");
  await page.keyboard.press("Enter");
  const chooser = await opened;
  const rows = ["Name,Mobile,Region", "Keyboard One,13900076001,Shenzhen", "Keyboard Two,13900076002,Shenzhen"];
  await chooser.setFiles({ name: "keys.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\r\n")) });
  await page.getByRole("button", { name: "Next" }).waitFor();
  await tabTo(page, "button", { text: "Next" });
  await page.keyboard.press("Enter");
  await page.locator(".batch-fields").waitFor();
  await tabTo(page, ".batch-fields input.ant-input");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Tab");
  await tabTo(page, ".batch-fields input.ant-input");
  await page.keyboard.type("Because keys suffice");
  await tabTo(page, "button", { text: "Next" });
  await page.keyboard.press("Enter");
  await page.locator("button.ant-btn-primary:enabled", { hasText: "Import" }).waitFor();
  await tabTo(page, "button.ant-btn-primary", { text: "Import" });
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/batches\/bat_/);
  const id = page.url().split("/").at(-1);
  await eventually(async () => (await ask(page, `/api/batches/${id}`)).accepted === 2);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("board, balance and statement by keyboard (en)", async () => {
  await busyDay(3);
  const page = await person("lead", "en");
  await page.open("/board");
  await settled(page);
  await tabTo(page, ".ant-segmented input");
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/look=person/);
  await tabTo(page, "button", { text: "Balance" });
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.ok(await page.evaluate(() => document.activeElement?.textContent?.includes("Balance")), "the focus comes back to where the dialog was opened");
  // A column is one stop: the arrows walk through its cards and to the next column, and Tab leaves it.
  await page.open("/board");
  await page.locator(".board-card").nth(1).waitFor();
  const at = () => page.evaluate(() => { const card = document.activeElement?.closest(".board-card"); const column = card?.closest(".board-column"); return card ? [[...document.querySelectorAll(".board-column")].indexOf(column), [...column.querySelectorAll(".board-card")].indexOf(card)] : null; });
  await tabTo(page, ".board-card a");
  const [column, card] = await at();
  assert.equal(card, 0);
  const more = (await page.locator(".board-column").nth(column).locator(".board-card").count()) > 1;
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await at(), [column, more ? 1 : 0]);
  const others = await page.locator(".board-column:has(.board-card)").count();
  await page.keyboard.press("ArrowRight");
  if (others > 1) assert.ok((await at())[0] > column, "right leads to the next column with a card");
  await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await at(), [column, more ? 1 : 0]);
  await page.keyboard.press("Tab");
  assert.ok((await at())?.[0] !== column, "Tab leaves the column");
  await page.open("/statements");
  await page.locator(".ant-table-row").first().waitFor();
  await tabTo(page, ".ant-table-row button, .ant-table-row a, .ant-table-row[tabindex]");
  await page.keyboard.press("Enter");
  const drill = page.locator(".ant-drawer-content, .ant-drawer-section, .ant-modal").last();
  await drill.waitFor();
  await page.keyboard.press("Escape");
  await drill.waitFor({ state: "hidden" });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a plan read, changed and left, a unit added, by keyboard (zh)", async () => {
  const page = await person("hq", "zh");
  await page.open("/plans");
  await page.locator(".ant-table-row a").first().waitFor();
  await tabTo(page, ".ant-table-row a");
  await page.keyboard.press("Enter");
  await page.locator("textarea.plan-text").waitFor();
  await tabTo(page, "textarea.plan-text");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n# 键盘");
  await page.getByText("有未保存的修改").waitFor();
  // Tab leaves the text: nobody is caught in it.
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
  await tabTo(page, "button", { text: "存为草稿", back: true });
  await page.keyboard.press("Enter");
  await eventually(async () => /键盘/.test((await ask(page, `/api/plans/${page.url().split("/").at(-1)}`)).text));
  assert.deepEqual(page.faults, []);
  await page.context().close();

  const admin = await person("admin", "zh");
  await admin.open("/settings?part=account");
  await settled(admin);
  await tabTo(admin, "[role=tab]");
  await admin.keyboard.press("Home");
  await admin.waitForURL(/part=units/);
  await tabTo(admin, ".frame-page button.ant-btn-primary");
  await admin.keyboard.press("Enter");
  const dialog = admin.getByRole("dialog");
  await dialog.waitFor();
  await tabTo(admin, "[role=dialog] input[type=text]");
  await admin.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.deepEqual(admin.faults, []);
  await admin.context().close();
});
