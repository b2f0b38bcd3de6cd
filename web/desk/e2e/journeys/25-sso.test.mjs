/**
 * Single sign-on at a provider that others wrote.
 *
 * Given an identity provider on this machine; when the administrator sets it and tries it; then it fits, a person comes in by
 * its button to where they wanted to go, leaves here
 * and there, and nothing of the person stays in the browser.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CLIENT, passAt, startIdentity } from "../identity.mjs";
import { signedIn, startBrowser, startProgram } from "../program.mjs";
import { loose, send } from "../world.mjs";

const WORDS = {
  zh: { set: "设置登录方", save: "保存", fits: "登录方可用", test: "测试", out: "退出登录" },
  en: { set: "Set up a provider", save: "Save", fits: "The provider can be used", test: "Test", out: "Sign out" },
};
const SIGNS = { zh: "RS256", en: "ES256" };
const BUTTON = "Firm 登录";

let identity;
let program;
let browser;
after(async () => {
  await browser?.close();
  await program?.stop();
  await identity?.stop();
});

async function start() {
  identity ??= await startIdentity();
  program ??= await startProgram(60, { TEND_SSO_HOSTS: identity.host });
  browser ??= await startBrowser();
  // Another host than the provider's, so that the browser takes them for two sites, as they are in a firm.
  return program.address.replace("127.0.0.1", "localhost");
}

/** A browser that calls nothing but this machine: the provider's page would fetch a font. */
async function stranger(language) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: language === "zh" ? "zh-CN" : "en-US" });
  await context.route((url) => !["127.0.0.1", "localhost"].includes(url.hostname), (route) => route.abort());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  return page;
}

for (const [language, words] of Object.entries(WORDS)) {
  test(`25 single sign-on at a provider that others wrote (${language}, ${SIGNS[language]})`, async () => {
    const origin = await start();
    identity.serve(origin, SIGNS[language]);
    const admin = await signedIn(browser, origin, "admin", language);
    const proof = { password: "tend-demo" };
    await send(admin, "DELETE", "/api/sso");
    await send(admin, "PATCH", "/api/me", { language });
    await admin.goto(`${origin}/settings?part=sign-in`);
    await admin.getByRole("button", { name: loose(words.set) }).click();
    const form = admin.getByRole("dialog");
    await form.locator("#title").fill(BUTTON);
    await form.locator("#issuer").fill(identity.issuer);
    await form.locator("#client_id").fill(CLIENT.id);
    await form.locator("#client_secret").fill(CLIENT.secret);
    await form.locator("#password").fill(proof.password);
    await form.getByRole("button", { name: loose(words.save) }).click();
    await admin.getByRole("button", { name: loose(words.test) }).click();
    await admin.getByText(words.fits).first().waitFor();
    if (process.env.WALK_PICTURES) await admin.screenshot({ path: `${process.env.WALK_PICTURES}/sso-settings.${language}.png`, fullPage: true });

    const page = await stranger(language);
    await page.goto(`${origin}/customers`);
    await page.getByRole("button", { name: loose(BUTTON) }).click();
    await passAt(page, "wang");
    await page.waitForURL((url) => url.origin === origin && url.pathname === "/customers");
    const me = await page.evaluate(async () => (await fetch("/api/me")).json());
    assert.equal(me.login, "wang");

    await page.locator(".frame-person").click();
    await page.getByRole("menuitem", { name: loose(words.out) }).click();
    await page.waitForURL(`${identity.issuer}/**`);
    await page.locator("button[type=submit][value=yes]").click();
    await page.waitForURL(`${origin}/sign-in*`);
    assert.equal(await page.evaluate(async () => (await fetch("/api/me")).status), 401);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tend.own"))), [], "nothing of the person stays in the browser");

    await page.goto(`${origin}/sign-in`);
    await page.getByRole("button", { name: loose(BUTTON) }).waitFor();
    if (process.env.WALK_PICTURES) await page.screenshot({ path: `${process.env.WALK_PICTURES}/sso-sign-in.${language}.png` });
    assert.deepEqual(page.faults, []);
    await page.context().close();
    await admin.context().close();
  });
}
