/**
 * Pictures of every screen on the sample firm: `docs/screens/SCREEN.LANGUAGE.THEME.webp`, small enough to be kept with
 * the text. `AXE=yes` has axe look at each of them, dialogues opened, and fails with what it finds. `KEEP_PNG=FOLDER` keeps the unpressed pictures too, to look at; `ONLY=board,plan` makes some, `LOOKS=zh.light` in some looks.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { faultsOf } from "./axe.mjs";
import { signedIn, startBrowser, startProgram } from "./program.mjs";
import { SCREENS, setScene } from "./screens.mjs";

const FOLDER = process.env.SCREENS ? `${process.env.SCREENS}/` : fileURLToPath(new URL("../../../docs/screens/", import.meta.url));
const PNG = process.env.KEEP_PNG;
const wait = (page) => page.waitForTimeout(900);

const WIDE = { width: 1440, height: 900 };

mkdirSync(FOLDER, { recursive: true });
if (PNG) mkdirSync(PNG, { recursive: true });
const program = await startProgram(Number(process.env.WALK_CUSTOMERS ?? 6000));
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

const looks = (process.env.LOOKS ?? "zh.light,zh.dark,en.light,en.dark").split(",");
const wanted = (name) => (process.env.ONLY ?? "").split(",").some((part) => name.includes(part));

async function pictures(login, language) {
  if (!looks.some((one) => one.startsWith(language))) return;
  const page = await signedIn(browser, program.address, login, language);
  page.setDefaultTimeout(15_000);
  for (const theme of ["light", "dark"].filter((one) => looks.includes(`${language}.${one}`))) {
    await page.evaluate((body) => fetch("/api/me", { method: "PATCH", headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}` }, body: JSON.stringify(body) }), { language, theme });
    for (const { name, address, act, viewport, media, ready } of SCREENS.filter((one) => one.login === login && wanted(one.name))) {
      await page.setViewportSize(viewport ?? WIDE);
      await page.emulateMedia({ media: media ?? "screen" });
      const path = await address(page, language);
      // What was begun for one picture stands in no other, and neither do the tabs of those before it.
      await page.evaluate(() => Object.keys(localStorage).filter((place) => /^tend\.own\.(import|draft|plan|process|tabs)/.test(place)).forEach((place) => localStorage.removeItem(place)));
      await page.goto(`${program.address}${path}`);
      try {
        await page.waitForFunction((shows) => document.querySelector(shows) && !document.querySelector(".bones"), ready ?? ".frame-page h1, .frame-page h2, .touch-row, input[autocomplete=username]");
        await wait(page);
        await act?.(page, language);
      } catch (thrown) {
        // One screen that changed must not cost the pictures of all others; it is told, and the run fails at its end.
        failed.push(`${name} ${language} ${theme}: ${thrown.message.split("\n")[0]}`);
        continue;
      }
      if (act) await wait(page);
      if (process.env.AXE) failed.push(...(await faultsOf(page)).map((fault) => `${name} ${language} ${theme}: ${fault}`));
      const png = await page.screenshot();
      if (PNG) writeFileSync(join(PNG, `${name}.${language}.${theme}.png`), png);
      writeFileSync(`${FOLDER}${name}.${language}.${theme}.webp`, await webp(png));
    }
  }
  await page.context().close();
}

const failed = [];
try {
  await setScene(browser, program.address);
  const people = [...new Set(SCREENS.filter((one) => wanted(one.name)).map((one) => one.login))];
  // Three people at a time: most of a picture is waiting for a screen to come to rest.
  await Promise.all([0, 1, 2].map(async (lane) => {
    for (const login of people.filter((_, i) => i % 3 === lane)) for (const language of ["en", "zh"]) await pictures(login, language);
  }));
} finally {
  await browser.close();
  await program.stop();
}
for (const one of failed) console.error(one);
if (failed.length > 0) process.exitCode = 1;
