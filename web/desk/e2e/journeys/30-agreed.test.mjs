/**
 * Journey 30. Given a customer of 王芳; when she adds an agreement by hand, takes it back and adds it right; then it is on the
 * page, is put right there, and whoever edits an older version is told; when she puts a relative into the household and takes
 * her out again, both pages say so and ten seconds bring her back.
 * Given head office; when it changes what a sale must show; then slips are told by line while one writes, the new version is
 * in force for quality too, and what was not finished waits; when it gives a kind of work its form of remarks; then remarks are
 * held against it, and it is taken away and brought back.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person, send } from "../world.mjs";

async function customer(page, name, phone) {
  const made = await send(page, "POST", "/api/customers", { facts: { name, phone, region: "深圳南山" } });
  assert.ok(made.status < 300, JSON.stringify(made.body));
  return made.body.id;
}

/** Types a day into the field of a form and leaves its calendar. */
async function day(form, id, text) {
  await form.locator(`#${id}`).fill(text);
  await form.locator(`#${id}`).press("Tab");
}

async function choose(page, field, text) {
  await field.click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter({ hasText: text }).first().click();
}

test("30 an agreement by hand: added, taken back, put right, never overwritten (zh)", async () => {
  const wang = await person("wang", "zh");
  const id = await customer(wang, "手工合同", "13900303001");
  const held = async () => (await ask(wang, `/api/customers/${id}`)).agreements;
  await wang.open(`/customers/${id}`);
  const column = wang.locator("#column-related");
  await column.getByRole("button", { name: "登记合同" }).click();
  const form = wang.getByRole("dialog");
  // Nothing that names it, and an end before its beginning: both are told in the form.
  await day(form, "start", "2026-12-01");
  await day(form, "end", "2026-11-01");
  await form.getByRole("button", { name: loose("保存") }).click();
  await form.getByText("请填写产品或合同号").waitFor();
  await form.getByText("不能早于生效日").waitFor();
  await choose(wang, form.getByRole("combobox").first(), "车险");
  await form.locator("#product").fill("车损综合");
  await form.locator("#plate").fill("粤B·H3030");
  await form.locator("#amount").fill("3200");
  await day(form, "end", "2027-11-30");
  await form.locator("#number").fill("V-3030");
  await wang.keyboard.press("Enter");
  await form.waitFor({ state: "hidden" });
  const row = column.locator("li", { hasText: "车损综合" });
  await row.waitFor();
  await row.getByText("粤B·H3030").waitFor();
  await wang.locator(".undo-bar").getByRole("button").click();
  await row.waitFor({ state: "detached" });
  assert.deepEqual(await held(), []);

  await column.getByRole("button", { name: "登记合同" }).click();
  await form.locator("#product").fill("康宁终身");
  await form.locator("#amount").fill("12400");
  await day(form, "due", "2026-12-20");
  await form.getByRole("button", { name: loose("保存") }).click();
  const policy = column.locator("li", { hasText: "康宁终身" });
  await policy.waitFor();
  const [made] = await held();
  assert.deepEqual([made.kind, made.due, made.premium.minor, made.pay_every_months], ["policy", "2026-12-20", 1_240_000, 12]);

  // While she has it open, her lead gives it another number: hers is refused, and the form tells which.
  await column.getByRole("button", { name: "修改“康宁终身”" }).focus();
  await wang.keyboard.press("Enter");
  await form.locator("#number").fill("P-1");
  const lead = await person("lead", "zh");
  const { paid_on, paid_for, customer_id, grace_days, id: _, version, ...body } = made;
  const first = await send(lead, "PUT", `/api/customers/${id}/agreements/${made.id}`, { ...body, number: "P-30303" }, { "if-match": `"${version}"` });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  await form.getByRole("button", { name: loose("保存") }).click();
  await form.getByText("合同号现在是：P-30303").waitFor();
  assert.equal((await held())[0].number, "P-30303");
  // A slip of Esc throws away nothing that was typed.
  await wang.keyboard.press("Escape");
  assert.equal(await form.locator("#number").inputValue(), "P-1");
  await form.getByRole("button", { name: loose("取消") }).click();
  await form.waitFor({ state: "hidden" });
  await policy.getByText("P-30303").waitFor();
  await column.getByRole("button", { name: "修改“康宁终身”" }).click();
  await choose(wang, form.getByRole("combobox").nth(1), "终止");
  await form.getByRole("button", { name: loose("保存") }).click();
  await policy.getByText("终止").waitFor();
  assert.deepEqual((await held()).map((one) => [one.number, one.status]), [["P-30303", "ended"]]);
  for (const page of [wang, lead]) {
    assert.deepEqual(page.faults.filter((fault) => !fault.startsWith("412 ")), []);
    await page.context().close();
  }
});

test("30 a household: joined, left, brought back (en)", async () => {
  const wang = await person("wang", "en");
  const [mother, daughter] = [await customer(wang, "齐家母", "13900303011"), await customer(wang, "齐家女", "13900303012")];
  await wang.open(`/customers/${mother}`);
  const home = wang.locator(".household");
  await home.getByRole("button", { name: "Add to the household" }).click();
  const form = wang.getByRole("dialog");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Choose at least one customer").waitFor();
  await form.getByRole("combobox").click();
  await wang.keyboard.type("齐家女");
  await wang.locator(".ant-select-item-option").filter({ hasText: "齐家女" }).first().click();
  await form.locator("#name").fill("齐家");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });
  await home.getByText("齐家 · Household of 2").waitFor();
  await home.getByRole("link", { name: "齐家女" }).click();
  await wang.waitForURL(new RegExp(daughter));
  await home.getByRole("link", { name: "齐家母" }).waitFor();

  await home.getByRole("button", { name: "Take 齐家母 out of the household" }).click();
  await home.getByRole("link", { name: "齐家母" }).waitFor({ state: "detached" });
  assert.equal((await ask(wang, `/api/customers/${mother}`)).household, null);
  await wang.locator(".undo-bar").getByRole("button").click();
  await home.getByText("齐家 · Household of 2").waitFor();
  assert.equal((await ask(wang, `/api/customers/${mother}`)).household.members.length, 2);
  await home.getByRole("button", { name: "Take out of this household" }).click();
  await home.getByText("Household of 2").waitFor({ state: "detached" });
  await wang.locator(".story-item", { hasText: "Left the household" }).first().waitFor();
  assert.deepEqual(wang.faults, []);
  await wang.context().close();
});

test("30 what a sale must show is read, changed as text and in force for quality (en)", async () => {
  const hq = await person("hq", "en");
  await hq.open("/settings?part=processes");
  const known = (await ask(hq, "/api/processes")).find((one) => one.key === "car_renewal_quote");
  await hq.getByRole("button", { name: `View ${known.title}` }).click();
  const dialog = hq.getByRole("dialog");
  await dialog.locator(".process-steps > li").nth(known.steps.length - 1).waitFor();
  assert.match(await dialog.locator(".process-steps > li", { hasText: "Quote sent" }).first().textContent(), /required.*file.*pdf.*message.*after “Vehicle and last cover checked”/s);
  await dialog.getByRole("button", { name: "Write a new version" }).click();

  const area = dialog.locator("textarea.plan-text");
  await area.waitFor();
  const text = await area.inputValue();
  assert.match(text, new RegExp(`^version = ${known.version + 1}$`, "m"));
  await dialog.locator(".done-text").waitFor();
  await area.fill(text.replace('kind = "file", types', 'kind = "fiel", types'));
  const slip = dialog.locator(".plan-problem", { hasText: "file" }).first();
  await slip.waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Put into force" }).isDisabled());
  // What was not finished is there again after the dialogue was closed.
  await hq.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await hq.getByRole("button", { name: `View ${known.title}` }).click();
  await dialog.getByRole("button", { name: "Write a new version" }).click();
  await dialog.getByText("What you had not finished is here again.").waitFor();
  await area.fill(text.replace("Quote agreed to", "Quote agreed to in writing"));
  await slip.waitFor({ state: "detached" });
  await dialog.locator(".ant-segmented-item", { hasText: "What changes" }).click();
  await dialog.locator(".plan-diff .new", { hasText: "in writing" }).waitFor();
  await dialog.getByRole("button", { name: "Put into force" }).click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal((await ask(hq, "/api/processes")).find((one) => one.key === known.key).version, known.version + 1);

  const qa = await person("qa", "en");
  await qa.open("/settings?part=processes");
  await qa.getByRole("button", { name: `View ${known.title}` }).click();
  const read = qa.getByRole("dialog");
  await read.locator(".process-steps > li", { hasText: "Quote agreed to in writing" }).waitFor();
  assert.equal(await read.getByRole("button", { name: "Write a new version" }).count(), 0, "quality reads");
  await choose(qa, read.getByRole("combobox"), `Version ${known.version} ·`);
  await read.locator(".ant-segmented-item", { hasText: "Against the newest" }).click();
  await read.locator(".plan-diff .gone", { hasText: "Quote agreed to" }).waitFor();
  for (const page of [hq, qa]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test("30 a fresh process is sound as it is offered, is retired and taken back into use (zh)", async () => {
  const hq = await person("hq", "zh");
  await hq.open("/settings?part=processes");
  await hq.getByRole("button", { name: "新增流程" }).click();
  const dialog = hq.getByRole("dialog");
  await dialog.locator(".done-text").waitFor();
  const area = dialog.locator("textarea.plan-text");
  await area.fill((await area.inputValue()).replaceAll("new_process", "tea_sale").replace("新流程", "茶叶销售"));
  await dialog.getByRole("button", { name: loose("启用") }).and(hq.locator(":enabled")).click();
  await dialog.waitFor({ state: "hidden" });
  const row = hq.locator('tr[data-row-key="tea_sale"]');
  await row.getByRole("button", { name: "查看“茶叶销售”" }).click();
  const read = hq.getByRole("dialog");
  await read.getByRole("button", { name: loose("停用") }).click();
  await hq.locator(".ant-popover").getByRole("button", { name: loose("停用") }).click();
  await row.getByText("已停用").waitFor();
  await read.getByRole("button", { name: "恢复使用" }).click();
  await row.getByText("已停用").waitFor({ state: "detached" });
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});

test("30 the form of remarks of a kind of work: given, held against, taken away, brought back (zh)", async () => {
  const hq = await person("hq", "zh");
  const forms = async () => Object.fromEntries((await ask(hq, "/api/remark-forms")).map((one) => [one.business_type, one.parts.map((part) => part.title.zh)]));
  const fits = async (text) => (await send(hq, "POST", "/api/remarks/check", { business_type: "arrears", text })).body.fits;
  await hq.open("/settings?part=remarks");
  await hq.getByRole("button", { name: "新增格式" }).click();
  const dialog = hq.getByRole("dialog");
  await choose(hq, dialog.getByRole("combobox").first(), "欠费催缴");
  const parts = dialog.locator(".remark-part");
  await parts.nth(1).getByRole("button", { name: "删掉第 2 栏" }).click();
  await eventually(async () => (await parts.count()) === 3);
  await dialog.getByRole("button", { name: "加一栏" }).click();
  const last = parts.nth(3);
  const save = dialog.getByRole("button", { name: loose("保存") });
  await last.getByLabel("中文栏名").fill("要点");
  await last.getByLabel("英文栏名").fill("Reason");
  await last.getByText("栏名重复了").waitFor();
  assert.ok(await save.isDisabled());
  await last.getByLabel("中文栏名").fill("欠费原因");
  await choose(hq, last.getByLabel("写什么"), "从几个词里选");
  await last.getByPlaceholder("中文").fill("忘记");
  await last.getByPlaceholder("英文").fill("forgot");
  await last.getByRole("button", { name: "第 4 栏上移" }).click();
  await dialog.locator(".remark-preview", { hasText: "【日期】2026-11-29【要点】……【欠费原因】忘记【下次】无" }).waitFor();
  await save.click();
  await dialog.waitFor({ state: "hidden" });
  const row = hq.locator('tr[data-row-key="arrears"]');
  await row.getByText("【欠费原因】").waitFor();
  assert.deepEqual((await forms()).arrears, ["日期", "要点", "欠费原因", "下次"]);
  assert.deepEqual([await fits("客户说忘了"), await fits("【日期】2026-11-29【要点】约定月底【欠费原因】忘记【下次】无")], [false, true]);

  // A colleague changes it while it is open: theirs is shown before it is replaced.
  await row.getByRole("button").click();
  await hq.getByRole("menuitem", { name: "修改“欠费催缴”的格式" }).click();
  await parts.nth(1).getByLabel("中文栏名").fill("经过");
  const theirs = [{ key: "points", title: { zh: "要点", en: "Points" }, kind: "text", need: "required", choices: [] }];
  await send(hq, "PUT", "/api/remark-forms/arrears", { parts: theirs });
  await save.click();
  await dialog.getByRole("alert").filter({ hasText: "【要点】" }).waitFor();
  assert.deepEqual((await forms()).arrears, ["要点"]);
  await save.click();
  await dialog.waitFor({ state: "hidden" });
  assert.deepEqual((await forms()).arrears, ["日期", "经过", "欠费原因", "下次"]);

  await row.getByRole("button").click();
  await hq.getByRole("menuitem", { name: "取消“欠费催缴”的格式" }).click();
  await row.waitFor({ state: "detached" });
  assert.equal((await forms()).arrears, undefined);
  await hq.locator(".undo-bar").getByRole("button").click();
  await row.waitFor();
  assert.deepEqual((await forms()).arrears, ["日期", "经过", "欠费原因", "下次"]);
  assert.deepEqual(hq.faults, []);
  await hq.context().close();
});
