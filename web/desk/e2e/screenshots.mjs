/** Pictures of the desk on the sample firm, for README and docs: `docs/screens/SCREEN.LANGUAGE.light.png`. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { signedIn, startBrowser, startProgram } from "./program.mjs";

const FOLDER = fileURLToPath(new URL("../../../docs/screens/", import.meta.url));
const SCREENS = [
  { name: "my-day", login: "wang", address: "/my-day" },
  { name: "batches", login: "hq", address: "/batches" },
  { name: "board", login: "lead", address: "/board" },
  { name: "statement", login: "hq", address: "/statements?by=channel" },
];

mkdirSync(FOLDER, { recursive: true });
const program = await startProgram(6000);
const browser = await startBrowser();
try {
  for (const language of ["zh", "en"]) {
    for (const { name, login, address } of SCREENS) {
      const page = await signedIn(browser, program.address, login, language);
      await page.goto(`${program.address}${address}`);
      await page.waitForLoadState("load");
      if (name === "my-day") await page.locator(".touch-row").nth(2).click();
      // Until lists and pictures have come and nothing moves any more.
      await page.waitForTimeout(2500);
      await page.screenshot({ path: `${FOLDER}${name}.${language}.light.png` });
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await program.stop();
}
