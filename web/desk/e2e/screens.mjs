/** Every screen that is shown in a picture: who looks at it, where, and what is opened on it; and what was done in the firm before. */
import { signedIn } from "./program.mjs";

async function ask(page, path) {
  return page.evaluate(async (address) => (await fetch(address)).json(), `/api${path}`);
}
async function first(page, path, pick = () => true) {
  const answer = await ask(page, path);
  const items = answer.items ?? answer;
  return (items.find(pick) ?? items[0]).id;
}
const gold = async (page) => `/customers/${await first(page, "/customers?limit=200&tier=gold", (one) => one.next_due)}`;
const birthday = async (page) => `/plans/${await first(page, "/plans", (one) => one.key === "birthday_gold")}`;
const dialog = (page) => page.getByRole("dialog").last().waitFor();
const press = (name) => async (page) => { await page.getByRole("button", { name }).first().click(); await dialog(page); };

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

/** The same with somebody on file, made past the screen, whom the first row looks like. */
async function alike(page, language) {
  const [name, phone] = FILES[language][2][0].split(",");
  await page.evaluate(async ([facts, key]) => {
    await fetch("/api/customers", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": key }, body: JSON.stringify({ facts }) });
  }, [{ name, phone, occupation: language === "zh" ? "教师" : "Teacher", region: language === "zh" ? "深圳罗湖" : "Luohu" }, `alike-${language}`]);
  await brought(page, language, 2);
  await page.locator("[data-alike]").first().waitFor();
}
const chosenRows = async (page) => {
  for (const row of [0, 1, 2]) await page.locator(".grid-row input[type=checkbox]").nth(row).check();
};

/** A second record of a gold customer, made past the screen, and the address that shows both side by side. */
async function twoRecords(page, language) {
  const address = await gold(page);
  const id = address.split("/").pop();
  const other = await page.evaluate(async ([id, occupation, mail]) => {
    const { name } = await (await fetch(`/api/customers/${id}`)).json();
    const body = JSON.stringify({ facts: { name, occupation, mail, region: "深圳福田" } });
    return (await (await fetch("/api/customers", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}` }, body })).json()).id;
  }, [id, language === "zh" ? "会计" : "Accountant", "second@example.com"]);
  return `${address}/merge?other=${other}`;
}

/** A customer into whom another record was merged, past the screen. */
async function merged(page) {
  const id = await page.evaluate(async () => {
    const made = async () => {
      const body = JSON.stringify({ facts: { name: "林小满", region: "深圳南山", phone: `139${String(Date.now()).slice(-8)}` } });
      return (await fetch("/api/customers", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}` }, body })).json();
    };
    const [kept, other] = [await made(), await made()];
    const body = JSON.stringify({ other_id: other.id, other_version: other.version, take: [], reason: "同一部手机" });
    await fetch(`/api/customers/${kept.id}/merges`, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}`, "if-match": `"${kept.version}"` }, body });
    return kept.id;
  });
  return `/customers/${id}`;
}

export const SCREENS = [
  { name: "my-day", login: "wang", address: async (page) => `/my-day?touch=${(await ask(page, "/my-day")).items.find((one) => /renewal|birthday|visit/.test(one.plan_key ?? ""))?.id ?? ""}`, act: (page) => page.waitForTimeout(600) },
  { name: "my-day-print", login: "wang", address: () => "/my-day", media: "print", ready: ".day-print" },
  { name: "my-day-empty", login: "lead", address: () => "/my-day" },
  { name: "customer", login: "lead", address: gold },
  { name: "customer-why", login: "hq", address: gold, act: (page) => page.keyboard.press("w") },
  { name: "customer-rights", login: "qa", address: async (page) => `/customers/${await first(page, "/customers?limit=1")}`, act: async (page) => { await page.getByRole("button", { name: /客户权利|Rights|权利/ }).first().click(); } },
  { name: "customer-erase", login: "qa", address: async (page) => `/customers/${await first(page, "/customers?limit=1")}`, act: async (page) => { await page.getByRole("button", { name: /客户权利|Rights|权利/ }).first().click(); await page.locator(".ant-dropdown-menu-item-danger").click(); await dialog(page); } },
  { name: "customer-consent", login: "wang", address: gold, act: async (page) => { await page.locator("#column-facts button.ant-btn-sm").filter({ hasText: /微信|WeChat/ }).first().click(); await dialog(page); } },
  { name: "customer-consents", login: "wang", address: gold, act: press(/记录与依据|Record and proof/) },
  { name: "customers", login: "hq", address: () => "/customers?tier=gold" },
  { name: "customers-bulk", login: "hq", address: () => "/customers?tier=gold", act: async (page) => { await chosenRows(page); await page.getByRole("button", { name: /批量修改|Bulk edit/ }).click(); await dialog(page); } },
  { name: "customers-export", login: "hq", address: () => "/customers?tier=gold", act: async (page) => { await chosenRows(page); await page.locator("[role=group] button").filter({ hasText: /导\s*出|Export/ }).first().click(); await dialog(page); } },
  { name: "customer-merge", login: "hq", ready: ".merge-fields", address: twoRecords },
  { name: "customer-split", login: "hq", address: merged, act: press(/拆分林小满|Part 林小满/) },
  { name: "customer-work", login: "lead", address: gold, act: async (page) => { await page.keyboard.press("t"); await dialog(page); } },
  { name: "customer-keeper", login: "lead", address: gold, act: press(/改归属|Change owner/) },
  { name: "customer-relation", login: "lead", address: gold, act: press(/添加关系|Add a relation/) },
  { name: "customer-agreement", login: "lead", address: gold, act: press(/登记合同|Add an agreement/) },
  { name: "customer-household", login: "lead", address: gold, act: press(/添加家人|Add to the household/) },
  { name: "exports", login: "hq", address: () => "/exports" },
  { name: "batches", login: "hq", address: () => "/batches" },
  { name: "batch", login: "hq", address: async (page) => `/batches/${await first(page, "/batches")}` },
  { name: "import", login: "hq", address: () => "/batches/new" },
  { name: "import-file", login: "hq", address: () => "/batches/new", act: (page, words) => brought(page, words) },
  { name: "import-columns", login: "hq", address: () => "/batches/new", act: (page, words) => brought(page, words, 1) },
  { name: "import-problems", login: "hq", address: () => "/batches/new", act: async (page, words) => { await brought(page, words, 2); await page.locator("button.ant-btn-primary:enabled").last().waitFor(); } },
  { name: "import-alike", login: "hq", address: () => "/batches/new", act: (page, words) => alike(page, words) },
  { name: "plans", login: "hq", address: () => "/plans" },
  { name: "playbooks", login: "hq", address: () => "/plans?part=playbooks" },
  { name: "plan", login: "hq", address: birthday },
  { name: "plan-text-wrong", login: "hq", address: birthday, act: async (page) => { const area = page.locator("textarea.plan-text"); await area.fill((await area.inputValue()).replace(/\btier\b/, "teir")); await page.locator(".plan-problem").first().waitFor(); } },
  { name: "plan-publish", login: "hq", address: birthday, act: async (page) => { const area = page.locator("textarea.plan-text"); await area.fill((await area.inputValue()).replace(/priority = \d+/, "priority = 85")); await page.locator(".page-head .ant-btn-primary, .ant-space .ant-btn-primary").first().click(); await dialog(page); const progress = page.locator(".publish-load progress"); await progress.waitFor({ timeout: 5000 }).catch(() => undefined); await progress.waitFor({ state: "detached", timeout: 60_000 }); } },
  { name: "plan-narrow", login: "hq", address: birthday, viewport: { width: 1280, height: 800 } },
  { name: "plan-rehearsal", login: "hq", address: birthday, act: async (page) => { await page.locator(".rehearsal button").click(); await page.locator(".heat").waitFor({ timeout: 90_000 }); await page.locator(".heat").scrollIntoViewIfNeeded(); } },
  { name: "runs", login: "hq", address: () => "/plans?part=runs", act: async (page) => { await page.locator(".frame-page .ant-btn-primary").first().click(); await page.locator(".plan-counts").waitFor(); } },
  { name: "board-table", login: "lead", address: () => "/board?look=table" },
  { name: "board", login: "lead", address: () => "/board" },
  { name: "board-people", login: "lead", address: () => "/board?look=person" },
  { name: "board-balance", login: "lead", address: () => "/board?look=person", act: press(/均\s*衡|Balance/) },
  { name: "hand-over", login: "lead", address: () => "/board", act: async (page) => { await press(/离\s*职\s*交\s*接|Hand over/)(page); await page.getByRole("dialog").getByRole("combobox").first().click(); await page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option").first().click(); } },
  { name: "verification", login: "hq", address: () => "/verification" },
  { name: "traces", login: "hq", address: () => "/traces" },
  { name: "trace", login: "lead", address: async (page) => `/traces/${await first(page, "/traces?state=open", (one) => one.overdue)}` },
  { name: "trace-supply", login: "lead", address: async (page) => `/traces/${await first(page, "/traces?state=open", (one) => one.process === "car_renewal_quote")}`, act: async (page) => { await page.locator(".trace-step.gap button").first().click(); await dialog(page); } },
  { name: "statement", login: "hq", address: () => "/statements?by=channel" },
  { name: "statement-people", login: "lead", address: () => "/statements?by=person" },
  { name: "statement-rows", login: "hq", address: () => "/statements?by=channel", act: async (page) => { await page.locator(".ant-table-row").first().click(); await page.waitForTimeout(500); } },
  { name: "settings-units", login: "admin", address: () => "/settings?part=units" },
  { name: "settings-unit-new", login: "admin", address: () => "/settings?part=units", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await dialog(page); } },
  { name: "settings-staff", login: "admin", address: () => "/settings?part=staff" },
  { name: "settings-staff-new", login: "admin", address: () => "/settings?part=staff", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await dialog(page); } },
  { name: "settings-roles", login: "admin", address: () => "/settings?part=roles" },
  { name: "settings-sso", login: "admin", address: () => "/settings?part=sign-in", act: async (page) => { await page.getByRole("button", { name: /设置登录方|Set up a provider/ }).first().click(); await dialog(page); } },
  { name: "settings-facts", login: "admin", address: () => "/settings?part=facts" },
  { name: "settings-labels", login: "admin", address: () => "/settings?part=labels" },
  { name: "settings-results", login: "hq", address: () => "/settings?part=results" },
  { name: "settings-result", login: "hq", address: () => "/settings?part=results", act: async (page) => { await page.locator("tbody .ant-btn").first().click(); await page.locator(".ant-dropdown-menu-item").first().click(); await dialog(page); } },
  { name: "settings-remarks", login: "hq", address: () => "/settings?part=remarks" },
  { name: "settings-remark-form", login: "hq", address: () => "/settings?part=remarks", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await dialog(page); } },
  { name: "settings-processes", login: "hq", address: () => "/settings?part=processes" },
  { name: "settings-process", login: "qa", address: () => "/settings?part=processes", act: async (page) => { await page.locator(".ant-table-row button").first().click(); await page.locator(".process-steps").waitFor(); } },
  { name: "settings-process-new", login: "hq", address: () => "/settings?part=processes", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); const area = page.locator(".process-editor textarea"); await area.fill((await area.inputValue()).replace('kind = "note"', 'kind = "noot"')); await page.locator(".plan-problem").first().waitFor(); } },
  { name: "settings-rights", login: "qa", address: () => "/settings?part=rights" },
  { name: "settings-rules", login: "qa", address: () => "/settings?part=rights&of=rules" },
  { name: "settings-retention", login: "qa", address: () => "/settings?part=rights&of=keep" },
  { name: "settings-holds", login: "qa", address: () => "/settings?part=rights&of=holds" },
  { name: "settings-purposes", login: "qa", address: () => "/settings?part=rights&of=purposes" },
  { name: "settings-sign-in", login: "admin", address: () => "/settings?part=sign-in" },
  { name: "settings-webhooks", login: "admin", address: () => "/settings?part=webhooks" },
  { name: "settings-webhook-new", login: "admin", address: () => "/settings?part=webhooks", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await dialog(page); } },
  { name: "settings-templates", login: "hq", address: () => "/settings?part=templates" },
  { name: "settings-template", login: "hq", address: () => "/settings?part=templates", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await page.getByRole("dialog").locator("textarea").first().fill("{customer.honorific}，{birthdya}快乐"); await page.locator(".text-wrong").waitFor(); } },
  { name: "settings-scripts", login: "hq", address: () => "/settings?part=scripts" },
  { name: "settings-gifts", login: "hq", address: () => "/settings?part=gifts" },
  { name: "settings-gift-new", login: "hq", address: () => "/settings?part=gifts", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await dialog(page); } },
  { name: "settings-calendar", login: "hq", address: () => "/settings?part=calendar" },
  { name: "settings-tokens", login: "admin", address: () => "/settings?part=tokens" },
  { name: "settings-token-new", login: "admin", address: () => "/settings?part=tokens", act: async (page) => { await page.locator(".page-acts .ant-btn-primary").click(); await dialog(page); } },
  { name: "settings-health", login: "admin", address: () => "/settings?part=health" },
  { name: "settings-account", login: "wang", address: () => "/settings?part=account" },
  { name: "settings-generator", login: "wang", address: () => "/settings?part=account", act: async (page) => { await page.getByRole("button", { name: /设置验证器|Set up/ }).first().click(); await page.locator(".guard-qr").waitFor(); await page.locator(".guard-qr").scrollIntoViewIfNeeded(); } },
  { name: "keys", login: "wang", address: () => "/my-day", act: (page) => page.keyboard.press("?") },
  { name: "notices", login: "hq", address: () => "/batches", act: async (page) => { await page.locator(".frame-top .anticon-bell").click(); await page.locator(".notices").waitFor(); } },
  { name: "sign-in", login: "wang", address: () => "/sign-in" },
  { name: "palette", login: "hq", address: () => "/batches", act: async (page) => { await page.keyboard.press("Control+k"); await page.getByRole("combobox").last().fill("王"); } },
  { name: "no-right", login: "boss", address: () => "/customers" },
  { name: "phone-my-day", login: "wang", address: () => "/my-day", viewport: NARROW },
  { name: "phone-result", login: "wang", address: () => "/my-day", viewport: NARROW, act: async (page) => { await page.locator(".touch-row").first().click(); await page.locator(".my-day-acts button").last().click(); } },
  { name: "phone-customer", login: "wang", address: gold, viewport: NARROW },
];

/** What happened in the firm before the pictures: a screen without anything on it shows only how it is empty. */
export async function setScene(browser, address) {
  const at = async (login, deeds) => {
    const page = await signedIn(browser, address, login, "zh");
    const send = async (method, path, body) => {
      const answer = await page.evaluate(async ([method, path, body]) => {
        const got = await fetch(`/api${path}`, { method, headers: { "content-type": "application/json", "idempotency-key": `${Math.random()}` }, body: JSON.stringify(body) });
        return { status: got.status, text: await got.text() };
      }, [method, path, body]);
      if (answer.status >= 400) console.error(`the scene: ${method} ${path} ${answer.status} ${answer.text.slice(0, 300)}`);
      return answer.text ? JSON.parse(answer.text) : null;
    };
    await deeds(page, send);
    await page.context().close();
  };
  await at("hq", async (page, send) => {
    const some = (await ask(page, "/customers?limit=40")).items;
    await send("POST", "/exports", { who: { ids: some.slice(0, 12).map((one) => one.id) }, columns: ["name", "owner", "unit", "region"], format: "xlsx", reason: "十二月答谢会名单" });
    for (const gift of [
      { key: "birthday_box", title: { zh: "生日礼盒", en: "Birthday box" }, kind: "goods", cost_minor: 6800, per_month: 300 },
      { key: "spring_tea", title: { zh: "春茶一份", en: "Spring tea" }, kind: "goods", cost_minor: 12800, per_month: 80 },
      { key: "car_wash", title: { zh: "洗车券", en: "Car wash" }, kind: "ticket", cost_minor: 3500, per_month: null },
    ]) await send("POST", "/gifts", gift);
    await send("POST", "/exports", { who: { ids: some.map((one) => one.id) }, columns: ["name", "owner", "unit", "region", "phone"], format: "csv", reason: "续期提醒外呼" });
  });
  // A day as a customer manager has it: a dozen work orders of plans, some with a script.
  await at("lead", async (page, send) => {
    const wang = (await ask(page, `/colleagues?q=${encodeURIComponent("王芳")}`))[0];
    const { items } = await ask(page, "/touches?state=open&limit=200");
    const others = items.filter((one) => one.owner?.id !== wang.id && one.plan_key);
    const kinds = new Map();
    for (const one of others) kinds.set(one.plan_key, [...(kinds.get(one.plan_key) ?? []), one]);
    const mixed = [...kinds.values()].flatMap((all) => all.slice(0, 3)).slice(0, 14);
    await send("POST", "/board/moves", { moves: mixed.map((one) => ({ touch_id: one.id, version: one.version, staff_id: wang.id })) });
  });
  await at("qa", async (page, send) => {
    const some = (await ask(page, "/customers?limit=8")).items;
    await send("POST", `/customers/${some[0].id}/rights-requests`, { kind: "copy", note: "客户来信索取" });
    await send("POST", `/customers/${some[1].id}/rights-requests`, { kind: "correction", note: "地址有误" });
    await send("POST", `/customers/${some[2].id}/holds`, { reason: "2026 深民初 118 号", until: null });
  });
  await at("admin", async (page, send) => {
    const futian = (await ask(page, "/units")).find((unit) => unit.name === "福田团队");
    const team = (await ask(page, `/staff?unit=${futian.id}&role=maintainer`)).items;
    const { today } = await ask(page, "/me");
    await send("POST", `/staff/${team.at(-1).id}/departure`, { left_on: today, heir_id: team[0].id });
    await send("POST", "/webhooks", { title: "短信平台", url: "https://sms.example.com/tend", kinds: ["touch", "customer"] });
    await send("POST", "/me/tokens", { name: "报表系统", scopes: ["staff.read"], days: 90, password: "tend-demo" });
  });
}
