/** Starts the real program on a small sample firm of its own and a real browser; both are stopped by their own id. */
import { spawn, spawnSync } from "node:child_process";
import { Agent, createServer, request } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { watchRequests } from "./still.mjs";
import { listenTo } from "./told.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = process.env.TEND_PROGRAM ?? join(ROOT, "target/debug/tend");
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function startProgram(customers = 300, settings = {}) {
  const data = mkdtempSync(join(tmpdir(), "tend-walk-"));
  const made = spawnSync(PROGRAM, ["demo", "--data", data, "--no-serve", "--seed", "1", "--customers", String(customers), "--json"], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the sample firm was not made: ${made.stderr}${made.stdout}`);
  const child = spawn(PROGRAM, ["serve", "--data", data, "--listen", "127.0.0.1:0", "--json"], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...settings } });
  const address = await new Promise((ready, failed) => {
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
      const line = text.split("\n").find((one) => one.includes('"ready":true'));
      if (line) ready(JSON.parse(line).address);
    });
    child.stderr.on("data", (bytes) => process.env.WALK_LOG && process.stderr.write(bytes));
    child.on("exit", (code) => failed(new Error(`the program stopped with ${code}: ${text}`)));
  });
  const before = process.env.DESK_FILES ? await deskBefore(address, process.env.DESK_FILES) : null;
  return {
    address: before?.address ?? address,
    stop() {
      before?.close();
      child.removeAllListeners("exit");
      child.kill("SIGTERM");
      return new Promise((gone) => child.on("exit", () => { rmSync(data, { recursive: true, force: true }); gone(); }));
    },
  };
}

export async function startBrowser() {
  return chromium.launch({ executablePath: BROWSER, args: FLAGS });
}

const KINDS = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml", png: "image/png", webmanifest: "application/manifest+json" };

/** The desk's files from a folder, and everything else from the program: `DESK_FILES` measures a desk before the program is built anew. */
async function deskBefore(address, folder) {
  const { hostname, port } = new URL(address);
  const agent = new Agent({ keepAlive: true });
  const files = new Map();
  const fileOf = (name) => files.get(name) ?? files.set(name, readFileSync(join(folder, name))).get(name);
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url, address);
    if (pathname.startsWith("/api/")) {
      const passed = request({ hostname, port, agent, path: asked.url, method: asked.method, headers: asked.headers }, (got) => { answer.writeHead(got.statusCode, got.headers); got.pipe(answer); });
      passed.on("error", () => answer.destroy());
      answer.on("close", () => passed.destroy());
      return asked.pipe(passed);
    }
    const name = /\.\w+$/.test(pathname) ? pathname.slice(1) : "index.html";
    answer.writeHead(200, { "content-type": KINDS[name.split(".").at(-1)], "cache-control": pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache" });
    return answer.end(fileOf(name));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close(); } };
}

/** An empty browser window that speaks one language and notes what goes wrong in it. */
export async function windowIn(browser, language) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: language === "zh" ? "zh-CN" : "en-US", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  // Far longer than anything takes: a journey waits for what it wants and not for a machine that has other work.
  page.setDefaultTimeout(60_000);
  page.faults = [];
  watchRequests(page);
  await listenTo(page);
  page.on("pageerror", (error) => page.faults.push(error.message));
  if (process.env.WALK_LOG) page.on("response", async (answer) => answer.request().method() !== "GET" && console.error(answer.status(), answer.request().method(), answer.url(), answer.request().postData()?.slice(0, 300), (await answer.text().catch(() => "")).slice(0, 300)));
  page.on("response", (answer) => answer.status() >= 500 && page.faults.push(`${answer.status()} ${answer.url()}`));
  return page;
}

/** A browser window in which one person is signed in, speaking one language. */
export async function signedIn(browser, address, login, language, password = "tend-demo") {
  const page = await windowIn(browser, language);
  await page.goto(`${address}/sign-in`);
  await page.locator("input[autocomplete=username]").fill(login);
  await page.locator("input[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  return page;
}
