/** One sample firm, one program, one browser for all journeys; people sign in by name and language. */
import { after, afterEach } from "node:test";
import { signedIn, startBrowser, startProgram, windowIn } from "./program.mjs";
import { tellOfFailure } from "./told.mjs";

let started;
/** The running program and browser; the first journey starts them, the end of the run stops them. */
export function world() {
  started ??= Promise.all([startProgram(Number(process.env.WALK_CUSTOMERS ?? 1500)), startBrowser()]).then(([program, browser]) => ({ program, browser, address: program.address }));
  return started;
}
after(async () => {
  const { program, browser } = (await started) ?? {};
  await browser?.close();
  await program?.stop();
});

afterEach(tellOfFailure);

/** Cookies by login: who signed in once needs no sign-in page for one more window. */
const sessions = new Map();

/** A person at a window of their own, in one language. */
export async function person(login, language, viewport) {
  const { address } = await world();
  const page = (await oneMoreWindow(login, language)) ?? (await firstWindow(login, language));
  sessions.set(login, await page.context().cookies());
  if (viewport) await page.setViewportSize(viewport);
  page.open = async (path) => {
    await page.goto(`${address}${path}`);
    await page.locator("main, .frame-page").first().waitFor();
  };
  return page;
}

async function firstWindow(login, language) {
  const { browser, address } = await world();
  const page = await signedIn(browser, address, login, language);
  await look(page, { language, theme: "light" });
  return page;
}

/** A window over the session of an earlier one; none if that has ended. */
async function oneMoreWindow(login, language) {
  if (!sessions.has(login)) return null;
  const { browser, address } = await world();
  const page = await windowIn(browser, language);
  await page.context().addCookies(sessions.get(login));
  const answer = await page.context().request.patch(`${address}/api/me`, { data: { language, theme: "light" }, headers: { origin: address, "sec-fetch-site": "same-origin", "idempotency-key": `${Math.random()}` } });
  if (!answer.ok()) {
    await page.context().close();
    return null;
  }
  await page.goto(address);
  await page.locator(".frame-page").waitFor();
  return page;
}

/** What the person chose for the look of the desk, kept by the server and by this browser. */
export async function look(page, chosen) {
  await send(page, "PATCH", "/api/me", chosen);
  await page.reload();
  await page.locator(".frame-page").waitFor();
}

/** What the page itself would get from the server. */
export async function ask(page, path) {
  return page.evaluate(async (address) => (await fetch(address)).json(), path);
}

/** Something done past the screen, to set the scene. */
export async function send(page, method, path, body, headers = {}) {
  return page.evaluate(
    async ([method, path, body, headers]) => {
      const answer = await fetch(path, { method, headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}-${performance.now()}`, ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
      const text = await answer.text();
      return { status: answer.status, etag: answer.headers.get("etag"), body: text ? JSON.parse(text) : null };
    },
    [method, path, body, headers],
  );
}

/** Gives 王芳 enough work for today: her lead moves work orders of the channel to her. */
export async function busyDay(wanted) {
  const lead = await person("lead", "zh");
  const wang = (await ask(lead, `/api/colleagues?q=${encodeURIComponent("王芳")}`))[0];
  const has = (await ask(lead, `/api/touches?owner=${wang.id}&state=open&limit=100`)).items.length;
  const { items } = await ask(lead, "/api/touches?state=open&limit=200");
  const moves = items.filter((one) => one.owner?.id !== wang.id).slice(0, Math.max(0, wanted - has)).map((one) => ({ touch_id: one.id, version: one.version, staff_id: wang.id }));
  if (moves.length > 0) {
    const answer = await send(lead, "POST", "/api/board/moves", { moves });
    if (answer.status >= 300 || answer.body.moved.length < moves.length) throw new Error(`the day was not filled: ${JSON.stringify(answer).slice(0, 400)}`);
  }
  await lead.context().close();
}

/** Waits until something holds, and answers with it. */
export async function eventually(find, ms = 60_000) {
  const until = Date.now() + ms;
  for (;;) {
    const found = await find().catch(() => null);
    if (found) return found;
    if (Date.now() > until) throw new Error(`not within ${ms} ms: ${find}`);
    await new Promise((go) => setTimeout(go, 120));
  }
}

/** antd puts a space between two Chinese characters of a button; names are compared without. */
export const loose = (text) => new RegExp([...text.replace(/\s/g, "")].map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s*"));

const BRING = { zh: { next: "下一步", start: "开始导入" }, en: { next: "Next", start: "Import" } };

/** HQ brings a file in through the wizard, up to its last step; `read` may say how it is read, `fix` may set problems right. Answers the batch. */
export async function bring(hq, language, { file, mimeType = "text/csv", buffer, name, reason, duplicates, read, fix }) {
  const words = BRING[language];
  await hq.open("/batches/new");
  await hq.setInputFiles("input[type=file]", { name: file, mimeType, buffer });
  await read?.();
  await hq.getByRole("button", { name: loose(words.next) }).click();
  await hq.locator(".batch-fields input.ant-input").first().fill(name);
  await hq.locator(".batch-fields input.ant-input").last().fill(reason);
  await hq.getByRole("button", { name: loose(words.next) }).click();
  const start = hq.getByRole("button", { name: loose(words.start) }).last();
  const checked = () => hq.waitForFunction((text) => [...document.querySelectorAll("button")].some((one) => !one.disabled && one.textContent.replace(/\s/g, "").includes(text.replace(/\s/g, ""))), words.start);
  await checked();
  if (duplicates) await hq.locator(`input[type=radio][value=${duplicates}]`).check();
  await fix?.(checked);
  await start.click();
  await hq.waitForURL(/\/batches\/bat_/);
  const id = hq.url().split("/").at(-1);
  return eventually(async () => {
    const one = await ask(hq, `/api/batches/${id}`);
    return one.state === "imported" ? one : null;
  }, 30_000);
}

/** A list as CSV bytes. */
export const csv = (rows) => Buffer.from(rows.map((row) => row.join(",")).join("\r\n"));
