/**
 * Passkeys: made in the settings, used instead of a password, asked for after one, taken back.
 *
 * Given a browser with an authenticator of its own (the virtual one of the developer tools);
 * when a person adds a passkey; then recovery codes are shown once, the person comes in without name or password,
 * the password alone opens nothing any more, a recovery code does, and after the passkey is taken back it opens nothing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, loose, world } from "../world.mjs";

const WORDS = {
  zh: { add: "添加通行密钥", save: "保存", kept: "我已保存", byPasskey: "用通行密钥登录", confirm: "用通行密钥验证", recovery: "改用恢复码", enter: "登录", end: "收回" },
  en: { add: "Add a passkey", save: "Save", kept: "I have kept them", byPasskey: "Sign in with a passkey", confirm: "Confirm with a passkey", recovery: "Use a recovery code", enter: "Sign in", end: "Take back" },
};
const LOGINS = { zh: "wang", en: "hq" };

async function withAuthenticator(language) {
  const { browser, address } = await world();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: language === "zh" ? "zh-CN" : "en-US" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  const tools = await context.newCDPSession(page);
  await tools.send("WebAuthn.enable");
  await tools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  // A passkey is bound to a name, never to an address of digits.
  return { page, origin: address.replace("127.0.0.1", "localhost") };
}

async function out(page, origin) {
  await page.context().clearCookies();
  await page.goto(`${origin}/sign-in`);
  await page.locator("input[autocomplete=username]").waitFor();
}

const inside = (page) => page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));

for (const [language, words] of Object.entries(WORDS)) {
  test(`24 a passkey is made, used and taken back (${language})`, async () => {
    const { page, origin } = await withAuthenticator(language);
    const button = (name) => page.getByRole("button", { name: loose(name) });
    await page.goto(`${origin}/sign-in`);
    const login = LOGINS[language];
    const password = async () => {
      await page.locator("input[autocomplete=username]").fill(login);
      await page.locator("input[type=password]").fill("tend-demo");
      await page.locator("input[type=password]").press("Enter");
    };
    await password();
    await inside(page);
    await page.evaluate((chosen) => fetch("/api/me", { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ language: chosen }) }), language);
    await page.goto(`${origin}/settings?part=account`);
    await button(words.add).press("Enter");
    const form = page.getByRole("dialog");
    await form.locator("#name").fill("我的钥匙");
    await form.locator("#password").fill("tend-demo");
    await form.getByRole("button", { name: loose(words.save) }).click();
    const codes = (await page.locator(".ant-modal textarea[readonly]").first().inputValue()).split("\n");
    assert.equal(codes.length, 10);
    await page.keyboard.press("Escape");
    await button(words.kept).click();
    await page.getByText("我的钥匙").waitFor();

    await out(page, origin);
    await button(words.byPasskey).press("Enter");
    await inside(page);

    await out(page, origin);
    await password();
    await button(words.confirm).press("Enter");
    await inside(page);

    await out(page, origin);
    await password();
    await button(words.recovery).press("Enter");
    await page.locator("#recovery_code").fill(codes[0].toLowerCase());
    await page.locator("#recovery_code").press("Enter");
    await inside(page);

    await page.goto(`${origin}/settings?part=account`);
    await page.getByRole("button", { name: loose(`${words.end}: 我的钥匙`) }).click();
    await page.getByRole("dialog").locator("#password").fill("tend-demo");
    await page.getByRole("dialog").getByRole("button", { name: loose(words.end) }).click();
    await eventually(async () => (await page.getByText("我的钥匙", { exact: true }).count()) === 0);

    await out(page, origin);
    await button(words.byPasskey).press("Enter");
    await page.getByRole("alert").waitFor();
    await password();
    await inside(page);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
