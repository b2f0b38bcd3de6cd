/**
 * Journey 29. Given a customer of 王芳; when she asks for a work order for today from the customer's page by keyboard;
 * then it is in the story and on My day, and a second one on the same day is refused with what to do; when her lead asks for one for her, she has it without a reload;
 * when a note is written, the story shows it among notes alone, and who looked is told from the ledger;
 * when a customer is added, the page opens and whoever may be the same person is told;
 * when the customer is related to another, both pages say so; when the lead gives the customer to a colleague, the page says whose it is.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, eventually, loose, person, send } from "../world.mjs";

/** Fills the dialogue in front and sends it with Enter. */
async function asked(page, title) {
  const form = page.getByRole("dialog");
  await form.waitFor();
  await page.keyboard.type(title);
  return form;
}

test("29 a work order by hand, for oneself and for a colleague (zh)", async () => {
  const wang = await person("wang", "zh");
  const today = (await ask(wang, "/api/me")).today;
  const customer = (await ask(wang, "/api/customers?limit=100")).items.find((one) => one.owner?.name === "王芳" && one.phone_masked);
  await wang.open(`/customers/${customer.id}`);
  await wang.locator(".record-head button", { hasText: "工单" }).waitFor();
  await wang.keyboard.press("t");
  const form = await asked(wang, "送保单原件");
  await form.locator(".ant-picker input").fill(today);
  await wang.keyboard.press("Tab");
  await form.getByRole("radio", { name: "上门" }).check();
  await form.getByRole("button", { name: loose("保存") }).click();
  await form.waitFor({ state: "hidden" });
  const row = wang.locator(".story-item.now", { hasText: "送保单原件" });
  await row.waitFor();

  // Once a day: the second says so and nothing is lost.
  await wang.keyboard.press("t");
  const again = await asked(wang, "再送一次");
  await again.locator(".ant-picker input").fill(today);
  await wang.keyboard.press("Tab");
  await again.getByRole("radio", { name: "上门" }).check();
  await again.getByRole("button", { name: loose("保存") }).click();
  await wang.getByText("同一天新建过").waitFor();
  await again.getByRole("button", { name: loose("取消") }).click();
  await again.waitFor({ state: "hidden" });

  // Her lead asks her for tomorrow: it is in the story that she has open.
  const lead = await person("lead", "zh");
  await lead.open(`/customers/${customer.id}`);
  await lead.locator(".record-head button", { hasText: "工单" }).waitFor();
  await lead.keyboard.press("t");
  const given = await asked(lead, "核对地址");
  await given.getByRole("radio", { name: "上门" }).check();
  await given.getByRole("button", { name: loose("保存") }).click();
  await given.waitFor({ state: "hidden" });
  await wang.locator(".story-item.now", { hasText: "核对地址" }).waitFor();

  await row.getByRole("link").click();
  await wang.waitForURL(/\/my-day/);
  await wang.locator(".touch-row[aria-current=true]", { hasText: customer.name }).waitFor();
  await wang.locator(".touch-pane h2", { hasText: "送保单原件" }).waitFor();
  for (const page of [wang, lead]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

test("29 the parts of the story, who looked, relations, another keeper (en)", async () => {
  const lead = await person("lead", "en");
  const mine = (await ask(lead, "/api/customers?limit=200")).items.filter((one) => one.owner);
  const [customer, other] = [mine[0], mine.find((one) => one.name !== mine[0].name && one.owner.id !== mine[0].owner.id)];
  await lead.open(`/customers/${customer.id}`);
  await lead.locator(".record textarea").fill("Prefers the weekend");
  await lead.getByRole("button", { name: "Save the note" }).click();
  await lead.locator(".story-item", { hasText: "Prefers the weekend" }).waitFor();
  const part = async (name, expected) => {
    await lead.locator(".ant-segmented-item", { hasText: name }).click();
    await eventually(async () => (await lead.locator(".story-item").count()) > 0 && (await lead.locator(".story-item", { hasText: "Prefers the weekend" }).count()) === expected);
  };
  await part("Notes", 1);
  assert.equal(await lead.locator(".story-item").count(), 1, "among notes there is nothing else");
  await part("Views", 0);
  await part("All", 1);
  await lead.locator(".seen-by summary").click();
  await lead.locator(".seen-by li", { hasText: (await ask(lead, "/api/me")).name }).waitFor();

  await lead.getByRole("button", { name: "Add a relation" }).click();
  const relation = lead.getByRole("dialog");
  await relation.getByRole("combobox").first().click();
  await lead.keyboard.type(other.name);
  await lead.locator(".ant-select-item-option").filter({ hasText: other.name }).first().click();
  await relation.getByRole("button", { name: "Save" }).click();
  await relation.waitFor({ state: "hidden" });
  const related = lead.locator("#column-related .holds li", { hasText: other.name }).first();
  await related.waitFor();
  const back = lead.locator(".undo-bar").getByRole("button");
  await back.click();
  await related.waitFor({ state: "detached" });
  await lead.getByRole("button", { name: "Add a relation" }).click();
  await relation.getByRole("combobox").first().click();
  await lead.keyboard.type(other.name);
  await lead.locator(".ant-select-item-option").filter({ hasText: other.name }).first().click();
  await relation.getByRole("button", { name: "Save" }).click();
  await related.waitFor();
  await related.getByRole("button", { name: `Take the relation to ${other.name} away` }).click();
  await related.waitFor({ state: "detached" });
  await back.click();
  await related.waitFor();

  await lead.getByRole("button", { name: "Change owner" }).click();
  const keeper = lead.getByRole("dialog");
  await keeper.getByRole("combobox").click();
  await lead.keyboard.type(other.owner.name);
  await lead.locator(".ant-select-item-option").filter({ hasText: other.owner.name }).first().click();
  await keeper.getByRole("button", { name: "Save" }).click();
  await lead.locator(".record-head", { hasText: other.owner.name }).waitFor();
  assert.equal((await ask(lead, `/api/customers/${customer.id}`)).owner.id, other.owner.id);
  assert.deepEqual(lead.faults, []);
  await lead.context().close();
});

test("29 a payment recorded on the customer's page settles what was due (zh)", async () => {
  const wang = await person("wang", "zh");
  const today = (await ask(wang, "/api/me")).today;
  const made = await send(wang, "POST", "/api/customers", { facts: { name: "缴费人", phone: "13900092929", region: "深圳南山" } });
  const { id } = made.body;
  const policy = await send(wang, "POST", `/api/customers/${id}/agreements`, { kind: "policy", number: "P-92929", product: "康宁终身", status: "active", start: "2019-12-01", due: today, premium: { minor: 1240000, currency: "CNY" } });
  assert.ok(policy.status < 300, JSON.stringify(policy.body));
  await wang.open(`/customers/${id}`);
  await wang.getByRole("button", { name: /登记缴费/ }).click();
  const form = wang.getByRole("dialog");
  assert.match(await form.locator("#amount").inputValue(), /12,?400\.00/);
  const paid = wang.locator("#column-related").getByText("已缴").first();
  await form.getByRole("button", { name: loose("保存") }).click();
  await form.waitFor({ state: "hidden" });
  await paid.waitFor();
  await wang.keyboard.press("Control+z");
  await paid.waitFor({ state: "detached" });
  assert.deepEqual((await ask(wang, `/api/customers/${id}`)).payments, []);
  await wang.getByRole("button", { name: /登记缴费/ }).click();
  await form.getByRole("button", { name: loose("保存") }).click();
  await form.waitFor({ state: "hidden" });
  await paid.waitFor();
  const page = await ask(wang, `/api/customers/${id}`);
  assert.equal(page.payments[0].amount.minor, 1240000);
  assert.deepEqual(wang.faults, []);
  await wang.context().close();
});

test("29 a customer is added from the list, and who may be the same person is told (zh)", async () => {
  const wang = await person("wang", "zh");
  const form = wang.getByRole("dialog");
  const begin = async () => {
    await wang.open("/customers");
    await wang.getByRole("button", { name: loose("新增客户") }).click();
    await form.waitFor();
  };
  const save = () => form.getByRole("button", { name: loose("保存") }).click();
  const arrived = async (name) => {
    await wang.waitForURL(/\/customers\/cus_[^/]+$/);
    await wang.locator(".record-head h1", { hasText: name }).waitFor();
    return wang.url().split("/").at(-1);
  };
  await begin();
  await save();
  await form.getByText("请填写姓名或手机").waitFor();
  await form.locator("#name").fill("新来的客户");
  await form.locator("#phone").fill("13900092931");
  await save();
  const first = await arrived("新来的客户");
  assert.equal((await ask(wang, `/api/customers/${first}`)).owner.name, "王芳");

  await begin();
  await form.locator("#name").fill("新来的客户");
  await form.locator("#phone").fill("13900092931");
  await save();
  const second = await arrived("新来的客户");
  assert.notEqual(second, first);
  await wang.getByText("可能早有这位客户").waitFor();
  await wang.getByRole("button", { name: "并排比对" }).click();
  await wang.waitForURL((url) => url.pathname === `/customers/${second}/merge` && url.searchParams.get("other") === first);
  await wang.locator(".merge-fields").waitFor();
  assert.deepEqual(wang.faults, []);
  await wang.context().close();
});
