/**
 * Journey 31. Given a customer of 王芳 of whom no phone is known; when she adds one, a wrong one is refused in words, and a right
 * one is there, masked; when she adds a second, the first is shown to her first, the ledger tells so, and both are kept; when
 * she writes the phone anew, she is told what that replaces; and quality, who may not change or open anything, is offered nothing.
 * Given a work order with a script that asks for a yes or a figure; when she answers and records the result; then the answers are
 * facts of their type; and when she takes the result back, what she had written is there again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busyDay, eventually, loose, person, send } from "../world.mjs";

test("31 a phone is added, a second one beside it, and replaced (zh)", async () => {
  const wang = await person("wang", "zh");
  const made = await send(wang, "POST", "/api/customers", { facts: { name: "无号码", region: "深圳南山" } });
  assert.ok(made.status < 300, JSON.stringify(made.body));
  const { id } = made.body;
  const phones = async () => (await ask(wang, `/api/customers/${id}`)).contact_points.filter((point) => point.kind === "phone").map((point) => point.masked);
  await wang.open(`/customers/${id}`);
  const column = wang.locator("#column-facts");
  await column.getByRole("button", { name: "添加“电话”" }).first().click();
  const adding = column.getByRole("group", { name: "添加“电话”" });
  const first = adding.getByRole("textbox", { name: "电话" });
  await first.fill("只在晚上接");
  await first.press("Enter");
  await wang.getByText("电话栏只填号码").first().waitFor();
  await first.fill("139 0003 1031");
  await first.press("Enter");
  await column.locator("dd", { hasText: "139****1031" }).waitFor();
  assert.deepEqual(await phones(), ["139****1031"]);

  // The list is changed as a whole: what is on file is shown first, and a masked number is never sent back.
  await column.getByRole("button", { name: "修改“电话”" }).click();
  const changing = column.getByRole("group", { name: "修改“电话”" });
  await changing.getByRole("button", { name: loose("显示并修改") }).click();
  await eventually(async () => (await changing.getByRole("textbox", { name: "电话" }).inputValue()).replace(/\D/g, "").endsWith("13900031031"));
  await changing.getByRole("button", { name: loose("再加一项") }).click();
  await changing.getByRole("textbox", { name: "电话 2" }).fill("13900031032");
  await changing.getByRole("button", { name: loose("保存") }).click();
  await column.locator("dd", { hasText: "139****1032" }).waitFor();
  assert.deepEqual(await phones(), ["139****1031", "139****1032"]);
  await wang.locator(".ant-segmented-item", { hasText: "查看" }).click();
  await wang.locator(".story-item", { hasText: "更正客户的联系方式" }).first().waitFor();

  await column.getByRole("button", { name: "修改“电话”" }).click();
  await changing.getByRole("button", { name: loose("全部换新") }).click();
  await changing.getByText("替换现在登记的 2 项").waitFor();
  const save = changing.getByRole("button", { name: loose("保存") });
  assert.ok(await save.isDisabled(), "an empty field does not empty the file");
  await changing.getByRole("textbox", { name: "电话" }).fill("13900031033");
  await save.click();
  await eventually(async () => (await phones()).join() === "139****1033");

  const qa = await person("qa", "zh");
  await qa.open(`/customers/${id}`);
  await qa.locator("dd", { hasText: "139****1033" }).waitFor();
  await qa.locator(".story-item").first().waitFor();
  for (const name of [/^添加“/, /^修改“/, /^移除标签/, "查看完整号码", "添加标签", loose("保存备注")]) assert.equal(await qa.getByRole("button", { name }).count(), 0, `quality is offered ${name}`);
  for (const page of [wang, qa]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});

const ASKS = { paying_account_ok: "bool", signed_in_person: "bool", satisfaction: "int", children_count: "int" };
const asks = (script) => script?.question_facts?.some((fact) => fact && ASKS[fact]);

/** A work order of today on 王芳's list whose script asks for a yes or a figure; her lead gives her one if she has none. */
async function withQuestion() {
  await busyDay(3);
  const lead = await person("lead", "zh");
  const { today } = await ask(lead, "/api/me");
  const wang = (await ask(lead, `/api/colleagues?q=${encodeURIComponent("王芳")}`))[0];
  const { items } = await ask(lead, "/api/touches?state=open&limit=200");
  // Hers first: nothing need be moved then.
  const wanted = items.filter((one) => one.due_day <= today && one.not_after >= today && one.plan_key && !one.snoozed_until).sort((a, b) => Number(b.owner?.id === wang.id) - Number(a.owner?.id === wang.id));
  for (const one of wanted) {
    const { script } = await ask(lead, `/api/touches/${one.id}`);
    if (!asks(script)) continue;
    if (one.owner?.id !== wang.id) {
      const answer = await send(lead, "POST", "/api/board/moves", { moves: [{ touch_id: one.id, version: one.version, staff_id: wang.id }] });
      assert.equal(answer.body.moved?.length, 1, JSON.stringify(answer).slice(0, 400));
    }
    await lead.context().close();
    return { id: one.id, customer: one.customer, facts: script.question_facts };
  }
  throw new Error("no script of today asks for a yes or a figure");
}

test("31 a yes and a figure are facts of their type, and an undone result brings the note back (zh)", async () => {
  const { id, customer, facts } = await withQuestion();
  const wang = await person("wang", "zh");
  await wang.open(`/my-day?touch=${id}`);
  const pane = wang.locator(".touch-pane");
  const questions = pane.locator(".questions li");
  await questions.nth(facts.length - 1).waitFor();
  const said = {};
  for (const [i, fact] of facts.entries()) {
    if (ASKS[fact] === "bool") {
      const yes = questions.nth(i).getByRole("button", { name: "是" });
      await yes.click();
      assert.equal(await yes.getAttribute("aria-pressed"), "true");
      said[fact] = true;
    } else if (ASKS[fact] === "int") {
      await questions.nth(i).getByRole("spinbutton").fill("4");
      said[fact] = 4;
    }
  }
  await pane.locator(".pad button").first().click();
  await pane.locator("textarea").fill("走查：答了话术里的问题");
  const answered = wang.waitForResponse((answer) => answer.url().endsWith(`/touches/${id}/outcome`) && answer.request().method() === "POST");
  await wang.keyboard.press("Control+Enter");
  const answer = await answered;
  assert.equal(answer.status(), 201, await answer.text());
  assert.deepEqual(answer.request().postDataJSON().facts, said);
  await wang.locator(".undo-bar").getByRole("button").click();
  const row = wang.locator(`.touch-row[aria-current=true]`, { hasText: customer.name });
  await row.waitFor();
  await eventually(async () => (await pane.locator("textarea").inputValue()) === "走查：答了话术里的问题");

  const hq = await person("hq", "zh");
  const file = await ask(hq, `/api/customers/${customer.id}`);
  for (const [fact, value] of Object.entries(said)) assert.strictEqual(file.facts.find((one) => one.key === fact).value, value, fact);
  for (const page of [wang, hq]) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }
});
