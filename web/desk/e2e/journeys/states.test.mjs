/**
 * The five states of every screen that is not simply full (DESK.md, Tokens, States).
 *
 * Given a signed-in person; when the answer of a screen is slow, empty, an error, refused, or the line is lost;
 * then the screen shows bones with a name, says what to do first, says what happened with a code and a way to try again,
 * says who can open it, or keeps what it showed under a strip that says as of when.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { unvisited } from "../routes.mjs";
import { ask, busyDay, eventually, person, send } from "../world.mjs";

const none = (json) => ({ ...json, items: [], next: null, about: 0 });
async function twoRecords(page) {
  const [one, other] = (await ask(page, "/api/customers?limit=2")).items;
  return `${one.id}/merge?other=${other.id}`;
}
const firstOf = (path) => async (page) => (await ask(page, `/api${path}`)).items[0].id;

/**
 * Every screen: who opens it, where, the answer it lives on, what shows that it is full, and what an empty answer is.
 * A screen of one thing is empty when the part named by `partly` is. `fitting` is a person without the right to its answer.
 */
const SCREENS = {
  "my day": { login: "wang", path: "/my-day", answer: /^\/api\/my-day$/, full: ".touch-row", empty: (json) => ({ ...none(json), counts: { ...json.counts, done: 0, today: 0, overdue: 0 } }), before: () => busyDay(3) },
  customers: { login: "wang", path: "/customers", answer: /^\/api\/customers$/, full: ".grid-row", empty: none },
  customer: { login: "wang", id: firstOf("/customers?limit=1"), path: "/customers/", answer: /^\/api\/customers\/cus_[^/]+$/, full: ".record-head h1", partly: /^\/api\/customers\/[^/]+\/(timeline|future)$/, empty: (json) => (Array.isArray(json) ? [] : none(json)) },
  merge: { login: "hq", id: twoRecords, path: "/customers/", address: "/customers/$id/merge", answer: /^\/api\/customers\/cus_[^/]+\/merge-preview$/, full: ".merge-fields" },
  batches: { login: "lead", path: "/batches", answer: /^\/api\/batches$/, full: ".grid-row", empty: none },
  batch: { login: "hq", id: firstOf("/batches"), path: "/batches/", answer: /^\/api\/batches\/bat_[^/]+$/, full: ".page h1" },
  board: { login: "lead", path: "/board", answer: /^\/api\/board$/, full: ".board-card", empty: (json) => json.map((one) => ({ ...one, count: 0, rows: [] })) },
  "board table": { login: "lead", path: "/board?look=table", answer: /^\/api\/touches$/, full: ".grid-row", empty: none },
  "board by person": { login: "lead", path: "/board?look=person", answer: /^\/api\/board$/, full: ".board-card", empty: (json) => json.map((one) => ({ ...one, count: 0, rows: [] })) },
  verification: { login: "hq", path: "/verification", answer: /^\/api\/touches$/, full: ".verify-list .grid-row", empty: none },
  traces: { login: "qa", path: "/traces", answer: /^\/api\/traces$/, full: ".grid-row", empty: none },
  trace: { login: "qa", id: firstOf("/traces"), path: "/traces/", answer: /^\/api\/traces\/trc_[^/]+$/, full: ".trace-step" },
  statement: { login: "lead", path: "/statements", answer: /^\/api\/statements$/, full: ".ant-table-row", empty: (json) => ({ ...json, rows: [] }) },
  plans: { login: "hq", path: "/plans", answer: /^\/api\/plans$/, full: ".ant-table-row", empty: (json) => ({ ...json, items: [] }) },
  playbooks: { login: "hq", path: "/plans?part=playbooks", answer: /^\/api\/playbooks$/, full: ".playbooks .ant-card", empty: (json) => ({ ...json, items: [] }) },
  nights: { login: "hq", path: "/plans?part=runs", answer: /^\/api\/plan-runs$/, full: ".ant-table-row", empty: (json) => ({ ...json, items: [] }), before: oneNight },
  plan: { login: "hq", id: firstOf("/plans"), path: "/plans/", answer: /^\/api\/plans\/pln_[^/]+$/, full: "textarea.plan-text" },
  units: { login: "admin", path: "/settings?part=units", answer: /^\/api\/units$/, full: ".ant-table-row", empty: () => [] },
  people: { login: "admin", path: "/settings?part=staff", answer: /^\/api\/staff$/, full: ".ant-table-row", empty: (json) => (Array.isArray(json) ? [] : none(json)) },
  roles: { login: "admin", path: "/settings?part=roles", answer: /^\/api\/roles$/, full: ".ant-table-row" },
  facts: { login: "admin", path: "/settings?part=facts", answer: /^\/api\/facts$/, full: ".ant-table-row", empty: () => [] },
  tokens: { login: "admin", path: "/settings?part=tokens", answer: /^\/api\/me\/tokens$/, full: ".ant-table-row", empty: () => [], before: oneToken },
  results: { login: "hq", path: "/settings?part=results", answer: /^\/api\/outcome-codes$/, full: ".ant-table-row", empty: () => ({}) },
  remarks: { login: "hq", path: "/settings?part=remarks", answer: /^\/api\/remark-forms$/, full: ".ant-table-row", empty: () => [] },
  processes: { login: "qa", path: "/settings?part=processes", answer: /^\/api\/processes$/, full: ".ant-table-row", empty: () => [] },
  exports: { login: "hq", path: "/exports", answer: /^\/api\/exports$/, full: ".grid-row", empty: none, before: oneExport },
  "sign-in policy": { login: "admin", path: "/settings?part=sign-in", answer: /^\/api\/sign-in-policy$/, full: ".frame-page form .ant-checkbox" },
  webhooks: { login: "admin", path: "/settings?part=webhooks", answer: /^\/api\/webhooks$/, full: ".ant-table-row", empty: () => [], before: oneWebhook },
  account: { login: "wang", path: "/settings?part=account", answer: /^\/api\/me\/security$/, full: ".frame-page .ant-space .ant-space .ant-card" },
  health: { login: "admin", path: "/settings?part=health", answer: /^\/api\/health\/details$/, full: ".frame-page .facts" },
  "requests about data": { login: "qa", path: "/settings?part=rights&of=requests", answer: /^\/api\/rights-requests$/, full: ".ant-table-row", empty: () => [], before: oneRequest },
  rules: { login: "qa", path: "/settings?part=rights&of=rules", answer: /^\/api\/law$/, full: ".ant-table-row" },
  retention: { login: "qa", path: "/settings?part=rights&of=keep", answer: /^\/api\/law$/, full: ".ant-table-row" },
  holds: { login: "qa", path: "/settings?part=rights&of=holds", answer: /^\/api\/holds$/, full: ".ant-table-row", empty: () => [], before: oneHold },
  purposes: { login: "qa", path: "/settings?part=rights&of=purposes", answer: /^\/api\/purposes$/, full: ".ant-table-row" },
  templates: { login: "hq", path: "/settings?part=templates", answer: /^\/api\/templates$/, full: ".ant-table-row", empty: () => [] },
  scripts: { login: "hq", path: "/settings?part=scripts", answer: /^\/api\/scripts$/, full: ".ant-table-row", empty: () => [] },
  gifts: { login: "hq", path: "/settings?part=gifts", answer: /^\/api\/gifts$/, full: ".ant-table-row", empty: () => [], before: oneGift },
  calendar: { login: "hq", path: "/settings?part=calendar", answer: /^\/api\/working-days$/, full: ".ant-table-row", empty: () => [] },
  labels: { login: "admin", path: "/settings?part=labels", answer: /^\/api\/labels$/, full: ".ant-table-row", empty: () => [] },
};

/** A screen that asks nothing when it is opened has none of these states before something is done on it; it has a test of its own below. */
const ASKS_NOTHING = ["/batches/new"];

test("every address of the desk is among them", () => {
  const visited = Object.values(SCREENS).map(({ id, path, address }) => address ?? (id ? `${path}$id` : path));
  assert.deepEqual(unvisited([...visited, ...ASKS_NOTHING]), []);
});

/** What the words of a refusal look like on the wire; the server's own are in its word files. */
const PROBLEMS = {
  500: { status: 500, code: "internal", title: "Something broke here", detail: "The answer could not be made.", next: "Try again; tell your administrator the code if it happens again." },
  403: { status: 403, code: "not_permitted", title: "Not within your rights" },
};

/** Answers the asked-for addresses in another way for as long as the returned function is not called. */
async function answerWith(page, pattern, answer) {
  const matches = (url) => pattern.test(url.pathname);
  const handle = (route) => (route.request().method() === "GET" ? answer(route) : route.fallback());
  await page.route(matches, handle);
  return () => page.unroute(matches, handle);
}

async function slow(page, screen, path) {
  let release;
  const held = new Promise((go) => { release = go; });
  const end = await answerWith(page, screen.answer, async (route) => { await held; await route.continue().catch(() => undefined); });
  await page.open(path);
  const bones = page.locator(".frame-page .bones").first();
  await bones.waitFor();
  assert.equal(await bones.getAttribute("role"), "status");
  assert.ok(await bones.getAttribute("aria-label"));
  assert.equal(await page.locator(screen.full).count(), 0);
  release();
  await page.locator(screen.full).first().waitFor();
  await eventually(async () => (await page.locator(".frame-page .bones").count()) === 0);
  await end();
}

async function empty(page, screen, path) {
  const end = await answerWith(page, screen.partly ?? screen.answer, async (route) => {
    // The page may have gone on meanwhile; then nobody waits for this answer.
    const answer = await route.fetch().catch(() => null);
    if (answer) await route.fulfill({ response: answer, json: screen.empty(await answer.json()) }).catch(() => undefined);
  });
  await page.open(path);
  if (screen.partly) {
    await page.locator(screen.full).first().waitFor();
    await page.locator(".record-column").nth(1).locator(".state h2, .quiet").first().waitFor();
  } else {
    const state = page.locator(".frame-page .state").first();
    await state.waitFor();
    assert.ok((await state.locator("h2").textContent()).length > 2);
    assert.ok(((await state.textContent()).length) > (await state.locator("h2").textContent()).length, "an empty screen says what to do first");
    assert.equal(await page.locator('.frame-page .state[role="alert"]').count(), 0);
  }
  await end();
}

async function refused(page, screen, path, problem) {
  const end = await answerWith(page, screen.answer, (route) => route.fulfill({ status: problem.status, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", ...problem }) }).catch(() => undefined));
  await page.open(path);
  const state = page.locator('.frame-page .state[role="alert"]').first();
  await state.waitFor();
  const text = await state.textContent();
  assert.match(text, new RegExp(problem.code));
  if (problem.detail) assert.ok(text.includes(problem.detail) && text.includes(problem.next));
  else assert.match(text, /管理员|administrator/);
  await end();
  if (problem.status !== 500) return;
  await state.getByRole("button").last().click();
  await page.locator(screen.full).first().waitFor();
  assert.equal(await state.count(), 0);
}

async function offline(page, screen, path) {
  await page.open(path);
  await page.locator(screen.full).first().waitFor();
  await page.context().setOffline(true);
  const strip = page.locator(".frame-strip").first();
  await strip.waitFor();
  assert.match(await strip.textContent(), /\d{1,2}:\d{2}/);
  await page.waitForTimeout(300);
  assert.ok((await page.locator(screen.full).count()) > 0, "what was shown stays");
  assert.equal(await page.locator('.frame-page .state[role="alert"]').count(), 0);
  await page.context().setOffline(false);
  await strip.waitFor({ state: "detached", timeout: 60_000 });
  assert.ok((await page.locator(screen.full).count()) > 0);
}

let turn = 0;
for (const [name, screen] of Object.entries(SCREENS)) {
  const language = turn++ % 2 === 0 ? "zh" : "en";
  test(`states of ${name} (${language})`, async () => {
    await screen.before?.();
    if (screen.full.includes("verify-list")) await oneResult();
    const page = await person(screen.login, language);
    const path = screen.path + (screen.id ? await screen.id(page) : "");
    await slow(page, screen, path);
    if (screen.empty) await empty(page, screen, path);
    await refused(page, screen, path, PROBLEMS[500]);
    await refused(page, screen, path, PROBLEMS[403]);
    await offline(page, screen, path);
    assert.deepEqual(page.faults.filter((fault) => !fault.startsWith("500 ")), []);
    await page.context().close();
  });
}

test("the import: a file on its way, refused by the server, sent while the line is lost, and accepted (en)", async () => {
  const page = await person("hq", "en");
  await page.open("/batches/new");
  const file = { name: "few.csv", mimeType: "text/csv", buffer: Buffer.from("Name,Mobile\r\nState One,13900088001") };
  const frame = page.locator(".drop");
  // Empty: it says what it takes.
  assert.match(await frame.textContent(), /xlsx|Excel|CSV/i);
  const uploads = (url) => url.pathname === "/api/uploads";
  let release;
  const held = new Promise((go) => { release = go; });
  await page.route(uploads, async (route) => { await held; await route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", ...PROBLEMS[500] }) }).catch(() => undefined); });
  await page.setInputFiles("input[type=file]", file);
  await frame.locator(".ant-spin").waitFor();
  release();
  const state = page.locator('.frame-page .state[role="alert"]');
  await state.waitFor();
  assert.match(await state.textContent(), /internal/);
  await page.unroute(uploads);
  await page.context().setOffline(true);
  await page.locator(".frame-strip").first().waitFor();
  await page.setInputFiles("input[type=file]", file);
  await state.waitFor();
  assert.match(await state.textContent(), /connection_lost/);
  await page.context().setOffline(false);
  await page.locator(".frame-strip").first().waitFor({ state: "detached" });
  await page.setInputFiles("input[type=file]", file);
  await page.locator(".sheet").waitFor();
  assert.equal(await state.count(), 0);
  // What was brought stays over a reload.
  await page.reload();
  await page.locator(".sheet").waitFor();
  assert.deepEqual(page.faults.filter((fault) => !fault.startsWith("500 ")), []);
  await page.context().close();
});

/** 王芳 records a result, so that there is one to verify. */
async function oneResult() {
  await busyDay(2);
  const wang = await person("wang", "en");
  await wang.open("/my-day");
  await wang.locator(".pad button").first().click();
  await wang.keyboard.press("n");
  await wang.keyboard.type("To be verified");
  const asked = wang.waitForResponse((answer) => /\/outcome$/.test(answer.url()) && answer.request().method() === "POST", { timeout: 60_000 });
  await wang.keyboard.press("Control+Enter");
  await asked;
  await wang.context().close();
}

/** HQ runs the day, so that there is a night to be seen. */
async function oneNight() {
  const hq = await person("hq", "en");
  const answer = await send(hq, "POST", "/api/plan-runs", { day: (await ask(hq, "/api/me")).today, dry_run: false });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await hq.context().close();
}

/** HQ asks for a file, so that there is one to be seen. */
async function oneExport() {
  const hq = await person("hq", "en");
  const ids = (await ask(hq, "/api/customers?limit=3")).items.map((one) => one.id);
  const answer = await send(hq, "POST", "/api/exports", { who: { ids }, columns: ["name", "owner"], format: "csv", reason: "states" });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await hq.context().close();
}

/** The administrator names a system that wants to hear. */
async function oneWebhook() {
  const admin = await person("admin", "en");
  const answer = await send(admin, "POST", "/api/webhooks", { title: "states", url: "https://hook.example.com/tend", kinds: ["*"] });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await admin.context().close();
}

/** Quality writes a customer's request down, and lays a hold on another. */
async function oneRequest() {
  const qa = await person("qa", "en");
  const { items } = await ask(qa, "/api/customers?limit=2");
  const answer = await send(qa, "POST", `/api/customers/${items[0].id}/rights-requests`, { kind: "copy", note: "states" });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await qa.context().close();
}
async function oneHold() {
  const qa = await person("qa", "en");
  const { items } = await ask(qa, "/api/customers?limit=2");
  const answer = await send(qa, "POST", `/api/customers/${items[1].id}/holds`, { reason: "states", until: null });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await qa.context().close();
}

/** Head office adds a gift, so that there is one to be seen. */
async function oneGift() {
  const hq = await person("hq", "en");
  const gift = { key: "states", title: { zh: "春茶", en: "Spring tea" }, kind: "goods", cost_minor: 6800 };
  const answer = await send(hq, "POST", "/api/gifts", gift);
  assert.ok(answer.status < 300 || answer.body.code === "key_taken", JSON.stringify(answer.body));
  await hq.context().close();
}

/** The administrator makes a token, so that there is one to be seen. */
async function oneToken() {
  const admin = await person("admin", "en");
  const answer = await send(admin, "POST", "/api/me/tokens", { name: "states", scopes: ["plans.read"], days: 1, password: "tend-demo" });
  assert.equal(answer.status, 201);
  await admin.context().close();
}

test("a screen that the role does not have is not offered, and is refused with who can open it (zh, en)", async () => {
  const shut = { wang: ["/batches"], qa: ["/my-day"], boss: ["/customers", "/verification"], admin: ["/board", "/statements"] };
  for (const [login, paths] of Object.entries(shut)) {
    const language = login.length % 2 === 0 ? "zh" : "en";
    const page = await person(login, language);
    const links = await page.locator(".frame-nav a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    for (const path of paths) {
      assert.ok(!links.includes(path), `${login} is offered ${path}`);
      await page.open(path);
      const state = page.locator('.frame-page .state[role="alert"]').first();
      await state.waitFor();
      assert.match(await state.textContent(), /管理员|administrator/);
    }
    await page.context().close();
  }
});

test("an address of nothing says so (zh)", async () => {
  const page = await person("hq", "zh");
  await page.goto(new URL("/nowhere", page.url()).href);
  await page.locator(".state h2").waitFor();
  assert.ok(await page.locator(".state a").count(), "a way back");
  for (const path of ["/customers/cus_00000000-0000-7000-8000-000000000000", "/plans/pln_00000000-0000-7000-8000-000000000000", "/batches/bat_00000000-0000-7000-8000-000000000000"]) {
    await page.open(path);
    await page.locator('.frame-page .state[role="alert"]').first().waitFor();
  }
  await page.context().close();
});
