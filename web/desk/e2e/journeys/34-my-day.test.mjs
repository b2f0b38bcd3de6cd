/**
 * Journey 34. My day keeps its place and its keys.
 *
 * Given a maintainer in the middle of the list; when they open the customer and come back, reload, or leave a card on a
 * phone by the system's Back; then the same row is chosen, and Back leads to the list. When they open a template with Enter
 * or press keys behind a drawer; then the page does nothing of its own. When they copy where a page has no clipboard; then
 * it is copied all the same, or selected. When the work order in front of them is given to somebody else; then that is said,
 * and no key records a result for the one that takes its place. When they snooze or hand back; then ten seconds are left to take it back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { still } from "../still.mjs";
import { ask, busyDay, eventually, loose, person, send } from "../world.mjs";

const chosen = (page) => new URL(page.url()).searchParams.get("touch");
const bare = (text) => text.replace(/\s+/g, "");
const current = (page) => page.locator(".touch-row[aria-current=true] strong").first().textContent();

test("34 the chosen row is chosen still after a look at the customer and a reload (zh)", async () => {
  await busyDay(6);
  const page = await person("wang", "zh");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  await page.waitForURL((url) => url.searchParams.has("touch"));
  const first = chosen(page);
  for (let press = 0; press < 2; press += 1) {
    const before = chosen(page);
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.searchParams.get("touch") !== before);
  }
  const [touch, name] = [chosen(page), await current(page)];
  assert.notEqual(touch, first);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/customers\/cus_/);
  await page.locator(".record-head h1").waitFor();
  await page.goBack();
  await page.locator(".pad button").first().waitFor();
  assert.deepEqual([chosen(page), await current(page)], [touch, name]);
  await page.reload();
  await page.locator(".pad button").first().waitFor();
  assert.deepEqual([chosen(page), await current(page)], [touch, name]);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("34 on a phone the system's Back leads from a card to the list (en)", async () => {
  await busyDay(4);
  const page = await person("wang", "en", { width: 390, height: 844 });
  await page.open("/my-day");
  await page.locator(".touch-row").nth(1).click();
  await page.locator(".my-day-acts").waitFor();
  assert.ok(chosen(page));
  await page.goBack();
  await page.locator(".my-day:not(.chosen) .touch-row").first().waitFor();
  assert.deepEqual([new URL(page.url()).pathname, chosen(page)], ["/my-day", null]);
  // The page's own way back is the same step.
  await page.locator(".touch-row").first().click();
  await page.locator(".back-to-list").click();
  await page.locator(".my-day:not(.chosen) .touch-row").first().waitFor();
  await page.waitForURL((url) => url.pathname === "/my-day" && !url.searchParams.has("touch"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("34 work that is taken away while it is open is told, and nothing is recorded for the next (en)", async () => {
  await busyDay(6);
  const page = await person("wang", "en");
  const lead = await person("lead", "en");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  await page.waitForURL((url) => url.searchParams.has("touch"));
  const [taken, name] = [chosen(page), await current(page)];
  const { touch } = await ask(lead, `/api/touches/${taken}`);
  const { owner } = (await ask(lead, "/api/touches?state=open&limit=200")).items.find((one) => one.owner && one.owner.id !== touch.owner.id);
  const moved = await send(lead, "POST", "/api/board/moves", { moves: [{ touch_id: taken, version: touch.version, staff_id: owner.id }] });
  assert.equal(moved.body.moved.length, 1, JSON.stringify(moved.body));

  const told = page.locator(".touch-pane [role=alert]");
  await told.getByText(`${name} is no longer on your list`).waitFor();
  const next = chosen(page);
  assert.notEqual(next, taken);
  await page.keyboard.press("1");
  await page.keyboard.press("e");
  assert.equal(await page.locator(".pad button").count(), 0);
  await told.getByRole("button").click();
  await page.locator(".pad button").first().waitFor();
  assert.equal(chosen(page), next);
  assert.equal(await page.locator(".pad button[aria-pressed=true]").count(), 0);
  assert.equal((await ask(page, `/api/touches/${next}`)).touch.outcome_code ?? null, null);
  for (const one of [page, lead]) {
    assert.deepEqual(one.faults, []);
    await one.context().close();
  }
});

/** A work order of hers that comes with a message. */
async function withTemplate(page) {
  for (const item of (await ask(page, "/api/my-day")).items) {
    const [template] = (await ask(page, `/api/touches/${item.id}`)).templates;
    if (template) return { id: item.id, text: template.text };
  }
  throw new Error("no work order of today comes with a message");
}

test("34 Enter opens a template and not the customer, and no key acts behind a drawer (zh)", async () => {
  await busyDay(12);
  const page = await person("wang", "zh");
  const { id } = await withTemplate(page);
  await page.open(`/my-day?touch=${id}`);
  await page.locator(".pad button").first().waitFor();
  const code = async () => (await ask(page, `/api/touches/${id}`)).touch.outcome_code;
  const before = await code();
  await page.locator(".template summary").first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".template[open]").first().waitFor();
  await page.locator(".story-head input").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).pathname, "/my-day");

  await page.keyboard.press("w");
  const why = page.locator(".ant-drawer-open");
  await why.waitFor();
  await page.keyboard.press("1");
  await page.keyboard.press("e");
  await page.keyboard.press("j");
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "detached" });
  assert.equal(await page.locator(".pad button[aria-pressed=true]").count(), 0);
  assert.equal(chosen(page), id);
  assert.equal(await code(), before);
  // The same key acts as soon as the drawer is gone.
  await page.keyboard.press("1");
  await page.locator(".pad button[aria-pressed=true]").waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("34 where a page has no clipboard a message is copied all the same, or selected (en)", async () => {
  await busyDay(12);
  const page = await person("wang", "en");
  await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  const { id, text } = await withTemplate(page);
  await page.open(`/my-day?touch=${id}`);
  await page.locator(".template summary").first().waitFor();
  await page.keyboard.press("m");
  await page.locator(".ant-message", { hasText: "Copied" }).waitFor();
  const note = page.getByRole("textbox", { name: "Note", exact: true });
  await note.focus();
  await page.keyboard.press("Control+v");
  assert.equal(bare(await note.inputValue()), bare(text));
  await note.fill("");

  await page.evaluate(() => { document.execCommand = () => false; });
  await page.keyboard.press("Escape");
  await page.keyboard.press("m");
  await page.locator(".ant-message", { hasText: "Ctrl C" }).waitFor();
  await page.locator(".template[open]").first().waitFor();
  assert.equal(bare(await page.evaluate(() => String(getSelection()))), bare(text));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("34 the hint of the key that records is the one that works where the cursor is (en)", async () => {
  await busyDay(6);
  const page = await person("wang", "en");
  await page.open("/my-day");
  await page.locator(".pad button").first().waitFor();
  const hint = page.getByRole("button", { name: /^Record and next/ }).locator("kbd");
  assert.equal(await hint.textContent(), "E");
  const id = chosen(page);
  const { outcome_codes: codes } = await ask(page, `/api/touches/${id}`);
  await page.keyboard.press(String(codes.find((one) => one.needs_note && one.key).key));
  // The cursor is in the note now: a letter is written there, and nothing is recorded by it.
  const note = page.getByRole("textbox", { name: "Note", exact: true });
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  assert.equal(await hint.textContent(), "Ctrl Enter");
  await page.keyboard.type("she wants a call in the evening");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.tagName !== "TEXTAREA");
  assert.equal(await hint.textContent(), "E");
  await note.focus();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL((url) => url.searchParams.get("touch") !== id);
  const { touch } = await ask(page, `/api/touches/${id}`);
  assert.ok(touch.outcome_code, JSON.stringify(touch));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("34 whoever has the desk open is here for the lead, whatever the page, and gone when it is closed (en)", async () => {
  const page = await person("wang", "zh");
  await page.open("/my-day");
  const lead = await person("lead", "en");
  await lead.open("/board");
  const mate = lead.locator(".team li", { hasText: (await ask(page, "/api/me")).name }).filter({ hasText: "Ready" });
  await mate.first().waitFor();
  await page.context().close();
  await mate.first().waitFor({ state: "detached" });
  assert.deepEqual(lead.faults, []);
  await lead.context().close();
});

/** A work order by hand with one of her own customers: a visit, which keeps no hours. */
async function visit(page, title) {
  const { today } = await ask(page, "/api/me");
  for (const { id } of (await ask(page, "/api/customers?limit=20")).items) {
    const made = await send(page, "POST", `/api/customers/${id}/touches`, { title, channel: "visit", due: today });
    if (made.status === 201) return made.body;
  }
  throw new Error("nobody may be visited");
}

test("34 a snooze and a hand-back are taken back within their seconds (zh)", async () => {
  const page = await person("wang", "zh");
  const touch = await visit(page, "送保单（走查）");
  const now = async () => (await ask(page, `/api/touches/${touch.id}`)).touch;
  const undo = page.locator(".undo-bar").getByRole("button", { name: /撤销/ });
  await page.open(`/my-day?touch=${touch.id}`);
  await page.locator(".pad button").first().waitFor();
  await page.keyboard.press("s");
  await page.getByRole("menuitem", { name: "明天 10:00" }).click();
  await eventually(async () => (await now()).snoozed_until);
  await undo.click();
  await eventually(async () => (await now()).snoozed_until === null);
  await page.waitForURL((url) => url.searchParams.get("touch") === touch.id);
  await page.locator(".touch-row[aria-current=true]", { hasText: "送保单（走查）" }).waitFor();

  await page.locator(".pad button").first().waitFor();
  // The card of before the snooze stands in until the work order has been asked for anew: its version is not that one's.
  await still(page);
  await page.getByRole("button", { name: loose("退还") }).click();
  await eventually(async () => (await now()).owner === null);
  await undo.click();
  const me = (await ask(page, "/api/me")).id;
  await eventually(async () => (await now()).owner?.id === me);
  await page.locator(".touch-row[aria-current=true]", { hasText: "送保单（走查）" }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
