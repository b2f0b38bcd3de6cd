/**
 * The desk measured in a real browser over a large sample firm (`make bench-desk`; not a test).
 *
 * Main-thread time is summed from the browser's own trace between one act and the next: all tasks of the page's main
 * thread, scripts, layout and paint together. Work is the thread's own time, so that a busy machine does not count as a slow page. The trace of one customer page is
 * kept. BENCH_CUSTOMERS asks for another size. Last line: one JSON object.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signedIn, startBrowser, startProgram } from "./program.mjs";

const CUSTOMERS = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
const KEEP = fileURLToPath(new URL("../../../target/bench/", import.meta.url));
const SCROLLS = 60;
const OPENED = 20;
const QUIET_MS = 65_000;
const TIERS = ["gold", "silver", "ordinary"];
const CLASSES = ["A", "B", "C"];

const at = (all, share) => [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)];
const figures = (all) => ({ median: Math.round(at(all, 0.5)), p95: Math.round(at(all, 0.95)), most: Math.round(Math.max(...all)), times: all.length });

/** Main-thread milliseconds between marks of the page, from a trace: what the thread worked, not what it waited for a core. */
function mainThread(trace, name) {
  const { traceEvents } = JSON.parse(trace);
  const main = traceEvents.find((one) => one.name === "thread_name" && one.args?.name === "CrRendererMain" && traceEvents.some((mark) => mark.pid === one.pid && mark.name.startsWith(`${name} `)));
  const marks = traceEvents.filter((one) => one.pid === main.pid && one.name.startsWith(`${name} `)).sort((a, b) => a.ts - b.ts);
  const tasks = traceEvents.filter((one) => one.pid === main.pid && one.tid === main.tid && one.name === "RunTask" && one.ph === "X");
  return marks.slice(0, -1).map((mark, i) => tasks.filter((one) => one.ts >= mark.ts && one.ts < marks[i + 1].ts).reduce((sum, one) => sum + (one.tdur ?? one.dur), 0) / 1000);
}

async function traced(browser, page, act) {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "blink.user_timing", "disabled-by-default-devtools.timeline"] });
  await act();
  return (await browser.stopTracing()).toString("utf8");
}

const mark = (page, name) => page.evaluate((one) => void performance.mark(one), name);
const rows = (page) => page.locator(".grid-row").first().waitFor();

async function scrolling(browser, page) {
  await page.mouse.move(700, 500);
  const trace = await traced(browser, page, async () => {
    for (let i = 0; i <= SCROLLS; i += 1) {
      await mark(page, `scroll ${i}`);
      if (i < SCROLLS) await page.mouse.wheel(0, 480);
      await page.waitForTimeout(120);
    }
  });
  return figures(mainThread(trace, "scroll"));
}

async function filtering(browser, page) {
  const choices = Array.from({ length: 24 }, (_, i) => ({ tier: TIERS[i % 3], class: CLASSES[Math.floor(i / 3) % 3] }));
  const trace = await traced(browser, page, async () => {
    for (const [i, choice] of [...choices, null].entries()) {
      await mark(page, `filter ${i}`);
      if (!choice) break;
      const answered = page.waitForResponse((one) => new URL(one.url()).pathname === "/api/customers");
      // The same way as the filter fields: a change of the address inside the page.
      await page.evaluate((search) => { history.pushState({}, "", `/customers?${search}`); dispatchEvent(new PopStateEvent("popstate", { state: {} })); }, new URLSearchParams(choice).toString());
      await answered.catch(() => undefined);
      await page.waitForTimeout(250);
    }
  });
  return figures(mainThread(trace, "filter"));
}

/** Looks in every frame, from the click on, for a page that can be used: the name stands, facts and story are there, and the note can be written in. The time is told when the frame that shows it is drawn. */
function watchForCustomer(name) {
  window.usable = new Promise((done) => {
    let clicked;
    addEventListener("click", (event) => (clicked = event.timeStamp), { capture: true, once: true });
    const isUsable = () =>
      document.querySelector(".record-head h1")?.textContent.includes(name) &&
      document.querySelector(".record textarea")?.checkVisibility() &&
      document.querySelector(".record .facts dd") &&
      !document.querySelector(".record .bones");
    const look = () => requestAnimationFrame(() => (clicked !== undefined && isUsable() ? requestAnimationFrame(() => done(performance.now() - clicked)) : look()));
    look();
  });
}

const late = () => new Promise((_, fail) => setTimeout(() => fail(new Error("the customer page cannot be used after half a minute")), 30_000).unref());

async function opening(browser, page, address) {
  const times = [];
  let kept = null;
  for (let i = 0; i < OPENED; i += 1) {
    await page.goto(`${address}/customers?tier=${TIERS[i % 3]}`);
    await rows(page);
    await page.waitForTimeout(300);
    const link = page.locator(".grid-row a").nth(i % 8);
    const name = await link.textContent();
    const open = async () => {
      await page.evaluate(watchForCustomer, name);
      await link.click();
      times.push(await Promise.race([page.evaluate(() => window.usable), late()]));
    };
    if (i === OPENED - 1) kept = await traced(browser, page, open);
    else await open();
  }
  mkdirSync(KEEP, { recursive: true });
  const file = join(KEEP, "desk-customer-trace.json");
  writeFileSync(file, kept);
  return { ...figures(times), trace: "target/bench/desk-customer-trace.json" };
}

/** Requests to the API while something is typed, key by key. */
async function typing(page, address) {
  const text = 'tier == "gold" && age > 40';
  await page.goto(`${address}/customers`);
  await rows(page);
  const field = page.locator(".segment-bar textarea, .segment-bar input").first();
  await field.click();
  const heard = listen(page);
  await page.keyboard.type(text, { delay: 60 });
  await page.waitForTimeout(1_200);
  const segment = heard.stop();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").last().waitFor();
  const again = listen(page);
  await page.keyboard.type("wang xiu", { delay: 60 });
  await page.waitForTimeout(1_200);
  const palette = again.stop();
  return { keys: text.length + 8, requests: segment.length + palette.length };
}

function listen(page) {
  const heard = [];
  const note = (request) => { const { pathname } = new URL(request.url()); if (pathname.startsWith("/api/") && pathname !== "/api/events") heard.push(`${request.method()} ${pathname}`); };
  page.on("request", note);
  return { stop: () => { page.off("request", note); return heard; } };
}

/** What is asked of the server while nobody touches the page and nothing happens. */
async function resting(page, address) {
  await page.goto(`${address}/customers`);
  await rows(page);
  await page.waitForTimeout(2_000);
  const heard = listen(page);
  await page.waitForTimeout(QUIET_MS);
  const asked = heard.stop();
  return { seconds: QUIET_MS / 1000, reads: asked.filter((one) => one.startsWith("GET")).length, signs_of_life: asked.filter((one) => one === "PUT /api/presence").length };
}

const program = await startProgram(CUSTOMERS);
console.log(`${CUSTOMERS} customers are there`);
const browser = await startBrowser();
try {
  const page = await signedIn(browser, program.address, "hq", "en");
  await page.goto(`${program.address}/customers`);
  await rows(page);
  const scroll = await scrolling(browser, page);
  console.log("scroll, main-thread ms", scroll);
  const filter = await filtering(browser, page);
  console.log("filter, main-thread ms", filter);
  const customer = await opening(browser, page, program.address);
  console.log("customer page, ms after the click", customer);
  const keys = await typing(page, program.address);
  console.log("typing", keys);
  const rest = await resting(page, program.address);
  console.log("at rest", rest);
  const held = scroll.p95 < 100 && filter.p95 < 100 && customer.p95 < 500 && keys.requests < keys.keys / 3 && rest.reads === 0;
  console.log(JSON.stringify({ customers: CUSTOMERS, scroll, filter, customer, keys, rest, held }));
} finally {
  await browser.close();
  await program.stop();
}
