/**
 * Pictures of every screen on the sample firm: `docs/screens/SCREEN.LANGUAGE.THEME.webp`, small enough to be kept with
 * the text. `KEEP_PNG=FOLDER` keeps the unpressed pictures too, to look at.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signedIn, startBrowser, startProgram } from "./program.mjs";

const FOLDER = fileURLToPath(new URL("../../../docs/screens/", import.meta.url));
const PNG = process.env.KEEP_PNG;
async function first(page, path, pick = () => true) {
  const { items } = await page.evaluate(async (address) => (await fetch(address)).json(), `/api${path}`);
  return (items.find(pick) ?? items[0]).id;
}
const wait = (page) => page.waitForTimeout(900);

const NARROW = { width: 390, height: 844 };

/** The way of a file into the import, as far as the step that is wanted. */
const NEXT = { zh: /下\s*一\s*步/, en: "Next" };
const FILES = {
  zh: ["续期名单.csv", "姓名,手机,地区,保单号,到期日", ["陈秀兰,13900075001,深圳南山,P2026001,2026-12-08", "周建军,13900075002,深圳福田,P2026002,2026-12-11", "吴小燕,1390007,深圳南山,P2026003,2026-12-12", "郑国强,13900075004,上海浦东,P2026004,12月40日"]],
  en: ["renewals.csv", "Name,Mobile,Region,Policy number,Due", ["Chen Xiulan,13900075001,Shenzhen,P2026001,2026-12-08", "Zhou Jianjun,13900075002,Shenzhen,P2026002,2026-12-11", "Wu Xiaoyan,1390007,Shenzhen,P2026003,2026-12-12", "Zheng Guoqiang,13900075004,Shanghai,P2026004,40 December"]],
};
async function brought(page, language, steps = 0) {
  const [name, heading, rows] = FILES[language];
  await page.setInputFiles("input[type=file]", { name, mimeType: "text/csv", buffer: Buffer.from([heading, ...rows].join("\r\n")) });
  const next = page.getByRole("button", { name: NEXT[language] });
  await next.waitFor();
  if (steps === 0) return;
  await next.click();
  if (steps === 1) return;
  await page.locator(".batch-fields input.ant-input").first().fill(name.split(".")[0]);
  await page.locator(".batch-fields input.ant-input").last().fill(language === "zh" ? "续期提醒" : "Renewal reminder");
  await next.click();
}

/** Who looks at what; `act` opens what only shows after a click. */
const SCREENS = [
  { name: "my-day", login: "wang", address: () => "/my-day", act: (page) => page.locator(".touch-row").nth(2).click() },
  { name: "customer", login: "lead", address: async (page) => `/customers/${await first(page, "/customers?limit=200&tier=gold", (one) => one.next_due)}` },
  { name: "customer-why", login: "hq", address: async (page) => `/customers/${await first(page, "/customers?limit=200&tier=gold", (one) => one.next_due)}`, act: (page) => page.keyboard.press("w") },
  { name: "customers", login: "hq", address: () => "/customers?tier=gold" },
  { name: "batches", login: "hq", address: () => "/batches" },
  { name: "batch", login: "hq", address: async (page) => `/batches/${await first(page, "/batches")}` },
  { name: "import", login: "hq", address: () => "/batches/new" },
  { name: "import-file", login: "hq", address: () => "/batches/new", act: (page, words) => brought(page, words) },
  { name: "import-columns", login: "hq", address: () => "/batches/new", act: (page, words) => brought(page, words, 1) },
  { name: "import-problems", login: "hq", address: () => "/batches/new", act: (page, words) => brought(page, words, 2) },
  { name: "plans", login: "hq", address: () => "/plans" },
  { name: "playbooks", login: "hq", address: () => "/plans?part=playbooks" },
  { name: "plan", login: "hq", address: async (page) => `/plans/${await first(page, "/plans", (one) => one.key === "birthday_gold")}` },
  { name: "plan-text-wrong", login: "hq", address: async (page) => `/plans/${await first(page, "/plans", (one) => one.key === "birthday_gold")}`, act: async (page) => { const area = page.locator("textarea.plan-text"); await area.fill((await area.inputValue()).replace(/\btier\b/, "teir")); await page.locator(".plan-problem").first().waitFor(); } },
  { name: "plan-rehearsal", login: "hq", address: async (page) => `/plans/${await first(page, "/plans", (one) => one.key === "birthday_gold")}`, act: async (page) => { await page.locator(".rehearsal button").click(); await page.locator(".heat").waitFor({ timeout: 90_000 }); await page.locator(".heat").scrollIntoViewIfNeeded(); } },
  { name: "runs", login: "hq", address: () => "/plans?part=runs", act: async (page) => { await page.locator(".frame-page .ant-btn-primary").first().click(); await page.locator(".plan-counts").waitFor(); } },
  { name: "board-table", login: "lead", address: () => "/board?look=table" },
  { name: "board", login: "lead", address: () => "/board" },
  { name: "board-people", login: "lead", address: () => "/board?look=person" },
  { name: "verification", login: "hq", address: () => "/verification" },
  { name: "traces", login: "hq", address: () => "/traces" },
  { name: "trace", login: "lead", address: async (page) => `/traces/${await first(page, "/traces?state=open", (one) => one.overdue)}` },
  { name: "trace-supply", login: "lead", address: async (page) => `/traces/${await first(page, "/traces?state=open", (one) => one.process === "car_renewal_quote")}`, act: async (page) => { await page.locator(".trace-step.gap button").first().click(); await page.getByRole("dialog").waitFor(); } },
  { name: "statement", login: "hq", address: () => "/statements?by=channel" },
  { name: "settings-units", login: "admin", address: () => "/settings?part=units" },
  { name: "settings-staff", login: "admin", address: () => "/settings?part=staff" },
  { name: "settings-facts", login: "admin", address: () => "/settings?part=facts" },
  { name: "settings-labels", login: "admin", address: () => "/settings?part=labels" },
  { name: "settings-results", login: "hq", address: () => "/settings?part=results" },
  { name: "settings-tokens", login: "admin", address: () => "/settings?part=tokens", act: async (page) => { await page.locator(".page-acts button").click(); await page.getByRole("dialog").waitFor(); } },
  { name: "settings-health", login: "admin", address: () => "/settings?part=health" },
  { name: "hand-over", login: "lead", address: () => "/board", act: async (page) => { await page.getByRole("button", { name: /离\s*职\s*交\s*接|Hand over/ }).click(); await page.getByRole("dialog").waitFor(); } },
  { name: "settings-account", login: "wang", address: () => "/settings?part=account" },
  { name: "keys", login: "wang", address: () => "/my-day", act: (page) => page.keyboard.press("?") },
  { name: "sign-in", login: "wang", address: () => "/sign-in" },
  { name: "palette", login: "hq", address: () => "/batches", act: async (page) => { await page.keyboard.press("Control+k"); await page.getByRole("combobox").last().fill("王"); } },
  { name: "phone-my-day", login: "wang", address: () => "/my-day", viewport: NARROW },
  { name: "phone-result", login: "wang", address: () => "/my-day", viewport: NARROW, act: async (page) => { await page.locator(".touch-row").nth(2).click(); await page.locator(".my-day-acts button").last().click(); } },
  { name: "phone-customer", login: "wang", address: async (page) => `/customers/${await first(page, "/customers?limit=200&tier=gold", (one) => one.next_due)}`, viewport: NARROW },
];
const WIDE = { width: 1440, height: 900 };

mkdirSync(FOLDER, { recursive: true });
if (PNG) mkdirSync(PNG, { recursive: true });
const program = await startProgram(6000);
const browser = await startBrowser();
const press = await (await browser.newContext()).newPage();

/** The picture as WebP: a third of the bytes, and no tool beside the browser. */
async function webp(png) {
  const pressed = await press.evaluate(async (data) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL("image/webp", 0.72).split(",")[1];
  }, png.toString("base64"));
  return Buffer.from(pressed, "base64");
}

async function pictures(login, language) {
  const page = await signedIn(browser, program.address, login, language);
  for (const theme of ["light", "dark"]) {
    await page.evaluate((body) => fetch("/api/me", { method: "PATCH", headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}` }, body: JSON.stringify(body) }), { language, theme });
    for (const { name, address, act, viewport } of SCREENS.filter((one) => one.login === login && one.name.includes(process.env.ONLY ?? ""))) {
      await page.setViewportSize(viewport ?? WIDE);
      const path = await address(page);
      await page.evaluate(() => localStorage.removeItem("tend.import"));
      await page.goto(`${program.address}${path}`);
      await page.waitForFunction(() => document.querySelector(".frame-page h1, .frame-page h2, .touch-row, input[autocomplete=username]") && !document.querySelector(".bones"));
      await wait(page);
      await act?.(page, language);
      if (act) await wait(page);
      const png = await page.screenshot();
      if (PNG) writeFileSync(join(PNG, `${name}.${language}.${theme}.png`), png);
      writeFileSync(`${FOLDER}${name}.${language}.${theme}.webp`, await webp(png));
    }
  }
  await page.context().close();
}

try {
  for (const login of new Set(SCREENS.map((one) => one.login))) for (const language of ["en", "zh"]) await pictures(login, language);
} finally {
  await browser.close();
  await program.stop();
}
